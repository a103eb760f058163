#include "agent/agent_config.h"

#include <string.h>

#include "base/parse.h"

const struct param agent_config_params[] = {
	PARAM_ID(struct agent_config, agent, "agent", NULL, PARAM_REQUIRED,
		 "id of this agent in the plan"),
	PARAM_PATH(struct agent_config, key_file, "key_file", NULL, PARAM_REQUIRED,
		   "file with the agent's token (vigia enrol)"),
	PARAM_PATH(struct agent_config, data, "data", NULL, PARAM_REQUIRED,
		   "folder of spool and cache"),
	PARAM_SIZE(struct agent_config, spool_max, "spool_max", "256MiB", 1 << 20, INT64_C(1) << 40,
		   0, "what the spool may take on disk"),
	PARAM_INT(struct agent_config, in_flight_max, "in_flight_max", "200", 1, 10000, 0,
		  "probes at the same time"),
	PARAM_END,
};

/* http://ADDRESS:PORT with a loopback address: what this version speaks. */
static bool is_loopback_url(const char *url)
{
	char host[256];
	uint16_t port;

	return strncmp(url, "http://", 7) == 0 &&
	       parse_host_port(slice_of(url + 7), host, sizeof(host), &port) == ERR_OK &&
	       parse_is_loopback(host);
}

static void read_collectors(const struct yaml_node *list, struct agent_config *c,
			    struct findings *f)
{
	if (list->kind != YAML_LIST || list->first == NULL) {
		findings_add(f, FINDING_ERROR, list, "not-a-list",
			     "collector: a list of addresses was expected");
		return;
	}
	for (const struct yaml_node *n = list->first; n != NULL; n = n->next) {
		if (n->kind != YAML_SCALAR || !is_loopback_url(n->text.p))
			findings_add(f, FINDING_ERROR, n, "not-loopback",
				     "collector: '%s' is not http://LOOPBACK-ADDRESS:PORT; this "
				     "version speaks plain HTTP, and only on loopback",
				     n->kind == YAML_SCALAR ? n->text.p : "...");
		else if (c->collector_count < COLLECTORS_MAX)
			c->collectors[c->collector_count++] = arena_strdup(c->arena, n->text.p);
	}
}

bool agent_config_read(const char *path, struct agent_config *ret, struct findings *f)
{
	static const char *const others[] = {"collector", NULL};
	const struct yaml_node *root, *list;

	*ret = (struct agent_config){.arena = arena_new()};
	root = yaml_doc_read(path, ret->arena, f);
	if (root == NULL || !yaml_fill(root, agent_config_params, others, ret, ret->arena, f))
		return false;
	list = yaml_map_get(root, "collector");
	if (list == NULL)
		findings_add(f, FINDING_ERROR, root, "missing-key",
			     "'collector' is missing: the collector's addresses");
	else
		read_collectors(list, ret, f);
	return f->errors == 0;
}

void agent_config_release(struct agent_config *c)
{
	arena_free(c->arena);
	c->arena = NULL;
}
