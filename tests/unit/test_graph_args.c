/* graph_args - what may be asked of a chart, and what is said of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/graph_args.h"

#define GOOD .check = "dc/fw-a:ping", .start = "1760000000", .end = "1760003600"

static void sound_ones_are_taken(void **state)
{
	struct graph_args a;
	struct err_info info;

	(void)state;
	assert_int_equal(graph_args_read(&(struct graph_query){GOOD}, &a, &info), ERR_OK);
	assert_string_equal(a.check, "dc/fw-a:ping");
	assert_string_equal(a.from, "");
	assert_string_equal(a.value, "");
	assert_int_equal(a.width, GRAPH_WIDTH_DEFAULT);
	assert_int_equal(a.height, GRAPH_HEIGHT_DEFAULT);
	assert_false(a.dark || a.english);
	assert_int_equal(
		graph_args_read(&(struct graph_query){GOOD, .from = "dc", .value = "rtt_max",
						      .width = "2400", .height = "300",
						      .theme = "dark", .lang = "en"},
				&a, &info),
		ERR_OK);
	assert_string_equal(a.from, "dc");
	assert_string_equal(a.value, "rtt_max");
	assert_int_equal(a.width, 2400);
	assert_true(a.dark && a.english);
}

static void each_wrong_one_is_named(void **state)
{
	static const struct {
		struct graph_query q;
		const char *says;
	} cases[] = {
		{{.start = "1760000000", .end = "1760003600"}, "check= is needed"},
		{{.check = "../../etc", .start = "1760000000", .end = "1760003600"},
		 "check: '../../etc' is no id"},
		{{.check = "a\" --x", .start = "1760000000", .end = "1760003600"}, "check: "},
		{{GOOD, .from = "dc&x"}, "from: 'dc&x' is no id"},
		{{GOOD, .value = "rtt:AVERAGE"}, "value: "},
		{{GOOD, .value = "a_name_of_16_octe"}, "value: "},
		{{.check = "a:b", .end = "1760003600"}, "start= and end= are needed"},
		{{.check = "a:b", .start = "1760000000"}, "start= and end= are needed"},
		{{.check = "a:b", .start = "100", .end = "1760003600"},
		 "start: '100' is no whole number"},
		{{.check = "a:b", .start = "1760000000", .end = "1760000010"},
		 "from 60 s to 750 days"},
		{{.check = "a:b", .start = "1760003600", .end = "1760000000"},
		 "from 60 s to 750 days"},
		{{.check = "a:b", .start = "1660000000", .end = "1760000000"},
		 "from 60 s to 750 days"},
		{{.check = "a:b", .start = "1760000000", .end = "1e10"}, "end: "},
		{{GOOD, .width = "599"}, "width: '599' is no whole number from 600 to 2400"},
		{{GOOD, .width = "2401"}, "width: "},
		{{GOOD, .height = "99999"}, "height: "},
		{{GOOD, .theme = "pink"}, "theme: 'pink' is neither light nor dark"},
		{{GOOD, .lang = "fr"}, "lang: 'fr' is neither es nor en"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct graph_args a;
		struct err_info info = {0};

		if (graph_args_read(&cases[i].q, &a, &info) == ERR_OK)
			fail_msg("%zu was taken", i);
		if (strstr(info.text, cases[i].says) == NULL)
			fail_msg("%zu: '%s'", i, info.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sound_ones_are_taken),
					   cmocka_unit_test(each_wrong_one_is_named)};

	return cmocka_run_group_tests_name("graph_args", tests, NULL, NULL);
}
