/* cutset - against every set of units tried out: random diagrams with shared members, paths and pairs, and what the large
 * sample plan says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"
#include "engine/cutset.h"
#include "tests/support/test_plan.h"

enum { COMPONENTS = 8, PAIRS = 2, UNITS = COMPONENTS + PAIRS, NEEDS = 256, DIAGRAMS = 2000 };

struct stage {
	struct rand rand;
	struct plan plan;
	struct plan_component components[COMPONENTS];
	struct plan_need needs[NEEDS];
	size_t need_count;
	const struct plan_need *service;
	uint32_t second_of[PAIRS]; /* unit COMPONENTS + k is the second one of this component */
	bool fails[1 << UNITS]; /* for every set of units that have failed */
};

static uint32_t below(struct stage *s, uint32_t n)
{
	return (uint32_t)(rand_u64(&s->rand) % n);
}

/* A random expression over the components from `first` on. */
static void make_need(struct stage *s, struct plan_need *ret, uint32_t first, unsigned depth)
{
	size_t n = 1 + below(s, 4);
	struct plan_need *children = s->needs + s->need_count;

	if (depth == 0 || below(s, 3) == 0 || s->need_count + n > NEEDS) {
		*ret = (struct plan_need){.kind = NEED_COMPONENT,
					  .component = first + below(s, COMPONENTS - first)};
		return;
	}
	s->need_count += n;
	for (size_t i = 0; i < n; i++)
		make_need(s, &children[i], first, depth - 1);
	*ret = (struct plan_need){.kind = NEED_AT_LEAST,
				  .at_least = 1 + below(s, (uint32_t)n),
				  .children = children,
				  .child_count = n};
}

static void make(struct stage *s)
{
	struct plan_need *service = &s->needs[0];

	s->need_count = 1 + COMPONENTS;
	s->plan = (struct plan){.components = s->components, .component_count = COMPONENTS};
	for (uint32_t i = 0; i < COMPONENTS; i++) {
		struct plan_need *path = &s->needs[1 + i];

		s->components[i] = (struct plan_component){.depends_on = NULL};
		if (i + 1 == COMPONENTS || below(s, 2) == 0)
			continue;
		make_need(s, path, i + 1, 2); /* later ones only: no circles */
		s->components[i].depends_on = path;
	}
	for (uint32_t k = 0; k < PAIRS; k++) {
		s->second_of[k] = k * COMPONENTS / PAIRS + below(s, COMPONENTS / PAIRS);
		s->components[s->second_of[k]].is_pair = true;
	}
	make_need(s, service, 0, 3);
	s->service = service;
}

/* The bit of a component's second unit, 0 if it has none. */
static unsigned second_bit(const struct stage *s, uint32_t component)
{
	for (uint32_t k = 0; k < PAIRS; k++) {
		if (s->second_of[k] == component)
			return 1u << (COMPONENTS + k);
	}
	return 0;
}

static bool has_unit(const struct stage *s, uint32_t component, unsigned failed)
{
	return (failed >> component & 1) == 0 || (second_bit(s, component) & ~failed) != 0;
}

static bool works(const struct stage *s, const struct plan_need *n, unsigned failed)
{
	size_t up = 0;

	if (n->kind == NEED_COMPONENT) {
		const struct plan_need *path = s->components[n->component].depends_on;

		return has_unit(s, n->component, failed) &&
		       (path == NULL || works(s, path, failed));
	}
	for (size_t i = 0; i < n->child_count; i++)
		up += works(s, &n->children[i], failed);
	return up >= n->at_least;
}

static bool is_minimal(const struct stage *s, unsigned set)
{
	for (unsigned one = 1; one <= set; one <<= 1) {
		if ((set & one) && s->fails[set & ~one])
			return false;
	}
	return s->fails[set];
}

static unsigned mask_of(const struct stage *s, const struct cutset *c)
{
	unsigned mask = 0;

	for (uint32_t i = 0; i < c->order; i++) {
		bool again = i > 0 && c->components[i - 1] == c->components[i];

		mask |= again ? second_bit(s, c->components[i]) : 1u << c->components[i];
		if (i > 0)
			assert_true(c->components[i - 1] <= c->components[i]);
	}
	assert_int_equal(__builtin_popcount(mask), c->order);
	return mask;
}

static void compare_sets(const struct stage *s)
{
	bool listed[1 << UNITS] = {false};
	struct cutset_list l;

	cutset_find(&s->plan, s->service, &l);
	assert_int_equal(l.complete, CUTSET_ORDER_MAX);
	for (size_t i = 0; i < l.count; i++) {
		unsigned mask = mask_of(s, &l.items[i]);

		assert_false(listed[mask]); /* each once */
		listed[mask] = true;
		if (i > 0)
			assert_true(l.items[i - 1].order <= l.items[i].order);
	}
	for (unsigned set = 0; set < 1u << UNITS; set++)
		assert_int_equal(listed[set],
				 __builtin_popcount(set) <= CUTSET_ORDER_MAX && is_minimal(s, set));
	cutset_list_release(&l);
}

/* What one more would do, for every set that has failed. */
static void compare_next(const struct stage *s)
{
	for (unsigned set = 0; set < 1u << UNITS; set++) {
		bool lost[COMPONENTS], bare[COMPONENTS], is_plain = true, none_bare = true;
		uint32_t next[COMPONENTS];
		unsigned found = 0;
		size_t n;

		for (uint32_t i = 0; i < COMPONENTS; i++) {
			lost[i] = !has_unit(s, i, set);
			bare[i] = !lost[i] && (second_bit(s, i) & set) != 0;
			/* which of the two is left makes no difference: the first stands for it */
			is_plain = is_plain && (lost[i] || (set >> i & 1) == 0);
			none_bare = none_bare && !bare[i];
		}
		if (!is_plain)
			continue;
		assert_int_equal(cutset_serves(&s->plan, s->service, lost), !s->fails[set]);
		n = cutset_next(&s->plan, s->service, lost, none_bare ? NULL : bare, false, next);
		for (size_t i = 0; i < n; i++)
			found |= 1u << next[i];
		for (uint32_t i = 0; i < COMPONENTS; i++)
			assert_int_equal(found >> i & 1,
					 !s->fails[set] && !lost[i] && s->fails[set | 1u << i]);
	}
}

static void every_cut_set_is_found_and_no_other(void **state)
{
	struct stage *s = mem_calloc(1, sizeof(*s));
	size_t with_pairs = 0;

	(void)state;
	rand_seed(&s->rand, 20260312);
	for (int k = 0; k < DIAGRAMS; k++) {
		make(s);
		for (unsigned set = 0; set < 1u << UNITS; set++)
			s->fails[set] = !works(s, s->service, set);
		compare_sets(s);
		compare_next(s);
		with_pairs += s->fails[3] && !s->fails[1] && !s->fails[2];
	}
	assert_true(with_pairs > 10); /* the sample is not all singles */
	free(s);
}

/* What is measured to serve serves, though its path is said to be lost: only what would end it then counts. */
static void what_is_measured_counts_more_than_its_path(void **state)
{
	struct plan *p = test_plan_from_text("agents: [{id: a}]\n"
					     "components:\n"
					     "  - {id: link}\n"
					     "  - {id: app, depends_on: [link]}\n"
					     "services: [{id: s, rto: 60s, needs: app}]\n");
	const struct plan_need *need = p->services[0].needs;
	bool lost[2] = {true, false};
	uint32_t next[2];

	(void)state;
	assert_int_equal(cutset_next(p, need, lost, NULL, false, next), 0);
	assert_int_equal(cutset_next(p, need, lost, NULL, true, next), 1);
	assert_int_equal(next[0], plan_find_component(p, SLICE_LIT("app")));
	lost[0] = false;
	assert_int_equal(cutset_next(p, need, lost, NULL, true, next), 2);
	plan_free(p);
}

static void parts_are_all_that_it_stands_on(void **state)
{
	struct plan *p = test_plan_from_file("tests/scenario/plans/services.yaml");
	const struct plan_service *nube = &p->services[plan_find_service(p, SLICE_LIT("nube"))];
	bool *parts = mem_calloc(p->component_count, sizeof(*parts));
	static const char *const expected[] = {"link-a", "link-b", "app"};
	size_t n = 0;

	(void)state;
	cutset_parts(p, nube->needs, parts);
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_true(parts[plan_find_component(p, slice_of(expected[i]))]);
	for (uint32_t i = 0; i < p->component_count; i++)
		n += parts[i];
	assert_int_equal(n, COUNT_OF(expected));
	free(parts);
	plan_free(p);
}

/* More than may be listed: what is listed is complete up to the order that is told. */
static void a_limit_that_is_reached_is_told(void **state)
{
	enum { MEMBERS = 200 };
	static struct plan_component components[MEMBERS];
	static struct plan_need members[MEMBERS];
	struct plan p = {.components = components, .component_count = MEMBERS};
	struct plan_need need = {NEED_AT_LEAST, 0, MEMBERS - 1, members, MEMBERS};
	struct cutset_list l;

	(void)state;
	for (uint32_t i = 0; i < MEMBERS; i++)
		members[i] = (struct plan_need){.kind = NEED_COMPONENT, .component = i};
	cutset_find(&p, &need, &l); /* 19900 pairs */
	assert_int_equal(l.complete, 1);
	assert_int_equal(l.count, CUTSET_SETS_MAX);
	cutset_list_release(&l);
	need.at_least = MEMBERS - 2; /* 1313400 sets of three, no pair */
	cutset_find(&p, &need, &l);
	assert_int_equal(l.complete, 2);
	assert_int_equal(l.items[0].order, 3);
	cutset_list_release(&l);
	need.at_least = MEMBERS - 9; /* nothing so small ends it: a search within its bounds */
	cutset_find(&p, &need, &l);
	assert_int_equal(l.count, 0);
	cutset_list_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cut_set_is_found_and_no_other),
		cmocka_unit_test(what_is_measured_counts_more_than_its_path),
		cmocka_unit_test(parts_are_all_that_it_stands_on),
		cmocka_unit_test(a_limit_that_is_reached_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
