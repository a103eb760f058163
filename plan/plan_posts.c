/* Field posts, and how orders reach them. A table of posts is a table of sites with a template: field_posts is one of its sections. */
#include <string.h>

#include "plan/plan_loader.h"

const struct param plan_post_params[] = {
	PARAM_ID(struct plan_post, id, "id", NULL, PARAM_REQUIRED, "id of the post"),
	PARAM_STR(struct plan_post, name, "name", "", 0, "name for people (default: the id)"),
	PARAM_END,
};
const struct param plan_orders_params[] = {
	PARAM_DURATION(struct plan_orders, repeat_us, "repeat", "2m", 10 * US_PER_S,
		       3600 * US_PER_S, 0, "who has not confirmed is called again each so often"),
	PARAM_DURATION(struct plan_orders, confirm_within_us, "confirm_within", "10m",
		       30 * US_PER_S, 86400 * US_PER_S, 0,
		       "then those who have not confirmed are put on record"),
	PARAM_END,
};

static void take_persons(const struct plan *p, struct plan_post *post, uint32_t person)
{
	if (post->seat == PLAN_NONE) {
		post->persons[post->person_count++] = person;
		return;
	}
	post->persons[post->person_count++] = p->seats[post->seat].titular;
	if (p->seats[post->seat].suplente != PLAN_NONE)
		post->persons[post->person_count++] = p->seats[post->seat].suplente;
}

static void read_post(struct plan_loader *l, const struct yaml_node *node, struct plan_post *ret)
{
	static const char *const others[] = {"site", "seat", "person", NULL};
	const struct yaml_node *seat = yaml_map_get(node, "seat"),
			       *person = yaml_map_get(node, "person");
	uint32_t who;

	yaml_fill(node, plan_post_params, others, ret, l->arena, l->findings);
	ret->id = ret->id != NULL ? ret->id : "";
	if (ret->name == NULL || ret->name[0] == '\0')
		ret->name = ret->id;
	ret->site = plan_items_resolve(l, &l->sites, yaml_map_get(node, "site"));
	ret->seat = plan_items_resolve(l, &l->seats, seat);
	who = plan_items_resolve(l, &l->people, person);
	if ((seat == NULL) == (person == NULL))
		PLAN_ERROR(l, node, seat == NULL ? "missing-key" : "conflict",
			   "a field post is held by a 'seat' or a 'person': name one of the two");
	else if (ret->seat != PLAN_NONE || who != PLAN_NONE)
		take_persons(l->plan, ret, who);
}

static void read_orders(struct plan_loader *l)
{
	static const char *const others[] = {"given_by", NULL};
	struct plan_orders *out = &l->plan->orders;
	const struct yaml_node *seen = NULL;

	param_set_defaults(plan_orders_params, out, l->arena);
	for (size_t r = 0; r < l->root_count; r++) {
		const struct yaml_node *node = yaml_map_get(l->roots[r], "field_orders");

		if (node == NULL)
			continue;
		if (node->kind != YAML_MAP)
			PLAN_ERROR(l, node, "not-a-map",
				   "field_orders: write {given_by: [seats], repeat: 2m}");
		else if (seen != NULL)
			PLAN_ERROR(l, node, "duplicate-id", "field_orders stands already in %s:%u",
				   seen->file, seen->line);
		else {
			yaml_fill(node, plan_orders_params, others, out, l->arena, l->findings);
			out->given_by = plan_items_resolve_list(l, &l->seats,
								yaml_map_get(node, "given_by"),
								"given_by", &out->given_by_count);
			if (l->posts.count == 0)
				PLAN_ERROR(l, node, "missing-key",
					   "field_orders: the plan has no field_posts to be told");
		}
		seen = node;
	}
}

void plan_read_posts(struct plan_loader *l)
{
	struct plan_post *out = arena_calloc(l->arena, l->posts.count, sizeof(*out));

	l->plan->posts = out;
	for (uint32_t i = 0; i < l->posts.count; i++)
		read_post(l, l->posts.nodes[i], &out[i]);
	l->plan->post_count = l->posts.count;
	if (l->posts.count > PLAN_POSTS_MAX)
		PLAN_ERROR(l, l->posts.nodes[PLAN_POSTS_MAX], "too-large",
			   "more than %d field posts", PLAN_POSTS_MAX);
	read_orders(l);
}
