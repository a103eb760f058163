/* plan_expand - files are written out, in their order; what the journal holds is taken to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/plan_file.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

/* The journal's plan has nothing to fill in: "${...}" in it is text that somebody meant. */
static void the_journal_is_taken_to_the_letter(void **state)
{
	struct plan *p = test_plan_from_files("institution: {name: \"a $${vars.x} ${secret:y}\"}\n"
					      "vars: {x: 1}\n"
					      "sites: [{id: s, vars: {v: 2}}]\n"
					      "templates: [{id: t, for_sites: all, components: "
					      "[{id: c, name: \"$${site.id} ${site.vars.v}\"}]}]\n",
					      NULL);
	struct findings f;
	struct plan *again;

	(void)state;
	assert_string_equal(p->institution.name, "a ${vars.x} ${secret:y}");
	assert_string_equal(p->components[0].name, "${site.id} 2");
	/* Nothing of how it was made is left. */
	assert_null(strstr(p->json.p, "templates"));
	assert_null(strstr(p->json.p, "\"vars\""));
	findings_init(&f);
	again = plan_file_load_json(p->json, &test_schemas_list, &f);
	assert_non_null(again);
	assert_string_equal(again->hash, p->hash);
	assert_string_equal(again->components[0].name, "${site.id} 2");
	findings_release(&f);
	plan_free(again);
	plan_free(p);
}

static void the_journal_holds_no_templates(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(
		test_plan_complaints("{\"vars\":{\"a\":\"1\"},\"templates\":[],\"sites\":[{\"id\":"
				     "\"s\",\"vars\":{}},{\"from_csv\":\"x\",\"id\":\"t\"}]}",
				     a),
		"journal:1:2: error: not-expanded: 'vars' stands in files only\n"
		"journal:1:19: error: not-expanded: 'templates' stands in files only\n"
		"journal:1:53: error: not-expanded: 'vars' stands in files only\n"
		"journal:1:65: error: not-expanded: 'from_csv' stands in files only\n");
	arena_free(a);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "wbe");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Variables, sites and templates of one file serve every other; a table lies beside the file that names
 * it, wherever the program was started. */
static void files_of_a_folder_serve_each_other(void **state)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{"10.yaml", "templates: [{id: t, for_sites: {kind: k}, components: [{id: "
			    "\"${site.id}/x\", address: \"${vars.net}.${site.vars.n}\"}]}]\n"},
		{"20.yaml", "components: [{id: b}]\nsites: [{id: z}]\n"},
		{"30.yaml", "sites: {from_csv: tabla.csv, kind: k}\ncomponents: [{id: c}]\n"},
		{"40.yaml", "vars: {net: 192.0.2}\n"},
		{"tabla.csv", "id,n\ns1,1\ns2,2\n"},
	};
	char dir[] = "/tmp/vigia-expand-XXXXXX", path[64];
	struct plan *p;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		write_file(path, files[i].text);
	}
	p = test_plan_from_file(dir);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		unlink(path);
	}
	rmdir(dir);
	assert_int_equal(p->site_count, 3);
	assert_string_equal(p->sites[0].id, "z");
	assert_int_equal(p->component_count, 4); /* by hand first, then what templates make */
	assert_string_equal(p->components[0].id, "b");
	assert_string_equal(p->components[1].id, "c");
	assert_string_equal(p->components[2].id, "s1/x");
	assert_string_equal(p->components[3].address, "192.0.2.2");
	plan_free(p);
}

/* A variable in two files is a mistake, not a question of their order. */
static void a_variable_in_two_files(void **state)
{
	char dir[] = "/tmp/vigia-expand-XXXXXX", a[64], b[64], want[256];
	struct buf text CLEANUP(buf_release);
	struct findings f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(a, sizeof(a), "%s/a.yaml", dir);
	snprintf(b, sizeof(b), "%s/b.yaml", dir);
	write_file(a, "vars: {net: x}\n");
	write_file(b, "vars: {other: y,\n  net: z}\n");
	findings_init(&f);
	assert_null(plan_file_load(dir, &test_schemas_list, &f));
	buf_init(&text, 4096);
	findings_print(&f, &text);
	snprintf(want, sizeof(want),
		 "%s:2:3: error: duplicate-id: the variable 'net' stands already in %s:1\n", b, a);
	assert_string_equal(buf_cstr(&text), want);
	findings_release(&f);
	unlink(a);
	unlink(b);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_journal_is_taken_to_the_letter),
		cmocka_unit_test(the_journal_holds_no_templates),
		cmocka_unit_test(files_of_a_folder_serve_each_other),
		cmocka_unit_test(a_variable_in_two_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
