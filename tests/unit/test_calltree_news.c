/* calltree_news - whoever was told "down" and not yet told better is owed an "up". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/calltree.h"

static void some_calls_only_inform_and_some_of_these_are_good_news(void **state)
{
	/* i: informs, g: good news as well, -: an answer is wanted */
	static const char of[] = "---i---gggggi--i---ii";

	(void)state;
	assert_int_equal(sizeof(of) - 1, CALL_KIND_COUNT);
	for (int k = 0; k < CALL_KIND_COUNT; k++) {
		if (call_is_information((enum call_kind)k) != (of[k] != '-') ||
		    call_is_good_news((enum call_kind)k) != (of[k] == 'g'))
			fail_msg("%s", call_kind_word((enum call_kind)k));
	}
}

static void an_up_is_owed_to_whoever_was_told_and_not_yet_told_better(void **state)
{
	static const struct {
		struct call calls[3];
		uint32_t owed;
		const char *why;
	} cases[] = {
		{{{0}}, 0, "a call that has not left"},
		{{{.kind = CALL_DOWN, .told = true}}, 1, "told down"},
		{{{.kind = CALL_UPDATE, .told = true}}, 1, "told an update"},
		{{{.kind = CALL_DOWN, .told = true}, {.kind = CALL_UP, .told = true}},
		 0,
		 "told both"},
		{{{.kind = CALL_DOWN, .told = true}, {.kind = CALL_UP}}, 1, "up has not left"},
		{{{.kind = CALL_DOWN, .told = true}, {.kind = CALL_FALSE_ALARM, .told = true}},
		 0,
		 "told that it was none"},
		{{{.kind = CALL_UP, .told = true}, {.kind = CALL_ASK, .told = true}}, 1, "again"},
		{{{.kind = CALL_DOWN, .told = true},
		  {.kind = CALL_DOWN, .told = true, .person = 1}},
		 2,
		 "two people"},
		{{{.kind = CALL_BLIND, .told = true}, {.kind = CALL_NOT_OBSERVED, .told = true}},
		 0,
		 "all was well"},
	};
	struct plan plan = {.person_count = 2};

	(void)state;
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct call calls[3];
		struct incident i = {.plan = &plan, .calls = calls, .call_count = 3};

		memcpy(calls, cases[k].calls, sizeof(calls));
		if (calltree_owed_up(&i) != cases[k].owed)
			fail_msg("%s: %u", cases[k].why, calltree_owed_up(&i));
	}
}

static void who_is_owed_is_listed_as_far_as_there_is_room(void **state)
{
	struct plan plan = {.person_count = 3};
	struct call calls[] = {{.kind = CALL_DOWN, .told = true, .person = 0},
			       {.kind = CALL_DOWN, .told = true, .person = 2}};
	struct incident i = {.plan = &plan, .calls = calls, .call_count = 2};
	uint32_t list[3];

	(void)state;
	assert_int_equal(calltree_owed_list(&i, list, 3), 2);
	assert_int_equal(list[0], 0);
	assert_int_equal(list[1], 2);
	assert_int_equal(calltree_owed_list(&i, list, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(some_calls_only_inform_and_some_of_these_are_good_news),
		cmocka_unit_test(an_up_is_owed_to_whoever_was_told_and_not_yet_told_better),
		cmocka_unit_test(who_is_owed_is_listed_as_far_as_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
