/* diagram - all, any and at least k of n over one to four members in every combination of states: the verdict
 * is what holds whatever the members are that nobody sees, and the moments are those at which it changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"

enum { MEMBERS_MAX = 4 };

/* An engine of nothing but components, and one group over the first n of them. */
struct group_world {
	struct engine engine;
	struct component_now members[MEMBERS_MAX];
	struct plan_need leaves[MEMBERS_MAX], group;
};

static void build(struct group_world *w, size_t n, size_t k)
{
	*w = (struct group_world){.engine.components = NULL};
	w->engine.components = w->members;
	for (uint32_t i = 0; i < n; i++) {
		w->leaves[i] = (struct plan_need){.kind = NEED_COMPONENT, .component = i};
		w->members[i] = (struct component_now){.since = WALL_UNKNOWN,
						       .began = WALL_UNKNOWN,
						       .not_before = WALL_UNKNOWN,
						       .good = WALL_UNKNOWN};
	}
	w->group = (struct plan_need){.kind = k == n   ? NEED_ALL
					      : k == 1 ? NEED_ANY
						       : NEED_AT_LEAST,
				      .at_least = (uint32_t)k,
				      .children = w->leaves,
				      .child_count = n};
}

static bool is_served(enum component_state s)
{
	return s == COMPONENT_OK || s == COMPONENT_WARNING;
}

static bool is_unseen(enum component_state s)
{
	return s == COMPONENT_BLIND || s == COMPONENT_UNKNOWN;
}

/* What a careful person would say, from the members alone. */
static enum service_state expected(const struct group_world *w, size_t n, size_t k)
{
	size_t at_worst = 0, at_best = 0, well = 0;
	bool blind = false;

	for (size_t i = 0; i < n; i++) {
		at_worst += is_served(w->members[i].state);
		at_best += is_served(w->members[i].state) || is_unseen(w->members[i].state);
		well += w->members[i].state == COMPONENT_OK;
		blind = blind || w->members[i].state == COMPONENT_BLIND;
	}
	if (at_worst >= k)
		return well == n ? SERVICE_OK : SERVICE_DEGRADED;
	if (at_best >= k)
		return blind ? SERVICE_BLIND : SERVICE_UNKNOWN;
	return SERVICE_DOWN;
}

/* Each test below is called for every n, k and combination of states. */
static void for_every_group(void (*test)(struct group_world *w, size_t n, size_t k))
{
	for (size_t n = 1; n <= MEMBERS_MAX; n++) {
		size_t combinations = 1;

		for (size_t i = 0; i < n; i++)
			combinations *= COMPONENT_STATE_COUNT;
		for (size_t k = 1; k <= n; k++) {
			for (size_t c = 0; c < combinations; c++) {
				struct group_world w;
				size_t rest = c;

				build(&w, n, k);
				for (size_t i = 0; i < n; i++, rest /= COMPONENT_STATE_COUNT)
					w.members[i].state = (enum component_state)(
						rest % COMPONENT_STATE_COUNT);
				test(&w, n, k);
			}
		}
	}
}

static void fail_on(const struct group_world *w, size_t n, size_t k, const char *what)
{
	print_message("%s: at least %zu of", what, k);
	for (size_t i = 0; i < n; i++)
		print_message(" %s(began %lld, good %lld)",
			      component_state_word(w->members[i].state),
			      (long long)w->members[i].began.us, (long long)w->members[i].good.us);
	fail_msg("\n%s", what);
}

static void verdict(struct group_world *w, size_t n, size_t k)
{
	if (diagram_eval(&w->engine, &w->group).state != expected(w, n, k))
		fail_on(w, n, k, "verdict");
	if (diagram_is_down(&w->engine, &w->group) != (expected(w, n, k) == SERVICE_DOWN))
		fail_on(w, n, k, "down or not");
}

static void every_combination_has_the_verdict_of_the_design(void **state)
{
	(void)state;
	for_every_group(verdict);
}

static void no_truth_is_lost_by_seeing(struct group_world *w, size_t n, size_t k)
{
	enum service_state before = diagram_eval(&w->engine, &w->group).state;

	/* Whoever was sure stays right, whatever an unseen member turns out to be. */
	for (size_t i = 0; i < n; i++) {
		enum component_state unseen = w->members[i].state;

		for (int s = 0; is_unseen(unseen) && s < COMPONENT_STATE_COUNT; s++) {
			enum service_state after;

			w->members[i].state = (enum component_state)s;
			after = diagram_eval(&w->engine, &w->group).state;
			if (before == SERVICE_DOWN && after != SERVICE_DOWN)
				fail_on(w, n, k, "down was not sure");
			if ((before == SERVICE_OK || before == SERVICE_DEGRADED) &&
			    after != SERVICE_OK && after != SERVICE_DEGRADED)
				fail_on(w, n, k, "served was not sure");
		}
		w->members[i].state = unseen;
	}
}

static void blind_is_said_exactly_where_nobody_can_know(void **state)
{
	(void)state;
	for_every_group(no_truth_is_lost_by_seeing);
}

/* The moments in a few orders, two of them with ties. */
static const int64_t orders[][MEMBERS_MAX] = {
	{10, 20, 30, 40}, {40, 30, 20, 10}, {30, 10, 40, 20}, {20, 20, 10, 10}, {7, 7, 7, 7}};

/* The moment at which fewer than k were left, if the members in `lost` went away one by one; an earlier reader of
 * the same clock would say the same. */
static struct wall_time fell_at(const struct group_world *w, const bool *lost, size_t n, size_t k)
{
	struct wall_time first = WALL_UNKNOWN;

	for (size_t i = 0; i < n; i++) {
		size_t left = n;

		for (size_t j = 0; j < n; j++)
			left -= lost[j] && w->members[j].began.us <= w->members[i].began.us;
		if (lost[i] && left < k &&
		    (!wall_is_known(first) || w->members[i].began.us < first.us))
			first = w->members[i].began;
	}
	return first;
}

static struct wall_time rose_at(const struct group_world *w, size_t n, size_t k)
{
	struct wall_time first = WALL_UNKNOWN;

	for (size_t i = 0; i < n; i++) {
		size_t up = 0;

		for (size_t j = 0; j < n; j++)
			up += is_served(w->members[j].state) &&
			      w->members[j].good.us <= w->members[i].good.us;
		if (is_served(w->members[i].state) && up >= k &&
		    (!wall_is_known(first) || w->members[i].good.us < first.us))
			first = w->members[i].good;
	}
	return first;
}

static void set_moments(struct group_world *w, size_t n, const int64_t *order)
{
	for (size_t i = 0; i < n; i++) {
		w->members[i].began.us = order[i];
		w->members[i].not_before.us = order[i] - 1;
		w->members[i].good.us = order[i];
	}
}

static void began(struct group_world *w, size_t n, size_t k)
{
	for (size_t o = 0; o < COUNT_OF(orders); o++) {
		struct diagram_result r;
		bool lost[MEMBERS_MAX];

		set_moments(w, n, orders[o]);
		for (size_t i = 0; i < n; i++)
			lost[i] = w->members[i].state == COMPONENT_CRITICAL ||
				  w->members[i].state == COMPONENT_UNREACHABLE;
		r = diagram_eval(&w->engine, &w->group);
		if (r.state != SERVICE_DOWN)
			return;
		if (r.began.us != fell_at(w, lost, n, k).us)
			fail_on(w, n, k, "began");
		/* The uncertainty is that of the member which made it so. */
		if (r.not_before.us != r.began.us - 1)
			fail_on(w, n, k, "not before");
	}
}

static void it_began_when_the_expression_became_false(void **state)
{
	(void)state;
	for_every_group(began);
}

static void blind_since(struct group_world *w, size_t n, size_t k)
{
	for (size_t o = 0; o < COUNT_OF(orders); o++) {
		struct diagram_result r;
		bool lost[MEMBERS_MAX], unknown = false;

		set_moments(w, n, orders[o]);
		for (size_t i = 0; i < n; i++) {
			lost[i] = !is_served(w->members[i].state);
			unknown = unknown || w->members[i].state == COMPONENT_UNKNOWN;
		}
		r = diagram_eval(&w->engine, &w->group);
		if (r.state != SERVICE_BLIND || unknown)
			return;
		if (r.began.us != fell_at(w, lost, n, k).us)
			fail_on(w, n, k, "blind since");
	}
}

static void it_is_blind_since_it_could_no_longer_be_seen_to_be_served(void **state)
{
	(void)state;
	for_every_group(blind_since);
}

static void restored(struct group_world *w, size_t n, size_t k)
{
	for (size_t o = 0; o < COUNT_OF(orders); o++) {
		struct diagram_result r;

		set_moments(w, n, orders[o]);
		r = diagram_eval(&w->engine, &w->group);
		if (r.state != SERVICE_OK && r.state != SERVICE_DEGRADED)
			return;
		if (r.good.us != rose_at(w, n, k).us)
			fail_on(w, n, k, "restored");
	}
}

static void it_was_restored_when_enough_were_good_again(void **state)
{
	(void)state;
	for_every_group(restored);
}

static void all_any_and_two_of_three_in_plain_numbers(void **state)
{
	static const struct {
		size_t n, k;
		int64_t began, restored;
		const char *why;
	} cases[] = {
		{3, 3, 10, 30, "all: falls with the earliest, is back with the latest"},
		{3, 1, 30, 10, "any: falls with the latest, is back with the earliest"},
		{3, 2, 20, 20, "two of three: the second, both ways"},
		{4, 2, 30, 20, "two of four: the third to go, the second to come"},
		{4, 3, 20, 30, "three of four: the second to go, the third to come"},
		{1, 1, 10, 10, "one is both all and any"},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct group_world w;

		build(&w, cases[c].n, cases[c].k);
		set_moments(&w, cases[c].n, orders[0]);
		for (size_t i = 0; i < cases[c].n; i++)
			w.members[i].state = COMPONENT_CRITICAL;
		if (diagram_eval(&w.engine, &w.group).began.us != cases[c].began)
			fail_on(&w, cases[c].n, cases[c].k, cases[c].why);
		for (size_t i = 0; i < cases[c].n; i++)
			w.members[i].state = COMPONENT_OK;
		if (diagram_eval(&w.engine, &w.group).good.us != cases[c].restored)
			fail_on(&w, cases[c].n, cases[c].k, cases[c].why);
	}
}

/* all of (any of 0 and 1) and 2 */
static void a_diagram_within_a_diagram_counts_as_one_member(void **state)
{
	struct group_world w;
	struct plan_need outer[2], all;

	(void)state;
	build(&w, 3, 1);
	set_moments(&w, 3, orders[0]);
	w.group.child_count = 2;
	outer[0] = w.group;
	outer[1] = w.leaves[2];
	all = (struct plan_need){NEED_ALL, 0, 2, outer, 2};
	w.members[0].state = COMPONENT_CRITICAL;
	w.members[1].state = w.members[2].state = COMPONENT_OK;
	assert_int_equal(diagram_eval(&w.engine, &all).state, SERVICE_DEGRADED);
	w.members[1].state = COMPONENT_UNREACHABLE;
	assert_int_equal(diagram_eval(&w.engine, &all).state, SERVICE_DOWN);
	assert_int_equal(diagram_eval(&w.engine, &all).began.us, 20);
	w.members[1].state = COMPONENT_BLIND;
	assert_int_equal(diagram_eval(&w.engine, &all).state, SERVICE_BLIND);
	w.members[2].state = COMPONENT_CRITICAL;
	assert_int_equal(diagram_eval(&w.engine, &all).state, SERVICE_DOWN);
	assert_int_equal(diagram_eval(&w.engine, &all).began.us, 30);
}

static void failed_members(struct group_world *w, size_t n, size_t k)
{
	uint32_t failed[MEMBERS_MAX + 1];
	uint32_t max = (uint32_t)k; /* any bound will do */
	uint32_t count = diagram_failed(&w->engine, &w->group, failed, max), m = 0;

	for (uint32_t i = 0; i < n; i++) {
		enum component_state s = w->members[i].state;

		if (s != COMPONENT_CRITICAL && s != COMPONENT_UNREACHABLE && s != COMPONENT_BLIND)
			continue;
		if (m < max && (m >= count || failed[m] != i))
			fail_on(w, n, k, "failed members");
		m++;
	}
	if (count != (m < max ? m : max))
		fail_on(w, n, k, "how many failed");
}

static void what_has_failed_is_named_in_the_order_of_the_plan(void **state)
{
	(void)state;
	for_every_group(failed_members);
}

/* --- every nesting of up to four members, some of them at several places ----------------------------------- */

enum { SHAPES_MAX = 128, NEEDS_MAX = 16, MASKS = 1 << MEMBERS_MAX };

/* A leaf (count 0), or k of so many shapes. */
struct shape {
	uint32_t k;
	size_t count;
	const struct shape *members[MEMBERS_MAX];
};
static struct shape shapes[MEMBERS_MAX + 1][SHAPES_MAX]; /* by number of leaves */
static size_t shape_counts[MEMBERS_MAX + 1];

/* Every row of members that fills up the leaves that are left, with every k. */
static void compose(size_t leaves, size_t left, struct shape *row)
{
	if (left == 0) {
		for (row->k = 1; row->k <= row->count; row->k++) {
			assert_true(shape_counts[leaves] < SHAPES_MAX);
			shapes[leaves][shape_counts[leaves]++] = *row;
		}
		return;
	}
	for (size_t n = 1; n <= left && n < leaves; n++) {
		for (size_t i = 0; i < shape_counts[n]; i++) {
			row->members[row->count++] = &shapes[n][i];
			compose(leaves, left - n, row);
			row->count--;
		}
	}
}

static void make_shapes(void)
{
	shapes[1][0] = (struct shape){.k = 1};
	shape_counts[1] = 1;
	for (size_t n = 2; n <= MEMBERS_MAX; n++) {
		struct shape row = {.k = 0};

		shape_counts[n] = 0;
		compose(n, n, &row);
	}
}

/* One diagram: its shape, which component stands at which leaf, what it says for each set of components that work. */
struct nested {
	const struct shape *shape;
	size_t leaves, components;
	uint32_t at[MEMBERS_MAX];
	bool truth[MASKS];
	struct plan_need needs[NEEDS_MAX];
	size_t need_count;
	struct group_world w;
};

static bool holds(const struct nested *d, const struct shape *s, size_t *leaf, unsigned working)
{
	unsigned n = 0;

	if (s->count == 0)
		return (working >> d->at[(*leaf)++]) & 1;
	for (size_t i = 0; i < s->count; i++)
		n += holds(d, s->members[i], leaf, working);
	return n >= s->k;
}

static void to_need(struct nested *d, const struct shape *s, size_t *leaf, struct plan_need *ret)
{
	struct plan_need *children = d->needs + d->need_count;

	if (s->count == 0) {
		*ret = (struct plan_need){.kind = NEED_COMPONENT, .component = d->at[(*leaf)++]};
		return;
	}
	d->need_count += s->count;
	for (size_t i = 0; i < s->count; i++)
		to_need(d, s->members[i], leaf, &children[i]);
	*ret = (struct plan_need){.kind = s->k == s->count ? NEED_ALL
					  : s->k == 1      ? NEED_ANY
							   : NEED_AT_LEAST,
				  .at_least = s->k,
				  .children = children,
				  .child_count = s->count};
}

static unsigned mask_of(const struct nested *d, bool (*is)(enum component_state))
{
	unsigned mask = 0;

	for (size_t i = 0; i < d->components; i++)
		mask |= is(d->w.members[i].state) ? 1u << i : 0;
	return mask;
}

static bool is_lost(enum component_state s)
{
	return s == COMPONENT_CRITICAL || s == COMPONENT_UNREACHABLE;
}

static bool is_blind(enum component_state s)
{
	return s == COMPONENT_BLIND;
}

/* Would it change the answer to see this one, whatever the others are that nobody sees? */
static bool is_pivotal(const struct nested *d, unsigned works, unsigned unseen, unsigned one)
{
	for (unsigned also = unseen;; also = (also - 1) & unseen) {
		if (d->truth[(works | also) & ~one] != d->truth[works | also | one])
			return true;
		if (also == 0)
			return false;
	}
}

/* Tried out: what if those that nobody sees worked, or did not, in every way. */
static void check_state(const struct nested *d, enum service_state state)
{
	unsigned works = mask_of(d, is_served), unseen = mask_of(d, is_unseen);
	unsigned blind = mask_of(d, is_blind);
	bool can_hold = false, can_fail = false, sees = false, all_ok = true;

	for (unsigned also = unseen;; also = (also - 1) & unseen) {
		if (d->truth[works | also])
			can_hold = true;
		else
			can_fail = true;
		if (also == 0)
			break;
	}
	for (size_t i = 0; i < d->components; i++) {
		all_ok = all_ok && d->w.members[i].state == COMPONENT_OK;
		sees = sees || ((blind >> i & 1) && is_pivotal(d, works, unseen, 1u << i));
	}
	if (!can_hold)
		assert_int_equal(state, SERVICE_DOWN);
	else if (!can_fail)
		assert_int_equal(state, all_ok ? SERVICE_OK : SERVICE_DEGRADED);
	else if (sees)
		assert_int_equal(state, SERVICE_BLIND);
	else /* told apart exactly unless a component stands at several places */
		assert_true(state == SERVICE_UNKNOWN ||
			    (state == SERVICE_BLIND && blind != 0 && d->components < d->leaves));
}

/* The moments 10, 20, ... in the order of a permutation: the first at which the answer is `wanted`, while those of
 * `moving` come (or go) one by one. */
static int64_t turned_at(const struct nested *d, const uint32_t *order, unsigned moving,
			 unsigned base, bool come)
{
	unsigned now = base;

	for (size_t step = 0; step < d->components; step++) {
		for (size_t i = 0; i < d->components; i++) {
			if (order[i] == step && (moving >> i & 1))
				now = come ? now | 1u << i : now & ~(1u << i);
		}
		if (d->truth[now] == come)
			return 10 * ((int64_t)step + 1);
	}
	return -1;
}

static void check_moments(struct nested *d, const uint32_t *order)
{
	unsigned everything = (1u << d->components) - 1, works = mask_of(d, is_served);
	unsigned lost = mask_of(d, is_lost), blind = mask_of(d, is_blind);
	struct diagram_result r;

	for (size_t i = 0; i < d->components; i++) {
		d->w.members[i].began.us = 10 * ((int64_t)order[i] + 1);
		d->w.members[i].not_before.us = d->w.members[i].began.us - 1;
		d->w.members[i].good.us = d->w.members[i].began.us;
	}
	r = diagram_eval(&d->w.engine, &d->w.group);
	check_state(d, r.state);
	if (r.state == SERVICE_DOWN) {
		assert_int_equal(r.began.us, turned_at(d, order, lost, everything, false));
		assert_int_equal(r.not_before.us, r.began.us - 1);
	} else if (r.state == SERVICE_OK || r.state == SERVICE_DEGRADED) {
		assert_int_equal(r.good.us, turned_at(d, order, works, 0, true));
	} else if (r.state == SERVICE_BLIND && (works | lost | blind) == everything) {
		assert_int_equal(r.began.us, turned_at(d, order, lost | blind, everything, false));
	}
}

/* Calls check_moments for every order of the components' moments. */
static void every_order(struct nested *d, uint32_t *order, size_t placed)
{
	if (placed == d->components) {
		check_moments(d, order);
		return;
	}
	for (uint32_t at = 0; at < d->components; at++) {
		bool taken = false;

		for (size_t i = 0; i < placed; i++)
			taken = taken || order[i] == at;
		order[placed] = at;
		if (!taken)
			every_order(d, order, placed + 1);
	}
}

static size_t every_state(struct nested *d)
{
	size_t combinations = 1, leaf = 0;
	uint32_t order[MEMBERS_MAX];

	build(&d->w, d->components, 1);
	d->need_count = 0;
	to_need(d, d->shape, &leaf, &d->w.group);
	for (unsigned mask = 0; mask < 1u << d->components; mask++) {
		leaf = 0;
		d->truth[mask] = holds(d, d->shape, &leaf, mask);
	}
	for (size_t i = 0; i < d->components; i++)
		combinations *= COMPONENT_STATE_COUNT;
	for (size_t c = 0; c < combinations; c++) {
		size_t rest = c;

		for (size_t i = 0; i < d->components; i++, rest /= COMPONENT_STATE_COUNT)
			d->w.members[i].state =
				(enum component_state)(rest % COMPONENT_STATE_COUNT);
		every_order(d, order, 0);
	}
	return combinations;
}

/* Every way in which components stand at the leaves: each leaf has a new one, or one that stands before it. */
static size_t every_labelling(struct nested *d, size_t leaf)
{
	size_t n = 0, known = d->components;

	if (leaf == d->leaves)
		return every_state(d);
	for (uint32_t c = 0; c <= known; c++) {
		d->at[leaf] = c;
		d->components = c == known ? known + 1 : known;
		n += every_labelling(d, leaf + 1);
	}
	d->components = known;
	return n;
}

static void every_nesting_says_what_trying_it_out_says(void **state)
{
	size_t n = 0;

	(void)state;
	make_shapes();
	assert_int_equal(shape_counts[4], 74);
	for (size_t leaves = 1; leaves <= MEMBERS_MAX; leaves++) {
		for (size_t i = 0; i < shape_counts[leaves]; i++) {
			struct nested d = {.shape = &shapes[leaves][i], .leaves = leaves};

			n += every_labelling(&d, 0);
		}
	}
	print_message("%zu diagrams with states, each in every order of its moments\n", n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_has_the_verdict_of_the_design),
		cmocka_unit_test(blind_is_said_exactly_where_nobody_can_know),
		cmocka_unit_test(it_began_when_the_expression_became_false),
		cmocka_unit_test(it_is_blind_since_it_could_no_longer_be_seen_to_be_served),
		cmocka_unit_test(it_was_restored_when_enough_were_good_again),
		cmocka_unit_test(all_any_and_two_of_three_in_plain_numbers),
		cmocka_unit_test(a_diagram_within_a_diagram_counts_as_one_member),
		cmocka_unit_test(what_has_failed_is_named_in_the_order_of_the_plan),
		cmocka_unit_test(every_nesting_says_what_trying_it_out_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
