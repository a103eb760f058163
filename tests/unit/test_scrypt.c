/* scrypt - passwords as text: of others too, never of what is not ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/scrypt.h"
#include "base/attr.h"

/* Made by another program (hashlib.scrypt, salt "0123456789abcdef"). */
#define ANOTHER_HASH "UL/Y73Enzyrg8ntd1j96DU6TCG9JLIZh+LxVzbsAhnE"
static const char of_another[] = "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" ANOTHER_HASH;

static void what_is_written_is_read_and_nothing_else_fits(void **state)
{
	char text[SCRYPT_TEXT_SIZE], again[SCRYPT_TEXT_SIZE];
	struct err_info info;

	(void)state;
	assert_int_equal(scrypt_write(text, SLICE_LIT("correct horse"), SCRYPT_NOW, &info), ERR_OK);
	assert_int_equal(strncmp(text, "$scrypt$ln=15,r=8,p=1$", 22), 0);
	assert_true(scrypt_is(text, SLICE_LIT("correct horse")));
	assert_false(scrypt_is(text, SLICE_LIT("correct horsf")));
	assert_false(scrypt_is(text, SLICE_LIT("correct hors")));
	assert_false(scrypt_is(text, SLICE_LIT("")));
	assert_int_equal(scrypt_write(again, SLICE_LIT("correct horse"), SCRYPT_NOW, &info),
			 ERR_OK);
	assert_string_not_equal(text, again); /* a salt of its own */
	assert_false(scrypt_is_outdated(text));
}

static void a_text_of_another_program_and_weaker_parameters_is_read(void **state)
{
	(void)state;
	assert_true(scrypt_is(of_another, SLICE_LIT("hunter2hunter2")));
	assert_false(scrypt_is(of_another, SLICE_LIT("hunter2hunter3")));
	assert_true(scrypt_is_outdated(of_another));
}

static void what_is_no_text_of_ours_is_nobodys_password(void **state)
{
	static const char *const texts[] = {
		"",
		"$scrypt$",
		"$scrypt$ln=15,r=8,p=1$$",
		"$scrypt$ln=5,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" ANOTHER_HASH, /* too weak to be ours */
		"$scrypt$ln=30,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" ANOTHER_HASH, /* 1 TiB */
		"$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg" ANOTHER_HASH,
		"$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" ANOTHER_HASH "A",
		"$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZ!$" ANOTHER_HASH,
		"hunter2hunter2",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_false(scrypt_is(texts[i], SLICE_LIT("hunter2hunter2")));
		assert_false(scrypt_is(texts[i], SLICE_LIT("")));
		assert_false(scrypt_is_outdated(texts[i]));
	}
}

static void parameters_that_we_would_not_read_are_not_written(void **state)
{
	char text[SCRYPT_TEXT_SIZE];
	struct err_info info;

	(void)state;
	assert_int_equal(scrypt_write(text, SLICE_LIT("x"), (struct scrypt_params){9, 8, 1}, &info),
			 ERR_RANGE);
	assert_int_equal(
		scrypt_write(text, SLICE_LIT("x"), (struct scrypt_params){19, 8, 1}, &info),
		ERR_RANGE);
	assert_int_equal(
		scrypt_write(text, SLICE_LIT("x"), (struct scrypt_params){10, 0, 1}, &info),
		ERR_RANGE);
	assert_int_equal(
		scrypt_write(text, SLICE_LIT("x"), (struct scrypt_params){10, 8, 1}, &info),
		ERR_OK);
	assert_true(scrypt_is(text, SLICE_LIT("x")));
	assert_true(scrypt_is_outdated(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_and_nothing_else_fits),
		cmocka_unit_test(a_text_of_another_program_and_weaker_parameters_is_read),
		cmocka_unit_test(what_is_no_text_of_ours_is_nobodys_password),
		cmocka_unit_test(parameters_that_we_would_not_read_are_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
