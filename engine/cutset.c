#include "engine/cutset.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Numbers of units, one list behind the other: a group's members leave theirs in a row. A unit's number is its component's;
 * the second unit of a pair comes component_count after the first. */
struct stack {
	uint32_t *items;
	size_t count, cap;
};

static void push(struct stack *s, uint32_t unit)
{
	s->items = mem_grow(s->items, s->count, &s->cap, sizeof(*s->items));
	s->items[s->count++] = unit;
}

static uint32_t unit_count(const struct plan *p)
{
	return 2 * p->component_count;
}

/* What is known of a component in one look: paths are shared, and each is looked at once. */
enum known { KNOWN_NOT, KNOWN_LOST, KNOWN_SERVES };
struct component_look {
	enum known known;
	size_t first, count; /* of its list, in `kept` */
};

/* One look at a diagram. `carriers` says what is wanted: some units that carry it, or those any one of which would end
 * it. */
struct look {
	const struct plan *plan;
	const bool *lost, *second_lost; /* per component; the second units are those of pairs */
	bool measured, carriers;
	struct component_look *components;
	uint32_t *hits; /* per unit: members of the present group that it would end */
	struct stack stack, kept;
	size_t visits;
};

static void look_init(struct look *k, const struct plan *p, const bool *lost,
		      const bool *second_lost)
{
	*k = (struct look){.plan = p, .lost = lost, .second_lost = second_lost};
	k->components = mem_calloc(p->component_count + 1, sizeof(*k->components));
	k->hits = mem_calloc(unit_count(p) + 1, sizeof(*k->hits));
}

static void look_release(struct look *k)
{
	free(k->components);
	free(k->hits);
	free(k->stack.items);
	free(k->kept.items);
}

/* Another question to the same plan. */
static void look_again(struct look *k)
{
	memset(k->components, 0, k->plan->component_count * sizeof(*k->components));
	k->stack.count = k->kept.count = 0;
}

static bool look_at(struct look *k, const struct plan_need *need);

static bool has_second(const struct look *k, uint32_t component)
{
	return k->plan->components[component].is_pair && !k->second_lost[component];
}

/* The units of a component that has one: of a pair with both none would end it, and either carries it. */
static void push_units(struct look *k, uint32_t component)
{
	if (k->lost[component])
		push(&k->stack, component + k->plan->component_count);
	else if (!has_second(k, component) || k->carriers)
		push(&k->stack, component);
}

static bool look_at_component(struct look *k, uint32_t component)
{
	const struct plan_need *path = k->plan->components[component].depends_on;
	struct component_look *c = &k->components[component];
	size_t from = k->stack.count;

	if (c->known != KNOWN_NOT) {
		for (size_t i = 0; i < c->count; i++)
			push(&k->stack, k->kept.items[c->first + i]);
		return c->known == KNOWN_SERVES;
	}
	c->known = KNOWN_LOST;
	if (k->lost[component] && !has_second(k, component))
		return false;
	if (path != NULL && !look_at(k, path) && !k->measured)
		return false;
	c->known = KNOWN_SERVES;
	push_units(k, component);
	c->first = k->kept.count;
	c->count = k->stack.count - from;
	for (size_t i = 0; i < c->count; i++)
		push(&k->kept, k->stack.items[from + i]);
	return true;
}

/* Of a group with `slack` members more than it needs: what would end more than so many of them at once. */
static void keep_fatal(struct look *k, size_t from, size_t slack)
{
	size_t end = k->stack.count;

	k->stack.count = from;
	for (size_t i = from; i < end; i++)
		k->hits[k->stack.items[i]]++;
	for (size_t i = from; i < end; i++) {
		uint32_t unit = k->stack.items[i];

		if (k->hits[unit] > slack)
			k->stack.items[k->stack.count++] = unit;
		k->hits[unit] = 0; /* each once */
	}
}

/* Leaves on the stack the list of what holds, nothing of what does not. */
static bool look_at(struct look *k, const struct plan_need *need)
{
	size_t from = k->stack.count, served = 0;

	k->visits++;
	if (need->kind == NEED_COMPONENT)
		return look_at_component(k, need->component);
	for (size_t i = 0; i < need->child_count; i++) {
		if (k->carriers && served == need->at_least)
			break;
		served += look_at(k, &need->children[i]);
	}
	if (served < need->at_least) {
		k->stack.count = from;
		return false;
	}
	if (!k->carriers)
		keep_fatal(k, from, served - need->at_least);
	return true;
}

bool cutset_serves(const struct plan *p, const struct plan_need *need, const bool *lost)
{
	struct look k;
	bool serves;

	look_init(&k, p, lost, lost);
	k.carriers = true;
	serves = look_at(&k, need);
	look_release(&k);
	return serves;
}

/* Units, ascending, each once. */
static size_t sort(const struct plan *p, bool *marks, const struct stack *s, uint32_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		marks[s->items[i]] = true;
	for (uint32_t u = 0; u < unit_count(p); u++) {
		if (marks[u])
			ret[n++] = u;
		marks[u] = false;
	}
	return n;
}

size_t cutset_next(const struct plan *p, const struct plan_need *need, const bool *lost,
		   const bool *bare, bool measured, uint32_t *ret)
{
	bool *marks = mem_calloc(unit_count(p) + 1, sizeof(*marks));
	bool *second = mem_calloc(p->component_count + 1, sizeof(*second));
	struct look k;
	size_t n;

	for (uint32_t c = 0; c < p->component_count; c++)
		second[c] = lost[c] || (bare != NULL && bare[c]);
	look_init(&k, p, lost, second);
	k.measured = measured;
	(void)look_at(&k, need);
	/* Of a pair with one unit left that one stands for it, and it is the first: second units are never on the stack. */
	n = sort(p, marks, &k.stack, ret);
	look_release(&k);
	free(second);
	free(marks);
	return n;
}

void cutset_parts(const struct plan *p, const struct plan_need *need, bool *ret)
{
	if (need->kind == NEED_COMPONENT) {
		const struct plan_need *path = p->components[need->component].depends_on;

		if (!ret[need->component] && path != NULL)
			cutset_parts(p, path, ret);
		ret[need->component] = true;
	}
	for (size_t i = 0; i < need->child_count; i++)
		cutset_parts(p, &need->children[i], ret);
}

/* --- the search -------------------------------------------------------------------------------------- */

enum { PASSED_NOT, PASSED_HERE, PASSED_FIRST }; /* as a second, as a first */

struct search {
	const struct plan *plan;
	const struct plan_need *need;
	struct look look;
	bool *lost, *marks;
	uint8_t *passed; /* left out: all cut sets with it (and the first) are found already */
	bool *single; /* it is one by itself */
	bool *with_first; /* a pair with the first that was taken */
	size_t pairs_from; /* where the pairs begin in the list */
	struct cutset_list *out;
	bool is_full;
};

/* The answer of one look, on the heap. */
static size_t ask(struct search *s, bool carriers, uint32_t **ret)
{
	size_t n;

	look_again(&s->look);
	s->look.carriers = carriers;
	*ret = mem_calloc(unit_count(s->plan) + 1, sizeof(**ret));
	(void)look_at(&s->look, s->need);
	n = sort(s->plan, s->marks, &s->look.stack, *ret);
	if (s->look.visits > CUTSET_VISITS_MAX)
		s->is_full = true;
	return n;
}

static int compare(const struct cutset *a, const struct cutset *b)
{
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	for (uint32_t i = 0; i < a->order; i++) {
		if (a->components[i] != b->components[i])
			return a->components[i] < b->components[i] ? -1 : 1;
	}
	return 0;
}

static struct cutset set_of(const uint32_t *components, uint32_t order)
{
	struct cutset set = {.order = order};

	for (uint32_t i = 0; i < order; i++) {
		uint32_t at = i;

		for (; at > 0 && set.components[at - 1] > components[i]; at--)
			set.components[at] = set.components[at - 1];
		set.components[at] = components[i];
	}
	return set;
}

static void add(struct search *s, const uint32_t *components, uint32_t order)
{
	struct cutset_list *l = s->out;

	if (l->count == CUTSET_SETS_MAX) {
		s->is_full = true;
		return;
	}
	l->items = mem_grow(l->items, l->count, &l->cap, sizeof(*l->items));
	l->items[l->count++] = set_of(components, order);
}

/* From `from` on: heap sort, since a plan may have many and the engine may not call qsort. */
static void sift(struct cutset *heap, size_t at, size_t count)
{
	for (;;) {
		size_t child = 2 * at + 1;
		struct cutset held;

		if (child >= count)
			return;
		if (child + 1 < count && compare(&heap[child], &heap[child + 1]) < 0)
			child++;
		if (compare(&heap[at], &heap[child]) >= 0)
			return;
		held = heap[at];
		heap[at] = heap[child];
		heap[child] = held;
		at = child;
	}
}

static void sort_sets(struct cutset_list *l, size_t from)
{
	struct cutset *heap = l->items + from;
	size_t n = l->count - from;

	for (size_t i = n / 2; i-- > 0;)
		sift(heap, i, n);
	for (size_t end = n; end > 1; end--) {
		struct cutset held = heap[0];

		heap[0] = heap[end - 1];
		heap[end - 1] = held;
		sift(heap, 0, end - 1);
	}
}

static bool is_pair(const struct search *s, uint32_t a, uint32_t b)
{
	const uint32_t both[] = {a, b};
	struct cutset wanted = set_of(both, 2);
	size_t low = s->pairs_from, high = s->out->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = compare(&s->out->items[middle], &wanted);

		if (c == 0)
			return true;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void find_singles(struct search *s)
{
	uint32_t *next;
	size_t n = ask(s, false, &next);

	for (size_t i = 0; i < n; i++) {
		s->single[next[i]] = true;
		add(s, &next[i], 1);
	}
	free(next);
}

/* The pairs that have `a`; those of the ones before it are found already. */
static void find_pairs_of(struct search *s, uint32_t a)
{
	uint32_t *next;
	size_t n;

	s->lost[a] = true;
	n = ask(s, false, &next);
	for (size_t i = 0; i < n && !s->is_full; i++) {
		const uint32_t both[] = {a, next[i]};

		if (!s->single[next[i]] && s->passed[next[i]] == PASSED_NOT)
			add(s, both, 2);
	}
	free(next);
	s->lost[a] = false;
}

/* The sets of three that have `a` and `b`, which serve without the third. */
static void find_threes_of(struct search *s, uint32_t a, uint32_t b)
{
	uint32_t *next;
	size_t n;

	s->lost[b] = true;
	n = ask(s, false, &next);
	for (size_t i = 0; i < n && !s->is_full; i++) {
		const uint32_t three[] = {a, b, next[i]};

		if (!s->single[next[i]] && s->passed[next[i]] == PASSED_NOT &&
		    !s->with_first[next[i]] && !is_pair(s, b, next[i]))
			add(s, three, 3);
	}
	free(next);
	s->lost[b] = false;
}

static void find_threes_from(struct search *s, uint32_t a)
{
	uint32_t *carriers, *pairs;
	size_t n, pair_count;

	s->lost[a] = true;
	pair_count = ask(s, false, &pairs);
	for (size_t i = 0; i < pair_count; i++)
		s->with_first[pairs[i]] = true;
	n = ask(s, true, &carriers);
	for (size_t i = 0; i < n && !s->is_full; i++) {
		uint32_t b = carriers[i];

		if (s->single[b] || s->passed[b] != PASSED_NOT || s->with_first[b])
			continue;
		find_threes_of(s, a, b);
		s->passed[b] = PASSED_HERE;
	}
	for (size_t i = 0; i < n; i++) {
		if (s->passed[carriers[i]] == PASSED_HERE)
			s->passed[carriers[i]] = PASSED_NOT;
	}
	for (size_t i = 0; i < pair_count; i++)
		s->with_first[pairs[i]] = false;
	free(carriers);
	free(pairs);
	s->lost[a] = false;
}

/* Each cut set has one of those that carry the service now: they are taken in turn, and what was taken is left out
 * afterwards, so that each set is found once. */
static void find_order(struct search *s, uint32_t order)
{
	uint32_t *carriers;
	size_t n = ask(s, true, &carriers), from = s->out->count;

	memset(s->passed, PASSED_NOT, unit_count(s->plan));
	for (size_t i = 0; i < n && !s->is_full; i++) {
		if (s->single[carriers[i]])
			continue;
		if (order == 2)
			find_pairs_of(s, carriers[i]);
		else
			find_threes_from(s, carriers[i]);
		s->passed[carriers[i]] = PASSED_FIRST;
	}
	free(carriers);
	sort_sets(s->out, from);
	if (order == 2)
		s->pairs_from = from;
}

/* The second units are of the same component as the first ones. */
static void name_components(struct cutset_list *l, uint32_t component_count)
{
	for (size_t i = 0; i < l->count; i++) {
		struct cutset *set = &l->items[i];

		for (uint32_t k = 0; k < set->order; k++)
			set->components[k] %= component_count;
		*set = set_of(set->components, set->order);
	}
	sort_sets(l, 0);
}

void cutset_find(const struct plan *p, const struct plan_need *need, struct cutset_list *ret)
{
	const uint32_t units = unit_count(p);
	struct search s = {.plan = p, .need = need, .out = ret};

	*ret = (struct cutset_list){.items = NULL};
	s.lost = mem_calloc(units + 1, sizeof(*s.lost));
	s.marks = mem_calloc(units + 1, sizeof(*s.marks));
	s.passed = mem_calloc(units + 1, sizeof(*s.passed));
	s.single = mem_calloc(units + 1, sizeof(*s.single));
	s.with_first = mem_calloc(units + 1, sizeof(*s.with_first));
	look_init(&s.look, p, s.lost, s.lost + p->component_count);
	find_singles(&s);
	for (uint32_t order = 1; !s.is_full; order++) {
		ret->complete = order;
		if (order == CUTSET_ORDER_MAX)
			break;
		find_order(&s, order + 1);
	}
	name_components(ret, p->component_count);
	look_release(&s.look);
	free(s.lost);
	free(s.marks);
	free(s.passed);
	free(s.single);
	free(s.with_first);
}

void cutset_list_release(struct cutset_list *l)
{
	free(l->items);
	*l = (struct cutset_list){.items = NULL};
}
