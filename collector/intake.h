/* intake.h - batches of results in: who, which, when, judged; then to the engine and to the series (DESIGN 3). */
#ifndef VIGIA_COLLECTOR_INTAKE_H
#define VIGIA_COLLECTOR_INTAKE_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "collector/collector.h"

struct intake;

enum refusal_why {
	REFUSAL_TIME_FUTURE,
	REFUSAL_TIME_TOO_OLD,
	REFUSAL_UNKNOWN_CHECK,
	REFUSAL_NOT_YOURS,
	REFUSAL_WHY_COUNT
};
const char *refusal_word(enum refusal_why w);

struct intake_stats {
	uint64_t batches, results, duplicates, live, clipped, malformed, unknown_values, gaps,
		too_far, notes;
	uint64_t refused[REFUSAL_WHY_COUNT];
};
/* What is known of an agent besides the engine's view. */
struct intake_agent {
	int64_t offset_us, lag_us, spooled; /* spooled -1 = not told */
	int64_t spool_bytes; /* -1 = not told */
	struct wall_time spool_oldest; /* by our clock; unknown: nothing waits */
	char version[33];
	/* What its receiver of traps has taken and dropped since its start. */
	struct intake_traps {
		char name[16];
		int64_t count;
	} traps[16];
	uint8_t trap_count;
	bool known;
};

struct intake *intake_new(struct collector *c) NONNULL_ALL __attribute__((returns_nonnull));
void intake_free(struct intake *i);

/* Takes one POST body of `agent` (the token's). On ERR_OK the answer's JSON is in `answer`; everything that
 * follows from the batch is appended, not yet committed. ERR_SYNTAX: nothing was disturbed. ERR_DENIED:
 * another agent's batch. */
enum err intake_post(struct intake *i, const char *agent, struct slice body, struct buf *answer,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* A plan was applied: indices have changed. */
void intake_plan_changed(struct intake *i) NONNULL_ALL;
/* The series' word that rows are in synced files. */
void intake_durable(struct intake *i, const struct series_ref *refs, size_t count) NONNULL(1);
/* Results were shed, or their numbers too far: agents are to send again what is not safe. With a new start id they do. */
void intake_forget(struct intake *i) NONNULL_ALL;
/* Keeps moved cursors on disk; only then agents are told of them. Once or twice a second. */
void intake_save(struct intake *i) NONNULL_ALL;
struct intake_stats intake_stats(const struct intake *i) NONNULL_ALL;
struct intake_agent intake_agent(const struct intake *i, uint32_t agent) NONNULL_ALL;

#endif
