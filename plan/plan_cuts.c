/* Publication cuts (DESIGN 7) and the checks that tell how old the newest copy of a service's data is. */
#include <string.h>

#include "base/stamp.h"
#include "base/parse.h"
#include "plan/plan_loader.h"

#define HOUR_US (3600 * US_PER_S)
#define IMMEDIATE_US (60 * US_PER_S)
#define RPO_LIMIT_MAX_US (3650 * 24 * HOUR_US)

static const char *const by_words[] = {"time", "number", NULL};

struct cuts_row {
	struct plan_cuts out;
	const char *first, *last;
	int64_t at_least_per_hour, first_number, mirrors_at_least;
	int by;
};
const struct param plan_cuts_params[] = {
	PARAM_ID(struct cuts_row, out.id, "id", NULL, PARAM_REQUIRED, "id of the series"),
	PARAM_STR(struct cuts_row, out.name, "name", "", 0, "name for people (default: the id)"),
	PARAM_STR(struct cuts_row, first, "first", NULL, PARAM_REQUIRED,
		  "local time of the first cut, such as \"2024-05-12T12:00\""),
	PARAM_STR(struct cuts_row, last, "last", NULL, PARAM_REQUIRED,
		  "local time of the last one: first and a multiple of every"),
	PARAM_DURATION(struct cuts_row, out.every_us, "every", "20m", 10 * US_PER_S, 24 * HOUR_US,
		       0, "time between two cuts"),
	PARAM_DURATION(
		struct cuts_row, out.grace_us, "grace", "2m", US_PER_S, 12 * HOUR_US, 0,
		"so long after it is due a cut is on time on the main site; half of every at most"),
	PARAM_DURATION(struct cuts_row, out.mirror_grace_us, "mirror_grace", NULL, US_PER_S,
		       12 * HOUR_US, 0, "the same for mirrors (default: grace)"),
	PARAM_INT(struct cuts_row, at_least_per_hour, "at_least_per_hour", "3", 0, 360, 0,
		  "so many are published in each clock hour; 0 = no such rule"),
	PARAM_ENUM(struct cuts_row, by, "by", "time", by_words, 0,
		   "what the values tell: the moment of the cut in Unix seconds, or its number"),
	PARAM_INT(struct cuts_row, first_number, "first_number", "1", 0, 1000000, 0,
		  "by number: what the first cut is called"),
	PARAM_INT(struct cuts_row, mirrors_at_least, "mirrors_at_least", NULL, 0,
		  PLAN_CUT_SOURCES_MAX, 0,
		  "with fewer mirrors up to date the service is down (default: all of them)"),
	PARAM_END,
};
struct source_row {
	const char *name, *check, *value;
};
const struct param plan_cut_source_params[] = {
	PARAM_ID(struct source_row, name, "name", NULL, PARAM_REQUIRED,
		 "kind of data (data, images, database) or mirror; it stands in messages"),
	PARAM_STR(struct source_row, check, "check", NULL, PARAM_REQUIRED,
		  "check that tells the cut, such as prep/difusion:corte"),
	PARAM_STR(struct source_row, value, "value", "value", 0, "which value of that check"),
	PARAM_END,
};

/* The check of a whole id, "component:check"; PLAN_NONE after a complaint. */
static uint32_t resolve_check(struct plan_loader *l, const struct yaml_node *node, struct slice id)
{
	const char *colon = memchr(id.p, ':', id.n);
	const struct plan_component *c;
	uint32_t component;
	struct slice name;

	if (colon == NULL) {
		PLAN_ERROR(l, node, "syntax",
			   "'%.*s' is no id of a check (component:check, such as "
			   "prep/difusion:corte)",
			   (int)(id.n < 80 ? id.n : 80), id.p);
		return PLAN_NONE;
	}
	component = plan_items_resolve_text(l, &l->components, node,
					    (struct slice){id.p, (size_t)(colon - id.p)});
	if (component == PLAN_NONE)
		return PLAN_NONE;
	c = &l->plan->components[component];
	name = (struct slice){colon + 1, id.n - (size_t)(colon - id.p) - 1};
	for (uint32_t i = 0; i < c->check_count; i++) {
		const struct plan_check *check = &l->plan->checks[c->check_first + i];

		if (slice_is(name, check->name) && check->schema != NULL)
			return c->check_first + i;
	}
	PLAN_ERROR(l, node, "dangling-id", "component '%s' has no check '%.*s'", c->id,
		   (int)(name.n < 80 ? name.n : 80), name.p);
	return PLAN_NONE;
}

static uint32_t resolve_value(struct plan_loader *l, const struct yaml_node *node, uint32_t check,
			      struct slice name)
{
	const struct plan_check *c = &l->plan->checks[check];
	int at = schema_value_index(c->schema, name);
	struct buf all CLEANUP(buf_release) = {0};

	if (at >= 0 && plan_measures(c, (size_t)at))
		return (uint32_t)at;
	/* A journal may hold a plan that was taken before this was refused. */
	if (at >= 0 && (size_t)at < plan_measured_values(c) && l->is_expanded)
		return (uint32_t)at;
	buf_init(&all, 1024);
	if (at >= 0 && (size_t)at < plan_measured_values(c)) {
		const struct value_condition *k = c->schema->condition;

		PLAN_ERROR(l, node, "contradiction",
			   "check '%s' (%s) reads no '%s' while its %s is %s: give the check "
			   "another %s",
			   c->id, c->schema->type, k->value, k->key, k->unlike, k->key);
		return PLAN_NONE;
	}
	if (at >= 0) {
		for (const char *const *k = c->schema->extra_with; *k != NULL; k++)
			buf_printf(&all, "%s%s", k == c->schema->extra_with ? "" : ", ", *k);
		PLAN_ERROR(l, node, "missing-key",
			   "check '%s' (%s) reads no value '%.*s': give the check one of %s", c->id,
			   c->schema->type, (int)(name.n < 40 ? name.n : 40), name.p,
			   buf_cstr(&all));
		return PLAN_NONE;
	}
	for (size_t i = 0; i < plan_measured_values(c); i++) {
		if (plan_measures(c, i))
			buf_printf(&all, "%s%s", i > 0 ? ", " : "", c->schema->values[i].name);
	}
	PLAN_ERROR(l, node, "dangling-id", "check '%s' (%s) yields no value '%.*s'; it yields: %s",
		   c->id, c->schema->type, (int)(name.n < 40 ? name.n : 40), name.p,
		   buf_cstr(&all));
	return PLAN_NONE;
}

/* --- age of copies ------------------------------------------------------------------------------- */

/* How old a copy may be by the word of the plan; 0 = it does not say. */
static int64_t limit_of(const struct plan_service *s)
{
	return s->rpo == RPO_DURATION ? s->rpo_us : s->rpo == RPO_IMMEDIATE ? IMMEDIATE_US : 0;
}

static void read_limit(struct plan_loader *l, const struct yaml_node *node,
		       const struct yaml_node *limit, struct plan_service *s)
{
	s->rpo_limit_us = limit_of(s);
	if (limit != NULL && (limit->kind != YAML_SCALAR ||
			      parse_duration_us(limit->text, &s->rpo_limit_us) != ERR_OK ||
			      s->rpo_limit_us < US_PER_S || s->rpo_limit_us > RPO_LIMIT_MAX_US))
		PLAN_ERROR(l, limit, "syntax",
			   "rpo_limit: a duration from 1s was expected (write 4h): how old the "
			   "newest copy may be");
	else if (s->rpo == RPO_NOT_APPLICABLE)
		PLAN_ERROR(l, node, "contradiction",
			   "rpo_check: the RPO of this service is not applicable; give it one or "
			   "take the key out");
	else if (s->rpo_limit_us == 0)
		PLAN_ERROR(
			l, node, "missing-key",
			"rpo_check: '%s' says no age; add rpo_limit: 1d (how old the newest copy "
			"may be)",
			plan_rpo_words[s->rpo]);
}

void plan_read_rpo_check(struct plan_loader *l, const struct yaml_node *node,
			 struct plan_service *s)
{
	const struct yaml_node *check = yaml_map_get(node, "rpo_check"),
			       *value = yaml_map_get(node, "rpo_value"),
			       *limit = yaml_map_get(node, "rpo_limit");

	s->rpo_check = s->rpo_value = PLAN_NONE;
	if (check == NULL) {
		const struct yaml_node *alone = value != NULL ? value : limit;

		if (alone != NULL)
			PLAN_ERROR(l, alone->key, "missing-key",
				   "'%s' belongs to an rpo_check, which is missing",
				   alone->key->text.p);
		return;
	}
	if (check->kind != YAML_SCALAR || (value != NULL && value->kind != YAML_SCALAR)) {
		PLAN_ERROR(l, check, "not-a-value", "rpo_check, rpo_value: one id was expected");
		return;
	}
	read_limit(l, check, limit, s);
	s->rpo_check = resolve_check(l, check, check->text);
	if (s->rpo_check != PLAN_NONE)
		s->rpo_value = resolve_value(l, value != NULL ? value : check, s->rpo_check,
					     value != NULL ? value->text : SLICE_LIT("age"));
}

/* --- one series ---------------------------------------------------------------------------------- */

struct reading {
	struct plan_loader *l;
	const struct yaml_node *node; /* of the series */
	struct plan_cuts *cuts;
	struct plan_cut_source *sources;
};

static void add_source(struct reading *r, const struct yaml_node *at, struct slice name,
		       struct slice check, struct slice value)
{
	struct plan_loader *l = r->l;
	struct plan_cut_source *s = &r->sources[r->cuts->source_count];

	if (plan_find_cut_source(r->cuts, name) != PLAN_NONE) {
		PLAN_ERROR(l, at, "duplicate-id", "'%.*s' stands in this series twice",
			   (int)(name.n < 80 ? name.n : 80), name.p);
		return;
	}
	s->check = resolve_check(l, at, check);
	if (s->check == PLAN_NONE)
		return;
	s->value = resolve_value(l, at, s->check, value);
	if (s->value == PLAN_NONE)
		return;
	s->name = arena_strndup(l->arena, name.p, name.n);
	r->cuts->source_count++;
}

/* A word of `of` alone is a value of the series' own `check`; one of `mirrors` is a check. */
static void read_source(struct reading *r, const struct yaml_node *at, const char *key)
{
	const struct yaml_node *check = yaml_map_get(r->node, "check");
	bool is_mirror = strcmp(key, "mirrors") == 0;
	struct source_row row = {0};

	if (at->kind == YAML_MAP) {
		if (yaml_fill(at, plan_cut_source_params, NULL, &row, r->l->arena, r->l->findings))
			add_source(r, at, slice_of(row.name), slice_of(row.check),
				   slice_of(row.value));
	} else if (at->kind != YAML_SCALAR) {
		PLAN_ERROR(r->l, at, "not-a-value", "%s: write a word or {name: ..., check: ...}",
			   key);
	} else if (is_mirror) {
		add_source(r, at, at->text, at->text, SLICE_LIT("value"));
	} else if (check == NULL || check->kind != YAML_SCALAR) {
		PLAN_ERROR(r->l, at, "missing-key",
			   "of: '%s' alone is a value of the series' own check; add check: "
			   "prep/difusion:corte, or write {name: %s, check: ...}",
			   at->text.p, at->text.p);
	} else if (!parse_is_id(at->text, "")) {
		PLAN_ERROR(r->l, at, "syntax", "of: '%s' is no name (a-z 0-9 - _ .)", at->text.p);
	} else {
		add_source(r, at, at->text, check->text, at->text);
	}
}

static void read_sources(struct reading *r)
{
	static const char *const keys[] = {"of", "mirrors"};
	struct plan_loader *l = r->l;
	size_t total = 0;

	for (size_t k = 0; k < COUNT_OF(keys); k++) {
		const struct yaml_node *list = yaml_map_get(r->node, keys[k]);

		if (list == NULL && k == 0)
			PLAN_ERROR(l, r->node, "missing-key",
				   "'of' is missing: the kinds of data that show the cut, such as "
				   "[{name: data, check: prep/difusion:corte}]");
		if (list != NULL && plan_items_is_filled(l, list, keys[k]))
			total += plan_items_length(list);
	}
	if (total > PLAN_CUT_SOURCES_MAX) {
		PLAN_ERROR(l, r->node, "too-large",
			   "%zu kinds and mirrors in one series, %d at most; make two of it", total,
			   PLAN_CUT_SOURCES_MAX);
		return;
	}
	r->sources = arena_calloc(l->arena, total, sizeof(*r->sources));
	r->cuts->sources = r->sources;
	for (size_t k = 0; k < COUNT_OF(keys); k++) {
		const struct yaml_node *list = yaml_map_get(r->node, keys[k]);

		if (list == NULL || list->kind != YAML_LIST)
			continue;
		for (const struct yaml_node *c = list->first; c != NULL; c = c->next)
			read_source(r, c, keys[k]);
		if (k == 0)
			r->cuts->kind_count = r->cuts->source_count;
	}
}

static bool read_moment(struct plan_loader *l, const struct yaml_node *node, const char *key,
			const char *text, int64_t *ret_us)
{
	struct wall_time t;

	if (text == NULL)
		return false; /* told by the table */
	if (stamp_parse_local(slice_of(text), &t) != ERR_OK) {
		PLAN_ERROR(l, yaml_map_get(node, key), "syntax",
			   "%s: '%.40s' is no local time (write \"2024-05-12T12:00\")", key, text);
		return false;
	}
	*ret_us = t.us;
	return true;
}

static void read_length(struct plan_loader *l, const struct yaml_node *node,
			const struct cuts_row *row, struct plan_cuts *c)
{
	int64_t last = 0, span;
	char near[TIMEFMT_SIZE];

	c->count = 1;
	if (!read_moment(l, node, "first", row->first, &c->first_us) ||
	    !read_moment(l, node, "last", row->last, &last))
		return;
	span = last - c->first_us;
	stamp_format_local(near, (struct wall_time){last - span % c->every_us});
	if (span < 0)
		PLAN_ERROR(l, yaml_map_get(node, "last"), "range", "last: it lies before first");
	else if (span % c->every_us != 0)
		PLAN_ERROR(l, yaml_map_get(node, "last"), "range",
			   "last: no cut is due then; the one before it is due at %s", near);
	else if (span / c->every_us >= PLAN_CUTS_MAX)
		PLAN_ERROR(l, yaml_map_get(node, "last"), "too-large",
			   "%lld cuts in one series, %d at most; make a series for each day",
			   (long long)(span / c->every_us + 1), PLAN_CUTS_MAX);
	else
		c->count = (uint32_t)(span / c->every_us + 1);
}

/* A cut that is on time must be seen on time: a check that looks seldom would call it late. */
static void check_pace(const struct reading *r)
{
	for (uint32_t i = 0; i < r->cuts->source_count; i++) {
		const struct plan_check *c = &r->l->plan->checks[r->cuts->sources[i].check];
		bool is_mirror = i >= r->cuts->kind_count;
		int64_t grace = is_mirror ? r->cuts->mirror_grace_us : r->cuts->grace_us;
		char text[48];

		if (c->interval_us + c->timeout_us <= grace)
			continue;
		format_duration_exact(text, sizeof(text), c->interval_us + c->timeout_us);
		PLAN_ERROR(r->l, r->node, "range",
			   "check '%s' may see a cut only %s after it is published, which is more "
			   "than the %s; look more often or wait longer",
			   c->id, text, is_mirror ? "mirror_grace" : "grace");
	}
}

static void check_rules(const struct reading *r, const struct cuts_row *row)
{
	struct plan_cuts *c = r->cuts;
	uint32_t mirrors = c->source_count - c->kind_count;
	const struct yaml_node *needed = yaml_map_get(r->node, "mirrors_at_least");

	if (c->grace_us > c->every_us / 2 || c->mirror_grace_us > c->every_us / 2)
		PLAN_ERROR(r->l, r->node, "range",
			   "grace: longer than half of every; a late cut would be told when the "
			   "next one is due");
	if ((int64_t)c->at_least_per_hour * c->every_us > HOUR_US)
		PLAN_ERROR(r->l, r->node, "contradiction",
			   "every: fewer than %u cuts are due in an hour; publish more often, or "
			   "write at_least_per_hour: %lld",
			   c->at_least_per_hour, (long long)(HOUR_US / c->every_us));
	c->mirrors_needed = needed != NULL ? (uint32_t)row->mirrors_at_least : mirrors;
	if (c->mirrors_needed > mirrors)
		PLAN_ERROR(r->l, needed, "range", "mirrors_at_least: there are %u mirrors",
			   mirrors);
	check_pace(r);
}

static void read_series(struct plan_loader *l, const struct yaml_node *node, struct plan_cuts *c)
{
	static const char *const others[] = {"service", "check", "of", "mirrors", NULL};
	struct reading r = {l, node, c, NULL};
	struct cuts_row row = {0};
	size_t before = l->findings->errors;

	yaml_fill(node, plan_cuts_params, others, &row, l->arena, l->findings);
	*c = row.out;
	c->id = c->id != NULL ? c->id : "";
	c->name = c->name[0] != '\0' ? c->name : c->id;
	c->by = (enum plan_cut_by)row.by;
	c->at_least_per_hour = (uint32_t)row.at_least_per_hour;
	c->first_number = (uint32_t)row.first_number;
	if (c->mirror_grace_us == 0)
		c->mirror_grace_us = c->grace_us;
	c->service = plan_items_resolve(l, &l->services, yaml_map_get(node, "service"));
	read_sources(&r);
	if (l->findings->errors != before)
		return;
	read_length(l, node, &row, c);
	check_rules(&r, &row);
}

void plan_read_cuts(struct plan_loader *l)
{
	struct plan_cuts *cuts = arena_calloc(l->arena, l->cuts.count, sizeof(*cuts));

	l->plan->cuts = cuts;
	for (uint32_t i = 0; i < l->cuts.count; i++)
		read_series(l, l->cuts.nodes[i], &cuts[i]);
	l->plan->cuts_count = l->cuts.count;
}

/* --- canonical form ------------------------------------------------------------------------------ */

static void put_duration(struct json_emit *j, const char *key, int64_t us)
{
	char text[64];

	format_duration_exact(text, sizeof(text), us);
	json_kv_str(j, key, text);
}

static void put_moment(struct json_emit *j, const char *key, int64_t us)
{
	char text[TIMEFMT_SIZE];

	stamp_format_local(text, (struct wall_time){us});
	json_kv_str(j, key, text);
}

static void put_sources(struct json_emit *j, const struct plan *p, const struct plan_cuts *c,
			const char *key, uint32_t first, uint32_t end)
{
	if (first == end)
		return;
	json_key(j, key);
	json_open_array(j);
	for (uint32_t i = first; i < end; i++) {
		const struct plan_check *check = &p->checks[c->sources[i].check];

		json_open_object(j);
		json_kv_str(j, "name", c->sources[i].name);
		json_kv_str(j, "check", check->id);
		json_kv_str(j, "value", check->schema->values[c->sources[i].value].name);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_series(struct json_emit *j, const struct plan *p, const struct plan_cuts *c)
{
	json_open_object(j);
	json_kv_str(j, "id", c->id);
	json_kv_str(j, "name", c->name);
	if (c->service != PLAN_NONE)
		json_kv_str(j, "service", p->services[c->service].id);
	put_moment(j, "first", c->first_us);
	put_moment(j, "last", c->first_us + (c->count - 1) * c->every_us);
	put_duration(j, "every", c->every_us);
	put_duration(j, "grace", c->grace_us);
	put_duration(j, "mirror_grace", c->mirror_grace_us);
	json_kv_i64(j, "at_least_per_hour", c->at_least_per_hour);
	json_kv_str(j, "by", by_words[c->by]);
	json_kv_i64(j, "first_number", c->first_number);
	put_sources(j, p, c, "of", 0, c->kind_count);
	put_sources(j, p, c, "mirrors", c->kind_count, c->source_count);
	json_kv_i64(j, "mirrors_at_least", c->mirrors_needed);
	json_close_object(j);
}

void plan_write_cuts(struct json_emit *j, const struct plan *p)
{
	if (p->cuts_count == 0)
		return;
	json_key(j, "cuts");
	json_open_array(j);
	for (uint32_t i = 0; i < p->cuts_count; i++)
		put_series(j, p, &p->cuts[i]);
	json_close_array(j);
}
