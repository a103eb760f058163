/* answer_record.h - when each person was last called, and last answered, gathered from the journal's events: at the fold and later. Who
 * has not answered for months is who to call before the day. */
#ifndef VIGIA_COLLECTOR_ANSWER_RECORD_H
#define VIGIA_COLLECTOR_ANSWER_RECORD_H

#include "base/attr.h"
#include "engine/event.h"

struct answer_record;

struct answer_times {
	struct wall_time called; /* the last call that was made */
	struct wall_time answered; /* a human being said something */
	struct wall_time missed; /* a call was given up without an answer */
}; /* WALL_UNKNOWN: never */

struct answer_record *answer_record_new(void) __attribute__((returns_nonnull));
void answer_record_free(struct answer_record *r);
/* `plan`: that of the event's incident, NULL before the first. */
void answer_record_note(struct answer_record *r, const struct event *ev, const struct plan *plan)
	NONNULL(1, 2);
/* By the person's id. */
struct answer_times answer_record_of(const struct answer_record *r, const char *id) NONNULL_ALL;

#endif
