/* channel_record.h - when each channel last worked and last failed, gathered from the journal's events: at the fold and
 * later. A channel that has carried nothing for months is the one to try before the day. */
#ifndef VIGIA_COLLECTOR_CHANNEL_RECORD_H
#define VIGIA_COLLECTOR_CHANNEL_RECORD_H

#include "base/attr.h"
#include "engine/event.h"

struct channel_record;

struct channel_times {
	struct wall_time success, failure; /* WALL_UNKNOWN: never */
};

struct channel_record *channel_record_new(void) __attribute__((returns_nonnull));
void channel_record_free(struct channel_record *r);
/* `plan`: that of the event's incident, NULL before the first. */
void channel_record_note(struct channel_record *r, const struct event *ev, const struct plan *plan)
	NONNULL(1, 2);
/* By the channel's id. */
struct channel_times channel_record_of(const struct channel_record *r, const char *id) NONNULL_ALL;

#endif
