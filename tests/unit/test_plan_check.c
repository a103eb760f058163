/* plan_check - all readers together: the published plan as a sample, fault by fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/plan_file.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

#define TODAY_S INT64_C(1780272000) /* 2026-06-01 */

/* "40-personas.yaml:4:5: warning: code: subject", a line each. */
static void list(const struct findings *f, struct buf *out)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->items[i];
		const char *file = strrchr(x->file, '/');

		buf_printf(out, "%s:%u:%u: %s: %s: %s\n", file != NULL ? file + 1 : x->file,
			   x->line, x->column,
			   x->accepted != NULL ? "accepted" : finding_severity_word(x->severity),
			   x->code, x->subject);
	}
}

/* Neither more nor less than what the list of the fixture says. */
static void the_published_plan_has_exactly_its_faults(void **state)
{
	struct arena *a = arena_new();
	struct plan *p = test_plan_from_file("etc/sei/plan");
	struct buf got CLEANUP(buf_release);
	struct findings f;

	(void)state;
	buf_init(&got, 1 << 20);
	findings_init(&f);
	plan_check_findings(p, TODAY_S, &f);
	list(&f, &got);
	assert_string_equal(buf_cstr(&got), test_plan_read_file("tests/fixtures/audit/sei.txt", a));
	assert_int_equal(f.errors, findings_counted(&f, FINDING_ERROR));
	plan_free(p);
	findings_release(&f);
	arena_free(a);
}

static const char *const parts[] = {
	"10-institucion.yaml",    "20-vigilancia.yaml", "30-procesos.yaml",   "40-personas.yaml",
	"50-procedimientos.yaml", "60-anexos.yaml",     "70-directorio.yaml", "80-documentos.yaml",
	"distritos.csv",          "aceptadas.yaml"};

static void copy_parts(const char *dir, struct arena *a)
{
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		bool is_overlay = i + 1 == COUNT_OF(parts);
		const char *text = test_plan_read_file(
			arena_printf(a, "etc/sei/%s%s", is_overlay ? "" : "plan/", parts[i]), a);
		FILE *out = fopen(arena_printf(a, "%s/%s", dir, parts[i]), "we");

		assert_non_null(out);
		assert_true(fputs(text, out) >= 0);
		assert_int_equal(fclose(out), 0);
	}
}

/* With the overlay every one of them is accepted by name, and nothing else is told. */
static void its_overlay_accepts_every_one(void **state)
{
	char dir[] = "/tmp/vigia-sei-XXXXXX";
	struct arena *a = arena_new();
	struct findings f;
	struct plan *p;

	(void)state;
	assert_non_null(mkdtemp(dir));
	copy_parts(dir, a);
	findings_init(&f);
	p = plan_file_load(dir, &test_schemas_list, &f);
	assert_non_null(p);
	plan_check_findings(p, TODAY_S, &f);
	assert_int_equal(findings_accepted(&f), p->annexes->accepted_count);
	assert_int_equal(f.count, p->annexes->accepted_count);
	assert_int_equal(f.errors, 0);
	plan_free(p);
	findings_release(&f);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		assert_int_equal(unlink(arena_printf(a, "%s/%s", dir, parts[i])), 0);
	assert_int_equal(rmdir(dir), 0);
	arena_free(a);
}

static void a_plan_that_says_little_is_read_without_a_fall(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(test_plan_findings("cool_down: 1s", a), "");
	assert_string_equal(
		test_plan_findings("components: [{id: x}]\n", a),
		"journal:1:14: note: unused: component:x: no service, path, channel or tool needs "
		"it; put it into the needs of a service, or take it out\n"
		"journal:1:14: warning: unwatched: component:x: it has no check; give the "
		"component a check\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_plan_has_exactly_its_faults),
		cmocka_unit_test(its_overlay_accepts_every_one),
		cmocka_unit_test(a_plan_that_says_little_is_read_without_a_fall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
