/* The component's own list of checks among those that its profile made: keys that it gives stand instead, what it omits is left
 * out, the rest are checks of its own. */
#include <string.h>

#include "base/glob.h"
#include "base/parse.h"
#include "plan/plan_device.h"

static bool is_meant(struct slice pattern, const struct device_check *c)
{
	return glob_match(pattern, slice_of(c->id)) || glob_match(pattern, slice_of(c->plain_id));
}

/* An entry of the component's list, for one check or for several. */
struct override {
	const struct yaml_node *given;
	struct finding_maker *maker; /* NULL: for one only */
	int omit;
};

static struct yaml_node *copy_of(struct plan_device *d, const struct override *o,
				 const struct yaml_node *from, const struct device_check *c)
{
	return o->maker != NULL ? plan_device_copy(d, from, o->maker, c->id)
				: plan_copy(d->x, from, from->made);
}

/* Of a map the entries given stand instead; anything else stands instead as a whole. */
static void put_key(struct plan_device *d, struct yaml_node *check, struct yaml_node *new)
{
	struct yaml_node *there = yaml_map_get(check, new->key->text.p);

	if (there == NULL || there->kind != YAML_MAP || new->kind != YAML_MAP) {
		plan_node_put(check, new);
		return;
	}
	there = plan_copy(d->x, there, there->made); /* it may be the profile's own */
	if (there == NULL)
		return;
	plan_node_put(check, there);
	for (struct yaml_node *c = new->first, *next; c != NULL; c = next) {
		next = c->next;
		plan_node_put(there, c);
	}
}

static bool has_other_type(const struct yaml_node *check, const struct yaml_node *given)
{
	const struct yaml_node *a = yaml_map_get(check, "type"), *b = yaml_map_get(given, "type");

	return a != NULL && b != NULL && a->kind == YAML_SCALAR && b->kind == YAML_SCALAR &&
	       !slice_eq(a->text, b->text);
}

static void override(struct plan_device *d, const struct override *o, struct device_check *c)
{
	/* A copy of the whole counts once, whatever it holds. */
	struct yaml_node *whole = copy_of(d, o, o->given, c);

	if (whole == NULL)
		return;
	plan_node_take(whole, "omit");
	if (has_other_type(c->node, whole)) {
		whole->key = NULL;
		yaml_map_get(whole, "id")->text = slice_of(c->id);
		c->node = whole;
	} else {
		for (struct yaml_node *v = whole->first, *next; v != NULL; v = next) {
			next = v->next;
			if (!slice_is(v->key->text, "id"))
				put_key(d, c->node, v);
		}
	}
	if (o->omit >= 0)
		c->is_omitted = o->omit == 1;
}

/* What is neither a check of the profile nor a whole one of the component's own. */
static void tell_unknown(struct plan_device *d, const struct yaml_node *id)
{
	struct buf known CLEANUP(buf_release);
	const char *near = NULL;
	size_t distance = 4;

	buf_init(&known, 4096);
	for (size_t i = 0; i < d->check_count; i++) {
		size_t n = param_distance(id->text, slice_of(d->checks[i].plain_id));

		if (known.len < 1024)
			buf_printf(&known, "%s%s", i > 0 ? ", " : "", d->checks[i].id);
		if (n < distance && n * 2 <= id->text.n) {
			distance = n;
			near = d->checks[i].plain_id;
		}
	}
	PLAN_ERROR(d->x->l, id, "dangling-id",
		   "the profile '%s' makes no check '%.80s' here%s%s%s; it makes %s; a check of "
		   "your own has a 'type'",
		   d->profile->id, id->text.p, near != NULL ? "; did you mean '" : "",
		   near != NULL ? near : "", near != NULL ? "'?" : "", buf_cstr(&known));
}

static void apply(struct plan_device *d, struct yaml_node *given, size_t made_count)
{
	const struct yaml_node *id = given->kind == YAML_MAP ? yaml_map_get(given, "id") : NULL;
	struct override o = {given, NULL, -1};
	size_t meant = 0;

	for (size_t i = 0; id != NULL && id->kind == YAML_SCALAR && i < made_count; i++)
		meant += is_meant(id->text, &d->checks[i]);
	if (meant > 0) {
		o.omit = plan_device_omit(d, yaml_map_get(given, "omit"));
		o.maker = meant > 1 ? plan_device_maker(d, given) : NULL;
		for (size_t i = 0; i < made_count && !d->x->is_full; i++) {
			if (is_meant(id->text, &d->checks[i]))
				override(d, &o, &d->checks[i]);
		}
	} else if (id != NULL && id->kind == YAML_SCALAR && d->profile != NULL &&
		   yaml_map_get(given, "type") == NULL) {
		if (d->x->l->findings->errors == d->errors_before)
			tell_unknown(d, id);
	} else {
		/* Whatever is wrong with a check of one's own is told where all checks are read. */
		plan_device_add(d, given, "", false);
	}
}

void plan_overrides_apply(struct plan_device *d, const struct yaml_node *list)
{
	size_t made_count = d->check_count;

	for (struct yaml_node *c = list->first, *next; c != NULL; c = next) {
		next = c->next;
		apply(d, c, made_count);
	}
}
