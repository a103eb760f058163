/* ready - go or no-go out of figures: each item in each of its states, what blocks, and the verdict over all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/micro.h"
#include "collector/ready.h"

static struct ready_figures f;
static struct ready_item items[READY_COUNT];

static void count(struct ready_count *c, size_t fine, size_t bad, size_t unknown)
{
	*c = (struct ready_count){0};
	for (size_t i = 0; i < fine; i++)
		ready_count_add(c, READY_FINE,
				(struct ready_detail){"fine", "", WALL_UNKNOWN, MICRO_NONE});
	for (size_t i = 0; i < bad; i++)
		ready_count_add(c, READY_BAD,
				(struct ready_detail){"bad", "x", WALL_UNKNOWN, MICRO_NONE});
	for (size_t i = 0; i < unknown; i++)
		ready_count_add(c, READY_NOT_KNOWN,
				(struct ready_detail){"unknown", "y", WALL_UNKNOWN, MICRO_NONE});
}

/* A day on which everything is well. */
static void all_well(void)
{
	struct ready_count *const some[] = {
		&f.seats, &f.seats_ahead,  &f.people,        &f.channels, &f.services,
		&f.spare, &f.checks_seen,  &f.checks_well,   &f.backups,  &f.agents,
		&f.sites, &f.agent_clocks, &f.agent_versions};

	f = (struct ready_figures){.now = {1000 * US_PER_S},
				   .ahead_until = {2000 * US_PER_S},
				   .plan_hash = "abc",
				   .plan_applied = {5},
				   .disk_plan_text = "",
				   .program_hash = "def",
				   .tls = true,
				   .certificate_us = 100 * 86400 * US_PER_S,
				   .last_commit = {900 * US_PER_S},
				   .disk_free = 4000,
				   .disk_wanted = 1000,
				   .series_age_us = US_PER_S,
				   .backup_at = {500 * US_PER_S},
				   .heartbeat = READY_BEAT_OK,
				   .heartbeat_at = {990 * US_PER_S}};
	for (size_t i = 0; i < COUNT_OF(some); i++)
		count(some[i], 3, 0, 0);
}

static enum ready_verdict judge(void)
{
	return ready_judge(&f, items);
}

/* This item alone is not go, and so the whole. */
static void says(enum ready_id id, enum ready_state state, const char *why,
		 enum ready_verdict verdict)
{
	enum ready_verdict got = judge();

	for (int i = 0; i < READY_COUNT; i++) {
		if ((int)id == i) {
			assert_int_equal(items[i].state, state);
			assert_string_equal(items[i].why, why);
			assert_int_equal(items[i].blocks, verdict == VERDICT_NO_GO);
		} else if (items[i].state != READY_GO) {
			fail_msg("%s is %s as well", ready_id_word((enum ready_id)i),
				 ready_state_word(items[i].state));
		}
	}
	assert_int_equal(got, verdict);
	all_well();
}

static void all_is_well(void **state)
{
	(void)state;
	all_well();
	assert_int_equal(judge(), VERDICT_GO);
	for (int i = 0; i < READY_COUNT; i++) {
		assert_int_equal(items[i].id, i);
		assert_int_equal(items[i].state, READY_GO);
		assert_false(items[i].blocks);
	}
	assert_int_equal(items[READY_SEATS_HELD].micro, 3 * MICRO);
	assert_int_equal(items[READY_SEATS_HELD].of_micro, 3 * MICRO);
	assert_int_equal(items[READY_SEATS_AHEAD].since.us, 2000 * US_PER_S);
	assert_int_equal(items[READY_INCIDENTS].micro, 0);
	assert_int_equal(items[READY_JOURNAL_BACKUP].micro, 500 * US_PER_S);
	assert_string_equal(items[READY_PLAN_FINDINGS].text, "abc");
	assert_string_equal(items[READY_PROGRAM].text, "def");
	assert_int_equal(items[READY_DISK].micro, 4000 * MICRO);
}

/* What is counted: one bad one, one unknown one, and both. */
static void what_is_counted(void **state)
{
	static const struct {
		enum ready_id id;
		size_t offset;
		enum ready_verdict bad;
		bool some; /* none at all is no go */
	} rows[] = {
#define ROW(sym, field, verdict, some)                                                             \
	{READY_##sym, offsetof(struct ready_figures, field), VERDICT_##verdict, some}
		ROW(SEATS_HELD, seats, NO_GO, true),
		ROW(SEATS_AHEAD, seats_ahead, NO_GO, true),
		ROW(PEOPLE_REACHED, people, RESERVED, false),
		ROW(CHANNELS, channels, NO_GO, true),
		ROW(SERVICES, services, NO_GO, true),
		ROW(SERVICES_SPARE, spare, RESERVED, false),
		ROW(CHECKS_SEEN, checks_seen, RESERVED, false),
		ROW(CHECKS_WELL, checks_well, RESERVED, false),
		ROW(BACKUPS, backups, NO_GO, false),
		ROW(AGENTS_HEARD, agents, NO_GO, true),
		ROW(SITES_WATCHED, sites, RESERVED, false),
		ROW(CLOCKS_AGENTS, agent_clocks, RESERVED, false),
		ROW(AGENT_VERSIONS, agent_versions, RESERVED, false),
	};

	(void)state;
	all_well();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ready_count *c = (struct ready_count *)(void *)((char *)&f + rows[i].offset);

		count(c, 2, 1, 0);
		says(rows[i].id, READY_NO_GO, "some-bad", rows[i].bad);
		assert_int_equal(items[rows[i].id].micro, 2 * MICRO);
		assert_int_equal(items[rows[i].id].of_micro, 3 * MICRO);
		assert_ptr_equal(items[rows[i].id].details, c);
		count(c, 2, 0, 1);
		says(rows[i].id, READY_UNKNOWN, "some-unknown", VERDICT_RESERVED);
		count(c, 0, 1, 4);
		says(rows[i].id, READY_NO_GO, "some-bad", rows[i].bad);
		count(c, 0, 0, 0);
		if (rows[i].some)
			says(rows[i].id, READY_NO_GO, "none-there", rows[i].bad);
		else if (rows[i].id == READY_CHECKS_WELL)
			says(rows[i].id, READY_UNKNOWN, "nothing-seen", VERDICT_RESERVED);
		else
			assert_int_equal(judge(), VERDICT_GO);
		all_well();
	}
	count(&f.checks_well, 0, 0, 0);
	count(&f.checks_seen, 0, 0, 0);
	assert_int_equal(judge(), VERDICT_GO); /* a plan without checks says so elsewhere */
}

static void what_there_should_be_none_of(void **state)
{
	(void)state;
	all_well();
	count(&f.incidents, 0, 2, 0);
	says(READY_INCIDENTS, READY_NO_GO, "there-are", VERDICT_NO_GO);
	assert_int_equal(items[READY_INCIDENTS].micro, 2 * MICRO);
	count(&f.owed, 0, 1, 0);
	says(READY_OWED, READY_NO_GO, "there-are", VERDICT_RESERVED);
	count(&f.silences, 0, 0, 1);
	says(READY_SILENCES, READY_NO_GO, "there-are", VERDICT_RESERVED);
	f.drill = true;
	says(READY_DRILL, READY_NO_GO, "drill-on", VERDICT_RESERVED);
}

static void clock_and_plan(void **state)
{
	(void)state;
	all_well();
	f.clock_alarm = true;
	f.clock_off_us = -5 * US_PER_S;
	says(READY_CLOCK_OWN, READY_NO_GO, "clock-off", VERDICT_NO_GO);
	assert_int_equal(items[READY_CLOCK_OWN].micro, -5 * US_PER_S);
	f.plan_errors = 25;
	says(READY_PLAN_FINDINGS, READY_NO_GO, "errors-open", VERDICT_RESERVED);
	assert_int_equal(items[READY_PLAN_FINDINGS].micro, 25 * MICRO);
	f.disk_plan = READY_PLAN_DIFFERS;
	says(READY_PLAN_ON_DISK, READY_NO_GO, "not-loaded", VERDICT_RESERVED);
	f.disk_plan = READY_PLAN_REFUSED;
	f.disk_plan_text = "x.yaml:3:1";
	says(READY_PLAN_ON_DISK, READY_NO_GO, "would-be-refused", VERDICT_RESERVED);
	assert_string_equal(items[READY_PLAN_ON_DISK].text, "x.yaml:3:1");
	f.program = READY_PROGRAM_REPLACED;
	says(READY_PROGRAM, READY_NO_GO, "replaced", VERDICT_RESERVED);
	f.program = READY_PROGRAM_NOT_KNOWN;
	says(READY_PROGRAM, READY_UNKNOWN, "not-read", VERDICT_RESERVED);
}

static void certificates_end(void **state)
{
	static const int64_t day = 86400 * US_PER_S;

	(void)state;
	all_well();
	f.certificate_us = 30 * day;
	assert_int_equal(judge(), VERDICT_GO);
	f.certificate_us = 30 * day - 1;
	says(READY_CERTIFICATE, READY_NO_GO, "ends-soon", VERDICT_RESERVED);
	f.certificate_us = 3 * day;
	says(READY_CERTIFICATE, READY_NO_GO, "ends-soon", VERDICT_RESERVED);
	f.certificate_us = 3 * day - 1;
	says(READY_CERTIFICATE, READY_NO_GO, "ends-now", VERDICT_NO_GO);
	f.certificate_us = 0;
	says(READY_CERTIFICATE, READY_NO_GO, "ended", VERDICT_NO_GO);
	f.certificate_us = MICRO_NONE;
	says(READY_CERTIFICATE, READY_UNKNOWN, "not-read", VERDICT_RESERVED);
	f.tls = false;
	f.certificate_us = MICRO_NONE;
	assert_int_equal(judge(), VERDICT_GO);
	assert_string_equal(items[READY_CERTIFICATE].why, "not-used");
}

static void the_machine(void **state)
{
	(void)state;
	all_well();
	f.journal_failing = true;
	says(READY_JOURNAL, READY_NO_GO, "journal-failing", VERDICT_NO_GO);
	f.journal_damaged = true;
	says(READY_JOURNAL, READY_NO_GO, "journal-damaged", VERDICT_RESERVED);
	f.disk_full = true;
	says(READY_DISK, READY_NO_GO, "disk-full", VERDICT_NO_GO);
	f.disk_free = 999;
	says(READY_DISK, READY_NO_GO, "disk-low", VERDICT_RESERVED);
	f.disk_free = 1000;
	assert_int_equal(judge(), VERDICT_GO);
	f.disk_free = -1;
	says(READY_DISK, READY_UNKNOWN, "not-read", VERDICT_RESERVED);
	f.disk_free = INT64_MAX;
	assert_int_equal(judge(), VERDICT_GO);
	f.series_failing = true;
	says(READY_SERIES, READY_NO_GO, "series-failing", VERDICT_RESERVED);
	f.series_damaged = true;
	says(READY_SERIES, READY_NO_GO, "series-damaged", VERDICT_RESERVED);
	f.series_paused = true;
	says(READY_SERIES, READY_NO_GO, "series-held", VERDICT_RESERVED);
	f.series_age_us = 121 * US_PER_S;
	says(READY_SERIES, READY_NO_GO, "series-old", VERDICT_RESERVED);
	f.series_age_us = MICRO_NONE;
	assert_int_equal(judge(), VERDICT_GO);
}

static void backups_and_the_watcher(void **state)
{
	(void)state;
	all_well();
	f.backup_at = WALL_UNKNOWN;
	says(READY_JOURNAL_BACKUP, READY_UNKNOWN, "never-seen", VERDICT_RESERVED);
	f.now = wall_add_us(f.backup_at, 86400 * US_PER_S);
	f.heartbeat_at = f.now;
	assert_int_equal(judge(), VERDICT_GO);
	f.now = wall_add_us(f.now, 1);
	says(READY_JOURNAL_BACKUP, READY_NO_GO, "too-old", VERDICT_RESERVED);
	f.heartbeat = READY_BEAT_OFF;
	says(READY_HEARTBEAT, READY_NO_GO, "not-configured", VERDICT_RESERVED);
	f.heartbeat = READY_BEAT_WAITING;
	says(READY_HEARTBEAT, READY_UNKNOWN, "not-yet", VERDICT_RESERVED);
	f.heartbeat = READY_BEAT_BAD;
	says(READY_HEARTBEAT, READY_NO_GO, "not-heard", VERDICT_RESERVED);
	f.heartbeat_at = wall_add_us(f.now, -601 * US_PER_S);
	says(READY_HEARTBEAT, READY_NO_GO, "too-old", VERDICT_RESERVED);
}

static void what_blocks_wins(void **state)
{
	(void)state;
	all_well();
	f.drill = true;
	f.journal_failing = true;
	assert_int_equal(judge(), VERDICT_NO_GO);
	assert_true(items[READY_JOURNAL].blocks);
	assert_false(items[READY_DRILL].blocks);
}

static void details_are_listed_up_to_a_limit(void **state)
{
	struct ready_count c;

	(void)state;
	count(&c, 5, READY_DETAILS_MAX - 1, 4);
	assert_int_equal(c.listed, READY_DETAILS_MAX);
	assert_int_equal(c.all, 5 + READY_DETAILS_MAX - 1 + 4);
	assert_string_equal(c.details[0].what, "bad"); /* what is fine is not listed */
	assert_string_equal(c.details[READY_DETAILS_MAX - 1].what, "unknown");
}

static void words(void **state)
{
	(void)state;
	for (int i = 0; i < READY_COUNT; i++) {
		for (int k = 0; k < i; k++)
			assert_string_not_equal(ready_id_word((enum ready_id)i),
						ready_id_word((enum ready_id)k));
		assert_true(strlen(ready_group_word((enum ready_id)i)) > 0);
	}
	assert_string_equal(ready_state_word(READY_NO_GO), "no-go");
	assert_string_equal(ready_verdict_word(VERDICT_RESERVED), "reserved");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well),
		cmocka_unit_test(what_is_counted),
		cmocka_unit_test(what_there_should_be_none_of),
		cmocka_unit_test(clock_and_plan),
		cmocka_unit_test(certificates_end),
		cmocka_unit_test(the_machine),
		cmocka_unit_test(backups_and_the_watcher),
		cmocka_unit_test(what_blocks_wins),
		cmocka_unit_test(details_are_listed_up_to_a_limit),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
