/* reload.h - the plan on disk to the plan in force: atomic, or refused and said so. */
#ifndef VIGIA_COLLECTOR_RELOAD_H
#define VIGIA_COLLECTOR_RELOAD_H

#include "base/attr.h"
#include "base/err.h"
#include "collector/collector.h"

/* Loads the plan; a sound and different one is applied by an input, a broken one is logged, counted and shown.
 * ERR_SYNTAX if it was refused. */
enum err reload_plan(struct collector *c) NONNULL_ALL;

/* The secrets file: at a start one that is not sound is an error; at a reload it is refused and logged, and the values that
 * were there stay. */
enum err reload_first_secrets(struct collector *c, struct err_info *info) NONNULL_ALL MUST_CHECK;
void reload_secrets(struct collector *c) NONNULL_ALL;

#endif
