/* sha256 and hex - published vectors (FIPS 180-4 examples). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/hex.h"
#include "base/sha256.h"

static void published_vectors(void **state)
{
	char hex[SHA256_HEX_SIZE];
	struct sha256 h = sha256_of(SLICE_LIT("a"), SLICE_LIT("bc"));

	(void)state;
	sha256_hex(hex, &h);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	h = sha256_of(SLICE_LIT(""), SLICE_LIT(""));
	sha256_hex(hex, &h);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(published_vectors)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
