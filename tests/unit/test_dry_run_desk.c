/* dry_run_desk - one play at a time, on a copy, not longer than its limit, and gone when the collector ends.
 * wrap: collector_end_turn_soon
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/dry_run_desk.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"

static struct {
	unsigned count;
	enum err err;
	char *json;
	char why[480];
} got;

static void on_done(void *user, enum err e, struct slice json, const char *why)
{
	(void)user;
	got.count++;
	got.err = e;
	free(got.json);
	got.json = strndup(json.p, json.n);
	snprintf(got.why, sizeof(got.why), "%s", why);
}

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_serve(w);
	memset(&got, 0, sizeof(got));
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	collector_world_close(w);
	free(w);
	free(got.json);
	return 0;
}

static const struct dry_run_ask one_day = {.service = "publicacion", .answers = "*=60s"};

static void until_done(struct collector_world *w, unsigned count)
{
	while (got.count < count)
		loop_turn(collector_world_loop(w));
}

static void a_day_is_played(void **state)
{
	struct collector_world *w = *state;
	struct dry_run_desk *d = dry_run_desk_new(&w->c);
	struct dry_run_ask proof = {.answers = "*=60s", .all_silent = 1};

	assert_true(dry_run_desk_play(d, &one_day, true, on_done, NULL));
	assert_int_equal(got.count, 0); /* never within the call */
	assert_false(dry_run_desk_play(d, &one_day, true, on_done, NULL)); /* one at a time */
	until_done(w, 1);
	assert_int_equal(got.err, ERR_OK);
	assert_non_null(strstr(got.json, "{\"service\":\"publicacion\",\"rto\":300,"));
	assert_non_null(strstr(got.json, "\"to\":\"mesa@example.org\""));
	assert_true(dry_run_desk_play(d, &one_day, false, on_done, NULL));
	until_done(w, 2);
	assert_null(strstr(got.json, "@example.org"));
	assert_true(dry_run_desk_play(d, &proof, true, on_done, NULL));
	until_done(w, 3);
	assert_non_null(strstr(
		got.json,
		"{\"silent\":1,\"answers\":\"*=60s\",\"services\":[{\"service\":\"publicacion\""));
	dry_run_desk_stop(d);
	dry_run_desk_free(d);
}

static void what_cannot_be_played_says_why(void **state)
{
	struct collector_world *w = *state;
	struct dry_run_desk *d = dry_run_desk_new(&w->c);
	struct dry_run_ask ask = {.service = "otro", .answers = "*=60s"};

	assert_true(dry_run_desk_play(d, &ask, true, on_done, NULL));
	until_done(w, 1);
	assert_int_equal(got.err, ERR_NOT_FOUND);
	assert_non_null(strstr(got.why, "no service 'otro'"));
	dry_run_desk_limit(d, -1); /* it is over before it begins */
	assert_true(dry_run_desk_play(d, &one_day, true, on_done, NULL));
	until_done(w, 2);
	assert_int_equal(got.err, ERR_TIMEOUT);
	dry_run_desk_free(d);
}

static void it_ends_with_the_collector(void **state)
{
	struct collector_world *w = *state;
	struct dry_run_desk *d = dry_run_desk_new(&w->c);

	assert_true(dry_run_desk_play(d, &one_day, true, on_done, NULL));
	dry_run_desk_stop(d);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.err, ERR_CLOSED);
	assert_false(dry_run_desk_play(d, &one_day, true, on_done, NULL));
	dry_run_desk_free(d);
	dry_run_desk_free(NULL);
	d = dry_run_desk_new(&w->c);
	assert_true(dry_run_desk_play(d, &one_day, true, on_done, NULL));
	dry_run_desk_free(d); /* what is under way is nobody's, and says nothing */
	assert_int_equal(got.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_day_is_played, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_played_says_why, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_ends_with_the_collector, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
