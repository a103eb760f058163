/* identity - one form only; told by the public key; a file with one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/identity.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void one_form(void **state)
{
	static const char *const bad[] = {
		"",          "sha256:", "sha256:" A64 "a", "sha256:" A64 " ",
		"sha1:" A64, A64,       "SHA256:" A64,     "sha256:g" A64};
	struct identity id = {"kept"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(identity_parse(slice_of(bad[i]), &id));
	assert_string_equal(id.text, "kept");
	assert_true(identity_parse(
		SLICE_LIT(
			"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		&id));
	assert_string_equal(id.text, "sha256:" A64); /* one spelling inside */
	assert_string_equal(
		identity_of_key(SLICE_LIT("abc")).text,
		"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void sets(void **state)
{
	struct identity_set a = {.items = {{"x"}, {"y"}}, .count = 2};
	struct identity_set b = {.items = {{"y"}, {"x"}}, .count = 2}, none = {.count = 0};

	(void)state;
	assert_true(identity_set_has(&a, "y"));
	assert_false(identity_set_has(&a, ""));
	assert_false(identity_set_has(&none, ""));
	assert_true(identity_set_equal(&a, &b));
	assert_false(identity_set_equal(&a, &none));
	b.items[0] = (struct identity){"z"};
	assert_false(identity_set_equal(&a, &b));
}

static void a_file_holds_one(void **state)
{
	struct identity id = identity_of_key(SLICE_LIT("k")), back = {""};
	char folder[] = "/tmp/vigia-unit-XXXXXX", file[64], beside[64];
	struct err_info info;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/token", folder);
	identity_path_beside(file, beside, sizeof(beside));
	assert_int_equal(identity_read_file(beside, &back, &info), ERR_NOT_FOUND);
	assert_int_equal(identity_write_file(beside, &id, &info), ERR_OK);
	assert_int_equal(identity_read_file(beside, &back, &info), ERR_OK);
	assert_string_equal(back.text, id.text);
	assert_int_equal(stat(beside, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644); /* no secret */
	assert_int_equal(truncate(beside, 20), 0);
	assert_int_equal(identity_read_file(beside, &back, &info), ERR_SYNTAX);
	assert_non_null(strstr(info.text, beside));
	unlink(beside);
	rmdir(folder);
	identity_path_beside("token", beside, sizeof(beside));
	assert_string_equal(beside, "identity");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_form),
		cmocka_unit_test(sets),
		cmocka_unit_test(a_file_holds_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
