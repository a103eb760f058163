/* status, incidents, incident: what the NOC reads on a terminal. Spanish first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/api.h"
#include "cli/jornada_text.h"
#include "cli/commands.h"
#include "cli/cuts_text.h"
#include "cli/duty_text.h"
#include "cli/output.h"
#include "cli/timeline.h"
#include "cli/report_text.h"
#include "cli/watch_text.h"
#include "cli/words.h"

struct page {
	struct buf *out;
	bool english;
};

static const char *say(const struct page *p, const char *es, const char *en)
{
	return p->english ? en : es;
}

/* Text of a key; numbers as well, for ids. Never NULL. */
static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static bool time_of(const json_t *o, const char *key, struct wall_time *ret)
{
	const json_t *v = json_object_get(o, key);
	double s = json_number_value(v);

	if (!json_is_number(v) || s < 0 || s > 253402300799.0)
		return false;
	ret->us = (int64_t)(s * 1e6 + 0.5);
	return true;
}

static void put_clock(struct page *p, const json_t *o, const char *key)
{
	char clock[TIMEFMT_SIZE];
	struct wall_time t;

	if (time_of(o, key, &t))
		timefmt_local_clock(clock, t);
	else
		snprintf(clock, sizeof(clock), "--:--:--");
	buf_puts(p->out, clock);
}

static void put_duration(struct page *p, const json_t *v)
{
	char text[32];
	double s = json_number_value(v);

	if (!json_is_number(v) || s > 1e10 || s < -1e10) {
		buf_puts(p->out, "-");
		return;
	}
	format_duration(text, sizeof(text), (int64_t)(s * 1e6));
	buf_puts(p->out, text);
}

static void put_names(struct page *p, const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		buf_puts(p->out, i > 0 ? ", " : "");
		output_put_clean(p->out, json_string_value(v) != NULL ? json_string_value(v) : "?");
	}
}

static void put_word(struct page *p, const char *word)
{
	output_put_clean(p->out, words_of(word, p->english));
}

/* What stops: "mesas: 33, distritos: 1, sitios: catd-01, catd-02". */
static void put_impact(struct page *p, const json_t *i)
{
	const json_t *list = json_object_get(i, "impact"), *sites = json_object_get(i, "sites"), *v;
	size_t k;

	if (json_array_size(list) == 0 && json_array_size(sites) == 0)
		return;
	buf_puts(p->out, json_is_true(json_object_get(i, "impact_possible"))
				 ? say(p, "  impacto posible       ", "  possible impact   ")
				 : say(p, "  impacto               ", "  impact            "));
	json_array_foreach(list, k, v)
	{
		buf_puts(p->out, k > 0 ? ", " : "");
		output_put_clean(p->out, text_of(v, "what"));
		buf_printf(p->out, ": %lld",
			   (long long)json_integer_value(json_object_get(v, "count")));
	}
	if (json_array_size(sites) > 0) {
		buf_printf(p->out, "%s%s %zu: ", json_array_size(list) > 0 ? "; " : "",
			   say(p, "sitios", "sites"), json_array_size(sites));
		put_names(p, sites);
	}
	buf_putc(p->out, '\n');
}

/* --- status -------------------------------------------------------------------------------------- */

/* "    a una falla de no servir desde 10:00:00 (lleva 5m 3s): dc/fw-b" */
static void put_exposure(struct page *p, const json_t *x)
{
	const json_t *next = json_object_get(x, "next");
	json_int_t more = json_integer_value(json_object_get(x, "next_count")) -
			  (json_int_t)json_array_size(next);

	if (!json_is_object(x))
		return;
	buf_puts(p->out,
		 say(p, "    a una falla de no servir desde ", "    one failure away since "));
	put_clock(p, x, "since");
	buf_puts(p->out, say(p, " (lleva ", " (for "));
	put_duration(p, json_object_get(x, "elapsed"));
	buf_puts(p->out, "): ");
	put_names(p, next);
	if (more > 0) {
		buf_puts(p->out, say(p, " y ", " and "));
		buf_put_i64(p->out, more);
		buf_puts(p->out, say(p, " más", " more"));
	}
	if (json_is_true(json_object_get(x, "unseen")))
		buf_puts(p->out,
			 say(p, ", si lo que no se ve falla", ", if what is not seen fails"));
	buf_putc(p->out, '\n');
}

static void put_service(struct page *p, const json_t *s)
{
	const json_t *clock = json_object_get(s, "clock");

	buf_puts(p->out, "  ");
	put_word(p,
		 json_is_true(json_object_get(s, "degraded")) ? "degraded" : text_of(s, "state"));
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(s, "name"));
	buf_puts(p->out, " (");
	output_put_clean(p->out, text_of(s, "id"));
	buf_puts(p->out, ")  RTO ");
	put_duration(p, json_object_get(s, "rto"));
	if (json_is_object(clock)) {
		buf_puts(p->out, say(p, "  desde ", "  since "));
		put_clock(p, clock, "began");
		buf_puts(p->out, say(p, "  lleva ", "  elapsed "));
		put_duration(p, json_object_get(clock, "elapsed"));
		buf_puts(p->out, say(p, "  quedan ", "  left "));
		put_duration(p, json_object_get(clock, "left"));
		if (json_is_true(json_object_get(clock, "breached")))
			buf_puts(p->out, say(p, "  RTO REBASADO", "  RTO BREACHED"));
		if (json_is_true(json_object_get(clock, "by_word")))
			buf_puts(p->out, say(p, "  (según lo reportado)", "  (by word)"));
		else if (json_is_true(json_object_get(clock, "estimated")))
			buf_puts(p->out, say(p, "  (estimado)", "  (estimated)"));
	}
	jornada_text_put_silenced(p->out, s, p->english);
	if (json_is_true(json_object_get(s, "flapping")))
		buf_puts(p->out, say(p, "  INTERMITENTE", "  FLAPPING"));
	cuts_text_put_rpo(p->out, s, p->english);
	buf_putc(p->out, '\n');
	put_exposure(p, json_object_get(s, "exposure"));
}

static bool is_well(const json_t *o)
{
	const char *state = text_of(o, "state");

	return strcmp(state, "ok") == 0 && !json_is_true(json_object_get(o, "suspect")) &&
	       !json_is_true(json_object_get(o, "flapping"));
}

static void put_bad_check(struct page *p, const json_t *c)
{
	buf_puts(p->out, "    ");
	put_word(p, json_is_true(json_object_get(c, "suspect")) &&
				    strcmp(text_of(c, "state"), "ok") == 0
			    ? "suspect"
			    : text_of(c, "state"));
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(c, "id"));
	buf_puts(p->out, say(p, "  desde ", "  since "));
	put_clock(p, c, "since");
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(c, "why"));
	if (json_is_true(json_object_get(c, "flapping"))) {
		buf_puts(p->out, say(p, "  intermitente desde ", "  flapping since "));
		put_clock(p, c, "flapping_since");
	}
	buf_putc(p->out, '\n');
}

static void put_component(struct page *p, const json_t *c)
{
	const json_t *checks = json_object_get(c, "checks"), *check;
	size_t i;

	buf_puts(p->out, "  ");
	put_word(p, text_of(c, "state"));
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(c, "name"));
	buf_puts(p->out, " (");
	output_put_clean(p->out, text_of(c, "id"));
	buf_puts(p->out, ")\n");
	json_array_foreach(checks, i, check)
	{
		if (!is_well(check))
			put_bad_check(p, check);
	}
}

/* How far the decisions have come, in a word or two. */
static void put_decision(struct page *p, const json_t *i)
{
	const json_t *gate = json_object_get(i, "gate"), *v;
	long long unconfirmed = json_integer_value(json_object_get(i, "unconfirmed"));
	size_t k;

	if (strcmp(text_of(gate, "state"), "shut") == 0 ||
	    strcmp(text_of(gate, "state"), "held") == 0) {
		buf_puts(p->out, say(p, "  nivel 1 a las ", "  level 1 at "));
		put_clock(p, gate, "until");
	}
	json_array_foreach(json_object_get(i, "irregular"), k, v)
	{
		buf_puts(p->out, "  IRREGULAR: ");
		put_word(p, json_string_value(v) != NULL ? json_string_value(v) : "?");
	}
	if (unconfirmed > 0)
		buf_printf(p->out, p->english ? "  %lld to be confirmed" : "  %lld por confirmar",
			   unconfirmed);
	json_array_foreach(json_object_get(i, "checklists"), k, v)
	{
		buf_puts(p->out, "  ");
		output_put_clean(p->out, text_of(v, "procedure"));
		buf_printf(p->out, " %lld/%lld",
			   (long long)json_integer_value(json_object_get(v, "done")),
			   (long long)json_integer_value(json_object_get(v, "activities")));
	}
}

static void put_incident_line(struct page *p, const json_t *i)
{
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(i, "folio"));
	buf_printf(p->out, "  (%lld)  ", (long long)json_integer_value(json_object_get(i, "id")));
	put_word(p, text_of(i, "state"));
	buf_puts(p->out, "  ");
	put_names(p, json_object_get(i, "services"));
	if (text_of(i, "stamp")[0] != '\0') {
		buf_puts(p->out, "  ");
		jornada_text_put_stamp(p->out, i);
	}
	buf_puts(p->out, say(p, "  desde ", "  since "));
	put_clock(p, i, "began");
	if (text_of(i, "root")[0] != '\0') {
		buf_puts(p->out, say(p, "  causa ", "  root "));
		output_put_clean(p->out, text_of(i, "root"));
	}
	if (json_is_true(json_object_get(i, "exhausted")))
		buf_puts(p->out, say(p, "  NADIE HA RESPONDIDO", "  NOBODY HAS ANSWERED"));
	put_decision(p, i);
	if (json_is_true(json_object_get(i, "silenced")))
		buf_puts(p->out, say(p, "  EN SILENCIO", "  SILENCED"));
	report_text_put_marks(p->out, i, p->english);
	buf_putc(p->out, '\n');
	jornada_text_put_orders(p->out, i, p->english, false);
}

static void put_agent(struct page *p, const json_t *a)
{
	buf_puts(p->out, "  ");
	put_word(p, text_of(a, "state"));
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(a, "id"));
	buf_puts(p->out, say(p, "  visto ", "  seen "));
	put_clock(p, a, "last_seen");
	buf_puts(p->out, say(p, "  en espera ", "  spooled "));
	buf_put_i64(p->out, json_integer_value(json_object_get(a, "spooled")));
	watch_text_put_cause(p->out, a, p->english);
	buf_putc(p->out, '\n');
}

static void put_list(struct page *p, const char *title, const json_t *list,
		     void (*put)(struct page *, const json_t *), bool bad_only)
{
	const json_t *v;
	size_t i, shown = 0;

	json_array_foreach(list, i, v)
	{
		if (bad_only && is_well(v))
			continue;
		if (shown++ == 0)
			buf_printf(p->out, "%s\n", title);
		put(p, v);
	}
}

/* A drill of its own beside the real day: "SIMULACRO en curso desde 10:00:00 (vigia status --drill FOLDER)". */
static void put_drill(struct page *p, const json_t *d)
{
	if (!json_is_object(d))
		return;
	buf_puts(p->out, say(p, "SIMULACRO en curso desde ", "DRILL being played since "));
	put_clock(p, d, "since");
	buf_puts(p->out, " (vigia status --drill ");
	output_put_clean(p->out, text_of(d, "folder"));
	buf_puts(p->out, ")\n");
}

static void put_status(struct page *p, const json_t *root)
{
	const json_t *plan = json_object_get(root, "plan");

	buf_puts(p->out, "Vigía ");
	output_put_clean(p->out, text_of(root, "version"));
	buf_puts(p->out, " · ");
	jornada_text_put_stamp(p->out, root);
	buf_puts(p->out, " · ");
	output_put_clean(p->out, text_of(plan, "institution"));
	buf_puts(p->out, " · ");
	output_put_clean(p->out, text_of(plan, "code"));
	buf_puts(p->out, " rev ");
	output_put_clean(p->out, text_of(plan, "revision"));
	buf_puts(p->out, " · ");
	put_clock(p, root, "now");
	buf_putc(p->out, '\n');
	if (json_is_object(json_object_get(plan, "refused"))) {
		buf_puts(p->out,
			 say(p, "PLAN RECHAZADO al recargar: ", "PLAN REFUSED at reload: "));
		output_put_clean(p->out, text_of(json_object_get(plan, "refused"), "text"));
		buf_putc(p->out, '\n');
	}
	put_drill(p, json_object_get(root, "drill"));
	duty_text_put_urgent(p->out, root, p->english);
	jornada_text_put_jornada(p->out, root, p->english);
	jornada_text_put_silences(p->out, root, p->english);
	watch_text_put(p->out, root, p->english);
	put_list(p, say(p, "SERVICIOS", "SERVICES"), json_object_get(root, "services"), put_service,
		 false);
	cuts_text_put(p->out, root, p->english);
	put_list(p, say(p, "LO QUE NO ESTÁ BIEN", "WHAT IS NOT WELL"),
		 json_object_get(root, "components"), put_component, true);
	put_list(p, say(p, "INCIDENTES", "INCIDENTS"), json_object_get(root, "incidents"),
		 put_incident_line, false);
	duty_text_put_people(p->out, root, p->english);
	report_text_put_debts(p->out, root, p->english);
	put_list(p, say(p, "AGENTES", "AGENTS"), json_object_get(root, "agents"), put_agent, false);
}

static void put_incidents(struct page *p, const json_t *root)
{
	const json_t *list = json_object_get(root, "incidents");

	if (json_array_size(list) == 0)
		buf_puts(p->out, say(p, "No hay incidentes.\n", "There are no incidents.\n"));
	put_list(p, say(p, "INCIDENTES", "INCIDENTS"), list, put_incident_line, false);
}

/* --- one incident -------------------------------------------------------------------------------- */

static void put_call(struct page *p, const json_t *c)
{
	buf_puts(p->out, "  ");
	put_clock(p, c, "at");
	buf_puts(p->out, "  ");
	put_word(p, text_of(c, "state"));
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(c, "person"));
	if (text_of(c, "seat")[0] !=
	    '\0') { /* news go to people, whatever seat they were called for */
		buf_puts(p->out, " (");
		output_put_clean(p->out, text_of(c, "seat"));
		buf_putc(p->out, ')');
	}
	buf_puts(p->out, "  ");
	output_put_clean(p->out, text_of(c, "channel"));
	buf_puts(p->out, "  ");
	put_word(p, text_of(c, "kind"));
	if (text_of(c, "stands_for")[0] != '\0') {
		buf_puts(p->out, say(p, "  por ", "  for "));
		output_put_clean(p->out, text_of(c, "stands_for"));
	}
	if (json_array_size(json_object_get(c, "also")) > 0) {
		buf_puts(p->out, say(p, "  también ", "  also "));
		put_names(p, json_object_get(c, "also"));
	}
	if (text_of(c, "taken_by")[0] != '\0') {
		buf_puts(p->out, say(p, "  la hace ", "  taken by "));
		output_put_clean(p->out, text_of(c, "taken_by"));
	}
	if (json_is_true(json_object_get(c, "maybe_duplicate")))
		buf_puts(p->out, say(p, "  (posible duplicado)", "  (possible duplicate)"));
	buf_putc(p->out, '\n');
}

static void put_entry(struct page *p, const json_t *e)
{
	buf_printf(p->out, "  %6lld  ", (long long)json_integer_value(json_object_get(e, "seq")));
	put_clock(p, e, "at");
	buf_puts(p->out, "  ");
	put_word(p, text_of(e, "kind"));
	timeline_put_body(p->out, json_object_get(e, "body"), p->english);
	buf_putc(p->out, '\n');
}

static void put_moment(struct page *p, const json_t *i, const char *key, const char *title)
{
	char text[TIMEFMT_SIZE];
	struct wall_time t;

	if (!time_of(i, key, &t))
		return;
	timefmt_local(text, t);
	buf_printf(p->out, "  %s %s\n", title, text);
}

static void put_incident(struct page *p, const json_t *i)
{
	put_incident_line(p, i);
	put_moment(p, i, "not_before", say(p, "última muestra buena ", "last good sample "));
	put_moment(p, i, "began", say(p, "comenzó              ", "began            "));
	put_moment(p, i, "confirmed", say(p, "confirmado           ", "confirmed        "));
	put_moment(p, i, "restored", say(p, "restablecido         ", "restored         "));
	put_moment(p, i, "resumed", say(p, "operación reanudada  ", "resumed          "));
	put_moment(p, i, "closed", say(p, "cerrado              ", "closed           "));
	if (json_array_size(json_object_get(i, "orders")) > 0) {
		buf_puts(p->out, say(p, "INDICACIONES A LAS SEDES\n", "ORDERS TO FIELD POSTS\n"));
		jornada_text_put_orders(p->out, i, p->english, true);
	}
	put_impact(p, i);
	brief_cmd_put(p->out, i, p->english);
	report_text_put(p->out, i, p->english);
	put_list(p, say(p, "LLAMADAS", "CALLS"), json_object_get(i, "calls"), put_call, false);
	put_list(p, say(p, "CRONOLOGÍA", "TIMELINE"), json_object_get(i, "timeline"), put_entry,
		 false);
}

/* --- the three commands -------------------------------------------------------------------------- */

static enum err write_page(const char *json, size_t n, bool english, struct buf *out,
			   const char *must_have, void (*put)(struct page *, const json_t *))
{
	struct page p = {out, english};
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(root) || json_object_get(root, must_have) == NULL) {
		json_decref(root);
		return ERR_SYNTAX;
	}
	put(&p, root);
	json_decref(root);
	return ERR_OK;
}

enum err status_cmd_write(const char *json, size_t n, bool english, struct buf *out)
{
	return write_page(json, n, english, out, "services", put_status);
}

enum err status_cmd_write_incidents(const char *json, size_t n, bool english, struct buf *out)
{
	return write_page(json, n, english, out, "incidents", put_incidents);
}

enum err status_cmd_write_incident(const char *json, size_t n, bool english, struct buf *out)
{
	return write_page(json, n, english, out, "timeline", put_incident);
}

static bool is_open(const json_t *incident)
{
	const char *state = json_string_value(json_object_get(incident, "state"));

	return state != NULL && strcmp(state, "closed") != 0 && strcmp(state, "false-alarm") != 0;
}

enum err status_cmd_only_open(const char *json, size_t n, char *dst, size_t size,
			      struct err_info *info)
{
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
	json_t *list = json_object_get(root, "incidents"), *v;
	char folios[200] = "";
	size_t i, open = 0, used = 0;
	enum err e = ERR_OK;

	json_array_foreach(list, i, v)
	{
		const char *folio = json_string_value(json_object_get(v, "folio"));

		if (!is_open(v))
			continue;
		if (open++ == 0)
			snprintf(dst, size, "%lld",
				 (long long)json_integer_value(json_object_get(v, "id")));
		if (used < sizeof(folios))
			used += (size_t)snprintf(folios + used, sizeof(folios) - used, " %.10s",
						 folio != NULL ? folio : "?");
	}
	if (!json_is_array(list))
		e = err_fail(info, ERR_IO, "the answer is not a collector's");
	else if (open == 0)
		e = err_fail(info, ERR_NOT_FOUND,
			     "no incident is open; name one (vigia incidents --all)");
	else if (open > 1)
		e = err_fail(info, ERR_WRONG_STATE, "%zu incidents are open, name one:%s", open,
			     folios);
	json_decref(root);
	return e;
}

typedef enum err write_fn(const char *json, size_t n, bool english, struct buf *out);

static int show(const struct options *o, const char *path, write_fn *write)
{
	struct buf answer CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	enum err e;

	buf_init(&answer, API_ANSWER_MAX);
	buf_init(&out, API_ANSWER_MAX);
	e = api_open(o, &a, &info);
	if (e == ERR_OK)
		e = api_call(&a, "GET", path, (struct slice){"", 0}, &answer, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	if (options_has(o, OPTION_JSON)) {
		buf_put(&out, answer.data, answer.len);
		if (answer.len > 0 && answer.data[answer.len - 1] != '\n')
			buf_putc(&out, '\n');
	} else if (write(buf_cstr(&answer), answer.len, options_is_english(o), &out) != ERR_OK) {
		return options_fail_text(EXIT_UNUSABLE, "the answer of %s is not a collector's",
					 a.url);
	}
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

int status_cmd_status(const struct options *o)
{
	return show(o, "/v1/status", status_cmd_write);
}

int status_cmd_incidents(const struct options *o)
{
	return show(o, options_has(o, OPTION_ALL) ? "/v1/incidents?all=1" : "/v1/incidents",
		    status_cmd_write_incidents);
}

int status_cmd_incident(const struct options *o)
{
	struct buf path CLEANUP(buf_release) = {0};

	buf_init(&path, 512);
	buf_puts(&path, "/v1/incidents/");
	api_put_segment(&path, o->args[0]);
	return show(o, buf_cstr(&path), status_cmd_write_incident);
}
