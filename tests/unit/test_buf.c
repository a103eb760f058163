/* buf - nothing is stored past the ceiling, and it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static void the_ceiling_holds_and_sticks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_puts(&b, "abc");
	buf_puts(&b, "def");
	assert_false(buf_is_ok(&b));
	assert_string_equal(buf_cstr(&b), "abc");
	buf_putc(&b, 'x');
	assert_string_equal(buf_cstr(&b), "abc");
	buf_reset(&b);
	assert_true(buf_is_ok(&b));
	buf_puts(&b, "12345");
	assert_true(buf_is_ok(&b));
	assert_int_equal(b.len, 5);
	buf_release(&b);
	buf_release(&b);
}

static void numbers(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_string_equal(buf_cstr(&b), "");
	buf_put_i64(&b, INT64_MIN);
	buf_putc(&b, ' ');
	buf_put_i64(&b, 0);
	buf_printf(&b, " %s", "x");
	assert_string_equal(buf_cstr(&b), "-9223372036854775808 0 x");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ceiling_holds_and_sticks),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
