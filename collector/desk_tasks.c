#include "collector/desk_tasks.h"

#include <stdio.h>

#include "collector/clock.h"
#include "collector/effects.h"
#include "collector/message.h"
#include "collector/turn.h"
#include "engine/view.h"
#include "plan/plan_channel.h"

enum { TASKS_SHOWN = 200, SCRIPT_SIZE = 16384 };

/* --- what to say --------------------------------------------------------------------------------- */

void desk_tasks_script(const struct facts *f, const struct catalog *words, struct buf *out)
{
	const struct plan_channel *channel = &f->plan->channels[f->effect->channel];
	const char *own = plan_channel_text(channel, "script");
	struct facts spoken = *f;
	struct catalog_pair pairs[4];
	struct buf line;

	spoken.link = ""; /* nobody reads a URL aloud */
	buf_init(&line, SCRIPT_SIZE);
	message_line(&spoken, words, &line);
	pairs[0] = (struct catalog_pair){"post", f->post};
	pairs[1] = (struct catalog_pair){
		"number", f->plan->people[f->effect->person].contacts[f->effect->contact].to};
	pairs[2] = (struct catalog_pair){"line", buf_cstr(&line)};
	pairs[3] = (struct catalog_pair){"folio", f->folio};
	catalog_fill(out, tr(words, N_("Llame ahora a: {post}, al {number}.")), pairs, 4);
	if (own[0] != '\0')
		buf_printf(out, " %s", own);
	buf_putc(out, ' ');
	catalog_fill(out, tr(words, N_("Diga: «{line}»")), pairs, 4);
	buf_putc(out, ' ');
	catalog_fill(out,
		     tr(words, N_("Pida que repita el folio {folio} y asiente qué contestó. Un "
				  "recado o un buzón no es respuesta.")),
		     pairs, 4);
	buf_release(&line);
}

static void put_script(struct collector *c, uint64_t call, struct json_emit *j)
{
	struct arena *arena = arena_new();
	const struct catalog *words = NULL;
	struct facts facts;
	struct buf text;

	buf_init(&text, SCRIPT_SIZE);
	if (effects_facts(c->effects, call, arena, &facts, &words))
		desk_tasks_script(&facts, words, &text);
	json_kv_str(j, "script", buf_cstr(&text));
	buf_release(&text);
	arena_free(arena);
}

/* --- members of the status ----------------------------------------------------------------------- */

static const char *person_id(const struct plan *p, uint32_t person)
{
	return person != PLAN_NONE ? p->people[person].id : NULL;
}

static void put_task(struct collector *c, uint64_t call, bool contacts, struct json_emit *j)
{
	struct view_incident i;
	struct view_call k;
	char folio[16];

	if (!view_find_call(core_engine(c->core), call, &i, &k))
		return;
	snprintf(folio, sizeof(folio), "%02u", i.folio);
	json_open_object(j);
	json_kv_i64(j, "call", (int64_t)call);
	json_kv_i64(j, "incident", (int64_t)i.id);
	json_kv_str(j, "folio", folio);
	json_kv_str(j, "kind", call_kind_word(k.kind));
	json_kv_str(j, "service", k.service != PLAN_NONE ? i.plan->services[k.service].id : NULL);
	json_kv_str(j, "person", i.plan->people[k.person].id);
	json_kv_str(j, "post", i.plan->people[k.person].post);
	json_kv_str(j, "seat", k.seat != PLAN_NONE ? i.plan->seats[k.seat].id : NULL);
	json_kv_str(j, "to", contacts ? i.plan->people[k.person].contacts[k.contact].to : NULL);
	json_kv_time(j, "at", k.at);
	json_kv_time(j, "due", k.due);
	json_kv_str(j, "taken_by", person_id(i.plan, k.taken_by));
	if (contacts)
		put_script(c, call, j);
	else
		json_kv_str(j, "script", NULL); /* it says the number */
	json_close_object(j);
}

static void put_tasks(struct collector *c, bool contacts, struct json_emit *j)
{
	uint64_t tasks[TASKS_SHOWN];
	size_t n = view_tasks(core_engine(c->core), tasks, TASKS_SHOWN);

	json_key(j, "tasks");
	json_open_array(j);
	for (size_t k = 0; k < n && k < TASKS_SHOWN; k++)
		put_task(c, tasks[k], contacts, j);
	json_close_array(j);
}

static void put_siren(const struct engine *e, struct json_emit *j)
{
	struct view_siren s = view_siren(e);

	json_key(j, "siren");
	json_open_object(j);
	json_kv_bool(j, "on", s.tree_exhausted || s.call_by_hand);
	json_key(j, "why");
	json_open_array(j);
	if (s.tree_exhausted)
		json_str(j, "tree-exhausted");
	if (s.call_by_hand)
		json_str(j, "call-by-hand");
	json_close_array(j);
	json_close_object(j);
}

static void put_seat(const struct engine *e, uint32_t seat, struct wall_time now,
		     struct json_emit *j)
{
	const struct plan *p = view_plan(e);
	struct view_duty d[VIEW_DUTY_MAX];
	size_t n = view_duty(e, seat, now, d);

	json_open_object(j);
	json_kv_str(j, "seat", p->seats[seat].id);
	json_kv_str(j, "name", p->seats[seat].name);
	json_kv_i64(j, "level", p->seats[seat].level);
	json_kv_time(j, "until", view_duty_until(e, seat, now));
	json_key(j, "people");
	json_open_array(j);
	for (size_t k = 0; k < n; k++) {
		json_open_object(j);
		json_kv_str(j, "person", p->people[d[k].person].id);
		json_kv_str(j, "post", p->people[d[k].person].post);
		json_kv_str(j, "stands_for", person_id(p, d[k].stands_for));
		json_kv_bool(j, "away", d[k].away);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void put_away(const struct engine *e, struct json_emit *j)
{
	const struct plan *p = view_plan(e);

	json_key(j, "away");
	json_open_array(j);
	for (size_t k = 0; k < view_absence_count(e); k++) {
		struct view_absence a;

		view_absence(e, k, &a);
		json_open_object(j);
		json_kv_str(j, "person", p->people[a.person].id);
		json_kv_str(j, "post", p->people[a.person].post);
		json_kv_str(j, "other", person_id(p, a.other));
		json_kv_time(j, "since", a.since);
		json_kv_time(j, "until", a.until);
		json_kv_i64(j, "entry", (int64_t)a.seq);
		json_kv_str(j, "note", a.note);
		json_close_object(j);
	}
	json_close_array(j);
}

void desk_tasks_write(struct collector *c, struct json_emit *j, bool contacts)
{
	const struct engine *e = core_engine(c->core);
	const struct plan *p = view_plan(e);
	struct wall_time now = clock_now(&c->clock);

	put_siren(e, j);
	put_tasks(c, contacts, j);
	json_key(j, "duty");
	json_open_array(j);
	for (uint32_t seat = 0; p != NULL && seat < p->seat_count; seat++)
		put_seat(e, seat, now, j);
	json_close_array(j);
	put_away(e, j);
}
