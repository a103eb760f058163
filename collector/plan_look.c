#include "collector/plan_look.h"

#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/timefmt.h"
#include "checks/check.h"
#include "collector/plan_redact.h"
#include "plan/plan_file.h"

enum { DAY_S = 86400 };

static const char *const criticality_words[] = {"very-high", "high", "medium", "low"};
static const char *const class_words[] = {"technical", "operational"};
static const char *const jornada_words[] = {"real", "drill", "functional-test"};

const char *plan_on_disk_word(enum plan_on_disk d)
{
	static const char *const words[] = {[PLAN_DISK_SAME] = "same",
					    [PLAN_DISK_DIFFERS] = "differs",
					    [PLAN_DISK_REFUSED] = "refused"};

	return words[d];
}

/* --- findings ----------------------------------------------------------------------------------------- */

static const struct plan_acceptance *acceptance_of(const struct plan *p, const struct finding *f)
{
	for (uint32_t i = 0; f->accepted != NULL && i < p->annexes->accepted_count; i++) {
		const struct plan_acceptance *a = &p->annexes->accepted[i];

		if (f->subject != NULL && strcmp(a->finding, f->code) == 0 &&
		    strcmp(a->at, f->subject) == 0)
			return a;
	}
	return NULL;
}

static void put_date(struct json_emit *j, const char *key, int64_t unix_s)
{
	struct civil c = civil_from_wall((struct wall_time){unix_s * US_PER_S}, 0);
	char text[32];

	snprintf(text, sizeof(text), "%04d-%02d-%02d", c.year, c.month, c.day);
	json_kv_str(j, key, text);
}

static void put_accepted(struct json_emit *j, const struct plan *p, const struct finding *f)
{
	const struct plan_acceptance *a = acceptance_of(p, f);

	json_key(j, "accepted");
	if (a == NULL) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_str(j, "by", p->people[a->by].id);
	json_kv_str(j, "reason", a->reason);
	put_date(j, "on", a->on_s);
	put_date(j, "until", a->until_s);
	json_close_object(j);
}

static void put_findings(struct json_emit *j, const struct plan *p, const struct findings *f,
			 bool contacts)
{
	json_key(j, "findings");
	json_open_array(j);
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->items[i];
		bool hidden = !contacts && plan_redact_tells_contacts(x);

		json_open_object(j);
		json_kv_str(j, "code", x->code);
		json_kv_str(j, "severity", finding_severity_word(x->severity));
		json_kv_str(j, "where", x->subject);
		json_kv_str(j, "text", hidden ? NULL : x->text);
		json_kv_str(j, "what_to_do", x->todo);
		put_accepted(j, p, x);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_totals(struct json_emit *j, const struct plan_look *l)
{
	json_key(j, "totals");
	json_open_object(j);
	json_kv_i64(j, "errors", (int64_t)l->errors);
	json_kv_i64(j, "warnings", (int64_t)l->warnings);
	json_kv_i64(j, "notes", (int64_t)l->notes);
	json_kv_i64(j, "accepted", (int64_t)l->accepted);
	json_kv_i64(j, "left_out", (int64_t)l->left_out);
	json_close_object(j);
}

static enum err put_whole(struct plan_look *l, const struct plan *p, const struct findings *f,
			  struct slice json, bool contacts, struct buf *out, struct err_info *info)
{
	struct json_emit j = {out, true};

	json_kv_bool(&j, "contacts", contacts);
	put_totals(&j, l);
	put_findings(&j, p, f, contacts);
	json_key(&j, "plan");
	return plan_redact(json, &check_schemas, contacts, out, info);
}

/* --- names -------------------------------------------------------------------------------------------- */

static const char *site_of(const struct plan *p, uint32_t site)
{
	return site != PLAN_NONE ? p->sites[site].id : NULL;
}

static void begin(struct json_emit *j, const char *id, const char *name)
{
	json_open_object(j);
	json_kv_str(j, "id", id);
	json_kv_str(j, "name", name);
}

static void put_what_fails(struct json_emit *j, const struct plan *p)
{
	json_key(j, "sites");
	json_open_array(j);
	for (uint32_t i = 0; i < p->site_count; i++) {
		begin(j, p->sites[i].id, p->sites[i].name);
		json_kv_str(j, "kind", p->sites[i].kind);
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "services");
	json_open_array(j);
	for (uint32_t i = 0; i < p->service_count; i++) {
		const struct plan_service *s = &p->services[i];

		begin(j, s->id, s->name);
		json_kv_str(j, "area", s->area);
		json_kv_str(j, "criticality", criticality_words[s->criticality]);
		json_kv_str(j, "procedure",
			    s->procedure != PLAN_NONE ? p->procedures[s->procedure].id : NULL);
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "components");
	json_open_array(j);
	for (uint32_t i = 0; i < p->component_count; i++) {
		begin(j, p->components[i].id, p->components[i].name);
		json_kv_str(j, "site", site_of(p, p->components[i].site));
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "checks");
	json_open_array(j);
	for (uint32_t i = 0; i < p->check_count; i++)
		json_str(j, p->checks[i].id);
	json_close_array(j);
}

static void put_who(struct json_emit *j, const struct plan *p)
{
	json_key(j, "seats");
	json_open_array(j);
	for (uint32_t i = 0; i < p->seat_count; i++) {
		begin(j, p->seats[i].id, p->seats[i].name);
		json_kv_i64(j, "level", p->seats[i].level);
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "people");
	json_open_array(j);
	for (uint32_t i = 0; i < p->person_count; i++) {
		json_open_object(j);
		json_kv_str(j, "id", p->people[i].id);
		json_kv_str(j, "post", p->people[i].post);
		json_kv_bool(j, "vacant", p->people[i].is_vacant);
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "channels");
	json_open_array(j);
	for (uint32_t i = 0; i < p->channel_count; i++) {
		json_open_object(j);
		json_kv_str(j, "id", p->channels[i].id);
		json_kv_str(j, "type", p->channels[i].type);
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "posts");
	json_open_array(j);
	for (uint32_t i = 0; i < p->post_count; i++) {
		begin(j, p->posts[i].id, p->posts[i].name);
		json_kv_str(j, "site", site_of(p, p->posts[i].site));
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_report_types(struct json_emit *j, const struct plan *p)
{
	json_key(j, "report_types");
	json_open_array(j);
	for (uint32_t i = 0; i < p->reports.type_count; i++) {
		const struct plan_report_type *t = &p->reports.types[i];

		begin(j, t->id, t->name);
		json_kv_str(j, "class", class_words[t->class]);
		json_kv_str(j, "service",
			    t->service != PLAN_NONE ? p->services[t->service].id : NULL);
		json_kv_str(j, "procedure",
			    t->procedure != PLAN_NONE ? p->procedures[t->procedure].id : NULL);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_papers(struct json_emit *j, const struct plan *p)
{
	json_key(j, "procedures");
	json_open_array(j);
	for (uint32_t i = 0; i < p->procedure_count; i++) {
		begin(j, p->procedures[i].id, p->procedures[i].name);
		json_kv_i64(j, "activities", (int64_t)p->procedures[i].activity_count);
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "jornadas");
	json_open_array(j);
	for (uint32_t i = 0; i < p->jornada_count; i++) {
		begin(j, p->jornadas[i].id, p->jornadas[i].name);
		json_kv_str(j, "kind", jornada_words[p->jornadas[i].kind]);
		json_close_object(j);
	}
	json_close_array(j);
	json_key(j, "windows");
	json_open_array(j);
	for (uint32_t i = 0; i < p->window_count; i++)
		json_str(j, p->windows[i].id);
	json_close_array(j);
}

static void put_names(struct buf *out, const struct plan *p)
{
	struct json_emit j = {out, true};

	json_kv_str(&j, "institution", p->institution.name);
	json_kv_str(&j, "locale", p->institution.locale);
	put_what_fails(&j, p);
	put_report_types(&j, p);
	put_who(&j, p);
	put_papers(&j, p);
}

/* --- the look ----------------------------------------------------------------------------------------- */

static void look_at_disk(const struct plan_look_ask *ask, struct plan_look *l, struct findings *f)
{
	const struct finding *first = NULL;

	l->on_disk = ask->path != NULL ? plan_file_load(ask->path, &check_schemas, f) : NULL;
	if (l->on_disk != NULL) {
		snprintf(l->disk_hash, sizeof(l->disk_hash), "%s", l->on_disk->hash);
		l->disk = strcmp(l->disk_hash, ask->hash) == 0 ? PLAN_DISK_SAME : PLAN_DISK_DIFFERS;
		return;
	}
	l->disk = PLAN_DISK_REFUSED;
	findings_sort(f);
	for (size_t i = 0; i < f->count && first == NULL; i++)
		first = f->items[i].severity == FINDING_ERROR ? &f->items[i] : NULL;
	if (first != NULL)
		snprintf(l->disk_text, sizeof(l->disk_text), "%s:%u:%u: %s: %s", first->file,
			 first->line, first->column, first->code, first->text);
}

static void count(struct plan_look *l, const struct findings *f)
{
	l->errors = findings_counted(f, FINDING_ERROR);
	l->warnings = findings_counted(f, FINDING_WARNING);
	l->notes = findings_counted(f, FINDING_NOTE);
	l->accepted = findings_accepted(f);
	l->left_out = f->left_out;
}

/* What the files do not say any more is read from the journal. */
static struct plan *in_force(const struct plan_look_ask *ask, struct findings *f,
			     struct err_info *info)
{
	struct plan *p = plan_file_load_json(ask->json, &check_schemas, f);

	if (p == NULL)
		err_ignore(err_fail(info, ERR_CORRUPT, "the plan of the journal does not load: %s",
				    f->count > 0 ? f->items[0].text : "unknown"));
	return p;
}

enum err plan_look_make(const struct plan_look_ask *ask, struct plan_look *ret,
			struct err_info *info)
{
	struct findings f CLEANUP(findings_release);
	struct plan *own = NULL;
	const struct plan *p;
	enum err e = ERR_OK;

	*ret = (struct plan_look){.day = ask->today_s / DAY_S};
	snprintf(ret->hash, sizeof(ret->hash), "%s", ask->hash);
	buf_init(&ret->names, PLAN_LOOK_MAX);
	buf_init(&ret->open, PLAN_LOOK_MAX);
	buf_init(&ret->closed, PLAN_LOOK_MAX);
	findings_init(&f);
	look_at_disk(ask, ret, &f);
	/* As its files tell it, if they still say the same: what a template made is then told once, and in the order of the files,
	 * as on a command line. */
	p = ret->on_disk;
	if (ret->disk != PLAN_DISK_SAME) {
		findings_release(&f);
		findings_init(&f);
		p = own = in_force(ask, &f, info);
	}
	if (p == NULL)
		return ERR_CORRUPT;
	plan_check_findings(p, ask->today_s, &f);
	count(ret, &f);
	put_names(&ret->names, p);
	e = put_whole(ret, p, &f, ask->json, true, &ret->open, info);
	if (e == ERR_OK)
		e = put_whole(ret, p, &f, ask->json, false, &ret->closed, info);
	plan_free(own);
	return e;
}

void plan_look_release(struct plan_look *l)
{
	buf_release(&l->names);
	buf_release(&l->open);
	buf_release(&l->closed);
	plan_free(l->on_disk);
	*l = (struct plan_look){0};
}
