/* api_hold - still after a flush and a pause, released by zero or by its time; a full disk keeps them still.
 * wrap: collector_end_turn_soon series_flush series_pause series_stats
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

#include "tests/support/collector_world.h"

static char calls[256];

void __wrap_series_flush(struct series *s, void (*done)(void *user), void *user);
void __wrap_series_flush(struct series *s, void (*done)(void *user), void *user)
{
	(void)s;
	strcat(calls, "flush ");
	done(user);
}

void __wrap_series_pause(struct series *s, bool paused);
void __wrap_series_pause(struct series *s, bool paused)
{
	(void)s;
	strcat(calls, paused ? "pause " : "go ");
}

struct series_stats __wrap_series_stats(const struct series *s);
struct series_stats __wrap_series_stats(const struct series *s)
{
	(void)s;
	return (struct series_stats){0};
}

static int set_up(void **state)
{
	static int nothing;
	struct collector_world *w = calloc(1, sizeof(*w));

	calls[0] = '\0';
	collector_world_open(w);
	collector_world_serve(w);
	w->c.series = (struct series *)(void *)&nothing;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	collector_world_close(*state);
	free(*state);
	return 0;
}

static struct collector_world_answer post(struct collector_world *w, const char *target,
					  const char *token)
{
	struct collector_world_ask ask = {
		.method = "POST", .target = target, .token = token, .body = ""};

	return collector_world_ask(w, &ask);
}

static void held_and_released(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a = post(w, "/v1/series/hold?seconds=60", w->operator_token);

	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "{\"held\":true}");
	/* Written first, then still, then whatever was under way has ended. */
	assert_string_equal(calls, "flush pause flush ");
	assert_true(mono_diff_us(w->c.hold_until, clock_mono()) > 50 * US_PER_S);
	calls[0] = '\0';
	a = post(w, "/v1/series/hold?seconds=0", w->operator_token);
	assert_string_equal(a.body, "{\"held\":false}");
	assert_string_equal(calls, "go ");
	assert_int_equal(w->c.hold_until.us, 0);
}

static void a_full_disk_is_not_released(void **state)
{
	struct collector_world *w = *state;

	w->c.disk.full = true;
	(void)post(w, "/v1/series/hold?seconds=0", w->operator_token);
	assert_string_equal(calls, "pause ");
}

static void nobody_holds_for_ever(void **state)
{
	struct collector_world *w = *state;

	(void)post(w, "/v1/series/hold?seconds=999999", w->operator_token);
	assert_true(mono_diff_us(w->c.hold_until, clock_mono()) <= 3600 * US_PER_S);
}

static void it_takes_an_operator(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a = post(w, "/v1/series/hold?seconds=60", w->agent_token);

	collector_world_says(&a, 403, "not-yours", "This needs an operator's token");
	a = post(w, "/v1/series/hold?seconds=60", NULL);
	assert_int_equal(a.status, 401);
	assert_string_equal(calls, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(held_and_released, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_disk_is_not_released, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_holds_for_ever, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_takes_an_operator, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
