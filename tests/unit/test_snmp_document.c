/* snmp_document - the pieces of the document `values`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "checks/snmp_document.h"

struct world {
	struct err_info info;
	struct snmp_document doc;
	json_t *root;
};

static void begin(struct world *w, const char *json)
{
	memset(w, 0, sizeof(*w));
	w->doc = (struct snmp_document){.arena = arena_new(), .info = &w->info, .path = "values.a"};
	w->root = json_loads(json, 0, NULL);
	assert_non_null(w->root);
}

static void end(struct world *w)
{
	json_decref(w->root);
	arena_free(w->doc.arena);
}

static void leaves_are_texts(void **state)
{
	static const struct {
		const char *key, *text; /* NULL: refused */
	} rows[] = {{"s", "x y"}, {"i", "-7"}, {"r", "0.01"}, {"t", "true"}, {"f", "false"},
		    {"n", NULL},  {"l", NULL}, {"m", NULL},   {"e", NULL},   {"c", NULL}};
	struct world w;

	(void)state;
	begin(&w, "{\"s\":\"x "
		  "y\",\"i\":-7,\"r\":0.01,\"t\":true,\"f\":false,\"n\":null,\"l\":[],\"m\":{},"
		  "\"e\":\"\",\"c\":\"a\\tb\"}");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *text = NULL;
		enum err e = snmp_document_text(&w.doc, rows[i].key,
						json_object_get(w.root, rows[i].key), &text);

		assert_int_equal(e, rows[i].text != NULL ? ERR_OK : ERR_SYNTAX);
		if (rows[i].text != NULL)
			assert_string_equal(text, rows[i].text);
	}
	assert_string_equal(w.info.text,
			    "values.a.c: a text of 1 to 1000 characters in one line was expected");
	end(&w);
}

static void words_are_suggested(void **state)
{
	static const char *const few[] = {"rows", "row", "scale", NULL};
	struct world w;

	(void)state;
	begin(&w, "{\"rows\":1,\"sclae\":1}");
	assert_string_equal(snmp_document_nearest(few, SLICE_LIT("rowss")), "rows");
	assert_null(snmp_document_nearest(few, SLICE_LIT("x")));
	assert_null(snmp_document_nearest(few, SLICE_LIT("entirely")));
	assert_int_equal(snmp_document_check_keys(&w.doc, "", w.root, few), ERR_SYNTAX);
	assert_string_equal(w.info.text, "values.a: there is no 'sclae'; did you mean 'scale'?");
	assert_int_equal(snmp_document_fail_word(&w.doc, "k", few, "entirely"), ERR_SYNTAX);
	assert_string_equal(w.info.text,
			    "values.a.k: there is no 'entirely' (there are: rows, row, scale)");
	end(&w);
}

static void choices_and_switches_are_read(void **state)
{
	static const char *const words[] = {"one", "two", NULL};
	struct world w;
	int place = 7;
	bool b = true;

	(void)state;
	begin(&w, "{\"c\":\"two\",\"b\":\"no\",\"d\":false,\"x\":\"tow\"}");
	assert_int_equal(snmp_document_choice(&w.doc, w.root, "absent", words, &place), ERR_OK);
	assert_int_equal(place, 7);
	assert_int_equal(snmp_document_choice(&w.doc, w.root, "c", words, &place), ERR_OK);
	assert_int_equal(place, 1);
	assert_int_equal(snmp_document_choice(&w.doc, w.root, "x", words, &place), ERR_SYNTAX);
	assert_int_equal(snmp_document_bool(&w.doc, w.root, "absent", &b), ERR_OK);
	assert_true(b);
	assert_int_equal(snmp_document_bool(&w.doc, w.root, "d", &b), ERR_OK);
	assert_false(b);
	assert_int_equal(snmp_document_bool(&w.doc, w.root, "c", &b), ERR_SYNTAX);
	assert_string_equal(w.info.text, "values.a.c: 'two' is neither true nor false");
	end(&w);
}

static void numbers_are_read_whatever_the_locale(void **state)
{
	static const char *const bad[] = {"",    "x",     "1x",  "0x10",  "1,5",
					  "nan", "1e999", "[1]", "\"1\"", "01"};
	double d = 3;
	int64_t i = 3;

	(void)state;
	assert_true(snmp_document_number("-1.5e3", &d));
	assert_true(d == -1500);
	for (size_t k = 0; k < COUNT_OF(bad); k++)
		assert_false(snmp_document_number(bad[k], &d));
	assert_true(snmp_document_whole_number("-12", &i));
	assert_int_equal(i, -12);
	assert_false(snmp_document_whole_number("1.5", &i));
	assert_false(snmp_document_whole_number("9000000000001", &i));
}

static enum err count(struct snmp_document *d, const char *key, const json_t *item, size_t i,
		      void *user)
{
	size_t *n = user;

	(void)d;
	(void)key;
	(void)item;
	assert_int_equal(i, *n);
	++*n;
	return ERR_OK;
}

static void one_item_is_a_list_of_one(void **state)
{
	struct world w;
	size_t seen = 0, n = 0;

	(void)state;
	begin(&w, "{\"one\":\"1\",\"many\":[\"1\",\"2\",\"3\"]}");
	assert_int_equal(snmp_document_each(&w.doc, "one", json_object_get(w.root, "one"), 2, count,
					    &seen, &n),
			 ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(snmp_document_each(&w.doc, "many", json_object_get(w.root, "many"), 2,
					    count, &seen, &n),
			 ERR_SYNTAX);
	assert_string_equal(w.info.text, "values.a.many: 1 to 2 were expected, these are 3");
	end(&w);
}

static void wanted_rows_are_read(void **state)
{
	struct snmp_word word = {3, "red"};
	struct snmp_program_value v = {.words = &word, .word_count = 1};
	struct snmp_match m = {0};
	struct snmp_oid by;
	struct world w;

	(void)state;
	begin(&w, "{\"row\":{\"by\":\"1.3.6\",\"is\":[\"Gi0/"
		  "1\",\"7\",\"1.3.6.1\"]},\"like\":{\"by\":\".1.3\",\"like\":\"*x*\"},\"is\":["
		  "\"red\",4]}");
	assert_int_equal(snmp_document_by(&w.doc, "row", json_object_get(w.root, "row"), &by, &m),
			 ERR_OK);
	assert_int_equal(by.count, 3);
	assert_int_equal(m.is_count, 3);
	assert_false(m.is[0].is_number);
	assert_true(m.is[1].is_number && m.is[1].number == 7);
	assert_int_equal(m.is[2].name.count, 4);
	m = (struct snmp_match){0};
	assert_int_equal(snmp_document_by(&w.doc, "like", json_object_get(w.root, "like"), &by, &m),
			 ERR_OK);
	assert_string_equal(m.like, "*x*");
	m = (struct snmp_match){0};
	assert_int_equal(snmp_document_is(&w.doc, "is", json_object_get(w.root, "is"), &v, &m),
			 ERR_OK);
	assert_true(m.is[0].is_number && m.is[0].number == 3);
	assert_true(m.is[1].number == 4);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_are_texts),
		cmocka_unit_test(words_are_suggested),
		cmocka_unit_test(choices_and_switches_are_read),
		cmocka_unit_test(numbers_are_read_whatever_the_locale),
		cmocka_unit_test(one_item_is_a_list_of_one),
		cmocka_unit_test(wanted_rows_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
