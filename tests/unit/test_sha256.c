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

/* RFC 4231, test cases 1, 2 and 6. */
static void published_vectors_of_hmac(void **state)
{
	static const unsigned char b[20] = {11, 11, 11, 11, 11, 11, 11, 11, 11, 11,
					    11, 11, 11, 11, 11, 11, 11, 11, 11, 11};
	unsigned char long_key[131];
	const struct {
		struct slice key, message;
		const char *hex;
	} cases[] = {
		{{(const char *)b, sizeof(b)},
		 SLICE_LIT("Hi There"),
		 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{SLICE_LIT("Jefe"), SLICE_LIT("what do ya want for nothing?"),
		 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{{(const char *)long_key, sizeof(long_key)},
		 SLICE_LIT("Test Using Larger Than Block-Size Key - Hash Key First"),
		 "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	};

	(void)state;
	memset(long_key, 0xaa, sizeof(long_key));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sha256 h = sha256_hmac(cases[i].key, cases[i].message);
		char hex[SHA256_HEX_SIZE];

		sha256_hex(hex, &h);
		assert_string_equal(hex, cases[i].hex);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(published_vectors),
					   cmocka_unit_test(published_vectors_of_hmac)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
