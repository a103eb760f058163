/* totp - one-time codes: the vectors of RFC 6238, drift, never the same step twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/totp.h"
#include "base/attr.h"

static const unsigned char secret[TOTP_SECRET_SIZE] = "12345678901234567890";

static struct wall_time at_s(int64_t s)
{
	return (struct wall_time){s * US_PER_S};
}

static void the_vectors_of_rfc_6238(void **state)
{
	static const struct {
		int64_t at;
		const char *code;
	} told[] = {
		{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
		{1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
	};
	char code[16];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		totp_code(code, 8, (struct slice){(const char *)secret, TOTP_SECRET_SIZE},
			  told[i].at / TOTP_STEP_S);
		assert_string_equal(code, told[i].code);
		totp_code(code, 6, (struct slice){(const char *)secret, TOTP_SECRET_SIZE},
			  told[i].at / TOTP_STEP_S);
		assert_string_equal(code, told[i].code + 2);
	}
}

static const char *code_at(int64_t s)
{
	static char code[8];

	totp_code(code, 6, (struct slice){(const char *)secret, TOTP_SECRET_SIZE}, s / TOTP_STEP_S);
	return code;
}

static void one_step_of_drift_either_way_and_no_more(void **state)
{
	static const struct {
		int64_t shown, looked;
		bool fits;
	} told[] = {
		{1111111110, 1111111110, true},       {1111111110, 1111111110 + 29, true},
		{1111111110 - 30, 1111111110, true},  {1111111110 + 30, 1111111110, true},
		{1111111110 - 60, 1111111110, false}, {1111111110 + 60, 1111111110, false},
		{1111111110 - 31, 1111111110, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		int64_t last = 0;

		assert_int_equal(totp_accepts(secret, slice_of(code_at(told[i].shown)),
					      at_s(told[i].looked), &last),
				 told[i].fits);
		assert_int_equal(last, told[i].fits ? told[i].shown / TOTP_STEP_S : 0);
	}
}

static void no_step_is_accepted_twice_nor_an_older_one(void **state)
{
	int64_t now = 1111111110, last = 0;
	char used[8];

	(void)state;
	snprintf(used, sizeof(used), "%s", code_at(now));
	assert_true(totp_accepts(secret, slice_of(used), at_s(now), &last));
	assert_false(totp_accepts(secret, slice_of(used), at_s(now + 5), &last));
	assert_false(totp_accepts(secret, slice_of(code_at(now - 30)), at_s(now), &last));
	assert_true(totp_accepts(secret, slice_of(code_at(now + 30)), at_s(now), &last));
	assert_false(totp_accepts(secret, slice_of(used), at_s(now + 30), &last));
}

static void what_is_no_code_fits_nothing(void **state)
{
	int64_t last = 0;

	(void)state;
	assert_false(totp_accepts(secret, SLICE_LIT(""), at_s(59), &last));
	assert_false(totp_accepts(secret, SLICE_LIT("28708"), at_s(59), &last));
	assert_false(totp_accepts(secret, SLICE_LIT("94287082"), at_s(59), &last));
	assert_false(totp_accepts(secret, SLICE_LIT("2870 82"), at_s(59), &last));
	assert_false(totp_accepts(secret, SLICE_LIT("2870829"), at_s(59), &last));
	assert_true(totp_accepts(secret, SLICE_LIT("287082"), at_s(59), &last));
}

static void the_secret_is_told_as_programs_read_it(void **state)
{
	char base32[TOTP_BASE32_SIZE], uri[TOTP_URI_SIZE];

	(void)state;
	totp_base32(base32, secret);
	assert_string_equal(base32, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	totp_uri(uri, "Vigía", "ana", secret);
	assert_string_equal(uri,
			    "otpauth://totp/Vig%C3%ADa:ana?secret="
			    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Vig%C3%ADa&algorithm=SHA1&"
			    "digits=6&period=30");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_6238),
		cmocka_unit_test(one_step_of_drift_either_way_and_no_more),
		cmocka_unit_test(no_step_is_accepted_twice_nor_an_older_one),
		cmocka_unit_test(what_is_no_code_fits_nothing),
		cmocka_unit_test(the_secret_is_told_as_programs_read_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
