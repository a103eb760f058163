/* audit_directory - rows of directories against each other. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

#define PEOPLE                                                                                     \
	"channels: [{id: c, type: file, path: f}]\n"                                               \
	"people: [{id: m, post: M, contacts: [{channel: c, to: m}]}, {id: n, post: N, contacts: "  \
	"[{channel: c, to: n}]}]\n"                                                                \
	"seats: [{id: s, titular: m, suplente: n}]\n"

static const char *told(struct arena *a, const char *rows)
{
	return test_plan_findings(arena_printf(a, PEOPLE "directory: [%s]\n", rows), a);
}

/* Somebody else's address is told once, at the row that has it wrongly. */
static void whose_address_it_is(void **state)
{
	static const char foreign[] = "{id: d1, person: m, email: m@example.org}, {id: d2, person: "
				      "m, email: n@example.net}, "
				      "{id: d3, person: n, email: n@example.net}";
	static const char both[] = "{id: d1, person: m, email: x@example.org}, {id: d2, person: n, "
				   "email: X@example.org}, {id: d3, line: l, email: x@example.org}";
	struct arena *a = arena_new();
	const char *got = told(a, foreign);

	(void)state;
	assert_non_null(strstr(got, "foreign-email: directory:d2: "));
	assert_null(strstr(got, "directory:d3"));
	assert_null(strstr(got, "two-emails"));
	/* It cannot be told whose it is: once all the same. */
	got = told(a, both);
	assert_non_null(strstr(got, "foreign-email: directory:d2: "));
	assert_null(strstr(got, "directory:d1"));
	arena_free(a);
}

static void lines_are_compared_by_what_is_dialled(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_null(strstr(told(a, "{id: d1, line: l, phone: 55 5550 0000}, {id: d2, line: l, "
				   "phone: (55) 5550-0000}, {id: d3, line: l, phone: "
				   "+52 5555500000}"),
			   "line-two-ways"));
	assert_non_null(strstr(told(a, "{id: d1, line: l, phone: 55 5550 0000}, {id: d2, line: l, "
				       "phone: 55 5550 0001}"),
			       "line-two-ways: directory:d2"));
	assert_null(strstr(told(a, "{id: d1, line: l, phone: 55 5550 0000}, {id: d2, line: k, "
				   "phone: 55 5550 0001}"),
			   "line-two-ways"));
	arena_free(a);
}

/* An own number beside the extensions is another way. */
static void one_switchboard_means_every_telephone(void **state)
{
	static const char two[] = "{id: d1, person: m, phone: 55 5550 0000, extension: \"1\"}, "
				  "{id: d2, person: n, phone: 55 5550 0000%s}";
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(strstr(told(a, arena_printf(a, two, ", extension: \"2\"")),
			       "one-switchboard: plan: all 2 telephones"));
	assert_null(strstr(told(a, arena_printf(a, two, "")), "one-switchboard"));
	assert_null(strstr(told(a, "{id: d1, person: m, phone: 55 5550 0000, extension: \"1\"}"),
			   "one-switchboard"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whose_address_it_is),
		cmocka_unit_test(lines_are_compared_by_what_is_dialled),
		cmocka_unit_test(one_switchboard_means_every_telephone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
