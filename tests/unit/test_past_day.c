/* past_day - what the checks saw and how people behaved is read back from the journal as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/past_day.h"
#include "tests/support/played_journal.h"

#define START_US INT64_C(1780000000000000)

static char folder[64], path[96];
static struct journal *journal;

static int set_up(void **state)
{
	struct err_info info;

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/journal.db", folder);
	played_journal_write(path);
	return journal_open(path, true, &journal, &info) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"journal.db", "journal.db-wal", "journal.db-shm",
					    "journal.db.lock", "journal.head"};
	char name[160];

	(void)state;
	journal_close(journal);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(name, sizeof(name), "%s/%s", folder, names[i]);
		unlink(name);
	}
	return rmdir(folder);
}

static void the_checks_saw_this(void **state)
{
	struct past_day d;
	struct err_info info;

	(void)state;
	assert_int_equal(past_day_read(journal, 1, &d, &info), ERR_OK);
	assert_int_equal(d.folio, 1);
	assert_int_equal(d.began.us, START_US + 60 * US_PER_S);
	assert_true(d.opened.us > d.began.us && d.last.us > d.opened.us);
	assert_true(d.count >= 3); /* well at first, critical, well again */
	assert_string_equal(d.sightings[d.count - 2].check, "web:p");
	assert_string_equal(d.sightings[d.count - 2].agent, "dc");
	assert_int_equal(d.sightings[d.count - 2].health, HEALTH_CRITICAL);
	assert_int_equal(d.sightings[d.count - 2].outcome, OUTCOME_CONNECT_REFUSED);
	assert_int_equal(d.sightings[d.count - 2].at.us, START_US + 60 * US_PER_S);
	assert_int_equal(d.sightings[d.count - 1].health, HEALTH_OK);
	assert_int_equal(d.sightings[d.count - 1].at.us, START_US + 90 * US_PER_S);
	for (size_t i = 1; i < d.count; i++)
		assert_true(d.sightings[i - 1].at.us <= d.sightings[i].at.us);
	assert_true(d.plan.n > 100 && d.plan.p[0] == '{');
	past_day_release(&d);
}

static void people_behaved_like_this(void **state)
{
	const struct person_habit *h;
	struct past_day d;
	struct err_info info;

	(void)state;
	assert_int_equal(past_day_read(journal, 1, &d, &info), ERR_OK);
	h = habits_of_person(d.habits, "ana");
	assert_int_equal(h->answer, ACT_ENTERADO);
	assert_int_equal(h->answer_us, 5 * US_PER_S);
	assert_int_equal(habits_of_person(d.habits, "beto")->answer, ACT_COUNT);
	h = habits_of_person(d.habits, "elsa");
	assert_true(h->decisions[DECISION_AUTHORIZE].does);
	assert_int_equal(h->decisions[DECISION_AUTHORIZE].after_us, 8 * US_PER_S);
	assert_false(h->decisions[DECISION_DECLARE].does);
	/* Whoever was not called is taken to be as quick as the others. */
	assert_int_equal(d.median_us, 5 * US_PER_S);
	assert_int_equal(habits_of_person(d.habits, "nadie")->answer_us, 5 * US_PER_S);
	assert_int_equal(habits_of_channel(d.habits, "uno")->how, PLAY_OK);
	past_day_release(&d);
}

static void what_is_not_there_is_told(void **state)
{
	struct past_day d;
	struct err_info info;

	(void)state;
	assert_int_equal(past_day_read(journal, 77, &d, &info), ERR_NOT_FOUND);
	assert_non_null(strstr(info.text, "77"));
	past_day_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_checks_saw_this, set_up, tear_down),
		cmocka_unit_test_setup_teardown(people_behaved_like_this, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
