#include "cli/cuts_text.h"

#include <string.h>

#include <jansson.h>

#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/output.h"
#include "cli/words.h"

static const char *say(bool english, const char *es, const char *en)
{
	return english ? en : es;
}

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

static long long count_of(const json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

/* "15:20": cuts are named by the minute at which they are due; "15:20:40" only if they have seconds. */
static void put_minute(struct buf *out, struct wall_time t)
{
	char clock[TIMEFMT_SIZE];

	timefmt_local_clock(clock, t);
	buf_printf(out, "%.*s", t.us % (60 * US_PER_S) == 0 ? 5 : 8, clock);
}

static void put_duration(struct buf *out, int64_t us)
{
	char text[48];

	format_duration(text, sizeof(text), us);
	buf_puts(out, text);
}

static void put_word(struct buf *out, const char *word, bool english)
{
	output_put_clean(out, words_of(word, english));
}

static void put_count(struct buf *out, const char *before, const json_t *o, const char *key)
{
	buf_puts(out, before);
	buf_put_i64(out, json_integer_value(json_object_get(o, key)));
}

/* The cut of which the state speaks, and since when it is owed. */
static void put_newest(struct buf *out, const json_t *c, struct wall_time now, bool english)
{
	const char *state = text_of(c, "state");
	struct wall_time due, next;

	if (count_of(c, "number") > 0 && time_of(c, "due", &due)) {
		buf_puts(out, say(english, "Corte ", "Cut "));
		put_minute(out, due);
		put_count(out, " (", c, "number");
		put_count(out, say(english, " de ", " of "), c, "count");
		buf_puts(out, "): ");
		put_word(out, state, english);
		if (strcmp(state, "complete") != 0 && strcmp(state, "over") != 0 &&
		    strcmp(state, "waiting") != 0) {
			buf_puts(out, ", ");
			put_duration(out, now.us - due.us);
		}
	} else {
		put_word(out, state, english);
	}
	if (time_of(c, "next_due", &next)) {
		buf_puts(out, say(english, "; siguiente ", "; next "));
		put_minute(out, next);
	}
}

static void put_counts(struct buf *out, const json_t *c, bool english)
{
	const json_t *hour = json_object_get(c, "hour");

	put_count(out, say(english, "; publicados ", "; published "), c, "published_count");
	if (count_of(c, "missing_count") > 0)
		put_count(out, say(english, ", FALTARON ", ", MISSING "), c, "missing_count");
	if (count_of(c, "unseen_count") > 0)
		put_count(out, say(english, ", no vistos ", ", unseen "), c, "unseen_count");
	if (count_of(hour, "needed") > 0) {
		put_count(out, say(english, "; en esta hora ", "; this hour "), hour, "published");
		put_count(out, say(english, " de ", " of "), hour, "needed");
	}
	buf_putc(out, '\n');
}

/* Places that do not show the newest cut. */
static void put_sources(struct buf *out, const json_t *list, bool english)
{
	const json_t *s;
	size_t i;

	json_array_foreach(list, i, s)
	{
		const char *state = text_of(s, "state");
		struct wall_time shown;

		if (strcmp(state, "complete") == 0 || strcmp(state, "waiting") == 0)
			continue;
		buf_puts(out, "    ");
		put_word(out, state, english);
		buf_puts(out, "  ");
		output_put_clean(out, text_of(s, "name"));
		if (time_of(s, "shown_due", &shown)) {
			buf_puts(out, say(english, "  muestra ", "  shows "));
			put_minute(out, shown);
		} else {
			buf_puts(out, say(english, "  no muestra ninguno", "  shows none"));
		}
		buf_putc(out, '\n');
	}
}

void cuts_text_put(struct buf *out, const json_t *status, bool english)
{
	const json_t *list = json_object_get(status, "cuts"), *c;
	struct wall_time now = {0};
	size_t i;

	if (json_array_size(list) == 0 || !time_of(status, "now", &now))
		return;
	buf_puts(out, say(english, "CORTES DE PUBLICACIÓN\n", "PUBLICATION CUTS\n"));
	json_array_foreach(list, i, c)
	{
		buf_puts(out, "  ");
		output_put_clean(out, text_of(c, "name"));
		buf_puts(out, "  ");
		put_newest(out, c, now, english);
		put_counts(out, c, english);
		if (strcmp(text_of(c, "state"), "over") == 0)
			continue;
		put_sources(out, json_object_get(c, "of"), english);
		put_sources(out, json_object_get(c, "mirrors"), english);
	}
}

void cuts_text_put_rpo(struct buf *out, const json_t *service, bool english)
{
	const json_t *rpo = json_object_get(service, "rpo"), *stake;
	char clock[TIMEFMT_SIZE];
	struct wall_time copy;

	if (!json_is_object(rpo))
		return;
	buf_puts(out, "  RPO ");
	put_duration(out, (int64_t)(json_number_value(json_object_get(rpo, "limit")) * 1e6));
	if (!time_of(rpo, "copy", &copy)) {
		buf_puts(out, say(english, ", sin copia conocida", ", no copy known"));
		return;
	}
	timefmt_local(clock, copy);
	buf_puts(out, say(english, ", copia del ", ", copy of "));
	buf_puts(out, clock);
	buf_puts(out, say(english, ", hace ", ", "));
	put_duration(out, (int64_t)(json_number_value(json_object_get(rpo, "age")) * 1e6));
	buf_puts(out, say(english, "", " ago"));
	if (strcmp(text_of(rpo, "state"), "exceeded") == 0)
		buf_puts(out, say(english, "  RPO REBASADO", "  RPO EXCEEDED"));
	if (json_is_true(json_object_get(rpo, "estimated")))
		buf_puts(out, say(english, "  (estimado)", "  (estimated)"));
	stake = json_object_get(rpo, "at_stake");
	if (json_is_number(stake)) {
		buf_puts(out, say(english, "  en juego ", "  at stake "));
		put_duration(out, (int64_t)(json_number_value(stake) * 1e6));
	}
}
