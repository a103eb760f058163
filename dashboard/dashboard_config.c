#include "dashboard/dashboard_config.h"

#include <string.h>

#include "base/parse.h"

const struct param dashboard_config_params[] = {
	PARAM_HOSTPORT(struct dashboard_config, listen, "listen", "127.0.0.1:7461", 0,
		       "numeric address and port of the board"),
	PARAM_STR(struct dashboard_config, collector, "collector", NULL, PARAM_REQUIRED,
		  "the collector's address, http://127.0.0.1:7460"),
	PARAM_PATH(struct dashboard_config, token_file, "token_file", NULL, PARAM_REQUIRED,
		   "file with the operator token; it stays in this process"),
	PARAM_STR(struct dashboard_config, public_url, "public_url", NULL, 0,
		  "the board's address as people open it, if a proxy stands before it"),
	PARAM_END,
};

/* Host and port of "scheme://host:port" with nothing behind but a slash; NULL text = not of the form. */
static struct slice authority(const char *url, const char *scheme)
{
	size_t n = strlen(scheme);
	struct slice s;

	if (strncmp(url, scheme, n) != 0)
		return (struct slice){0};
	s = (struct slice){url + n, strcspn(url + n, "/")};
	if (strcmp(s.p + s.n, "") != 0 && strcmp(s.p + s.n, "/") != 0)
		return (struct slice){0};
	return s;
}

static void judge_collector(struct dashboard_config *c, const struct yaml_node *at,
			    struct findings *f)
{
	struct slice a = authority(c->collector, "http://");
	char host[256];
	uint16_t port;

	if (strncmp(c->collector, "https://", 8) == 0) {
		findings_add(f, FINDING_ERROR, at, "unsupported",
			     "collector: this version speaks plain HTTP on loopback only; write "
			     "'http://127.0.0.1:7460'");
		return;
	}
	if (a.n == 0 || parse_host_port(a, host, sizeof(host), &port) != ERR_OK) {
		findings_add(f, FINDING_ERROR, at, "syntax",
			     "collector: '%s' is not of the form http://127.0.0.1:7460",
			     c->collector);
		return;
	}
	if (!parse_is_loopback(host))
		findings_add(
			f, FINDING_ERROR, at, "not-loopback",
			"collector: '%s' is no numeric loopback address; plain HTTP is refused "
			"elsewhere",
			host);
	/* without a slash at the end: paths are appended */
	c->collector = arena_printf(c->arena, "http://%.*s", (int)a.n, a.p);
}

bool dashboard_config_read(const char *path, struct dashboard_config *ret, struct findings *f)
{
	struct yaml_node *root;

	*ret = (struct dashboard_config){.arena = arena_new()};
	root = yaml_doc_read(path, ret->arena, f);
	if (root == NULL || !yaml_fill(root, dashboard_config_params, NULL, ret, ret->arena, f))
		return false;
	if (parse_host_port(slice_of(ret->listen), ret->host, sizeof(ret->host), &ret->port) !=
		    ERR_OK ||
	    !parse_is_loopback(ret->host))
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "listen"), "not-loopback",
			     "listen: '%s' is no loopback address; plain HTTP is refused elsewhere",
			     ret->listen);
	judge_collector(ret, yaml_map_get(root, "collector"), f);
	if (ret->public_url != NULL && authority(ret->public_url, "http://").n == 0 &&
	    authority(ret->public_url, "https://").n == 0)
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "public_url"), "syntax",
			     "public_url: '%s' is not of the form https://noc.example.org",
			     ret->public_url);
	return f->errors == 0;
}

void dashboard_config_release(struct dashboard_config *c)
{
	arena_free(c->arena);
	c->arena = NULL;
}
