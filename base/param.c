#include "base/param.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/micro.h"
#include "base/parse.h"

enum { NEAREST_KEY_MAX = 40 };

const struct param *param_find(const struct param *table, struct slice key)
{
	for (const struct param *p = table; p->key != NULL; p++) {
		if (slice_is(key, p->key))
			return p;
	}
	return NULL;
}

/* Levenshtein distance of two short words. */
static size_t edit_distance(struct slice a, struct slice b)
{
	size_t row[NEAREST_KEY_MAX + 1];

	assert(b.n <= NEAREST_KEY_MAX);
	for (size_t i = 0; i <= b.n; i++)
		row[i] = i;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= b.n; k++) {
			size_t change = diagonal + (a.p[i - 1] != b.p[k - 1]);
			size_t best = row[k] + 1 < row[k - 1] + 1 ? row[k] + 1 : row[k - 1] + 1;

			diagonal = row[k];
			row[k] = change < best ? change : best;
		}
	}
	return row[b.n];
}

size_t param_distance(struct slice a, struct slice b)
{
	if (a.n > NEAREST_KEY_MAX || b.n > NEAREST_KEY_MAX)
		return SIZE_MAX;
	return edit_distance(a, b);
}

static void consider(const struct param *table, struct slice key, const char **best,
		     size_t *distance)
{
	for (const struct param *p = table; p != NULL && p->key != NULL; p++) {
		size_t d = param_distance(key, slice_of(p->key));

		if (d < *distance) {
			*distance = d;
			*best = p->key;
		}
	}
}

const char *param_nearest(const struct param *table, const struct param *also, struct slice key)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	consider(table, key, &best, &distance);
	consider(also, key, &best, &distance);
	return best != NULL && distance <= 3 && distance * 2 <= key.n ? best : NULL;
}

static void *field_of(const struct param *row, void *object)
{
	return (char *)object + row->offset;
}

static const void *const_field_of(const struct param *row, const void *object)
{
	return (const char *)object + row->offset;
}

void param_set_defaults(const struct param *table, void *object, struct arena *arena)
{
	for (const struct param *p = table; p->key != NULL; p++) {
		struct err_info info;

		if (p->fallback == NULL)
			continue;
		if (param_set(p, object, slice_of(p->fallback), arena, &info) != ERR_OK)
			assert(!"a default of our own tables does not parse");
	}
}

/* A character that splits a line, or that YAML does not let pass raw, would not come back from the
 * expanded plan: controls of both ranges, U+2028 and U+2029, the byte order mark. */
static bool is_clean_text(struct slice s)
{
	static const char *const bad[] = {"\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF",
					  "\xEF\xBF\xBE", "\xEF\xBF\xBF"};

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7F)
			return false;
		if (c == 0xC2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xA0)
			return false;
		for (size_t k = 0; c >= 0xE2 && k < COUNT_OF(bad) && i + 3 <= s.n; k++) {
			if (memcmp(s.p + i, bad[k], 3) == 0)
				return false;
		}
	}
	return true;
}

static void say_quantity(char *dst, size_t size, int64_t v)
{
	struct buf text;

	buf_init(&text, 64);
	micro_put(&text, v);
	snprintf(dst, size, "%s", buf_cstr(&text));
	buf_release(&text);
}

static void say_bound(char *dst, size_t size, enum param_type type, int64_t v)
{
	if (type == PARAM_TYPE_DURATION)
		format_duration_exact(dst, size, v);
	else if (type == PARAM_TYPE_QUANTITY)
		say_quantity(dst, size, v);
	else
		snprintf(dst, size, "%lld", (long long)v);
}

static enum err out_of_bounds(const struct param *row, struct slice text, struct err_info *info)
{
	char min[64], max[64];

	say_bound(min, sizeof(min), row->type, row->min);
	say_bound(max, sizeof(max), row->type, row->max);
	return err_fail(info, ERR_RANGE, "'%.*s' is outside of %s..%s", (int)text.n, text.p, min,
			max);
}

static const char *form_of(enum param_type type)
{
	switch (type) {
	case PARAM_TYPE_STR:
	case PARAM_TYPE_PATH:
		return "text";
	case PARAM_TYPE_ID:
		return "an id (a-z, 0-9, '-', '_', '.', at most 63)";
	case PARAM_TYPE_INT:
		return "a whole number";
	case PARAM_TYPE_DURATION:
		return "a duration (write 5s, 200ms, 1m30s)";
	case PARAM_TYPE_SIZE:
		return "a size (write 64MiB, 256KiB, 4096)";
	case PARAM_TYPE_QUANTITY:
		return "a quantity (write 50ms, 5%, 10MiB, 3.5)";
	case PARAM_TYPE_BOOL:
		return "true or false";
	case PARAM_TYPE_ENUM:
		return "one of the known words";
	case PARAM_TYPE_HOSTPORT:
		return "an address with port (write 127.0.0.1:7460)";
	case PARAM_TYPE_DATE:
		return "a date (write 2026-03-31)";
	case PARAM_TYPE_LIST:
		return "a list (write a, b)";
	case PARAM_TYPE_DOC:
		return "a map or a list";
	}
	return "a value";
}

static enum err bad_form(const struct param *row, struct slice text, struct err_info *info)
{
	return err_fail(info, ERR_SYNTAX, "'%.*s' is not %s", (int)(text.n < 80 ? text.n : 80),
			text.p, form_of(row->type));
}

static enum err set_number(const struct param *row, void *object, struct slice text,
			   struct err_info *info)
{
	int64_t v = 0;
	enum err e;

	if (row->type == PARAM_TYPE_INT)
		e = parse_i64(text, INT64_MIN, INT64_MAX, &v);
	else if (row->type == PARAM_TYPE_DURATION)
		e = parse_duration_us(text, &v);
	else if (row->type == PARAM_TYPE_SIZE)
		e = parse_size(text, &v);
	else if (row->type == PARAM_TYPE_QUANTITY)
		e = parse_quantity_micro(text, &v);
	else
		e = parse_date(text, &v);
	if (e == ERR_SYNTAX)
		return bad_form(row, text, info);
	if (e == ERR_OK && row->type != PARAM_TYPE_DATE && (v < row->min || v > row->max))
		e = ERR_RANGE;
	if (e != ERR_OK && row->type == PARAM_TYPE_DATE)
		return err_fail(info, e, "'%.*s' is no day of the calendar", (int)text.n, text.p);
	if (e != ERR_OK)
		return out_of_bounds(row, text, info);
	*(int64_t *)field_of(row, object) = v;
	return ERR_OK;
}

static enum err set_word(const struct param *row, void *object, struct slice text,
			 struct err_info *info)
{
	char words[256] = "";
	size_t used = 0;

	for (int i = 0; row->words[i] != NULL; i++) {
		if (slice_is(text, row->words[i])) {
			*(int *)field_of(row, object) = i;
			return ERR_OK;
		}
		if (used < sizeof(words))
			used += (size_t)snprintf(words + used, sizeof(words) - used, "%s%s",
						 i ? ", " : "", row->words[i]);
	}
	return err_fail(info, ERR_SYNTAX, "'%.*s' is not one of: %s",
			(int)(text.n < 80 ? text.n : 80), text.p, words);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool param_next_item(struct slice *list, struct slice *ret)
{
	const char *comma;

	if (list->n == 0)
		return false;
	comma = memchr(list->p, ',', list->n);
	*ret = (struct slice){list->p, comma != NULL ? (size_t)(comma - list->p) : list->n};
	list->p += ret->n + (comma != NULL);
	list->n -= ret->n + (comma != NULL);
	for (; ret->n > 0 && is_blank(ret->p[0]); ret->n--)
		ret->p++;
	for (; ret->n > 0 && is_blank(ret->p[ret->n - 1]); ret->n--)
		;
	return true;
}

static enum err set_list(const struct param *row, void *object, struct slice text,
			 struct arena *arena, struct err_info *info)
{
	struct slice rest = text, item;
	struct buf joined CLEANUP(buf_release);
	int64_t count = 0;

	if (!is_clean_text(text))
		return err_fail(info, ERR_SYNTAX, "it holds a control character or a line end");
	buf_init(&joined, 1 << 16);
	while (param_next_item(&rest, &item)) {
		if (item.n == 0)
			return err_fail(info, ERR_SYNTAX, "item %lld of the list is empty",
					(long long)count + 1);
		if (item.n > PARAM_ITEM_MAX)
			return err_fail(info, ERR_RANGE, "'%.40s...' is longer than %d bytes",
					item.p, PARAM_ITEM_MAX);
		if ((row->flags & PARAM_PATHS) && item.p[0] != '/')
			return err_fail(info, ERR_SYNTAX, "'%.*s' does not begin with '/'",
					(int)item.n, item.p);
		if (++count > row->max)
			return err_fail(info, ERR_RANGE, "at most %lld items are allowed",
					(long long)row->max);
		buf_puts(&joined, count > 1 ? ", " : "");
		buf_put(&joined, item.p, item.n);
	}
	if (count == 0 && (row->flags & PARAM_REQUIRED))
		return err_fail(info, ERR_SYNTAX, "it is empty");
	*(const char **)field_of(row, object) = arena_strndup(arena, buf_cstr(&joined), joined.len);
	return ERR_OK;
}

enum err param_set(const struct param *row, void *object, struct slice text, struct arena *arena,
		   struct err_info *info)
{
	char host[256];
	uint16_t port;
	bool flag;

	switch (row->type) {
	case PARAM_TYPE_LIST:
		return set_list(row, object, text, arena, info);
	case PARAM_TYPE_INT:
	case PARAM_TYPE_DURATION:
	case PARAM_TYPE_SIZE:
	case PARAM_TYPE_QUANTITY:
	case PARAM_TYPE_DATE:
		return set_number(row, object, text, info);
	case PARAM_TYPE_ENUM:
		return set_word(row, object, text, info);
	case PARAM_TYPE_BOOL:
		if (parse_bool(text, &flag) != ERR_OK)
			return bad_form(row, text, info);
		*(bool *)field_of(row, object) = flag;
		return ERR_OK;
	case PARAM_TYPE_ID:
		if (!parse_is_id(text, "/:"))
			return bad_form(row, text, info);
		break;
	case PARAM_TYPE_HOSTPORT:
		if (parse_host_port(text, host, sizeof(host), &port) != ERR_OK)
			return bad_form(row, text, info);
		break;
	case PARAM_TYPE_DOC:
		/* Its form is for who compiles it; here only that it is one. */
		if (!is_clean_text(text) || text.n < 2 ||
		    !((text.p[0] == '{' && text.p[text.n - 1] == '}') ||
		      (text.p[0] == '[' && text.p[text.n - 1] == ']')))
			return bad_form(row, text, info);
		break;
	case PARAM_TYPE_STR:
	case PARAM_TYPE_PATH:
		if (!is_clean_text(text))
			return err_fail(info, ERR_SYNTAX,
					"it holds a control character or a line end");
		if (text.n == 0 && (row->flags & PARAM_REQUIRED))
			return err_fail(info, ERR_SYNTAX, "it is empty");
		break;
	}
	*(const char **)field_of(row, object) = arena_strndup(arena, text.p, text.n);
	return ERR_OK;
}

static void put_date(struct buf *out, int64_t unix_s)
{
	/* Civil date from days; the inverse of parse_date. */
	int64_t z = unix_s / 86400 + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	buf_printf(out, "%04lld-%02lld-%02lld", (long long)(yoe + era * 400 + (month <= 2)),
		   (long long)month, (long long)(doy - (153 * mp + 2) / 5 + 1));
}

bool param_get_text(const struct param *row, const void *object, struct buf *out)
{
	const void *field = const_field_of(row, object);
	char text[64];

	switch (row->type) {
	case PARAM_TYPE_STR:
	case PARAM_TYPE_ID:
	case PARAM_TYPE_HOSTPORT:
	case PARAM_TYPE_PATH:
	case PARAM_TYPE_LIST:
	case PARAM_TYPE_DOC:
		if (*(const char *const *)field == NULL)
			return false;
		buf_puts(out, *(const char *const *)field);
		return true;
	case PARAM_TYPE_INT:
	case PARAM_TYPE_SIZE:
		buf_put_i64(out, *(const int64_t *)field);
		return true;
	case PARAM_TYPE_DURATION:
		format_duration_exact(text, sizeof(text), *(const int64_t *)field);
		buf_puts(out, text);
		return true;
	case PARAM_TYPE_QUANTITY:
		micro_put(out, *(const int64_t *)field);
		return true;
	case PARAM_TYPE_BOOL:
		buf_puts(out, *(const bool *)field ? "true" : "false");
		return true;
	case PARAM_TYPE_ENUM:
		buf_puts(out, row->words[*(const int *)field]);
		return true;
	case PARAM_TYPE_DATE:
		if (*(const int64_t *)field == 0)
			return false;
		put_date(out, *(const int64_t *)field);
		return true;
	}
	return false;
}

static const char *type_name(enum param_type type)
{
	switch (type) {
	case PARAM_TYPE_STR:
		return "text";
	case PARAM_TYPE_ID:
		return "id";
	case PARAM_TYPE_INT:
		return "number";
	case PARAM_TYPE_DURATION:
		return "duration";
	case PARAM_TYPE_SIZE:
		return "size";
	case PARAM_TYPE_QUANTITY:
		return "quantity";
	case PARAM_TYPE_BOOL:
		return "true/false";
	case PARAM_TYPE_ENUM:
		return "word";
	case PARAM_TYPE_HOSTPORT:
		return "address:port";
	case PARAM_TYPE_PATH:
		return "path";
	case PARAM_TYPE_DATE:
		return "date";
	case PARAM_TYPE_LIST:
		return "list";
	case PARAM_TYPE_DOC:
		return "map or list";
	}
	return "";
}

static void document_bounds(const struct param *p, struct buf *out)
{
	char min[64], max[64];

	if (p->type == PARAM_TYPE_ENUM) {
		for (int i = 0; p->words[i] != NULL; i++)
			buf_printf(out, "%s`%s`", i ? " " : "", p->words[i]);
	} else if (p->type == PARAM_TYPE_INT || p->type == PARAM_TYPE_DURATION ||
		   p->type == PARAM_TYPE_SIZE || p->type == PARAM_TYPE_QUANTITY) {
		say_bound(min, sizeof(min), p->type, p->min);
		say_bound(max, sizeof(max), p->type, p->max);
		buf_printf(out, "%s..%s", min, max);
	} else if (p->type == PARAM_TYPE_LIST) {
		buf_printf(out, "at most %lld", (long long)p->max);
	}
}

void param_document(const struct param *table, struct buf *out)
{
	buf_puts(out, "| key | type | default | bounds | meaning |\n|---|---|---|---|---|\n");
	for (const struct param *p = table; p->key != NULL; p++) {
		buf_printf(out, "| `%s` | %s | ", p->key, type_name(p->type));
		if (p->flags & PARAM_REQUIRED)
			buf_puts(out, "*required*");
		else if (p->fallback != NULL && p->fallback[0] != '\0')
			buf_printf(out, "`%s`", p->fallback);
		buf_puts(out, " | ");
		document_bounds(p, out);
		buf_printf(out, " | %s |\n", p->help);
	}
}
