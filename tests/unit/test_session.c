/* session - how long one lasts, whose it is, and that there is a bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/session.h"
#include "base/attr.h"

static struct session of(const char *login, enum role role, int64_t began_s, int64_t used_s)
{
	static unsigned n;
	struct session s = {
		.role = role, .began = {began_s * US_PER_S}, .used = {used_s * US_PER_S}};

	snprintf(s.login, sizeof(s.login), "%s", login);
	snprintf(s.id, sizeof(s.id), "%016x", ++n);
	s.digest = sha256_of(slice_of(s.id), SLICE_LIT(""));
	return s;
}

static void idle_and_whole_time_end_it(void **state)
{
	static const struct {
		enum role role;
		int64_t began, used, ends;
	} told[] = {
		{ROLE_ADMINISTRATOR, 0, 0, 900}, /* 15 minutes idle */
		{ROLE_ADMINISTRATOR, 0, 28000, 28800}, /* 8 h in all */
		{ROLE_OPERATOR, 0, 100, 43300},
		{ROLE_OPERATOR, 0, 43200, 50400},
		{ROLE_VIEWER, 0, 0, 2592000},
		{ROLE_VIEWER, 0, 2000000, 4592000}, /* goes on while it is used */
		{ROLE_SERVICE, 0, 30000000, 31536000}, /* a year, used or not */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		struct session s = of("ana", told[i].role, told[i].began, told[i].used);

		assert_int_equal(session_expires(&s).us, told[i].ends * US_PER_S);
	}
}

static void it_is_found_by_its_digest_while_it_lasts(void **state)
{
	struct session_table t = {0};
	struct session s = of("ana", ROLE_ADMINISTRATOR, 0, 0), other = of("eva", ROLE_DESK, 0, 0);

	(void)state;
	session_add(&t, &other);
	session_add(&t, &s);
	assert_string_equal(session_find(&t, &s.digest, (struct wall_time){1})->login, "ana");
	assert_non_null(session_find(&t, &s.digest, (struct wall_time){900 * US_PER_S - 1}));
	assert_null(session_find(&t, &s.digest, (struct wall_time){900 * US_PER_S}));
	assert_string_equal(session_find_id(&t, other.id)->login, "eva");
	s.digest.bytes[31] ^= 1;
	assert_null(session_find(&t, &s.digest, (struct wall_time){1}));
	session_drop(&t, session_find_id(&t, other.id));
	assert_null(session_find_id(&t, other.id));
	assert_int_equal(t.count, 1);
	session_table_release(&t);
}

static void those_of_an_account_are_counted_and_the_oldest_known(void **state)
{
	struct session a = of("ana", ROLE_DESK, 0, 50), b = of("ana", ROLE_DESK, 0, 40),
		       c = of("eva", ROLE_DESK, 0, 1), *oldest;
	struct session_table t = {0};

	(void)state;
	assert_int_equal(session_count_of(&t, "ana", &oldest), 0);
	assert_null(oldest);
	session_add(&t, &a);
	session_add(&t, &b);
	session_add(&t, &c);
	assert_int_equal(session_count_of(&t, "ana", &oldest), 2);
	assert_string_equal(oldest->id, b.id);
	session_table_release(&t);
}

static void there_is_a_bound(void **state)
{
	struct session s = of("ana", ROLE_VIEWER, 0, 0);
	struct session_table t = {0};

	(void)state;
	for (int i = 0; i < SESSIONS_MAX; i++)
		assert_non_null(session_add(&t, &s));
	assert_null(session_add(&t, &s));
	session_table_release(&t);
	assert_int_equal(t.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_and_whole_time_end_it),
		cmocka_unit_test(it_is_found_by_its_digest_while_it_lasts),
		cmocka_unit_test(those_of_an_account_are_counted_and_the_oldest_known),
		cmocka_unit_test(there_is_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
