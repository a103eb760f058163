/* run.h - runs an agent until it is told to stop (SIGTERM, SIGINT); returns the exit status. SIGHUP reads `file` again: the
 * collector's addresses, the key, the spool's size and the ceiling apply at once; another id or data folder is refused. */
#ifndef VIGIA_AGENT_RUN_H
#define VIGIA_AGENT_RUN_H

#include "agent/agent_config.h"
#include "base/attr.h"

/* Takes the configuration over. */
int agent_run(const char *file, struct agent_config *config) NONNULL_ALL;

#endif
