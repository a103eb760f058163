/* permission - who may do what: the table of docs/PEOPLE.md, and every act of the API has its row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/permission.h"
#include "base/attr.h"
#include "engine/acts.h"

/* docs/PEOPLE.md "Rights", written down a second time. */
static void each_right_is_of_the_roles_of_the_contract(void **state)
{
	static const struct {
		unsigned right;
		const char *roles;
	} told[] = {
		{RIGHT_VIEW,
		 " viewer operator desk coordinator crisis auditor administrator service "},
		{RIGHT_CONTACTS, " operator coordinator crisis auditor "},
		{RIGHT_REPORT, " operator desk coordinator crisis "},
		{RIGHT_OPERATE, " operator coordinator "},
		{RIGHT_DECIDE, " coordinator crisis "},
		{RIGHT_DRILL, " coordinator administrator "},
		{RIGHT_PLAN, " operator coordinator crisis auditor administrator "},
		{RIGHT_AUDIT, " auditor administrator "},
		{RIGHT_ADMINISTRATE, " administrator "},
		{RIGHT_ENROL, " "},
	};

	(void)state;
	assert_int_equal(COUNT_OF(told), RIGHT_COUNT);
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		assert_int_equal(told[i].right, 1u << i);
		for (unsigned r = 0; r < ROLE_COUNT; r++) {
			char word[32];

			snprintf(word, sizeof(word), " %s ", role_word((enum role)r));
			assert_int_equal((role_rights((enum role)r) & told[i].right) != 0,
					 strstr(told[i].roles, word) != NULL);
		}
	}
	assert_string_equal(right_word(RIGHT_NUMBER_VIEW), "view");
	assert_string_equal(right_word(RIGHT_NUMBER_ENROL), "enrol");
}

/* An act that is added without a right would be nobody's, and nobody would know why. */
static void every_act_of_the_api_has_its_row(void **state)
{
	(void)state;
	for (unsigned a = 0; a < ACT_COUNT; a++) {
		const struct act_permission *p =
			act_permission(slice_of(act_row((enum act)a)->name));

		if (p == NULL)
			fail_msg("the act '%s' has no row in access/permission.c",
				 act_row((enum act)a)->name);
		assert_string_equal(p->act, act_row((enum act)a)->name);
		assert_true(p->right == RIGHT_REPORT || p->right == RIGHT_OPERATE ||
			    p->right == RIGHT_DECIDE);
	}
}

/* A decision of the crisis group that somebody wrote down is confirmed or disputed by whoever is said to have taken it. */
static void who_may_decide_answers_for_what_is_written_in_their_name(void **state)
{
	(void)state;
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		unsigned has = role_rights((enum role)r);

		if ((has & (RIGHT_DECIDE | RIGHT_REPORT | RIGHT_OPERATE)) == 0)
			continue;
		assert_true((has & act_permission(SLICE_LIT("confirm"))->right) != 0);
		assert_true((has & act_permission(SLICE_LIT("dispute"))->right) != 0);
	}
}

static void decisions_need_a_pin_and_nothing_else_does(void **state)
{
	static const char pins[] = " authorize declare ratify decline false-alarm order adopt sign "
				   "no-drill unsilence ";
	static const char own[] = " ack attend pass ";

	(void)state;
	for (unsigned a = 0; a < ACT_COUNT; a++) {
		const char *name = act_row((enum act)a)->name;
		char word[64];

		snprintf(word, sizeof(word), " %s ", name);
		assert_int_equal(act_permission(slice_of(name))->pin, strstr(pins, word) != NULL);
		assert_int_equal(act_permission(slice_of(name))->own_call,
				 strstr(own, word) != NULL);
	}
}

static void an_act_that_is_none_is_nobodys(void **state)
{
	(void)state;
	assert_null(act_permission(SLICE_LIT("")));
	assert_null(act_permission(SLICE_LIT("declaro")));
	assert_null(act_permission(SLICE_LIT("Declare")));
	assert_null(act_permission(SLICE_LIT("declare ")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_right_is_of_the_roles_of_the_contract),
		cmocka_unit_test(every_act_of_the_api_has_its_row),
		cmocka_unit_test(who_may_decide_answers_for_what_is_written_in_their_name),
		cmocka_unit_test(decisions_need_a_pin_and_nothing_else_does),
		cmocka_unit_test(an_act_that_is_none_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
