/* turn.h - the core: engine and journal together, written first, acted after (DESIGN 6). An input is decided,
 * its events appended and applied one by one; nothing leaves before core_commit has succeeded. */
#ifndef VIGIA_COLLECTOR_TURN_H
#define VIGIA_COLLECTOR_TURN_H

#include "base/attr.h"
#include "base/err.h"
#include "base/schema.h"
#include "collector/clock.h"
#include "engine/engine.h"
#include "engine/view.h"
#include "journal/journal.h"
#include "journal/segment.h"

struct core;
struct answer_record;
struct channel_record;
struct history;

struct core_stats {
	uint64_t events, commits, commit_failures, inputs, skipped_inputs;
	bool failing; /* the last commit failed: inputs wait, agents keep their results */
	struct wall_time failing_since; /* valid while failing */
	struct wall_time last_commit;
	uint64_t unjournalled; /* events that wait for a commit */
};

struct core_options {
	const char *folder; /* data folder */
	const struct schema_list *schemas;
	struct wall_time now; /* of a new segment, should the journal be damaged */
	/* After every commit: the effects that its events asked for. Also while commits fail, for calls
	 * that have waited 30 s (core_stats says that it is failing). */
	void (*committed)(void *user, const struct effect_list *effects, uint64_t head_seq);
	void *user;
};

/* Opens the journal, in a new segment if it is damaged (core_segment says so), and folds it into an engine. An
 * error with a sentence if it cannot be read at all, or what stands in it is not understood. */
enum err core_open(const struct core_options *o, struct core **ret,
		   struct err_info *info) NONNULL_ALL MUST_CHECK;
void core_close(struct core *c);
struct engine *core_engine(struct core *c) NONNULL_ALL;
struct journal *core_journal(struct core *c) NONNULL_ALL;
/* When the channels last worked. */
const struct channel_record *core_channels(const struct core *c) NONNULL_ALL;
/* When people were last called, and answered. */
const struct answer_record *core_answers(const struct core *c) NONNULL_ALL;
/* When the plan in force was applied, WALL_UNKNOWN before the first. */
struct wall_time core_plan_applied(const struct core *c) NONNULL_ALL;
/* All incidents of the journal, in short. */
const struct history *core_history(const struct core *c) NONNULL_ALL;
/* The last recorded time of the journal, WALL_UNKNOWN if it is empty. */
struct wall_time core_last_recorded(const struct core *c) NONNULL_ALL;

/* Decides one input and all that follows from it. An act that is refused returns why; its record is appended all
 * the same. `ret_seq` (may be NULL): the first event's number, 0 if there was none. */
enum err core_input(struct core *c, const struct input *in, uint64_t *ret_seq,
		    struct err_info *info) NONNULL(1, 2, 4) MUST_CHECK;
/* Makes everything appended durable and hands out effects. ERR: kept, to be tried again. */
enum err core_commit(struct core *c, struct wall_time now,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* True while calls wait for a commit, or have only just left because of that: no INPUT_TICK then. The engine counts a
 * call's receipt from its intent, and would give up a call that nobody has been able to send. Ends 40 s after
 * commits began to fail at the latest, as the calls leave unjournalled then. */
bool core_holds_time(const struct core *c, struct wall_time now) NONNULL_ALL;
/* Proves, if nothing was committed since `before`, that the journal can be written (journal_touch). */
enum err core_canary(struct core *c, struct wall_time now, struct wall_time before,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
struct core_stats core_stats(const struct core *c) NONNULL_ALL;
/* Calls whose outcome the last run does not know; marked. */
void core_pending(struct core *c, struct effect_list *ret) NONNULL_ALL;
const struct segment_report *core_segment(const struct core *c) NONNULL_ALL;
/* The input at which the last run died ("" = none): to be journalled as INPUT_SKIPPED. */
const char *core_skipped_input(const struct core *c) NONNULL_ALL;

#endif
