/* Procedures as graphs: numbers, branches, ways out, ways back. */
#include "plan/audit.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/param.h"

/* Where an answer leads. */
enum { TO_END = -1, TO_NOWHERE = -2 };
struct graph {
	const struct plan_procedure *p;
	int (*to)[2]; /* [activity][no, yes]: position, TO_END or TO_NOWHERE */
};

static int position_of(const struct plan_procedure *p, uint32_t n)
{
	for (size_t i = 0; i < p->activity_count; i++) {
		if (p->activities[i].n == n)
			return (int)i;
	}
	return TO_NOWHERE;
}

static int leads_to(const struct plan_procedure *p, size_t i, bool yes)
{
	const struct plan_activity *a = &p->activities[i];
	uint32_t n = yes ? a->if_yes : a->if_no;

	if (a->end == END_ALWAYS || a->end == (yes ? END_YES : END_NO))
		return TO_END;
	if (n != 0)
		return position_of(p, n);
	return i + 1 < p->activity_count ? (int)i + 1 : TO_END;
}

/* Marks what can be reached from `from`, itself included. */
static void reach(const struct graph *g, int from, bool *is_reached, int *stack)
{
	size_t n = 0;

	if (from < 0 || is_reached[from])
		return;
	is_reached[from] = true;
	stack[n++] = from;
	while (n > 0) {
		int at = stack[--n];

		for (int yes = 0; yes < 2; yes++) {
			int next = g->to[at][yes];

			if (next < 0 || is_reached[next])
				continue;
			is_reached[next] = true;
			stack[n++] = next;
		}
	}
}

struct walk {
	struct audit *a;
	uint32_t procedure;
	struct graph g;
	struct arena *arena;
	int *stack;
};
static struct audit_at at_activity(const struct walk *w, size_t i)
{
	return AT_PAIR(PROCEDURE, w->procedure, (uint32_t)i);
}

static bool *reached_from(struct walk *w, int from)
{
	bool *out = arena_calloc(w->arena, w->g.p->activity_count, sizeof(*out));

	reach(&w->g, from, out, w->stack);
	return out;
}

static void audit_numbers(struct walk *w)
{
	const struct plan_procedure *p = w->g.p;

	for (size_t i = 0; i < p->activity_count; i++) {
		uint32_t n = p->activities[i].n;

		if (position_of(p, n) != (int)i)
			audit_tell(w->a, AUDIT_NUMBER_TWICE, at_activity(w, i),
				   "activities %d and %zu of the procedure both have the number %u",
				   position_of(p, n) + 1, i + 1, n);
		else if (n > 1 && position_of(p, n - 1) == TO_NOWHERE)
			audit_tell(w->a, AUDIT_NUMBER_MISSING, at_activity(w, i),
				   "no activity has the number %u, before %u", n - 1, n);
		if (p->activities[i].by[0] == '\0')
			audit_tell(w->a, AUDIT_NO_ACTOR, at_activity(w, i),
				   "'%s' is done by nobody in particular", p->activities[i].what);
	}
}

static bool is_same(const char *by, const char *name)
{
	return strcasecmp(by, name) == 0;
}

/* Somebody of whom the plan says who it is. */
static bool is_known(const struct plan *p, const char *by)
{
	const struct plan_annexes *x = p->annexes;
	bool known = plan_find_actor(p, slice_of(by)) != PLAN_NONE;

	for (uint32_t i = 0; !known && i < p->person_count; i++)
		known = is_same(by, p->people[i].id) || is_same(by, p->people[i].post);
	for (uint32_t i = 0; !known && i < p->service_count; i++)
		known = is_same(by, p->services[i].area);
	for (uint32_t i = 0; !known && i < p->post_count; i++)
		known = is_same(by, p->posts[i].id) || is_same(by, p->posts[i].name);
	for (uint32_t i = 0; !known && i < x->group_count; i++)
		known = is_same(by, x->groups[i].id) || is_same(by, x->groups[i].name);
	for (uint32_t i = 0; !known && i < x->supplier_count; i++)
		known = is_same(by, x->suppliers[i].id) || is_same(by, x->suppliers[i].name);
	return known;
}

static const char *nearest_seat(const struct plan *p, const char *by)
{
	size_t best = 4;
	const char *near = NULL;

	for (uint32_t i = 0; i < p->seat_count; i++) {
		const char *names[] = {p->seats[i].id, p->seats[i].name};

		for (size_t k = 0; k < COUNT_OF(names); k++) {
			size_t d = param_distance(slice_of(by), slice_of(names[k]));

			if (d < best && d * 2 <= strlen(by)) {
				best = d;
				near = names[k];
			}
		}
	}
	return near;
}

/* Each name once, where it stands first. */
static void audit_actors(struct walk *w)
{
	const struct plan_procedure *p = w->g.p;

	for (size_t i = 0; i < p->activity_count; i++) {
		const char *by = p->activities[i].by, *near;
		size_t more = 0, before = 0;

		for (size_t k = 0; k < p->activity_count; k++) {
			if (is_same(by, p->activities[k].by)) {
				before += k < i;
				more += k > i;
			}
		}
		if (by[0] == '\0' || before > 0 || is_known(w->a->p, by))
			continue;
		near = nearest_seat(w->a->p, by);
		audit_tell(w->a, AUDIT_UNKNOWN_ACTOR, at_activity(w, i),
			   "nothing else in the plan says who '%s' is%s%s%s%s", by,
			   near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
			   near != NULL ? "'?" : "",
			   more > 0 ? arena_printf(w->arena, " (%zu more of its activities)", more)
				    : "");
	}
}

static void audit_branches(struct walk *w)
{
	const struct plan_procedure *p = w->g.p;
	bool *is_reached = reached_from(w, 0);

	for (size_t i = 0; i < p->activity_count; i++) {
		const struct plan_activity *x = &p->activities[i];

		for (int yes = 0; yes < 2; yes++) {
			if (w->g.to[i][yes] == TO_NOWHERE)
				audit_tell(w->a, AUDIT_DANGLING_BRANCH, at_activity(w, i),
					   "%s leads to activity %u, which the procedure of %zu "
					   "activities does not have",
					   yes ? "yes" : "no", yes ? x->if_yes : x->if_no,
					   p->activity_count);
		}
		if (!is_reached[i])
			audit_tell(w->a, AUDIT_UNREACHED_ACTIVITY, at_activity(w, i),
				   "no answer leads to activity %u", x->n);
	}
}

static bool has_end(const struct walk *w, const bool *is_reached)
{
	for (size_t i = 0; i < w->g.p->activity_count; i++) {
		if (is_reached[i] && (w->g.to[i][0] < 0 || w->g.to[i][1] < 0))
			return true;
	}
	return false;
}

/* Told at the first activity of the circle; what leads into it has the same fault. */
static void audit_ends(struct walk *w)
{
	for (size_t i = 0; i < w->g.p->activity_count; i++) {
		if (has_end(w, reached_from(w, (int)i)))
			continue;
		audit_tell(w->a, AUDIT_ENDLESS_LOOP, at_activity(w, i),
			   "from activity %u no answer leads to an end", w->g.p->activities[i].n);
		return;
	}
}

static void audit_resume(struct walk *w)
{
	const struct plan_procedure *p = w->g.p;

	for (size_t i = 0; i < p->activity_count; i++) {
		bool *is_reached, resumes = false;

		if (p->activities[i].effect != EFFECT_SUSPEND)
			continue;
		is_reached = reached_from(w, w->g.to[i][1]);
		for (size_t k = 0; k < p->activity_count; k++)
			resumes = resumes ||
				  (is_reached[k] && p->activities[k].effect == EFFECT_RESUME);
		if (!resumes)
			audit_tell(w->a, AUDIT_NO_WAY_TO_RESUME, at_activity(w, i),
				   "a yes suspends the exercise%s, and no activity behind it "
				   "resumes it",
				   w->g.to[i][1] == TO_END ? " and ends the procedure" : "");
	}
}

/* "b) Robo" -> 2, "3. Sismo" -> 3; 0: no letter and no number. */
static unsigned order_of(const char *heading)
{
	unsigned n = 0;

	if (isalpha((unsigned char)heading[0]) && strchr(").", heading[1]) != NULL &&
	    heading[1] != '\0')
		return (unsigned)(tolower((unsigned char)heading[0]) - 'a') + 1;
	for (const char *c = heading; isdigit((unsigned char)*c) && n < 1000; c++)
		n = n * 10 + (unsigned)(*c - '0');
	return n;
}

static void audit_headings(struct walk *w)
{
	const struct plan_procedure *p = w->g.p;
	const char *before = "";
	unsigned last = 0;

	for (size_t i = 0; i < p->activity_count; i++) {
		const char *heading = p->activities[i].heading;

		if (order_of(heading) == 0)
			continue;
		if (order_of(heading) != last + 1)
			audit_tell(w->a, AUDIT_HEADINGS_ORDER, at_activity(w, i),
				   "heading '%s' follows %s%s%s", heading,
				   before[0] != '\0' ? "'" : "",
				   before[0] != '\0' ? before : "nothing",
				   before[0] != '\0' ? "'" : "");
		last = order_of(heading);
		before = heading;
	}
}

static void audit_header(struct walk *w)
{
	const struct plan_procedure *p = w->g.p;
	const struct plan_document *d =
		p->document != PLAN_NONE ? &w->a->p->annexes->documents[p->document] : NULL;

	if (d != NULL && p->header[0] != '\0' && strcmp(p->header, d->name) != 0)
		audit_tell(w->a, AUDIT_FOREIGN_HEADER, AT(PROCEDURE, w->procedure),
			   "its pages are headed '%s'; it stands in '%s'", p->header, d->name);
}

static void audit_procedure(struct audit *a, uint32_t i)
{
	const struct plan_procedure *p = &a->p->procedures[i];
	struct walk w = {.a = a, .procedure = i, .g = {.p = p}, .arena = arena_new()};

	w.g.to = arena_calloc(w.arena, p->activity_count, sizeof(*w.g.to));
	w.stack = arena_calloc(w.arena, p->activity_count, sizeof(*w.stack));
	for (size_t k = 0; k < p->activity_count; k++) {
		w.g.to[k][0] = leads_to(p, k, false);
		w.g.to[k][1] = leads_to(p, k, true);
	}
	audit_header(&w);
	if (p->activity_count > 0) {
		audit_numbers(&w);
		audit_actors(&w);
		audit_branches(&w);
		audit_ends(&w);
		audit_resume(&w);
		audit_headings(&w);
	}
	arena_free(w.arena);
}

void audit_procedures(struct audit *a)
{
	for (uint32_t i = 0; i < a->p->procedure_count; i++)
		audit_procedure(a, i);
}
