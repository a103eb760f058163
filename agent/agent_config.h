/* agent_config.h - agent.yaml (DESIGN 7). */
#ifndef VIGIA_AGENT_AGENT_CONFIG_H
#define VIGIA_AGENT_AGENT_CONFIG_H

#include "agent/trap_config.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/identity.h"
#include "base/param.h"
#include "base/yaml_doc.h"

enum { COLLECTORS_MAX = 8 };

struct agent_config {
	struct arena *arena;
	const char *agent, *key_file, *data, *identity_file;
	const char *secrets; /* NULL if there is none */
	const char *collectors[COLLECTORS_MAX];
	size_t collector_count;
	struct identity_set pins; /* who may answer there; none: plain HTTP on loopback */
	struct trap_config traps;
	int64_t spool_max, in_flight_max;
};
extern const struct param agent_config_params[];

bool agent_config_read(const char *path, struct agent_config *ret, struct findings *f) NONNULL_ALL;
void agent_config_release(struct agent_config *c) NONNULL_ALL;

#endif
