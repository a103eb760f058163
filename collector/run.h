/* run.h - runs a collector until it is told to stop; returns the exit status. */
#ifndef VIGIA_COLLECTOR_RUN_H
#define VIGIA_COLLECTOR_RUN_H

#include "base/attr.h"
#include "collector/collector_config.h"

int collector_run(const struct collector_config *config) NONNULL_ALL;

#endif
