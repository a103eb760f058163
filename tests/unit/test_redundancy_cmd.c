/* redundancy_cmd - what each service cannot do without, for people and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cli/commands.h"
#include "tests/support/test_plan.h"

static const char plan_text[] =
	"components: [{id: sw}, {id: a, depends_on: sw}, {id: b, depends_on: sw}, "
	"{id: c}, {id: d}, {id: e}, {id: f}]\n"
	"services:\n"
	"  - {id: s, name: Salida, rto: 60s, needs: {any: [a, b]}}\n"
	"  - {id: t, rto: 60s, needs: {any: [c, d, e, f]}}\n";

static void assert_written(bool json, bool english, const char *expected)
{
	struct plan *p = test_plan_from_text(plan_text);
	struct buf out;

	buf_init(&out, 1 << 16);
	redundancy_cmd_write(p, json, english, &out);
	assert_string_equal(buf_cstr(&out), expected);
	buf_release(&out);
	plan_free(p);
}

static void it_is_written_for_people(void **state)
{
	(void)state;
	assert_written(false, false,
		       "Salida (s)\n"
		       "  una falla    sw\n"
		       "  dos fallas   a + b\n"
		       "t (t)\n"
		       "  aguanta tres fallas cualesquiera\n");
	assert_written(false, true,
		       "Salida (s)\n"
		       "  one failure  sw\n"
		       "  two          a + b\n"
		       "t (t)\n"
		       "  any three failures leave it working\n");
}

/* Both units of a pair must fail. */
static void a_pair_takes_two(void **state)
{
	struct plan *p = test_plan_from_text(
		"agents: [{id: x}]\n"
		"components: [{id: fw, redundancy: both, checks: [{id: both, type: tcp, address: "
		"h, "
		"port: 1, from: [x]}]}, {id: a}, {id: b}]\n"
		"services: [{id: s, name: Salida, rto: 60s, needs: {any: [{all: [fw, a]}, b]}}]\n");
	static const char *const expected[] = {"Salida (s)\n"
					       "  dos fallas   a + b\n"
					       "  tres fallas  las dos unidades de fw + b\n",
					       "[{\"service\":\"s\",\"complete\":3,\"cut_sets\":[["
					       "\"a\",\"b\"],[\"fw\",\"fw\",\"b\"]]}"
					       "]\n"};

	(void)state;
	for (size_t json = 0; json < 2; json++) {
		struct buf out;

		buf_init(&out, 1 << 16);
		redundancy_cmd_write(p, json, false, &out);
		assert_string_equal(buf_cstr(&out), expected[json]);
		buf_release(&out);
	}
	plan_free(p);
}

static void it_is_written_as_json(void **state)
{
	(void)state;
	assert_written(true, false,
		       "[{\"service\":\"s\",\"complete\":3,\"cut_sets\":[[\"sw\"],[\"a\",\"b\"]]},"
		       "{\"service\":\"t\",\"complete\":3,\"cut_sets\":[]}]\n");
}

static void many_are_counted(void **state)
{
	struct arena *a = arena_new();
	const char *text = "components: [{id: c0}", *members = "c0";
	struct plan *p;
	struct buf out;

	(void)state;
	for (int i = 1; i < 80; i++) {
		text = arena_printf(a, "%s, {id: c%d}", text, i);
		members = arena_printf(a, "%s, c%d", members, i);
	}
	p = test_plan_from_text(arena_printf(
		a, "%s]\nservices: [{id: s, rto: 60s, needs: {at_least: 79, of: [%s]}}]\n", text,
		members));
	buf_init(&out, 1 << 16);
	redundancy_cmd_write(p, false, false, &out);
	/* 80 * 79 / 2 pairs are more than are listed: said, and not taken for all. */
	assert_non_null(strstr(buf_cstr(&out), "  dos fallas   c0 + c1, c0 + c2"));
	assert_non_null(strstr(buf_cstr(&out), " y 1988 más\n  (hay más de los que se listan)\n"));
	assert_null(strstr(buf_cstr(&out), "tres fallas"));
	buf_release(&out);
	plan_free(p);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_written_for_people),
		cmocka_unit_test(a_pair_takes_two),
		cmocka_unit_test(it_is_written_as_json),
		cmocka_unit_test(many_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
