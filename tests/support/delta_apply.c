#include "tests/support/delta_apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- applying --------------------------------------------------------------------------------------- */

static json_t *members(json_t *old, json_t *patch)
{
	json_t *next = json_copy(old), *part, *gone;
	const char *key;
	size_t i;

	json_object_foreach(patch, key, part)
	{
		json_t *value;

		if (strcmp(key, "-") == 0)
			continue;
		value = delta_apply(json_object_get(old, key), part);
		if (value == NULL || json_object_set_new(next, key, value) != 0) {
			json_decref(next);
			return NULL;
		}
	}
	json_array_foreach(json_object_get(patch, "-"), i, gone)
	{
		json_object_del(next, json_string_value(gone));
	}
	return next;
}

/* To be freed; however long it is. */
static char *id_text(json_t *element)
{
	json_t *id = json_object_get(element, "id");
	char *text = json_is_string(id) ? strdup(json_string_value(id))
					: json_dumps(id, JSON_ENCODE_ANY);

	return text != NULL ? text : strdup("");
}

static json_t *known(json_t *list, const char *id)
{
	json_t *e;
	size_t i;
	json_array_foreach(list, i, e)
	{
		char *text = id_text(e);
		bool same = strcmp(text, id) == 0;

		free(text);
		if (same)
			return e;
	}
	return NULL;
}

static bool is_listed(json_t *list, const char *id)
{
	json_t *e;
	size_t i;

	json_array_foreach(list, i, e)
	{
		if (strcmp(json_string_value(e), id) == 0)
			return true;
	}
	return false;
}

static json_t *elements(json_t *old, json_t *patch)
{
	json_t *next = json_array(), *e, *ordered = NULL;
	json_t *order = json_object_get(patch, "#"), *changed = json_object_get(patch, "@");
	size_t i;
	json_array_foreach(old, i, e)
	{
		char *id = id_text(e);
		json_t *part = json_object_get(changed, id);
		bool gone = is_listed(json_object_get(patch, "-"), id);

		free(id);
		if (gone)
			continue;
		json_array_append_new(next, part != NULL ? delta_apply(e, part) : json_incref(e));
	}
	json_array_foreach(json_object_get(patch, "+"), i, e)
	{
		json_array_append(next, e);
	}
	if (order == NULL)
		return next;
	ordered = json_array();
	json_array_foreach(order, i, e)
	{
		json_array_append(ordered, known(next, json_string_value(e)));
	}
	json_decref(next);
	return ordered;
}

static json_t *places(json_t *old, json_t *patch)
{
	json_t *next = json_copy(old), *part;
	const char *place;

	json_object_foreach(json_object_get(patch, "%"), place, part)
	{
		size_t i = (size_t)strtoull(place, NULL, 10);

		if (json_array_set_new(next, i, delta_apply(json_array_get(old, i), part)) != 0) {
			json_decref(next);
			return NULL;
		}
	}
	return next;
}

json_t *delta_apply(json_t *old, json_t *patch)
{
	if (!json_is_object(patch))
		return json_incref(patch);
	if (json_object_get(patch, "=") != NULL)
		return json_incref(json_object_get(patch, "="));
	if (json_is_array(old))
		return json_object_get(patch, "%") != NULL ? places(old, patch)
							   : elements(old, patch);
	return json_is_object(old) ? members(old, patch) : NULL;
}

void delta_strip(json_t *state, const char *parent, bool values)
{
	static const char *const running[][2] = {
		{"", "now"}, {"clock", "elapsed"}, {"clock", "left"}};
	json_t *part;
	const char *key;
	void *next;
	size_t i;

	json_array_foreach(state, i, part)
	{
		delta_strip(part, parent, values);
	}
	json_object_foreach_safe(state, next, key, part)
	{
		bool goes = !values && strcmp(parent, "vantages") == 0 &&
			    (strcmp(key, "t") == 0 || strcmp(key, "values") == 0);

		for (i = 0; i < sizeof(running) / sizeof(running[0]); i++)
			goes = goes || (strcmp(parent, running[i][0]) == 0 &&
					strcmp(key, running[i][1]) == 0);
		if (goes)
			json_object_del(state, key);
		else
			delta_strip(part, key, values);
	}
}

/* --- at random -------------------------------------------------------------------------------------- */

static json_t *scalar(struct rand *r)
{
	switch (rand_below(r, 5)) {
	case 0:
		return json_loads("null", JSON_DECODE_ANY, NULL); /* json_null is ours here */
	case 1:
		return json_boolean(rand_below(r, 2));
	case 2:
		return json_integer((json_int_t)rand_below(r, 4));
	case 3:
		return json_real((double)rand_below(r, 1000) / 8);
	default:
		return json_string(rand_below(r, 2) ? "niño \"\\" : "ok");
	}
}

static const char *const names[] = {"state",  "vantages", "agents",    "clock", "t",
				    "values", "elapsed",  "last_seen", "spool", "left",
				    "watch",  "loop_lag", "list",      "now",   "a"};
static const char *const odd[] = {"-", "=", "@", "%", "#", "+", "__proto__"};

static json_t *value(struct rand *r, unsigned depth);

static json_t *object(struct rand *r, unsigned depth)
{
	json_t *o = json_object();

	for (uint64_t n = rand_below(r, rand_below(r, 6) == 0 ? 14 : 5); n > 0; n--)
		json_object_set_new(o, names[rand_below(r, sizeof(names) / sizeof(names[0]))],
				    value(r, depth + 1));
	if (rand_below(r, 20) == 0)
		json_object_set_new(o, odd[rand_below(r, sizeof(odd) / sizeof(odd[0]))],
				    value(r, depth + 1));
	return o;
}

static json_t *element(struct rand *r, unsigned depth)
{
	json_t *e = object(r, depth);

	if (rand_below(r, 8) ==
	    0) { /* an id that may stand twice, be odd, or be another's as text */
		char id[2] = {(char)('0' + rand_below(r, 9)), '\0'};

		json_object_set_new(e, "id",
				    rand_below(r, 9) == 0 ? json_string("-") : json_string(id));
	} else if (rand_below(r, 30) != 0) {
		json_object_set_new(e, "id", json_integer((json_int_t)rand_below(r, 1000)));
	}
	return e;
}

static json_t *list(struct rand *r, unsigned depth)
{
	json_t *a = json_array();
	uint64_t kind = rand_below(r, 6);

	for (uint64_t n = rand_below(r, rand_below(r, 5) == 0 ? 15 : 4); n > 0; n--)
		json_array_append_new(a, kind == 0   ? scalar(r)
					 : kind == 1 ? value(r, depth + 1)
					 : kind == 2 ? object(r, depth + 1)
						     : element(r, depth + 1));
	return a;
}

static json_t *value(struct rand *r, unsigned depth)
{
	uint64_t kind = depth > 5 ? 0 : rand_below(r, 5);

	return kind < 2 ? scalar(r) : kind == 2 ? object(r, depth) : list(r, depth);
}

static void put(json_t *o, struct buf *out)
{
	char *text = json_dumps(o, JSON_COMPACT);

	buf_puts(out, text);
	free(text);
}

void delta_random(struct rand *r, struct buf *out)
{
	json_t *o = object(r, 0);

	put(o, out);
	json_decref(o);
}

static json_t *changed(struct rand *r, json_t *v, unsigned depth)
{
	json_t *next, *part;
	const char *key;
	size_t i;

	if (rand_below(r, 40) == 0)
		return value(r, depth);
	if (json_is_object(v)) {
		next = json_object();
		json_object_foreach(v, key, part)
		{
			if (rand_below(r, 30) != 0)
				json_object_set_new(next, key, changed(r, part, depth + 1));
		}
		if (rand_below(r, 15) == 0)
			json_object_set_new(next,
					    names[rand_below(r, sizeof(names) / sizeof(names[0]))],
					    value(r, depth + 1));
		return next;
	}
	if (!json_is_array(v))
		return rand_below(r, 4) == 0 ? scalar(r) : json_incref(v);
	next = json_array();
	json_array_foreach(v, i, part)
	{
		if (rand_below(r, 12) == 0)
			continue;
		part = changed(r, part, depth + 1);
		if (rand_below(r, 12) == 0)
			json_array_insert_new(next, 0, part);
		else
			json_array_append_new(next, part);
	}
	if (rand_below(r, 6) == 0)
		json_array_append_new(next, element(r, depth + 1));
	return next;
}

void delta_random_next(struct rand *r, const char *text, struct buf *out)
{
	json_t *from = json_loads(text, 0, NULL);
	json_t *to;

	do {
		to = changed(r, from, 0);
		if (!json_is_object(to)) {
			json_decref(to);
			to = NULL;
		}
	} while (to == NULL);
	put(to, out);
	json_decref(to);
	json_decref(from);
}
