/* drill_shelf - only plain scenario files of the one folder can be named from afar, whatever the name says; each is listed with its promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "collector/drill_shelf.h"

static char folder[64];

static void put(const char *name, const char *text)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	char path[160];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-shelf-XXXXXX");
	assert_non_null(mkdtemp(folder));
	put("portal.scn", "promise: the portal fails and comes back\n1 set a:b critical\n");
	put("0-corte.scn", "# no promise\n");
	put("Otro.scn", "promise: a name that is none\n");
	put("notas.txt", "promise: no scenario\n");
	put("crudo.scn", "promise: \xff\xfe\n");
	snprintf(path, sizeof(path), "%s/enlace.scn", folder);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"portal.scn", "0-corte.scn", "Otro.scn",
					    "notas.txt",  "crudo.scn",   "enlace.scn"};
	char path[160];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
	return 0;
}

static void a_name_is_no_path(void **state)
{
	static const char *const good[] = {"a", "0", "portal-2026", "a_b"};
	static const char *const bad[] = {
		"",
		".",
		"..",
		"../portal",
		"a/b",
		"-a",
		"_a",
		"A",
		"portal.scn",
		"a b",
		"\xc3\xb1",
		"a\n",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(drill_shelf_is_name(slice_of(good[i])));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(drill_shelf_is_name(slice_of(bad[i])));
}

static void only_a_plain_file_of_the_folder_is_found(void **state)
{
	static const char *const none[] = {"enlace", "notas", "Otro", "falta", "../portal"};
	struct err_info info;
	char path[4200], want[160];

	(void)state;
	assert_int_equal(drill_shelf_find(folder, SLICE_LIT("portal"), path, sizeof(path), &info),
			 ERR_OK);
	snprintf(want, sizeof(want), "%s/portal.scn", folder);
	assert_string_equal(path, want);
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(
			drill_shelf_find(folder, slice_of(none[i]), path, sizeof(path), &info),
			ERR_NOT_FOUND);
	assert_int_equal(drill_shelf_find(NULL, SLICE_LIT("portal"), path, sizeof(path), &info),
			 ERR_NOT_FOUND);
	assert_non_null(strstr(info.text, "`drills`"));
}

static void they_are_listed_with_their_promises(void **state)
{
	struct json_emit j;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	j = json_emit_to(&out);
	drill_shelf_write(folder, &j);
	assert_string_equal(buf_cstr(&out),
			    "[{\"id\":\"0-corte\",\"promise\":null},"
			    "{\"id\":\"crudo\",\"promise\":null},"
			    "{\"id\":\"portal\",\"promise\":\"the portal fails and comes back\"}]");
	buf_reset(&out);
	j = json_emit_to(&out);
	drill_shelf_write(NULL, &j);
	assert_string_equal(buf_cstr(&out), "[]");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_no_path),
		cmocka_unit_test(only_a_plain_file_of_the_folder_is_found),
		cmocka_unit_test(they_are_listed_with_their_promises),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
