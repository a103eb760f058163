/* trap_config.h - `traps` of agent.yaml: where the agent hears SNMP traps and informs, and whom it believes (docs/SNMP.md). */
#ifndef VIGIA_AGENT_TRAP_CONFIG_H
#define VIGIA_AGENT_TRAP_CONFIG_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/param.h"
#include "base/yaml_doc.h"
#include "probing/trap_codec.h"
#include "probing/trap_io.h"

enum { TRAP_COMMUNITIES_MAX = 16, TRAP_USERS_MAX = 32, TRAP_ENGINES_MAX = 64 };

struct trap_config {
	const char *listen[TRAP_LISTEN_MAX];
	size_t listen_count; /* 0: no receiver */
	/* Texts with ${secret:NAME}, which are looked up when they are used. */
	const char *communities[TRAP_COMMUNITIES_MAX];
	size_t community_count;
	struct trap_user users[TRAP_USERS_MAX];
	size_t user_count;
};
extern const struct param trap_user_params[]; /* for the reference */

/* `node` is the map; complaints are findings. */
void trap_config_read(const struct yaml_node *node, struct trap_config *ret, struct arena *arena,
		      struct findings *f) NONNULL_ALL;
bool trap_config_same_listen(const struct trap_config *a, const struct trap_config *b) NONNULL_ALL;

#endif
