/* plan_overrides - the component's own list among the checks of its profile. Wrong ones: tests/fixtures/profiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

static void same_plan(const char *yaml, const char *by_hand)
{
	struct plan *a = test_plan_from_files(yaml, NULL), *b = test_plan_from_files(by_hand, NULL);

	if (strcmp(a->hash, b->hash) != 0)
		fail_msg("made:\n%s\nby hand:\n%s", a->json.p, b->json.p);
	plan_free(a);
	plan_free(b);
}

#define PROFILE                                                                                    \
	"profiles: [{id: p, checks: [{id: one, type: snmp, interval: 30s, values: {a: {oid: 1.1, " \
	"rows: max}, b: {oid: 1.2}}, warning: \"a > 1\"}, {id: two, type: icmp}, {id: off, omit: " \
	"true, type: tcp, port: 1}]}]\n"
#define TOP "agents: [{id: x}]\n"

static void overridden(const char *checks, const char *by_hand)
{
	struct arena *a = arena_new();

	same_plan(
		arena_printf(a,
			     TOP PROFILE "components: [{id: c, address: h, profile: p, checks: "
					 "[%s]}]\n",
			     checks),
		arena_printf(a, TOP "components: [{id: c, address: h, checks: [%s]}]\n", by_hand));
	arena_free(a);
}

#define ONE(rest)                                                                                  \
	"{id: one, type: snmp, interval: 30s, values: {a: {oid: 1.1, rows: max}, b: "              \
	"{oid: 1.2}}" rest "}"
#define TWO "{id: two, type: icmp}"

static void a_key_given_stands_instead(void **state)
{
	(void)state;
	overridden("{id: one, warning: \"b > 2\", confirm: 3}",
		   ONE(", warning: \"b > 2\", confirm: 3") "," TWO);
	/* An empty condition is none. */
	overridden("{id: one, warning: \"\"}", ONE("") "," TWO);
}

/* Of a map the entries given stand instead, as a whole; the others stay; new ones come behind. */
static void a_map_is_merged_by_its_entries(void **state)
{
	(void)state;
	overridden("{id: one, values: {a: {oid: 1.9}, c: {oid: 1.3}}}",
		   "{id: one, type: snmp, interval: 30s, values: {a: {oid: 1.9}, b: {oid: 1.2}, c: "
		   "{oid: 1.3}}, warning: \"a > 1\"}," TWO);
}

/* What one device says of a document changes nothing for another: they share it. */
static void a_change_is_of_one_device(void **state)
{
	(void)state;
	same_plan(
		TOP PROFILE
		"components:\n"
		"  - {id: c, address: h, profile: p, checks: [{id: one, values: {a: {oid: 9}}}]}\n"
		"  - {id: d, address: h, profile: p, checks: [{id: one, values: {b: {oid: 8}}}]}\n"
		"  - {id: e, address: h, profile: p}\n",
		TOP "components:\n"
		    "  - {id: c, address: h, checks: [{id: one, type: snmp, interval: 30s, values: "
		    "{a: {oid: 9}, b: {oid: 1.2}}, warning: \"a > 1\"}," TWO "]}\n"
		    "  - {id: d, address: h, checks: [{id: one, type: snmp, interval: 30s, values: "
		    "{a: {oid: 1.1, rows: max}, b: {oid: 8}}, warning: \"a > 1\"}," TWO "]}\n"
		    "  - {id: e, address: h, checks: [" ONE(", warning: \"a > 1\"") "," TWO "]}\n");
}

/* Entries count in the order in which they stand: the general one first, then the particular. */
static void the_later_entry_wins(void **state)
{
	(void)state;
	overridden("{id: \"*\", interval: 50s}, {id: two, interval: 7s}",
		   "{id: one, type: snmp, interval: 50s, values: {a: {oid: 1.1, rows: max}, b: "
		   "{oid: 1.2}}, warning: \"a > 1\"}, {id: two, type: icmp, interval: 7s}");
	overridden("{id: two, interval: 7s}, {id: \"t?o\", interval: 50s}",
		   ONE(", warning: \"a > 1\"") ", {id: two, type: icmp, interval: 50s}");
}

static void left_out_and_taken_in(void **state)
{
	(void)state;
	overridden("{id: one, omit: true}, {id: off, omit: false, port: 2}",
		   TWO ", {id: off, type: tcp, port: 2}");
	/* Without a word about it what the profile leaves out stays out. */
	overridden("{id: off, port: 2}", ONE(", warning: \"a > 1\"") "," TWO);
}

/* Another type: nothing of the profile's check is left but its id and place. */
static void another_type_stands_wholly(void **state)
{
	(void)state;
	overridden("{id: one, type: tcp, port: 7}", "{id: one, type: tcp, port: 7}, " TWO);
	/* The same type is a key like the others. */
	overridden("{id: two, type: icmp, count: 3}",
		   ONE(", warning: \"a > 1\"") ", {id: two, type: icmp, count: 3}");
}

static void ones_own_come_behind(void **state)
{
	(void)state;
	overridden(
		"{id: mine, type: tcp, port: 7}, {id: two, count: 3}",
		ONE(", warning: \"a > 1\"") ", {id: two, type: icmp, count: 3}, {id: mine, type: "
					    "tcp, port: 7}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_given_stands_instead),
		cmocka_unit_test(a_map_is_merged_by_its_entries),
		cmocka_unit_test(a_change_is_of_one_device),
		cmocka_unit_test(the_later_entry_wins),
		cmocka_unit_test(left_out_and_taken_in),
		cmocka_unit_test(another_type_stands_wholly),
		cmocka_unit_test(ones_own_come_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
