/* snmp_rows - which rows of a column say what is wanted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/snmp_rows.h"
#include "tests/support/snmp_by_hand.h"

static void globs_match(void **state)
{
	static const struct {
		const char *glob, *text;
		bool matches;
	} rows[] = {
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"*", "abc", true},
		{"a*", "abc", true},
		{"*c", "abc", true},
		{"*b*", "abc", true},
		{"*d*", "abc", false},
		{"a?c", "abc", true},
		{"a?", "abc", false},
		{"*ab*ab*", "aabab", true},
		{"*ab*ab", "abaab", true},
		{"*ab*ab", "abaabb", false},
		{"a**c", "ac", true},
		{"[a]", "[a]", true},
		{"[a]", "a", false},
		{"ABC", "abc", false},
		{"*(this device)*", "Primary unit (this device)", true},
		{"***************************a", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (snmp_glob_matches(rows[i].glob, slice_of(rows[i].text)) != rows[i].matches)
			fail_msg("'%s' and '%s'", rows[i].glob, rows[i].text);
	}
}

static void padding_is_no_text(void **state)
{
	struct slice s = snmp_text_of(SLICE_LIT(" Gi0/1 \r\n\0\0"));

	(void)state;
	assert_true(slice_is(s, "Gi0/1"));
	assert_int_equal(snmp_text_of(SLICE_LIT(" \0 ")).n, 0);
	assert_int_equal(snmp_text_of((struct slice){NULL, 0}).n, 0);
}

static bool accepts(struct arena *a, const char *wanted, struct snmp_value v)
{
	struct snmp_wanted w = {.text = wanted};
	char *end;

	w.number = strtod(wanted, &end);
	w.is_number = *end == '\0';
	if (!snmp_oid_parse(slice_of(wanted), a, &w.name))
		w.name.count = 0;
	return snmp_match_accepts(&(struct snmp_match){.is = &w, .is_count = 1}, &v);
}

static void values_are_compared_as_what_they_are(void **state)
{
	struct hand_device d;
	struct snmp_value one = {.kind = SNMP_SIGNED, .i = 1},
			  many = {.kind = SNMP_UNSIGNED, .u = 80},
			  text = {.kind = SNMP_OCTETS, .octets = SLICE_LIT("1.0 ")},
			  address = {.kind = SNMP_ADDRESS, .octets = SLICE_LIT("\300\000\002\001")},
			  name = {.kind = SNMP_NAME}, nothing = {.kind = SNMP_NULL};
	const struct snmp_match any = {0}, like = {.like = "192.0.2.*"};

	(void)state;
	hand_begin(&d);
	name.name = hand_oid(&d, "1.3.6.1.2.1.25.2.1.4");
	assert_true(accepts(d.arena, "1", one));
	assert_true(accepts(d.arena, "1.0", one));
	assert_false(accepts(d.arena, "2", one));
	assert_false(accepts(d.arena, "one", one));
	assert_true(accepts(d.arena, "80", many));
	/* the interface "1.0" is not the interface "1" */
	assert_true(accepts(d.arena, "1.0", text));
	assert_false(accepts(d.arena, "1", text));
	assert_true(accepts(d.arena, ".1.3.6.1.2.1.25.2.1.4", name));
	assert_false(accepts(d.arena, "1.3.6.1.2.1.25.2.1.5", name));
	assert_true(snmp_match_accepts(&like, &address));
	assert_true(snmp_match_accepts(&any, &one));
	assert_false(snmp_match_accepts(&any, &nothing));
	assert_false(accepts(d.arena, "1", (struct snmp_value){.kind = SNMP_ABSENT}));
	hand_end(&d);
}

static void rows_are_found_by_their_index(void **state)
{
	struct hand_device d;
	struct snmp_item walk;
	struct snmp_ask ask = {.items = &walk, .item_count = 1};
	const struct snmp_row *row;
	uint32_t seven[] = {7}, eight[] = {8}, pair[] = {7, 1};
	struct snmp_match like = {.like = "*ISP*"};

	(void)state;
	hand_begin(&d);
	hand_text(&d, "1.3.6.1.9.2", "to ISP 1");
	hand_text(&d, "1.3.6.1.9.7", "spare");
	hand_text(&d, "1.3.6.1.9.7.1", "to ISP 2");
	hand_text(&d, "1.3.6.1.9.10", "core");
	walk = (struct snmp_item){
		.kind = SNMP_WALK, .oid = hand_oid(&d, "1.3.6.1.9"), .rows_max = 9};
	ask.memory = d.arena;
	hand_answer(&d, &ask);
	row = snmp_rows_find(&walk, (struct snmp_oid){seven, 1});
	assert_true(row != NULL && slice_is(row->value.octets, "spare"));
	row = snmp_rows_find(&walk, (struct snmp_oid){pair, 2});
	assert_true(row != NULL && slice_is(row->value.octets, "to ISP 2"));
	assert_null(snmp_rows_find(&walk, (struct snmp_oid){eight, 1}));
	assert_int_equal(snmp_rows_seek(&walk, &like, &row), 2);
	assert_true(slice_is(row->value.octets, "to ISP 1"));
	assert_int_equal(snmp_row_index(walk.oid, row->oid).parts[0], 2);
	assert_int_equal(snmp_row_index(row->oid, walk.oid).count, 0);
	hand_end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(globs_match),
		cmocka_unit_test(padding_is_no_text),
		cmocka_unit_test(values_are_compared_as_what_they_are),
		cmocka_unit_test(rows_are_found_by_their_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
