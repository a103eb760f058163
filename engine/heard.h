/* heard.h - what devices said by themselves (SNMP traps and informs; docs/SNMP.md "Traps"): into the journal, and into the
 * timelines of the incidents whose services stand on the component. It decides nothing else and calls nobody: a trap is
 * never the proof of anything. Bounded per component; what is more is counted and told once. Rules: docs/EVENTS.md. */
#ifndef VIGIA_ENGINE_HEARD_H
#define VIGIA_ENGINE_HEARD_H

#include "base/attr.h"
#include "engine/event.h"

struct engine;
struct incident;
struct turn;

enum {
	HEARD_KEPT = 32, /* the newest of each component */
	HEARD_MINUTE = 30 /* journalled a minute and component */
};
#define HEARD_BEFORE_US (600 * US_PER_S) /* before an incident began */

struct heard_entry {
	uint64_t seq; /* of its notification.heard */
	struct wall_time at;
	uint32_t check, agent; /* of the present plan; PLAN_NONE if it dropped them */
	uint64_t print; /* of all that it says: agents send again what was not safe */
	int64_t count;
	bool late;
	char what[ACT_WHAT_SIZE], severity[ACT_WHAT_SIZE];
	char name[ACT_REF_SIZE], text[EVENT_TEXT_MAX], source[EVENT_SOURCE_SIZE];
	uint64_t told[4]; /* incidents in whose timelines it stands */
	uint32_t told_count;
};
/* Of a component; the newest last. NULL: nothing was heard. */
struct heard_ring {
	struct heard_entry items[HEARD_KEPT];
	uint32_t first, count;
};
/* Soft: the budget of a component, and what was beyond it. */
struct heard_soft {
	struct wall_time due; /* of the allowance (base/rate_limit.h) */
	uint32_t more;
	struct wall_time more_since;
};
struct heard {
	struct heard_ring **rings; /* per component */
	struct heard_soft *soft; /* per component */
	uint64_t version; /* of what was heard */
	uint64_t *looked; /* soft: the print of a state in which nothing is left to be said */
};

void heard_decide_input(const struct turn *t, const struct input *in) NONNULL_ALL;
/* What was beyond the budget, when its minute is over. */
void heard_decide_tick(const struct turn *t) NONNULL_ALL;
/* Into the timelines of incidents. */
void heard_decide(const struct turn *t) NONNULL_ALL;
void heard_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time heard_deadline(const struct engine *e) NONNULL_ALL;
/* Under a new plan: carried over by id. Before e->plan changes. */
struct heard heard_carry(struct engine *e, const struct plan *p) NONNULL_ALL;
void heard_free(struct heard *h, uint32_t component_count) NONNULL_ALL;
uint64_t heard_digest(const struct engine *e) NONNULL_ALL;

#endif
