/* api_ready - go or no-go over HTTP: whole, in the form of the document.
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

#define json_null json_null_of_jansson
#include <jansson.h>
#undef json_null

#include "collector/ready.h"
#include "tests/support/collector_world.h"

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_serve(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	collector_world_close(w);
	free(w);
	return 0;
}

static json_t *ask(struct collector_world *w, const char *target)
{
	struct collector_world_answer a = collector_world_get(w, target);
	json_error_t error;
	json_t *root = json_loads(a.body, JSON_REJECT_DUPLICATES, &error);

	assert_int_equal(a.status, 200);
	if (root == NULL)
		fail_msg("%s in %s", error.text, a.body);
	return root;
}

static const json_t *item(const json_t *root, enum ready_id id)
{
	return json_array_get(json_object_get(root, "items"), id);
}

static const char *str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "(null)";
}

static void every_item(void **state)
{
	struct collector_world *w = *state;
	json_t *root = ask(w, "/v1/ready");
	const json_t *i;

	assert_int_equal(json_array_size(json_object_get(root, "items")), READY_COUNT);
	for (int k = 0; k < READY_COUNT; k++) {
		i = item(root, (enum ready_id)k);
		assert_string_equal(str(i, "id"), ready_id_word((enum ready_id)k));
		assert_string_equal(str(i, "group"), ready_group_word((enum ready_id)k));
	}
	assert_string_equal(str(root, "verdict"), "no-go"); /* no agent was ever heard */
	assert_int_equal(json_integer_value(json_object_get(root, "hours")), 72);
	assert_int_equal(strlen(str(json_object_get(root, "plan"), "hash")), 64);
	i = item(root, READY_AGENTS_HEARD);
	assert_string_equal(str(i, "state"), "no-go");
	assert_true(json_is_true(json_object_get(i, "blocks")));
	assert_int_equal(json_integer_value(json_object_get(i, "value")), 0);
	assert_int_equal(json_integer_value(json_object_get(i, "of")), 2);
	assert_string_equal(str(json_array_get(json_object_get(i, "detail"), 0), "what"), "dc");
	i = item(root, READY_JOURNAL_BACKUP);
	assert_string_equal(str(i, "state"), "unknown");
	assert_true(json_is_null(json_object_get(i, "since")));
	assert_true(json_is_null(json_object_get(i, "value")));
	json_decref(root);
}

static void how_long_a_proof_lasts(void **state)
{
	struct collector_world *w = *state;
	json_t *root = ask(w, "/v1/ready?hours=1");

	assert_int_equal(json_integer_value(json_object_get(root, "hours")), 1);
	json_decref(root);
	root = ask(w, "/v1/ready?hours=99999999");
	assert_int_equal(json_integer_value(json_object_get(root, "hours")), 8760);
	json_decref(root);
}

static void nobody_else(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a = collector_world_ask(
		w, &(struct collector_world_ask){
			   .method = "GET", .target = "/v1/ready", .token = w->agent_token});
	uint64_t head = collector_world_head(w);

	assert_int_equal(a.status, 403);
	json_decref(ask(w, "/v1/ready"));
	assert_int_equal(collector_world_head(w), head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_item, set_up, tear_down),
		cmocka_unit_test_setup_teardown(how_long_a_proof_lasts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_else, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
