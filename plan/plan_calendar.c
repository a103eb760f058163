/* The calendar: jornadas (real day, drill, functional test) and maintenance windows. Times are of Mexico City, with their day. */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/timefmt.h"
#include "plan/plan_loader.h"

#define WINDOW_MAX_US (7 * INT64_C(86400) * US_PER_S)

const char *const plan_jornada_words[] = {"real", "drill", "functional-test", NULL};
const char *const plan_scope_words[] = {"check", "component", "site", "service", NULL};

struct jornada_row {
	struct plan_jornada out;
	int kind;
	int64_t n;
	const char *from, *until, *first_cut, *last_cut;
};
const struct param plan_jornada_params[] = {
	PARAM_ID(struct jornada_row, out.id, "id", NULL, PARAM_REQUIRED, "id of the day"),
	PARAM_STR(struct jornada_row, out.name, "name", "", 0, "name for people (default: the id)"),
	PARAM_ENUM(struct jornada_row, kind, "kind", NULL, plan_jornada_words, PARAM_REQUIRED,
		   "what incidents that open in it are"),
	PARAM_INT(struct jornada_row, n, "n", "0", 0, 99, 0, "number of the drill"),
	PARAM_STR(struct jornada_row, from, "from", NULL, PARAM_REQUIRED, "2026-06-07T07:00"),
	PARAM_STR(struct jornada_row, until, "until", NULL, PARAM_REQUIRED,
		  "its end (not in it any more)"),
	PARAM_STR(struct jornada_row, first_cut, "first_cut", "", 0, "first publication cut"),
	PARAM_STR(struct jornada_row, last_cut, "last_cut", "", 0, "last publication cut"),
	PARAM_STR(struct jornada_row, out.stamp, "stamp", "", 0,
		  "stands on every message (default: REAL, SIMULACRO n, SIMULACRO · PRUEBA "
		  "FUNCIONAL)"),
	PARAM_END,
};
struct freeze_row {
	const char *from, *until;
};
const struct param plan_freeze_params[] = {
	PARAM_STR(struct freeze_row, from, "from", NULL, PARAM_REQUIRED, "2026-06-06T00:00"),
	PARAM_STR(struct freeze_row, until, "until", NULL, PARAM_REQUIRED, "its end"),
	PARAM_END,
};
struct window_row {
	struct plan_window out;
	const char *from, *until;
};
const struct param plan_window_params[] = {
	PARAM_ID(struct window_row, out.id, "id", NULL, PARAM_REQUIRED, "id of the window"),
	PARAM_STR(struct window_row, out.reason, "reason", NULL, PARAM_REQUIRED,
		  "what is done in it"),
	PARAM_STR(struct window_row, from, "from", NULL, PARAM_REQUIRED, "2026-06-01T22:00"),
	PARAM_STR(struct window_row, until, "until", NULL, PARAM_REQUIRED,
		  "its end; 7 days later at most"),
	PARAM_END,
};

/* 0 and a complaint if it is no moment with its day; 0 alone for an empty text. */
static int64_t read_moment(struct plan_loader *l, const struct yaml_node *map, const char *key,
			   const char *text)
{
	const struct yaml_node *node = yaml_map_get(map, key);
	struct slice s = slice_of(text != NULL ? text : "");
	struct wall_time t = {0};

	if (s.n == 0)
		return 0;
	if (s.n >= 16 && timefmt_parse_local(s, t, true, &t) == ERR_OK && t.us > 0)
		return t.us;
	PLAN_ERROR(l, node != NULL ? node : map, "syntax",
		   "%s: '%s' is no day and time of Mexico City (write 2026-06-07T08:00)", key,
		   text);
	return 0;
}

/* True if both are known and the end comes after the beginning. */
static bool is_span(struct plan_loader *l, const struct yaml_node *map, int64_t from, int64_t until)
{
	const struct yaml_node *node = yaml_map_get(map, "until");

	if (from == 0 || until == 0)
		return false;
	if (until > from)
		return true;
	PLAN_ERROR(l, node != NULL ? node : map, "conflict", "until: it ends before it begins");
	return false;
}

/* --- jornadas ------------------------------------------------------------------------------------- */

static void read_freeze(struct plan_loader *l, const struct yaml_node *node,
			struct plan_jornada *ret)
{
	struct freeze_row row = {0};

	ret->freeze_from_us = ret->from_us;
	ret->freeze_until_us = ret->until_us;
	if (node == NULL)
		return;
	if (node->kind != YAML_MAP) {
		PLAN_ERROR(l, node, "not-a-map", "freeze: write {from: ..., until: ...}");
		return;
	}
	if (!yaml_fill(node, plan_freeze_params, NULL, &row, l->arena, l->findings))
		return;
	ret->freeze_from_us = read_moment(l, node, "from", row.from);
	ret->freeze_until_us = read_moment(l, node, "until", row.until);
	if (is_span(l, node, ret->freeze_from_us, ret->freeze_until_us) &&
	    (ret->freeze_from_us > ret->from_us || ret->freeze_until_us < ret->until_us))
		PLAN_ERROR(l, node, "conflict",
			   "freeze: it must hold the hours of the jornada itself");
}

/* Every message says REAL or SIMULACRO, and nothing else may look like the other. */
static void read_stamp(struct plan_loader *l, const struct yaml_node *node,
		       struct plan_jornada *ret)
{
	const char *right = ret->kind == JORNADA_REAL ? "REAL" : "SIMULACRO";
	const char *wrong = ret->kind == JORNADA_REAL ? "SIMULACRO" : "REAL";

	if (ret->stamp == NULL || ret->stamp[0] == '\0') {
		ret->stamp = ret->kind == JORNADA_REAL              ? "REAL"
			     : ret->kind == JORNADA_FUNCTIONAL_TEST ? "SIMULACRO · PRUEBA FUNCIONAL"
			     : ret->n > 0 ? arena_printf(l->arena, "SIMULACRO %u", ret->n)
					  : "SIMULACRO";
		return;
	}
	if (strstr(ret->stamp, right) == NULL || strstr(ret->stamp, wrong) != NULL)
		PLAN_ERROR(l, yaml_map_get(node, "stamp"), "conflict",
			   "stamp: it must hold the word %s, and not %s", right, wrong);
	else if (strlen(ret->stamp) > PLAN_STAMP_MAX)
		PLAN_ERROR(l, yaml_map_get(node, "stamp"), "too-large",
			   "stamp: longer than %d bytes", PLAN_STAMP_MAX);
}

static void check_cuts(struct plan_loader *l, const struct yaml_node *node,
		       const struct plan_jornada *d)
{
	if (d->first_cut_us != 0 && d->last_cut_us != 0 && d->last_cut_us < d->first_cut_us)
		PLAN_ERROR(l, yaml_map_get(node, "last_cut"), "conflict",
			   "last_cut: it comes before the first cut");
	if (d->first_cut_us != 0 && d->first_cut_us < d->from_us)
		PLAN_ERROR(l, yaml_map_get(node, "first_cut"), "conflict",
			   "first_cut: it comes before the jornada begins");
}

static void read_jornada(struct plan_loader *l, const struct yaml_node *node,
			 struct plan_jornada *ret)
{
	static const char *const others[] = {"freeze", NULL};
	struct jornada_row row = {0};

	yaml_fill(node, plan_jornada_params, others, &row, l->arena, l->findings);
	*ret = row.out;
	ret->id = ret->id != NULL ? ret->id : "";
	if (ret->name == NULL || ret->name[0] == '\0')
		ret->name = ret->id;
	ret->kind = (enum plan_jornada_kind)row.kind;
	ret->n = (uint32_t)row.n;
	if (ret->n > 0 && ret->kind != JORNADA_DRILL)
		PLAN_ERROR(l, yaml_map_get(node, "n"), "conflict",
			   "n: only a drill has a number; take it out");
	ret->from_us = read_moment(l, node, "from", row.from);
	ret->until_us = read_moment(l, node, "until", row.until);
	ret->first_cut_us = read_moment(l, node, "first_cut", row.first_cut);
	ret->last_cut_us = read_moment(l, node, "last_cut", row.last_cut);
	if (!is_span(l, node, ret->from_us, ret->until_us))
		ret->from_us = ret->until_us = 0;
	read_freeze(l, yaml_map_get(node, "freeze"), ret);
	if (ret->from_us != 0)
		check_cuts(l, node, ret);
	read_stamp(l, node, ret);
}

static int by_time(const void *a, const void *b)
{
	const struct plan_jornada *x = a, *y = b;

	return x->from_us < y->from_us ? -1 : x->from_us > y->from_us;
}

static void check_overlaps(struct plan_loader *l, const struct plan_jornada *d, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		const struct yaml_node *node;
		uint32_t at = 0;

		if (d[i].from_us == 0 || d[i - 1].until_us <= d[i].from_us)
			continue;
		while (at + 1 < l->jornadas.count && strcmp(l->jornadas.ids[at], d[i].id) != 0)
			at++;
		node = l->jornadas.nodes[at];
		PLAN_ERROR(l, node, "conflict",
			   "the jornada '%s' begins before '%s' has ended; one at a time", d[i].id,
			   d[i - 1].id);
	}
}

static void read_jornadas(struct plan_loader *l)
{
	struct plan_jornada *out = arena_calloc(l->arena, l->jornadas.count, sizeof(*out));

	l->plan->jornadas = out;
	for (uint32_t i = 0; i < l->jornadas.count; i++)
		read_jornada(l, l->jornadas.nodes[i], &out[i]);
	l->plan->jornada_count = l->jornadas.count;
	if (l->jornadas.count > 1)
		qsort(out, l->jornadas.count, sizeof(*out), by_time);
	check_overlaps(l, out, l->jornadas.count);
}

/* --- windows -------------------------------------------------------------------------------------- */

static uint32_t find_check(struct plan_loader *l, const struct yaml_node *node)
{
	if (node->kind == YAML_SCALAR) {
		for (uint32_t i = 0; i < l->plan->check_count; i++) {
			if (l->plan->checks[i].id != NULL &&
			    slice_is(node->text, l->plan->checks[i].id))
				return i;
		}
	}
	PLAN_ERROR(l, node, "dangling-id", "there is no check '%s' (write COMPONENT:CHECK)",
		   node->kind == YAML_SCALAR ? node->text.p : "...");
	return PLAN_NONE;
}

static void read_scope(struct plan_loader *l, const struct yaml_node *map, struct plan_scope *ret)
{
	unsigned given = 0;

	ret->index = PLAN_NONE;
	for (int k = 0; plan_scope_words[k] != NULL; k++) {
		const struct yaml_node *node = yaml_map_get(map, plan_scope_words[k]);
		const struct plan_items *items = k == SCOPE_COMPONENT ? &l->components
						 : k == SCOPE_SITE    ? &l->sites
								      : &l->services;

		if (node == NULL)
			continue;
		given++;
		ret->kind = (enum plan_scope_kind)k;
		ret->index =
			k == SCOPE_CHECK ? find_check(l, node) : plan_items_resolve(l, items, node);
	}
	if (given != 1)
		PLAN_ERROR(l, map, given == 0 ? "missing-key" : "conflict",
			   "a window is about one of check, component, site, service");
}

static bool is_coordinator(const struct plan *p, uint32_t person)
{
	for (uint32_t i = 0; i < p->seat_count; i++) {
		if (p->seats[i].level == 2 &&
		    (p->seats[i].titular == person || p->seats[i].suplente == person))
			return true;
	}
	return false;
}

/* Over a freeze it needs the signature of level 2, and not of its owner. */
static void check_signature(struct plan_loader *l, const struct yaml_node *map,
			    const struct plan_window *w)
{
	const struct yaml_node *node = yaml_map_get(map, "signed_by");
	uint32_t jornada = plan_freeze_over(l->plan, w->from_us, w->until_us);

	if (jornada != PLAN_NONE && node == NULL)
		PLAN_ERROR(l, map, "freeze",
			   "the window meets the freeze of '%s'; move it, or have a person of "
			   "level 2 sign it (signed_by)",
			   l->plan->jornadas[jornada].id);
	if (w->signed_by == PLAN_NONE)
		return;
	if (!is_coordinator(l->plan, w->signed_by))
		PLAN_ERROR(l, node, "conflict", "signed_by: '%s' holds no seat of level 2",
			   node->text.p);
	else if (w->signed_by == w->owner)
		PLAN_ERROR(l, node, "conflict", "signed_by: nobody signs a window of their own");
}

static void read_window(struct plan_loader *l, const struct yaml_node *node,
			struct plan_window *ret)
{
	static const char *const others[] = {"check", "component", "site", "service",
					     "owner", "signed_by", NULL};
	const struct yaml_node *owner = yaml_map_get(node, "owner");
	struct window_row row = {0};

	yaml_fill(node, plan_window_params, others, &row, l->arena, l->findings);
	*ret = row.out;
	ret->id = ret->id != NULL ? ret->id : "";
	ret->from_us = read_moment(l, node, "from", row.from);
	ret->until_us = read_moment(l, node, "until", row.until);
	if (owner == NULL)
		PLAN_ERROR(l, node, "missing-key", "'owner' is missing: the person who answers");
	ret->owner = plan_items_resolve(l, &l->people, owner);
	ret->signed_by = plan_items_resolve(l, &l->people, yaml_map_get(node, "signed_by"));
	read_scope(l, node, &ret->scope);
	if (!is_span(l, node, ret->from_us, ret->until_us))
		return;
	if (ret->until_us - ret->from_us > WINDOW_MAX_US)
		PLAN_ERROR(l, yaml_map_get(node, "until"), "too-large",
			   "until: a window lasts 7 days at most");
	check_signature(l, node, ret);
}

void plan_read_calendar(struct plan_loader *l)
{
	struct plan_window *out;

	read_jornadas(l);
	out = arena_calloc(l->arena, l->windows.count, sizeof(*out));
	l->plan->windows = out;
	for (uint32_t i = 0; i < l->windows.count; i++)
		read_window(l, l->windows.nodes[i], &out[i]);
	l->plan->window_count = l->windows.count;
}
