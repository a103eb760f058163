/* plan_file - YAML files to a plan, and a table of wrong ones with the exact words of each. */
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

#include "base/hex.h"
#include "base/instant.h"
#include "plan/plan_file.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

#define WHOLE "tests/fixtures/plan/whole.yaml"

static void a_whole_plan_loads(void **state)
{
	struct plan *p = test_plan_from_file(WHOLE);

	(void)state;
	assert_string_equal(p->institution.code, "UTSI/PL/01");
	assert_int_equal(p->institution.approved_s, 1774915200);
	assert_int_equal(p->institution.review_by_s, 0);
	assert_string_equal(p->institution.locale, "es-MX");
	assert_int_equal(p->site_count, 2);
	assert_string_equal(p->sites[1].name, "catd-01");
	assert_int_equal(p->agents[0].silent_us, 15 * US_PER_S);
	assert_int_equal(p->agents[1].silent_us, 30 * US_PER_S);
	assert_int_equal(p->component_count, 4);
	assert_int_equal(p->check_count, 5);
	assert_int_equal(p->vantage_count, 6);
	assert_int_equal(p->service_count, 2);
	assert_int_equal(p->cool_down_us, 600 * US_PER_S);
	plan_free(p);
}

static void services_are_completed(void **state)
{
	struct plan *p = test_plan_from_file(WHOLE);
	const struct plan_service *a = &p->services[0], *b = &p->services[1];

	(void)state;
	assert_int_equal(a->criticality, CRITICALITY_VERY_HIGH);
	assert_int_equal(a->rpo, RPO_DURATION);
	assert_int_equal(a->rpo_us, 4 * 3600 * US_PER_S);
	assert_int_equal(a->blind_limit_us, 60 * US_PER_S);
	assert_int_equal(a->team, plan_find_seat(p, SLICE_LIT("equipo")));
	assert_string_equal(b->name, "prep");
	assert_int_equal(b->criticality, CRITICALITY_MEDIUM);
	assert_int_equal(b->rpo, RPO_NOT_APPLICABLE);
	assert_int_equal(b->blind_limit_us, 720 * US_PER_S);
	assert_int_equal(b->policy, PLAN_NONE);
	assert_int_equal(b->team, PLAN_NONE);
	plan_free(p);
}

static void write_file(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "wbe");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* Sections of all files of a folder are joined, in the order of the names; others are left alone. */
static void a_folder_is_one_plan(void **state)
{
	char dir[] = "/tmp/vigia-plan-XXXXXX", path[64];
	static const struct {
		const char *name, *text;
	} files[] = {
		{"10-b.yaml", "components: [{id: b}, {id: a, depends_on: [c]}]\n"},
		{"20-c.yaml", "components: [{id: c}]\nservices: [{id: s, rto: 1m, needs: b}]\n"},
		{"notes.txt", "no: yaml: at: all\n"},
		{".hidden.yaml", "nor: this\n"},
	};
	struct plan *p;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		write_file(path, files[i].text, strlen(files[i].text));
	}
	p = test_plan_from_file(dir);
	assert_int_equal(p->component_count, 3);
	assert_string_equal(p->components[0].id, "b");
	assert_string_equal(p->components[2].id, "c");
	plan_free(p);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		unlink(path);
	}
	rmdir(dir);
}

static void a_path_starts_at_the_file_that_names_it(void **state)
{
	struct plan *p = test_plan_from_file(WHOLE);

	(void)state;
	assert_string_equal(p->channels[0].params[0].key, "path");
	assert_string_equal(p->channels[0].params[0].value, "tests/fixtures/plan/messages.jsonl");
	plan_free(p);
}

static void a_plan_that_is_not_there(void **state)
{
	struct findings f;

	(void)state;
	findings_init(&f);
	assert_null(plan_file_load("tests/fixtures/plan/none", &test_schemas_list, &f));
	assert_int_equal(f.errors, 1);
	assert_string_equal(f.items[0].code, "unreadable");
	assert_string_equal(f.items[0].file, "tests/fixtures/plan/none");
	findings_release(&f);
}

static void the_samples_load(void **state)
{
	(void)state;
	plan_free(test_plan_from_file("etc/vigia-local/plan.yaml"));
	plan_free(test_plan_from_file("tests/fixtures/wrong/base.yaml"));
}

/* --- the tables of wrong plans: tests/fixtures/{wrong,profiles} --------------------------------------
 * "@ why", then "- text of base.yaml" (there once or more; the first is meant) that is replaced by
 * "+ text", or "| text" as the whole file, "= text" as the file sites.csv beside it, then "! the exact
 * complaint", one line each. \xFF is a byte. */

struct wrong {
	const char *why;
	struct buf from, to, table, told;
	bool is_whole;
};

static void add_line(struct buf *b, const char *line)
{
	if (b->data != NULL)
		buf_putc(b, '\n');
	else
		buf_puts(b, "");
	for (const char *c = line; *c != '\0'; c++) {
		unsigned char byte;

		if (c[0] == '\\' && c[1] == 'x' && strlen(c) >= 4 &&
		    hex_decode(&byte, 1, (struct slice){c + 2, 2}) == ERR_OK) {
			buf_putc(b, (char)byte);
			c += 3;
		} else {
			buf_putc(b, *c);
		}
	}
}

static void wrong_init(struct wrong *w, const char *why)
{
	w->why = why;
	w->is_whole = false;
	buf_init(&w->from, 1 << 16);
	buf_init(&w->to, 1 << 16);
	buf_init(&w->table, 1 << 16);
	buf_init(&w->told, 1 << 16);
}

static void wrong_release(struct wrong *w)
{
	buf_release(&w->from);
	buf_release(&w->to);
	buf_release(&w->table);
	buf_release(&w->told);
}

/* Writes the case's file and compares what the loader says. Returns 1 if it differs. */
static int check_wrong(const struct wrong *w, const char *base)
{
	struct buf text CLEANUP(buf_release), got CLEANUP(buf_release);
	const char *at = w->is_whole ? base : strstr(base, buf_cstr(&w->from));
	struct findings f;
	struct plan *p;
	int bad = 0;

	if (at == NULL)
		fail_msg("%s: '%s' is not in base.yaml", w->why, buf_cstr(&w->from));
	buf_init(&text, 1 << 20);
	buf_init(&got, 1 << 20);
	if (!w->is_whole)
		buf_put(&text, base, (size_t)(at - base));
	buf_put(&text, w->to.data, w->to.len);
	if (!w->is_whole)
		buf_puts(&text, at + w->from.len);
	write_file("plan.yaml", buf_cstr(&text), text.len);
	unlink("sites.csv");
	if (w->table.data != NULL)
		write_file("sites.csv", w->table.data, w->table.len);
	findings_init(&f);
	p = plan_file_load("plan.yaml", &test_schemas_list, &f);
	findings_print(&f, &got);
	if (p != NULL || strcmp(buf_cstr(&got), buf_cstr(&w->told)) != 0) {
		print_error("%s\n  expected:\n%s  got%s:\n%s", w->why, buf_cstr(&w->told),
			    p != NULL ? " a plan" : "", buf_cstr(&got));
		bad = 1;
	}
	plan_free(p);
	findings_release(&f);
	return bad;
}

/* Reads one line of a case into it. */
static void take_line(struct wrong *w, const char *line)
{
	const char *rest = line[0] != '\0' && line[1] == ' ' ? line + 2 : "";

	if (line[0] == '-')
		add_line(&w->from, rest);
	else if (line[0] == '+')
		add_line(&w->to, rest);
	else if (line[0] == '=')
		add_line(&w->table, rest);
	else if (line[0] == '!')
		buf_printf(&w->told, "%s\n", rest);
	else if (line[0] == '|') {
		w->is_whole = true;
		add_line(&w->to, rest);
	} else if (line[0] != '\0') {
		fail_msg("cases.txt: what is '%s'?", line);
	}
}

/* All cases of a folder; returns how many there are. */
static int check_table(const char *folder)
{
	struct arena *a = arena_new();
	char *base = test_plan_read_file(arena_printf(a, "%s/base.yaml", folder), a);
	char *line = test_plan_read_file(arena_printf(a, "%s/cases.txt", folder), a), *next;
	char dir[] = "/tmp/vigia-wrong-XXXXXX", home[4096];
	struct wrong w;
	int count = 0, bad = 0;

	assert_non_null(getcwd(home, sizeof(home)));
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	wrong_init(&w, NULL);
	for (; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (line[0] == '@') {
			bad += w.why != NULL ? check_wrong(&w, base) : 0;
			wrong_release(&w);
			wrong_init(&w, line + 2);
			count++;
		} else {
			take_line(&w, line);
		}
	}
	bad += check_wrong(&w, base);
	wrong_release(&w);
	unlink("plan.yaml");
	unlink("sites.csv");
	assert_int_equal(chdir(home), 0);
	rmdir(dir);
	arena_free(a);
	assert_int_equal(bad, 0);
	return count;
}

static void wrong_plans_are_told_in_exact_words(void **state)
{
	(void)state;
	assert_true(check_table("tests/fixtures/wrong") >= 140);
}

/* What is wrong with a profile, or with what a component makes of it. */
static void wrong_profiles_are_told_in_exact_words(void **state)
{
	(void)state;
	assert_true(check_table("tests/fixtures/profiles") >= 45);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_plan_loads),
		cmocka_unit_test(services_are_completed),
		cmocka_unit_test(a_folder_is_one_plan),
		cmocka_unit_test(a_path_starts_at_the_file_that_names_it),
		cmocka_unit_test(a_plan_that_is_not_there),
		cmocka_unit_test(the_samples_load),
		cmocka_unit_test(wrong_plans_are_told_in_exact_words),
		cmocka_unit_test(wrong_profiles_are_told_in_exact_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
