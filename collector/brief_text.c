#include "collector/brief_text.h"

#include <stdio.h>

#include "base/parse.h"
#include "base/timefmt.h"

enum { DEEDS_TOLD = 6, SERVICES_TOLD = 6, PEOPLE_TOLD = 8, TEXT_MAX = 8192 };

static const char *const criticality_texts[] = {N_("criticidad muy alta"), N_("criticidad alta"),
						N_("criticidad media"), N_("criticidad baja")};

static const char *const act_texts[ACT_COUNT] = {
	[ACT_AUTHORIZE] = N_("autoriza"),
	[ACT_DECLARE] = N_("declara la contingencia"),
	[ACT_DECLINE] = N_("declina"),
	[ACT_FALSE_ALARM] = N_("dice que es falsa alarma"),
	[ACT_RESUME] = N_("reanuda operaciones"),
	[ACT_CLOSE] = N_("cierra"),
	[ACT_NOTE] = N_("anota"),
	[ACT_CONVENE] = N_("convoca al nivel 1"),
	[ACT_WAIT] = N_("pide 60 s"),
	[ACT_RATIFY] = N_("ratifica"),
	[ACT_CONFIRM] = N_("confirma un acto"),
	[ACT_DISPUTE] = N_("impugna un acto"),
	[ACT_CHECK] = N_("marca una actividad"),
	[ACT_ADOPT] = N_("adopta el plan vigente"),
};

struct writing {
	const struct brief *b;
	const struct catalog *words;
	struct arena *arena;
};

static const char *take(const struct writing *w, struct buf *text)
{
	const char *kept = arena_strndup(w->arena, buf_cstr(text), text->len);

	buf_release(text);
	return kept;
}

static void put_clock(struct buf *out, struct wall_time t)
{
	char clock[TIMEFMT_SIZE];

	timefmt_local_clock(clock, t);
	buf_puts(out, clock);
}

static void fill_clock(const struct writing *w, struct buf *out, const char *sentence,
		       struct wall_time t)
{
	char clock[TIMEFMT_SIZE];
	struct catalog_pair pair = {"clock", clock};

	timefmt_local_clock(clock, t);
	catalog_fill(out, tr(w->words, sentence), &pair, 1);
}

/* What fails, how much it matters; what stops with it is the impact (engine/impact.h). */
static const char *scope_of(const struct writing *w)
{
	struct buf text;
	size_t n = 0;

	buf_init(&text, TEXT_MAX);
	for (size_t k = 0; k < w->b->service_count && n < SERVICES_TOLD; k++) {
		const struct plan_service *s = &w->b->plan->services[w->b->services[k].service];
		char rto[48];

		if (!w->b->services[k].running)
			continue;
		format_duration(rto, sizeof(rto), s->rto_us);
		buf_printf(&text, "%s%s (%s%s%s, RTO %s)", n++ > 0 ? "; " : "", s->name, s->area,
			   s->area[0] != '\0' ? ", " : "",
			   tr(w->words, criticality_texts[s->criticality]), rto);
	}
	return take(w, &text);
}

static void put_checks(const struct writing *w, const struct brief_service *s, struct buf *out)
{
	char failing[16], checks[16], recovered[16];
	struct catalog_pair pairs[] = {
		{"failing", failing}, {"checks", checks}, {"recovered", recovered}};

	if (s->checks == 0)
		return;
	snprintf(failing, sizeof(failing), "%u", s->failing);
	snprintf(checks, sizeof(checks), "%u", s->checks);
	snprintf(recovered, sizeof(recovered), "%u", s->recovered);
	buf_puts(out, "; ");
	catalog_fill(out,
		     tr(w->words, N_("fallan {failing} de {checks} revisiones, {recovered} ya se "
				     "recuperaron")),
		     pairs, COUNT_OF(pairs));
}

/* Only what the clock and the policy will do if nothing changes. */
static const char *forecast_of(const struct writing *w)
{
	const struct brief_service *s;
	struct buf text;

	if (w->b->urgent == PLAN_NONE)
		return "";
	s = &w->b->services[w->b->urgent];
	buf_init(&text, TEXT_MAX);
	fill_clock(w, &text,
		   s->breach_at.us > w->b->now.us ? N_("a este paso se cumple el RTO a las {clock}")
						  : N_("el RTO se cumplió a las {clock}"),
		   s->breach_at);
	put_checks(w, s, &text);
	if (s->next_at.us != WALL_NEVER.us) {
		buf_puts(&text, "; ");
		fill_clock(w, &text, N_("el siguiente paso del plan es a las {clock}"), s->next_at);
	}
	return take(w, &text);
}

static const char *done_of(const struct writing *w)
{
	const struct brief *b = w->b;
	size_t first = b->deed_count > DEEDS_TOLD ? b->deed_count - DEEDS_TOLD : 0;
	struct buf text;

	buf_init(&text, TEXT_MAX);
	for (size_t k = first; k < b->deed_count; k++) {
		const struct brief_deed *d = &b->deeds[k];
		const char *what = act_texts[d->act];

		buf_puts(&text, k > first ? "; " : "");
		put_clock(&text, d->at);
		buf_printf(&text, " %s: %s", b->plan->people[d->person].post,
			   what != NULL ? tr(w->words, what) : act_word(d->act));
		if (d->note[0] != '\0')
			buf_printf(&text, " «%s»", d->note);
		if (d->state == DEED_UNCONFIRMED || d->state == DEED_OVERDUE)
			buf_printf(&text, " (%s)", tr(w->words, N_("sin confirmar")));
		if (d->state == DEED_DISPUTED)
			buf_printf(&text, " (%s)", tr(w->words, N_("impugnado")));
	}
	return take(w, &text);
}

static const char *unanswered_of(const struct writing *w)
{
	struct buf text;
	size_t n = 0;

	buf_init(&text, TEXT_MAX);
	for (size_t k = 0; k < w->b->person_count; k++) {
		const struct brief_person *p = &w->b->people[k];

		if (p->answered || n++ >= PEOPLE_TOLD)
			continue;
		buf_printf(&text, "%s%s", text.len > 0 ? ", " : "",
			   w->b->plan->people[p->person].post);
		if (p->passed)
			buf_printf(&text, " (%s)", tr(w->words, N_("no puede")));
	}
	if (n > PEOPLE_TOLD) {
		char count[24];
		struct catalog_pair pair = {"count", count};

		snprintf(count, sizeof(count), "%zu", n - PEOPLE_TOLD);
		buf_putc(&text, ' ');
		catalog_fill(&text, tr(w->words, N_("y {count} más")), &pair, 1);
	}
	return take(w, &text);
}

static const char *clause_of(const struct writing *w)
{
	const struct brief_clause *c = &w->b->clause;
	const struct plan *p = w->b->plan;
	char step[16];
	struct catalog_pair pairs[] = {{"code", p->institution.code},
				       {"revision", p->institution.revision},
				       {"policy", ""},
				       {"step", step}};
	struct buf text;

	if (c->policy == PLAN_NONE)
		return "";
	buf_init(&text, TEXT_MAX);
	snprintf(step, sizeof(step), "%u", c->step + 1);
	pairs[2].value = p->policies[c->policy].id;
	catalog_fill(&text,
		     tr(w->words, N_("{code} rev. {revision}, política {policy}, paso {step}")),
		     pairs, COUNT_OF(pairs));
	if (c->procedure != PLAN_NONE) {
		const struct plan_procedure *q = &p->procedures[c->procedure];
		struct catalog_pair name = {"name", q->name[0] != '\0' ? q->name : q->id};

		buf_puts(&text, "; ");
		catalog_fill(&text, tr(w->words, N_("procedimiento «{name}»")), &name, 1);
	}
	return take(w, &text);
}

static const char *gate_of(const struct writing *w)
{
	struct buf text;

	if ((w->b->gate != GATE_SHUT && w->b->gate != GATE_HELD) ||
	    !wall_is_known(w->b->gate_until))
		return "";
	buf_init(&text, TEXT_MAX);
	fill_clock(w, &text,
		   N_("Convoque al nivel 1, pida 60 s o declare falsa alarma; si no, se le llama "
		      "solo a las {clock}."),
		   w->b->gate_until);
	return take(w, &text);
}

void brief_text_of(const struct brief *b, const struct catalog *words, struct arena *arena,
		   struct brief_text *ret)
{
	struct writing w = {b, words, arena};

	*ret = (struct brief_text){.scope = scope_of(&w),
				   .forecast = forecast_of(&w),
				   .done = done_of(&w),
				   .unanswered = unanswered_of(&w),
				   .clause = clause_of(&w),
				   .gate = gate_of(&w)};
}
