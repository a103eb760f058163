/* plan_posts - field posts by hand or from a table of sites, and how orders reach them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/instant.h"
#include "tests/support/test_plan.h"

#define PEOPLE                                                                                     \
	"people: [{id: a, post: A, contacts: [{channel: c, to: x}]}, {id: b, post: B, contacts: "  \
	"[{channel: c, to: y}]}]\nseats: [{id: s, titular: a, suplente: b}]\nchannels: [{id: c, "  \
	"type: file, path: x}]\nsites: [{id: q, name: Sede}]\n"

static void a_post_is_held_by_a_seat_or_a_person(void **state)
{
	struct plan *p = test_plan_from_text(
		PEOPLE
		"field_posts: [{id: uno, site: q, seat: s}, {id: dos, name: Dos, person: b}]\n"
		"field_orders: {given_by: [s], repeat: 1m, confirm_within: 5m}");

	(void)state;
	assert_int_equal(p->posts[0].person_count, 2);
	assert_int_equal(p->posts[0].persons[1], 1);
	assert_string_equal(p->posts[0].name, "uno");
	assert_int_equal(p->posts[1].person_count, 1);
	assert_int_equal(p->posts[1].seat, PLAN_NONE);
	assert_int_equal(p->posts[1].site, PLAN_NONE);
	assert_int_equal(p->orders.given_by_count, 1);
	assert_int_equal(p->orders.repeat_us, 60 * US_PER_S);
	plan_free(p);
}

static void a_table_of_sites_makes_posts_and_their_people(void **state)
{
	struct plan *p = test_plan_from_files(
		"sites: {from_csv: sites.csv, kind: distrito}\n"
		"channels: [{id: c, type: file, path: x}]\n"
		"templates:\n"
		"  - id: sede\n"
		"    for_sites: {kind: distrito}\n"
		"    people: [{id: \"${site.id}\", post: Sede, contacts: [{channel: c, to: "
		"\"${site.vars.telefono}\"}]}]\n"
		"    field_posts: [{id: \"${site.id}\", name: \"${site.name}\", site: "
		"\"${site.id}\", person: \"${site.id}\"}]\n",
		"id,name,telefono\nd-01,Distrito 1,101\nd-02,Distrito 2,102\nd-03,Distrito "
		"3,103\n");

	(void)state;
	assert_int_equal(p->post_count, 3);
	assert_string_equal(p->posts[2].name, "Distrito 3");
	assert_string_equal(p->people[p->posts[2].persons[0]].contacts[0].to, "103");
	assert_int_equal(p->posts[2].site, 2);
	assert_int_equal(p->orders.repeat_us, 120 * US_PER_S);
	plan_free(p);
}

static void each_mistake_is_told(void **state)
{
	static const struct {
		const char *yaml, *want;
	} cases[] = {
		{PEOPLE "field_posts: [{id: uno}]",
		 "a field post is held by a 'seat' or a 'person'"},
		{PEOPLE "field_posts: [{id: uno, seat: s, person: a}]",
		 "a field post is held by a 'seat' or a 'person'"},
		{PEOPLE "field_posts: [{id: uno, seat: t}]", "there is no seat 't'"},
		{PEOPLE "field_posts: [{id: uno, seat: s}, {id: uno, seat: s}]", "stands already"},
		{PEOPLE "field_posts: [{id: uno, seat: s}]\nfield_orders: {given_by: [x]}",
		 "there is no seat 'x'"},
		{PEOPLE "field_orders: {repeat: 1m}", "the plan has no field_posts"},
		{PEOPLE "field_posts: [{id: uno, seat: s}]\nfield_orders: [s]",
		 "field_orders: write"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_new();
		const char *told = test_plan_complaints(cases[i].yaml, arena);

		if (strstr(told, cases[i].want) == NULL)
			fail_msg("%s\n%s", cases[i].yaml, told);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_post_is_held_by_a_seat_or_a_person),
		cmocka_unit_test(a_table_of_sites_makes_posts_and_their_people),
		cmocka_unit_test(each_mistake_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
