#include "collector/calendar_text.h"

#include <string.h>

#include "base/timefmt.h"

static const char *fill(const struct catalog *words, struct arena *arena, const char *sentence,
			const struct catalog_pair *pairs, size_t n)
{
	struct buf text;
	const char *kept;

	buf_init(&text, 16384);
	catalog_fill(&text, tr(words, sentence), pairs, n);
	kept = arena_strndup(arena, buf_cstr(&text), text.len);
	buf_release(&text);
	return kept;
}

static const char *clock_of(struct arena *arena, struct wall_time t)
{
	char clock[TIMEFMT_SIZE];

	timefmt_local_clock(clock, t);
	return arena_strdup(arena, clock);
}

const char *calendar_text_label(const struct facts_input *in, const struct facts *f,
				const struct catalog *words)
{
	struct view_calendar now;

	if (f->effect->incident != 0 && f->effect->drill == f->incident.drill) {
		/* The plain words are translated, a stamp is what the plan wrote. */
		if (strcmp(f->incident.stamp, "SIMULACRO") != 0 &&
		    strcmp(f->incident.stamp, "REAL") != 0)
			return f->incident.stamp;
	} else if (f->effect->incident == 0) {
		view_calendar(in->engine, f->now, &now);
		if (now.running != PLAN_NONE && now.real != f->effect->drill)
			return now.stamp;
	}
	return tr(words, f->effect->drill ? N_("SIMULACRO") : N_("REAL"));
}

static const char *scope_name(const struct plan *p, const struct view_silence *s)
{
	if (s->scope_index == PLAN_NONE)
		return s->scope;
	switch (s->kind) {
	case SCOPE_CHECK:
		return s->scope;
	case SCOPE_COMPONENT:
		return p->components[s->scope_index].name;
	case SCOPE_SITE:
		return p->sites[s->scope_index].name;
	case SCOPE_SERVICE:
		break;
	}
	return p->services[s->scope_index].name;
}

static const char *failed_text(const struct facts_input *in, const struct catalog *words,
			       struct arena *arena, const struct view_silence *s)
{
	struct catalog_pair pair = {"services", ""};
	struct view_silence_failed failed;
	struct buf names;
	size_t n = 0;

	buf_init(&names, 8192);
	for (; view_silence_failed(in->engine, s->id, n, &failed); n++) {
		uint32_t service =
			plan_find_service(view_plan(in->engine), slice_of(failed.service));
		const char *name = service != PLAN_NONE
					   ? view_plan(in->engine)->services[service].name
					   : failed.service;

		buf_printf(&names, "%s«%s» (%02u)", n > 0 ? ", " : "", name, failed.folio);
	}
	if (s->failed_count > n)
		buf_printf(&names, " +%zu", s->failed_count - n);
	pair.value = arena_strdup(arena, buf_cstr(&names));
	buf_release(&names);
	if (n == 0)
		return tr(words, N_("Mientras duró no falló nada por lo que se llamara."));
	return fill(words, arena, N_("Mientras duró falló, sin que se llamara: {services}."), &pair,
		    1);
}

bool calendar_text_notice(const struct facts_input *in, const struct catalog *words,
			  struct arena *arena, struct facts *f)
{
	bool ending = f->effect->kind == CALL_SILENCE_ENDING;
	struct view_silence s;
	struct catalog_pair pairs[2];

	if (!view_find_silence(in->engine, f->effect->about, &s))
		return false;
	pairs[0] = (struct catalog_pair){"what", scope_name(f->plan, &s)};
	pairs[1] = (struct catalog_pair){"clock", clock_of(arena, ending ? s.until : s.ended)};
	if (s.is_window)
		f->headline = fill(words, arena,
				   ending ? N_("A las {clock} termina la ventana de mantenimiento "
					       "de «{what}»")
					  : N_("Terminó a las {clock} la ventana de mantenimiento "
					       "de «{what}»"),
				   pairs, 2);
	else
		f->headline = fill(words, arena,
				   ending ? N_("A las {clock} termina el silencio de «{what}»")
					  : N_("Terminó a las {clock} el silencio de «{what}»"),
				   pairs, 2);
	f->others = failed_text(in, words, arena, &s);
	f->todo = tr(words, ending ? N_("Si hace falta más tiempo, pida otra antes de que termine.")
				   : N_("Desde ahora se llama otra vez por lo que falle."));
	return true;
}

void calendar_text_order(const struct facts_input *in, const struct catalog *words,
			 struct arena *arena, struct facts *f)
{
	const char *sentence = N_("Indicación a {post}: ESPERE instrucciones");
	struct view_incident i;
	struct view_order o;
	struct view_call c;
	struct catalog_pair pair = {"post", f->post};

	if (!view_find_call(in->engine, f->effect->id, &i, &c) ||
	    !view_find_order(in->engine, f->effect->incident, f->effect->about, &o))
		return;
	if (c.post != PLAN_NONE)
		pair.value = f->plan->posts[c.post].name;
	if (strcmp(o.what, "suspend") == 0)
		sentence = N_("Indicación a {post}: SUSPENDA la jornada");
	else if (strcmp(o.what, "resume") == 0)
		sentence = N_("Indicación a {post}: REANUDE la jornada");
	f->headline = fill(words, arena, sentence, &pair, 1);
	pair = (struct catalog_pair){"reason", o.reason};
	f->others = fill(words, arena, N_("Motivo: {reason}."), &pair, 1);
}

const char *calendar_text_silenced(const struct facts_input *in, const struct catalog *words,
				   struct arena *arena)
{
	struct view_silence s;
	struct catalog_pair pairs[2];

	if (in->effect->kind != CALL_BREACH || in->effect->about == 0 ||
	    !view_find_silence(in->engine, in->effect->about, &s))
		return "";
	pairs[0] = (struct catalog_pair){"clock", clock_of(arena, s.until)};
	pairs[1] = (struct catalog_pair){"reason", s.reason};
	return fill(words, arena,
		    N_("Está en silencio hasta las {clock} ({reason}): solo se avisa a nivel 2."),
		    pairs, 2);
}
