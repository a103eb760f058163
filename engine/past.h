/* past.h - what is known of the past: outages of vantages and services, runs of samples that came late, and what of the fresh ones late
 * ones go on from. Private to engine/. */
#ifndef VIGIA_ENGINE_PAST_H
#define VIGIA_ENGINE_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "base/verdict.h"
#include "engine/loose_end.h"
#include "engine/plan.h"
#include "engine/states.h"

struct engine;
struct event;
struct sample;
struct turn;
struct vantage_soft;
struct vantage_state;

/* A time in which something did not serve, and whose end is known. `is_open`: what follows from it is still to be
 * decided. */
struct outage {
	struct wall_time began, not_before, until;
	bool estimated, is_open;
	enum outcome outcome;
};
enum { OUTAGES_KNOWN_MAX = 8 };
/* The newest ones; of what is not newer than `floor` nothing is judged again. */
struct outage_list {
	struct outage items[OUTAGES_KNOWN_MAX];
	uint32_t count;
	struct wall_time floor;
};
/* A run of critical samples that came late. */
struct past_run {
	enum past_state state;
	enum outcome outcome;
	struct wall_time began, not_before;
	struct wall_time seen; /* its newest sample that was journalled */
	struct wall_time
		served; /* by then a fresh sample served again: it does not reach over that */
};
/* Fresh samples without a hole. */
struct fresh_stretch {
	struct wall_time since;
	uint32_t bad_run; /* it begins with so many critical ones, */
	struct wall_time last_bad; /* the last of them then */
	uint32_t good_run; /* of those that serve, up to now */
	struct wall_time first_good;
	/* What was bad when it began is over: with the first of the first good ones that are a recovery, or when nothing is seen. */
	struct wall_time over;
	bool over_unseen;
};

/* past.c: late data of a vantage */
int64_t past_hole_us(const struct engine *e, uint32_t vantage) NONNULL_ALL; /* a probe is missing */
bool past_observe(struct engine *e, struct vantage_soft *soft, const struct sample *s) NONNULL_ALL;
void past_decide_late(const struct turn *t, const struct sample *s) NONNULL_ALL;
void past_decide_fresh(const struct turn *t, const struct sample *s) NONNULL_ALL;
bool past_reaches(const struct engine *e, uint32_t vantage, struct wall_time began) NONNULL_ALL;
/* A fresh sample is about to be, or has been, taken into the soft memory; blindness is applied. */
void past_before_fresh(const struct engine *e, struct vantage_soft *soft,
		       const struct sample *s) NONNULL_ALL;
void past_after_fresh(const struct engine *e, struct vantage_soft *soft,
		      const struct sample *s) NONNULL_ALL;
void past_cut_short(const struct vantage_state *v, struct vantage_soft *soft,
		    struct wall_time last) NONNULL_ALL;
/* What is confirmed now of a vantage began at `began`: what failed beside it since then, and is over, is judged again. */
void past_look_again(struct engine *e, uint32_t vantage, struct wall_time began) NONNULL_ALL;
/* A fresh sample served again at `t`. */
void past_note_served(struct vantage_state *v, struct wall_time t) NONNULL_ALL;
void past_apply(struct engine *e, uint32_t vantage, const struct event *ev) NONNULL_ALL;
bool outages_cover(const struct outage_list *l, struct wall_time t) NONNULL_ALL;
/* The one that covers `t`, or begins after it without a hole of more than `hole_us`; NULL: none. */
const struct outage *outages_from(const struct outage_list *l, struct wall_time t,
				  int64_t hole_us) NONNULL_ALL;
void outages_add(struct outage_list *l, struct outage o) NONNULL_ALL;
void outages_record(struct outage_list *l, struct outage o) NONNULL_ALL;

/* past_service.c: what such outages mean for services */
void past_place(const struct turn *t) NONNULL_ALL;
void past_apply_service(struct engine *e, const struct event *ev) NONNULL_ALL;
/* Incidents of kind past: opening, clocks, end. */
void past_decide_incidents(const struct turn *t) NONNULL_ALL;
void past_count_unplaced(struct engine *e) NONNULL_ALL;

/* The diagram at a moment of the past, by what has been told, and the next moment at which it may differ. */
bool past_need_is_down(const struct engine *e, const struct plan_need *need,
		       struct wall_time t) NONNULL_ALL;
struct wall_time past_next_change(const struct engine *e, const struct plan_need *need,
				  struct wall_time t) NONNULL_ALL;

#endif
