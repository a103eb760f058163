/* scenario - the text of scenarios: strict, with the place of what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play/scenario.h"
#include "play/stage.h"

static struct arena *arena;
static struct scenario scenario;
static struct err_info info;

static enum err read_text(const char *text)
{
	arena_free(arena);
	arena = arena_new();
	info = (struct err_info){0};
	return scenario_parse("f.scn", slice_of(text), stage_verbs, arena, &scenario, &info);
}

static void wrong(const char *text, const char *at, const char *part)
{
	assert_int_equal(read_text(text), ERR_SYNTAX);
	if (strncmp(info.text, at, strlen(at)) != 0 || strstr(info.text, part) == NULL)
		fail_msg("'%s' gives: %s", text, info.text);
}

static void lines_moments_words_and_comments(void **state)
{
	(void)state;
	assert_int_equal(
		read_text("promise: all is well \n# a comment\n\nplan x.yaml # another\r\n"
			  "12.5 act ana decline note=\"no # hay\" by=beto\n+5m\n20m set a:p ok"),
		ERR_OK);
	assert_string_equal(scenario.promise, "all is well");
	assert_int_equal(scenario.count, 4);
	assert_string_equal(scenario.lines[0].verb->name, "plan");
	assert_false(scenario.lines[0].has_at);
	assert_int_equal(scenario.lines[1].at_us, 12500000);
	assert_int_equal(scenario.lines[1].count, 4);
	assert_string_equal(scenario.lines[1].words[2], "note=no # hay");
	assert_int_equal(scenario.lines[1].columns[0], 6);
	assert_int_equal(scenario.lines[1].columns[1], 10);
	assert_null(scenario.lines[2].verb);
	assert_int_equal(scenario.lines[2].at_us, 312500000);
	assert_int_equal(scenario.lines[3].line, 7);
}

static void a_start_gives_clocks_their_day(void **state)
{
	(void)state;
	assert_int_equal(read_text("start 2026-06-07T08:00\n08:05 cut a\n"), ERR_OK);
	assert_true(scenario.has_start);
	assert_int_equal(scenario.lines[0].at_us, 300 * US_PER_S);
	wrong("cut a\nstart 2026-06-07T08:00", "f.scn:2:1", "before every other");
	wrong("start 2026-06-07", "f.scn:1:7", "local time");
	wrong("start", "f.scn:1:1", "write: start");
	wrong("08:05 cut a", "f.scn:1:1", "no start line");
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
	(void)state;
	wrong("promise:\n", "f.scn:1:1", "empty");
	wrong("promise: a\npromise: b", "f.scn:2:1", "once");
	wrong("10 fly a", "f.scn:1:4", "nothing is called 'fly'");
	wrong("10 cut a\n9 cut b", "f.scn:2:1", "in order");
	wrong("set a:p broken", "f.scn:1:9", "ok|warning|critical|blind|lost");
	wrong("set a:p", "f.scn:1:1", "needs more");
	wrong("cut a b", "f.scn:1:7", "too much");
	wrong("late a:p ok 5", "f.scn:1:13", "not a duration");
	wrong("act ana note=\"x", "f.scn:1:9", "quote");
	wrong("x x x x x x x x x x x x x x x x x x x x x x x x x", "f.scn:1:49", "24 words");
	assert_int_equal(scenario_parse("f", (struct slice){"a\0b", 3}, stage_verbs, arena,
					&scenario, &info),
			 ERR_SYNTAX);
}

static void a_file_that_is_not_there(void **state)
{
	(void)state;
	assert_int_not_equal(
		scenario_read("/nonexistent.scn", stage_verbs, arena, &scenario, &info), ERR_OK);
	arena_free(arena);
	arena = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_moments_words_and_comments),
		cmocka_unit_test(a_start_gives_clocks_their_day),
		cmocka_unit_test(what_is_wrong_is_told_with_its_place),
		cmocka_unit_test(a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
