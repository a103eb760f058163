/* status_response - who has answered with which word, what still fails, when the tree begins anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/status_response.h"
#include "tests/support/engine_world.h"

static void says(const struct engine_world *w, const char *wanted)
{
	struct view_incident i = world_incident(w, 0);
	struct arena *arena = arena_new();
	struct json_emit j;
	struct brief b;
	struct buf out;

	buf_init(&out, 1 << 16);
	j = json_emit_to(&out);
	assert_true(brief_of(w->engine, i.id, w->now, arena, &b));
	json_open_object(&j);
	status_response_put(&j, &i, &b);
	json_close_object(&j);
	assert_true(buf_is_ok(&out));
	if (strstr(buf_cstr(&out), wanted) == NULL)
		fail_msg("%s not in %s", wanted, buf_cstr(&out));
	buf_release(&out);
	arena_free(arena);
}

static void an_answer_is_told_with_its_word(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	says(w, "{\"answers\":[],\"forecast\":[{\"service\":\"portal\",\"checks\":1,\"failing\":1,"
		"\"recovered\":0}");
	says(w, "\"repeat_at\":null}");
	assert_int_equal(world_act(w, "ana", ACT_ATIENDO, "", NULL), ERR_OK);
	says(w, "{\"answers\":[{\"person\":\"ana\",\"post\":\"P\",\"seat\":\"mesa\",\"act\":"
		"\"atiendo\","
		"\"at\":1780000005,\"holds\":true}]");
}

static void whoever_passes_on_does_not_hold(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_int_equal(world_act(w, "ana", ACT_NO_PUEDO, "", NULL), ERR_OK);
	says(w, "\"act\":\"no-puedo\",\"at\":1780000005,\"holds\":false}");
}

static void an_exhausted_tree_begins_anew(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 95000);
	assert_true(world_incident(w, 0).exhausted);
	says(w, "{\"answers\":[],");
	assert_true(wall_is_known(world_incident(w, 0).repeat_at));
	says(w, "\"repeat_at\":17800001");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer_is_told_with_its_word, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(whoever_passes_on_does_not_hold, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(an_exhausted_tree_begins_anew, world_setup,
						world_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
