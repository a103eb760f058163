/* real_day - an incident of the real journal is seen as soon as it is committed, what was over before it was known and what is closed is
 * none, and what cannot be read is taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/real_day.h"
#include "journal/journal.h"

struct day {
	char folder[64], path[96];
	struct journal *j;
	struct real_day *real;
	int64_t now;
};

static uint64_t append(struct day *d, const char *kind, const char *body)
{
	struct wall_time t = {++d->now * 1000000};
	struct err_info info;
	uint64_t seq = 0;

	assert_int_equal(journal_append(d->j, t, t, kind, 1, slice_of(body), &seq, &info), ERR_OK);
	assert_int_equal(journal_commit(d->j, &info), ERR_OK);
	return seq;
}

static int set_up(void **state)
{
	struct day *d = calloc(1, sizeof(*d));
	struct err_info info;

	snprintf(d->folder, sizeof(d->folder), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(d->folder) == NULL)
		return -1;
	snprintf(d->path, sizeof(d->path), "%s/journal.db", d->folder);
	assert_int_equal(journal_open(d->path, false, &d->j, &info), ERR_OK);
	append(d, "collector.started", "{\"start\":\"a\"}");
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"journal.db", "journal.db-wal", "journal.db-shm",
					    "journal.db.lock", "journal.head"};
	struct day *d = *state;
	char path[160];

	real_day_close(d->real);
	journal_close(d->j);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", d->folder, names[i]);
		unlink(path);
	}
	rmdir(d->folder);
	free(d);
	return 0;
}

static bool has(struct day *d)
{
	struct err_info info = {0};
	bool yes = real_day_has_incident(d->real, &info);

	assert_int_equal(yes, info.text[0] != '\0');
	return yes;
}

static void an_incident_is_seen_until_it_is_closed(void **state)
{
	struct day *d = *state;
	struct err_info info;
	char body[128];
	uint64_t id;

	assert_int_equal(real_day_open(d->folder, &d->real, &info), ERR_OK);
	assert_false(has(d));
	id = append(d, "incident.opened",
		    "{\"folio\":7,\"incident_kind\":\"down\",\"drill\":false}");
	assert_true(real_day_has_incident(d->real, &info));
	assert_string_equal(info.text, "a real incident is open (folio 07)");
	snprintf(body, sizeof(body),
		 "{\"incident\":%llu,\"from\":\"confirmed\",\"to\":\"restored\"}",
		 (unsigned long long)id);
	append(d, "incident.state", body);
	assert_true(has(d));
	snprintf(body, sizeof(body), "{\"incident\":%llu,\"from\":\"restored\",\"to\":\"closed\"}",
		 (unsigned long long)id);
	append(d, "incident.state", body);
	assert_false(has(d));
	snprintf(body, sizeof(body), "{\"incident\":%llu,\"from\":\"closed\",\"to\":\"confirmed\"}",
		 (unsigned long long)id);
	append(d, "incident.state", body); /* it failed again */
	assert_true(has(d));
}

static void the_past_and_drills_are_no_emergency(void **state)
{
	struct day *d = *state;
	struct err_info info;

	append(d, "incident.opened", "{\"folio\":1,\"incident_kind\":\"past\",\"drill\":false}");
	append(d, "incident.opened", "{\"folio\":2,\"incident_kind\":\"down\",\"drill\":true}");
	assert_int_equal(real_day_open(d->folder, &d->real, &info), ERR_OK);
	assert_false(has(d));
}

static void without_a_journal_nothing_is_played(void **state)
{
	struct day *d = *state;
	struct err_info info;

	assert_int_not_equal(real_day_open("/nonexistent", &d->real, &info), ERR_OK);
	assert_null(d->real);
	assert_true(strstr(info.text, "/nonexistent/journal.db") != NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_incident_is_seen_until_it_is_closed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_past_and_drills_are_no_emergency, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(without_a_journal_nothing_is_played, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
