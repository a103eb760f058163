/* snmp_program - the document `values`: what it may say, what each fault is told as, and the schema that comes out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/judge.h"
#include "checks/snmp_program.h"

static const struct check_schema type = {.type = "snmp", .help = "a type"};

static const struct snmp_program *compile(struct arena *a, const char *doc)
{
	const struct snmp_program *p = NULL;
	struct err_info info;

	if (snmp_program_compile(slice_of(doc), a, &p, &info) != ERR_OK)
		fail_msg("%s", info.text);
	return p;
}

static void a_whole_document_is_read(void **state)
{
	struct arena *a = arena_new();
	const struct snmp_program *p =
		compile(a, "{\"admin\":{\"oid\":\"1.3.6.1.2.1.2.2.1.7\",\"row\":{\"by\":\"1.3.6.1."
			   "2.1.31.1.1.1.1\",\"is\":\"Gi0/1\"},"
			   "\"words\":{\"1\":\"up\",\"2\":\"down\"},\"keep\":\"false\"},"
			   "\"oper\":{\"oid\":\"1.3.6.1.2.1.2.2.1.8\",\"row\":{\"by\":\"1.3.6.1.2."
			   "1.31.1.1.1.1\",\"is\":\"Gi0/1\"},"
			   "\"words\":{\"1\":\"up\",\"2\":\"down\",\"7\":\"lower-down\"}},"
			   "\"broken\":{\"calc\":\"admin == up && oper != "
			   "up\",\"words\":{\"0\":\"no\",\"1\":\"yes\"}},"
			   "\"in\":{\"oid\":[\"1.3.6.1.2.1.31.1.1.1.6\",\"1.3.6.1.2.1.2.2.1.10\"],"
			   "\"row\":{\"by\":\"1.3.6.1.2.1.31.1.1.1.18\",\"like\":\"*ISP*\"},"
			   "\"take\":\"rate\",\"scale\":\"8\",\"unit\":\"bit/s\",\"help\":\"from "
			   "the ISP\",\"optional\":\"true\"},"
			   "\"hot\":{\"oid\":\"1.3.6.1.2.1.99.1.1.1.4\",\"rows\":\"max\",\"when\":["
			   "{\"by\":\"1.3.6.1.2.1.99.1.1.1.1\",\"is\":[\"8\"]},"
			   "{\"by\":\"1.3.6.1.2.1.99.1.1.1.5\",\"is\":\"1\"}],\"scale\":\"0.1\"},"
			   "\"fans\":{\"oid\":\"1.3.6.1.4.1.9.9.13.1.4.1.3\",\"rows\":\"count\","
			   "\"words\":{\"1\":\"normal\",\"2\":\"warning\",\"3\":\"critical\"},"
			   "\"is\":[\"warning\",\"critical\",\"6\"]},"
			   "\"disk\":{\"oid\":\"1.3.6.1.2.1.25.2.3.1.5.1\",\"unsigned\":\"true\"},"
			   "\"sync\":{\"oid\":\"1.3.6.1.4.1.3375.2.1.14.1.1.0\",\"texts\":{\"In "
			   "Sync*\":\"1\",\"*\":\"0\"}}}");
	const struct snmp_program_value *v = p->values;

	(void)state;
	assert_int_equal(p->value_count, 8);
	assert_int_equal(p->kept_count, 7);
	assert_int_equal(p->key_count, 2);
	assert_true(p->clocked);
	assert_int_equal(v[0].form, SNMP_FORM_ROW);
	assert_false(v[0].kept);
	assert_int_equal(v[0].row, v[1].row);
	assert_string_equal(p->keys[v[0].row].text, "Gi0/1");
	assert_int_equal(v[2].form, SNMP_FORM_CALC);
	assert_string_equal(v[2].help, "admin == up && oper != up");
	assert_int_equal(v[3].oid_count, 2);
	assert_int_equal(v[3].take, SNMP_TAKE_RATE);
	assert_true(v[3].scale == 8);
	assert_true(v[3].optional);
	assert_int_equal(v[3].breaks[0].count, 11);
	assert_string_equal(p->keys[v[3].row].match.like, "*ISP*");
	assert_int_equal(v[4].form, SNMP_FORM_ROWS);
	assert_int_equal(v[4].over, SNMP_MAX);
	assert_int_equal(v[4].when_count, 2);
	assert_true(v[4].whens[0].match.is[0].is_number && v[4].whens[0].match.is[0].number == 8);
	assert_true(fabs(v[4].scale - 0.1) < 1e-12);
	assert_string_equal(v[4].help, "1.3.6.1.2.1.99.1.1.1.4, of its rows: max");
	assert_int_equal(v[5].is.is_count, 3);
	assert_true(v[5].is.is[1].number == 3);
	assert_true(v[6].is_unsigned);
	assert_int_equal(v[7].text_count, 2);
	assert_int_equal(snmp_program_value_index(p, SLICE_LIT("in")), 3);
	assert_int_equal(snmp_program_value_index(p, SLICE_LIT("out")), -1);
	arena_free(a);
}

static void the_command_line_need_not_quote_numbers(void **state)
{
	struct arena *a = arena_new();
	const struct snmp_program *p = compile(
		a,
		"{\"cpu\":{\"oid\":\"1.3.6.1.2\",\"rows\":\"count\",\"scale\":0.01,\"is\":[1,2.5],"
		"\"keep\":true,\"optional\":false}}");

	(void)state;
	assert_true(fabs(p->values[0].scale - 0.01) < 1e-12);
	assert_true(p->values[0].is.is[1].number == 2.5);
	assert_false(p->clocked);
	arena_free(a);
}

static void faults_say_where_they_are(void **state)
{
	static const struct {
		const char *doc, *told;
	} rows[] = {
		{"", "values: no sound JSON at character "},
		{"{\"a\":{\"oid\":\"1.3\"},\"a\":{\"oid\":\"1.3\"}}",
		 "values: no sound JSON at character "},
		{"[]", "values: write a map of 1 to 64 names"},
		{"{}", "values: write a map of 1 to 64 names"},
		{"{\"CPU\":{\"oid\":\"1.3\"}}", "values.CPU: a name is 1 to 15 of a-z, 0-9 and _"},
		{"{\"1a\":{\"oid\":\"1.3\"}}", "values.1a: a name is"},
		{"{\"a234567890123456\":{\"oid\":\"1.3\"}}", "values.a234567890123456: a name is"},
		{"{\"a\":\"1.3\"}", "values.a: write {oid: ...} or {calc: ...}"},
		{"{\"a\":{}}", "values.a: one of 'oid' and 'calc' was expected"},
		{"{\"a\":{\"oid\":\"1.3\",\"calc\":\"1\"}}",
		 "values.a: one of 'oid' and 'calc' was expected"},
		{"{\"link\":{\"oid\":\"1.3.x\"}}", "values.link.oid: '1.3.x' is no object "
						   "identifier (write numbers: 1.3.6.1.2.1.1.3.0)"},
		{"{\"a\":{\"oid\":[]}}", "values.a.oid: 1 to 4 were expected, these are 0"},
		{"{\"a\":{\"oid\":[\"1.3\",\"1.3\",\"1.3\",\"1.3\",\"1.3\"]}}",
		 "values.a.oid: 1 to 4 were expected, these are 5"},
		{"{\"a\":{\"oid\":{\"x\":\"1.3\"}}}", "values.a.oid: a single value was expected"},
		{"{\"a\":{\"oid\":\"\"}}",
		 "values.a.oid: a text of 1 to 1000 characters in one line was expected"},
		{"{\"a\":{\"oid\":\"1.3\",\"optinal\":\"true\"}}",
		 "values.a: there is no 'optinal'; did you mean 'optional'?"},
		{"{\"a\":{\"oid\":\"1.3\",\"zzzzzz\":\"true\"}}",
		 "values.a: there is no 'zzzzzz' (there are: oid, row, rows, is"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"summ\"}}",
		 "values.a.rows: there is no 'summ'; did you mean 'sum'?"},
		{"{\"a\":{\"oid\":\"1.3\",\"take\":\"speed\"}}",
		 "values.a.take: there is no 'speed' (there are: value, until, rate, delta)"},
		{"{\"a\":{\"oid\":\"1.3\",\"row\":\"lo\"}}",
		 "values.a.row: write {by: COLUMN, is: TEXT}, or like: \"GLOB\""},
		{"{\"a\":{\"oid\":\"1.3\",\"row\":{\"is\":\"lo\"}}}",
		 "values.a.row: 'by' is missing"},
		{"{\"a\":{\"oid\":\"1.3\",\"row\":{\"by\":\"1.3\"}}}",
		 "values.a.row: one of 'is' and 'like' was expected"},
		{"{\"a\":{\"oid\":\"1.3\",\"row\":{\"by\":\"1.3\",\"is\":\"a\",\"like\":\"b\"}}}",
		 "values.a.row: one of 'is' and 'like' was expected"},
		{"{\"a\":{\"oid\":\"1.3\",\"row\":{\"by\":\"ifName\",\"is\":\"a\"}}}",
		 "values.a.row.by: 'ifName' is no object identifier"},
		{"{\"a\":{\"oid\":\"1.3\",\"row\":{\"bye\":\"1.3\",\"is\":\"a\"}}}",
		 "values.a.row: there is no 'bye'; did you mean 'by'?"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"sum\",\"when\":{\"by\":\"1.3\",\"is\":[[1]]}}"
		 "}",
		 "values.a.when.is: a single value was expected"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"sum\",\"row\":{\"by\":\"1.3\",\"is\":\"a\"}}}",
		 "values.a.rows: does not go with 'row'"},
		{"{\"a\":{\"oid\":\"1.3\",\"is\":\"1\"}}", "values.a.is: goes with 'rows' only"},
		{"{\"a\":{\"oid\":\"1.3\",\"when\":{\"by\":\"1.3\",\"is\":\"1\"}}}",
		 "values.a.when: goes with 'rows' only"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"count\",\"take\":\"rate\"}}",
		 "values.a.take: rows are counted and chosen by their values, not by growth"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"sum\",\"take\":\"rate\",\"is\":\"1\"}}",
		 "values.a.take: rows are counted"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"sum\",\"take\":\"until\"}}",
		 "values.a.take: of many moments the first (rows: min) or the last (rows: max) is "
		 "waited for"},
		{"{\"a\":{\"oid\":\"1.3\",\"take\":\"until\",\"words\":{\"1\":\"up\"}}}",
		 "values.a.take: what is left of time has no words"},
		{"{\"a\":{\"oid\":\"1.3\",\"take\":\"rate\",\"words\":{\"1\":\"up\"}}}",
		 "values.a.take: growth has no words"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"count\",\"words\":{\"1\":\"red\"},\"is\":["
		 "\"blue\"]}}",
		 "values.a.is: there is no 'blue' (there are: red)"},
		{"{\"a\":{\"oid\":\"1.3\",\"rows\":\"count\",\"words\":{\"1\":\"critical\"},\"is\":"
		 "[\"critcal\"]}}",
		 "values.a.is: there is no 'critcal'; did you mean 'critical'?"},
		{"{\"a\":{\"oid\":\"1.3\",\"words\":{\"up\":\"1\"}}}",
		 "values.a.words: 'up' is no whole number"},
		{"{\"a\":{\"oid\":\"1.3\",\"words\":{\"1\":\"not there\"}}}",
		 "values.a.words: 'not there' is no word"},
		{"{\"a\":{\"oid\":\"1.3\",\"words\":{\"1\":\"1st\"}}}",
		 "values.a.words: '1st' is no word"},
		{"{\"a\":{\"oid\":\"1.3\",\"words\":{\"1\":\"up\",\"2\":\"up\"}}}",
		 "values.a.words: 'up' stands for two numbers"},
		{"{\"a\":{\"oid\":\"1.3\",\"words\":{\"1\":\"up\",\"01\":\"on\"}}}",
		 "values.a.words: "},
		{"{\"a\":{\"oid\":\"1.3\",\"words\":\"up\"}}",
		 "values.a.words: write up to 64 as {1: up, 2: down}"},
		{"{\"a\":{\"oid\":\"1.3\",\"words\":{\"1\":\"up\"},\"scale\":\"2\"}}",
		 "values.a.scale: numbers that have words are not scaled"},
		{"{\"a\":{\"oid\":\"1.3\",\"texts\":{\"*\":\"x\"}}}",
		 "values.a.texts: 'x' is no whole number"},
		{"{\"a\":{\"oid\":\"1.3\",\"texts\":{}}}", "values.a.texts: write up to 64 as"},
		{"{\"a\":{\"oid\":\"1.3\",\"scale\":\"0\"}}",
		 "values.a.scale: '0' is no number but 0"},
		{"{\"a\":{\"oid\":\"1.3\",\"scale\":\"1%\"}}", "values.a.scale: '1%' is no number"},
		{"{\"a\":{\"oid\":\"1.3\",\"scale\":\"1e999\"}}",
		 "values.a.scale: '1e999' is no number"},
		{"{\"a\":{\"oid\":\"1.3\",\"keep\":\"maybe\"}}",
		 "values.a.keep: 'maybe' is neither true nor false"},
		{"{\"a\":{\"oid\":\"1.3\",\"unit\":\"kilobits\"}}",
		 "values.a.unit: 'kilobits' is longer than 7 characters"},
		{"{\"a\":{\"oid\":\"1.3\",\"help\":\"a\\nb\"}}",
		 "values.a.help: a text of 1 to 1000 characters in one line was expected"},
		{"{\"a\":{\"oid\":\"1.3\",\"keep\":\"false\"}}",
		 "values: 1 to 24 values are kept (keep: false for parts), these are 0"},
		{"{\"a\":{\"calc\":\"1\"}}", "values: nothing is asked of the device"},
		{"{\"a\":{\"oid\":\"1.3\"},\"b\":{\"calc\":\"a +\"}}",
		 "values.b.calc: something is missing at the end"},
		{"{\"used\":{\"oid\":\"1.3\"},\"b\":{\"calc\":\"usde\"}}",
		 "values.b.calc: there is no value 'usde'; did you mean 'used'?"},
		{"{\"o\":{\"oid\":\"1.3\"},\"a\":{\"calc\":\"a + 1\"}}",
		 "values.a.calc: it speaks of itself, through others or not"},
		{"{\"o\":{\"oid\":\"1.3\"},\"a\":{\"calc\":\"b + 1\"},\"b\":{\"calc\":\"o + a\"}}",
		 "values.a.calc: it speaks of itself"},
		{"{\"o\":{\"oid\":\"1.3\"},\"a\":{\"calc\":\"o\",\"rows\":\"sum\"}}",
		 "values.a.rows: does not go with 'calc'"},
		{"{\"o\":{\"oid\":\"1.3\"},\"a\":{\"calc\":\"o\",\"take\":\"rate\"}}",
		 "values.a.take: does not go with 'calc'"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct snmp_program *p = NULL;
		struct err_info info = {0};
		enum err e = snmp_program_compile(slice_of(rows[i].doc), a, &p, &info);

		if (e == ERR_OK || strncmp(info.text, rows[i].told, strlen(rows[i].told)) != 0)
			fail_msg("%s: '%s', not '%s'", rows[i].doc, info.text, rows[i].told);
		assert_null(p);
	}
	arena_free(a);
}

static enum err compile_many(struct arena *a, int count, const char *each, struct err_info *info)
{
	struct buf doc CLEANUP(buf_release);
	const struct snmp_program *p;

	buf_init(&doc, SNMP_DOC_MAX + 4096);
	for (int i = 0; i < count; i++)
		buf_printf(&doc, "%c\"v%d\":%s", i > 0 ? ',' : '{', i, each);
	buf_puts(&doc, "}");
	return snmp_program_compile(buf_slice(&doc), a, &p, info);
}

static void limits_hold(void **state)
{
	struct arena *a = arena_new();
	const struct snmp_program *p;
	struct err_info info;
	char *large = arena_calloc(a, 1, SNMP_DOC_MAX + 2);

	(void)state;
	assert_int_equal(compile_many(a, 24, "{\"oid\":\"1.3.6\"}", &info), ERR_OK);
	assert_int_equal(compile_many(a, 25, "{\"oid\":\"1.3.6\"}", &info), ERR_SYNTAX);
	assert_string_equal(
		info.text, "values: 1 to 24 values are kept (keep: false for parts), these are 25");
	assert_int_equal(compile_many(a, 65, "{\"oid\":\"1.3.6\",\"keep\":false}", &info),
			 ERR_SYNTAX);
	assert_string_equal(info.text, "values: write a map of 1 to 64 names: {cpu: {oid: ...}}");
	memset(large, ' ', SNMP_DOC_MAX + 1);
	assert_int_equal(
		snmp_program_compile((struct slice){large, SNMP_DOC_MAX + 1}, a, &p, &info),
		ERR_SYNTAX);
	assert_string_equal(info.text, "values: longer than 64 KiB");
	arena_free(a);
}

/* 64 values with four OIDs each, and what is asked along. */
static void one_round_holds_what_is_asked(void **state)
{
	struct arena *a = arena_new();
	struct buf doc CLEANUP(buf_release);
	const struct snmp_program *p;
	struct err_info info;

	(void)state;
	buf_init(&doc, SNMP_DOC_MAX);
	for (int i = 0; i < 64; i++)
		buf_printf(&doc,
			   "%c\"v%d\":{\"oid\":[\"1.3\",\"1.3\",\"1.3\",\"1.3\"],\"take\":\"rate\","
			   "\"keep\":%s}",
			   i > 0 ? ',' : '{', i, i < 24 ? "true" : "false");
	buf_puts(&doc, "}");
	assert_int_equal(snmp_program_compile(buf_slice(&doc), a, &p, &info), ERR_SYNTAX);
	assert_string_equal(info.text, "values: one check asks at most 500 things, these are 514");
	arena_free(a);
}

static void the_schema_holds_what_is_kept(void **state)
{
	struct arena *a = arena_new();
	const struct snmp_program *p =
		compile(a, "{\"part\":{\"oid\":\"1.3.6.1\",\"keep\":false,\"words\":{\"9\":\"x\"}},"
			   "\"cpu\":{\"oid\":\"1.3.6.2\",\"unit\":\"1\",\"help\":\"busy\"},"
			   "\"red\":{\"oid\":\"1.3.6.3\",\"rows\":\"count\",\"words\":{\"3\":"
			   "\"red\"},\"is\":\"red\"},"
			   "\"worst\":{\"oid\":\"1.3.6.4\",\"rows\":\"max\",\"words\":{\"3\":"
			   "\"red\",\"1\":\"green\"}}}");
	const struct check_schema *s = snmp_program_schema(p, &type, a);
	struct err_info info;
	const struct judge *j;
	int64_t number;

	(void)state;
	assert_string_equal(s->type, "snmp");
	assert_null(s->derive);
	assert_int_equal(s->value_count, 3);
	assert_string_equal(s->values[0].name, "cpu");
	assert_string_equal(s->values[0].unit, "1");
	assert_string_equal(s->values[0].help, "busy");
	/* a count of red rows is no colour */
	assert_int_equal(s->word_count, 2);
	assert_false(schema_number(s, 1, SLICE_LIT("red"), &number));
	assert_true(schema_number(s, 2, SLICE_LIT("red"), &number));
	assert_int_equal(number, 3000000);
	assert_string_equal(schema_word(s, 2, 1000000), "green");
	assert_int_equal(judge_compile(SLICE_LIT("worst == red, cpu > 0.9"), s, a, &j, &info),
			 ERR_OK);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_document_is_read),
		cmocka_unit_test(the_command_line_need_not_quote_numbers),
		cmocka_unit_test(faults_say_where_they_are),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(one_round_holds_what_is_asked),
		cmocka_unit_test(the_schema_holds_what_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
