/* brief: what must be known to decide on an incident, and how far its decisions have come. `incident` shows the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/words.h"

struct page {
	struct buf *out;
	bool english;
};

static const char *say(const struct page *p, const char *es, const char *en)
{
	return p->english ? en : es;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static long long number_of(const json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

static void put_clean(const struct page *p, const json_t *o, const char *key)
{
	output_put_clean(p->out, text_of(o, key));
}

static bool has(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return v != NULL && !json_is_null(v);
}

static void put_clock(const struct page *p, const json_t *o, const char *key)
{
	char clock[TIMEFMT_SIZE];
	double s = json_number_value(json_object_get(o, key));

	if (!has(o, key) || s < 0 || s > 253402300799.0) {
		buf_puts(p->out, "--:--:--");
		return;
	}
	timefmt_local_clock(clock, (struct wall_time){(int64_t)(s * 1e6 + 0.5)});
	buf_puts(p->out, clock);
}

static void put_duration(const struct page *p, double seconds)
{
	char text[48];

	if (seconds > 1e10 || seconds < -1e10)
		return;
	format_duration(text, sizeof(text), (int64_t)(seconds * 1e6));
	buf_puts(p->out, text);
}

static void put_word(const struct page *p, const char *word)
{
	output_put_clean(p->out, words_of(word, p->english));
}

static void put_row(const struct page *p, const char *es, const char *en)
{
	buf_printf(p->out, "  %s: ", say(p, es, en));
}

/* --- facts ----------------------------------------------------------------------------------------------- */

static void put_times(const struct page *p, const json_t *s)
{
	double began = json_number_value(json_object_get(s, "began"));
	double since = json_number_value(json_object_get(s, "not_before"));

	buf_puts(p->out, say(p, "; desde ", "; since "));
	put_clock(p, s, "began");
	if (has(s, "not_before") && since < began) {
		buf_puts(p->out, say(p, " (pudo empezar hasta ", " (it may have begun up to "));
		put_duration(p, began - since);
		buf_puts(p->out, say(p, " antes)", " earlier)"));
	}
	buf_puts(p->out, say(p, "; lleva ", "; elapsed "));
	put_duration(p, json_number_value(json_object_get(s, "elapsed")));
	if (json_number_value(json_object_get(s, "left")) >= 0) {
		buf_puts(p->out, say(p, "; quedan ", "; left "));
		put_duration(p, json_number_value(json_object_get(s, "left")));
	} else {
		buf_puts(p->out, say(p, "; RTO REBASADO hace ", "; RTO BREACHED since "));
		put_duration(p, -json_number_value(json_object_get(s, "left")));
	}
	if (json_is_true(json_object_get(s, "estimated")))
		buf_puts(p->out, say(p, " (estimado)", " (estimated)"));
}

static void put_forecast(const struct page *p, const json_t *s)
{
	if (!json_is_true(json_object_get(s, "running")))
		return;
	buf_puts(p->out, say(p, "\n    a este paso se cumple el RTO a las ",
			     "\n    at this rate the RTO is over at "));
	put_clock(p, s, "breach_at");
	buf_printf(p->out,
		   p->english ? "; %lld of %lld checks fail, %lld have recovered"
			      : "; fallan %lld de %lld revisiones, %lld ya se recuperaron",
		   number_of(s, "failing"), number_of(s, "checks"), number_of(s, "recovered"));
	if (has(s, "next_pct")) {
		buf_puts(p->out, say(p, "; siguiente paso a las ", "; next step at "));
		put_clock(p, s, "next_mark");
	}
}

static void put_services(const struct page *p, const json_t *list)
{
	const json_t *s;
	size_t i;

	json_array_foreach(list, i, s)
	{
		buf_puts(p->out, "  ");
		put_clean(p, s, "name");
		buf_puts(p->out, " (");
		put_clean(p, s, "id");
		buf_puts(p->out, "), ");
		put_clean(p, s, "area");
		buf_puts(p->out, say(p, ", criticidad ", ", criticality "));
		put_word(p, text_of(s, "criticality"));
		if (has(s, "began"))
			put_times(p, s);
		put_forecast(p, s);
		buf_putc(p->out, '\n');
	}
}

static void put_calls(const struct page *p, long long n)
{
	buf_printf(p->out, p->english ? " (%lld call%s)" : " (%lld llamada%s)", n,
		   n == 1 ? "" : "s");
}

static void put_people(const struct page *p, const json_t *list, bool answered)
{
	const json_t *q;
	size_t i, n = 0;

	json_array_foreach(list, i, q)
	{
		if (json_is_true(json_object_get(q, "answered")) != answered)
			continue;
		if (n++ == 0)
			put_row(p, answered ? "han contestado" : "NO han contestado",
				answered ? "answered" : "have NOT answered");
		else
			buf_puts(p->out, ", ");
		put_clean(p, q, "post");
		if (has(q, "act")) {
			buf_puts(p->out, " (");
			put_word(p, text_of(q, "act"));
			buf_putc(p->out, ')');
		} else {
			put_calls(p, number_of(q, "calls"));
		}
	}
	if (n > 0)
		buf_putc(p->out, '\n');
}

static void put_deeds(const struct page *p, const json_t *list)
{
	const json_t *d;
	size_t i;

	json_array_foreach(list, i, d)
	{
		const char *state = text_of(d, "state");

		if (i == 0)
			buf_printf(p->out, "  %s:\n", say(p, "se ha hecho", "done so far"));
		buf_printf(p->out, "    %6lld  ", number_of(d, "entry"));
		put_clock(p, d, "at");
		buf_puts(p->out, "  ");
		put_clean(p, d, "post");
		buf_puts(p->out, "  ");
		put_word(p, text_of(d, "act"));
		if (text_of(d, "note")[0] != '\0') {
			buf_puts(p->out, "  «");
			put_clean(p, d, "note");
			buf_puts(p->out, "»");
		}
		if (strcmp(state, "plain") != 0) {
			buf_puts(p->out, "  [");
			put_word(p, state);
			buf_puts(p->out, say(p, "; lo asentó ", "; written down by "));
			put_clean(p, d, "recorded_by");
			buf_putc(p->out, ']');
		}
		buf_putc(p->out, '\n');
	}
}

static void put_clause(const struct page *p, const json_t *c)
{
	if (!has(c, "policy"))
		return;
	put_row(p, "según el plan", "by the plan");
	put_clean(p, c, "code");
	buf_puts(p->out, " rev. ");
	put_clean(p, c, "revision");
	buf_puts(p->out, say(p, ", política ", ", policy "));
	put_clean(p, c, "policy");
	buf_printf(p->out, p->english ? ", step %lld" : ", paso %lld", number_of(c, "step"));
	if (has(c, "procedure")) {
		buf_puts(p->out, say(p, "; procedimiento ", "; procedure "));
		put_clean(p, c, "procedure");
	}
	buf_putc(p->out, '\n');
}

/* --- decisions --------------------------------------------------------------------------------------------- */

static void put_gate(const struct page *p, const json_t *g)
{
	const char *state = text_of(g, "state");

	if (state[0] == '\0' || strcmp(state, "none") == 0)
		return;
	put_row(p, "nivel 1", "level 1");
	if (strcmp(state, "open") == 0) {
		buf_puts(p->out, say(p, "convocado a las ", "convened at "));
		put_clock(p, g, "opened");
		buf_puts(p->out, " (");
		put_word(p, text_of(g, "why"));
		buf_putc(p->out, ')');
	} else {
		buf_puts(p->out,
			 strcmp(state, "held") == 0
				 ? say(p, "en espera por la coordinación; se le llama solo a las ",
				       "held by the coordinator; it is called by itself at ")
				 : say(p,
				       "espera a la coordinación (convene, wait, false-alarm); se "
				       "le llama solo a las ",
				       "waits for the coordinator (convene, wait, false-alarm); it "
				       "is called by itself at "));
		put_clock(p, g, "until");
	}
	buf_putc(p->out, '\n');
}

static void put_names(const struct page *p, const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		buf_puts(p->out, i > 0 ? ", " : "");
		output_put_clean(p->out, json_string_value(v) != NULL ? json_string_value(v) : "?");
	}
}

static void put_authorised(const struct page *p, const json_t *o)
{
	const json_t *list = json_object_get(o, "authorised");

	if (json_array_size(list) == 0)
		return;
	buf_printf(p->out,
		   p->english ? "  authorised by (%zu of %lld): " : "  autorizan (%zu de %lld): ",
		   json_array_size(list), number_of(o, "quorum"));
	put_names(p, list);
	buf_putc(p->out, '\n');
}

static void put_irregular(const struct page *p, const json_t *o)
{
	const json_t *list = json_object_get(o, "irregular"), *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		buf_puts(p->out, i == 0 ? say(p, "  IRREGULAR: ", "  IRREGULAR: ") : "; ");
		put_word(p, json_string_value(v) != NULL ? json_string_value(v) : "?");
	}
	if (i > 0 && strcmp(text_of(json_object_get(o, "ratification"), "state"), "pending") == 0) {
		buf_puts(p->out, say(p, " (plazo ", " (due "));
		put_clock(p, json_object_get(o, "ratification"), "due");
		buf_putc(p->out, ')');
	}
	if (i > 0)
		buf_putc(p->out, '\n');
}

static void put_task(const struct page *p, const json_t *t, bool next)
{
	bool open = strcmp(text_of(t, "state"), "open") == 0;

	buf_printf(p->out, "   %s%4lld  ", next ? ">" : " ", number_of(t, "n"));
	put_word(p, text_of(t, "state"));
	buf_puts(p->out, "  ");
	put_clean(p, t, "do");
	buf_puts(p->out, "  — ");
	put_clean(p, t, "by");
	if (!open) {
		buf_puts(p->out, "  ");
		put_clock(p, t, "at");
		buf_puts(p->out, "  ");
		put_clean(p, t, "person");
	}
	buf_putc(p->out, '\n');
}

static void put_checklist(const struct page *p, const json_t *c)
{
	const json_t *t;
	size_t i;

	buf_puts(p->out, say(p, "  LISTA ", "  CHECKLIST "));
	put_clean(p, c, "procedure");
	buf_puts(p->out, " (");
	put_clean(p, c, "service");
	buf_printf(p->out, p->english ? "): %lld of %lld" : "): %lld de %lld", number_of(c, "done"),
		   number_of(c, "activities"));
	if (has(c, "next")) {
		buf_printf(p->out, p->english ? "; next is %lld, " : "; sigue la %lld, ",
			   number_of(c, "next"));
		put_clean(p, c, "next_by");
	}
	if (has(c, "due")) {
		buf_puts(p->out, json_is_true(json_object_get(c, "overdue"))
					 ? say(p, "; VENCIDA a las ", "; OVERDUE since ")
					 : say(p, "; a más tardar ", "; by "));
		put_clock(p, c, "due");
	}
	buf_putc(p->out, '\n');
	json_array_foreach(json_object_get(c, "tasks"), i, t)
	{
		put_task(p, t, has(c, "next") && number_of(c, "next") == number_of(t, "n"));
	}
}

void brief_cmd_put(struct buf *out, const json_t *incident, bool english)
{
	const json_t *b = json_object_get(incident, "brief"), *c;
	struct page p = {out, english};
	size_t i;

	if (!json_is_object(b))
		return; /* closed long ago, or an older collector */
	buf_printf(out, "%s\n", say(&p, "PARA DECIDIR", "TO DECIDE"));
	put_services(&p, json_object_get(b, "services"));
	put_people(&p, json_object_get(b, "people"), true);
	put_people(&p, json_object_get(b, "people"), false);
	put_deeds(&p, json_object_get(b, "done"));
	put_clause(&p, json_object_get(b, "clause"));
	put_gate(&p, json_object_get(b, "gate"));
	put_authorised(&p, b);
	put_irregular(&p, b);
	json_array_foreach(json_object_get(b, "checklists"), i, c)
	{
		put_checklist(&p, c);
	}
}

enum err brief_cmd_write(const char *json, size_t n, bool english, struct buf *out)
{
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
	struct page p = {out, english};
	enum err e = ERR_OK;

	if (!json_is_object(root) || !has(root, "timeline"))
		e = ERR_SYNTAX;
	else if (!has(root, "brief"))
		buf_puts(out, say(&p, "El incidente terminó; véase vigia incident.\n",
				  "The incident is over; see vigia incident.\n"));
	else
		brief_cmd_put(out, root, english);
	json_decref(root);
	return e;
}

static enum err write_json(const struct buf *answer, struct buf *out)
{
	json_t *root = json_loadb(buf_cstr(answer), answer->len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *b = json_object_get(root, "brief");
	char *text = json_dumps(b != NULL ? b : json_null(), JSON_COMPACT | JSON_ENCODE_ANY);
	enum err e = json_is_object(root) && text != NULL ? ERR_OK : ERR_SYNTAX;

	if (e == ERR_OK)
		buf_printf(out, "%s\n", text);
	free(text);
	json_decref(root);
	return e;
}

int brief_cmd_run(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
	struct buf path CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	enum err e;

	buf_init(&answer, API_ANSWER_MAX);
	buf_init(&out, API_ANSWER_MAX);
	buf_init(&path, 512);
	buf_puts(&path, "/v1/incidents/");
	api_put_segment(&path, o->args[0]);
	e = api_open(o, &a, &info);
	if (e == ERR_OK)
		e = api_call(&a, "GET", buf_cstr(&path), (struct slice){"", 0}, &answer, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	e = options_has(o, OPTION_JSON)
		    ? write_json(&answer, &out)
		    : brief_cmd_write(buf_cstr(&answer), answer.len, options_is_english(o), &out);
	if (e != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "the answer of %s is not a collector's",
					 a.url);
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
