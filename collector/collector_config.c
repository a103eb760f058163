#include "collector/collector_config.h"

#include <string.h>

#include "base/instant.h"
#include "base/parse.h"

const struct param collector_config_params[] = {
	PARAM_HOSTPORT(struct collector_config, listen, "listen", "127.0.0.1:7460", 0,
		       "numeric address and port for agents, API and /metrics"),
	PARAM_PATH(struct collector_config, data, "data", NULL, PARAM_REQUIRED,
		   "folder of journal, series and tokens"),
	PARAM_PATH(struct collector_config, plan, "plan", NULL, PARAM_REQUIRED,
		   "the plan: a file or a folder of *.yaml"),
	PARAM_STR(struct collector_config, tls, "tls", "none", 0,
		  "none: plain HTTP, on loopback only (this version has no TLS)"),
	PARAM_DURATION(struct collector_config, flush_us, "flush", "10s", US_PER_S, 30 * US_PER_S,
		       0, "how often series are written and synced"),
	PARAM_INT(struct collector_config, fine_rows, "fine_rows", "8640", 60, 10000000, 0,
		  "rows of a new series with one value per interval (8,640 of 10 s are a day)"),
	PARAM_INT(struct collector_config, middle_rows, "middle_rows", "2016", 12, 1000000, 0,
		  "rows of a new series of 5 minutes: least, mean, most (2,016 are a week)"),
	PARAM_INT(struct collector_config, coarse_rows, "coarse_rows", "1460", 24, 1000000, 0,
		  "rows of a new series of an hour: least, mean, most (1,460 are two months)"),
	PARAM_END,
};

bool collector_config_read(const char *path, struct collector_config *ret, struct findings *f)
{
	static const char *const later[] = {"heartbeat", NULL};
	struct yaml_node *root;

	*ret = (struct collector_config){.arena = arena_new()};
	root = yaml_doc_read(path, ret->arena, f);
	if (root == NULL || !yaml_fill(root, collector_config_params, later, ret, ret->arena, f))
		return false;
	if (yaml_map_get(root, "heartbeat") != NULL)
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "heartbeat"), "unsupported",
			     "this version sends no heartbeat; take the key out");
	if (strcmp(ret->tls, "none") != 0)
		findings_add(
			f, FINDING_ERROR, yaml_map_get(root, "tls"), "unsupported",
			"tls: this version speaks plain HTTP on loopback only; write 'tls: none'");
	if (parse_host_port(slice_of(ret->listen), ret->host, sizeof(ret->host), &ret->port) !=
		    ERR_OK ||
	    !parse_is_loopback(ret->host))
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "listen"), "not-loopback",
			     "listen: '%s' is no loopback address; plain HTTP is refused elsewhere",
			     ret->listen);
	return f->errors == 0;
}

void collector_config_release(struct collector_config *c)
{
	arena_free(c->arena);
	c->arena = NULL;
}
