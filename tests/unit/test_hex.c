/* hex - both ways, strict on the way in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/hex.h"

static void there_and_back(void **state)
{
	unsigned char bytes[3] = {0x00, 0xAB, 0xFF}, back[3];
	char text[7];

	(void)state;
	hex_encode(text, bytes, 3);
	assert_string_equal(text, "00abff");
	assert_int_equal(hex_decode(back, 3, SLICE_LIT("00ABff")), ERR_OK);
	assert_memory_equal(bytes, back, 3);
	assert_int_equal(hex_decode(back, 3, SLICE_LIT("00abf")), ERR_SYNTAX);
	assert_int_equal(hex_decode(back, 3, SLICE_LIT("00abfg")), ERR_SYNTAX);
	assert_int_equal(hex_decode(back, 3, SLICE_LIT("00abff0")), ERR_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
