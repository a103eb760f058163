/* past_day.h - what the journal tells of an incident as facts from outside: what the checks saw, who answered how soon, which channels worked. With
 * them the same day can be played again under another plan (what-if). Ids, not indices: the plans differ. */
#ifndef VIGIA_CLI_PAST_DAY_H
#define VIGIA_CLI_PAST_DAY_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"
#include "engine/input.h"
#include "journal/journal.h"
#include "play/habits.h"

/* From `at` on a check is seen like this by an agent; `check` NULL: the agent is not heard (cut) or is again. */
struct sighting {
	struct wall_time at;
	const char *check, *agent;
	enum health health;
	enum outcome outcome;
	bool cut;
};
struct past_day {
	struct arena *arena;
	uint64_t incident, folio; /* incident: its number, whatever was asked for */
	struct slice plan; /* the plan under which it ran: its canonical JSON */
	struct wall_time began, opened, last; /* last: of the incident's entries */
	struct sighting *sightings; /* in the order of time, those before the incident as well */
	size_t count, cap;
	struct habits *habits;
	size_t answered, silent; /* people who were called and did, or did not */
	int64_t median_us; /* of the answers; whoever was not called then is taken to answer like that. 0: nobody answered */
};

/* ERR_NOT_FOUND if the journal has no such incident (its number, or the folio of the last one that bears it). Released either way. */
enum err past_day_read(struct journal *j, uint64_t id_or_folio, struct past_day *ret,
		       struct err_info *info) NONNULL_ALL MUST_CHECK;
void past_day_release(struct past_day *d) NONNULL_ALL; /* CLEANUP(past_day_release) */

#endif
