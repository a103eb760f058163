#include "collector/message.h"

#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "collector/cause_text.h"

enum { OTHERS_NAMED = 4 };

struct phrases {
	const char *real, *drill, *folio, *since, *left, *over, *rto, *out_for, *duplicate,
		*unjournalled, *still_blind, *also, *and, *more, *confirm;
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
	.out_for = "estuvo fuera",
	.duplicate = "(posible duplicado) ",
	.unjournalled = " Aún no consta en la bitácora.",
	.still_blind = "Sigue sin datos de",
	.also = " También: ",
	.and = " y",
	.more = "más",
	.confirm = "Confirmar",
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
		 [CALL_CLOSED] = "Lo cerró una persona; que funcione no se midió.",
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
	.out_for = "it was out for",
	.duplicate = "(possible duplicate) ",
	.unjournalled = " Not journalled yet.",
	.still_blind = "Still no data from",
	.also = " Also: ",
	.and = " and",
	.more = "more",
	.confirm = "Confirm",
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
		 [CALL_CLOSED] = "A person closed it; that it works was not measured.",
		 [CALL_SYSTEM] = ""},
};

/* The clock of the effect's service, from the incident where the service has left the plan. */
static struct view_clock clock_of(const struct engine *e, const struct effect *effect,
				  const struct view_incident *i, struct wall_time now)
{
	const struct plan_service *s = &i->plan->services[effect->service];
	uint32_t current = plan_find_service(view_plan(e), slice_of(s->id));
	struct view_clock k = {.began = i->began,
			       .restored = i->restored,
			       .breach_at = wall_add_us(i->began, s->rto_us)};
	struct view_service v;

	if (current == PLAN_NONE)
		return k;
	view_service(e, current, now, &v);
	return v.incident == i->id && wall_is_known(v.clock.began) ? v.clock : k;
}

static void put_restored(struct buf *text, const struct phrases *p, const struct view_clock *k)
{
	char clock[TIMEFMT_SIZE], out[48];

	if (!wall_is_known(k->restored))
		return;
	timefmt_local_clock(clock, k->restored);
	format_duration(out, sizeof(out), wall_diff_us(k->restored, k->began));
	buf_printf(text, " %s %s; %s %s", p->since, clock, p->out_for, out);
}

static void put_running(struct buf *text, const struct phrases *p, const struct view_clock *k,
			struct wall_time now)
{
	char clock[TIMEFMT_SIZE], left[48];

	timefmt_local_clock(clock, k->began);
	buf_printf(text, " %s %s", p->since, clock);
	if (now.us < k->breach_at.us) {
		format_duration(left, sizeof(left), wall_diff_us(k->breach_at, now));
		buf_printf(text, "; %s %s %s", p->left, left, p->rto);
	} else {
		format_duration(left, sizeof(left), wall_diff_us(now, k->breach_at));
		buf_printf(text, "; %s %s", p->over, left);
	}
}

static void put_clock(struct buf *text, const struct phrases *p, enum call_kind kind,
		      const struct view_clock *k, struct wall_time now)
{
	switch (kind) {
	case CALL_DOWN:
	case CALL_BLIND:
	case CALL_UPDATE:
	case CALL_MARK:
	case CALL_ASK:
	case CALL_BREACH:
		put_running(text, p, k, now);
		return;
	case CALL_UP:
		put_restored(text, p, k);
		return;
	case CALL_NOT_OBSERVED:
	case CALL_FALSE_ALARM:
	case CALL_CLOSED:
	case CALL_SYSTEM:
	case CALL_KIND_COUNT:
		return;
	}
}

static bool is_running(const struct engine *e, const struct view_incident *i, uint32_t service,
		       struct wall_time now)
{
	uint32_t current = plan_find_service(view_plan(e), slice_of(i->plan->services[service].id));
	struct view_service v;

	if (current == PLAN_NONE)
		return true; /* nothing measures it any more: not over */
	view_service(e, current, now, &v);
	return v.incident == i->id && v.clock.running;
}

/* One call is for all services of an incident: whoever answers must know of the others. */
static void put_others(struct buf *text, const struct phrases *p, const struct engine *e,
		       const struct effect *effect, const struct view_incident *i,
		       struct wall_time now)
{
	bool is_over = effect->kind == CALL_UP || effect->kind == CALL_NOT_OBSERVED ||
		       effect->kind == CALL_FALSE_ALARM || effect->kind == CALL_CLOSED;
	size_t n = 0;

	for (size_t k = 0; k < i->service_count; k++) {
		if (i->services[k] == effect->service ||
		    (!is_over && !is_running(e, i, i->services[k], now)))
			continue;
		if (n++ < OTHERS_NAMED)
			buf_printf(text, "%s«%s»", n == 1 ? p->also : ", ",
				   i->plan->services[i->services[k]].name);
	}
	if (n > OTHERS_NAMED)
		buf_printf(text, "%s %zu %s", p->and, n - OTHERS_NAMED, p->more);
	if (n > 0)
		buf_putc(text, '.');
}

/* What is a warning of blindness does not turn into a statement at the next mark. */
static const char *what_of(const struct phrases *p, enum call_kind kind, const struct view_clock *k)
{
	bool still = kind == CALL_MARK || kind == CALL_UPDATE;

	return still && k->estimated ? p->still_blind : p->what[kind];
}

/* Who is told that nothing is seen wants to know why. */
static bool is_blind_news(enum call_kind kind, const struct view_clock *k)
{
	return kind == CALL_BLIND || ((kind == CALL_MARK || kind == CALL_UPDATE) && k->estimated);
}

static void put_text(struct json_emit *j, const struct engine *e, const struct effect *effect,
		     const struct view_incident *i, struct wall_time now, bool is_journalled,
		     const char *link)
{
	const struct phrases *p =
		strncmp(i->plan->institution.locale, "en", 2) == 0 ? &english : &spanish;
	struct view_clock k = clock_of(e, effect, i, now);
	const char *todo = p->todo[effect->kind];
	struct buf text;

	buf_init(&text, 2000);
	buf_printf(&text, "%s. %s%s %02u. %s «%s»", effect->drill ? p->drill : p->real,
		   effect->maybe_duplicate ? p->duplicate : "", p->folio, effect->folio,
		   what_of(p, effect->kind, &k), i->plan->services[effect->service].name);
	put_clock(&text, p, effect->kind, &k, now);
	buf_putc(&text, '.');
	put_others(&text, p, e, effect, i, now);
	if (is_blind_news(effect->kind, &k))
		cause_text_put(&text, e, i, effect->service, p == &spanish);
	buf_printf(&text, "%s%s%s", todo[0] != '\0' ? " " : "", todo,
		   is_journalled ? "" : p->unjournalled);
	if (link[0] != '\0')
		buf_printf(&text, "\n%s: %s", p->confirm, link);
	json_kv_str(j, "text", buf_cstr(&text));
	buf_release(&text);
}

void message_write(const struct engine *e, const struct effect *effect, struct wall_time now,
		   bool is_journalled, const char *link, struct buf *out)
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
	put_text(&j, e, effect, &i, now, is_journalled, link);
	if (link[0] != '\0')
		json_kv_str(&j, "link", link);
	json_kv_bool(&j, "real", !effect->drill);
	json_kv_bool(&j, "maybe_duplicate", effect->maybe_duplicate);
	if (!is_journalled)
		json_kv_bool(&j, "journalled", false);
	json_close_object(&j);
}
