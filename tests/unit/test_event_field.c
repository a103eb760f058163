/* event_field - each type of field alone: what is written is read back, and what the plan in force does not know is refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/event_field.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct plan *plan;

static int set_up(void **state)
{
	(void)state;
	plan = test_plan_from_text(world_plan);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	plan_free(plan);
	return 0;
}

#define FIELD(type, member)                                                                        \
	(struct event_field)                                                                       \
	{                                                                                          \
		"x", FIELD_##type, offsetof(struct event, member)                                  \
	}

static void writes(struct event_field f, const struct event *ev, const struct plan *p,
		   const char *json)
{
	struct buf out;
	struct json_emit j;

	buf_init(&out, 4096);
	j = json_emit_to(&out);
	event_field_encode(ev, &f, p, &j);
	assert_true(buf_is_ok(&out));
	assert_string_equal(buf_cstr(&out), json);
	buf_release(&out);
}

static const char *reads(struct event_field f, const char *json, struct event *ret)
{
	struct json_pull in = json_pull_from(slice_of(json));
	struct slice raw = {NULL, 0};

	event_field_decode(&in, &f, plan, ret, &raw);
	json_end(&in);
	return in.error;
}

static void an_index_is_an_id_of_the_plan_in_force(void **state)
{
	struct event ev = {.person = plan_find_person(plan, slice_of("ceci"))}, back = {0};

	(void)state;
	writes(FIELD(PERSON, person), &ev, plan, "\"ceci\"");
	writes(FIELD(PERSON, person), &ev, NULL, "null");
	assert_null(reads(FIELD(PERSON, person), "\"ceci\"", &back));
	assert_int_equal(back.person, ev.person);
	assert_null(reads(FIELD(PERSON, person), "null", &back));
	assert_int_equal(back.person, PLAN_NONE);
	assert_string_equal(reads(FIELD(PERSON, person), "\"nadie\"", &back),
			    "an id is not in the plan in force");
	/* An id is of its own kind only. */
	assert_non_null(reads(FIELD(SEAT, seat), "\"ceci\"", &back));
}

static void a_word_is_one_of_its_own_machine(void **state)
{
	struct event ev = {.to = (int)INCIDENT_DECLARED}, back = {0};

	(void)state;
	writes(FIELD(WORD_INCIDENT, to), &ev, plan, "\"declared\"");
	assert_null(reads(FIELD(WORD_INCIDENT, to), "\"declared\"", &back));
	assert_int_equal(back.to, INCIDENT_DECLARED);
	assert_string_equal(reads(FIELD(WORD_CHECK, to), "\"declared\"", &back),
			    "a word is not known");
	assert_non_null(reads(FIELD(WORD_INCIDENT, to), "7", &back));
}

static void a_list_has_its_limit(void **state)
{
	struct event ev = {.also_count = 2}, back = {0};
	char text[4096] = "[";

	(void)state;
	ev.also[0] = plan_find_seat(plan, slice_of("mesa"));
	ev.also[1] = plan_find_seat(plan, slice_of("coordinacion"));
	writes(FIELD(ALSO, also_count), &ev, plan, "[\"mesa\",\"coordinacion\"]");
	assert_null(reads(FIELD(ALSO, also_count), "[\"mesa\",\"coordinacion\"]", &back));
	assert_int_equal(back.also_count, 2);
	assert_int_equal(back.also[1], ev.also[1]);
	back = (struct event){0};
	for (size_t i = 0; i <= EVENT_LIST_MAX; i++)
		strcat(text, i > 0 ? ",\"mesa\"" : "\"mesa\"");
	strcat(text, "]");
	assert_string_equal(reads(FIELD(ALSO, also_count), text, &back), "a list is too long");
	assert_int_equal(back.also_count, EVENT_LIST_MAX);
}

static void a_number_and_a_text_stay_in_their_room(void **state)
{
	struct event back = {0};
	char text[ACT_WHAT_SIZE + 3] = "";

	(void)state;
	assert_null(reads(FIELD(U32, step), "12", &back));
	assert_int_equal(back.step, 12);
	assert_null(reads(FIELD(U32, step), "null", &back));
	assert_int_equal(back.step, PLAN_NONE);
	assert_string_equal(reads(FIELD(U32, step), "-1", &back), "a number is out of range");
	assert_string_equal(reads(FIELD(U32, step), "4294967295", &back),
			    "a number is out of range");
	memset(text, 'a', sizeof(text) - 1);
	text[0] = text[sizeof(text) - 2] = '"'; /* one more than has room beside its end */
	assert_non_null(reads(FIELD(WHAT, what), text, &back));
	text[sizeof(text) - 3] = '"';
	text[sizeof(text) - 2] = '\0';
	assert_null(reads(FIELD(WHAT, what), text, &back));
	assert_int_equal(strlen(back.what), ACT_WHAT_SIZE - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_is_an_id_of_the_plan_in_force),
		cmocka_unit_test(a_word_is_one_of_its_own_machine),
		cmocka_unit_test(a_list_has_its_limit),
		cmocka_unit_test(a_number_and_a_text_stay_in_their_room),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
