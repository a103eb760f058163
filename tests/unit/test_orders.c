/* orders - suspend, wait, resume: who may, who has confirmed, who is missing, and what thirty-three posts cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/calendar_world.h"
#include "tests/support/test_plan.h"

static void fail_web(struct engine_world *w)
{
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
}

static struct view_order order_at(const struct engine_world *w, size_t index)
{
	struct view_order o;

	view_order(w->engine, world_incident(w, 0).id, index, &o);
	return o;
}

static void posts_count_one_by_one(void **state)
{
	struct engine_world *w = *state;

	fail_web(w);
	assert_int_equal(calendar_world_act(w, "omar", ACT_ORDER, "x", "what=suspend"), ERR_OK);
	assert_int_equal(order_at(w, 0).missing.bits[0], 7);
	assert_int_equal(calendar_world_link(w, "uno", CALL_ORDER, ACT_NO_PUEDO), ERR_DENIED);
	assert_int_equal(calendar_world_link(w, "uno", CALL_ORDER, ACT_ENTERADO), ERR_OK);
	assert_int_equal(calendar_world_link(w, "uno", CALL_ORDER, ACT_ENTERADO), ERR_DUPLICATE);
	assert_int_equal(order_at(w, 0).missing.bits[0], 6);
	assert_int_equal(world_incident(w, 0).owed_resume, 3);
	assert_int_equal(calendar_world_act(w, "tres-b", ACT_CONFIRM_ORDER, "", "site=distrito-1"),
			 ERR_WRONG_STATE);
	assert_int_equal(calendar_world_act(w, "tres-b", ACT_CONFIRM_ORDER, "", "site=distrito-3"),
			 ERR_OK);
	assert_int_equal(calendar_world_act(w, "dos", ACT_CONFIRM_ORDER, "", ""), ERR_OK);
	assert_true(order_at(w, 0).complete);
	assert_int_equal(
		calendar_world_act(w, "omar", ACT_ORDER, "x", "what=resume sites=distrito-2"),
		ERR_OK);
	assert_int_equal(world_incident(w, 0).owed_resume, 2);
	assert_int_equal(order_at(w, 1).missing.bits[0], 2);
}

/* What was confirmed is of its own order: the entry names it. */
static void an_older_order_is_not_confirmed_any_more(void **state)
{
	struct engine_world *w = *state;
	char entry[64];

	fail_web(w);
	assert_int_equal(calendar_world_act(w, "omar", ACT_ORDER, "x", "what=suspend"), ERR_OK);
	snprintf(entry, sizeof(entry), "entry=%llu",
		 (unsigned long long)calendar_world_newest(w, EVENT_ACT_ORDER));
	assert_int_equal(calendar_world_act(w, "omar", ACT_ORDER, "x", "what=wait"), ERR_OK);
	assert_int_equal(calendar_world_act(w, "dos", ACT_CONFIRM_ORDER, "", entry),
			 ERR_WRONG_STATE);
	assert_false(order_at(w, 0).stands);
	assert_int_equal(calendar_world_act(w, "dos", ACT_CONFIRM_ORDER, "", ""), ERR_OK);
	assert_int_equal(order_at(w, 1).confirmed.bits[0], 2);
}

/* A plan of thirty-three posts, one person each. */
static char *large_plan(struct arena *arena)
{
	char *text = arena_calloc(arena, 32768, 1);
	const char *people = strstr(world_plan, "people:\n"),
		   *seats = strstr(world_plan, "seats:\n");
	int n = snprintf(text, 32768, "%.*s", (int)(seats - world_plan), world_plan);

	assert_non_null(people);
	for (int i = 1; i <= 33; i++)
		n += snprintf(text + n, 32768 - (size_t)n,
			      "  - {id: d%d, post: Distrito, contacts: [{channel: uno, to: x}, "
			      "{channel: dos, to: y}]}\n",
			      i);
	n += snprintf(text + n, 32768 - (size_t)n, "%s%s", seats, "field_posts:\n");
	for (int i = 1; i <= 33; i++)
		n += snprintf(text + n, 32768 - (size_t)n, "  - {id: p%d, person: d%d}\n", i, i);
	return text;
}

static void thirty_three_posts_fit(void **state)
{
	struct arena *arena = arena_new();
	struct engine_world *w = world_open(large_plan(arena));
	struct view_order o;

	(void)state;
	fail_web(w);
	assert_int_equal(calendar_world_act(w, "ceci", ACT_ORDER, "x", "what=suspend"), ERR_OK);
	assert_int_equal(world_count(w, "call.intent kind=order"), 33);
	world_until(w, 1200000); /* nobody answers for twenty minutes */
	o = order_at(w, 0);
	assert_int_equal(post_set_count(&o.missing), 33);
	assert_int_equal(world_count(w, "order.missing"), 1);
	/* Rounds of two ways: the first ten minutes each four (60 s a way and 120 s between), then each twelve. */
	assert_in_range(world_count(w, "call.intent kind=order"), 33 * 6, 33 * 10);
	world_close(w);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(posts_count_one_by_one, calendar_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(an_older_order_is_not_confirmed_any_more,
						calendar_world_setup, world_teardown),
		cmocka_unit_test(thirty_three_posts_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
