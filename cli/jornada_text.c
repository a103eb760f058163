#include "cli/jornada_text.h"

#include <string.h>

#include <jansson.h>

#include "base/timefmt.h"
#include "cli/output.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

/* "10:30:00"; with its day where that is not today's. */
static void put_clock(struct buf *out, const json_t *o, const char *key, const json_t *now)
{
	double s = json_number_value(json_object_get(o, key)), n = json_number_value(now);
	char text[TIMEFMT_SIZE], today[TIMEFMT_SIZE];

	if (!json_is_number(json_object_get(o, key)) || !(s >= 0 && s < 253402300799.0) ||
	    !(n >= 0 && n < 253402300799.0)) {
		buf_puts(out, "--:--:--");
		return;
	}
	timefmt_local(text, (struct wall_time){(int64_t)(s * 1e6 + 0.5)});
	timefmt_local(today, (struct wall_time){(int64_t)(n * 1e6 + 0.5)});
	buf_puts(out, strncmp(text, today, 10) == 0 ? text + 11 : text);
}

void jornada_text_put_stamp(struct buf *out, const json_t *o)
{
	const char *stamp = text_of(o, "stamp");

	if (stamp[0] == '\0')
		stamp = json_is_false(json_object_get(o, "real")) ? "SIMULACRO" : "REAL";
	output_put_clean(out, stamp);
}

void jornada_text_put_jornada(struct buf *out, const json_t *status, bool english)
{
	const json_t *now = json_object_get(status, "now");
	const json_t *running = json_object_get(status, "jornada"),
		     *next = json_object_get(status, "next_jornada");

	if (json_is_object(running)) {
		buf_puts(out, english ? "DAY: " : "JORNADA: ");
		output_put_clean(out, text_of(running, "name"));
		buf_puts(out, english ? ", until " : ", hasta ");
		put_clock(out, running, "until", now);
		buf_putc(out, '\n');
	}
	if (json_is_object(next)) {
		buf_puts(out, english ? "Next: " : "Sigue: ");
		output_put_clean(out, text_of(next, "name"));
		buf_puts(out, english ? ", from " : ", desde ");
		put_clock(out, next, "from", now);
		buf_putc(out, '\n');
	}
}

static void put_state(struct buf *out, const json_t *s, const json_t *now, bool english)
{
	const char *state = text_of(s, "state");
	bool window = strcmp(text_of(s, "what"), "window") == 0;

	if (strcmp(state, "ended") == 0) {
		buf_puts(out, english ? "heard again since " : "se oye otra vez desde ");
		put_clock(out, s, "ended", now);
		return;
	}
	if (strcmp(state, "in-force") == 0) {
		buf_puts(out,
			 window ? (english ? "in maintenance until " : "en mantenimiento hasta ")
				: (english ? "silent until " : "en silencio hasta "));
		put_clock(out, s, "until", now);
		return;
	}
	buf_puts(out, english ? "planned from " : "previsto de ");
	put_clock(out, s, "from", now);
	buf_puts(out, english ? " until " : " a ");
	put_clock(out, s, "until", now);
	if (strcmp(state, "unsigned") != 0)
		return;
	if (strcmp(text_of(s, "needs"), "level-2") == 0)
		buf_puts(out, english ? ", NOT IN FORCE: level 2 must sign"
				      : ", SIN EFECTO: falta la firma del nivel 2");
	else
		buf_puts(out, english ? ", NOT IN FORCE: a second person must sign"
				      : ", SIN EFECTO: falta la firma de otra persona");
}

void jornada_text_put_silences(struct buf *out, const json_t *status, bool english)
{
	const json_t *list = json_object_get(status, "silences"), *s;
	size_t i;

	json_array_foreach(list, i, s)
	{
		if (i == 0)
			buf_puts(out,
				 english ? "SILENCES AND WINDOWS\n" : "SILENCIOS Y VENTANAS\n");
		buf_printf(out, "  (%lld)  ",
			   (long long)json_integer_value(json_object_get(s, "id")));
		output_put_clean(out, text_of(s, "of"));
		buf_puts(out, "  ");
		put_state(out, s, json_object_get(status, "now"), english);
		buf_puts(out, english ? " by " : " por ");
		output_put_clean(out, text_of(s, "owner"));
		buf_puts(out, ": ");
		output_put_clean(out, text_of(s, "reason"));
		if (json_array_size(json_object_get(s, "failed")) > 0)
			buf_printf(out,
				   english ? "  (%zu failed, nobody called)"
					   : "  (fallaron %zu, sin llamar)",
				   json_array_size(json_object_get(s, "failed")));
		buf_putc(out, '\n');
	}
}

void jornada_text_put_silenced(struct buf *out, const json_t *service, bool english)
{
	const json_t *s = json_object_get(service, "silenced");

	if (!json_is_object(s))
		return;
	buf_puts(out, english ? "  SILENT until " : "  EN SILENCIO hasta ");
	put_clock(out, s, "until", json_object_get(s, "until"));
}

static void put_posts(struct buf *out, const json_t *list)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		buf_puts(out, i > 0 ? ", " : "");
		output_put_clean(out, json_string_value(v) != NULL ? json_string_value(v) : "?");
	}
}

static const char *order_text(const char *what, bool english)
{
	static const char *const words[][3] = {{"suspend", "SUSPENDER", "SUSPEND"},
					       {"wait", "ESPERAR", "WAIT"},
					       {"resume", "REANUDAR", "RESUME"}};

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(words[i][0], what) == 0)
			return words[i][english ? 2 : 1];
	}
	return what;
}

static void put_order(struct buf *out, const json_t *o, bool english)
{
	const json_t *missing = json_object_get(o, "missing");
	const char *state = text_of(o, "state");

	buf_printf(out, "    (%lld)  ", (long long)json_integer_value(json_object_get(o, "id")));
	output_put_clean(out, order_text(text_of(o, "what"), english));
	buf_puts(out, english ? "  by " : "  por ");
	output_put_clean(out, text_of(o, "by"));
	buf_puts(out, ": ");
	output_put_clean(out, text_of(o, "reason"));
	if (strcmp(state, "void") == 0 || strcmp(state, "superseded") == 0) {
		buf_puts(out, state[0] == 'v' ? (english ? "  (of the drill, void)"
							 : "  (del simulacro, sin efecto)")
					      : (english ? "  (a later order stands)"
							 : "  (hay otra posterior)"));
	} else {
		buf_printf(out, english ? "  confirmed %zu of %lld" : "  confirmaron %zu de %lld",
			   json_array_size(json_object_get(o, "confirmed")),
			   (long long)json_integer_value(json_object_get(o, "told")));
		if (json_array_size(missing) > 0) {
			buf_puts(out, english ? "; MISSING: " : "; FALTAN: ");
			put_posts(out, missing);
		}
	}
	buf_putc(out, '\n');
}

void jornada_text_put_orders(struct buf *out, const json_t *incident, bool english, bool all)
{
	const json_t *list = json_object_get(incident, "orders"), *o;
	long long owed = (long long)json_integer_value(json_object_get(incident, "owed_resume"));
	size_t i;

	json_array_foreach(list, i, o)
	{
		if (all || strcmp(text_of(o, "state"), "waiting") == 0)
			put_order(out, o, english);
	}
	if (owed > 0)
		buf_printf(
			out,
			english ? "    %lld posts have been told to suspend or to wait, and not "
				  "to resume\n"
				: "    a %lld sedes se les dijo suspender o esperar, y no se les "
				  "ha dicho reanudar\n",
			owed);
}
