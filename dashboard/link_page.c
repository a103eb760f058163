#include "dashboard/link_page.h"

#include <string.h>
#include <strings.h>

#include "base/micro.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "base/html_text.h"

enum { SHOWN_MAX = 120 }; /* bytes of a name */

struct words {
	const char *language, *real, *drill, *folio, *called, *called_at, *as_of, *reload;
	const char *down, *blind, *reported, *confirmed, *no_clock, *served, *was_out, *left, *over,
		*rto, *unknown_since, *no_service;
	const char *ack, *attend, *pass, *note, *once, *not_here;
	const char *recorded, *entry, *goes_on, *change, *closed;
	const char *trouble[LINK_TROUBLE_COUNT], *telephone, *sorry;
};

static const struct words spanish = {
	.language = "es",
	.real = "REAL",
	.drill = "SIMULACRO",
	.folio = "Folio",
	.called = "Se avisó a:",
	.called_at = "a las",
	.as_of = "Datos de",
	.reload = "Vuelva a cargar la página para ver los de ahora.",
	.down = "No funciona desde las",
	.blind = "Sin datos desde las",
	.reported = "Reportan que no funciona, desde las",
	.confirmed = "Reportado y confirmado: no funciona desde las",
	.no_clock = "Falta confirmarlo. El reloj del RTO aún no corre.",
	.served = "Ya funciona, desde las",
	.was_out = "Estuvo fuera",
	.left = "Quedan",
	.over = "RTO rebasado hace",
	.rto = "del RTO",
	.unknown_since = "Hora de inicio desconocida",
	.no_service = "Lo reporta una persona; no se señala ningún proceso.",
	.ack = "Enterado",
	.attend = "Voy yo, lo atiendo",
	.pass = "No puedo",
	.note = "Nota (opcional)",
	.once = "Este enlace sirve una sola vez. Su respuesta queda en la bitácora.",
	.not_here = "Autorizar o declarar la contingencia no se hace aquí: se hace en la mesa.",
	.recorded = "Quedó registrado:",
	.entry = "asiento",
	.goes_on = "El reloj no se detiene con esto. Si sigue sin funcionar, en la próxima marca "
		   "se avisa de nuevo.",
	.change = "Este enlace ya sirvió. Para cambiar su respuesta, llame a la mesa o use el "
		  "enlace del próximo aviso.",
	.closed = "El incidente terminó. Ya no hace falta contestar.",
	.trouble = {[LINK_TROUBLE_UNKNOWN] = "Este enlace no existe o ya venció.",
		    [LINK_TROUBLE_TOO_MANY] = "Demasiados enlaces equivocados desde su red.",
		    [LINK_TROUBLE_FORM] = "El formulario no llegó completo. No se registró nada.",
		    [LINK_TROUBLE_LOST] = "El sistema no responde; no se puede contestar por aquí.",
		    [LINK_TROUBLE_LOST_ANSWER] =
			    "El sistema no responde. No sabemos si su respuesta quedó registrada.",
		    [LINK_TROUBLE_NOT_JOURNALLED] =
			    "La bitácora no se puede escribir ahora. Su respuesta aún no consta."},
	.telephone = "Llame por teléfono al puesto que le avisó y dé su respuesta de viva voz.",
	.sorry = "Abra de nuevo el enlace del mensaje más reciente; revise que esté completo.",
};
static const struct words english_words = {
	.language = "en",
	.real = "REAL",
	.drill = "DRILL",
	.folio = "Folio",
	.called = "Called:",
	.called_at = "at",
	.as_of = "As of",
	.reload = "Reload the page to see it as it is now.",
	.down = "Down since",
	.blind = "No data since",
	.reported = "Reported as not working, since",
	.confirmed = "Reported and confirmed: down since",
	.no_clock = "To be confirmed. The clock of the RTO does not run yet.",
	.served = "Works again, since",
	.was_out = "It was out for",
	.left = "Left:",
	.over = "RTO over since",
	.rto = "of the RTO",
	.unknown_since = "Beginning unknown",
	.no_service = "A person reports it; no process is named.",
	.ack = "I know",
	.attend = "I am on it",
	.pass = "I cannot",
	.note = "Note (optional)",
	.once = "This link serves once. Your answer is written into the journal.",
	.not_here = "Authorising and declaring are not done here, but at the desk.",
	.recorded = "Recorded:",
	.entry = "entry",
	.goes_on = "This does not stop the clock. If it still fails at the next mark, people are "
		   "called again.",
	.change = "This link has served. To change your answer call the desk, or use the link of "
		  "the next message.",
	.closed = "The incident is over. No answer is needed any more.",
	.trouble = {[LINK_TROUBLE_UNKNOWN] = "There is no such link, or it has expired.",
		    [LINK_TROUBLE_TOO_MANY] = "Too many wrong links from your network.",
		    [LINK_TROUBLE_FORM] = "The form did not arrive whole. Nothing was recorded.",
		    [LINK_TROUBLE_LOST] =
			    "The system does not answer; nothing can be answered here.",
		    [LINK_TROUBLE_LOST_ANSWER] = "The system does not answer. We do not know "
						 "whether your answer was recorded.",
		    [LINK_TROUBLE_NOT_JOURNALLED] = "The journal cannot be written now. Your "
						    "answer is not on record yet."},
	.telephone = "Telephone the post that called you and give your answer by word of mouth.",
	.sorry = "Open the link of the newest message again, and see that it is complete.",
};

/* --- language ------------------------------------------------------------------------------------- */

/* "0.5" and so on in thousandths. */
static int quality(const char *q)
{
	int value = 0, factor = 100;

	if (*q == '1')
		return 1000;
	if (q[0] != '0' || q[1] != '.')
		return 0;
	for (q += 2; *q >= '0' && *q <= '9' && factor > 0; q++) {
		value += (*q - '0') * factor;
		factor /= 10;
	}
	return value;
}

/* The weight of a language in thousandths, 0 if it is not listed. */
static int weight_of(const char *accept, const char *language)
{
	int best = 0;

	for (const char *p = accept; *p != '\0';) {
		size_t n = strcspn(p, ",");
		const char *q = memchr(p, '=', n);
		int weight = q != NULL ? quality(q + 1) : 1000;

		if (strcspn(p, ",;- \t") == 2 && strncasecmp(p, language, 2) == 0 && weight > best)
			best = weight;
		p += n;
		p += strspn(p, ", \t");
	}
	return best;
}

bool link_page_is_english(const char *locale, const char *accept_language)
{
	if (locale != NULL && strncasecmp(locale, "en", 2) == 0)
		return true;
	return accept_language != NULL &&
	       weight_of(accept_language, "en") > weight_of(accept_language, "es");
}

/* --- parts ---------------------------------------------------------------------------------------- */

/* A name as the plan has it; a very long one is cut. */
static void put_name(struct buf *out, const char *name)
{
	size_t n = strlen(name), cut = n;

	if (n > SHOWN_MAX) {
		cut = SHOWN_MAX;
		while (cut > 0 && ((unsigned char)name[cut] & 0xC0) == 0x80)
			cut--;
	}
	html_text_put(out, (struct slice){name, cut});
	if (cut < n)
		buf_puts(out, "…");
}

/* The time of day; with its date where that is not today's. */
static void put_clock(struct buf *out, struct wall_time t, struct wall_time now)
{
	enum { DATE = 10 };
	char text[TIMEFMT_SIZE], today[TIMEFMT_SIZE];

	timefmt_local(text, t);
	today[0] = '\0';
	if (wall_is_known(now))
		timefmt_local(today, now);
	if (strncmp(text, today, DATE) == 0)
		timefmt_local_clock(text, t);
	buf_puts(out, text);
}

static void put_duration(struct buf *out, int64_t us)
{
	char text[48];

	format_duration(text, sizeof(text), us < 0 ? -us : us);
	buf_puts(out, text);
}

static void put_head(struct buf *out, const struct words *w, const char *title)
{
	buf_printf(out,
		   "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		   "<meta name=\"robots\" content=\"noindex, nofollow\"><title>Vigía · ",
		   w->language);
	html_text_put(out, slice_of(title));
	buf_puts(out, "</title><link rel=\"stylesheet\" href=\"" LINK_PAGE_STYLE
		      "\"></head>\n<body><main>\n");
}

static void put_tail(struct buf *out)
{
	buf_puts(out, "</main></body></html>\n");
}

static void put_service(struct buf *out, const struct words *w, const struct link_service *s,
			struct wall_time now)
{
	bool is_served = wall_is_known(s->restored), has_clock = s->left_us != MICRO_NONE;
	const char *since = is_served                  ? w->served
			    : s->by_word && !has_clock ? w->reported
			    : s->by_word               ? w->confirmed
			    : s->estimated             ? w->blind
						       : w->down;

	buf_printf(out, "<section class=\"%s\"><h2>", is_served ? "ok" : "bad");
	put_name(out, s->name);
	buf_puts(out, "</h2><p>");
	if (!is_served && !wall_is_known(s->since)) {
		buf_printf(out, "%s</p></section>\n", w->unknown_since);
		return;
	}
	buf_printf(out, "%s <b>", since);
	put_clock(out, is_served ? s->restored : s->since, now);
	buf_puts(out, "</b></p><p class=\"left\">");
	if (is_served) {
		buf_printf(out, "%s <b>", w->was_out);
		put_duration(out, wall_diff_us(s->restored, s->since));
		buf_puts(out, "</b>");
	} else if (!has_clock) {
		buf_puts(out, w->no_clock);
	} else {
		buf_printf(out, "%s <b>", s->left_us < 0 ? w->over : w->left);
		put_duration(out, s->left_us);
		buf_printf(out, "</b>%s%s", s->left_us < 0 ? "" : " ",
			   s->left_us < 0 ? "" : w->rto);
	}
	buf_puts(out, "</p></section>\n");
}

static void put_button(struct buf *out, const char *act, const char *text)
{
	buf_printf(out, "<button name=\"act\" value=\"%s\" class=\"%s\">%s</button>\n", act, act,
		   text);
}

static void put_form(struct buf *out, const struct words *w, const struct link_facts *f,
		     const char *token)
{
	buf_puts(out, "<form method=\"post\" action=\"/a/");
	html_text_put(out, slice_of(token));
	buf_puts(out, "\">\n");
	if (f->can_attend)
		put_button(out, "attend", w->attend);
	if (f->can_ack)
		put_button(out, "ack", w->ack);
	if (f->can_pass)
		put_button(out, "pass", w->pass);
	/* No single line: there the Enter key would press the first button. */
	buf_printf(out,
		   "<label for=\"note\">%s</label><textarea id=\"note\" name=\"note\" rows=\"2\" "
		   "maxlength=\"150\"></textarea>\n</form>\n<p class=\"small\">%s %s</p>\n",
		   w->note, w->once, w->not_here);
}

static const char *act_of(const struct words *w, const char *act)
{
	return strcmp(act, "ack") == 0      ? w->ack
	       : strcmp(act, "attend") == 0 ? w->attend
	       : strcmp(act, "pass") == 0   ? w->pass
					    : act;
}

static void put_answer(struct buf *out, const struct words *w, const struct link_facts *f)
{
	if (f->used[0] != '\0') {
		buf_printf(out, "<p class=\"done\">%s <b>", w->recorded);
		html_text_put(out, slice_of(act_of(w, f->used)));
		buf_puts(out, "</b>, ");
		put_clock(out, f->used_at, f->now);
		buf_printf(out, " (%s %lld)</p>\n<p>%s</p>\n", w->entry, (long long)f->used_seq,
			   strcmp(f->why, "closed") == 0 ? "" : w->goes_on);
		buf_printf(out, "<p class=\"small\">%s</p>\n", w->change);
		return;
	}
	buf_printf(out, "<p class=\"done\">%s</p>\n", w->closed);
}

/* --- pages ---------------------------------------------------------------------------------------- */

void link_page_put(struct buf *out, const struct link_facts *f, const char *token, bool english)
{
	const struct words *w = english ? &english_words : &spanish;
	unsigned shown =
		f->service_count < LINK_SERVICES_SHOWN ? f->service_count : LINK_SERVICES_SHOWN;

	put_head(out, w, f->real ? w->real : w->drill);
	buf_printf(out, "<p class=\"%s\">%s</p>\n<h1>%s ", f->real ? "real" : "drill",
		   f->real ? w->real : w->drill, w->folio);
	html_text_put(out, slice_of(f->folio));
	buf_puts(out, "</h1>\n<p class=\"small\">");
	put_name(out, f->institution);
	buf_puts(out, "</p>\n");
	if (f->service_count == 0)
		buf_printf(out, "<p>%s</p>\n", w->no_service);
	for (unsigned i = 0; i < shown; i++)
		put_service(out, w, &f->services[i], f->now);
	if (f->service_count > shown) {
		buf_puts(out, "<p>");
		buf_printf(out, english ? "and %u more services" : "y %u servicios más",
			   f->service_count - shown);
		buf_puts(out, "</p>\n");
	}
	buf_printf(out, "<p>%s <b>", w->called);
	put_name(out, f->post);
	buf_printf(out, "</b>, %s ", w->called_at);
	put_clock(out, f->called, f->now);
	buf_puts(out, "</p>\n");
	if (f->can_ack || f->can_attend || f->can_pass)
		put_form(out, w, f, token);
	else
		put_answer(out, w, f);
	buf_printf(out, "<p class=\"small\">%s ", w->as_of);
	put_clock(out, f->now, WALL_UNKNOWN);
	buf_printf(out, ". %s</p>\n", w->reload);
	put_tail(out);
}

void link_page_put_trouble(struct buf *out, enum link_trouble t, bool english)
{
	const struct words *w = english ? &english_words : &spanish;

	put_head(out, w, w->trouble[t]);
	buf_printf(out, "<p class=\"done\">%s</p>\n", w->trouble[t]);
	if (t == LINK_TROUBLE_UNKNOWN || t == LINK_TROUBLE_FORM)
		buf_printf(out, "<p>%s</p>\n", w->sorry);
	buf_printf(out, "<p class=\"done\">%s</p>\n", w->telephone);
	put_tail(out);
}
