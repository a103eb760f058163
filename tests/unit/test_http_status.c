/* http_status - lists of good codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/http_status.h"

static void lists(void **state)
{
	static const char *const bad[] = {"",        ",",   "200,", "20",  "200-",
					  "300-200", "abc", "200 ", "1000"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(http_status_is_sound(bad[i]));
	assert_true(http_status_is_sound("200-299,301"));
	assert_true(http_status_is_listed("200-299,301", 204));
	assert_true(http_status_is_listed("200-299,301", 301));
	assert_false(http_status_is_listed("200-299,301", 302));
	assert_false(http_status_is_listed("200-299,301", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lists)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
