/* Variables, and the ${...} that stand for them. */
#include <string.h>

#include "base/parse.h"
#include "plan/plan_expand.h"

/* Defaults that are doubted: for each, the variables of all sites are searched. */
enum { DOUBTS_MAX = 1000 };

static const char known_words[] = "known are ${site.id}, ${site.name}, ${site.kind}, "
				  "${site.vars.NAME}, ${vars.NAME}, ${secret:NAME}";

const struct yaml_node *plan_vars_find(const struct plan_vars *vars, struct slice name)
{
	for (uint32_t i = 0; i < vars->count; i++) {
		if (slice_eq(vars->nodes[i]->key->text, name))
			return vars->nodes[i];
	}
	return NULL;
}

static void read_var(struct plan_expander *x, const struct yaml_node *v, struct plan_vars *ret)
{
	const struct yaml_node *twin;

	if (!parse_is_id(v->key->text, "")) {
		PLAN_ERROR(x->l, v->key, "syntax",
			   "'%.80s' is no name of a variable (a-z 0-9 - _ . at most 63)",
			   v->key->text.p);
		return;
	}
	if (v->kind != YAML_SCALAR) {
		PLAN_ERROR(x->l, v, "not-a-value", "%s: a single value was expected",
			   v->key->text.p);
		return;
	}
	if (!v->quoted && (v->text.n == 0 || slice_is(v->text, "null") || slice_is(v->text, "~"))) {
		PLAN_ERROR(x->l, v, "no-value",
			   "%s: nothing stands here; write a value or leave the key out",
			   v->key->text.p);
		return;
	}
	twin = plan_vars_find(ret, v->key->text);
	if (twin != NULL)
		PLAN_ERROR(x->l, v->key, "duplicate-id",
			   "the variable '%s' stands already in %s:%u", v->key->text.p, twin->file,
			   twin->line);
	else if (ret->count == PLAN_VARS_MAX)
		PLAN_ERROR(x->l, v->key, "too-large", "more than %d variables", PLAN_VARS_MAX);
	else
		ret->nodes[ret->count++] = v;
}

void plan_vars_read(struct plan_expander *x, const struct yaml_node *map, struct plan_vars *ret)
{
	size_t room = plan_items_length(map) + ret->count;
	const struct yaml_node **nodes = arena_calloc(x->l->scratch, room, sizeof(*nodes));

	if (map->kind != YAML_MAP) {
		PLAN_ERROR(x->l, map, "not-a-map", "vars: a map of names and values was expected");
		return;
	}
	if (ret->count > 0)
		memcpy(nodes, ret->nodes, ret->count * sizeof(*nodes));
	ret->nodes = nodes;
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next)
		read_var(x, v, ret);
}

/* A variable that is filled in from others could go in a circle: values are what they say. */
static void refuse_nested(struct plan_expander *x, const struct yaml_node *map)
{
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next) {
		if (v->kind == YAML_SCALAR && strstr(v->text.p, "${") != NULL)
			PLAN_ERROR(x->l, v, "placeholder",
				   "%s: nothing is filled in here; write the value out",
				   v->key->text.p);
	}
}

void plan_vars_collect(struct plan_expander *x)
{
	for (size_t r = 0; r < x->l->root_count; r++) {
		const struct yaml_node *map = yaml_map_get(x->l->roots[r], "vars");

		if (map == NULL)
			continue;
		plan_vars_read(x, map, &x->vars);
		if (map->kind == YAML_MAP)
			refuse_nested(x, map);
	}
}

/* --- filling in ---------------------------------------------------------------------------------- */

/* One ${NAME|DEFAULT} in the making. */
struct filling {
	struct plan_expander *x;
	struct yaml_node *node;
	const struct plan_place *place;
	struct buf out;
	bool failed;
};

static void consider(struct slice name, const struct plan_vars *vars, const char **best,
		     size_t *distance)
{
	for (uint32_t i = 0; i < vars->count; i++) {
		size_t d = param_distance(name, vars->nodes[i]->key->text);

		if (d > 0 && d < *distance && d * 2 <= name.n) {
			*distance = d;
			*best = vars->nodes[i]->key->text.p;
		}
	}
}

static bool has_anywhere(const struct plan_expander *x, struct slice name)
{
	for (uint32_t i = 0; i < x->place_count; i++) {
		if (plan_vars_find(&x->places[i].vars, name) != NULL)
			return true;
	}
	return false;
}

static void no_variable(struct filling *g, const struct plan_vars *vars, const char *owner,
			const char *scope, struct slice name)
{
	const char *near = NULL;
	size_t distance = 4;
	int n = (int)(name.n < 80 ? name.n : 80);

	/* Where other sites have it the name is right: one complaint for all that lack it. */
	if (plan_is_patient(g->x->l) && (vars == &g->x->vars || !has_anywhere(g->x, name)))
		consider(name, vars, &near, &distance);
	if (near != NULL)
		PLAN_ERROR(g->x->l, g->node, "unknown-variable",
			   "the %s has no variable '%.*s'; did you mean '%s'?", owner, n, name.p,
			   near);
	else
		PLAN_ERROR(g->x->l, g->node, "unknown-variable",
			   "the %s has no variable '%.*s'; give it one, or write a default: "
			   "${%s%.*s|...}",
			   owner, n, name.p, scope, n, name.p);
}

/* A default hides a slip of the hand: told when no site has the variable but one has a near one. */
static void doubt_default(struct filling *g, struct slice name)
{
	const char *near = NULL;
	size_t distance = 3;

	if (++g->x->doubts > DOUBTS_MAX)
		return;
	consider(name, &g->place->vars, &near, &distance);
	if (near != NULL && !has_anywhere(g->x, name))
		findings_add(g->x->l->findings, FINDING_WARNING, g->node, "unknown-variable",
			     "no site has a variable '%.*s', its default always stands; did you "
			     "mean '%s'?",
			     (int)(name.n < 80 ? name.n : 80), name.p, near);
}

static bool begins(struct slice s, const char *with)
{
	return s.n >= strlen(with) && memcmp(s.p, with, strlen(with)) == 0;
}

static struct slice behind(struct slice s, const char *prefix)
{
	return (struct slice){s.p + strlen(prefix), s.n - strlen(prefix)};
}

static const struct plan_given *find_given(const struct filling *g, struct slice name)
{
	const struct plan_profile_scope *scope = g->x->scope;

	for (size_t i = 0; scope != NULL && i < scope->count; i++) {
		if (slice_is(name, scope->given[i].name))
			return &scope->given[i];
	}
	return NULL;
}

/* The value of a name; "" if there is none. An empty value is none: a cell that nobody filled. */
static struct slice value_of(const struct filling *g, struct slice name, bool *ret_known)
{
	const struct yaml_node *v = NULL;
	const struct plan_given *given = find_given(g, name);

	*ret_known = true;
	if (given != NULL)
		return slice_of(given->text);
	if (begins(name, "vars."))
		v = plan_vars_find(&g->x->vars, behind(name, "vars."));
	else if (g->place != NULL && slice_is(name, "site.id"))
		return slice_of(g->place->id);
	else if (g->place != NULL && slice_is(name, "site.name"))
		return slice_of(g->place->name);
	else if (g->place != NULL && slice_is(name, "site.kind"))
		return slice_of(g->place->kind);
	else if (g->place != NULL && begins(name, "site.vars."))
		v = plan_vars_find(&g->place->vars, behind(name, "site.vars."));
	else
		*ret_known = false;
	return v != NULL ? v->text : SLICE_LIT("");
}

static void no_value(struct filling *g, struct slice name)
{
	g->failed = true;
	if (begins(name, "vars."))
		no_variable(g, &g->x->vars, "plan", "vars.", behind(name, "vars."));
	else if (begins(name, "site.vars."))
		no_variable(g, &g->place->vars, "site", "site.vars.", behind(name, "site.vars."));
	else if (find_given(g, name) != NULL)
		PLAN_ERROR(g->x->l, g->node, "unknown-variable",
			   "'%.*s' has no value here; give it one, or write in the profile what "
			   "stands instead: ${%.*s|...}",
			   (int)name.n, name.p, (int)name.n, name.p);
	else
		PLAN_ERROR(
			g->x->l, g->node, "unknown-variable",
			"the site has no kind; give it one, or write a default: ${site.kind|...}");
}

/* Within a profile: what it knows is told, with the nearest. */
static void unknown_given(struct filling *g, struct slice name)
{
	const struct plan_profile_scope *scope = g->x->scope;
	struct buf known CLEANUP(buf_release);
	const char *near = NULL;
	size_t distance = 4;

	buf_init(&known, 4096);
	for (size_t i = 0; i < scope->count; i++) {
		size_t d = param_distance(name, slice_of(scope->given[i].name));

		buf_printf(&known, "%s${%s}", i > 0 ? ", " : "", scope->given[i].name);
		if (d < distance && d * 2 <= name.n) {
			distance = d;
			near = scope->given[i].name;
		}
	}
	PLAN_ERROR(g->x->l, g->node, "placeholder", "there is no ${%.*s}; %s%s%s %s",
		   (int)(name.n < 80 ? name.n : 80), name.p, near != NULL ? "did you mean ${" : "",
		   near != NULL ? near : "", near != NULL ? "}? Known here are" : "known here are",
		   buf_cstr(&known));
}

static void unknown_word(struct filling *g, struct slice name)
{
	int n = (int)(name.n < 80 ? name.n : 80);

	g->failed = true;
	if (g->x->scope != NULL) {
		unknown_given(g, name);
		return;
	}
	if (begins(name, "site.") && g->place == NULL)
		PLAN_ERROR(g->x->l, g->node, "placeholder",
			   "${%.*s} stands for a site: only within 'templates' and 'each_site'", n,
			   name.p);
	else
		PLAN_ERROR(g->x->l, g->node, "placeholder", "there is no ${%.*s}; %s", n, name.p,
			   known_words);
}

/* What stands between ${ and }. */
static void fill_one(struct filling *g, struct slice inner)
{
	const char *bar = inner.n > 0 ? memchr(inner.p, '|', inner.n) : NULL;
	struct slice name = {inner.p, bar != NULL ? (size_t)(bar - inner.p) : inner.n}, value;
	bool known;

	if (memchr(inner.p, '$', inner.n) != NULL || memchr(inner.p, '{', inner.n) != NULL) {
		PLAN_ERROR(g->x->l, g->node, "placeholder",
			   "a ${...} holds neither another one nor a '$' or '{'");
		g->failed = true;
		return;
	}
	/* Found on the machine that needs it; of a message, when it is sent (plan_channels.c). */
	if (begins(inner, "secret:") || begins(inner, "message.") || slice_is(inner, "message")) {
		buf_puts(&g->out, "${");
		buf_put(&g->out, inner.p, inner.n);
		buf_putc(&g->out, '}');
		return;
	}
	value = value_of(g, name, &known);
	if (!known) {
		unknown_word(g, name);
	} else if (value.n > 0) {
		buf_put(&g->out, value.p, value.n);
	} else if (bar != NULL) {
		if (begins(name, "site.vars."))
			doubt_default(g, behind(name, "site.vars."));
		buf_put(&g->out, bar + 1, inner.n - name.n - 1);
	} else {
		no_value(g, name);
	}
}

/* Takes what begins with the '$' at p; returns where it ends. */
static const char *fill_dollar(struct filling *g, const char *p, const char *end)
{
	struct slice rest = {p, (size_t)(end - p)};
	const char *close;

	if (begins(rest, "$${")) {
		if (begins(rest, "$${secret:")) {
			PLAN_ERROR(g->x->l, g->node, "placeholder",
				   "'${secret:' cannot be written as mere text");
			g->failed = true;
		}
		buf_puts(&g->out, "${");
		return p + 3;
	}
	if (!begins(rest, "${")) {
		buf_putc(&g->out, '$');
		return p + 1;
	}
	close = memchr(p, '}', rest.n);
	if (close == NULL) {
		PLAN_ERROR(g->x->l, g->node, "placeholder",
			   "'${' is never closed by '}'; for the text itself write '$${'");
		g->failed = true;
		return end;
	}
	fill_one(g, (struct slice){p + 2, (size_t)(close - p - 2)});
	return close + 1;
}

static void keep(struct filling *g)
{
	struct slice text = buf_slice(&g->out);

	g->x->made_bytes += text.n;
	if (g->failed) {
		g->node->is_told = true;
	} else if (!buf_is_ok(&g->out)) {
		PLAN_ERROR(g->x->l, g->node, "too-large",
			   "filled in, the text is larger than %d KiB", PLAN_TEXT_MAX >> 10);
		g->node->is_told = true;
	} else if (g->x->made_bytes > PLAN_MADE_BYTES_MAX) {
		plan_expand_is_full(g->x, g->node);
	} else {
		g->node->text =
			(struct slice){arena_strndup(g->x->l->scratch, text.p, text.n), text.n};
		g->node->quoted = true; /* what came in is text, not a word of YAML */
	}
}

void plan_vars_fill(struct plan_expander *x, struct yaml_node *scalar,
		    const struct plan_place *place)
{
	struct filling g = {.x = x, .node = scalar, .place = place};
	const char *p = scalar->text.p, *end = p + scalar->text.n, *dollar;

	if (x->is_full || strstr(p, "${") == NULL)
		return;
	buf_init(&g.out, PLAN_TEXT_MAX);
	while (p < end && (dollar = memchr(p, '$', (size_t)(end - p))) != NULL) {
		buf_put(&g.out, p, (size_t)(dollar - p));
		p = fill_dollar(&g, dollar, end);
	}
	buf_put(&g.out, p, (size_t)(end - p));
	keep(&g);
	buf_release(&g.out);
}
