/* Documents, directories, groups, and the faults that are accepted by name. */
#include "base/parse.h"
#include "plan/audit.h"
#include "plan/plan_loader.h"

const struct param plan_document_params[] = {
	PARAM_ID(struct plan_document, id, "id", NULL, PARAM_REQUIRED, "id of the document"),
	PARAM_STR(struct plan_document, name, "name", "", 0, "its name (default: the id)"),
	PARAM_STR(struct plan_document, code, "code", "", 0, "its code"),
	PARAM_STR(struct plan_document, revision, "revision", "", 0, "its revision"),
	PARAM_STR(struct plan_document, agreement, "agreement", "", 0,
		  "number of the agreement that approves it"),
	PARAM_STR(struct plan_document, header, "header", "", 0,
		  "name of the document that its pages carry"),
	PARAM_STR(struct plan_document, retention, "retention", "", 0,
		  "how long it is kept, and what then"),
	PARAM_DATE(struct plan_document, approved_s, "approved", NULL, 0, "day of its approval"),
	PARAM_DATE(struct plan_document, review_by_s, "review_by", NULL, 0,
		   "day by which it is reviewed"),
	PARAM_END,
};
const struct param plan_listing_params[] = {
	PARAM_ID(struct plan_listing, id, "id", NULL, PARAM_REQUIRED, "id of the row"),
	PARAM_STR(struct plan_listing, in, "in", "", 0, "where the document says it"),
	PARAM_STR(struct plan_listing, line, "line", "", 0,
		  "a line that is nobody's own: the switchboard, a hotline, a queue"),
	PARAM_STR(struct plan_listing, phone, "phone", "", 0, "number, as it is written"),
	PARAM_STR(struct plan_listing, extension, "extension", "", 0, "extension"),
	PARAM_STR(struct plan_listing, email, "email", "", 0, "e-mail address, as it is written"),
	PARAM_END,
};
struct group_row {
	struct plan_group out;
	int64_t level;
};
const struct param plan_group_params[] = {
	PARAM_ID(struct group_row, out.id, "id", NULL, PARAM_REQUIRED, "id of the group"),
	PARAM_STR(struct group_row, out.name, "name", "", 0, "name for people (default: the id)"),
	PARAM_INT(struct group_row, level, "level", "0", 0, 3, 0, "level, as of seats"),
	PARAM_END,
};
const struct param plan_composition_params[] = {
	PARAM_STR(struct plan_composition, in, "in", "", 0, "where the document says it"),
	PARAM_END,
};
const struct param plan_acceptance_params[] = {
	PARAM_ID(struct plan_acceptance, id, "id", NULL, PARAM_REQUIRED, "id of the acceptance"),
	PARAM_STR(struct plan_acceptance, finding, "finding", NULL, PARAM_REQUIRED,
		  "code of the fault (docs/FINDINGS.md)"),
	PARAM_STR(struct plan_acceptance, at, "at", NULL, PARAM_REQUIRED,
		  "the thing, as the finding names it, such as service:copaco"),
	PARAM_STR(struct plan_acceptance, reason, "reason", NULL, PARAM_REQUIRED,
		  "why it is accepted"),
	PARAM_DATE(struct plan_acceptance, on_s, "on", NULL, PARAM_REQUIRED,
		   "day on which it was accepted"),
	PARAM_DATE(struct plan_acceptance, until_s, "until", NULL, PARAM_REQUIRED,
		   "last day for which it is accepted"),
	PARAM_END,
};

static const char *or_id(const char *name, const char *id)
{
	return name != NULL && name[0] != '\0' ? name : id != NULL ? id : "";
}

static void read_dates(struct plan_loader *l, const struct yaml_node *list,
		       struct plan_document *ret)
{
	int64_t *dates;

	if (list == NULL || !plan_items_is_filled(l, list, "dates"))
		return;
	dates = arena_calloc(l->arena, plan_items_length(list), sizeof(*dates));
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		if (c->kind == YAML_SCALAR &&
		    parse_date(c->text, &dates[ret->date_count]) == ERR_OK)
			ret->date_count++;
		else
			PLAN_ERROR(l, c, "syntax", "dates: '%s' is not a day (write 2026-03-12)",
				   c->kind == YAML_SCALAR ? c->text.p : "...");
	}
	ret->dates_s = dates;
}

static void read_documents(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"dates", NULL};
	struct plan_document *out = arena_calloc(l->arena, l->documents.count, sizeof(*out));

	for (uint32_t i = 0; i < l->documents.count; i++) {
		yaml_fill(l->documents.nodes[i], plan_document_params, others, &out[i], l->arena,
			  l->findings);
		out[i].name = or_id(out[i].name, out[i].id);
		read_dates(l, yaml_map_get(l->documents.nodes[i], "dates"), &out[i]);
	}
	ret->documents = out;
	ret->document_count = l->documents.count;
}

static void read_listings(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"person", NULL};
	struct plan_listing *out = arena_calloc(l->arena, l->listings.count, sizeof(*out));

	for (uint32_t i = 0; i < l->listings.count; i++) {
		const struct yaml_node *node = l->listings.nodes[i],
				       *person = yaml_map_get(node, "person");
		struct plan_listing *row = &out[i];

		yaml_fill(node, plan_listing_params, others, row, l->arena, l->findings);
		row->person = plan_items_resolve(l, &l->people, person);
		if ((person != NULL) == (row->line[0] != '\0'))
			PLAN_ERROR(l, node, person == NULL ? "missing-key" : "conflict",
				   "a row of the directory is of a 'person' or of a 'line'");
		if (row->phone[0] == '\0' && row->extension[0] == '\0' && row->email[0] == '\0')
			PLAN_ERROR(l, node, "missing-key",
				   "a row of the directory gives a 'phone', an 'extension' or an "
				   "'email'");
	}
	ret->listings = out;
	ret->listing_count = l->listings.count;
}

static void read_compositions(struct plan_loader *l, const struct yaml_node *list,
			      struct plan_group *ret)
{
	static const char *const others[] = {"members", NULL};
	struct plan_composition *out;

	if (list == NULL || !plan_items_is_filled(l, list, "told"))
		return;
	out = arena_calloc(l->arena, plan_items_length(list), sizeof(*out));
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		struct plan_composition *told = &out[ret->told_count++];

		if (c->kind != YAML_MAP) {
			PLAN_ERROR(l, c, "not-a-map", "told: write {in: ..., members: [...]}");
			continue;
		}
		yaml_fill(c, plan_composition_params, others, told, l->arena, l->findings);
		told->members = plan_items_resolve_list(l, &l->people, yaml_map_get(c, "members"),
							"members", &told->member_count);
	}
	ret->told = out;
}

static void read_groups(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"told", NULL};
	struct plan_group *out = arena_calloc(l->arena, l->groups.count, sizeof(*out));

	for (uint32_t i = 0; i < l->groups.count; i++) {
		const struct yaml_node *node = l->groups.nodes[i];
		struct group_row row = {0};

		yaml_fill(node, plan_group_params, others, &row, l->arena, l->findings);
		out[i] = row.out;
		out[i].level = (uint32_t)row.level;
		out[i].name = or_id(out[i].name, out[i].id);
		read_compositions(l, yaml_map_get(node, "told"), &out[i]);
	}
	ret->groups = out;
	ret->group_count = l->groups.count;
}

static const char *nearest_code(struct slice code)
{
	const char *best = NULL;
	size_t distance = 4;

	for (int i = 0; i < AUDIT_CODES; i++) {
		size_t d = param_distance(code, slice_of(audit_kinds[i].code));

		if (d < distance && d * 2 <= code.n) {
			distance = d;
			best = audit_kinds[i].code;
		}
	}
	return best;
}

static void check_code(struct plan_loader *l, const struct yaml_node *node)
{
	const char *near;

	/* A journal may hold a code of another version: it replays all the same. */
	if (l->is_expanded || node == NULL || node->kind != YAML_SCALAR ||
	    audit_find(node->text) != AUDIT_CODES)
		return;
	near = nearest_code(node->text);
	PLAN_ERROR(l, node, "unknown-code", "there is no fault '%s'%s%s%s (docs/FINDINGS.md)",
		   node->text.p, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
		   near != NULL ? "'?" : "");
}

static void read_accepted(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"by", NULL};
	struct plan_acceptance *out = arena_calloc(l->arena, l->accepted.count, sizeof(*out));

	for (uint32_t i = 0; i < l->accepted.count; i++) {
		const struct yaml_node *node = l->accepted.nodes[i], *by = yaml_map_get(node, "by"),
				       *at = yaml_map_get(node, "at");

		yaml_fill(node, plan_acceptance_params, others, &out[i], l->arena, l->findings);
		out[i].by = plan_items_resolve(l, &l->people, by);
		if (by == NULL)
			PLAN_ERROR(l, node, "missing-key",
				   "'by' is missing: the post that accepts the fault");
		check_code(l, yaml_map_get(node, "finding"));
		if (out[i].until_s < out[i].on_s)
			PLAN_ERROR(l, yaml_map_get(node, "until"), "conflict",
				   "until: it ends before the day on which it was accepted");
		for (uint32_t k = 0; at != NULL && k < i; k++) {
			if (out[i].finding != NULL && out[k].finding != NULL && out[k].at != NULL &&
			    slice_is(slice_of(out[i].finding), out[k].finding) &&
			    slice_is(at->text, out[k].at))
				PLAN_ERROR(l, at, "duplicate-id",
					   "'%s' at '%s' is accepted already by '%s'",
					   out[i].finding, out[k].at, l->accepted.ids[k]);
		}
	}
	ret->accepted = out;
	ret->accepted_count = l->accepted.count;
}

void plan_read_directory(struct plan_loader *l, struct plan_annexes *ret)
{
	read_documents(l, ret);
	read_listings(l, ret);
	read_groups(l, ret);
	read_accepted(l, ret);
}
