/* audit_people - who has how many seats, and how many ways lead to them. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

#define PEOPLE                                                                                     \
	"components: [{id: x}, {id: y}]\n"                                                         \
	"channels: [{id: c, type: file, path: f}, {id: d, type: file, path: g, carried_by: "       \
	"[x]}]\n"                                                                                  \
	"people: [{id: m, post: M, contacts: [{channel: c, to: m}]}, {id: n, post: N, contacts: "  \
	"[%s]}, {id: o, post: O, contacts: [{channel: c, to: o}]}]\n"

static bool tells(struct arena *a, const char *contacts, const char *rest, const char *what)
{
	return strstr(test_plan_findings(arena_printf(a, PEOPLE "%s", contacts, rest), a), what) !=
	       NULL;
}

static void every_contact_on_one_carrier(void **state)
{
	static const struct {
		const char *contacts;
		bool is_one_way;
	} cases[] = {
		{"{channel: c, to: n}", false}, /* nobody says what carries it */
		{"{channel: d, to: n}", true},
		{"{channel: d, to: n}, {channel: c, to: n}", false},
		{"{channel: d, to: n}, {channel: c, to: n, carried_by: [x]}", true},
		{"{channel: d, to: n}, {channel: c, to: n, carried_by: [y]}", false},
		{"{channel: c, to: n, carried_by: [y, x]}, {channel: d, to: n}", true},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(tells(a, cases[i].contacts, "", "one-way: person:n"),
				 cases[i].is_one_way);
	arena_free(a);
}

/* All pairs are told, each once, by the names of both seats. */
static void pairs_that_cover_each_other(void **state)
{
	static const char seats[] = "seats: [{id: s1, titular: m, suplente: n}, {id: s2, titular: "
				    "n, suplente: m}, {id: s3, titular: m, suplente: n}]\n";
	struct arena *a = arena_new();

	(void)state;
	assert_true(tells(a, "{channel: c, to: n}", seats, "mutual-suplentes: seat:s1+s2:"));
	assert_true(tells(a, "{channel: c, to: n}", seats, "mutual-suplentes: seat:s2+s3:"));
	assert_false(tells(a, "{channel: c, to: n}", seats, "seat:s1+s3"));
	assert_true(tells(a, "{channel: c, to: n}", seats, "unseated: person:o"));
	assert_false(tells(a, "{channel: c, to: n}", seats, "unseated: person:n"));
	arena_free(a);
}

static void groups_are_sets_of_members(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_false(tells(a, "{channel: c, to: n}",
			   "groups: [{id: g, told: [{members: [m, n]}, {}, {members: [n, m]}]}]\n",
			   "group:g"));
	assert_true(tells(a, "{channel: c, to: n}",
			  "groups: [{id: g, told: [{members: [m, n]}, {}, {members: [n]}]}]\n",
			  "group-two-ways: group:g: it has 2 members in '' and 1 others"));
	assert_true(tells(a, "{channel: c, to: n}", "groups: [{id: g, told: [{in: A}, {in: B}]}]\n",
			  "group-empty: group:g: it is named 2 times"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_contact_on_one_carrier),
		cmocka_unit_test(pairs_that_cover_each_other),
		cmocka_unit_test(groups_are_sets_of_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
