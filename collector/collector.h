/* collector.h - the parts of the collector and what they share: one loop, one thread. Private to
 * collector/. */
#ifndef VIGIA_COLLECTOR_COLLECTOR_H
#define VIGIA_COLLECTOR_COLLECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/http_server.h"
#include "base/identity.h"
#include "collector/alarms.h"
#include "collector/clock.h"
#include "collector/collector_config.h"
#include "collector/disk.h"
#include "collector/series.h"
#include "collector/tokens.h"
#include "engine/engine.h"
#include "journal/journal.h"

struct uv_loop_s;
struct intake;
struct effects;
struct links;
struct trust;
struct secrets;
struct people;

/* What a reload refused, for log, /metrics and the board. */
struct plan_refusal {
	bool refused;
	struct wall_time at;
	uint64_t count;
	char text[512];
};

struct conductor;

struct core; /* turn.h: engine and journal */

struct collector {
	struct uv_loop_s *loop;
	struct collector_config config;
	struct clock clock;
	struct core *core;
	struct trust *trust; /* NULL in tests that speak plain HTTP */
	struct identity identity;
	struct tokens *tokens;
	struct people *people; /* accounts and sessions; NULL in tests that have none */
	struct links *links; /* NULL in tests that send none */
	struct series *series;
	struct intake *intake;
	struct effects *effects;
	struct secrets *secrets; /* what ${secret:NAME} of the plan stands for */
	struct http_server *http;
	struct api *api;
	struct conductor *conductor; /* NULL: this is no drill */
	struct heartbeat *heartbeat; /* NULL: none is configured */
	struct plan_refusal refusal;
	struct alarms alarms;
	struct disk disk;
	struct mono_time hold_until; /* a backup wants the series still; 0 = none */
	uint64_t set_aside_seen, looks;
	uint64_t shed_seen; /* results shed by the series that agents were asked for again */
	uint64_t too_far_seen, asked_at_look; /* the same of those whose numbers were too far */
	char start_id[33];
	int64_t lag_us; /* of our own loop, the worst of the last seconds */
};

#endif
