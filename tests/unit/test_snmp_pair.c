/* snmp_pair - what a check of two units may ask, and what each unit's answers say: who it is, and of whom it speaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/snmp_pair.h"

#define MEMBERS "{\"a\":\"192.0.2.1\",\"b\":\"fw-b.example.org\"}"
#define OID "{\"oid\":\"1.3.6.1.4.1.99999.1.0\"}"
#define NUMBERED                                                                                   \
	"{\"unit_1\":" OID ",\"unit_2\":" OID ",\"own\":" OID ",\"link\":" OID ",\"off\":" OID "}"
#define OWN "{\"own\":" OID "}"

static const struct snmp_pair_texts asa = {MEMBERS, NUMBERED,         "9", "10", "1",
					   "2",     SNMP_PAIR_OF_UNIT};
static const struct snmp_pair_texts f5 = {MEMBERS, OWN, "4", "3", "0", "", SNMP_PAIR_OF_UNIT};

static const struct snmp_pair *compile(struct arena *arena, const struct snmp_pair_texts *t)
{
	const struct snmp_pair *p = NULL;
	struct err_info info = {0};

	if (snmp_pair_compile(t, arena, &p, &info) != ERR_OK)
		fail_msg("%s", info.text);
	return p;
}

static void what_is_asked(void **state)
{
	struct arena *arena = arena_new();
	struct snmp_pair_texts t = asa;
	const struct snmp_pair *p;

	(void)state;
	t.is_active = "9, 5";
	p = compile(arena, &t);
	assert_int_equal(p->watched, 2);
	assert_string_equal(p->names[1], "b");
	assert_string_equal(p->addresses[1], "fw-b.example.org");
	assert_int_equal(p->active.count, 2);
	assert_int_equal(p->active.items[1], 5);
	assert_int_equal(p->roles[SNMP_PAIR_UNIT_2], 1);
	assert_int_equal(p->roles[SNMP_PAIR_PEER], -1);
	t.members = "{\"only\":\"192.0.2.1\"}";
	assert_int_equal(compile(arena, &t)->watched, 1);
	arena_free(arena);
}

/* One fault each, with its place. */
static void what_cannot_be_asked(void **state)
{
	static const struct {
		const char *key, *text, *says;
	} wrong[] = {
		{"members", "[\"192.0.2.1\"]", "members: write {NAME: ADDRESS"},
		{"members", "{}", "members: write {NAME: ADDRESS"},
		{"members", "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}", "members: a pair has 2 units"},
		{"members", "{\"a\":\"\"}", "members.a: its address is missing"},
		{"members", "{\"a\":\"192.0.2.1\",\"b\":\"192.0.2.1\"}",
		 "members.b: both units have the address 192.0.2.1"},
		{"values", "{\"own\":{\"oid\":\"1.x\"}}", "values.own.oid: "},
		{"values", "{\"link\":" OID "}", "values: 'own' is missing"},
		{"values", "{\"unit_1\":" OID "}", "values: unit_1 and unit_2 come together"},
		{"values", "{\"unit_1\":" OID ",\"unit_2\":" OID ",\"peer\":" OID "}",
		 "values.peer: unit_1 and unit_2 say it already"},
		{"values", "{\"own\":" OID ",\"sync\":" OID "}",
		 "values.sync: a pair has no such value"},
		{"is_active", "", "is_active: missing"},
		{"is_active", "9, active", "is_active: 'active' is not a whole number"},
		{"is_up", "", "is_up: missing"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct snmp_pair_texts t = asa;
		const struct snmp_pair *p;
		struct err_info info = {0};

		if (strcmp(wrong[i].key, "members") == 0)
			t.members = wrong[i].text;
		else if (strcmp(wrong[i].key, "values") == 0)
			t.values = wrong[i].text;
		else if (strcmp(wrong[i].key, "is_active") == 0)
			t.is_active = wrong[i].text;
		else
			t.is_up = wrong[i].text;
		assert_int_not_equal(snmp_pair_compile(&t, arena, &p, &info), ERR_OK);
		if (strncmp(info.text, wrong[i].says, strlen(wrong[i].says)) != 0)
			fail_msg("case %zu: %s", i, info.text);
	}
	arena_free(arena);
}

static void moving_addresses_need_numbered_units(void **state)
{
	struct arena *arena = arena_new();
	struct snmp_pair_texts t = f5;
	const struct snmp_pair *p;
	struct err_info info = {0};

	(void)state;
	t.addresses = SNMP_PAIR_OF_ROLE;
	assert_int_not_equal(snmp_pair_compile(&t, arena, &p, &info), ERR_OK);
	assert_non_null(strstr(info.text, "addresses: 'role' needs unit_1 and unit_2"));
	arena_free(arena);
}

/* One unit's answers in the order unit_1, unit_2, own, link, off; NA is none. */
enum { NA = -99, ANSWERS = 5 };
struct said {
	int of[ANSWERS];
};

static void fill(struct snmp_result *r, const struct said *s)
{
	for (size_t i = 0; i < ANSWERS; i++)
		r[i] = (struct snmp_result){.kind = s->of[i] == NA ? SNMP_RESULT_MISSING
								   : SNMP_RESULT_NUMBER,
					    .number = s->of[i]};
}

static void view(const struct snmp_pair *p, const struct said *a, const struct said *b,
		 struct pair_view ret[2])
{
	struct snmp_result results[2][ANSWERS];
	const struct snmp_result *both[2] = {a != NULL ? results[0] : NULL,
					     b != NULL ? results[1] : NULL};

	if (a != NULL)
		fill(results[0], a);
	if (b != NULL)
		fill(results[1], b);
	snmp_pair_views(p, both, ret);
}

static void who_answers(void **state)
{
	static const struct {
		const char *name;
		bool moves;
		struct said a, b;
		int self_a, self_b;
	} cases[] = {
		{"their texts tell", true, {{9, 10, 10, 2, NA}}, {{9, 10, 9, 2, NA}}, 1, 0},
		{"texts go before addresses",
		 false,
		 {{9, 10, 10, 2, NA}},
		 {{9, 10, 9, 2, NA}},
		 1,
		 0},
		{"without texts the address",
		 false,
		 {{9, 10, NA, 2, NA}},
		 {{9, 10, NA, 2, NA}},
		 0,
		 1},
		{"addresses that move tell nothing",
		 true,
		 {{9, 10, NA, 2, NA}},
		 {{9, 10, NA, 2, NA}},
		 -1,
		 -1},
		{"the one that is left", true, {{9, 10, NA, 2, NA}}, {{9, 10, 9, 2, NA}}, 1, 0},
		{"both say the same of both", true, {{3, 3, 3, 3, 3}}, {{3, 3, 3, 3, 3}}, -1, -1},
		{"one row is missing", true, {{9, NA, 9, 2, NA}}, {{NA, NA, NA, NA, NA}}, -1, -1},
		{"one unit at both addresses", false, {{9, 4, 9, 3, NA}}, {{9, 4, 9, 3, NA}}, 0, 0},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snmp_pair_texts t = asa;
		struct pair_view v[2];

		t.addresses = cases[i].moves ? SNMP_PAIR_OF_ROLE : SNMP_PAIR_OF_UNIT;
		view(compile(arena, &t), &cases[i].a, &cases[i].b, v);
		if (v[0].self != cases[i].self_a || v[1].self != cases[i].self_b)
			fail_msg("%s: %d and %d", cases[i].name, v[0].self, v[1].self);
	}
	arena_free(arena);
}

static void what_they_say(void **state)
{
	static const struct said primary = {{9, 4, 9, 3, NA}}, off = {{3, 3, 3, 3, 3}},
				 odd = {{1, NA, NA, NA, 0}};
	struct arena *arena = arena_new();
	const struct snmp_pair *p = compile(arena, &asa);
	struct pair_view v[2];

	(void)state;
	view(p, &primary, NULL, v);
	assert_true(v[0].answered && !v[1].answered);
	assert_int_equal(v[0].says[0], PAIR_ACTIVE);
	assert_int_equal(v[0].says[1], PAIR_OUT);
	assert_int_equal(v[0].link, PAIR_NO);
	assert_int_equal(v[0].off, PAIR_NOT_TOLD);
	view(p, &off, &odd, v);
	assert_int_equal(v[0].off, PAIR_YES);
	assert_int_equal(v[1].off, PAIR_NO);
	assert_int_equal(v[1].says[0], PAIR_UNKNOWN); /* 1: other; missing: not out */
	assert_int_equal(v[1].says[1], PAIR_UNKNOWN);
	assert_int_equal(v[1].link, PAIR_NOT_TOLD);
	arena_free(arena);
}

/* A device that speaks of itself only, and one that speaks of the other as well. */
static void units_without_numbers(void **state)
{
	struct arena *arena = arena_new();
	struct snmp_pair_texts t = f5;
	struct snmp_result a[2] = {{.kind = SNMP_RESULT_NUMBER, .number = 3},
				   {.kind = SNMP_RESULT_NUMBER, .number = 4}},
			   b[2] = {{.kind = SNMP_RESULT_NUMBER, .number = 4},
				   {.kind = SNMP_RESULT_NUMBER, .number = 0}};
	const struct snmp_result *results[2] = {a, b};
	struct pair_view v[2];

	(void)state;
	snmp_pair_views(compile(arena, &t), results, v);
	assert_int_equal(v[0].says[0], PAIR_STANDBY);
	assert_int_equal(v[0].says[1], PAIR_UNKNOWN);
	assert_int_equal(v[1].says[1], PAIR_ACTIVE);
	t.values = "{\"own\":" OID ",\"peer\":" OID "}";
	snmp_pair_views(compile(arena, &t), results, v);
	assert_int_equal(v[0].says[1], PAIR_ACTIVE);
	assert_int_equal(v[1].says[0], PAIR_UNKNOWN); /* 0 says nothing */
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked),
		cmocka_unit_test(what_cannot_be_asked),
		cmocka_unit_test(moving_addresses_need_numbered_units),
		cmocka_unit_test(who_answers),
		cmocka_unit_test(what_they_say),
		cmocka_unit_test(units_without_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
