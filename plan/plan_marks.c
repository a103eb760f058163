#include "plan/plan_marks.h"

#include <string.h>

#include "plan/plan_loader.h"

struct mark {
	const char *file;
	unsigned line, column;
	const struct finding_made *made;
};
struct plan_marks {
	struct mark *of[THING_KINDS];
	uint32_t count[THING_KINDS];
	struct mark **activities; /* of each procedure */
};

const char *const plan_thing_words[THING_KINDS] = {
	[THING_PLAN] = "plan",           [THING_SITE] = "site",
	[THING_AGENT] = "agent",         [THING_COMPONENT] = "component",
	[THING_CHECK] = "check",         [THING_SERVICE] = "service",
	[THING_PERSON] = "person",       [THING_SEAT] = "seat",
	[THING_CHANNEL] = "channel",     [THING_POLICY] = "policy",
	[THING_PROCEDURE] = "procedure", [THING_RECORD] = "record",
	[THING_TOOL] = "tool",           [THING_SUPPLIER] = "supplier",
	[THING_RESOURCES] = "resources", [THING_DOCUMENT] = "document",
	[THING_LISTING] = "directory",   [THING_GROUP] = "group",
	[THING_ACCEPTANCE] = "accepted",
};

/* Nodes die with the loader: what they point to is copied, files and makers once for all that share them. */
struct keeper {
	struct plan_loader *l;
	const char *file_from, *file;
	const struct finding_maker *maker_from;
	struct finding_maker *maker;
};

static const struct finding_made *keep_made(struct keeper *k, const struct finding_made *made)
{
	struct finding_made *out;

	if (made == NULL)
		return NULL;
	if (k->maker_from != made->maker) {
		k->maker_from = made->maker;
		k->maker = arena_calloc(k->l->arena, 1, sizeof(*k->maker));
		*k->maker = *made->maker;
		k->maker->what = arena_strdup(k->l->arena, made->maker->what);
		k->maker->one = arena_strdup(k->l->arena, made->maker->one);
		k->maker->many = arena_strdup(k->l->arena, made->maker->many);
	}
	out = arena_calloc(k->l->arena, 1, sizeof(*out));
	out->maker = k->maker;
	out->whom = arena_strdup(k->l->arena, made->whom);
	return out;
}

static struct mark keep(struct keeper *k, const struct yaml_node *node)
{
	if (k->file_from != node->file) {
		k->file_from = node->file;
		k->file = arena_strdup(k->l->arena, node->file);
	}
	return (struct mark){k->file, node->line, node->column, keep_made(k, node->made)};
}

static void keep_items(struct keeper *k, struct plan_marks *ret, enum plan_thing kind,
		       const struct plan_items *items)
{
	ret->count[kind] = items->count;
	ret->of[kind] = arena_calloc(k->l->arena, items->count, sizeof(*ret->of[kind]));
	for (uint32_t i = 0; i < items->count; i++)
		ret->of[kind][i] = keep(k, items->nodes[i]);
}

/* Checks stand within their components, in the order in which they were read. */
static void keep_checks(struct keeper *k, struct plan_marks *ret)
{
	struct mark *out = arena_calloc(k->l->arena, k->l->plan->check_count, sizeof(*out));
	uint32_t n = 0;

	for (uint32_t i = 0; i < k->l->components.count; i++) {
		const struct yaml_node *list = yaml_map_get(k->l->components.nodes[i], "checks");

		for (const struct yaml_node *c = list != NULL ? list->first : NULL;
		     c != NULL && n < k->l->plan->check_count; c = c->next)
			out[n++] = keep(k, c);
	}
	ret->of[THING_CHECK] = out;
	ret->count[THING_CHECK] = n;
}

static void keep_activities(struct keeper *k, struct plan_marks *ret)
{
	ret->activities =
		arena_calloc(k->l->arena, k->l->procedures.count, sizeof(*ret->activities));
	for (uint32_t i = 0; i < k->l->procedures.count; i++) {
		const struct yaml_node *list =
			yaml_map_get(k->l->procedures.nodes[i], "activities");
		size_t n = 0, count = k->l->plan->procedures[i].activity_count;
		struct mark *out = arena_calloc(k->l->arena, count, sizeof(*out));

		for (const struct yaml_node *c = list != NULL ? list->first : NULL;
		     c != NULL && n < count; c = c->next)
			out[n++] = keep(k, c);
		ret->activities[i] = out;
	}
}

static void keep_plan(struct keeper *k, struct plan_marks *ret)
{
	const struct yaml_node *at = k->l->roots[0];

	for (size_t r = 0; r < k->l->root_count; r++) {
		const struct yaml_node *node = yaml_map_get(k->l->roots[r], "institution");

		if (node != NULL)
			at = node;
	}
	ret->of[THING_PLAN] = arena_calloc(k->l->arena, 1, sizeof(struct mark));
	ret->of[THING_PLAN][0] = keep(k, at);
	ret->count[THING_PLAN] = 1;
}

void plan_marks_keep(struct plan_loader *l)
{
	struct plan_marks *ret = arena_calloc(l->arena, 1, sizeof(*ret));
	struct keeper k = {.l = l};

	keep_plan(&k, ret);
	keep_items(&k, ret, THING_SITE, &l->sites);
	keep_items(&k, ret, THING_AGENT, &l->agents);
	keep_items(&k, ret, THING_COMPONENT, &l->components);
	keep_checks(&k, ret);
	keep_items(&k, ret, THING_SERVICE, &l->services);
	keep_items(&k, ret, THING_PERSON, &l->people);
	keep_items(&k, ret, THING_SEAT, &l->seats);
	keep_items(&k, ret, THING_CHANNEL, &l->channels);
	keep_items(&k, ret, THING_POLICY, &l->policies);
	keep_items(&k, ret, THING_PROCEDURE, &l->procedures);
	keep_activities(&k, ret);
	keep_items(&k, ret, THING_RECORD, &l->records);
	keep_items(&k, ret, THING_TOOL, &l->tools);
	keep_items(&k, ret, THING_SUPPLIER, &l->suppliers);
	keep_items(&k, ret, THING_RESOURCES, &l->resources);
	keep_items(&k, ret, THING_DOCUMENT, &l->documents);
	keep_items(&k, ret, THING_LISTING, &l->listings);
	keep_items(&k, ret, THING_GROUP, &l->groups);
	keep_items(&k, ret, THING_ACCEPTANCE, &l->accepted);
	l->plan->marks = ret;
}

const char *plan_thing_id(const struct plan *p, enum plan_thing kind, uint32_t index)
{
	switch (kind) {
	case THING_SITE:
		return p->sites[index].id;
	case THING_AGENT:
		return p->agents[index].id;
	case THING_COMPONENT:
		return p->components[index].id;
	case THING_CHECK:
		return p->checks[index].id;
	case THING_SERVICE:
		return p->services[index].id;
	case THING_PERSON:
		return p->people[index].id;
	case THING_SEAT:
		return p->seats[index].id;
	case THING_CHANNEL:
		return p->channels[index].id;
	case THING_POLICY:
		return p->policies[index].id;
	case THING_PROCEDURE:
		return p->procedures[index].id;
	case THING_RECORD:
		return p->annexes->records[index].id;
	case THING_TOOL:
		return p->annexes->tools[index].id;
	case THING_SUPPLIER:
		return p->annexes->suppliers[index].id;
	case THING_RESOURCES:
		return p->annexes->resources[index].id;
	case THING_DOCUMENT:
		return p->annexes->documents[index].id;
	case THING_LISTING:
		return p->annexes->listings[index].id;
	case THING_GROUP:
		return p->annexes->groups[index].id;
	case THING_ACCEPTANCE:
		return p->annexes->accepted[index].id;
	case THING_PLAN:
	case THING_KINDS:
		break;
	}
	return "";
}

static struct yaml_node node_of(const struct mark *m)
{
	return (struct yaml_node){.kind = YAML_SCALAR,
				  .file = m->file,
				  .line = m->line,
				  .column = m->column,
				  .made = m->made};
}

struct yaml_node plan_mark(const struct plan *p, enum plan_thing kind, uint32_t index)
{
	if (p->marks == NULL || index >= p->marks->count[kind])
		return (struct yaml_node){.kind = YAML_SCALAR, .file = "plan"}; /* made by hand */
	return node_of(&p->marks->of[kind][index]);
}

struct yaml_node plan_mark_activity(const struct plan *p, uint32_t procedure, uint32_t position)
{
	if (p->marks == NULL || position >= p->procedures[procedure].activity_count)
		return plan_mark(p, THING_PROCEDURE, procedure);
	return node_of(&p->marks->activities[procedure][position]);
}
