#include "collector/facts.h"

#include <string.h>

#include "base/parse.h"
#include "base/timefmt.h"
#include "collector/calendar_text.h"
#include "collector/cause_text.h"
#include "engine/shifts.h"

enum { OTHERS_NAMED = 4 };

/* Whole sentences, so that a translation can turn them about. {service} is filled in. */
static const char *const headlines[CALL_KIND_COUNT] = {
	[CALL_DOWN] = N_("No funciona «{service}»"),
	[CALL_BLIND] = N_("Sin datos de «{service}»"),
	[CALL_FLAPPING] = N_("Está intermitente «{service}»"),
	[CALL_UPDATE] = N_("Sigue sin funcionar «{service}»"),
	[CALL_MARK] = N_("Sigue sin funcionar «{service}»"),
	[CALL_ASK] = N_("Se pide autorizar la activación del plan por «{service}»"),
	[CALL_BREACH] = N_("RTO rebasado en «{service}»"),
	[CALL_UP] = N_("Ya funciona «{service}»"),
	[CALL_NOT_OBSERVED] = N_("No se observó falla en «{service}»"),
	[CALL_FALSE_ALARM] = N_("Falsa alarma en «{service}»"),
	[CALL_CLOSED] = N_("Incidente cerrado: «{service}»"),
	[CALL_DRILL_OVER] = N_("Terminó el simulacro: «{service}»"),
	[CALL_HANDOVER] = N_("Cambio de turno: sigue sin funcionar «{service}»"),
	[CALL_REPORTED] = N_("Reportan una falla: «{service}»"),
	[CALL_COMPLETE] = N_("Reporte completo, por valorar: «{service}»"),
	[CALL_DUE] = N_("Vencido el informe final: «{service}»"),
	[CALL_SYSTEM] = N_("Aviso de Vigía: «{service}»"),
	[CALL_NO_DRILL] = N_("Ya NO es simulacro: «{service}»"),
	[CALL_ORDER] = N_("Indicación por «{service}»"),
};
static const char *const todos[CALL_KIND_COUNT] = {
	[CALL_DOWN] = N_("Confirme de enterado."),
	[CALL_BLIND] = N_("Confirme de enterado y revise la vigilancia."),
	[CALL_FLAPPING] = N_("Confirme de enterado. El reloj sigue aunque funcione a ratos; se le "
			     "avisará cuando quede estable."),
	[CALL_UPDATE] = N_("No necesita contestar."),
	[CALL_MARK] = N_("Confirme de enterado."),
	[CALL_ASK] = N_("Conteste: autoriza o declina, con motivo."),
	[CALL_BREACH] = N_("Confirme de enterado."),
	[CALL_UP] = N_("El área confirma cuando reanude operaciones."),
	[CALL_NOT_OBSERVED] = N_("No necesita contestar."),
	[CALL_FALSE_ALARM] = N_("No necesita contestar."),
	[CALL_CLOSED] = N_("Lo cerró una persona; que funcione no se midió."),
	[CALL_DRILL_OVER] = N_("Ya no haga nada por este simulacro."),
	[CALL_HANDOVER] = "",
	[CALL_REPORTED] = N_("Confirme de enterado y valore el reporte."),
	[CALL_COMPLETE] = N_("Confirme de enterado y valore el incidente."),
	[CALL_DUE] = N_("Asiente la entrega; este aviso no se repite."),
	[CALL_SYSTEM] = "",
	[CALL_NO_DRILL] = N_("Esto NO es un simulacro: confirme de enterado. Lo indicado en el "
			     "simulacro queda sin efecto."),
	[CALL_ORDER] = N_("Confirme que la recibió y la cumple."),
};

struct making {
	const struct facts_input *in;
	const struct catalog *words;
	struct arena *arena;
	struct facts *f;
};

static const char *take(struct making *m, struct buf *text)
{
	const char *kept = arena_strndup(m->arena, buf_cstr(text), text->len);

	buf_release(text);
	return kept;
}

/* A sentence of the catalogue with one value in it. */
static const char *say(struct making *m, const char *sentence, const char *name, const char *value)
{
	struct catalog_pair pair = {name, value};
	struct buf text;

	buf_init(&text, 4096);
	catalog_fill(&text, tr(m->words, sentence), &pair, 1);
	return take(m, &text);
}

static const char *duration(struct making *m, int64_t us)
{
	char text[48];

	format_duration(text, sizeof(text), us);
	return arena_strdup(m->arena, text);
}

/* The clock of the effect's service, from the incident where the service has left the plan. */
static struct view_clock clock_of(const struct engine *e, const struct effect *effect,
				  const struct view_incident *i, struct wall_time now)
{
	const struct plan_service *s =
		effect->service != PLAN_NONE ? &i->plan->services[effect->service] : NULL;
	uint32_t current = s != NULL ? plan_find_service(view_plan(e), slice_of(s->id)) : PLAN_NONE;
	struct view_clock k = {.began = i->began,
			       .began_not_before = i->began_not_before,
			       .restored = i->restored,
			       .breach_at =
				       s != NULL ? wall_add_us(i->began, s->rto_us) : WALL_NEVER,
			       .next_mark = WALL_NEVER};
	struct view_service v;

	if (current == PLAN_NONE)
		return k;
	view_service(e, current, now, &v);
	return v.incident == i->id && wall_is_known(v.clock.began) ? v.clock : k;
}

static void fill_running(struct making *m)
{
	struct facts *f = m->f;
	const struct view_clock *k = &f->clock;
	char clock[TIMEFMT_SIZE];

	f->is_running = true;
	timefmt_local_clock(clock, k->began);
	f->since = arena_strdup(m->arena, clock);
	f->elapsed = duration(m, wall_diff_us(f->now, k->began));
	if (wall_is_known(k->began_not_before) && k->began_not_before.us < k->began.us)
		f->uncertainty = duration(m, wall_diff_us(k->began, k->began_not_before));
	f->left = f->now.us < k->breach_at.us
			  ? say(m, N_("quedan {left} del RTO"), "left",
				duration(m, wall_diff_us(k->breach_at, f->now)))
			  : say(m, N_("RTO rebasado hace {over}"), "over",
				duration(m, wall_diff_us(f->now, k->breach_at)));
}

static void fill_restored(struct making *m)
{
	const struct view_clock *k = &m->f->clock;
	char clock[TIMEFMT_SIZE];

	if (!wall_is_known(k->restored))
		return;
	timefmt_local_clock(clock, k->restored);
	m->f->since = arena_strdup(m->arena, clock);
	m->f->lasted = say(m, N_("estuvo fuera {time}"), "time",
			   duration(m, wall_diff_us(k->restored, k->began)));
}

static void fill_clock(struct making *m)
{
	switch (m->f->effect->kind) {
	case CALL_DOWN:
	case CALL_BLIND:
	case CALL_FLAPPING:
	case CALL_UPDATE:
	case CALL_MARK:
	case CALL_ASK:
	case CALL_BREACH:
	case CALL_HANDOVER:
		fill_running(m);
		return;
	case CALL_REPORTED:
	case CALL_COMPLETE:
		if (m->f->clock.running)
			fill_running(m);
		return;
	case CALL_NO_DRILL:
		if (wall_is_known(m->f->clock.restored))
			fill_restored(m);
		else
			fill_running(m);
		return;
	case CALL_UP:
		fill_restored(m);
		return;
	case CALL_ORDER:
	case CALL_SILENCE_ENDING:
	case CALL_SILENCE_ENDED:
	case CALL_DUE:
	case CALL_NOT_OBSERVED:
	case CALL_FALSE_ALARM:
	case CALL_CLOSED:
	case CALL_DRILL_OVER:
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
static void fill_others(struct making *m)
{
	struct facts *f = m->f;
	const struct view_incident *i = &f->incident;
	enum call_kind kind = f->effect->kind;
	bool is_over = kind == CALL_UP || kind == CALL_NOT_OBSERVED || kind == CALL_FALSE_ALARM ||
		       kind == CALL_CLOSED || kind == CALL_DRILL_OVER;
	struct buf names, all, more;
	size_t n = 0;

	buf_init(&names, 4096);
	buf_init(&all, 16384);
	buf_init(&more, 32);
	for (size_t k = 0; k < i->service_count; k++) {
		const char *name = i->plan->services[i->services[k]].name;

		buf_printf(&all, "%s%s", k == 0 ? "" : ", ", name);
		if (i->services[k] == f->effect->service ||
		    (!is_over && !is_running(m->in->engine, i, i->services[k], f->now)))
			continue;
		if (n++ < OTHERS_NAMED)
			buf_printf(&names, "%s«%s»", n == 1 ? "" : ", ", name);
	}
	if (n > OTHERS_NAMED) {
		buf_printf(&more, "%zu", n - OTHERS_NAMED);
		buf_putc(&names, ' ');
		buf_puts(&names, say(m, N_("y {count} más"), "count", buf_cstr(&more)));
	}
	if (n > 0)
		f->others = say(m, N_("También: {services}."), "services", buf_cstr(&names));
	f->service_names = take(m, &all);
	buf_release(&names);
	buf_release(&more);
}

/* The process that failed; where none is named, what was reported. */
static const char *subject_of(const struct facts *f, const struct engine *e)
{
	const struct plan *p = f->plan;
	struct view_report r;

	if (f->effect->service != PLAN_NONE)
		return p->services[f->effect->service].name;
	if (f->incident.report_count == 0)
		return "";
	view_report(e, f->incident.id, 0, &r);
	return r.type != PLAN_NONE ? p->reports.types[r.type].name : r.what;
}

static void put_report(struct making *m, struct buf *out, const struct view_report *r)
{
	const struct plan *p = m->f->plan;
	const char *name = r->type != PLAN_NONE ? p->reports.types[r->type].name : r->what;
	char clock[TIMEFMT_SIZE];

	timefmt_local_clock(clock, r->at);
	buf_puts(out, say(m, N_("Reporte de las {clock}"), "clock", clock));
	buf_printf(out, " (%s%s%s)", name, r->via[0] != '\0' ? ", " : "", r->via);
	if (r->site != PLAN_NONE)
		buf_printf(out, ", %s", p->sites[r->site].name);
	if (r->ref[0] != '\0')
		buf_printf(out, ", %s", r->ref);
	buf_printf(out, "%s%s.", r->text[0] != '\0' ? ": " : "", r->text);
}

/* Who is to assess a report hears what was said, and what the measurements say. */
static void fill_report(struct making *m)
{
	struct facts *f = m->f;
	enum call_kind kind = f->effect->kind;
	struct view_report r;
	struct buf text;

	if (f->incident.report_count == 0 || (kind != CALL_REPORTED && kind != CALL_COMPLETE &&
					      !(f->is_running && f->clock.by_word)))
		return;
	buf_init(&text, 8192);
	view_report(m->in->engine, f->incident.id, 0, &r);
	put_report(m, &text, &r);
	if (kind == CALL_COMPLETE && f->incident.summary[0] != '\0') {
		buf_putc(&text, ' ');
		buf_puts(&text,
			 say(m, N_("Lo actuado: {summary}"), "summary", f->incident.summary));
	}
	if (f->incident.contradicted)
		buf_printf(&text, " %s", tr(m->words, N_("La medición dice que sí funciona.")));
	f->report = take(m, &text);
}

static void fill_answered(struct making *m)
{
	struct facts *f = m->f;
	struct buf text;

	buf_init(&text, 4096);
	for (size_t k = 0; k < f->incident.call_count; k++) {
		const char *post;
		struct view_call c;

		view_call(m->in->engine, f->incident.id, k, &c);
		post = f->plan->people[c.person].post;
		if (c.state == CALL_STATE_ACKNOWLEDGED && strstr(buf_cstr(&text), post) == NULL)
			buf_printf(&text, "%s%s", text.len > 0 ? ", " : "", post);
	}
	f->answered = take(m, &text);
}

/* Who is told that nothing is seen wants to know why. */
static void fill_causes(struct making *m)
{
	struct facts *f = m->f;
	enum call_kind kind = f->effect->kind;
	struct buf text;

	if (kind != CALL_BLIND && !((kind == CALL_MARK || kind == CALL_UPDATE) &&
				    f->clock.estimated && !f->clock.by_word))
		return;
	buf_init(&text, 4096);
	cause_text_put(&text, m->in->engine, &f->incident, f->effect->service, m->words);
	f->causes = take(m, &text);
}

/* What stops: in the units of the plan, and how many places. */
static void fill_impact(struct making *m)
{
	struct facts *f = m->f;
	struct view_impact v;
	struct buf text, count;

	if (!view_impact(m->in->engine, f->incident.id, &v))
		return;
	buf_init(&text, 4096);
	buf_init(&count, 32);
	for (size_t i = 0; i < v.total_count; i++) {
		if (v.totals[i].count > 0)
			buf_printf(&text, "%s%s: %lld", text.len > 0 ? ", " : "", v.totals[i].what,
				   (long long)v.totals[i].count);
	}
	if (v.site_count > 0) {
		buf_printf(&count, "%zu", v.site_count);
		buf_puts(&text, text.len > 0 ? ", " : "");
		buf_puts(&text, say(m, N_("sitios: {count}"), "count", buf_cstr(&count)));
	}
	buf_release(&count);
	f->impact = take(m, &text);
	f->impact_title = tr(m->words, v.possible ? N_("Impacto posible") : N_("Impacto"));
}

static void put_role(struct making *m, struct buf *out, uint32_t seat, const struct view_call *c)
{
	const struct facts *f = m->f;
	struct seat_holders h = seat_holders(f->plan, seat, c->at);
	bool first = h.titular == c->person ||
		     (c->stands_for != PLAN_NONE && h.titular == c->stands_for);

	if (out->len > 0)
		buf_puts(out, ", ");
	buf_puts(out, say(m, first ? N_("titular de {seat}") : N_("suplente de {seat}"), "seat",
			  f->plan->seats[seat].name));
}

/* One call is for all seats of a person: it says which, and in whose place. */
static void fill_role(struct making *m)
{
	struct facts *f = m->f;
	struct view_incident i;
	struct view_call c;
	struct buf text, all;

	if (!view_find_call(m->in->engine, f->effect->id, &i, &c) || c.seat == PLAN_NONE ||
	    (c.also_count == 0 && c.stands_for == PLAN_NONE))
		return;
	buf_init(&text, 4096);
	buf_init(&all, 8192);
	put_role(m, &text, c.seat, &c);
	for (uint32_t k = 0; k < c.also_count; k++)
		put_role(m, &text, c.also[k], &c);
	buf_puts(&all, say(m, N_("Se le llama como {roles}."), "roles", buf_cstr(&text)));
	if (c.stands_for != PLAN_NONE) {
		buf_putc(&all, ' ');
		buf_puts(&all, say(m, N_("Suple a: {post}."), "post",
				   f->plan->people[c.stands_for].post));
	}
	buf_release(&text);
	f->role = take(m, &all);
}

/* Who answers from now on. */
static void fill_handover(struct making *m)
{
	struct facts *f = m->f;
	uint32_t seat = f->effect->seat, titular;
	struct catalog_pair pairs[2];
	struct buf text;

	if (f->effect->kind != CALL_HANDOVER || seat == PLAN_NONE)
		return;
	titular = seat_holders(f->plan, seat, f->now).titular;
	buf_init(&text, 4096);
	pairs[0] = (struct catalog_pair){"seat", f->plan->seats[seat].name};
	pairs[1] = (struct catalog_pair){"post",
					 titular != PLAN_NONE ? f->plan->people[titular].post : ""};
	catalog_fill(&text,
		     tr(m->words, titular != PLAN_NONE
					  ? N_("Desde ahora responde por «{seat}»: {post}.")
					  : N_("Desde ahora nadie responde por «{seat}».")),
		     pairs, 2);
	if (f->answered[0] != '\0') {
		buf_putc(&text, ' ');
		buf_puts(&text, say(m, N_("Han contestado: {posts}."), "posts", f->answered));
	}
	if (f->clock.next_mark.us != WALL_NEVER.us) {
		char clock[TIMEFMT_SIZE];

		timefmt_local_clock(clock, f->clock.next_mark);
		buf_putc(&text, ' ');
		buf_puts(&text, say(m, N_("Siguiente marca: {clock}."), "clock", clock));
	}
	f->todo = take(m, &text);
}

static bool is_asked_to_ratify(const struct brief *b, const struct facts *f)
{
	return f->effect->kind == CALL_ASK && b->ratification == RATIFICATION_PENDING;
}

/* Who decides is told all that is known (engine/brief.h): level 1 when it is asked, the coordinator before. */
static void fill_brief(struct making *m)
{
	struct facts *f = m->f;
	const struct effect *e = f->effect;
	bool coordinator = e->seat != PLAN_NONE && f->plan->seats[e->seat].level == 2 &&
			   f->is_running && e->kind != CALL_BLIND;
	struct brief b;

	if ((e->kind != CALL_ASK && !coordinator) ||
	    !brief_of(m->in->engine, e->incident, f->now, m->arena, &b))
		return;
	brief_text_of(&b, m->words, m->arena, &f->brief);
	if (coordinator && f->brief.gate[0] != '\0')
		f->todo = f->brief.gate;
	if (!is_asked_to_ratify(&b, f))
		return;
	f->headline = say(m, N_("Se pide ratificar la contingencia declarada por «{service}»"),
			  "service", f->plan->services[e->service].name);
	f->todo = tr(m->words, N_("Conteste: ratifica o declina, con motivo."));
}

/* How much would be lost if it had to be restored from the newest copy. */
static void fill_copy(struct making *m)
{
	struct facts *f = m->f;
	const struct plan *p = view_plan(m->in->engine);
	uint32_t service = PLAN_NONE;
	char clock[TIMEFMT_SIZE];
	struct catalog_pair pairs[3] = {{"clock", clock}, {"age", ""}, {"rpo", ""}};
	struct view_rpo v;
	struct buf text;

	if (f->effect->service != PLAN_NONE) /* a report may name no process */
		service = plan_find_service(p, slice_of(f->plan->services[f->effect->service].id));
	if (!f->is_running || service == PLAN_NONE || !view_rpo(m->in->engine, service, &v) ||
	    !wall_is_known(v.copy))
		return;
	timefmt_local(clock, v.copy);
	pairs[1].value = duration(m, wall_diff_us(f->now, v.copy));
	pairs[2].value = duration(m, v.limit_us);
	buf_init(&text, 1024);
	catalog_fill(&text,
		     tr(m->words, v.state == RPO_STATE_EXCEEDED
					  ? N_("Última copia de los datos: {clock}, hace {age}; el "
					       "RPO de {rpo} está rebasado.")
					  : N_("Última copia de los datos: {clock}, hace {age} "
					       "(RPO {rpo}).")),
		     pairs, COUNT_OF(pairs));
	f->copy = take(m, &text);
}

/* What is a warning of blindness does not turn into a statement at the next mark. */
static const char *headline_of(const struct facts *f)
{
	bool still = f->effect->kind == CALL_MARK || f->effect->kind == CALL_UPDATE;

	if (f->effect->kind == CALL_UP && f->incident.kind == INCIDENT_KIND_REPORTED)
		return N_("Restablecido, según quien lo atiende: «{service}»");
	if (f->effect->kind == CALL_DUE && f->effect->seat == PLAN_NONE)
		return N_("Vencida una acción de mejora: «{service}»");
	if (still && f->clock.flapping)
		return N_("Sigue intermitente «{service}»");
	return still && f->clock.estimated && !f->clock.by_word
		       ? N_("Sigue sin datos de «{service}»")
		       : headlines[f->effect->kind];
}

const struct catalog *facts_catalog(const struct facts_input *in, const struct plan *plan)
{
	return strncmp(plan->institution.locale, "en", 2) == 0 ? in->english : NULL;
}

/* What every message has, of an incident or of none. */
static void fill_common(struct making *m)
{
	const struct facts_input *in = m->in;
	const struct effect *effect = in->effect;
	struct facts *ret = m->f;

	ret->language = m->words != NULL ? "en" : "es-MX";
	ret->real = !effect->drill;
	ret->maybe_duplicate = effect->maybe_duplicate;
	ret->label = calendar_text_label(in, ret, m->words);
	ret->since = ret->elapsed = ret->uncertainty = ret->left = ret->lasted = ret->others =
		ret->report = ret->copy = ret->role = ret->impact = ret->impact_title =
			ret->causes = ret->answered = ret->folio = ret->state = ret->service_names =
				"";
	ret->brief = (struct brief_text){"", "", "", "", "", ""};
	ret->duplicate = effect->maybe_duplicate ? tr(m->words, N_("(posible duplicado)")) : "";
	ret->unjournalled = in->journalled ? "" : tr(m->words, N_("Aún no consta en la bitácora."));
	ret->link = in->link;
	ret->post = ret->plan->people[effect->person].post;
}

bool facts_build(const struct facts_input *in, struct arena *arena, struct facts *ret)
{
	const struct effect *effect = in->effect;
	struct making m = {.in = in, .arena = arena, .f = ret};

	*ret = (struct facts){.effect = effect, .now = in->now, .journalled = in->journalled};
	if (effect->incident == 0)
		ret->incident.plan = view_plan(in->engine);
	else if (!view_find_incident(in->engine, effect->incident, &ret->incident))
		return false;
	ret->plan = ret->incident.plan;
	m.words = facts_catalog(in, ret->plan);
	fill_common(&m);
	if (effect->incident == 0)
		return calendar_text_notice(in, m.words, arena, ret);
	ret->clock = clock_of(in->engine, effect, &ret->incident, in->now);
	ret->folio = arena_printf(arena, "%02u", effect->folio);
	ret->state = incident_state_word(ret->incident.state);
	ret->headline = say(&m, headline_of(ret), "service", subject_of(ret, in->engine));
	ret->todo = tr(m.words, todos[effect->kind]);
	fill_clock(&m);
	fill_others(&m);
	fill_causes(&m);
	if (effect->kind != CALL_ORDER)
		fill_impact(&m);
	fill_report(&m);
	fill_copy(&m);
	fill_answered(&m);
	if (effect->kind == CALL_ORDER)
		calendar_text_order(in, m.words, arena, ret);
	else if (effect->kind == CALL_BREACH)
		ret->causes = calendar_text_silenced(in, m.words, arena);
	fill_role(&m);
	fill_handover(&m);
	fill_brief(&m);
	return true;
}
