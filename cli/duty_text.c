#include "cli/duty_text.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/timefmt.h"
#include "cli/output.h"
#include "cli/words.h"

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void put_text(struct buf *out, const json_t *o, const char *key)
{
	output_put_clean(out, text_of(o, key));
}

/* "22:00", with the day if it is not today's; nothing if there is none. */
static void put_until(struct buf *out, const json_t *o, const char *key, const char *before)
{
	const json_t *v = json_object_get(o, key);
	double s = json_number_value(v);
	char text[TIMEFMT_SIZE];

	if (!json_is_number(v) || s < 0 || s > 253402300799.0)
		return;
	timefmt_local(text, (struct wall_time){(int64_t)(s * 1e6 + 0.5)});
	buf_printf(out, "%s%.16s", before, text);
}

/* --- what cannot wait ---------------------------------------------------------------------------- */

static void put_siren(struct buf *out, const json_t *siren, bool english)
{
	static const struct {
		const char *why, *es, *en;
	} causes[] = {
		{"tree-exhausted", "nadie ha contestado o decidido y ya se intentó con todos",
		 "nobody has answered or decided and everybody was tried"},
		{"call-by-hand", "hay una llamada que nadie ha tomado",
		 "there is a call that nobody has taken"},
	};
	const json_t *why = json_object_get(siren, "why"), *v;
	size_t i;

	if (!json_is_true(json_object_get(siren, "on")))
		return;
	buf_puts(out, english ? "SIREN: " : "SIRENA: ");
	json_array_foreach(why, i, v)
	{
		const char *word = json_string_value(v) != NULL ? json_string_value(v) : "?";
		size_t k = 0;

		buf_puts(out, i > 0 ? "; " : "");
		while (k < COUNT_OF(causes) && strcmp(causes[k].why, word) != 0)
			k++;
		if (k == COUNT_OF(causes))
			output_put_clean(out, word);
		else
			buf_puts(out, english ? causes[k].en : causes[k].es);
	}
	buf_putc(out, '\n');
}

static void put_task(struct buf *out, const json_t *t, bool english)
{
	buf_puts(out, english ? "  CALL NOW  " : "  LLAME AHORA  ");
	put_text(out, t, "post");
	buf_puts(out, "  ");
	put_text(out, t, "to");
	buf_puts(out, english ? "  folio " : "  folio ");
	put_text(out, t, "folio");
	put_until(out, t, "due", english ? "  until " : "  hasta ");
	if (text_of(t, "taken_by")[0] != '\0') {
		buf_puts(out, english ? "  taken by " : "  la hace ");
		put_text(out, t, "taken_by");
	}
	buf_puts(out, "\n    ");
	put_text(out, t, "script");
	buf_printf(out,
		   english ? "\n    vigia call-result %lld entry=%lld what=taken|answered|"
			     "no-answer|left-word|ack|attend|pass --as "
			   : "\n    vigia call-result %lld entry=%lld what=taken|answered|"
			     "no-answer|left-word|ack|attend|pass --as ",
		   (long long)json_integer_value(json_object_get(t, "incident")),
		   (long long)json_integer_value(json_object_get(t, "call")));
	put_text(out, t, "person");
	buf_puts(out, english ? " --recorded-by YOU\n" : " --recorded-by USTED\n");
}

void duty_text_put_urgent(struct buf *out, const json_t *status, bool english)
{
	const json_t *tasks = json_object_get(status, "tasks"), *t;
	size_t i;

	put_siren(out, json_object_get(status, "siren"), english);
	json_array_foreach(tasks, i, t)
	{
		if (i == 0)
			buf_puts(out, english ? "CALLS TO MAKE\n" : "LLAMADAS POR HACER\n");
		put_task(out, t, english);
	}
}

/* --- people -------------------------------------------------------------------------------------- */

static void put_person(struct buf *out, const json_t *p, bool english)
{
	put_text(out, p, "post");
	buf_puts(out, " (");
	put_text(out, p, "person");
	if (text_of(p, "stands_for")[0] != '\0') {
		buf_puts(out, english ? ", for " : ", por ");
		put_text(out, p, "stands_for");
	}
	if (json_is_true(json_object_get(p, "away")))
		buf_puts(out, english ? ", AWAY" : ", AUSENTE");
	buf_putc(out, ')');
}

static void put_seat(struct buf *out, const json_t *s, bool english)
{
	const json_t *people = json_object_get(s, "people"), *p;
	size_t i;

	buf_puts(out, "  ");
	put_text(out, s, "name");
	buf_puts(out, "  ");
	json_array_foreach(people, i, p)
	{
		buf_puts(out, i > 0 ? (english ? "; then " : "; después ") : "");
		put_person(out, p, english);
	}
	if (json_array_size(people) == 0)
		buf_puts(out, english ? "NOBODY" : "NADIE");
	put_until(out, s, "until", english ? "  until " : "  hasta ");
	buf_putc(out, '\n');
}

static void put_away(struct buf *out, const json_t *a, bool english)
{
	buf_puts(out, "  ");
	put_text(out, a, "post");
	buf_puts(out, " (");
	put_text(out, a, "person");
	buf_putc(out, ')');
	if (text_of(a, "other")[0] != '\0') {
		buf_puts(out, english ? "  stand-in " : "  toma ");
		put_text(out, a, "other");
	}
	put_until(out, a, "since", english ? "  since " : "  desde ");
	put_until(out, a, "until", english ? "  until " : "  hasta ");
	buf_putc(out, '\n');
}

void duty_text_put_people(struct buf *out, const json_t *status, bool english)
{
	static const struct {
		const char *key, *es, *en;
		void (*put)(struct buf *, const json_t *, bool);
	} parts[] = {{"duty", "QUIÉN RESPONDE AHORA", "WHO ANSWERS NOW", put_seat},
		     {"away", "AUSENTES", "AWAY", put_away}};

	for (size_t k = 0; k < COUNT_OF(parts); k++) {
		const json_t *list = json_object_get(status, parts[k].key), *v;
		size_t i;

		json_array_foreach(list, i, v)
		{
			if (i == 0)
				buf_printf(out, "%s\n", english ? parts[k].en : parts[k].es);
			parts[k].put(out, v, english);
		}
	}
}
