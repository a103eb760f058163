#include "dashboard/graph_args.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"

static enum err number(const char *name, const char *text, int64_t fallback, int64_t min,
		       int64_t max, int64_t *ret, struct err_info *info)
{
	*ret = fallback;
	if (text == NULL)
		return ERR_OK;
	if (parse_i64(slice_of(text), min, max, ret) != ERR_OK)
		return err_fail(info, ERR_SYNTAX,
				"%s: '%.40s' is no whole number from %lld to %lld", name, text,
				(long long)min, (long long)max);
	return ERR_OK;
}

/* One of two words; the first is the default. */
static enum err choice(const char *name, const char *text, const char *a, const char *b, bool *is_b,
		       struct err_info *info)
{
	*is_b = text != NULL && strcmp(text, b) == 0;
	if (text == NULL || *is_b || strcmp(text, a) == 0)
		return ERR_OK;
	return err_fail(info, ERR_SYNTAX, "%s: '%.40s' is neither %s nor %s", name, text, a, b);
}

static enum err id(const char *name, const char *text, const char *extra, char ret[GRAPH_ID_SIZE],
		   struct err_info *info)
{
	int n = snprintf(ret, GRAPH_ID_SIZE, "%s", text);

	if (!parse_is_id(slice_of(text), extra) || n >= GRAPH_ID_SIZE)
		return err_fail(info, ERR_SYNTAX, "%s: '%.40s' is no id", name, text);
	return ERR_OK;
}

static enum err value_name(const char *text, char ret[GRAPH_NAME_SIZE], struct err_info *info)
{
	size_t n = text != NULL ? strlen(text) : 0;

	if (n >= GRAPH_NAME_SIZE ||
	    (n > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") != n))
		return err_fail(info, ERR_SYNTAX, "value: '%.40s' is no name of a value", text);
	snprintf(ret, GRAPH_NAME_SIZE, "%s", n > 0 ? text : "");
	return ERR_OK;
}

static enum err read_range(const struct graph_query *q, struct graph_args *a, struct err_info *info)
{
	enum err e;

	if (q->start == NULL || q->end == NULL)
		return err_fail(info, ERR_SYNTAX, "start= and end= are needed, in Unix seconds");
	e = number("start", q->start, 0, GRAPH_TIME_MIN, INT32_MAX, &a->start, info);
	if (e == ERR_OK)
		e = number("end", q->end, 0, GRAPH_TIME_MIN, INT32_MAX, &a->end, info);
	if (e == ERR_OK &&
	    (a->end - a->start < GRAPH_SPAN_MIN_S || a->end - a->start > GRAPH_SPAN_MAX_S))
		e = err_fail(info, ERR_RANGE,
			     "start, end: the time between them must be from %d s to %d days",
			     GRAPH_SPAN_MIN_S, GRAPH_SPAN_MAX_S / 86400);
	return e;
}

enum err graph_args_read(const struct graph_query *q, struct graph_args *ret, struct err_info *info)
{
	enum err e;

	*ret = (struct graph_args){0};
	if (q->check == NULL)
		return err_fail(info, ERR_SYNTAX, "check= is needed, the id of a check");
	e = id("check", q->check, "/:", ret->check, info);
	if (e == ERR_OK && q->from != NULL && q->from[0] != '\0')
		e = id("from", q->from, "/", ret->from, info);
	if (e == ERR_OK)
		e = value_name(q->value, ret->value, info);
	if (e == ERR_OK)
		e = read_range(q, ret, info);
	if (e == ERR_OK)
		e = number("width", q->width, GRAPH_WIDTH_DEFAULT, 600, GRAPH_WIDTH_MAX,
			   &ret->width, info);
	if (e == ERR_OK)
		e = number("height", q->height, GRAPH_HEIGHT_DEFAULT, 300, GRAPH_HEIGHT_MAX,
			   &ret->height, info);
	if (e == ERR_OK)
		e = choice("theme", q->theme, "light", "dark", &ret->dark, info);
	if (e == ERR_OK)
		e = choice("lang", q->lang, "es", "en", &ret->english, info);
	return e;
}
