/* run.h - runs an agent until it is told to stop; returns the exit status. */
#ifndef VIGIA_AGENT_RUN_H
#define VIGIA_AGENT_RUN_H

#include "agent/agent_config.h"
#include "base/attr.h"

int agent_run(const struct agent_config *config) NONNULL_ALL;

#endif
