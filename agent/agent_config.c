#include "agent/agent_config.h"

#include <string.h>

#include "base/peer_url.h"

const struct param agent_config_params[] = {
	PARAM_ID(struct agent_config, agent, "agent", NULL, PARAM_REQUIRED,
		 "id of this agent in the plan"),
	PARAM_PATH(struct agent_config, key_file, "key_file", NULL, PARAM_REQUIRED,
		   "file with the agent's token (vigia enrol)"),
	PARAM_PATH(struct agent_config, identity_file, "identity_file", NULL, 0,
		   "file with the collector's identity, in place of `identity`"),
	PARAM_PATH(struct agent_config, data, "data", NULL, PARAM_REQUIRED,
		   "folder of spool and cache"),
	PARAM_PATH(struct agent_config, secrets, "secrets", NULL, 0,
		   "file with `NAME: value` lines for `${secret:NAME}` in its checks; mode 0600"),
	PARAM_SIZE(struct agent_config, spool_max, "spool_max", "256MiB", 1 << 20, INT64_C(1) << 40,
		   0, "what the spool may take on disk"),
	PARAM_INT(struct agent_config, in_flight_max, "in_flight_max", "200", 1, 10000, 0,
		  "probes at the same time"),
	PARAM_END,
};

static void read_collectors(const struct yaml_node *list, struct agent_config *c,
			    struct findings *f)
{
	if (list->kind != YAML_LIST || list->first == NULL) {
		findings_add(f, FINDING_ERROR, list, "not-a-list",
			     "collector: a list of addresses was expected");
		return;
	}
	for (const struct yaml_node *n = list->first; n != NULL; n = n->next) {
		struct err_info why;
		struct peer_url url;
		enum err e = peer_url_parse(n->kind == YAML_SCALAR ? n->text.p : "...", &url, &why);

		if (e != ERR_OK)
			findings_add(f, FINDING_ERROR, n,
				     e == ERR_UNSUPPORTED ? "not-loopback" : "syntax",
				     "collector: %s", why.text);
		else if (c->collector_count < COLLECTORS_MAX)
			c->collectors[c->collector_count++] = arena_strdup(c->arena, url.text);
	}
}

static void add_pin(const struct yaml_node *n, struct agent_config *c, struct findings *f)
{
	if (c->pins.count == IDENTITIES_MAX || n->kind != YAML_SCALAR ||
	    !identity_parse(n->text, &c->pins.items[c->pins.count]))
		findings_add(f, FINDING_ERROR, n, "not-an-identity",
			     "identity: sha256: and 64 hexadecimal digits were expected, %d times "
			     "at most; vigia enrol writes it",
			     IDENTITIES_MAX);
	else
		c->pins.count++;
}

static void read_pin_file(const struct yaml_node *at, bool is_given, struct agent_config *c,
			  struct findings *f)
{
	struct err_info why = {0};

	if (is_given)
		findings_add(f, FINDING_ERROR, at, "needless-key",
			     "identity_file: identity is given already; take one of them out");
	else if (identity_read_file(c->identity_file, &c->pins.items[0], &why) != ERR_OK)
		findings_add(f, FINDING_ERROR, at, "no-identity", "identity_file: %s", why.text);
	else
		c->pins.count = 1;
}

static void read_pins(const struct yaml_node *root, struct agent_config *c, struct findings *f)
{
	const struct yaml_node *id = yaml_map_get(root, "identity");
	size_t errors = f->errors;

	if (id != NULL && id->kind == YAML_LIST) {
		for (const struct yaml_node *n = id->first; n != NULL; n = n->next)
			add_pin(n, c, f);
	} else if (id != NULL) {
		add_pin(id, c, f);
	}
	if (c->identity_file != NULL)
		read_pin_file(yaml_map_get(root, "identity_file"), id != NULL, c, f);
	for (size_t i = 0; f->errors == errors && c->pins.count == 0 && i < c->collector_count;
	     i++) {
		if (strncmp(c->collectors[i], "https://", 8) == 0) {
			findings_add(
				f, FINDING_ERROR, yaml_map_get(root, "collector"), "no-identity",
				"'identity' is missing: who answers at %s; `vigia enrol %s` at "
				"the collector writes it",
				c->collectors[i], c->agent);
			return;
		}
	}
}

bool agent_config_read(const char *path, struct agent_config *ret, struct findings *f)
{
	static const char *const others[] = {"collector", "identity", "traps", NULL};
	const struct yaml_node *root, *list, *traps;

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
	read_pins(root, ret, f);
	traps = yaml_map_get(root, "traps");
	if (traps != NULL)
		trap_config_read(traps, &ret->traps, ret->arena, f);
	return f->errors == 0;
}

void agent_config_release(struct agent_config *c)
{
	arena_free(c->arena);
	c->arena = NULL;
}
