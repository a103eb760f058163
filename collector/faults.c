#include "collector/faults.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/rand.h"
#include "collector/intake.h"
#include "collector/turn.h"

#define CLOCK_OFF_US (2 * US_PER_S)
enum {
	LOOKS_PER_S = 2,
	ASIDE_LOOK_S = 10,
	/* Not so often that a hole below what is too far is never given up (boots.c: 20 s). */
	TOO_FAR_ASK_S = 60
};

/* How many files of a pattern below the data folder there are, and the last of them. */
static size_t find_files(const struct collector *c, const char *pattern, char *last, size_t size)
{
	char path[4200];
	glob_t g = {0};
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", c->config.data, pattern);
	if (glob(path, 0, NULL, &g) == 0 && g.gl_pathc > 0) {
		n = g.gl_pathc;
		snprintf(last, size, "%.*s", (int)size - 1, g.gl_pathv[n - 1]);
	}
	globfree(&g);
	return n;
}

/* An alarm of a file that was put aside lasts until a person has looked at it and taken it away: over restarts too. */
static void look_for_aside(struct collector *c, enum alarm alarm, const char *pattern,
			   const char *why)
{
	struct wall_time now = clock_now(&c->clock);
	char last[300];
	size_t n = find_files(c, pattern, last, sizeof(last));

	if (n == 0)
		alarm_clear(&c->alarms, alarm, now);
	else
		alarm_raise(&c->alarms, alarm, now, "%s (%zu)%s%s", last, n, why[0] ? ": " : "",
			    why);
}

static void look_at_aside(struct collector *c)
{
	const struct segment_report *s = core_segment(c->core);

	if (s->begun && s->aside[0] == '\0') /* nothing was left to put aside */
		alarm_raise(&c->alarms, ALARM_JOURNAL_DAMAGED, clock_now(&c->clock), "%s",
			    s->reason);
	else
		look_for_aside(c, ALARM_JOURNAL_DAMAGED, "journal.db.damaged-*Z", s->reason);
	look_for_aside(c, ALARM_SERIES_DAMAGED, "rrd/*/*.damaged-*",
		       c->series != NULL ? series_trouble(c->series) : "");
}

/* Agents take what was answered for sent. Results that were left with them all the same, because their numbers were too far
 * above the cursor, would wait there until a start of ours. */
static uint64_t left_with_agents(struct collector *c)
{
	uint64_t too_far = intake_stats(c->intake).too_far, left = too_far - c->too_far_seen;

	if (left == 0 || c->looks - c->asked_at_look < TOO_FAR_ASK_S * LOOKS_PER_S)
		return 0;
	c->too_far_seen = too_far;
	c->asked_at_look = c->looks;
	return left;
}

/* Results that were not kept: with another start id agents go back to their cursors, as after a restart. */
static void ask_again(struct collector *c)
{
	struct series_stats s = series_stats(c->series);
	uint64_t count;

	if (s.pending_rows > SERIES_WAITING_MAX / 2)
		return;
	count = s.shed - c->shed_seen + left_with_agents(c);
	if (count == 0)
		return;
	log_event(LOG_NOTICE, "series.asked-again", "results=%llu", (unsigned long long)count);
	c->shed_seen = s.shed;
	intake_forget(c->intake);
	rand_hex(c->start_id, 16);
}

/* Only a backup that died keeps the series still to the end of its time. */
static bool is_held(struct collector *c)
{
	if (c->hold_until.us == 0)
		return false;
	if (mono_diff_us(clock_mono(), c->hold_until) >= 0)
		c->hold_until.us = 0;
	return c->hold_until.us != 0;
}

static void look_at_disk(struct collector *c)
{
	struct wall_time now = clock_now(&c->clock);
	bool refused = c->series != NULL && series_stats(c->series).disk_full;

	if (refused && !c->disk.full)
		(void)disk_refused(&c->disk);
	disk_look(&c->disk);
	if (c->series != NULL)
		series_pause(c->series, c->disk.full || is_held(c));
	if (c->disk.full) {
		alarm_raise(&c->alarms, ALARM_DISK_FULL, now,
			    "%lld MiB are free, %lld MiB are wanted; ballast %s",
			    (long long)(c->disk.free >> 20),
			    (long long)((2 * c->disk.reserve + c->disk.ballast) >> 20),
			    c->disk.has_ballast ? "kept" : "given to the journal");
		return;
	}
	alarm_clear(&c->alarms, ALARM_DISK_FULL, now);
	if (c->intake != NULL && c->series != NULL)
		ask_again(c);
}

static void look_at_series(struct collector *c)
{
	struct wall_time now = clock_now(&c->clock);
	struct series_stats s = series_stats(c->series);

	if (s.failing_now > 0 && !c->disk.full)
		alarm_raise(&c->alarms, ALARM_SERIES_FAILING, now, "%llu of them: %s",
			    (unsigned long long)s.failing_now, series_trouble(c->series));
	else
		alarm_clear(&c->alarms, ALARM_SERIES_FAILING, now);
}

static void look_at_clock(struct collector *c)
{
	int64_t off = clock_off_us(&c->clock);

	if (off >= CLOCK_OFF_US || off <= -CLOCK_OFF_US)
		alarm_raise(&c->alarms, ALARM_CLOCK_OFF, clock_now(&c->clock),
			    "the system's clock stands %+lld s off the time that is kept since the "
			    "start",
			    (long long)(off / US_PER_S));
	else
		alarm_clear(&c->alarms, ALARM_CLOCK_OFF, clock_now(&c->clock));
}

void faults_start(struct collector *c)
{
	const struct segment_report *s = core_segment(c->core);

	if (s->begun)
		log_event(LOG_ERROR, "journal.segment", "after=%llu file=%s reason=%s",
			  (unsigned long long)s->good.seq, s->aside[0] ? s->aside : "(gone)",
			  log_quote(s->reason));
	look_at_aside(c);
	look_at_clock(c);
	look_at_disk(c);
}

void faults_look(struct collector *c)
{
	uint64_t set_aside = series_stats(c->series).set_aside;

	look_at_disk(c);
	look_at_series(c);
	look_at_clock(c);
	if (set_aside != c->set_aside_seen || ++c->looks % (LOOKS_PER_S * ASIDE_LOOK_S) == 0) {
		c->set_aside_seen = set_aside;
		look_at_aside(c);
	}
}

enum err faults_commit(struct collector *c, struct err_info *info)
{
	struct wall_time now = clock_now(&c->clock);
	enum err e = core_commit(c->core, now, info);

	if (e == ERR_NO_SPACE && disk_refused(&c->disk)) {
		log_event(LOG_WARNING, "disk.ballast-freed", "bytes=%lld",
			  (long long)c->disk.ballast);
		e = core_commit(c->core, now, info);
	}
	if (e != ERR_OK)
		alarm_raise(&c->alarms, ALARM_JOURNAL_FAILING, now, "%s", info->text);
	else
		alarm_clear(&c->alarms, ALARM_JOURNAL_FAILING, now);
	return e;
}
