#include "tests/support/test_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "plan/plan_file.h"
#include "tests/support/test_schemas.h"

static char *print(const struct findings *f, struct arena *arena)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 1 << 20);
	findings_print(f, &out);
	return arena_strdup(arena, buf_cstr(&out));
}

char *test_plan_read_file(const char *path, struct arena *arena)
{
	FILE *file = fopen(path, "rbe");
	char chunk[4096];
	struct buf text CLEANUP(buf_release);
	size_t n;

	if (file == NULL)
		fail_msg("%s cannot be opened", path);
	buf_init(&text, 1 << 20);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(&text, chunk, n);
	fclose(file);
	assert_true(buf_is_ok(&text));
	return arena_strdup(arena, buf_cstr(&text));
}

static struct plan *no_complaints(struct plan *p, struct findings *f)
{
	if (p == NULL || f->count > 0) {
		char *text = print(f, f->arena);

		fail_msg("the plan does not load:\n%s", text);
	}
	findings_release(f);
	return p;
}

struct plan *test_plan_from_text(const char *yaml)
{
	struct findings f;

	findings_init(&f);
	return no_complaints(plan_file_load_json(slice_of(yaml), &test_schemas_list, &f), &f);
}

struct plan *test_plan_from_file(const char *path)
{
	struct findings f;

	findings_init(&f);
	return no_complaints(plan_file_load(path, &test_schemas_list, &f), &f);
}

char *test_plan_complaints(const char *yaml, struct arena *arena)
{
	struct findings f;
	struct plan *p;
	char *text;

	findings_init(&f);
	p = plan_file_load_json(slice_of(yaml), &test_schemas_list, &f);
	/* A plan comes out exactly if there is no error. */
	assert_int_equal(p == NULL, f.errors > 0);
	plan_free(p);
	text = print(&f, arena);
	findings_release(&f);
	return text;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "wbe");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static struct plan *load_files(const char *yaml, const char *csv, struct findings *f)
{
	char dir[] = "/tmp/vigia-files-XXXXXX", home[4096];
	struct plan *p;

	assert_non_null(getcwd(home, sizeof(home)));
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	write_file("plan.yaml", yaml);
	if (csv != NULL)
		write_file("sites.csv", csv);
	p = plan_file_load("plan.yaml", &test_schemas_list, f);
	unlink("plan.yaml");
	unlink("sites.csv");
	assert_int_equal(chdir(home), 0);
	assert_int_equal(rmdir(dir), 0);
	return p;
}

struct plan *test_plan_from_files(const char *yaml, const char *csv)
{
	struct findings f;

	findings_init(&f);
	return no_complaints(load_files(yaml, csv, &f), &f);
}

char *test_plan_complaints_of_files(const char *yaml, const char *csv, struct arena *arena)
{
	struct findings f;
	struct plan *p;
	char *text;

	findings_init(&f);
	p = load_files(yaml, csv, &f);
	assert_int_equal(p == NULL, f.errors > 0);
	plan_free(p);
	text = print(&f, arena);
	findings_release(&f);
	return text;
}

char *test_plan_findings(const char *yaml, struct arena *arena)
{
	struct plan *p = test_plan_from_text(yaml);
	struct findings f;
	char *text;

	findings_init(&f);
	plan_check_findings(p, 0, &f);
	plan_free(p);
	text = print(&f, arena);
	findings_release(&f);
	return text;
}
