/* account - what follows from an account for whoever logs in with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/account.h"
#include "access/permission.h"

static struct account of(enum role role)
{
	struct account a = {.role = role, .state = ACCOUNT_ACTIVE, .login = "ana"};

	snprintf(a.password, sizeof(a.password), "%s", "$scrypt$x");
	return a;
}

static void a_role_that_needs_a_code_has_no_right_before_it(void **state)
{
	struct account a = of(ROLE_COORDINATOR);

	(void)state;
	assert_true(account_must_enrol(&a));
	assert_false(account_asks_code(&a));
	assert_int_equal(account_rights(&a), RIGHT_ENROL);
	a.has_totp = true;
	assert_false(account_must_enrol(&a));
	assert_true(account_asks_code(&a));
	assert_int_equal(account_rights(&a), role_rights(ROLE_COORDINATOR));
	a = of(ROLE_OPERATOR);
	assert_false(account_must_enrol(&a));
	assert_int_equal(account_rights(&a), role_rights(ROLE_OPERATOR));
	a.has_totp = true;
	assert_true(account_asks_code(&a));
	a.role = ROLE_VIEWER; /* never asked */
	assert_false(account_asks_code(&a));
}

static void only_an_active_one_with_a_password_is_open(void **state)
{
	struct account a = of(ROLE_ADMINISTRATOR);

	(void)state;
	assert_true(account_is_open(&a));
	assert_true(account_is_active_administrator(&a));
	a.state = ACCOUNT_DISABLED;
	assert_false(account_is_open(&a));
	assert_false(account_is_active_administrator(&a));
	a.state = ACCOUNT_INVITED;
	assert_false(account_is_open(&a));
	a = of(ROLE_ADMINISTRATOR);
	a.password[0] = '\0';
	assert_false(account_is_open(&a));
	a = of(ROLE_SERVICE);
	assert_false(account_is_open(&a)); /* never with a password */
	a = of(ROLE_COORDINATOR);
	assert_false(account_is_active_administrator(&a));
}

static void an_invitation_is_good_for_a_day_and_takes_the_password(void **state)
{
	struct wall_time now = {1000 * US_PER_S};
	struct account a = of(ROLE_DESK);
	char code[ONE_TIME_CODE_SIZE];

	(void)state;
	assert_false(account_is_invited_with(&a, "AAAAA-AAAAA-AAAAA-AAAAA", now));
	account_invite(&a, now, code);
	assert_int_equal(a.state, ACCOUNT_INVITED);
	assert_string_equal(a.password, "");
	assert_true(account_is_invited_with(&a, code, now));
	assert_true(account_is_invited_with(&a, code, wall_add_us(now, 86399 * US_PER_S)));
	assert_false(account_is_invited_with(&a, code, wall_add_us(now, 86400 * US_PER_S)));
	assert_false(account_is_invited_with(&a, "AAAAA-AAAAA-AAAAA-AAAAA", now));
	assert_false(account_is_invited_with(&a, "", now));
	a.state = ACCOUNT_DISABLED;
	assert_false(account_is_invited_with(&a, code, now));
}

static void states_have_their_words(void **state)
{
	enum account_state s;

	(void)state;
	for (unsigned i = 0; i < ACCOUNT_STATE_COUNT; i++) {
		assert_true(account_state_from_word(
			slice_of(account_state_word((enum account_state)i)), &s));
		assert_int_equal(s, i);
	}
	assert_false(account_state_from_word(SLICE_LIT("gone"), &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_role_that_needs_a_code_has_no_right_before_it),
		cmocka_unit_test(only_an_active_one_with_a_password_is_open),
		cmocka_unit_test(an_invitation_is_good_for_a_day_and_takes_the_password),
		cmocka_unit_test(states_have_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
