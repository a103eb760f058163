/* api_silences - the answer is the engine's own: a freeze wants level 2, what a very critical service stands on a second person.
 * wrap: collector_end_turn_soon
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/collector_world.h"
#include "tests/support/test_plan.h"

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));
	struct input plan = {.kind = INPUT_PLAN};
	struct arena *arena = arena_new();

	collector_world_open(w);
	plan.u.plan.plan = test_plan_from_text(
		test_plan_read_file("tests/scenario/plans/calendar.yaml", arena));
	collector_world_input(w, &plan);
	collector_world_commit(w);
	collector_world_serve(w);
	arena_free(arena);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	collector_world_close(*state);
	free(*state);
	return 0;
}

static void each_signature_is_told_beforehand(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a =
		collector_world_get(w, "/v1/silences/needs?component=db&until=5m");

	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "{\"needs\":null,\"freeze\":null}");
	a = collector_world_get(w, "/v1/silences/needs?service=votacion&until=5m");
	assert_string_equal(a.body, "{\"needs\":\"second-person\",\"freeze\":null}");
	/* What a window meets is judged over all of it, not at its beginning alone. */
	a = collector_world_get(w, "/v1/silences/needs?component=db&from=2026-05-28T17:00"
				   "&until=2026-05-28T19:00");
	assert_string_equal(a.body, "{\"needs\":\"level-2\",\"freeze\":\"Jornada electiva\"}");
	a = collector_world_get(w, "/v1/silences/needs?component=db&from=2026-05-28T17:00"
				   "&until=2026-05-28T17:30");
	assert_string_equal(a.body, "{\"needs\":null,\"freeze\":null}");
}

static void what_is_wrong_has_one_sentence(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a = collector_world_get(w, "/v1/silences/needs?component=db");

	collector_world_says(&a, 400, "malformed", "window needs until");
	a = collector_world_get(w, "/v1/silences/needs?until=5m");
	collector_world_says(&a, 400, "malformed",
			     "name one thing: check, component, site or service");
	a = collector_world_get(w, "/v1/silences/needs?component=db&service=portal&until=5m");
	collector_world_says(&a, 400, "malformed",
			     "name one thing: check, component, site or service");
	a = collector_world_get(w, "/v1/silences/needs?component=nowhere&until=5m");
	collector_world_says(&a, 404, "not-found",
			     "component: the plan has no component 'nowhere'");
}

static void asking_changes_nothing(void **state)
{
	struct collector_world *w = *state;
	uint64_t head = collector_world_head(w);

	(void)collector_world_get(w, "/v1/silences/needs?service=votacion&until=5m");
	assert_int_equal(collector_world_head(w), head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_signature_is_told_beforehand, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_has_one_sentence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asking_changes_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
