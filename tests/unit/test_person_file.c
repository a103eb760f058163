/* person_file - a session is kept whole, for one user alone, and what others can read or have changed is not taken. */
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

#include "base/attr.h"
#include "cli/person_file.h"

static char folder[64];
static const struct person_file ana = {
	.collector = "https://192.0.2.1:7460",
	.identity = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	.login = "ana",
	.token = "vs_0123456789",
};

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-person-XXXXXX");
	assert_non_null(mkdtemp(folder));
	unsetenv("VIGIA_SESSION");
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", folder, 1);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const parts[] = {"/.local/state/vigia/session", "/.local/state/vigia",
					    "/.local/state", "/.local", ""};
	char path[128];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		snprintf(path, sizeof(path), "%s%s", folder, parts[i]);
		remove(path);
	}
	return 0;
}

static void it_is_kept_and_forgotten(void **state)
{
	char path[4200];
	struct err_info info;
	struct person_file p;
	struct stat st;

	(void)state;
	assert_int_equal(person_file_read(&p, &info), ERR_NOT_FOUND);
	assert_int_equal(person_file_write(&ana, &info), ERR_OK);
	assert_int_equal(person_file_read(&p, &info), ERR_OK);
	assert_string_equal(p.collector, ana.collector);
	assert_string_equal(p.identity, ana.identity);
	assert_string_equal(p.login, "ana");
	assert_string_equal(p.token, ana.token);
	assert_int_equal(person_file_path(path, sizeof(path), &info), ERR_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(person_file_remove(&info), ERR_OK);
	assert_int_equal(person_file_remove(&info), ERR_OK);
	assert_int_equal(person_file_read(&p, &info), ERR_NOT_FOUND);
}

static void its_place_is_the_one_that_was_named(void **state)
{
	char path[4200], want[128];
	struct err_info info;

	(void)state;
	setenv("XDG_STATE_HOME", folder, 1);
	assert_int_equal(person_file_path(path, sizeof(path), &info), ERR_OK);
	snprintf(want, sizeof(want), "%s/vigia/session", folder);
	assert_string_equal(path, want);
	setenv("VIGIA_SESSION", "/run/x", 1);
	assert_int_equal(person_file_path(path, sizeof(path), &info), ERR_OK);
	assert_string_equal(path, "/run/x");
	unsetenv("VIGIA_SESSION");
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	assert_int_equal(person_file_path(path, sizeof(path), &info), ERR_NOT_FOUND);
	setenv("HOME", folder, 1);
	assert_int_equal(person_file_path(path, 10, &info), ERR_TOO_LARGE);
}

static void what_others_can_read_is_not_taken(void **state)
{
	char path[4200], other[4300];
	struct err_info info;
	struct person_file p;

	(void)state;
	assert_int_equal(person_file_write(&ana, &info), ERR_OK);
	assert_int_equal(person_file_path(path, sizeof(path), &info), ERR_OK);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(person_file_read(&p, &info), ERR_DENIED);
	assert_non_null(strstr(info.text, "0600"));
	assert_int_equal(chmod(path, 0600), 0);
	snprintf(other, sizeof(other), "%s.other", path);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(person_file_read(&p, &info), ERR_DENIED);
	unlink(other);
}

static void what_is_damaged_is_told(void **state)
{
	static const char *const texts[] = {"",
					    "token\n",
					    "token vs_1\n",
					    "collector https://a:1\n",
					    "collector https://a:1\ntoken vs 1\n",
					    "collector https://a:1\ntoken vs_1\x01\n",
					    "collector https://a:1\ntoken vs_1\nother x\n"};
	char path[4200];
	struct err_info info;
	struct person_file p;

	(void)state;
	assert_int_equal(person_file_write(&ana, &info), ERR_OK);
	assert_int_equal(person_file_path(path, sizeof(path), &info), ERR_OK);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		FILE *f = fopen(path, "we");

		assert_non_null(f);
		fputs(texts[i], f);
		fclose(f);
		assert_int_equal(person_file_read(&p, &info), ERR_CORRUPT);
		assert_non_null(strstr(info.text, "log in again"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_kept_and_forgotten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(its_place_is_the_one_that_was_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_others_can_read_is_not_taken, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_damaged_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
