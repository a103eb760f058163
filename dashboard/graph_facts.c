#include "dashboard/graph_facts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

static void text(const json_t *o, const char *key, char *dst, size_t size)
{
	const char *s = json_string_value(json_object_get(o, key));

	snprintf(dst, size, "%s", s != NULL ? s : "");
}

static void read_value(const json_t *o, struct graph_value *v)
{
	size_t i;
	json_t *word;

	text(o, "name", v->name, sizeof(v->name));
	text(o, "unit", v->unit, sizeof(v->unit));
	v->most = (double)NAN;
	json_array_foreach(json_object_get(o, "words"), i, word)
	{
		struct graph_number *w = &v->words[v->word_count];

		if (v->word_count == GRAPH_WORDS_MAX)
			break;
		w->number = json_number_value(json_object_get(word, "number"));
		text(word, "word", w->word, sizeof(w->word));
		v->word_count++;
	}
}

static void read_about(const json_t *about, struct graph_facts *f)
{
	size_t i;
	json_t *x;

	text(about, "name", f->name, sizeof(f->name));
	text(about, "site_name", f->site, sizeof(f->site));
	text(about, "type", f->type, sizeof(f->type));
	text(about, "from", f->from, sizeof(f->from));
	text(about, "institution", f->institution, sizeof(f->institution));
	text(about, "code", f->code, sizeof(f->code));
	text(about, "revision", f->revision, sizeof(f->revision));
	text(about, "stamp", f->stamp, sizeof(f->stamp));
	f->real = json_is_true(json_object_get(about, "real"));
	f->interval = json_number_value(json_object_get(about, "interval"));
	json_array_foreach(json_object_get(about, "values"), i, x)
	{
		if (f->value_count < GRAPH_VALUES_MAX)
			read_value(x, &f->values[f->value_count++]);
	}
	json_array_foreach(json_object_get(about, "limits"), i, x)
	{
		struct graph_limit *l = &f->limits[f->limit_count];

		if (f->limit_count == GRAPH_LIMITS_MAX)
			break;
		text(x, "state", l->state, sizeof(l->state));
		text(x, "value", l->value, sizeof(l->value));
		text(x, "op", l->op, sizeof(l->op));
		l->limit = json_number_value(json_object_get(x, "limit"));
		f->limit_count++;
	}
}

static struct graph_value *find(struct graph_facts *f, const char *name)
{
	for (size_t i = 0; name != NULL && i < f->value_count; i++) {
		if (strcmp(f->values[i].name, name) == 0)
			return &f->values[i];
	}
	return NULL;
}

/* Which values there are, whether anything is known, and how far each goes. */
static void read_rows(const json_t *root, struct graph_facts *f)
{
	const json_t *rows = json_object_get(root, "rows");
	size_t i, k;
	json_t *x, *cell;
	const char *name;

	json_array_foreach(json_object_get(root, "names"), i, x)
	{
		struct graph_value *v = find(f, json_string_value(x));

		if (v != NULL)
			v->measured = true;
	}
	json_array_foreach(rows, i, x)
	{
		json_array_foreach(x, k, cell)
		{
			f->known = f->known || json_is_number(cell);
		}
	}
	json_object_foreach(json_object_get(root, "bands"), name, x)
	{
		struct graph_value *v = find(f, name);

		if (v == NULL)
			continue;
		json_array_foreach(json_object_get(x, "max"), k, cell)
		{
			if (json_is_number(cell))
				v->most = fmax(isnan(v->most) ? -INFINITY : v->most,
					       json_number_value(cell));
		}
	}
}

bool graph_facts_read(struct slice json, struct graph_facts *ret)
{
	json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *about = json_object_get(root, "about");

	*ret = (struct graph_facts){0};
	if (!json_is_object(about) || !json_is_array(json_object_get(root, "rows"))) {
		json_decref(root);
		return false;
	}
	read_about(about, ret);
	read_rows(root, ret);
	ret->newest = json_integer_value(json_object_get(root, "newest"));
	ret->fine = json_integer_value(json_object_get(root, "fine"));
	json_decref(root);
	return true;
}

const struct graph_value *graph_facts_value(const struct graph_facts *f, const char *name)
{
	for (size_t i = 0; i < f->value_count; i++) {
		if (strcmp(f->values[i].name, name) == 0)
			return f->values[i].measured ? &f->values[i] : NULL;
	}
	return NULL;
}
