/* People and seats. */
#include <string.h>

#include "plan/plan_loader.h"

const struct param plan_person_params[] = {
	PARAM_ID(struct plan_person, id, "id", NULL, PARAM_REQUIRED, "id of the person"),
	PARAM_STR(struct plan_person, post, "post", NULL, PARAM_REQUIRED,
		  "the post (never a name)"),
	PARAM_END,
};
const struct param plan_contact_params[] = {
	PARAM_STR(struct plan_contact, to, "to", NULL, PARAM_REQUIRED, "address on that channel"),
	PARAM_END,
};
struct seat_row {
	struct plan_seat out;
	int64_t level;
};
const struct param plan_seat_params[] = {
	PARAM_ID(struct seat_row, out.id, "id", NULL, PARAM_REQUIRED, "id of the seat"),
	PARAM_STR(struct seat_row, out.name, "name", "", 0, "name for people (default: the id)"),
	PARAM_INT(struct seat_row, level, "level", "0", 0, 3, 0,
		  "1 crisis group, 2 coordinator, 3 recovery team, 0 none"),
	PARAM_END,
};

static void read_contact(struct plan_loader *l, const struct yaml_node *node,
			 struct plan_contact *ret)
{
	static const char *const others[] = {"channel", "carried_by", NULL};
	const struct yaml_node *channel;

	if (node->kind != YAML_MAP) {
		PLAN_ERROR(l, node, "not-a-map", "contacts: write {channel: ..., to: ...}");
		return;
	}
	yaml_fill(node, plan_contact_params, others, ret, l->arena, l->findings);
	channel = yaml_map_get(node, "channel");
	if (channel == NULL)
		PLAN_ERROR(l, node, "missing-key", "'channel' is missing: by which channel");
	else
		ret->channel = plan_items_resolve(l, &l->channels, channel);
	if (channel != NULL)
		plan_check_contact(l, node, ret);
	ret->carried_by =
		plan_items_resolve_list(l, &l->components, yaml_map_get(node, "carried_by"),
					"carried_by", &ret->carried_count);
}

static void read_persons(struct plan_loader *l)
{
	static const char *const others[] = {"contacts", NULL};
	struct plan_person *out = arena_calloc(l->arena, l->people.count, sizeof(*out));

	l->plan->people = out;
	for (uint32_t i = 0; i < l->people.count; i++) {
		const struct yaml_node *node = l->people.nodes[i],
				       *list = yaml_map_get(node, "contacts");
		struct plan_contact *contacts;

		yaml_fill(node, plan_person_params, others, &out[i], l->arena, l->findings);
		if (out[i].id == NULL)
			out[i].id = "";
		if (list == NULL) {
			PLAN_ERROR(l, node, "missing-key",
				   "'contacts' is missing: how this person is reached");
			continue;
		}
		if (!plan_items_is_filled(l, list, "contacts"))
			continue;
		contacts = arena_calloc(l->arena, plan_items_length(list), sizeof(*contacts));
		for (const struct yaml_node *c = list->first; c != NULL; c = c->next)
			read_contact(l, c, &contacts[out[i].contact_count++]);
		out[i].contacts = contacts;
	}
	l->plan->person_count = l->people.count;
}

static void read_seats(struct plan_loader *l)
{
	static const char *const others[] = {"titular", "suplente", NULL};
	struct plan_seat *out = arena_calloc(l->arena, l->seats.count, sizeof(*out));

	l->plan->seats = out;
	for (uint32_t i = 0; i < l->seats.count; i++) {
		const struct yaml_node *node = l->seats.nodes[i];
		const struct yaml_node *titular = yaml_map_get(node, "titular"),
				       *suplente = yaml_map_get(node, "suplente");
		struct seat_row row = {0};

		yaml_fill(node, plan_seat_params, others, &row, l->arena, l->findings);
		out[i] = row.out;
		out[i].level = (uint32_t)row.level;
		out[i].id = out[i].id != NULL ? out[i].id : "";
		if (out[i].name[0] == '\0')
			out[i].name = out[i].id;
		if (strcmp(out[i].id, "team") == 0)
			PLAN_ERROR(l, yaml_map_get(node, "id"), "conflict",
				   "a seat cannot be called 'team': that word means the team of "
				   "the service");
		out[i].titular = out[i].suplente = PLAN_NONE;
		if (titular != NULL)
			out[i].titular = plan_items_resolve(l, &l->people, titular);
		if (suplente != NULL)
			out[i].suplente = plan_items_resolve(l, &l->people, suplente);
		if (suplente != NULL && out[i].titular != PLAN_NONE &&
		    out[i].titular == out[i].suplente)
			PLAN_ERROR(l, suplente, "conflict", "the suplente of '%s' is its titular",
				   out[i].id);
	}
	l->plan->seat_count = l->seats.count;
}

void plan_read_people(struct plan_loader *l)
{
	plan_read_channels(l);
	read_persons(l);
	read_seats(l);
	plan_read_shifts(l);
}
