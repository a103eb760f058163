/* series_name - each check has a folder of its own, and none lies outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/series_name.h"

static void names_are_told_apart(void **state)
{
	static const struct {
		const char *check, *agent, *path;
	} cases[] = {
		{"dc/fw-a:ping", "dc", "dc.fw-a:ping/dc.rrd"},
		{"dc.fw-a:ping", "dc", "dc..fw-a:ping/dc.rrd"},
		{"a/b.c/d:x", "catd-01", "a.b..c.d:x/catd-01.rrd"},
		{"web:http", "noc.example", "web:http/noc.example.rrd"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;

		buf_init(&out, 256);
		series_name_put(&out, cases[i].check, cases[i].agent);
		assert_string_equal(buf_cstr(&out), cases[i].path);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_told_apart)};

	return cmocka_run_group_tests_name("series_name", tests, NULL, NULL);
}
