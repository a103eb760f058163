/* faults.h - what goes wrong around the watch, looked at twice a second: disk, series, clock, journal. Decides when
 * drawing stops and goes on, and raises and clears the alarms (alarms.h). docs/ARCHITECTURE.md lists what is done. */
#ifndef VIGIA_COLLECTOR_FAULTS_H
#define VIGIA_COLLECTOR_FAULTS_H

#include "base/attr.h"
#include "base/err.h"
#include "collector/collector.h"

/* After core_open: what the start itself found. */
void faults_start(struct collector *c) NONNULL_ALL;
void faults_look(struct collector *c) NONNULL_ALL;
/* core_commit; where the disk is full the ballast is given back and it is tried once more. */
enum err faults_commit(struct collector *c, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
