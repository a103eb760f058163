/* schema - types and values are found by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/schema.h"

static const struct value_desc values[] = {{"rtt", "s", "x"}, {"loss", "1", "x"}};
static const struct check_schema icmp = {.type = "icmp", .values = values, .value_count = 2};
static const struct check_schema *const items[] = {&icmp};
static const struct schema_list list = {items, 1};

static void names_are_found(void **state)
{
	(void)state;
	assert_ptr_equal(schema_find(&list, SLICE_LIT("icmp")), &icmp);
	assert_null(schema_find(&list, SLICE_LIT("icm")));
	assert_int_equal(schema_value_index(&icmp, SLICE_LIT("loss")), 1);
	assert_int_equal(schema_value_index(&icmp, SLICE_LIT("los")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_found)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
