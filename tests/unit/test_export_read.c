/* export_read - what it takes from a text, and where it says that a text is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "journal/export_read.h"

#define Z "0000000000000000000000000000000000000000000000000000000000000000"
#define HEAD "\"previous\":{\"seq\":4,\"hash\":\"" Z "\"},\"head\":{\"seq\":6,\"hash\":\"" Z "\"}"
#define CSV_HEAD                                                                                   \
	"# vigia-export-1\n# REAL,incident,5,folio,1\n# previous,4," Z "\n# head,6," Z             \
	"\n# figures,\"{}\"\n" EXPORT_TEXT_TITLES "\n"
#define NO_TIMES ",,,,,,,,"

static void both_forms_give_the_same_document(void **state)
{
	static const char *const texts[] = {
		"{\"format\":\"vigia-export-1\",\"incident\":5," HEAD ",\"entries\":["
		"{\"seq\":5,\"at\":1.5,\"recorded\":2,\"kind\":\"act.note\",\"version\":1,"
		"\"body\":{\"note\":\"a \\\" b, c\"},\"digest\":\"" Z "\",\"hash\":\"" Z "\"},"
		"{\"seq\":6,\"digest\":\"" Z "\"}]}",
		CSV_HEAD "5,1500000,x,y,2000000,x,y,act.note,1," Z "," Z
			 ",\"{\"\"note\"\":\"\"a \\\"\" b, c\"\"}\"\n6" NO_TIMES "," Z "," Z ",\n",
	};

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct export_doc d CLEANUP(export_release);
		enum export_form found;
		struct err_info info = {0};

		export_init(&d);
		assert_true(export_read_form(slice_of(texts[form]), &found));
		assert_int_equal(found, form);
		if (export_read(slice_of(texts[form]), found, &d, &info) != ERR_OK)
			fail_msg("%s", info.text);
		assert_int_equal(d.incident, 5);
		assert_int_equal(d.previous.seq, 4);
		assert_int_equal(d.head.seq, 6);
		assert_int_equal(d.count, 2);
		assert_true(d.entries[0].whole);
		assert_int_equal(d.entries[0].e.at.us, 1500000);
		assert_int_equal(d.entries[0].e.recorded.us, 2000000);
		assert_true(slice_is(d.entries[0].e.kind, "act.note"));
		assert_true(slice_is(d.entries[0].e.body, "{\"note\":\"a \\\" b, c\"}"));
		assert_false(d.entries[1].whole);
		assert_int_equal(d.entries[1].e.seq, 6);
	}
}

#define ENTRY(rest) "{\"format\":\"vigia-export-1\",\n\"entries\":[\n{" rest "}]}"
#define ROW(rest) CSV_HEAD rest "\n"

static void wrong_texts_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"{\"format\":\"vigia-export-9\"}", "line 1: the format"},
		{"{\"format\":\"vigia-export-1\",\n\"more\":1}", "line 2: unknown key"},
		{ENTRY("\"seq\":1,\"colour\":2"), "line 3: unknown key"},
		{ENTRY("\"seq\":-1"), "line 3: a number is negative"},
		{ENTRY("\"seq\":1,\"digest\":\"00\""), "line 3: this is not a SHA-256"},
		{ENTRY("\"seq\":1,\"kind\":\"A\""), "line 3: the kind"},
		{ENTRY("\"seq\":1,\"kind\":\"a\",\"at\":null"), "line 3: a time"},
		{ENTRY("\"seq\":1,\"kind\":\"a\",\"at\":1e12,\"recorded\":1"), "line 3: a time"},
		{ENTRY("\"seq\":1,\"kind\":\"a\",\"at\":1,\"recorded\":1,\"body\":7"),
		 "line 3: the body"},
		{ENTRY("\"seq\":1,\"kind\":\"a\",\"at\":1,\"recorded\":1,\"version\":-2,\"body\":{"
		       "}"),
		 "line 3: the version"},
		{"# vigia-export-2\n", "line 1: the format"},
		{"# vigia-export-1\n# REAL,folio,1\n", "line 2: the line of the incident"},
		{"# vigia-export-1\n# REAL,incident,5\n# head,6," Z "\n",
		 "line 3: a line of the head"},
		{ROW("x" NO_TIMES "," Z "," Z ","), "line 7: a number"},
		{ROW("5" NO_TIMES ",00," Z ","), "line 7: this is not a SHA-256"},
		{ROW("5,1,,,1,,,a,1," Z "," Z ",{}"), "line 7: the body is not quoted"},
		{ROW("5,1,,,1,,,a,1," Z "," Z ",\"{\"}\""), "line 7: the body is not quoted"},
		{ROW("5,1,,,1,,,a,1," Z "," Z ",\"{}\"\""), "line 7: the body is not quoted"},
		{ROW("5,1,,,1,,,a,1," Z "," Z ",\"\""), "line 7: the body is not a JSON object"},
		{ROW("5,-1,,,1,,,a,1," Z "," Z ",\"{}\""), "line 7: a number"},
		{CSV_HEAD "5,", "line 7: the last line has no end"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct export_doc d CLEANUP(export_release);
		enum export_form form;
		struct err_info info = {0};

		export_init(&d);
		assert_true(export_read_form(slice_of(cases[i].text), &form));
		assert_int_equal(export_read(slice_of(cases[i].text), form, &d, &info), ERR_SYNTAX);
		if (strncmp(info.text, cases[i].said, strlen(cases[i].said)) != 0)
			fail_msg("case %zu: %s", i, info.text);
	}
}

static void other_texts_have_no_form(void **state)
{
	enum export_form form;

	(void)state;
	assert_false(export_read_form(slice_of(""), &form));
	assert_false(export_read_form(slice_of("[1]"), &form));
	assert_false(export_read_form(slice_of("SQLite"), &form));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_give_the_same_document),
		cmocka_unit_test(wrong_texts_are_refused_with_their_line),
		cmocka_unit_test(other_texts_have_no_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
