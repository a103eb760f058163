/* snmp_calc - expressions over named values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/snmp_calc.h"

/* used 60, free 40, none 0, oper 2 (1 up, 2 down, 6 not-present), admin 1 (1 up, 2 down), up 5, gone: no value */
static const char *const names[] = {"used", "free", "none", "oper", "admin", "up", "gone"};
static const double numbers[] = {60, 40, 0, 2, 1, 5, 0};
enum { OPER = 3, ADMIN, UP, GONE };

static int find(void *user, struct slice name)
{
	(void)user;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (slice_is(name, names[i]))
			return (int)i;
	}
	return -1;
}

static bool word(void *user, int value, struct slice w, double *ret)
{
	(void)user;
	if (value != OPER && value != ADMIN)
		return false;
	*ret = slice_is(w, "up") ? 1 : slice_is(w, "down") ? 2 : slice_is(w, "not-present") ? 6 : 0;
	return *ret > 0;
}

static const char *nearest(void *user, struct slice name)
{
	(void)user;
	return slice_is(name, "usde") ? "used" : NULL;
}

static const struct snmp_calc_names known = {find, word, nearest, NULL};

static bool value(void *user, int index, double *ret)
{
	(void)user;
	*ret = numbers[index];
	return index != GONE;
}

static void expressions_come_out(void **state)
{
	static const struct {
		const char *text;
		double number;
	} rows[] = {
		{"1", 1},
		{"used / (used + free)", 0.6},
		{"used - free - 10", 10},
		{"2 + 3 * 4", 14},
		{"100 / 10 / 5", 2},
		{"-used + 100", 40},
		{"--used", 60},
		{"2 - -3", 5},
		{"0.5*used", 30},
		{"used > 50", 1},
		{"used >= 60", 1},
		{"used <= 60", 1},
		{"used < 60", 0},
		{"used > 60", 0},
		{"used == 60 && free == 40", 1},
		{"used == 61 || free == 40", 1},
		{"!none", 1},
		{"!(used > 1)", 0},
		{"!!used", 1},
		{"0.1 + 0.2 == 0.3", 1}, /* to a millionth */
		{"1 / 3 * 3 == 1", 1},
		{"oper == down", 1},
		{"down == oper", 1},
		{"oper != 'not-present'", 1},
		{"oper == 'up'", 0},
		{"admin == 'up' && oper != 'up'", 1},
		{"(oper) == down", 1},
		{"oper == 2", 1},
		/* && before ||, comparison before both, arithmetic before comparison */
		{"1 || 0 && 0", 1},
		{"1 + 1 == 2 && 2 * 2 > 3", 1},
		/* what one side settles is settled */
		{"none == 0 || used / none > 1", 1},
		{"none != 0 && gone > 1", 0},
		{"gone > 1 && none != 0", 0},
		{"gone == 1 || used == 60", 1},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct snmp_calc *c;
		struct err_info info;
		double d = -7;
		int part;

		if (snmp_calc_compile(slice_of(rows[i].text), &known, a, &c, &info) != ERR_OK)
			fail_msg("%s: %s", rows[i].text, info.text);
		if (snmp_calc_run(c, value, NULL, &d, &part) != SNMP_CALC_OK)
			fail_msg("%s has no value", rows[i].text);
		if (d - rows[i].number > 1e-9 || rows[i].number - d > 1e-9)
			fail_msg("%s = %f, not %f", rows[i].text, d, rows[i].number);
	}
	arena_free(a);
}

static void what_has_no_value_says_why(void **state)
{
	static const struct {
		const char *text;
		enum snmp_calc_end end;
		int part;
	} rows[] = {
		{"gone", SNMP_CALC_MISSING, GONE},
		{"used + gone", SNMP_CALC_MISSING, GONE},
		{"-gone", SNMP_CALC_MISSING, GONE},
		{"!gone", SNMP_CALC_MISSING, GONE},
		{"gone == 1", SNMP_CALC_MISSING, GONE},
		{"gone && used", SNMP_CALC_MISSING, GONE},
		{"none || gone", SNMP_CALC_MISSING, GONE},
		{"used / none", SNMP_CALC_ZERO, 0},
		{"1 + used / (used - 60) > 2", SNMP_CALC_ZERO, 0},
		{"9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * "
		 "9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * "
		 "9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * "
		 "9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * "
		 "9000000000000 * 9000000000000 * 9000000000000 * 9000000000000 * 9000000000000",
		 SNMP_CALC_RANGE, 0},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct snmp_calc *c;
		struct err_info info;
		double d = -7;
		int part;

		if (snmp_calc_compile(slice_of(rows[i].text), &known, a, &c, &info) != ERR_OK)
			fail_msg("%s: %s", rows[i].text, info.text);
		if (snmp_calc_run(c, value, NULL, &d, &part) != rows[i].end)
			fail_msg("%s", rows[i].text);
		assert_true(d == -7);
		if (rows[i].end == SNMP_CALC_MISSING)
			assert_int_equal(part, rows[i].part);
	}
	arena_free(a);
}

static void faults_are_told(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{"", "something is missing at the end"},
		{"used +", "something is missing at the end"},
		{"used + usde", "there is no value 'usde'; did you mean 'used'?"},
		{"other", "there is no value 'other'"},
		{"used == up1", "there is no value 'up1'"},
		{"oper == sideways", "there is no value 'sideways'"},
		{"up == up", NULL},
		{"oper == up", "'up' is a value and a word: write the word in quotes"},
		{"oper + 'down'", "there is no value 'down'"},
		{"'up' == 'up'", "there is no value 'up'"},
		{"!down == oper", "there is no value 'down'"},
		{"(used", "a ')' is missing"},
		{"used)", "')' was not expected"},
		{"used free", "'free' was not expected"},
		{"used & free", "'& free' was not expected"},
		{"used = 1", "'= 1' was not expected"},
		{"1 < used < 3", "one comparison after another: join them with &&"},
		{"used > 50%", "'50%' is no number (units cannot stand in an expression)"},
		{"1.2.3 + 1", "'1.2.3' is no number"},
		{"used == 'x", "a word in quotes does not end, or is empty"},
		{"used == ''", "a word in quotes does not end, or is empty"},
		{"#", "'#' was not expected"},
		{"((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))",
		 "there are too many parentheses or signs in one another"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct snmp_calc *c = NULL;
		struct err_info info = {0};
		enum err e = snmp_calc_compile(slice_of(rows[i].text), &known, a, &c, &info);

		if (rows[i].told == NULL) {
			assert_int_equal(e, ERR_OK);
			continue;
		}
		if (e == ERR_OK || strcmp(info.text, rows[i].told) != 0)
			fail_msg("'%s': %s", rows[i].text, info.text);
		assert_null(c);
	}
	arena_free(a);
}

static void limits_hold(void **state)
{
	struct arena *a = arena_new();
	char text[2000];
	const struct snmp_calc *c;
	struct err_info info;

	(void)state;
	memset(text, '1', sizeof(text));
	assert_int_equal(snmp_calc_compile((struct slice){text, SNMP_CALC_TEXT_MAX + 1}, &known, a,
					   &c, &info),
			 ERR_TOO_LARGE);
	for (size_t i = 0; i < 498; i++)
		memcpy(text + 2 * i, i == 497 ? "1 " : "1+", 2);
	assert_int_equal(snmp_calc_compile((struct slice){text, 996}, &known, a, &c, &info),
			 ERR_SYNTAX);
	assert_string_equal(info.text, "the expression is too long");
	arena_free(a);
}

static void parts_are_named_once(void **state)
{
	struct arena *a = arena_new();
	const struct snmp_calc *c;
	struct err_info info;
	const int *parts;

	(void)state;
	assert_int_equal(
		snmp_calc_compile(slice_of("free + used * free + 1 > used"), &known, a, &c, &info),
		ERR_OK);
	assert_int_equal(snmp_calc_parts(c, &parts), 2);
	assert_int_equal(parts[0], 1);
	assert_int_equal(parts[1], 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions_come_out),
		cmocka_unit_test(what_has_no_value_says_why),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(parts_are_named_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
