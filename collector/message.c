#include "collector/message.h"

#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/parse.h"
#include "base/timefmt.h"

struct phrases {
	const char *real, *drill, *folio, *since, *left, *over, *rto, *duplicate;
	const char *what[CALL_KIND_COUNT], *todo[CALL_KIND_COUNT];
};

static const struct phrases spanish = {
	.real = "REAL",
	.drill = "SIMULACRO",
	.folio = "Folio",
	.since = "desde las",
	.left = "quedan",
	.over = "RTO rebasado hace",
	.rto = "del RTO",
	.duplicate = "(posible duplicado) ",
	.what = {[CALL_DOWN] = "No funciona",
		 [CALL_BLIND] = "Sin datos de",
		 [CALL_UPDATE] = "Sigue sin funcionar",
		 [CALL_MARK] = "Sigue sin funcionar",
		 [CALL_ASK] = "Se pide autorizar la activación del plan por",
		 [CALL_BREACH] = "RTO rebasado en",
		 [CALL_UP] = "Ya funciona",
		 [CALL_NOT_OBSERVED] = "No se observó falla en",
		 [CALL_FALSE_ALARM] = "Falsa alarma en",
		 [CALL_CLOSED] = "Incidente cerrado:",
		 [CALL_SYSTEM] = "Aviso de Vigía:"},
	.todo = {[CALL_DOWN] = "Confirme de enterado.",
		 [CALL_BLIND] = "Confirme de enterado y revise la vigilancia.",
		 [CALL_UPDATE] = "No necesita contestar.",
		 [CALL_MARK] = "Confirme de enterado.",
		 [CALL_ASK] = "Conteste: autoriza o declina, con motivo.",
		 [CALL_BREACH] = "Confirme de enterado.",
		 [CALL_UP] = "El área confirma cuando reanude operaciones.",
		 [CALL_NOT_OBSERVED] = "No necesita contestar.",
		 [CALL_FALSE_ALARM] = "No necesita contestar.",
		 [CALL_CLOSED] = "",
		 [CALL_SYSTEM] = ""},
};
static const struct phrases english = {
	.real = "REAL",
	.drill = "DRILL",
	.folio = "Folio",
	.since = "since",
	.left = "left:",
	.over = "RTO over since",
	.rto = "of the RTO",
	.duplicate = "(possible duplicate) ",
	.what = {[CALL_DOWN] = "Down:",
		 [CALL_BLIND] = "No data from",
		 [CALL_UPDATE] = "Still down:",
		 [CALL_MARK] = "Still down:",
		 [CALL_ASK] = "Activation of the plan is to be authorised for",
		 [CALL_BREACH] = "RTO breached:",
		 [CALL_UP] = "Works again:",
		 [CALL_NOT_OBSERVED] = "No failure was observed:",
		 [CALL_FALSE_ALARM] = "False alarm:",
		 [CALL_CLOSED] = "Incident closed:",
		 [CALL_SYSTEM] = "Vigía itself:"},
	.todo = {[CALL_DOWN] = "Please acknowledge.",
		 [CALL_BLIND] = "Please acknowledge and look at the watch itself.",
		 [CALL_UPDATE] = "No answer needed.",
		 [CALL_MARK] = "Please acknowledge.",
		 [CALL_ASK] = "Please answer: authorise, or decline with a reason.",
		 [CALL_BREACH] = "Please acknowledge.",
		 [CALL_UP] = "The area confirms when operations have restarted.",
		 [CALL_NOT_OBSERVED] = "No answer needed.",
		 [CALL_FALSE_ALARM] = "No answer needed.",
		 [CALL_CLOSED] = "",
		 [CALL_SYSTEM] = ""},
};

static bool is_over(enum call_kind k)
{
	return k == CALL_UP || k == CALL_NOT_OBSERVED || k == CALL_FALSE_ALARM || k == CALL_CLOSED;
}

static void put_clock(struct buf *text, const struct phrases *p, const struct engine *e,
		      const struct effect *effect, const struct view_incident *i,
		      struct wall_time now)
{
	char clock[TIMEFMT_SIZE], left[48];
	const struct plan_service *s = &i->plan->services[effect->service];
	struct wall_time breach = wall_add_us(i->began, s->rto_us);
	uint32_t current = plan_find_service(view_plan(e), slice_of(s->id));
	struct view_service now_of;

	if (current != PLAN_NONE) {
		view_service(e, current, now, &now_of);
		if (now_of.clock.running)
			breach = now_of.clock.breach_at;
	}
	timefmt_local_clock(clock, i->began);
	buf_printf(text, " %s %s", p->since, clock);
	if (is_over(effect->kind))
		return;
	if (now.us < breach.us) {
		format_duration(left, sizeof(left), wall_diff_us(breach, now));
		buf_printf(text, "; %s %s %s", p->left, left, p->rto);
	} else {
		format_duration(left, sizeof(left), wall_diff_us(now, breach));
		buf_printf(text, "; %s %s", p->over, left);
	}
}

static void put_text(struct json_emit *j, const struct engine *e, const struct effect *effect,
		     const struct view_incident *i, struct wall_time now)
{
	const struct phrases *p =
		strcmp(i->plan->institution.locale, "en") == 0 ? &english : &spanish;
	struct buf text;

	buf_init(&text, 2000);
	buf_printf(&text, "%s. %s%s %02u. %s «%s»", effect->drill ? p->drill : p->real,
		   effect->maybe_duplicate ? p->duplicate : "", p->folio, effect->folio,
		   p->what[effect->kind], i->plan->services[effect->service].name);
	put_clock(&text, p, e, effect, i, now);
	buf_printf(&text, ". %s", p->todo[effect->kind]);
	json_kv_str(j, "text", buf_cstr(&text));
	buf_release(&text);
}

void message_write(const struct engine *e, const struct effect *effect, struct wall_time now,
		   struct buf *out)
{
	struct view_incident i;
	struct json_emit j = json_emit_to(out);
	const struct plan_contact *contact;
	char folio[16];

	if (!view_find_incident(e, effect->incident, &i))
		return;
	contact = &i.plan->people[effect->person].contacts[effect->contact];
	snprintf(folio, sizeof(folio), "%02u", effect->folio);
	json_open_object(&j);
	json_kv_i64(&j, "id", (int64_t)effect->id);
	json_kv_time(&j, "at", now);
	json_kv_str(&j, "kind", call_kind_word(effect->kind));
	json_kv_i64(&j, "incident", (int64_t)effect->incident);
	json_kv_str(&j, "folio", folio);
	json_key(&j, "services");
	json_open_array(&j);
	for (size_t k = 0; k < i.service_count; k++)
		json_str(&j, i.plan->services[i.services[k]].id);
	json_close_array(&j);
	json_kv_str(&j, "seat", effect->seat != PLAN_NONE ? i.plan->seats[effect->seat].id : NULL);
	json_kv_i64(&j, "level", effect->seat != PLAN_NONE ? i.plan->seats[effect->seat].level : 0);
	json_kv_str(&j, "person", i.plan->people[effect->person].id);
	json_kv_str(&j, "channel", i.plan->channels[effect->channel].id);
	json_kv_str(&j, "to", contact->to);
	put_text(&j, e, effect, &i, now);
	json_kv_bool(&j, "real", !effect->drill);
	json_kv_bool(&j, "maybe_duplicate", effect->maybe_duplicate);
	json_close_object(&j);
}
