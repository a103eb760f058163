/* profile - what is read of a profile. Wrong ones in exact words: tests/fixtures/profiles, by test_plan_file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/findings.h"
#include "plan/profile.h"

static struct findings f;
static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	findings_init(&f);
	arena = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	findings_release(&f);
	arena_free(arena);
	return 0;
}

static const struct profile *read_text(const char *text, profile_finder find)
{
	const struct yaml_node *node = yaml_doc_parse("p", slice_of(text), arena, &f);

	assert_non_null(node);
	return profile_read(node, find, NULL, arena, &f);
}

static const struct profile *nobody(void *user, const struct yaml_node *at)
{
	(void)user;
	fail_msg("who is '%s'?", at->text.p);
	return NULL;
}

static void everything_is_read(void **state)
{
	const struct profile *p = read_text(
		"id: x\n"
		"match: {object_id: 1.3.6.1, below: [1.3.6, .1.4], descr: [a*, b]}\n"
		"options: {n: {default: \"7\", type: integer, help: h}, t: {help: must}}\n"
		"checks: [{id: c}]\n"
		"each: {l: {help: hh, keys: {k: {default: \"\", type: bool, help: h}}, rows: "
		"{name: {by: "
		"1.2, is: true}, alias: {by: 1.3, like: true}}, checks: [{id: e}], pair: [{id: "
		"f}]}}\n"
		"pair: {checks: [{id: q}]}\n"
		"traps: [{oid: 1.2}, {oid: 1.3}]\n",
		nobody);
	const struct profile_list *l;

	(void)state;
	assert_int_equal(f.count, 0);
	assert_string_equal(p->name, "x"); /* the id where there is none */
	assert_string_equal(p->help, "");
	assert_int_equal(p->object_ids.count, 1);
	assert_int_equal(p->below.count, 2);
	assert_int_equal(p->descr.count, 2);
	assert_string_equal(profile_find_option(&p->options, SLICE_LIT("n"))->fallback, "7");
	assert_null(profile_find_option(&p->options, SLICE_LIT("t"))->fallback);
	assert_null(profile_find_option(&p->options, SLICE_LIT("nt")));
	l = profile_find_list(p, SLICE_LIT("l"));
	assert_string_equal(l->help, "hh");
	assert_int_equal(l->row_count, 2);
	assert_false(l->rows[0].is_like);
	assert_true(l->rows[1].is_like);
	assert_string_equal(l->rows[1].by->text.p, "1.3");
	assert_int_equal(l->checks.count, 1);
	assert_int_equal(l->pair.count, 1);
	assert_null(profile_find_list(p, SLICE_LIT("ll")));
	assert_int_equal(p->pair.count, 1);
	assert_int_equal(p->traps.count, 2);
}

static void values_are_what_their_type_says(void **state)
{
	static const struct {
		enum profile_value_type type;
		const char *good, *bad, *fault;
	} cases[] = {
		{PROFILE_INTEGER, "-750000", "1.5", "'1.5' is not an integer (write 750000)"},
		{PROFILE_NUMBER, "70%", "70 %x",
		 "'70 %x' is not a number (write 0.5, 70% or 10MiB)"},
		{PROFILE_NUMBER, "0.017", "", "'' is not a number (write 0.5, 70% or 10MiB)"},
		{PROFILE_DURATION, "1m30s", "90",
		 "'90' is not a duration (write 5s, 200ms, 1m30s)"},
		{PROFILE_BOOL, "false", "nein", "'nein' is not yes or no (write true or false)"},
	};
	struct profile_option o = {"x", "", NULL, PROFILE_TEXT};

	(void)state;
	assert_null(profile_value_fault(&o, SLICE_LIT("anything at all"), arena));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		o.type = cases[i].type;
		assert_null(profile_value_fault(&o, slice_of(cases[i].good), arena));
		assert_string_equal(profile_value_fault(&o, slice_of(cases[i].bad), arena),
				    cases[i].fault);
	}
}

/* Two that include: options, checks, lists and notifications of both, where its own do not stand. */
static const struct profile *shelf(void *user, const struct yaml_node *at)
{
	return read_text(
		slice_is(at->text, "one")
			? "id: one\noptions: {a: {default: one, help: h}, b: {default: one, help: "
			  "h}}\n"
			  "checks: [{id: ping, from: one}, {id: x, from: one}]\n"
			  "each: {l: {help: one, checks: [{id: e}]}}\n"
			  "traps: [{name: t1, from: one}, {name: t2, from: one}]\n"
			: "id: two\noptions: {b: {default: two, help: h}, c: {default: two, help: "
			  "h}}\n"
			  "checks: [{id: x, from: two}, {id: y, from: two}]\n"
			  "each: {l: {help: two, checks: [{id: e}]}, m: {checks: [{id: e}]}}\n"
			  "pair: {checks: [{id: q, from: two}]}\n",
		user == NULL ? shelf : NULL);
}

static const char *words(const struct profile_nodes *n, const char *id)
{
	const char *text = "";

	for (size_t i = 0; i < n->count; i++)
		text = arena_printf(arena, "%s%s%s=%s", text, i > 0 ? " " : "",
				    yaml_map_get(n->items[i], id)->text.p,
				    yaml_map_get(n->items[i], "from")->text.p);
	return text;
}

static void what_is_included_stands_behind_its_own(void **state)
{
	const struct profile *p =
		read_text("id: p\ninclude: [one, two]\noptions: {a: {default: own, help: h}}\n"
			  "checks: [{id: y, from: own}, {id: z, from: own}]\n"
			  "traps: [{name: t2, from: own}, {oid: 1.1, name: t3, from: own}]\n",
			  shelf);

	(void)state;
	assert_int_equal(f.count, 0);
	assert_string_equal(profile_find_option(&p->options, SLICE_LIT("a"))->fallback, "own");
	assert_string_equal(profile_find_option(&p->options, SLICE_LIT("b"))->fallback, "two");
	assert_string_equal(profile_find_option(&p->options, SLICE_LIT("c"))->fallback, "two");
	/* In the order of the list; of two that are included the later one stands. */
	assert_string_equal(words(&p->checks, "id"), "ping=one x=two y=own z=own");
	assert_string_equal(words(&p->pair, "id"), "q=two");
	assert_string_equal(profile_find_list(p, SLICE_LIT("l"))->help, "two");
	assert_int_equal(p->list_count, 2);
	/* The first that fits is taken: its own first. */
	assert_string_equal(words(&p->traps, "name"), "t2=own t3=own t1=one");
}

/* What is included by two ways stands once, with a name or without. */
static const struct profile *diamond(void *user, const struct yaml_node *at)
{
	static const struct profile *base;

	(void)user;
	if (slice_is(at->text, "base")) {
		if (base == NULL)
			base = read_text("id: base\ntraps: [{oid: 1.1}]\nchecks: [{id: c}]\n",
					 nobody);
		return base;
	}
	return read_text(arena_printf(arena, "id: %s\ninclude: base\n", at->text.p), diamond);
}

static void included_by_two_ways(void **state)
{
	const struct profile *p = read_text("id: p\ninclude: [left, right]\n", diamond);

	(void)state;
	assert_int_equal(p->traps.count, 1);
	assert_int_equal(p->checks.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_are_what_their_type_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_included_stands_behind_its_own, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(included_by_two_ways, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
