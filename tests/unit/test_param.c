/* param - one row of a table parses, bounds, defaults, dumps and documents a setting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/instant.h"
#include "base/micro.h"
#include "base/param.h"

static const char *const colours[] = {"red", "green", NULL};

struct sample {
	const char *name, *id, *listen, *file, *disks, *doc;
	int64_t count, wait_us, size, share, day_s;
	bool on;
	int colour;
};
static const struct param table[] = {
	PARAM_STR(struct sample, name, "name", "nobody", 0, "a name"),
	PARAM_ID(struct sample, id, "id", NULL, PARAM_REQUIRED, "an id"),
	PARAM_INT(struct sample, count, "count", "3", 1, 100, 0, "a count"),
	PARAM_DURATION(struct sample, wait_us, "wait", "5s", US_PER_MS, 60 * US_PER_S, 0, "a wait"),
	PARAM_SIZE(struct sample, size, "size", "64KiB", 1, 1 << 20, 0, "a size"),
	{.key = "share",
	 .type = PARAM_TYPE_QUANTITY,
	 .offset = offsetof(struct sample, share),
	 .min = 0,
	 .max = MICRO,
	 .help = "a share"},
	PARAM_BOOL(struct sample, on, "on", "true", 0, "a switch"),
	PARAM_ENUM(struct sample, colour, "colour", "green", colours, 0, "a word"),
	PARAM_HOSTPORT(struct sample, listen, "listen", NULL, 0, "an address"),
	PARAM_PATH(struct sample, file, "file", NULL, 0, "a path"),
	PARAM_LIST(struct sample, disks, "disks", "/", 3, PARAM_PATHS, "a list of paths"),
	PARAM_DATE(struct sample, day_s, "day", NULL, 0, "a day"),
	PARAM_DOC(struct sample, doc, "doc", 0, "a map"),
	PARAM_END,
};

static enum err set(struct sample *s, struct arena *a, const char *key, const char *text,
		    struct err_info *info)
{
	const struct param *row = param_find(table, slice_of(key));

	assert_non_null(row);
	info->text[0] = '\0';
	return param_set(row, s, slice_of(text), a, info);
}

static void defaults_are_written(void **state)
{
	struct arena *a = arena_new();
	struct sample s = {0};

	(void)state;
	param_set_defaults(table, &s, a);
	assert_string_equal(s.name, "nobody");
	assert_null(s.id);
	assert_int_equal(s.count, 3);
	assert_int_equal(s.wait_us, 5 * US_PER_S);
	assert_int_equal(s.size, 65536);
	assert_true(s.on);
	assert_int_equal(s.colour, 1);
	arena_free(a);
}

struct refusal {
	const char *key, *text, *says;
};

static void wrong_texts_are_refused_and_change_nothing(void **state)
{
	static const struct refusal cases[] = {
		{"wait", "5", "'5' is not a duration (write 5s, 200ms, 1m30s)"},
		{"wait", "0", "'0' is outside of 1ms..1m"},
		{"wait", "2m", "'2m' is outside of 1ms..1m"},
		{"wait", "-5s", "'-5s' is not a duration (write 5s, 200ms, 1m30s)"},
		{"count", "0", "'0' is outside of 1..100"},
		{"count", "many", "'many' is not a whole number"},
		{"count", "99999999999999999999", "'99999999999999999999' is outside of 1..100"},
		{"size", "64Kb", "'64Kb' is not a size (write 64MiB, 256KiB, 4096)"},
		{"size", "2MiB", "'2MiB' is outside of 1..1048576"},
		{"share", "150%", "'150%' is outside of 0..1"},
		{"on", "maybe", "'maybe' is not true or false"},
		{"colour", "blue", "'blue' is not one of: red, green"},
		{"listen", "localhost",
		 "'localhost' is not an address with port (write 127.0.0.1:7460)"},
		{"disks", "/a, /b, /c, /d", "at most 3 items are allowed"},
		{"disks", "/a,,/b", "item 2 of the list is empty"},
		{"disks", "/a, b", "'b' does not begin with '/'"},
		{"day", "2026-02-30", "'2026-02-30' is no day of the calendar"},
		{"day", "soon", "'soon' is not a date (write 2026-03-31)"},
	};
	struct arena *a = arena_new();
	struct sample s = {0}, before;
	struct err_info info;

	(void)state;
	param_set_defaults(table, &s, a);
	memcpy(&before, &s, sizeof(s));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_not_equal(set(&s, a, cases[i].key, cases[i].text, &info), ERR_OK);
		assert_string_equal(info.text, cases[i].says);
		assert_memory_equal(&before, &s, sizeof(s));
	}
	arena_free(a);
}

/* What splits a line of a log, or would not come back from the journal's JSON, is no text. */
static void control_characters_are_refused(void **state)
{
	static const char *const bad[] = {"a\nb",     "a\tb",         "a\x7f",
					  "\xC2\x85", "\xE2\x80\xA8", "\xEF\xBB\xBFx"};
	struct arena *a = arena_new();
	struct sample s = {0};
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(set(&s, a, "name", bad[i], &info), ERR_SYNTAX);
	assert_int_equal(set(&s, a, "name", "Publicación «ñ» €", &info), ERR_OK);
	arena_free(a);
}

static void values_read_back(void **state)
{
	static const struct {
		const char *key, *text, *dumped;
	} cases[] = {
		{"name", "Sitio A", "Sitio A"},
		{"id", "dc/fw-a", "dc/fw-a"},
		{"count", "42", "42"},
		{"wait", "1500ms", "1s500ms"},
		{"size", "256KiB", "262144"},
		{"share", "5%", "0.05"},
		{"on", "no", "false"},
		{"colour", "red", "red"},
		{"listen", "[::1]:80", "[::1]:80"},
		{"file", "var/x", "var/x"},
		{"disks", "", ""},
		{"disks", " /a ,/b c", "/a, /b c"},
		{"day", "2026-03-31", "2026-03-31"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct param *row = param_find(table, slice_of(cases[i].key));
		struct sample s = {0}, again = {0};
		struct err_info info;
		struct buf out;

		buf_init(&out, 1000);
		assert_int_equal(set(&s, a, cases[i].key, cases[i].text, &info), ERR_OK);
		assert_true(param_get_text(row, &s, &out));
		assert_string_equal(buf_cstr(&out), cases[i].dumped);
		assert_int_equal(set(&again, a, cases[i].key, buf_cstr(&out), &info), ERR_OK);
		buf_reset(&out);
		assert_true(param_get_text(row, &again, &out));
		assert_string_equal(buf_cstr(&out), cases[i].dumped);
		buf_release(&out);
	}
	arena_free(a);
}

static void a_map_or_list_is_kept_as_its_text(void **state)
{
	struct arena *a = arena_new();
	struct sample s = {0};
	struct err_info info;

	(void)state;
	assert_int_equal(set(&s, a, "doc", "{\"a\":[\"1\"]}", &info), ERR_OK);
	assert_string_equal(s.doc, "{\"a\":[\"1\"]}");
	assert_int_equal(set(&s, a, "doc", "[]", &info), ERR_OK);
	assert_int_equal(set(&s, a, "doc", "up", &info), ERR_SYNTAX);
	assert_string_equal(info.text, "'up' is not a map or a list");
	assert_int_equal(set(&s, a, "doc", "{", &info), ERR_SYNTAX);
	assert_int_equal(set(&s, a, "doc", "{]", &info), ERR_SYNTAX);
	assert_string_equal(s.doc, "[]");
	arena_free(a);
}

static void an_absent_text_dumps_nothing(void **state)
{
	struct sample s = {0};
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_false(param_get_text(param_find(table, SLICE_LIT("file")), &s, &out));
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

static void the_nearest_key_is_named(void **state)
{
	static const struct param more[] = {
		PARAM_STR(struct sample, name, "interval", NULL, 0, ""),
		PARAM_END,
	};

	(void)state;
	assert_string_equal(param_nearest(table, more, SLICE_LIT("inteval")), "interval");
	assert_string_equal(param_nearest(table, NULL, SLICE_LIT("color")), "colour");
	assert_null(param_nearest(table, NULL, SLICE_LIT("inteval")));
	assert_null(param_nearest(table, NULL, SLICE_LIT("x")));
	assert_null(param_nearest(
		table, NULL,
		SLICE_LIT("a-key-that-is-very-much-longer-than-any-key-that-we-would-ever-have")));
}

static void the_table_documents_itself(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	param_document(table, &out);
	assert_non_null(strstr(buf_cstr(&out), "| `wait` | duration | `5s` | 1ms..1m | a wait |"));
	assert_non_null(strstr(buf_cstr(&out), "| `colour` | word | `green` | `red` `green` |"));
	assert_non_null(strstr(buf_cstr(&out), "| `id` | id | *required* |  | an id |"));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_written),
		cmocka_unit_test(wrong_texts_are_refused_and_change_nothing),
		cmocka_unit_test(control_characters_are_refused),
		cmocka_unit_test(values_read_back),
		cmocka_unit_test(an_absent_text_dumps_nothing),
		cmocka_unit_test(a_map_or_list_is_kept_as_its_text),
		cmocka_unit_test(the_nearest_key_is_named),
		cmocka_unit_test(the_table_documents_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
