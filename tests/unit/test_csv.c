/* csv - RFC 4180 read strictly: what comes out with its place, and the exact words of what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/yaml_doc.h"

struct fixture {
	struct arena *arena;
	struct findings f;
};

static int set_up(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	x->arena = arena_new();
	findings_init(&x->f);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;

	findings_release(&x->f);
	arena_free(x->arena);
	free(x);
	return 0;
}

static const char *told(struct fixture *x)
{
	struct buf out CLEANUP(buf_release);
	const char *text;

	buf_init(&out, 1 << 20);
	findings_sort(&x->f);
	findings_print(&x->f, &out);
	text = arena_strdup(x->arena, buf_cstr(&out));
	findings_release(&x->f);
	findings_init(&x->f);
	return text;
}

/* The table as "name|name / field|field / ...": every field in its brackets. */
static const char *dump(struct fixture *x, const struct csv_table *t)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < t->column_count; i++)
		buf_printf(&out, "(%s)", t->names[i].text.p);
	for (const struct csv_row *r = t->first; r != NULL; r = r->next) {
		buf_putc(&out, '/');
		for (size_t i = 0; i < t->column_count; i++)
			buf_printf(&out, "(%s)", r->fields[i].text.p);
	}
	return arena_strdup(x->arena, buf_cstr(&out));
}

static void what_is_read(void **state)
{
	static const struct {
		const char *text, *want, *why;
	} cases[] = {
		{"id,name\na,A\nb,B\n", "(id)(name)/(a)(A)/(b)(B)", "as RFC 4180 has it"},
		{"id,name\r\na,A\r\nb,B", "(id)(name)/(a)(A)/(b)(B)", "CR LF, the last lacks it"},
		{"id;name\na;A, B\n", "(id)(name)/(a)(A, B)", "semicolons: a comma is text"},
		{"id,name\na,A; B\n", "(id)(name)/(a)(A; B)", "commas: a semicolon is text"},
		{"\"id\";\"name\"\n\"a\";\"A;B\"\n", "(id)(name)/(a)(A;B)", "all in quotes"},
		{"\xEF\xBB\xBFid,name\na,A\n", "(id)(name)/(a)(A)", "a byte order mark"},
		{"id,n\na,\"A \"\"B\"\", C\"\n", "(id)(n)/(a)(A \"B\", C)", "quotes in quotes"},
		{"id,n\na,\"A\r\nB\nC\"\nb,\n", "(id)(n)/(a)(A\r\nB\nC)/(b)()",
		 "line ends in quotes"},
		{"id,n\na,\" A \"\n", "(id)(n)/(a)( A )", "blanks in quotes are meant"},
		{"id,n\n\na,A\n,\n\"\",\n\n", "(id)(n)/(a)(A)", "empty rows say nothing"},
		{"id\na\nb", "(id)/(a)/(b)", "one column"},
		{"id,n\na,\"\"\n", "(id)(n)/(a)()", "an empty field in quotes"},
		{"id,n\na,Coyoac\xC3\xA1n\n", "(id)(n)/(a)(Coyoac\xC3\xA1n)", "UTF-8"},
		{"id,n\n", "(id)(n)", "no rows"},
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct csv_table *t = csv_parse("t.csv", slice_of(cases[i].text), x->arena, &x->f);

		if (t == NULL)
			fail_msg("%s: %s", cases[i].why, told(x));
		assert_string_equal(dump(x, t), cases[i].want);
	}
}

static void every_field_has_its_place(void **state)
{
	struct fixture *x = *state;
	struct csv_table *t = csv_parse("t.csv",
					SLICE_LIT("\xEF\xBB\xBFid,n,m\r\n"
						  "\xC3\xB1\xC3\xB1,\"x\ny\",z\r\n"
						  "\n"
						  "b,c,d"),
					x->arena, &x->f);
	const struct csv_row *r;

	assert_non_null(t);
	assert_string_equal(t->file, "t.csv");
	assert_int_equal(t->row_count, 2);
	assert_int_equal(t->names[0].column, 1); /* the mark is no column */
	assert_int_equal(t->names[2].column, 6);
	r = t->first;
	assert_int_equal(r->fields[1].line, 2);
	assert_int_equal(r->fields[1].column, 4); /* characters, not bytes */
	assert_int_equal(r->fields[2].line, 3); /* a line end within the field before */
	assert_int_equal(r->fields[2].column, 4);
	assert_int_equal(r->next->fields[0].line, 5);
	assert_int_equal(r->next->fields[2].column, 5);
}

#define SAVE "; save the table as \"CSV UTF-8\"\n"
static void what_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t n; /* 0: to the NUL */
		const char *told;
	} cases[] = {
		{"", 0,
		 "t.csv:1:1: error: empty: the file says nothing; its first row names the "
		 "columns\n"},
		{"\xEF\xBB\xBF", 0,
		 "t.csv:1:1: error: empty: the file says nothing; its first row names the "
		 "columns\n"},
		{"id\n\xE1", 0, "t.csv:2:1: error: encoding: byte 0xE1 is not UTF-8" SAVE},
		{"id,n\na,x\xC3", 0, "t.csv:2:4: error: encoding: byte 0xC3 is not UTF-8" SAVE},
		{"\xFF\xFEi", 0, "t.csv:1:1: error: encoding: byte 0xFF is not UTF-8" SAVE},
		{"id\na\0b", 7, "t.csv:2:2: error: encoding: a NUL byte stands here" SAVE},
		{"id\rname\r", 0,
		 "t.csv:1:3: error: line-end: a carriage return stands alone; lines end with LF or "
		 "CR LF\n"},
		{"id,n\na,\"b", 0,
		 "t.csv:2:3: error: quote: the quote that opens here is never closed\n"},
		{"id,n\na,\"b\"c", 0,
		 "t.csv:2:6: error: quote: text stands behind the closing quote; a quote within a "
		 "field is written twice\n"},
		{"id,n\na,b\"", 0,
		 "t.csv:2:4: error: quote: a quote stands within a field; put the field in quotes "
		 "and write the quote twice\n"},
		{"id;n,m\n", 0,
		 "t.csv:1:4: error: column: both ',' and ';' stand in the first line; part columns "
		 "by one of them\n"},
		{"id,\n", 0,
		 "t.csv:1:4: error: column: column 2 has no name; name it, or take the column "
		 "away\n"},
		{"id,Nombre\n", 0,
		 "t.csv:1:4: error: column: 'Nombre' is no name of a column (a-z 0-9 - _ . at most "
		 "63)\n"},
		{"id\tn\n", 0,
		 "t.csv:1:1: error: column: 'id?n' is no name of a column (a-z 0-9 - _ . at most "
		 "63)\n"},
		{"id,n,id\n", 0,
		 "t.csv:1:6: error: duplicate-column: the column 'id' stands here twice\n"},
		{"id, n\n", 0,
		 "t.csv:1:4: error: blank: ' n' begins or ends with a blank; take it away, or put "
		 "the field in quotes\n"},
		/* What can be read on with sense is: all mistakes come at once. */
		{"id,n\na\nb,c,d\ne, f\ng,h \n", 0,
		 "t.csv:2:1: error: fields: row 2 has 1 field, but the first row names 2 columns\n"
		 "t.csv:3:1: error: fields: row 3 has 3 fields, but the first row names 2 columns\n"
		 "t.csv:4:3: error: blank: ' f' begins or ends with a blank; take it away, or put "
		 "the field in quotes\n"
		 "t.csv:5:3: error: blank: 'h ' begins or ends with a blank; take it away, or put "
		 "the field in quotes\n"},
		/* Rows are counted as a spreadsheet counts them, lines as an editor does. */
		{"id,n\n\na,\"x\ny\"\nb\n", 0,
		 "t.csv:5:1: error: fields: row 4 has 1 field, but the first row names 2 "
		 "columns\n"},
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct slice text = {cases[i].text,
				     cases[i].n > 0 ? cases[i].n : strlen(cases[i].text)};

		assert_null(csv_parse("t.csv", text, x->arena, &x->f));
		assert_string_equal(told(x), cases[i].told);
	}
}

static const char *repeated(struct fixture *x, const char *before, const char *s, size_t n)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 8 << 20);
	buf_puts(&out, before);
	for (size_t i = 0; i < n; i++)
		buf_puts(&out, s);
	return arena_strdup(x->arena, buf_cstr(&out));
}

static void refused(struct fixture *x, const char *text, const char *want)
{
	assert_null(csv_parse("t.csv", slice_of(text), x->arena, &x->f));
	assert_string_equal(told(x), want);
}

static void ceilings_hold(void **state)
{
	struct fixture *x = *state;

	assert_non_null(csv_parse("t.csv", slice_of(repeated(x, "id\n", "a\n", CSV_ROWS_MAX)),
				  x->arena, &x->f));
	refused(x, repeated(x, "id\n", "a\n", CSV_ROWS_MAX + 5),
		"t.csv:10002:1: error: too-large: more than 10000 rows\n");
	refused(x, repeated(x, "id", ",a", CSV_COLUMNS_MAX),
		"t.csv:1:1: error: too-large: 65 columns; 64 at most\n");
	refused(x, repeated(x, "id\na", ",", 1000000),
		"t.csv:2:1: error: fields: row 2 has 1000001 fields, but the first row names 1 "
		"column\n");
	assert_non_null(csv_parse("t.csv", slice_of(repeated(x, "id\n", "a", CSV_FIELD_MAX)),
				  x->arena, &x->f));
	refused(x, repeated(x, "id\n", "a", CSV_FIELD_MAX + 1),
		"t.csv:2:4097: error: too-large: a field is longer than 4096 bytes; is a quote "
		"missing?\n");
}

static struct csv_table *read_it(struct fixture *x, const char *path)
{
	static const struct yaml_node named = {.file = "plan.yaml", .line = 3, .column = 7};

	return csv_read(path, &named, x->arena, &x->f);
}

/* What cannot be read is told where it is named; nothing waits for the other end of a pipe. */
static void files(void **state)
{
	struct fixture *x = *state;
	char dir[] = "/tmp/vigia-csv-XXXXXX", path[64];
	const char *text;
	FILE *file;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/t", dir);
	assert_null(read_it(x, path));
	assert_non_null(strstr(told(x), "plan.yaml:3:7: error: unreadable: '/tmp/vigia-csv-"));
	assert_null(read_it(x, dir));
	assert_non_null(strstr(told(x), "' is no plain file\n"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(read_it(x, path));
	assert_non_null(strstr(told(x), "' is no plain file\n"));
	unlink(path);
	file = fopen(path, "wbe");
	assert_non_null(file);
	fputs("id\na\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(read_it(x, path)->row_count, 1);
	text = repeated(x, "id\n", "abcdefgh\n", BUF_MAX_CSV_FILE / 8);
	file = fopen(path, "wbe");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_null(read_it(x, path));
	assert_non_null(strstr(told(x), "' is larger than 4 MiB\n"));
	unlink(path);
	rmdir(dir);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(what_is_read),    WITH(every_field_has_its_place),
		WITH(what_is_refused), WITH(ceilings_hold),
		WITH(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
