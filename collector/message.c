#include "collector/message.h"

#include <string.h>

#include "base/html_text.h"
#include "base/json_emit.h"
#include "base/micro.h"

static void fill(struct buf *out, const struct catalog *words, const char *sentence,
		 const char *name, const char *value)
{
	struct catalog_pair pair = {name, value};

	catalog_fill(out, tr(words, sentence), &pair, 1);
}

static void put_line_clock(const struct facts *f, const struct catalog *words, struct buf *out)
{
	if (f->since[0] == '\0')
		return;
	buf_putc(out, ' ');
	fill(out, words, N_("desde las {clock}"), "clock", f->since);
	if (f->left[0] != '\0' || f->lasted[0] != '\0')
		buf_printf(out, "; %s%s", f->left, f->lasted);
}

/* Only what is of an incident has one. */
static void put_folio(const struct facts *f, const struct catalog *words, const char *before,
		      const char *after, struct buf *out)
{
	if (f->folio[0] == '\0')
		return;
	buf_puts(out, before);
	fill(out, words, N_("Folio {folio}"), "folio", f->folio);
	buf_puts(out, after);
}

static void put_tail(const struct facts *f, const char *forecast, struct buf *out)
{
	const char *const tail[] = {f->report, f->others, f->causes, f->copy,
				    f->role,   forecast,  f->todo,   f->unjournalled};

	for (size_t i = 0; i < COUNT_OF(tail); i++) {
		if (tail[i][0] != '\0')
			buf_printf(out, " %s", tail[i]);
	}
}

void message_line(const struct facts *f, const struct catalog *words, struct buf *out)
{
	struct buf forecast;

	buf_printf(out, "%s. %s%s", f->label, f->duplicate, f->duplicate[0] != '\0' ? " " : "");
	put_folio(f, words, "", ". ", out);
	buf_puts(out, f->headline);
	put_line_clock(f, words, out);
	buf_putc(out, '.');
	if (f->impact[0] != '\0')
		buf_printf(out, " %s: %s.", f->impact_title, f->impact);
	buf_init(&forecast, 8192);
	if (f->brief.forecast[0] != '\0')
		fill(&forecast, words, N_("Pronóstico: {forecast}."), "forecast",
		     f->brief.forecast);
	put_tail(f, buf_cstr(&forecast), out);
	buf_release(&forecast);
	if (f->link[0] != '\0') {
		buf_putc(out, '\n');
		fill(out, words, N_("Confirmar: {link}"), "link", f->link);
	}
}

void message_subject(const struct facts *f, const struct catalog *words, struct buf *out)
{
	buf_printf(out, "%s · ", f->label);
	put_folio(f, words, "", " · ", out);
	buf_puts(out, f->headline);
	if (f->duplicate[0] != '\0')
		buf_printf(out, " %s", f->duplicate);
}

/* --- rows: what text and HTML have in common --------------------------------------------------------- */

struct row {
	const char *name, *value;
};
enum { ROWS_MAX = 16 };

static size_t add_brief(const struct brief_text *b, const struct catalog *words,
			struct row rows[ROWS_MAX], size_t n)
{
	const struct row all[] = {{N_("No han contestado"), b->unanswered},
				  {N_("Alcance"), b->scope},
				  {N_("Pronóstico"), b->forecast},
				  {N_("Se ha hecho"), b->done},
				  {N_("Según el plan"), b->clause}};

	for (size_t k = 0; k < COUNT_OF(all); k++) {
		if (all[k].value[0] != '\0')
			rows[n++] = (struct row){tr(words, all[k].name), all[k].value};
	}
	return n;
}

static size_t rows_of(const struct facts *f, const struct catalog *words, struct row rows[ROWS_MAX],
		      struct buf *since)
{
	size_t n = 0;

	if (f->since[0] != '\0') {
		fill(since, words, N_("{clock}, hora de la Ciudad de México"), "clock", f->since);
		if (f->elapsed[0] != '\0') {
			buf_puts(since, "; ");
			fill(since, words, N_("hace {time}"), "time", f->elapsed);
		}
		if (f->uncertainty[0] != '\0') {
			buf_puts(since, "; ");
			fill(since, words, N_("pudo empezar hasta {time} antes"), "time",
			     f->uncertainty);
		}
		rows[n++] = (struct row){tr(words, N_("Desde")), buf_cstr(since)};
	}
	if (f->left[0] != '\0')
		rows[n++] = (struct row){"RTO", f->left};
	if (f->lasted[0] != '\0')
		rows[n++] = (struct row){tr(words, N_("Duración")), f->lasted};
	if (f->service_names[0] != '\0')
		rows[n++] = (struct row){tr(words, N_("Servicios")), f->service_names};
	if (f->impact[0] != '\0')
		rows[n++] = (struct row){f->impact_title, f->impact};
	if (f->answered[0] != '\0')
		rows[n++] = (struct row){tr(words, N_("Han contestado")), f->answered};
	n = add_brief(&f->brief, words, rows, n);
	rows[n++] = (struct row){tr(words, N_("Para")), f->post};
	if (f->todo[0] != '\0')
		rows[n++] = (struct row){tr(words, N_("Qué hacer")), f->todo};
	return n;
}

static void put_origin(const struct facts *f, struct buf *out)
{
	const struct plan_institution *in = &f->plan->institution;

	buf_printf(out, "Vigía%s%s%s%s", in->name[0] != '\0' ? " · " : "", in->name,
		   in->code[0] != '\0' ? " · " : "", in->code);
}

void message_text(const struct facts *f, const struct catalog *words, struct buf *out)
{
	struct row rows[ROWS_MAX];
	struct buf since;
	size_t n;

	buf_init(&since, 1024);
	n = rows_of(f, words, rows, &since);
	buf_printf(out, "%s", f->label);
	if (f->duplicate[0] != '\0')
		buf_printf(out, " %s", f->duplicate);
	put_folio(f, words, "\n", "", out);
	buf_printf(out, "\n\n%s.\n\n", f->headline);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s: %s\n", rows[i].name, rows[i].value);
	if (f->report[0] != '\0')
		buf_printf(out, "\n%s\n", f->report);
	if (f->others[0] != '\0')
		buf_printf(out, "\n%s\n", f->others);
	if (f->causes[0] != '\0')
		buf_printf(out, "\n%s\n", f->causes);
	if (f->copy[0] != '\0')
		buf_printf(out, "\n%s\n", f->copy);
	if (f->role[0] != '\0')
		buf_printf(out, "\n%s\n", f->role);
	if (f->unjournalled[0] != '\0')
		buf_printf(out, "\n%s\n", f->unjournalled);
	if (f->link[0] != '\0') {
		buf_puts(out, "\n");
		fill(out, words, N_("Confirmar: {link}"), "link", f->link);
		buf_puts(out, "\n");
	}
	buf_puts(out, "\n-- \n");
	put_origin(f, out);
	buf_puts(out, "\n");
	buf_release(&since);
}

static void put_block(struct buf *out, const char *style, const char *text)
{
	if (text[0] == '\0')
		return;
	buf_printf(out, "<p style=\"%s\">", style);
	html_text_put(out, slice_of(text));
	buf_puts(out, "</p>\n");
}

static void put_button(const struct facts *f, const struct catalog *words, struct buf *out)
{
	if (f->link[0] == '\0')
		return;
	buf_puts(out,
		 "<p style=\"margin:24px 0\"><a style=\"background:#1b4f8f;color:#fff;padding:14px "
		 "22px;text-decoration:none;font-weight:bold\" href=\"");
	html_text_put(out, slice_of(f->link));
	buf_puts(out, "\">");
	html_text_put(out, slice_of(tr(words, N_("Confirmar"))));
	buf_puts(out, "</a></p>\n");
}

void message_html(const struct facts *f, const struct catalog *words, struct buf *out)
{
	struct row rows[ROWS_MAX];
	struct buf since, head, origin;
	size_t n;

	buf_init(&since, 1024);
	buf_init(&head, 1024);
	buf_init(&origin, 4096);
	n = rows_of(f, words, rows, &since);
	buf_printf(out,
		   "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta "
		   "name=\"viewport\" content=\"width=device-width\"></head>\n<body "
		   "style=\"margin:0;font:16px/1.4 sans-serif;color:#111;background:#fff\">\n<div "
		   "style=\"max-width:36em;margin:0 auto;padding:16px\">\n<p style=\"margin:0 0 "
		   "16px;padding:12px;text-align:center;font-size:30px;font-weight:bold;color:#fff;"
		   "background:%s\">",
		   f->language, f->real ? "#a3121b" : "#1b4f8f");
	html_text_put(out, slice_of(f->label));
	buf_puts(out, "</p>\n");
	put_folio(f, words, "", "", &head);
	put_block(out, "margin:0;font-size:22px", buf_cstr(&head));
	put_block(out, "margin:0;font-style:italic", f->duplicate);
	put_block(out, "margin:12px 0;font-size:20px;font-weight:bold", f->headline);
	buf_puts(out, "<table style=\"border-collapse:collapse\">\n");
	for (size_t i = 0; i < n; i++) {
		buf_puts(out,
			 "<tr><th style=\"text-align:left;vertical-align:top;padding:4px 12px 4px "
			 "0;font-weight:normal;color:#555\">");
		html_text_put(out, slice_of(rows[i].name));
		buf_puts(out, "</th><td style=\"padding:4px 0\">");
		html_text_put(out, slice_of(rows[i].value));
		buf_puts(out, "</td></tr>\n");
	}
	buf_puts(out, "</table>\n");
	put_block(out, "margin:12px 0", f->report);
	put_block(out, "margin:12px 0", f->others);
	put_block(out, "margin:12px 0", f->causes);
	put_block(out, "margin:12px 0", f->copy);
	put_block(out, "margin:12px 0", f->role);
	put_block(out, "margin:12px 0", f->unjournalled);
	put_button(f, words, out);
	put_origin(f, &origin);
	put_block(out, "margin:24px 0 0;font-size:13px;color:#555", buf_cstr(&origin));
	buf_puts(out, "</div></body></html>\n");
	buf_release(&origin);
	buf_release(&head);
	buf_release(&since);
}

/* --- JSON -------------------------------------------------------------------------------------------- */

typedef void render_fn(const struct facts *f, const struct catalog *words, struct buf *out);

static void kv_rendered(struct json_emit *j, const char *key, render_fn *render,
			const struct facts *f, const struct catalog *words)
{
	struct buf text;

	buf_init(&text, 16384);
	render(f, words, &text);
	json_kv_str(j, key, buf_cstr(&text));
	buf_release(&text);
}

static void put_clock(struct json_emit *j, const struct facts *f)
{
	const struct view_clock *k = &f->clock;
	bool known = f->since[0] != '\0';

	json_kv_time(j, "since", !known ? WALL_UNKNOWN : f->is_running ? k->began : k->restored);
	json_kv_str(j, "since_text", f->since);
	json_kv_micro(j, "elapsed",
		      known ? wall_diff_us(f->is_running ? f->now : k->restored, k->began)
			    : MICRO_NONE);
	json_kv_micro(j, "uncertainty",
		      f->uncertainty[0] != '\0' ? wall_diff_us(k->began, k->began_not_before)
						: MICRO_NONE);
	json_kv_micro(j, "left", f->is_running ? wall_diff_us(k->breach_at, f->now) : MICRO_NONE);
	json_kv_str(j, "left_text", f->left);
	json_kv_time(j, "breach_at", f->is_running ? k->breach_at : WALL_UNKNOWN);
}

static void put_addressee(struct json_emit *j, const struct facts *f)
{
	const struct effect *e = f->effect;
	const struct plan_seat *seat = e->seat != PLAN_NONE ? &f->plan->seats[e->seat] : NULL;
	const struct plan_person *person = &f->plan->people[e->person];

	json_kv_str(j, "seat", seat != NULL ? seat->id : NULL);
	json_kv_i64(j, "level", seat != NULL ? seat->level : 0);
	json_kv_str(j, "person", person->id);
	json_kv_str(j, "channel", f->plan->channels[e->channel].id);
	json_kv_str(j, "to", person->contacts[e->contact].to);
	json_kv_str(j, "post", person->post);
}

void message_json(const struct facts *f, const struct catalog *words, struct buf *out)
{
	const struct effect *e = f->effect;
	const struct plan_service *s =
		e->service != PLAN_NONE ? &f->plan->services[e->service] : NULL;
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_kv_i64(&j, "id", (int64_t)e->id);
	json_kv_time(&j, "at", f->now);
	json_kv_str(&j, "kind", call_kind_word(e->kind));
	json_kv_i64(&j, "incident", (int64_t)e->incident);
	json_kv_str(&j, "folio", f->folio);
	json_key(&j, "services");
	json_open_array(&j);
	for (size_t k = 0; k < f->incident.service_count; k++)
		json_str(&j, f->plan->services[f->incident.services[k]].id);
	json_close_array(&j);
	json_kv_str(&j, "service", s != NULL ? s->id : NULL);
	json_kv_str(&j, "service_name", s != NULL ? s->name : NULL);
	json_kv_str(&j, "service_names", f->service_names);
	json_kv_str(&j, "state", f->state);
	put_clock(&j, f);
	put_addressee(&j, f);
	json_kv_str(&j, "institution", f->plan->institution.name);
	json_kv_str(&j, "headline", f->headline);
	json_kv_str(&j, "report", f->report);
	json_kv_str(&j, "todo", f->todo);
	json_kv_str(&j, "answered", f->answered);
	json_kv_str(&j, "impact", f->impact);
	json_kv_str(&j, "unanswered", f->brief.unanswered);
	json_kv_str(&j, "scope", f->brief.scope);
	json_kv_str(&j, "forecast", f->brief.forecast);
	json_kv_str(&j, "done", f->brief.done);
	json_kv_str(&j, "clause", f->brief.clause);
	json_kv_str(&j, "link", f->link);
	kv_rendered(&j, "subject", message_subject, f, words);
	kv_rendered(&j, "text", message_line, f, words);
	json_kv_str(&j, "label", f->label);
	json_kv_bool(&j, "real", f->real);
	json_kv_bool(&j, "maybe_duplicate", f->maybe_duplicate);
	if (!f->journalled)
		json_kv_bool(&j, "journalled", false);
	json_close_object(&j);
}
