/* scorecard.h - how a drill went (issue: detection, first answer, decision, restoration against the RTO, steps missed), for each service and each
 * person, computed from the entries of its journal alone, so that anybody can compute it again. A real day's journal gives the same for the
 * real day. Knows the bodies of docs/EVENTS.md and nothing of the engine. Times are of the first episode of each service. */
#ifndef VIGIA_JOURNAL_SCORECARD_H
#define VIGIA_JOURNAL_SCORECARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"
#include "journal/journal.h"

/* Past these nothing more is taken in and `overflow` is set. */
enum { SCORECARD_SERVICES_MAX = 1000, SCORECARD_PEOPLE_MAX = 1000, SCORECARD_CALLS_MAX = 100000 };

struct score_service {
	const char *id;
	uint64_t incident;
	struct wall_time
		fault; /* the last fault that was played before it failed; unknown on a real day */
	struct wall_time began, known, called, answered, asked, decided, restored;
	const char *decision; /* "authorised" "declared" "declined", "" if there was none */
	int64_t rto_us, outage_us; /* MICRO_NONE while unknown */
	bool breached;
	uint32_t steps_fired, steps_passed,
		steps_exhausted; /* passed: another mark came first; exhausted: nobody answered */
};
struct score_person {
	const char *id;
	uint32_t calls, failed, unanswered, answered, passed_on, decisions;
	int64_t fastest_us, slowest_us; /* from the call to the answer; MICRO_NONE without one */
};
struct scorecard {
	struct arena *arena;
	bool overflow;
	const char *promise, *how, *why; /* of the drill; "" for a real day, or while it goes on */
	struct wall_time began, ended; /* of the first and last entry */
	struct score_service *services;
	size_t service_count, service_cap;
	struct score_person *people;
	size_t person_count, person_cap;
	/* private */
	struct score_call *calls;
	size_t call_count, call_cap;
	struct wall_time last_fault;
};

void scorecard_init(struct scorecard *s) NONNULL_ALL;
void scorecard_release(struct scorecard *s) NONNULL_ALL; /* CLEANUP(scorecard_release) */
/* Entries in the order of their numbers. */
void scorecard_add(struct scorecard *s, const struct journal_entry *e) NONNULL_ALL;
/* All entries of the journal at `path` (read only), into a card that was begun. */
enum err scorecard_read(struct scorecard *s, const char *path,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
/* One JSON object, canonical. */
void scorecard_write_json(const struct scorecard *s, struct buf *out) NONNULL_ALL;

#endif
