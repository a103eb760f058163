/* yaml_doc - the strict subset of YAML, and a map by a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/yaml_doc.h"

struct fixture {
	struct arena *arena;
	struct findings f;
};

static void begin(struct fixture *x)
{
	x->arena = arena_new();
	findings_init(&x->f);
}

static void end(struct fixture *x)
{
	findings_release(&x->f);
	arena_free(x->arena);
}

static struct yaml_node *parse(struct fixture *x, const char *text)
{
	return yaml_doc_parse("dir/a.yaml", slice_of(text), x->arena, &x->f);
}

/* The findings so far, printed; the list is emptied. */
static const char *told(struct fixture *x)
{
	struct buf out CLEANUP(buf_release);
	char *text;

	buf_init(&out, 1 << 20);
	findings_sort(&x->f);
	findings_print(&x->f, &out);
	text = arena_strdup(x->arena, buf_cstr(&out));
	findings_release(&x->f);
	findings_init(&x->f);
	return text;
}

static void a_tree_with_places(void **state)
{
	struct fixture x;
	struct yaml_node *root, *list, *quoted;

	(void)state;
	begin(&x);
	root = parse(&x, "one: 1\nlist:\n  - a\n  - {b: \"null\"}\ntext: >\n  two\n  lines\n");
	assert_non_null(root);
	assert_int_equal(root->kind, YAML_MAP);
	assert_string_equal(yaml_map_get(root, "one")->text.p, "1");
	assert_int_equal(yaml_map_get(root, "one")->line, 1);
	assert_int_equal(yaml_map_get(root, "one")->column, 6);
	list = yaml_map_get(root, "list");
	assert_int_equal(list->kind, YAML_LIST);
	assert_string_equal(list->key->text.p, "list");
	quoted = yaml_map_get(list->first->next, "b");
	assert_true(quoted->quoted);
	assert_int_equal(quoted->line, 4);
	assert_string_equal(yaml_map_get(root, "text")->text.p, "two lines");
	assert_null(yaml_map_get(root, "three"));
	assert_null(list->first->next->next);
	end(&x);
}

static void json_reads_as_well(void **state)
{
	struct fixture x;
	struct yaml_node *root;

	(void)state;
	begin(&x);
	root = parse(&x, "{\"a\":\"x\\\"\\\\ \\u00f1\",\"b\":[1,true,{\"c\":-2.5}]}");
	assert_non_null(root);
	assert_string_equal(yaml_map_get(root, "a")->text.p, "x\"\\ \xC3\xB1");
	assert_string_equal(yaml_map_get(yaml_map_get(root, "b")->first->next->next, "c")->text.p,
			    "-2.5");
	end(&x);
}

static void what_is_refused(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{"", "dir/a.yaml:1:1: error: empty: the file says nothing\n"},
		{"a: &x 1", "dir/a.yaml:1:4: error: yaml: anchors, aliases and tags are not used "
			    "here; write it out\n"},
		{"a: *x", "dir/a.yaml:1:4: error: yaml: anchors, aliases and tags are not used "
			  "here; write it out\n"},
		{"a: !!int 1", "dir/a.yaml:1:4: error: yaml: anchors, aliases and tags are not "
			       "used here; write it out\n"},
		{"a: 1\na: 2", "dir/a.yaml:2:1: error: duplicate-key: this key stands here twice; "
			       "remove one of them\n"},
		{"a: 1\n---\nb: 2", "dir/a.yaml:2:1: error: yaml: a second document begins; use "
				    "one file for each\n"},
		{"{[a]: 1}", "dir/a.yaml:1:2: error: yaml: a key must be a plain word\n"},
		{"a: \"\\0\"", "dir/a.yaml:1:4: error: yaml: a NUL character stands in the text\n"},
		{"a: 1\nb: \xC3\x28",
		 "dir/a.yaml:2:5: error: yaml: invalid trailing UTF-8 octet\n"},
		{"\xC3\xB1: 1\nb: [{a: x\xC3\xB1${b}}]",
		 "dir/a.yaml:2:12: error: yaml: did not find expected ',' or '}', while parsing a "
		 "flow mapping; put a text with ${...} in quotes here\n"},
		{"%YAML 1.1\n---\na: 1",
		 "dir/a.yaml:1:1: error: yaml: directives (%) are not used here\n"},
	};
	struct fixture x;

	(void)state;
	begin(&x);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_null(parse(&x, cases[i].text));
		assert_string_equal(told(&x), cases[i].told);
	}
	end(&x);
}

static char *repeated(struct arena *a, const char *before, const char *s, size_t n)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 16 << 20);
	buf_puts(&out, before);
	for (size_t i = 0; i < n; i++)
		buf_puts(&out, s);
	return arena_strdup(a, buf_cstr(&out));
}

static void ceilings_hold(void **state)
{
	struct fixture x;
	struct buf keys CLEANUP(buf_release);

	(void)state;
	begin(&x);
	assert_null(parse(&x, repeated(x.arena, "", "[", 33)));
	assert_string_equal(told(&x),
			    "dir/a.yaml:1:33: error: too-deep: nested more than 32 levels deep\n");
	/* Thousands of levels must neither end the process nor take long. */
	assert_null(parse(&x, repeated(x.arena, "", "[", 100000)));
	assert_int_equal(x.f.errors, 1);
	told(&x);
	buf_init(&keys, 1 << 20);
	for (int i = 0; i < 600; i++)
		buf_printf(&keys, "key%d: 1\n", i);
	assert_null(parse(&x, buf_cstr(&keys)));
	assert_string_equal(told(&x),
			    "dir/a.yaml:513:9: error: too-large: a map with more than 512 keys\n");
	end(&x);
}

static void a_file_that_is_not_there(void **state)
{
	struct fixture x;

	(void)state;
	begin(&x);
	assert_null(yaml_doc_read("tests/fixtures/no-such.yaml", x.arena, &x.f));
	assert_string_equal(told(&x), "tests/fixtures/no-such.yaml:1:1: error: unreadable: it "
				      "cannot be opened: No such file or directory\n");
	end(&x);
}

static void a_file_that_is_too_large(void **state)
{
	char path[] = "/tmp/vigia-yaml-XXXXXX";
	int fd = mkstemp(path);
	struct fixture x;
	char *text;

	(void)state;
	begin(&x);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, BUF_MAX_CONFIG_FILE + 1), 0);
	close(fd);
	assert_null(yaml_doc_read(path, x.arena, &x.f));
	text = arena_printf(x.arena, "%s:1:1: error: too-large: the file is larger than 8 MiB\n",
			    path);
	assert_string_equal(told(&x), text);
	unlink(path);
	end(&x);
}

struct row {
	const char *name, *file;
	int64_t wait_us;
};
static const struct param table[] = {
	PARAM_STR(struct row, name, "name", NULL, PARAM_REQUIRED, "a name"),
	PARAM_PATH(struct row, file, "file", NULL, 0, "a path"),
	PARAM_DURATION(struct row, wait_us, "wait", "5s", 1, 60000000, 0, "a wait"),
	PARAM_END,
};

static void a_map_fills_a_struct(void **state)
{
	static const char *const others[] = {"list", NULL};
	struct row row = {0};
	struct fixture x;

	(void)state;
	begin(&x);
	assert_true(yaml_fill(parse(&x, "{name: A, file: ../var/x, list: [1]}"), table, others,
			      &row, x.arena, &x.f));
	assert_string_equal(row.name, "A");
	assert_string_equal(row.file, "dir/../var/x");
	assert_int_equal(row.wait_us, 5000000);
	assert_true(yaml_fill(parse(&x, "{name: A, file: /var/x, wait: 1s}"), table, others, &row,
			      x.arena, &x.f));
	assert_string_equal(row.file, "/var/x");
	assert_int_equal(row.wait_us, 1000000);
	assert_int_equal(x.f.count, 0);
	end(&x);
}

static void every_mistake_of_a_map_is_told(void **state)
{
	struct row row = {0};
	struct fixture x;

	(void)state;
	begin(&x);
	assert_false(yaml_fill(parse(&x, "wiat: 5s\nwait: 5\nfile:\nlits: 3\n"), table, NULL, &row,
			       x.arena, &x.f));
	assert_string_equal(
		told(&x),
		"dir/a.yaml:1:1: error: missing-key: 'name' is missing: a name\n"
		"dir/a.yaml:1:1: error: unknown-key: unknown key 'wiat'; did you mean 'wait'?\n"
		"dir/a.yaml:2:7: error: syntax: wait: '5' is not a duration (write 5s, 200ms, "
		"1m30s)\n"
		"dir/a.yaml:3:6: error: no-value: file: nothing stands here; write a value or "
		"leave "
		"the key out\n"
		"dir/a.yaml:4:1: error: unknown-key: unknown key 'lits'\n");
	assert_false(yaml_fill(parse(&x, "[1]"), table, NULL, &row, x.arena, &x.f));
	assert_string_equal(
		told(&x),
		"dir/a.yaml:1:1: error: not-a-map: a map of keys and values was expected\n");
	end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_with_places),
		cmocka_unit_test(json_reads_as_well),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(ceilings_hold),
		cmocka_unit_test(a_file_that_is_not_there),
		cmocka_unit_test(a_file_that_is_too_large),
		cmocka_unit_test(a_map_fills_a_struct),
		cmocka_unit_test(every_mistake_of_a_map_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
