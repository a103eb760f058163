/* pair_truth - one truth of two views: what a unit says of itself counts most, silence and missing rows are never "down", and
 * the order of the answers makes no difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "checks/pair_truth.h"

#define U PAIR_UNKNOWN
#define A PAIR_ACTIVE
#define S PAIR_STANDBY
#define O PAIR_OUT
#define NT PAIR_NOT_TOLD
#define N PAIR_NO
#define Y PAIR_YES
#define VIEW(self_, one, two, link_)                                                               \
	{                                                                                          \
		true, self_, {one, two}, link_, NT                                                 \
	}
#define SILENT                                                                                     \
	{                                                                                          \
		false, -1, {U, U}, NT, NT                                                          \
	}
#define OFF(self_)                                                                                 \
	{                                                                                          \
		true, self_, {O, O}, N, Y                                                          \
	}

/* answering, active, standby, active_unit, redundant, link, agree, failover, units */
static const struct {
	const char *name;
	struct pair_view views[2];
	struct pair_truth want;
} cases[] = {
	{"a healthy pair",
	 {VIEW(0, A, S, Y), VIEW(1, A, S, Y)},
	 {2, 1, 1, 1, Y, Y, Y, Y, {A, S}, false}},
	{"after a failover",
	 {VIEW(1, S, A, Y), VIEW(0, S, A, Y)},
	 {2, 1, 1, 2, Y, Y, Y, Y, {S, A}, false}},
	{"peer failed, silent",
	 {VIEW(1, O, A, N), SILENT},
	 {1, 1, 0, 2, N, N, NT, Y, {O, A}, false}},
	{"peer silent, the survivor calls it ready",
	 {VIEW(0, A, S, Y), SILENT},
	 {1, 1, 1, 1, Y, Y, NT, Y, {A, S}, false}},
	{"a standby whose active is silent",
	 {SILENT, VIEW(1, A, S, Y)},
	 {1, 1, 1, 1, Y, Y, NT, Y, {A, S}, false}},
	{"split brain",
	 {VIEW(0, A, O, N), VIEW(1, O, A, N)},
	 {2, 2, 0, 3, N, N, N, Y, {A, A}, false}},
	{"its own word outweighs the other's",
	 {VIEW(0, A, O, Y), VIEW(1, A, S, Y)},
	 {2, 1, 1, 1, N, Y, N, Y, {A, S}, false}},
	{"none is active",
	 {VIEW(0, S, S, Y), VIEW(1, S, S, Y)},
	 {2, 0, 2, 0, N, Y, Y, Y, {S, S}, false}},
	{"one calls the link down",
	 {VIEW(0, A, S, Y), VIEW(1, A, S, N)},
	 {2, 1, 1, 1, N, N, Y, Y, {A, S}, false}},
	{"rows are missing",
	 {VIEW(0, A, U, NT), VIEW(1, U, S, NT)},
	 {2, 1, 1, 1, Y, NT, NT, Y, {A, S}, false}},
	{"own states only",
	 {VIEW(0, A, U, Y), VIEW(1, U, S, Y)},
	 {2, 1, 1, 1, Y, Y, NT, Y, {A, S}, false}},
	{"own states only, both active",
	 {VIEW(0, A, U, Y), VIEW(1, U, A, Y)},
	 {2, 2, 0, 3, N, Y, NT, Y, {A, A}, false}},
	{"own states only, both standby",
	 {VIEW(0, S, U, Y), VIEW(1, U, S, Y)},
	 {2, 0, 2, 0, N, Y, NT, Y, {S, S}, false}},
	{"own state only, the other is silent and may be ready",
	 {VIEW(0, A, U, Y), SILENT},
	 {1, 1, -1, 1, NT, Y, NT, Y, {A, U}, false}},
	{"own state only, the other is silent and may be active",
	 {SILENT, VIEW(1, U, S, Y)},
	 {1, -1, 1, -1, NT, Y, NT, Y, {U, S}, false}},
	{"own state only: out, and nothing of the other",
	 {VIEW(0, O, U, NT), SILENT},
	 {1, -1, -1, -1, N, NT, NT, NT, {O, U}, false}},
	{"nothing of anything",
	 {VIEW(0, U, U, NT), VIEW(1, U, U, NT)},
	 {2, -1, -1, -1, NT, NT, NT, NT, {U, U}, false}},
	{"unknown who answers, and they agree",
	 {VIEW(-1, A, S, Y), VIEW(-1, A, S, Y)},
	 {2, 1, 1, 1, Y, Y, Y, Y, {A, S}, false}},
	{"unknown who answers: the stronger claim",
	 {VIEW(-1, A, O, N), VIEW(-1, O, A, N)},
	 {2, 2, 0, 3, N, N, N, Y, {A, A}, false}},
	{"two answers of one unit are one",
	 {VIEW(0, A, O, Y), VIEW(0, A, O, Y)},
	 {1, 1, 0, 1, N, Y, NT, Y, {A, O}, true}},
	{"failover off on both", {OFF(0), OFF(1)}, {2, -1, -1, -1, N, NT, Y, N, {U, U}, false}},
	{"failover off on one",
	 {OFF(0), VIEW(1, O, A, N)},
	 {2, -1, -1, -1, N, NT, N, N, {U, U}, false}},
	{"neither answers", {SILENT, SILENT}, {0, -1, -1, -1, NT, NT, NT, NT, {U, U}, false}},
};

static void show(char dst[200], const struct pair_truth *t)
{
	snprintf(dst, 200,
		 "answering %d active %d standby %d unit %d redundant %d link %d agree %d failover "
		 "%d units %d %d same %d",
		 t->answering, t->active, t->standby, t->active_unit, t->redundant, t->link,
		 t->agree, t->failover, t->unit[0], t->unit[1], t->same_unit);
}

static void check_truth(const char *name, const struct pair_view *views, size_t watched,
			const struct pair_truth *want)
{
	struct pair_truth got = pair_truth_of(views, watched);
	char a[200], b[200];

	show(a, want);
	show(b, &got);
	if (strcmp(a, b) != 0)
		fail_msg("%s: %s instead of %s", name, b, a);
}

static void what_is_held_for_true(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_truth(cases[i].name, cases[i].views, 2, &cases[i].want);
}

/* One firewall without failover raises no alarm: there is nothing that is not redundant about it. */
static void a_single_unit(void **state)
{
	static const struct pair_view off[2] = {OFF(0), SILENT},
				      alone[2] = {VIEW(0, A, S, Y), SILENT};
	static const struct pair_truth want_off = {1, -1, -1, -1, NT, NT, NT, N, {U, U}, false},
				       want_alone = {1, 1, 1, 1, Y, Y, NT, Y, {A, S}, false};

	(void)state;
	check_truth("off", off, 1, &want_off);
	check_truth("watched alone", alone, 1, &want_alone);
}

/* All that two units may say, in either order: one truth, and sound in itself. */
static void the_order_makes_no_difference(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (unsigned n = 0; n < 4 * 4 * 4 * 4 * 3 * 3 * 3 * 3 * 3; n++) {
		unsigned k = n;
		struct pair_view v[2] = {{.answered = true}, {.answered = true}}, turned[2];
		struct pair_truth a, b;
		char x[200], y[200];

		for (int i = 0; i < 2; i++) {
			for (int u = 0; u < 2; u++, k /= 4)
				v[i].says[u] = (enum pair_unit)(k % 4);
			v[i].link = (enum pair_fact)((int)(k % 3) - 1);
			k /= 3;
			v[i].off = (enum pair_fact)((int)(k % 3) - 1);
			k /= 3;
		}
		v[0].answered = k % 3 != 0; /* and who they are: known, swapped */
		v[0].self = k % 3 == 2;
		v[1].self = 1 - v[0].self;
		turned[0] = v[1];
		turned[1] = v[0];
		a = pair_truth_of(v, 2);
		b = pair_truth_of(turned, 2);
		show(x, &a);
		show(y, &b);
		assert_string_equal(x, y);
		if (a.redundant == Y)
			assert_true(a.active == 1 && a.standby == 1 && a.link != N && a.agree != N);
		if (a.active == 2)
			assert_int_equal(a.active_unit, 3);
		for (int i = 0; i < 2; i++) { /* nobody is called out but by somebody's word */
			if (a.unit[i] == O)
				assert_true(v[1].says[i] == O ||
					    (v[0].answered && v[0].says[i] == O));
			if (v[1].self == i && v[1].says[i] != U && a.failover != N)
				assert_int_equal(a.unit[i], v[1].says[i]);
		}
		seen++;
	}
	assert_int_equal(seen, 62208);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_held_for_true),
		cmocka_unit_test(a_single_unit),
		cmocka_unit_test(the_order_makes_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
