#include "dashboard/series_csv.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/timefmt.h"

static const char *const state_words[] = {"ok", "warning", "critical", "blind"};

/* Quoted where it must be; never read as a formula. */
static void put_text(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL)
		buf_putc(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static const char *unit_of(const json_t *about, const char *name)
{
	size_t i;
	json_t *v;

	json_array_foreach(json_object_get(about, "values"), i, v)
	{
		if (strcmp(text_of(v, "name"), name) == 0)
			return text_of(v, "unit");
	}
	return "";
}

static void put_head(struct buf *out, const json_t *root, const json_t *about)
{
	size_t i;
	json_t *name;

	buf_puts(out, "time,check,from,stamp");
	json_array_foreach(json_object_get(root, "names"), i, name)
	{
		const char *text = json_string_value(name), *unit;

		text = text != NULL ? text : "";
		unit = unit_of(about, text);
		buf_putc(out, ',');
		buf_puts(out, text);
		if (unit[0] != '\0' && strcmp(unit, "1") != 0)
			buf_printf(out, " (%s)", unit);
	}
	buf_puts(out, "\r\n");
}

static void put_time(struct buf *out, int64_t t)
{
	char text[TIMEFMT_SIZE];

	timefmt_local(text, (struct wall_time){t * US_PER_S});
	text[10] = 'T'; /* "2026-06-07 08:03:00" */
	buf_printf(out, "%s-06:00", text);
}

static void put_cell(struct buf *out, size_t column, const json_t *cell)
{
	double v = json_number_value(cell);

	buf_putc(out, ',');
	if (!json_is_number(cell))
		return;
	if (column == 0)
		buf_puts(out, v >= 0 && v < COUNT_OF(state_words) ? state_words[(int)v] : "");
	else
		buf_printf(out, "%.12g", v);
}

bool series_csv_put(struct slice json, struct buf *out)
{
	json_t *root = json_loadb(json.p, json.n, 0, NULL), *row, *cell;
	const json_t *about = json_object_get(root, "about"), *rows = json_object_get(root, "rows");
	int64_t t = json_integer_value(json_object_get(root, "start")),
		step = json_integer_value(json_object_get(root, "step"));
	size_t i, k;
	bool ok = json_is_array(rows) && json_is_object(about);

	if (ok)
		put_head(out, root, about);
	json_array_foreach(ok ? rows : NULL, i, row)
	{
		put_time(out, t + (int64_t)i * step);
		buf_putc(out, ',');
		put_text(out, text_of(about, "check"));
		buf_putc(out, ',');
		put_text(out, text_of(about, "from"));
		buf_putc(out, ',');
		put_text(out, text_of(about, "stamp"));
		json_array_foreach(row, k, cell)
		{
			put_cell(out, k, cell);
		}
		buf_puts(out, "\r\n");
	}
	json_decref(root);
	return ok && buf_is_ok(out);
}
