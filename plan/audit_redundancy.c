/* Diagrams: members of any and at_least that fall together are no redundancy. For each such list, what
 * every one of too many members cannot do without: paths, address, site, agent. */
#include "plan/audit.h"

#include <string.h>

#include "base/buf.h"
#include "engine/cutset.h"

/* Longest path that is followed; what lies deeper is shared by everything anyway. */
enum { SET_MAX = 256, SINGLE_TOLD_MAX = 6 };

struct set {
	uint32_t *items; /* the nearest first */
	uint32_t count;
};
struct reader {
	struct audit *a;
	struct arena *arena;
	struct set *must_of; /* of each component: itself and what it cannot be reached without */
	bool *is_known;
	uint32_t *seen; /* by how many children; zero between uses */
	unsigned depth; /* of the path that is followed */
};

static void add(struct set *s, uint32_t item)
{
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->items[i] == item)
			return;
	}
	if (s->count < SET_MAX)
		s->items[s->count++] = item;
}

static struct set copy(struct reader *r, const struct set *s)
{
	struct set out = {arena_calloc(r->arena, s->count, sizeof(*out.items)), s->count};

	if (s->count > 0)
		memcpy(out.items, s->items, s->count * sizeof(*out.items));
	return out;
}

static struct set must_of_component(struct reader *r, uint32_t component);

/* How many children must fail for the expression to be false. */
static size_t fatal_count(const struct plan_need *need)
{
	if (need->kind == NEED_ALL)
		return 1;
	return need->kind == NEED_ANY ? need->child_count : need->child_count - need->at_least + 1;
}

/* The components whose failure alone makes an expression false. */
static struct set must_of_need(struct reader *r, const struct plan_need *need)
{
	uint32_t items[SET_MAX];
	struct set all = {items, 0}, *of;

	if (need->kind == NEED_COMPONENT)
		return must_of_component(r, need->component);
	of = arena_calloc(r->arena, need->child_count, sizeof(*of));
	for (size_t i = 0; i < need->child_count; i++)
		of[i] = must_of_need(r, &need->children[i]); /* counts on its own: before we do */
	for (size_t i = 0; i < need->child_count; i++) {
		for (uint32_t k = 0; k < of[i].count; k++)
			r->seen[of[i].items[k]]++;
	}
	for (size_t i = 0; i < need->child_count; i++) {
		for (uint32_t k = 0; k < of[i].count; k++) {
			if (r->seen[of[i].items[k]] >= fatal_count(need))
				add(&all, of[i].items[k]);
		}
	}
	for (size_t i = 0; i < need->child_count; i++) {
		for (uint32_t k = 0; k < of[i].count; k++)
			r->seen[of[i].items[k]] = 0;
	}
	return copy(r, &all);
}

/* depends_on has no cycles (checked by the loader). */
static struct set must_of_component(struct reader *r, uint32_t component)
{
	const struct plan_need *path = r->a->p->components[component].depends_on;
	uint32_t items[SET_MAX];
	struct set all = {items, 0}, behind;

	if (r->is_known[component])
		return r->must_of[component];
	if (!r->a->p->components[component].is_pair) /* a pair does not fail alone */
		add(&all, component);
	if (path != NULL && r->depth < SET_MAX) {
		r->depth++;
		behind = must_of_need(r, path);
		r->depth--;
		for (uint32_t i = 0; i < behind.count; i++)
			add(&all, behind.items[i]);
	}
	r->must_of[component] = copy(r, &all);
	r->is_known[component] = true;
	return r->must_of[component];
}

static const char *kind_words(struct reader *r, const struct plan_need *need)
{
	return need->kind == NEED_ANY
		       ? arena_printf(r->arena, "1 of %zu", need->child_count)
		       : arena_printf(r->arena, "%u of %zu", need->at_least, need->child_count);
}

/* What enough members share for the list to fail with it; the first one found is told. */
static void tell_shared_path(struct reader *r, const struct plan_need *need, struct audit_at at)
{
	struct set must = must_of_need(r, need);

	if (must.count == 0)
		return;
	audit_tell(r->a, AUDIT_SHARED_PATH, at,
		   "of members of which %s suffice, too many need '%s': with it the redundancy is "
		   "gone",
		   kind_words(r, need), r->a->p->components[must.items[0]].id);
}

enum trait { TRAIT_ADDRESS, TRAIT_SITE, TRAIT_AGENT };

/* The only agent that checks a component, or PLAN_NONE. */
static uint32_t only_agent(const struct plan *p, uint32_t component)
{
	uint32_t agent = PLAN_NONE;

	for (uint32_t i = 0; i < p->components[component].check_count; i++) {
		const struct plan_check *c = &p->checks[p->components[component].check_first + i];

		for (uint32_t k = 0; k < c->vantage_count; k++) {
			uint32_t by = p->vantages[c->vantage_first + k].agent;

			if (agent != PLAN_NONE && agent != by)
				return PLAN_NONE;
			agent = by;
		}
	}
	return agent;
}

static bool have_same(const struct plan *p, uint32_t x, uint32_t y, enum trait trait)
{
	const struct plan_component *a = &p->components[x], *b = &p->components[y];

	switch (trait) {
	case TRAIT_ADDRESS:
		return a->address[0] != '\0' && strcmp(a->address, b->address) == 0;
	case TRAIT_SITE:
		return a->site != PLAN_NONE && a->site == b->site;
	case TRAIT_AGENT:
		break;
	}
	return only_agent(p, x) != PLAN_NONE && only_agent(p, x) == only_agent(p, y);
}

/* A member that enough others are like for the list to fail with it; PLAN_NONE if there is none. */
static uint32_t find_shared(const struct plan *p, const struct plan_need *need, enum trait trait,
			    size_t enough)
{
	for (size_t i = 0; i < need->child_count; i++) {
		size_t n = 0;

		for (size_t k = 0; k < need->child_count; k++) {
			if (need->children[i].kind == NEED_COMPONENT &&
			    need->children[k].kind == NEED_COMPONENT)
				n += have_same(p, need->children[i].component,
					       need->children[k].component, trait);
		}
		if (n >= enough)
			return need->children[i].component;
	}
	return PLAN_NONE;
}

/* A path to a component may well stay at that component's own site. */
static bool is_at_home(const struct plan *p, struct audit_at at, uint32_t member)
{
	return at.kind == THING_COMPONENT &&
	       p->components[at.index].site == p->components[member].site;
}

static void audit_list(struct reader *r, const struct plan_need *need, struct audit_at at)
{
	const struct plan *p = r->a->p;
	size_t enough = fatal_count(need);
	uint32_t x;

	/* Two with one address are one too many, whatever the count. */
	x = find_shared(p, need, TRAIT_ADDRESS, 2);
	if (x != PLAN_NONE)
		audit_tell(r->a, AUDIT_SHARED_ADDRESS, at,
			   "two members of a list of which %s suffice have the address %s",
			   kind_words(r, need), p->components[x].address);
	if (enough < 2)
		return; /* no redundancy is claimed */
	tell_shared_path(r, need, at);
	x = find_shared(p, need, TRAIT_SITE, enough);
	if (x != PLAN_NONE && !is_at_home(p, at, x))
		audit_tell(r->a, AUDIT_SHARED_SITE, at,
			   "of members of which %s suffice, too many are at site '%s'",
			   kind_words(r, need), p->sites[p->components[x].site].id);
	x = p->agent_count > 1 ? find_shared(p, need, TRAIT_AGENT, enough) : PLAN_NONE;
	if (x != PLAN_NONE)
		audit_tell(r->a, AUDIT_SHARED_VANTAGE, at,
			   "of members of which %s suffice, too many are seen by agent '%s' only",
			   kind_words(r, need), p->agents[only_agent(p, x)].id);
}

static void audit_need(struct reader *r, const struct plan_need *need, struct audit_at at)
{
	if (need == NULL || need->kind == NEED_COMPONENT)
		return;
	if (need->kind != NEED_ALL && need->child_count > 1)
		audit_list(r, need, at);
	for (size_t i = 0; i < need->child_count; i++)
		audit_need(r, &need->children[i], at);
}

/* Of a very critical service what ends it alone. Of the others `vigia plan redundancy` tells. */
static void audit_single(struct reader *r, uint32_t service)
{
	const struct plan *p = r->a->p;
	bool *lost = arena_calloc(r->arena, p->component_count + 1, sizeof(*lost));
	uint32_t *single = arena_calloc(r->arena, p->component_count + 1, sizeof(*single));
	size_t n = cutset_next(p, p->services[service].needs, lost, NULL, false, single);
	struct buf names CLEANUP(buf_release);

	buf_init(&names, 4096);
	for (size_t i = 0; i < n && i < SINGLE_TOLD_MAX; i++)
		buf_printf(&names, "%s'%s'", i > 0 ? ", " : "", p->components[single[i]].id);
	if (n > SINGLE_TOLD_MAX)
		buf_printf(&names, " and %zu more", n - SINGLE_TOLD_MAX);
	if (n > 0)
		audit_tell(r->a, AUDIT_SINGLE_POINT, AT(SERVICE, service),
			   "it ends with the failure of any one of: %s", buf_cstr(&names));
}

void audit_redundancy(struct audit *a)
{
	struct reader r = {.a = a, .arena = arena_new()};
	const struct plan *p = a->p;

	r.must_of = arena_calloc(r.arena, p->component_count, sizeof(*r.must_of));
	r.is_known = arena_calloc(r.arena, p->component_count, sizeof(*r.is_known));
	r.seen = arena_calloc(r.arena, p->component_count, sizeof(*r.seen));
	for (uint32_t i = 0; i < p->component_count; i++)
		audit_need(&r, p->components[i].depends_on, AT(COMPONENT, i));
	for (uint32_t i = 0; i < p->service_count; i++)
		audit_need(&r, p->services[i].needs, AT(SERVICE, i));
	for (uint32_t i = 0; i < p->service_count; i++) {
		if (p->services[i].criticality == CRITICALITY_VERY_HIGH)
			audit_single(&r, i);
	}
	arena_free(r.arena);
}
