/* faults - what is seen becomes an alarm and what is over ends it; drawing stops and goes on; the ballast buys one more try.
 * wrap: series_pause series_stats series_trouble disk_look disk_refused clock_off_us journal_commit intake_stats
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/faults.h"
#include "collector/intake.h"
#include "tests/support/collector_world.h"

static struct series_stats stats;
static struct intake_stats taken;
static bool paused, look_full, has_ballast;
static int64_t off_us;
static enum err commit_says[4];
static unsigned commits;

void __wrap_series_pause(struct series *s, bool p);
void __wrap_series_pause(struct series *s, bool p)
{
	(void)s;
	paused = p;
}

struct series_stats __wrap_series_stats(const struct series *s);
struct series_stats __wrap_series_stats(const struct series *s)
{
	(void)s;
	return stats;
}

struct intake_stats __wrap_intake_stats(const struct intake *i);
struct intake_stats __wrap_intake_stats(const struct intake *i)
{
	(void)i;
	return taken;
}

const char *__wrap_series_trouble(const struct series *s);
const char *__wrap_series_trouble(const struct series *s)
{
	(void)s;
	return "a.rrd: what is wrong with it";
}

void __wrap_disk_look(struct disk *d);
void __wrap_disk_look(struct disk *d)
{
	d->full = look_full;
}

bool __wrap_disk_refused(struct disk *d);
bool __wrap_disk_refused(struct disk *d)
{
	bool had = has_ballast;

	d->full = look_full = true;
	has_ballast = false;
	return had;
}

int64_t __wrap_clock_off_us(const struct clock *c);
int64_t __wrap_clock_off_us(const struct clock *c)
{
	(void)c;
	return off_us;
}

enum err __real_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info)
{
	enum err e = commits < 4 ? commit_says[commits] : ERR_OK;

	commits++;
	return e != ERR_OK ? err_fail(info, e, "no commit") : __real_journal_commit(j, info);
}

static int set_up(void **state)
{
	static int nothing;
	struct collector_world *w = calloc(1, sizeof(*w));

	memset(commit_says, 0, sizeof(commit_says));
	stats = (struct series_stats){0};
	taken = (struct intake_stats){0};
	paused = look_full = false;
	has_ballast = true;
	off_us = 0;
	collector_world_open(w);
	w->c.config.data = w->dir;
	w->c.series = (struct series *)(void *)&nothing;
	w->c.intake = intake_new(&w->c);
	commits = 0;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	intake_free(w->c.intake);
	collector_world_close(w);
	free(w);
	return 0;
}

static bool is_on(const struct collector_world *w, enum alarm a)
{
	return alarm_is_on(&w->c.alarms, a);
}

static void a_full_disk(void **state)
{
	struct collector_world *w = *state;

	faults_start(&w->c);
	assert_false(is_on(w, ALARM_DISK_FULL) || paused);
	stats.disk_full = true; /* a series was refused for want of space */
	faults_look(&w->c);
	assert_true(is_on(w, ALARM_DISK_FULL) && paused && !has_ballast);
	stats.disk_full = false;
	faults_look(&w->c);
	assert_true(is_on(w, ALARM_DISK_FULL) && paused);
	look_full = false;
	faults_look(&w->c);
	assert_false(is_on(w, ALARM_DISK_FULL) || paused);
}

static void what_was_shed_is_asked_for_again(void **state)
{
	struct collector_world *w = *state;
	char start[33];

	snprintf(w->c.start_id, sizeof(w->c.start_id), "%s", "before");
	look_full = true;
	stats.shed = 7;
	faults_look(&w->c);
	assert_string_equal(w->c.start_id, "before"); /* not while the disk is full */
	look_full = false;
	stats.pending_rows = SERIES_WAITING_MAX;
	faults_look(&w->c);
	assert_string_equal(w->c.start_id, "before"); /* not while memory is */
	stats.pending_rows = 10;
	faults_look(&w->c);
	assert_string_not_equal(w->c.start_id, "before");
	snprintf(start, sizeof(start), "%s", w->c.start_id);
	faults_look(&w->c);
	assert_string_equal(w->c.start_id, start); /* once */
}

/* Not at once, lest everybody sends the same for ever; but without a start of ours. */
static void what_was_too_far_is_asked_for_again(void **state)
{
	struct collector_world *w = *state;
	char start[33];
	unsigned looks = 0;

	snprintf(w->c.start_id, sizeof(w->c.start_id), "%s", "before");
	taken.too_far = 3;
	while (strcmp(w->c.start_id, "before") == 0 && looks < 1000) {
		faults_look(&w->c);
		looks++;
	}
	assert_in_range(looks, 100, 200); /* of half a second */
	snprintf(start, sizeof(start), "%s", w->c.start_id);
	for (unsigned i = 0; i < 300; i++)
		faults_look(&w->c);
	assert_string_equal(w->c.start_id, start); /* once */
	taken.too_far = 4;
	stats.pending_rows = SERIES_WAITING_MAX;
	faults_look(&w->c);
	assert_string_equal(w->c.start_id, start); /* not while memory is full */
	stats.pending_rows = 0;
	faults_look(&w->c);
	assert_string_not_equal(w->c.start_id, start);
}

static void series_that_fail(void **state)
{
	struct collector_world *w = *state;

	stats.failing_now = 2;
	faults_look(&w->c);
	assert_true(is_on(w, ALARM_SERIES_FAILING));
	assert_non_null(strstr(w->c.alarms.items[ALARM_SERIES_FAILING].text, "2 of them: a.rrd"));
	look_full = true; /* then that is the trouble */
	faults_look(&w->c);
	assert_false(is_on(w, ALARM_SERIES_FAILING));
}

static void a_clock_that_is_off(void **state)
{
	struct collector_world *w = *state;

	off_us = 2 * US_PER_S - 1;
	faults_look(&w->c);
	assert_false(is_on(w, ALARM_CLOCK_OFF));
	off_us = -3600 * US_PER_S;
	faults_look(&w->c);
	assert_true(is_on(w, ALARM_CLOCK_OFF));
	assert_non_null(strstr(w->c.alarms.items[ALARM_CLOCK_OFF].text, "-3600 s"));
	off_us = 0;
	faults_look(&w->c);
	assert_false(is_on(w, ALARM_CLOCK_OFF));
}

/* A file that was put aside is an alarm until somebody has taken it away, over restarts too. */
static void files_put_aside(void **state)
{
	struct collector_world *w = *state;
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s",
		 collector_world_path(w, "journal.db.damaged-20260101T000000Z"));
	f = fopen(path, "we");
	fclose(f);
	faults_start(&w->c);
	assert_true(is_on(w, ALARM_JOURNAL_DAMAGED));
	assert_false(is_on(w, ALARM_SERIES_DAMAGED));
	unlink(path);
	for (int i = 0; i < 20; i++)
		faults_look(&w->c);
	assert_false(is_on(w, ALARM_JOURNAL_DAMAGED));
}

static void the_ballast_buys_one_more_try(void **state)
{
	struct collector_world *w = *state;
	struct err_info info;

	collector_world_append(w, "collector.started", SLICE_LIT("{}"));
	commit_says[0] = ERR_NO_SPACE;
	assert_int_equal(faults_commit(&w->c, &info), ERR_OK);
	assert_int_equal(commits, 2);
	assert_false(has_ballast || is_on(w, ALARM_JOURNAL_FAILING));
	collector_world_append(w, "collector.started", SLICE_LIT("{}"));
	commits = 0;
	assert_int_equal(faults_commit(&w->c, &info), ERR_NO_SPACE); /* there is no other */
	assert_int_equal(commits, 1);
	assert_true(is_on(w, ALARM_JOURNAL_FAILING));
	has_ballast = true;
	commits = 0;
	commit_says[0] = ERR_BUSY; /* room would not help */
	assert_int_equal(faults_commit(&w->c, &info), ERR_BUSY);
	assert_true(commits == 1 && has_ballast);
	commits = 0;
	commit_says[0] = ERR_OK;
	assert_int_equal(faults_commit(&w->c, &info), ERR_OK);
	assert_false(is_on(w, ALARM_JOURNAL_FAILING));
}

static void a_backup_that_died_holds_nothing_for_ever(void **state)
{
	struct collector_world *w = *state;

	w->c.hold_until = mono_add_us(clock_mono(), 60 * US_PER_S);
	faults_look(&w->c);
	assert_true(paused);
	w->c.hold_until = mono_add_us(clock_mono(), -1);
	faults_look(&w->c);
	assert_false(paused);
	assert_int_equal(w->c.hold_until.us, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_full_disk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_too_far_is_asked_for_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_shed_is_asked_for_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(series_that_fail, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_clock_that_is_off, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_put_aside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_ballast_buys_one_more_try, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_backup_that_died_holds_nothing_for_ever, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
