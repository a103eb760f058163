/* The expanded plan as canonical JSON: the very grammar of the YAML files, keys in a fixed order, every
 * default written out. Reading it back gives the same bytes (tested). */
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/parse.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "plan/plan_channel.h"
#include "plan/plan_loader.h"

static void kv_duration(struct json_emit *j, const char *key, int64_t us)
{
	char text[64];

	if (us == 0)
		return;
	format_duration_exact(text, sizeof(text), us);
	json_kv_str(j, key, text);
}

static void kv_text(struct json_emit *j, const char *key, const char *s)
{
	if (s != NULL && s[0] != '\0')
		json_kv_str(j, key, s);
}

static void kv_date(struct json_emit *j, const char *key, int64_t unix_s)
{
	struct civil c = civil_from_wall((struct wall_time){unix_s * US_PER_S}, 0);
	struct buf text;

	if (unix_s == 0)
		return;
	buf_init(&text, 32);
	buf_printf(&text, "%04d-%02d-%02d", c.year, c.month, c.day);
	json_kv_str(j, key, buf_cstr(&text));
	buf_release(&text);
}

static void kv_site(struct json_emit *j, const struct plan *p, uint32_t site)
{
	if (site != PLAN_NONE)
		json_kv_str(j, "site", p->sites[site].id);
}

static void put_need(struct json_emit *j, const struct plan *p, const struct plan_need *need)
{
	static const char *const keys[] = {
		[NEED_ALL] = "all", [NEED_ANY] = "any", [NEED_AT_LEAST] = "of"};

	if (need->kind == NEED_COMPONENT) {
		json_str(j, p->components[need->component].id);
		return;
	}
	json_open_object(j);
	if (need->kind == NEED_AT_LEAST)
		json_kv_i64(j, "at_least", need->at_least);
	json_key(j, keys[need->kind]);
	json_open_array(j);
	for (size_t i = 0; i < need->child_count; i++)
		put_need(j, p, &need->children[i]);
	json_close_array(j);
	json_close_object(j);
}

static void put_carriers(struct json_emit *j, const struct plan *p, const uint32_t *carriers,
			 size_t count)
{
	if (count == 0)
		return;
	json_key(j, "carried_by");
	json_open_array(j);
	for (size_t i = 0; i < count; i++)
		json_str(j, p->components[carriers[i]].id);
	json_close_array(j);
}

static void put_institution(struct json_emit *j, const struct plan_institution *in)
{
	json_key(j, "institution");
	json_open_object(j);
	kv_text(j, "name", in->name);
	kv_text(j, "code", in->code);
	kv_text(j, "revision", in->revision);
	kv_date(j, "approved", in->approved_s);
	kv_date(j, "review_by", in->review_by_s);
	json_kv_str(j, "locale", in->locale);
	json_kv_str(j, "timezone", in->timezone);
	json_close_object(j);
}

static void put_impact(struct json_emit *j, const struct plan_impact *list, size_t n)
{
	if (n == 0)
		return;
	json_key(j, "impact");
	json_open_array(j);
	for (size_t i = 0; i < n; i++) {
		json_open_object(j);
		json_kv_str(j, "what", list[i].what);
		json_kv_i64(j, "count", list[i].count);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_flapping(struct json_emit *j, const struct plan_flapping *f)
{
	json_key(j, "flapping");
	json_open_object(j);
	json_kv_i64(j, "failures", f->failures);
	kv_duration(j, "within", f->within_us);
	kv_duration(j, "stable", f->stable_us);
	json_close_object(j);
}

static void put_places(struct json_emit *j, const struct plan *p)
{
	if (p->site_count > 0) {
		json_key(j, "sites");
		json_open_array(j);
		for (uint32_t i = 0; i < p->site_count; i++) {
			json_open_object(j);
			json_kv_str(j, "id", p->sites[i].id);
			json_kv_str(j, "name", p->sites[i].name);
			kv_text(j, "kind", p->sites[i].kind);
			put_impact(j, p->sites[i].impact, p->sites[i].impact_count);
			json_close_object(j);
		}
		json_close_array(j);
	}
	if (p->agent_count == 0)
		return;
	json_key(j, "agents");
	json_open_array(j);
	for (uint32_t i = 0; i < p->agent_count; i++) {
		json_open_object(j);
		json_kv_str(j, "id", p->agents[i].id);
		kv_site(j, p, p->agents[i].site);
		kv_duration(j, "silent_after", p->agents[i].silent_us);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_check(struct json_emit *j, const struct plan *p, const struct plan_check *c)
{
	json_open_object(j);
	json_kv_str(j, "id", c->name);
	json_kv_str(j, "type", c->schema->type);
	json_key(j, "from");
	json_open_array(j);
	for (uint32_t i = 0; i < c->vantage_count; i++)
		json_str(j, p->agents[p->vantages[c->vantage_first + i].agent].id);
	json_close_array(j);
	kv_duration(j, "interval", c->interval_us);
	kv_duration(j, "retry_interval", c->retry_interval_us);
	kv_duration(j, "timeout", c->timeout_us);
	kv_duration(j, "fresh_within", c->fresh_within_us);
	if (c->confirm_for_us > 0)
		kv_duration(j, "for", c->confirm_for_us);
	else
		json_kv_i64(j, "confirm", c->confirm);
	json_kv_i64(j, "recover", c->recover);
	json_kv_i64(j, "quorum", c->quorum);
	if (c->affects != AFFECTS_SERVING)
		json_kv_str(j, "affects", plan_affects_words[c->affects]);
	kv_text(j, "warning", c->warning_text);
	kv_text(j, "critical", c->critical_text);
	for (size_t i = 0; i < c->param_count; i++)
		json_kv_str(j, c->params[i].key, c->params[i].value);
	json_close_object(j);
}

static void put_components(struct json_emit *j, const struct plan *p)
{
	if (p->component_count == 0)
		return;
	json_key(j, "components");
	json_open_array(j);
	for (uint32_t i = 0; i < p->component_count; i++) {
		const struct plan_component *c = &p->components[i];

		json_open_object(j);
		json_kv_str(j, "id", c->id);
		json_kv_str(j, "name", c->name);
		kv_site(j, p, c->site);
		kv_text(j, "address", c->address);
		if (c->lines > 0)
			json_kv_i64(j, "lines", c->lines);
		if (c->depends_on != NULL) {
			json_key(j, "depends_on");
			put_need(j, p, c->depends_on);
		}
		kv_text(j, "redundancy", plan_pair_text(p, c));
		if (c->check_count > 0) {
			json_key(j, "checks");
			json_open_array(j);
			for (uint32_t k = 0; k < c->check_count; k++)
				put_check(j, p, &p->checks[c->check_first + k]);
			json_close_array(j);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_service(struct json_emit *j, const struct plan *p, const struct plan_service *s)
{
	json_open_object(j);
	json_kv_str(j, "id", s->id);
	json_kv_str(j, "name", s->name);
	kv_text(j, "area", s->area);
	json_kv_str(j, "criticality", plan_criticality_words[s->criticality]);
	kv_duration(j, "rto", s->rto_us);
	if (s->rpo == RPO_DURATION) {
		char text[64];

		format_duration_exact(text, sizeof(text), s->rpo_us);
		json_kv_str(j, "rpo", text);
	} else {
		json_kv_str(j, "rpo", plan_rpo_words[s->rpo]);
	}
	kv_duration(j, "blind_limit", s->blind_limit_us);
	put_impact(j, s->impact, s->impact_count);
	if (s->rto_is_invented)
		json_kv_bool(j, "rto_invented", true);
	if (s->rpo_check != PLAN_NONE) {
		const struct plan_check *c = &p->checks[s->rpo_check];

		json_kv_str(j, "rpo_check", c->id);
		json_kv_str(j, "rpo_value", c->schema->values[s->rpo_value].name);
		kv_duration(j, "rpo_limit", s->rpo_limit_us);
	}
	json_key(j, "needs");
	put_need(j, p, s->needs);
	if (s->team != PLAN_NONE)
		json_kv_str(j, "team", p->seats[s->team].id);
	if (s->policy != PLAN_NONE)
		json_kv_str(j, "policy", p->policies[s->policy].id);
	if (s->procedure != PLAN_NONE)
		json_kv_str(j, "procedure", p->procedures[s->procedure].id);
	json_close_object(j);
}

/* Headers of a webhook come last (plan_channels.c), as a map. */
static void put_channel_params(struct json_emit *j, const struct plan_channel *c)
{
	const size_t prefix = sizeof(PLAN_CHANNEL_HEADER) - 1;
	bool open = false;

	for (size_t k = 0; k < c->param_count; k++) {
		const char *key = c->params[k].key;

		if (strncmp(key, PLAN_CHANNEL_HEADER, prefix) != 0) {
			json_kv_str(j, key, c->params[k].value);
			continue;
		}
		if (!open) {
			json_key(j, "headers");
			json_open_object(j);
			open = true;
		}
		json_kv_str(j, key + prefix, c->params[k].value);
	}
	if (open)
		json_close_object(j);
}

static void put_channels(struct json_emit *j, const struct plan *p)
{
	json_key(j, "channels");
	json_open_array(j);
	for (uint32_t i = 0; i < p->channel_count; i++) {
		const struct plan_channel *c = &p->channels[i];

		json_open_object(j);
		json_kv_str(j, "id", c->id);
		json_kv_str(j, "type", c->type);
		put_channel_params(j, c);
		kv_duration(j, "receipt_within", c->receipt_within_us);
		if (c->lines > 0)
			json_kv_i64(j, "lines", c->lines);
		put_carriers(j, p, c->carried_by, c->carried_count);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_person(struct json_emit *j, const struct plan *p, const struct plan_person *person)
{
	json_open_object(j);
	json_kv_str(j, "id", person->id);
	json_kv_str(j, "post", person->post);
	if (person->is_vacant)
		json_kv_bool(j, "vacant", true);
	json_key(j, "contacts");
	json_open_array(j);
	for (size_t i = 0; i < person->contact_count; i++) {
		json_open_object(j);
		json_kv_str(j, "channel", p->channels[person->contacts[i].channel].id);
		json_kv_str(j, "to", person->contacts[i].to);
		put_carriers(j, p, person->contacts[i].carried_by,
			     person->contacts[i].carried_count);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void put_people(struct json_emit *j, const struct plan *p)
{
	if (p->channel_count > 0)
		put_channels(j, p);
	if (p->person_count > 0) {
		json_key(j, "people");
		json_open_array(j);
		for (uint32_t i = 0; i < p->person_count; i++)
			put_person(j, p, &p->people[i]);
		json_close_array(j);
	}
	if (p->seat_count == 0)
		return;
	json_key(j, "seats");
	json_open_array(j);
	for (uint32_t i = 0; i < p->seat_count; i++) {
		json_open_object(j);
		json_kv_str(j, "id", p->seats[i].id);
		json_kv_str(j, "name", p->seats[i].name);
		json_kv_i64(j, "level", p->seats[i].level);
		if (p->seats[i].titular != PLAN_NONE)
			json_kv_str(j, "titular", p->people[p->seats[i].titular].id);
		if (p->seats[i].suplente != PLAN_NONE)
			json_kv_str(j, "suplente", p->people[p->seats[i].suplente].id);
		json_close_object(j);
	}
	json_close_array(j);
}

static void kv_local(struct json_emit *j, const char *key, int64_t unix_us)
{
	struct civil c = civil_from_wall((struct wall_time){unix_us}, MEXICO_CITY_OFFSET_S);
	struct buf text;

	if (unix_us == 0)
		return;
	buf_init(&text, 32);
	buf_printf(&text, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
		   c.second);
	json_kv_str(j, key, buf_cstr(&text));
	buf_release(&text);
}

static void put_jornadas(struct json_emit *j, const struct plan *p)
{
	if (p->jornada_count == 0)
		return;
	json_key(j, "jornadas");
	json_open_array(j);
	for (uint32_t i = 0; i < p->jornada_count; i++) {
		const struct plan_jornada *d = &p->jornadas[i];

		json_open_object(j);
		json_kv_str(j, "id", d->id);
		json_kv_str(j, "name", d->name);
		json_kv_str(j, "kind", plan_jornada_words[d->kind]);
		if (d->n > 0)
			json_kv_i64(j, "n", d->n);
		kv_local(j, "from", d->from_us);
		kv_local(j, "until", d->until_us);
		kv_local(j, "first_cut", d->first_cut_us);
		kv_local(j, "last_cut", d->last_cut_us);
		json_key(j, "freeze");
		json_open_object(j);
		kv_local(j, "from", d->freeze_from_us);
		kv_local(j, "until", d->freeze_until_us);
		json_close_object(j);
		json_kv_str(j, "stamp", d->stamp);
		json_close_object(j);
	}
	json_close_array(j);
}

static const char *scope_id(const struct plan *p, const struct plan_scope *s)
{
	switch (s->kind) {
	case SCOPE_CHECK:
		return p->checks[s->index].id;
	case SCOPE_COMPONENT:
		return p->components[s->index].id;
	case SCOPE_SITE:
		return p->sites[s->index].id;
	case SCOPE_SERVICE:
		break;
	}
	return p->services[s->index].id;
}

static void put_windows(struct json_emit *j, const struct plan *p)
{
	if (p->window_count == 0)
		return;
	json_key(j, "windows");
	json_open_array(j);
	for (uint32_t i = 0; i < p->window_count; i++) {
		const struct plan_window *w = &p->windows[i];

		json_open_object(j);
		json_kv_str(j, "id", w->id);
		json_kv_str(j, plan_scope_words[w->scope.kind], scope_id(p, &w->scope));
		json_kv_str(j, "owner", p->people[w->owner].id);
		json_kv_str(j, "reason", w->reason);
		kv_local(j, "from", w->from_us);
		kv_local(j, "until", w->until_us);
		if (w->signed_by != PLAN_NONE)
			json_kv_str(j, "signed_by", p->people[w->signed_by].id);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_field_orders(struct json_emit *j, const struct plan *p)
{
	json_key(j, "field_orders");
	json_open_object(j);
	kv_duration(j, "repeat", p->orders.repeat_us);
	kv_duration(j, "confirm_within", p->orders.confirm_within_us);
	if (p->orders.given_by_count > 0) {
		json_key(j, "given_by");
		json_open_array(j);
		for (size_t i = 0; i < p->orders.given_by_count; i++)
			json_str(j, p->seats[p->orders.given_by[i]].id);
		json_close_array(j);
	}
	json_close_object(j);
}

static void put_posts(struct json_emit *j, const struct plan *p)
{
	if (p->post_count == 0)
		return;
	json_key(j, "field_posts");
	json_open_array(j);
	for (uint32_t i = 0; i < p->post_count; i++) {
		const struct plan_post *post = &p->posts[i];

		json_open_object(j);
		json_kv_str(j, "id", post->id);
		json_kv_str(j, "name", post->name);
		kv_site(j, p, post->site);
		if (post->seat != PLAN_NONE)
			json_kv_str(j, "seat", p->seats[post->seat].id);
		else
			json_kv_str(j, "person", p->people[post->persons[0]].id);
		json_close_object(j);
	}
	json_close_array(j);
	put_field_orders(j, p);
}

static void put_target(struct json_emit *j, const struct plan *p, const struct plan_target *t)
{
	struct buf text;

	buf_init(&text, 256);
	switch (t->kind) {
	case TARGET_TEAM:
		buf_puts(&text, "team");
		break;
	case TARGET_SEAT:
		buf_printf(&text, "seat:%s", p->seats[t->index].id);
		break;
	case TARGET_LEVEL:
		buf_printf(&text, "level:%u", t->index);
		break;
	case TARGET_PERSON:
		buf_printf(&text, "person:%s", p->people[t->index].id);
		break;
	}
	json_str(j, buf_cstr(&text));
	buf_release(&text);
}

void plan_write_targets(struct json_emit *j, const struct plan *p, const struct plan_target *t,
			size_t count)
{
	json_open_array(j);
	for (size_t i = 0; i < count; i++)
		put_target(j, p, &t[i]);
	json_close_array(j);
}

static void put_step(struct json_emit *j, const struct plan *p, const struct plan_step *s)
{
	json_open_object(j);
	if (s->at == AT_CONFIRMED) {
		json_kv_str(j, "at", "confirmed");
	} else {
		json_key(j, "at");
		json_open_object(j);
		json_kv_i64(j, "pct", s->pct);
		kv_duration(j, "min", s->min_us);
		kv_duration(j, "max", s->max_us);
		json_close_object(j);
	}
	json_key(j, "call");
	plan_write_targets(j, p, s->targets, s->target_count);
	json_kv_bool(j, "parallel", s->parallel);
	kv_duration(j, "ack_within", s->ack_within_us);
	json_kv_str(j, "ask", plan_ask_words[s->ask]);
	json_kv_i64(j, "quorum", s->quorum);
	kv_text(j, "say", s->say);
	json_close_object(j);
}

static void put_policies(struct json_emit *j, const struct plan *p)
{
	if (p->policy_count == 0)
		return;
	json_key(j, "policies");
	json_open_array(j);
	for (uint32_t i = 0; i < p->policy_count; i++) {
		json_open_object(j);
		json_kv_str(j, "id", p->policies[i].id);
		kv_duration(j, "repeat", p->policies[i].repeat_us);
		json_key(j, "steps");
		json_open_array(j);
		for (size_t k = 0; k < p->policies[i].step_count; k++)
			put_step(j, p, &p->policies[i].steps[k]);
		json_close_array(j);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_procedures(struct json_emit *j, const struct plan *p)
{
	if (p->procedure_count == 0)
		return;
	json_key(j, "procedures");
	json_open_array(j);
	for (uint32_t i = 0; i < p->procedure_count; i++) {
		const struct plan_procedure *pr = &p->procedures[i];

		json_open_object(j);
		json_kv_str(j, "id", pr->id);
		kv_text(j, "name", pr->name);
		if (pr->document != PLAN_NONE)
			json_kv_str(j, "document", p->annexes->documents[pr->document].id);
		kv_text(j, "header", pr->header);
		if (pr->activity_count > 0) {
			json_key(j, "activities");
			json_open_array(j);
			for (size_t k = 0; k < pr->activity_count; k++) {
				json_open_object(j);
				json_kv_i64(j, "n", pr->activities[k].n);
				json_kv_str(j, "do", pr->activities[k].what);
				kv_text(j, "by", pr->activities[k].by);
				json_kv_i64(j, "if_no", pr->activities[k].if_no);
				json_kv_i64(j, "if_yes", pr->activities[k].if_yes);
				if (pr->activities[k].end != END_NOT)
					json_kv_str(j, "end",
						    plan_end_words[pr->activities[k].end]);
				if (pr->activities[k].effect != EFFECT_NONE)
					json_kv_str(j, "effect",
						    plan_effect_words[pr->activities[k].effect]);
				kv_text(j, "heading", pr->activities[k].heading);
				if (pr->activities[k].within_us > 0)
					kv_duration(j, "within", pr->activities[k].within_us);
				json_close_object(j);
			}
			json_close_array(j);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

void plan_write_json(struct plan_loader *l)
{
	struct plan *p = l->plan;
	struct buf text;
	struct json_emit j;
	struct sha256 digest;
	char *hash = arena_calloc(p->arena, SHA256_HEX_SIZE, 1);

	buf_init(&text, BUF_MAX_EVENT);
	j = json_emit_to(&text);
	json_open_object(&j);
	kv_duration(&j, "cool_down", p->cool_down_us);
	put_flapping(&j, &p->flapping);
	put_institution(&j, &p->institution);
	put_places(&j, p);
	put_components(&j, p);
	put_people(&j, p);
	plan_put_shifts(&j, p);
	put_policies(&j, p);
	put_procedures(&j, p);
	plan_write_reports(&j, p);
	if (p->service_count > 0) {
		json_key(&j, "services");
		json_open_array(&j);
		for (uint32_t i = 0; i < p->service_count; i++)
			put_service(&j, p, &p->services[i]);
		json_close_array(&j);
	}
	plan_annexes_put(&j, p);
	put_jornadas(&j, p);
	put_windows(&j, p);
	put_posts(&j, p);
	plan_write_cuts(&j, p);
	json_close_object(&j);
	if (!buf_is_ok(&text))
		PLAN_ERROR(l, l->roots[0], "too-large", "the expanded plan is larger than %d MiB",
			   BUF_MAX_EVENT >> 20);
	digest = sha256_of(buf_slice(&text), SLICE_LIT(""));
	sha256_hex(hash, &digest);
	p->hash = hash;
	p->json = (struct slice){arena_strndup(p->arena, buf_cstr(&text), text.len), text.len};
	buf_release(&text);
}
