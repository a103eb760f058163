/* The annexes of the canonical plan (plan_json.c). */
#include "base/json_emit.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "plan/plan_loader.h"

static void kv_text(struct json_emit *j, const char *key, const char *s)
{
	if (s[0] != '\0')
		json_kv_str(j, key, s);
}

static void kv_duration(struct json_emit *j, const char *key, int64_t us)
{
	char text[64];

	if (us == 0)
		return;
	format_duration_exact(text, sizeof(text), us);
	json_kv_str(j, key, text);
}

static void put_date(struct json_emit *j, int64_t unix_s)
{
	struct civil c = civil_from_wall((struct wall_time){unix_s * US_PER_S}, 0);
	struct buf text CLEANUP(buf_release);

	buf_init(&text, 32);
	buf_printf(&text, "%04d-%02d-%02d", c.year, c.month, c.day);
	json_str(j, buf_cstr(&text));
}

static void kv_date(struct json_emit *j, const char *key, int64_t unix_s)
{
	if (unix_s == 0)
		return;
	json_key(j, key);
	put_date(j, unix_s);
}

static void kv_person(struct json_emit *j, const char *key, const struct plan *p, uint32_t person)
{
	if (person != PLAN_NONE)
		json_kv_str(j, key, p->people[person].id);
}

static void kv_objective(struct json_emit *j, const char *key, struct plan_objective o)
{
	if (o.kind == OBJECTIVE_DURATION)
		kv_duration(j, key, o.us);
	else if (o.kind != OBJECTIVE_NONE)
		json_kv_str(j, key, plan_objective_words[o.kind]);
}

static void put_stated(struct json_emit *j, const struct plan *p, const struct plan_statement *s,
		       size_t count)
{
	if (count == 0)
		return;
	json_key(j, "stated");
	json_open_array(j);
	for (size_t i = 0; i < count; i++) {
		json_open_object(j);
		kv_text(j, "in", s[i].in);
		if (s[i].service != PLAN_NONE)
			json_kv_str(j, "service", p->services[s[i].service].id);
		kv_objective(j, "rto", s[i].rto);
		kv_objective(j, "rpo", s[i].rpo);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_record(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_record *r = &p->annexes->records[i];

	json_kv_str(j, "id", r->id);
	json_kv_str(j, "name", r->name);
	kv_text(j, "place", r->place);
	kv_text(j, "copy", r->copy);
	kv_person(j, "keeper", p, r->keeper);
	if (r->backup == BACKUP_EVERY)
		kv_duration(j, "backed_up", r->every_us);
	else if (r->backup != BACKUP_NOT_STATED)
		json_kv_str(j, "backed_up", plan_backup_words[r->backup]);
	put_stated(j, p, r->stated, r->stated_count);
}

static void put_tool(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_tool *t = &p->annexes->tools[i];

	json_kv_str(j, "id", t->id);
	json_kv_str(j, "name", t->name);
	if (t->carries_alarms)
		json_kv_bool(j, "alarms", true);
	if (t->component != PLAN_NONE)
		json_kv_str(j, "component", p->components[t->component].id);
	put_stated(j, p, t->stated, t->stated_count);
}

static void put_supplier(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_supplier *s = &p->annexes->suppliers[i];

	json_kv_str(j, "id", s->id);
	json_kv_str(j, "name", s->name);
	kv_text(j, "contact", s->contact);
	kv_text(j, "contract", s->contract);
	kv_text(j, "cases", s->cases);
	kv_duration(j, "response", s->response_us);
	if (s->service_count == 0)
		return;
	json_key(j, "services");
	json_open_array(j);
	for (size_t k = 0; k < s->service_count; k++)
		json_str(j, p->services[s->services[k]].id);
	json_close_array(j);
}

static void put_resources(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_resources *r = &p->annexes->resources[i];

	json_kv_str(j, "id", r->id);
	kv_text(j, "in", r->in);
	if (r->service != PLAN_NONE)
		json_kv_str(j, "service", p->services[r->service].id);
	else
		json_kv_bool(j, "total", true);
	if (r->is_remote)
		json_kv_bool(j, "remote", true);
	kv_duration(j, "within", r->within_us);
	for (int k = 0; k < RESOURCE_KINDS; k++) {
		if (r->amount[k] >= 0)
			json_kv_i64(j, plan_resource_words[k], r->amount[k]);
	}
}

static void put_document(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_document *d = &p->annexes->documents[i];

	json_kv_str(j, "id", d->id);
	json_kv_str(j, "name", d->name);
	kv_text(j, "code", d->code);
	kv_text(j, "revision", d->revision);
	kv_text(j, "agreement", d->agreement);
	kv_text(j, "header", d->header);
	kv_text(j, "retention", d->retention);
	kv_date(j, "approved", d->approved_s);
	kv_date(j, "review_by", d->review_by_s);
	if (d->date_count == 0)
		return;
	json_key(j, "dates");
	json_open_array(j);
	for (size_t k = 0; k < d->date_count; k++)
		put_date(j, d->dates_s[k]);
	json_close_array(j);
}

static void put_listing(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_listing *r = &p->annexes->listings[i];

	json_kv_str(j, "id", r->id);
	kv_text(j, "in", r->in);
	kv_person(j, "person", p, r->person);
	kv_text(j, "line", r->line);
	kv_text(j, "phone", r->phone);
	kv_text(j, "extension", r->extension);
	kv_text(j, "email", r->email);
}

static void put_composition(struct json_emit *j, const struct plan *p,
			    const struct plan_composition *c)
{
	json_open_object(j);
	kv_text(j, "in", c->in);
	if (c->member_count > 0) {
		json_key(j, "members");
		json_open_array(j);
		for (size_t m = 0; m < c->member_count; m++)
			json_str(j, p->people[c->members[m]].id);
		json_close_array(j);
	}
	json_close_object(j);
}

static void put_group(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_group *g = &p->annexes->groups[i];

	json_kv_str(j, "id", g->id);
	json_kv_str(j, "name", g->name);
	json_kv_i64(j, "level", g->level);
	if (g->told_count == 0)
		return;
	json_key(j, "told");
	json_open_array(j);
	for (size_t k = 0; k < g->told_count; k++)
		put_composition(j, p, &g->told[k]);
	json_close_array(j);
}

static void put_acceptance(struct json_emit *j, const struct plan *p, uint32_t i)
{
	const struct plan_acceptance *a = &p->annexes->accepted[i];

	json_kv_str(j, "id", a->id);
	json_kv_str(j, "finding", a->finding);
	json_kv_str(j, "at", a->at);
	json_kv_str(j, "reason", a->reason);
	kv_person(j, "by", p, a->by);
	json_key(j, "on");
	put_date(j, a->on_s);
	json_key(j, "until");
	put_date(j, a->until_s);
}

static void put_section(struct json_emit *j, const struct plan *p, const char *key, uint32_t count,
			void (*put)(struct json_emit *j, const struct plan *p, uint32_t i))
{
	if (count == 0)
		return;
	json_key(j, key);
	json_open_array(j);
	for (uint32_t i = 0; i < count; i++) {
		json_open_object(j);
		put(j, p, i);
		json_close_object(j);
	}
	json_close_array(j);
}

void plan_annexes_put(struct json_emit *j, const struct plan *p)
{
	const struct plan_annexes *a = p->annexes;

	put_section(j, p, "records", a->record_count, put_record);
	put_section(j, p, "tools", a->tool_count, put_tool);
	put_section(j, p, "suppliers", a->supplier_count, put_supplier);
	put_section(j, p, "resources", a->resources_count, put_resources);
	put_section(j, p, "documents", a->document_count, put_document);
	put_section(j, p, "directory", a->listing_count, put_listing);
	put_section(j, p, "groups", a->group_count, put_group);
	put_section(j, p, "accepted", a->accepted_count, put_acceptance);
}
