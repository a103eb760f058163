/* check_trap - the passive check: without a receiver it is blind, with one it tells what was heard; its parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <uv.h>

#include "base/micro.h"
#include "checks/check_trap.h"
#include "checks/trap_book.h"
#include "tests/support/probe_once.h"
#include "tests/support/heard.h"

static void without_a_receiver_it_is_blind(void **state)
{
	struct verdict v;
	uv_loop_t loop;

	(void)state;
	uv_loop_init(&loop);
	v = PROBE(&loop, "trap", 1000, "address=192.0.2.1", "notifications=[]");
	assert_int_equal(v.outcome, OUTCOME_SOURCE_MISSING);
	assert_non_null(strstr(v.detail, "receiver"));
	uv_loop_close(&loop);
}

static void it_tells_what_was_heard(void **state)
{
	struct arena *a = arena_new();
	struct notification n = HEARD(a, "1.3.6.1.7");
	struct probe p = {.type = &check_trap, .heard = trap_book_new(NULL)};
	struct check_step s;

	(void)state;
	trap_book_hear(p.heard, NULL, &n, false, (struct trap_now){{1}, {1}});
	s = check_trap.start(&p, (struct mono_time){2});
	assert_int_equal(s.kind, STEP_DONE);
	assert_int_equal(p.verdict.outcome, OUTCOME_OK);
	assert_int_equal(p.verdict.values[TRAP_VALUE_OPEN], 0);
	assert_int_equal(p.verdict.values[TRAP_VALUE_HEARD], MICRO);
	trap_book_free(p.heard);
	arena_free(a);
}

static const char *get(void *user, const char *key)
{
	for (const char *const *kv = user; *kv != NULL; kv += 2) {
		if (strcmp(kv[0], key) == 0)
			return kv[1];
	}
	return NULL;
}

static enum err derived(const char *const *kv, const struct check_schema **ret, struct arena *a,
			struct err_info *info)
{
	return schema_of_check(&check_trap.schema, get, (void *)(uintptr_t)kv, a, ret, info);
}

static void its_parameters_are_judged_where_the_plan_is_written(void **state)
{
	static const struct {
		const char *kv[8], *text;
	} wrong[] = {
		{{"notifications", "[]", NULL}, "neither 'address' nor 'sources'"},
		{{"address", "core.example.org", "notifications", "[]", NULL},
		 "address: 'core.example.org' is no numeric address"},
		{{"sources", "192.0.2.1, x", "notifications", "[]", NULL}, "sources: 'x'"},
		{{"address", "192.0.2.1", "nat", "y", "notifications", "[]", NULL}, "nat: 'y'"},
		{{"address", "192.0.2.1", "when", "{}", "notifications", "[]", NULL},
		 "when: 'oid' is missing"},
		{{"address", "192.0.2.1", "notifications", "[{}]", NULL}, "notifications.1: 'oid'"},
	};
	static const char *const named[] = {"address",     "core.example.org", "sources",
					    "2001:db8::1", "notifications",    "[]",
					    NULL};
	const struct check_schema *s = NULL;
	struct arena *a = arena_new();
	struct err_info info;
	int64_t worst;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_not_equal(derived(wrong[i].kv, &s, a, &info), ERR_OK);
		if (strstr(info.text, wrong[i].text) == NULL)
			fail_msg("%s", info.text);
	}
	assert_int_equal(derived(named, &s, a, &info), ERR_OK);
	assert_null(s->derive);
	assert_true(s->of_condition);
	assert_true(schema_number(s, TRAP_VALUE_WORST, SLICE_LIT("critical"), &worst));
	assert_int_equal(worst, 5 * MICRO);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_receiver_it_is_blind),
		cmocka_unit_test(it_tells_what_was_heard),
		cmocka_unit_test(its_parameters_are_judged_where_the_plan_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
