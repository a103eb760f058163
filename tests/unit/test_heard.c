/* heard - what devices say into the journal and into timelines: once, within a budget, also under another plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/heard.h"
#include "engine/view.h"
#include "tests/support/engine_world.h"

static bool say(struct engine_world *w, const char *check, int64_t at_ms, const char *what,
		const char *text)
{
	struct input in = {.kind = INPUT_HEARD, .now = w->now};

	in.u.heard = (struct heard_note){.vantage = world_vantage(w, check, NULL),
					 .at = world_time(at_ms),
					 .what = what,
					 .severity = "major",
					 .name = "linkDown",
					 .text = text,
					 .source = "192.0.2.1",
					 .count = 3};
	if (!engine_hear(w->engine, in.u.heard.vantage, w->now))
		return false;
	assert_int_equal(world_input(w, &in), ERR_OK);
	return true;
}

static void it_is_journalled_once_with_its_own_time(void **state)
{
	struct engine_world *w = *state;
	const struct event *ev;

	world_until(w, 10000);
	say(w, "web:p", 8000, "raised", "puerto 7");
	ev = world_expect(w, "notification.heard component=web check=web:p what=raised");
	assert_int_equal(world_ms(ev->at), 8000);
	assert_int_equal(world_ms(ev->recorded), 10000);
	assert_string_equal(ev->via, "major");
	assert_string_equal(ev->ref, "linkDown");
	assert_string_equal(ev->text, "puerto 7");
	assert_string_equal(ev->source, "192.0.2.1");
	assert_int_equal(ev->number, 3);
	world_restart(w);
	say(w, "web:p", 8000, "raised", "puerto 7"); /* sent again */
	world_never(w, "notification.heard");
	say(w, "web:p", 8000, "raised", "puerto-8"); /* another one of that moment */
	world_expect(w, "notification.heard text=puerto-8");
	say(w, "web:p", 8001, "raised", "puerto-8");
	world_expect(w, "notification.heard");
	world_never(w, "call.intent");
}

static void the_newest_are_shown_first_also_after_a_restart(void **state)
{
	struct engine_world *w = *state;
	struct view_notification told[VIEW_NOTIFICATIONS_MAX];
	uint32_t web = plan_find_component(view_plan(w->engine), SLICE_LIT("web"));
	char text[16];

	world_until(w, 10000);
	assert_int_equal(view_notifications(w->engine, web, told), 0);
	say(w, "web:p", 8000, "raised", "puerto 7");
	say(w, "web:p", 9000, "cleared", "puerto 7");
	assert_int_equal(view_notifications(w->engine, web, told), 2);
	assert_string_equal(told[0].what, "cleared");
	assert_string_equal(told[1].what, "raised");
	assert_int_equal(world_ms(told[1].at), 8000);
	assert_string_equal(told[1].source, "192.0.2.1");
	assert_int_equal(told[1].count, 3);
	for (int i = 0; i < 40; i++) {
		world_until(w, 20000 + i * 5000);
		snprintf(text, sizeof(text), "n%d", i);
		say(w, "web:p", 20000 + i * 5000, "heard", text);
	}
	world_restart(w);
	web = plan_find_component(view_plan(w->engine), SLICE_LIT("web"));
	assert_int_equal(view_notifications(w->engine, web, told), VIEW_NOTIFICATIONS_MAX);
	assert_string_equal(told[0].text, "n39");
	assert_string_equal(told[VIEW_NOTIFICATIONS_MAX - 1].text, "n8");
	assert_true(told[0].seq > told[1].seq);
}

static void of_too_much_a_number_is_told(void **state)
{
	struct engine_world *w = *state;
	char text[16];
	int taken = 0;

	world_until(w, 1000);
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "%d", i);
		taken += say(w, "web:p", 1000, "heard", text);
	}
	assert_int_equal(taken, HEARD_MINUTE);
	assert_int_equal(world_count(w, "notification.heard component=web"), HEARD_MINUTE);
	assert_int_equal(world_ms(engine_next_deadline(w->engine)) <= 61000, true);
	world_until(w, 60900);
	assert_int_equal(world_count(w, "notification.more"), 0);
	world_until(w, 62000);
	assert_int_equal(world_expect(w, "notification.more component=web")->number,
			 100 - HEARD_MINUTE);
	world_until(w, 200000);
	world_never(w, "notification.more");
	/* an agent's own number is as it says */
	say(w, "web:p", 200000, "more", "");
	assert_int_equal(world_expect(w, "notification.more")->number, 3);
}

static void it_stands_in_the_timelines_that_it_belongs_to(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 700000);
	say(w, "switch:p", 50000, "heard", "antes");
	say(w, "switch:p", 690000, "heard", "camino");
	say(w, "db:p", 690000, "heard", "otro"); /* consulta stands on it too, portal does not */
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, 710000);
	world_expect(w, "incident.opened service=acceso");
	assert_int_equal(world_count(w, "incident.notification text=camino"), 1);
	assert_int_equal(world_count(w, "incident.notification text=antes"), 0);
	assert_int_equal(world_count(w, "incident.notification text=otro"), 0);
	say(w, "fw-a:p", 711000, "heard", "durante");
	assert_int_equal(world_count(w, "incident.notification text=durante component=fw-a"), 1);
}

static void another_plan_knows_it_by_id(void **state)
{
	struct engine_world *w = *state;
	char *plan = strdup(world_plan);

	world_until(w, 5000);
	say(w, "web:p", 4000, "raised", "puerto 7");
	world_apply_plan(w, plan);
	say(w, "web:p", 4000, "raised", "puerto 7");
	assert_int_equal(world_count(w, "notification.heard"), 1);
	free(plan);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(it_is_journalled_once_with_its_own_time),
		TEST(the_newest_are_shown_first_also_after_a_restart),
		TEST(of_too_much_a_number_is_told),
		TEST(it_stands_in_the_timelines_that_it_belongs_to),
		TEST(another_plan_knows_it_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
