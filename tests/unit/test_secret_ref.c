/* secret_ref - references to secrets within a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/secret_ref.h"

static void references_are_found_in_order(void **state)
{
	struct slice text = SLICE_LIT("a ${secret:uno} ${otro} ${secret:d.o-s_2}${secret:x");
	struct secret_ref r;

	(void)state;
	assert_true(secret_ref_find(text, 0, &r));
	assert_true(slice_is(r.name, "uno"));
	assert_int_equal(r.from, 2);
	assert_int_equal(r.to, 15);
	assert_true(secret_ref_find(text, r.to, &r));
	assert_true(slice_is(r.name, "d.o-s_2"));
	assert_false(secret_ref_find(text, r.to, &r)); /* not closed */
	assert_false(secret_ref_find(SLICE_LIT(""), 0, &r));
}

static void one_reference_and_nothing_else(void **state)
{
	(void)state;
	assert_true(secret_ref_is_one(SLICE_LIT("${secret:clave}")));
	assert_false(secret_ref_is_one(SLICE_LIT("x${secret:clave}")));
	assert_false(secret_ref_is_one(SLICE_LIT("${secret:clave} ")));
	assert_false(secret_ref_is_one(SLICE_LIT("${secret:}")));
	assert_false(secret_ref_is_one(SLICE_LIT("${secret:a b}")));
	assert_false(secret_ref_is_one(SLICE_LIT("clave")));
	assert_false(secret_ref_is_name((struct slice){"a\0b", 3}));
	assert_true(secret_ref_is_name(
		SLICE_LIT("123456789012345678901234567890123456789012345678901234567890123")));
	assert_false(secret_ref_is_name(
		SLICE_LIT("1234567890123456789012345678901234567890123456789012345678901234")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_found_in_order),
		cmocka_unit_test(one_reference_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
