#include "checks/page_value.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/micro.h"
#include "base/stamp.h"
#include "base/parse.h"

enum { MOMENT_SHORTEST = 16, STEP_SIZE = PAGE_POINTER_MAX + 1 };
#define VALUE_MAX (INT64_MAX / MICRO)

bool page_pointer_is_sound(const char *pointer)
{
	if (pointer[0] != '/' || strlen(pointer) > PAGE_POINTER_MAX)
		return false;
	for (const char *p = pointer; *p != '\0'; p++) {
		if (*p == '~' && p[1] != '0' && p[1] != '1')
			return false;
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice without_blanks(struct slice s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool page_value_text(struct slice text, enum page_value_as as, int64_t *ret)
{
	struct slice s = without_blanks(text);
	struct wall_time t;

	if (as != PAGE_VALUE_TIME)
		return micro_parse(s, ret) == ERR_OK;
	if (stamp_parse(s, &t) != ERR_OK)
		return false;
	*ret = t.us; /* seconds in millionths are microseconds */
	return true;
}

/* A page goes on behind the value: the longest beginning that is one. */
static bool value_at_start(struct slice s, enum page_value_as as, int64_t *ret)
{
	size_t n = 0;

	if (as != PAGE_VALUE_TIME) {
		while (n < s.n && n < 32 && strchr("0123456789.-", s.p[n]) != NULL &&
		       s.p[n] != '\0')
			n++;
		while (n > 0 && s.p[n - 1] == '.') /* the end of a sentence */
			n--;
		return page_value_text((struct slice){s.p, n}, as, ret);
	}
	for (n = s.n < STAMP_TEXT_MAX ? s.n : STAMP_TEXT_MAX; n >= MOMENT_SHORTEST; n--) {
		if (!is_blank(s.p[n - 1]) && page_value_text((struct slice){s.p, n}, as, ret))
			return true;
	}
	return false;
}

bool page_value_after(struct slice body, const char *text, enum page_value_as as, int64_t *ret)
{
	const char *at = body.n > 0 ? memmem(body.p, body.n, text, strlen(text)) : NULL;
	struct slice rest;

	if (at == NULL)
		return false;
	at += strlen(text);
	rest = (struct slice){at, body.n - (size_t)(at - body.p)};
	while (rest.n > 0 && is_blank(rest.p[0])) {
		rest.p++;
		rest.n--;
	}
	return value_at_start(rest, as, ret);
}

/* The next step of a pointer, its escapes undone; moves the pointer on. */
static void take_step(const char **pointer, char step[static STEP_SIZE])
{
	const char *p = *pointer + 1;
	size_t n = 0;

	for (; *p != '\0' && *p != '/' && n + 1 < STEP_SIZE; p++) {
		if (*p == '~' && (p[1] == '0' || p[1] == '1'))
			step[n++] = *++p == '1' ? '/' : '~';
		else
			step[n++] = *p;
	}
	step[n] = '\0';
	*pointer = p;
}

static const json_t *follow(const json_t *at, const char *pointer)
{
	char step[STEP_SIZE];
	int64_t index;

	while (at != NULL && *pointer == '/') {
		take_step(&pointer, step);
		if (json_is_object(at))
			at = json_object_get(at, step);
		else if (json_is_array(at) &&
			 parse_i64(slice_of(step), 0, INT32_MAX, &index) == ERR_OK)
			at = json_array_get(at, (size_t)index);
		else
			at = NULL;
	}
	return at;
}

static bool value_of(const json_t *v, enum page_value_as as, int64_t *ret)
{
	double d = json_number_value(v);

	if (json_is_string(v))
		return page_value_text((struct slice){json_string_value(v), json_string_length(v)},
				       as, ret);
	if (json_is_integer(v)) {
		json_int_t i = json_integer_value(v);

		if (i > VALUE_MAX || i < -VALUE_MAX)
			return false;
		*ret = (int64_t)i * MICRO;
		return true;
	}
	if (!json_is_real(v) || !(fabs(d) < (double)VALUE_MAX))
		return false;
	*ret = (int64_t)(d * (double)MICRO);
	return true;
}

bool page_value_json(struct slice body, const char *pointer, enum page_value_as as, int64_t *ret)
{
	json_t *root = json_loadb(body.p != NULL ? body.p : "", body.n, JSON_DECODE_ANY, NULL);
	const json_t *v = follow(root, pointer);
	bool found = v != NULL && value_of(v, as, ret);

	json_decref(root);
	return found;
}
