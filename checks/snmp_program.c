#include "checks/snmp_program.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/micro.h"
#include "checks/snmp_calc.h"
#include "checks/snmp_document.h"
#include "checks/snmp_rate.h"
#include "checks/snmp_rows.h"

enum {
	NAME_MAX_LENGTH = 15, /* names a data source of RRD */
	UNIT_MAX = 7,
	TEXT_MAX = 200,
	ROOM = 500, /* items of one round; what a poll asks besides stands in the rest */
	PATH_SIZE = 96
};

/* The document while it is read. */
struct compiler {
	struct snmp_document doc;
	struct snmp_program_value *values;
	const char **calcs; /* the expression of a value, NULL */
	size_t count;
	struct snmp_row_key keys[SNMP_VALUES_MAX];
	size_t key_count;
};

static enum err read_when(struct snmp_document *d, const char *key, const json_t *item, size_t i,
			  void *user)
{
	struct snmp_program_value *v = user;

	/* jansson hands children of a constant list out as constant; nothing is changed here. */
	return snmp_document_by(d, key, (json_t *)(uintptr_t)item, &v->whens[i].by,
				&v->whens[i].match);
}

static bool is_same_match(const struct snmp_match *a, const struct snmp_match *b)
{
	if (a->is_count != b->is_count || (a->like == NULL) != (b->like == NULL) ||
	    (a->like != NULL && strcmp(a->like, b->like) != 0))
		return false;
	for (size_t i = 0; i < a->is_count; i++) {
		if (strcmp(a->is[i].text, b->is[i].text) != 0)
			return false;
	}
	return true;
}

static enum err read_row(struct compiler *c, json_t *map, struct snmp_program_value *v)
{
	struct snmp_row_key key = {0};
	enum err e = snmp_document_by(&c->doc, "row", map, &key.by, &key.match);

	if (e != ERR_OK)
		return e;
	key.text = key.match.like != NULL ? key.match.like : key.match.is[0].text;
	for (size_t i = 0; i < c->key_count; i++) {
		if (snmp_oid_compare(c->keys[i].by, key.by) == 0 &&
		    is_same_match(&c->keys[i].match, &key.match)) {
			v->row = i;
			return ERR_OK;
		}
	}
	v->row = c->key_count;
	c->keys[c->key_count++] = key;
	return ERR_OK;
}

/* --- words and texts ------------------------------------------------------------------------------- */

static bool is_word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return n > 0 && n <= 31 && s[n] == '\0' && s[strspn(s, "-0123456789")] != '\0' &&
	       strchr("-0123456789", s[0]) == NULL;
}

/* Words can stand in conditions: letters first, no blanks. */
static enum err read_words(struct compiler *c, json_t *map, struct snmp_program_value *v)
{
	struct snmp_word *words = arena_calloc(c->doc.arena, SNMP_WORDS_MAX, sizeof(*words));
	const char *k;
	json_t *item;
	enum err e;

	if (!json_is_object(map) || json_object_size(map) > SNMP_WORDS_MAX)
		return snmp_document_fail(&c->doc, "words", "write up to %d as {1: up, 2: down}",
					  SNMP_WORDS_MAX);
	json_object_foreach(map, k, item)
	{
		struct snmp_word *w = &words[v->word_count];

		if (!snmp_document_whole_number(k, &w->number))
			return snmp_document_fail(&c->doc, "words", "'%.40s' is no whole number",
						  k);
		if ((e = snmp_document_text(&c->doc, "words", item, &w->word)) != ERR_OK)
			return e;
		if (!is_word(w->word))
			return snmp_document_fail(
				&c->doc, "words",
				"'%.40s' is no word (up to 31 letters, digits, _ and -, a "
				"letter first)",
				w->word);
		for (size_t i = 0; i < v->word_count; i++) {
			if (strcmp(words[i].word, w->word) == 0)
				return snmp_document_fail(&c->doc, "words",
							  "'%s' stands for two numbers", w->word);
			if (words[i].number == w->number)
				return snmp_document_fail(&c->doc, "words", "%lld has two words",
							  (long long)w->number);
		}
		v->words = words;
		v->word_count++;
	}
	return ERR_OK;
}

static enum err read_texts(struct compiler *c, json_t *map, struct snmp_program_value *v)
{
	struct snmp_text *texts = arena_calloc(c->doc.arena, SNMP_WORDS_MAX, sizeof(*texts));
	const char *k;
	json_t *item;

	if (!json_is_object(map) || json_object_size(map) == 0 ||
	    json_object_size(map) > SNMP_WORDS_MAX)
		return snmp_document_fail(&c->doc, "texts", "write up to %d as {\"*GLOB*\": 1}",
					  SNMP_WORDS_MAX);
	json_object_foreach(map, k, item)
	{
		struct snmp_text *t = &texts[v->text_count];
		const char *number;
		enum err e = snmp_document_text(&c->doc, "texts", item, &number);

		if (e != ERR_OK)
			return e;
		if (!snmp_document_whole_number(number, &t->number))
			return snmp_document_fail(&c->doc, "texts", "'%.40s' is no whole number",
						  number);
		if (k[0] == '\0' || strlen(k) > TEXT_MAX)
			return snmp_document_fail(&c->doc, "texts",
						  "a text of 1 to %d characters was expected",
						  TEXT_MAX);
		t->glob = arena_strdup(c->doc.arena, k);
		v->texts = texts;
		v->text_count++;
	}
	return ERR_OK;
}

/* --- one value ------------------------------------------------------------------------------------- */

static const char *const take_words[] = {"value", "until", "rate", "delta", NULL};
static const char *const over_words[] = {"sum", "max", "min", "mean", "count", NULL};

static enum err read_oid_item(struct snmp_document *d, const char *key, const json_t *item,
			      size_t i, void *user)
{
	struct snmp_program_value *v = user;

	return snmp_document_oid(d, key, item, &v->oids[i]);
}

static enum err read_scale(struct compiler *c, json_t *map, double *ret)
{
	const char *text;
	enum err e;

	if (json_object_get(map, "scale") == NULL)
		return ERR_OK;
	if ((e = snmp_document_text(&c->doc, "scale", json_object_get(map, "scale"), &text)) !=
	    ERR_OK)
		return e;
	if (!snmp_document_number(text, ret) || !(fabs(*ret) >= 1e-18 && fabs(*ret) <= 1e18))
		return snmp_document_fail(&c->doc, "scale",
					  "'%.40s' is no number but 0 (write 0.01)", text);
	return ERR_OK;
}

static enum err read_label(struct compiler *c, json_t *map, const char *key, size_t max,
			   const char **ret)
{
	const json_t *v = json_object_get(map, key);
	enum err e;

	if (v == NULL || (json_is_string(v) && json_string_length(v) == 0))
		return ERR_OK;
	e = snmp_document_text(&c->doc, key, v, ret);
	if (e == ERR_OK && strlen(*ret) > max)
		e = snmp_document_fail(&c->doc, key, "'%.40s' is longer than %zu characters", *ret,
				       max);
	return e;
}

/* Which keys go with which form, and nothing that would be left unheard. */
static enum err check_form(struct compiler *c, json_t *map, const struct snmp_program_value *v)
{
	static const char *const of_device[] = {"row",  "rows",  "is",       "when",
						"take", "texts", "unsigned", NULL};

	if ((json_object_get(map, "oid") == NULL) == (json_object_get(map, "calc") == NULL))
		return snmp_document_fail(&c->doc, "", "one of 'oid' and 'calc' was expected");
	for (size_t i = 0; v->form == SNMP_FORM_CALC && of_device[i] != NULL; i++) {
		if (json_object_get(map, of_device[i]) != NULL)
			return snmp_document_fail(&c->doc, of_device[i], "does not go with 'calc'");
	}
	if (json_object_get(map, "row") != NULL && json_object_get(map, "rows") != NULL)
		return snmp_document_fail(
			&c->doc, "rows",
			"does not go with 'row', which is one row; choose several "
			"rows by 'when'");
	if (v->form != SNMP_FORM_ROWS && json_object_get(map, "is") != NULL)
		return snmp_document_fail(&c->doc, "is",
					  "goes with 'rows' only (write rows: count)");
	if (v->form != SNMP_FORM_ROWS && json_object_get(map, "when") != NULL)
		return snmp_document_fail(&c->doc, "when",
					  "goes with 'rows' only (one row is chosen by 'row')");
	if (v->take == SNMP_TAKE_VALUE)
		return ERR_OK;
	if (v->take == SNMP_TAKE_UNTIL && v->form == SNMP_FORM_ROWS && v->over != SNMP_MIN &&
	    v->over != SNMP_MAX)
		return snmp_document_fail(&c->doc, "take",
					  "of many moments the first (rows: min) or the last "
					  "(rows: max) is waited for");
	if (v->take == SNMP_TAKE_UNTIL)
		return v->word_count + v->text_count == 0
			       ? ERR_OK
			       : snmp_document_fail(&c->doc, "take",
						    "what is left of time has no words");
	if (v->form == SNMP_FORM_ROWS && (v->over == SNMP_COUNT || v->is.is_count > 0))
		return snmp_document_fail(
			&c->doc, "take",
			"rows are counted and chosen by their values, not by growth");
	if (v->word_count > 0 || v->text_count > 0)
		return snmp_document_fail(&c->doc, "take", "growth has no words");
	return ERR_OK;
}

static enum err read_source(struct compiler *c, json_t *map, struct snmp_program_value *v)
{
	json_t *part;
	int over = -1;
	enum err e = ERR_OK;

	if ((part = json_object_get(map, "words")) != NULL)
		e = read_words(c, part, v);
	if (e == ERR_OK && (part = json_object_get(map, "texts")) != NULL)
		e = read_texts(c, part, v);
	if (e == ERR_OK && (part = json_object_get(map, "oid")) != NULL)
		e = snmp_document_each(&c->doc, "oid", part, SNMP_ALTERNATIVES_MAX, read_oid_item,
				       v, &v->oid_count);
	if (e == ERR_OK)
		e = snmp_document_choice(&c->doc, map, "rows", over_words, &over);
	if (over >= 0)
		v->over = (enum snmp_over)over;
	v->form = json_object_get(map, "calc") != NULL  ? SNMP_FORM_CALC
		  : over >= 0                           ? SNMP_FORM_ROWS
		  : json_object_get(map, "row") != NULL ? SNMP_FORM_ROW
							: SNMP_FORM_ONE;
	if (e == ERR_OK && (part = json_object_get(map, "row")) != NULL)
		e = read_row(c, part, v);
	if (e == ERR_OK && (part = json_object_get(map, "is")) != NULL)
		e = snmp_document_is(&c->doc, "is", part, v, &v->is);
	if (e == ERR_OK && (part = json_object_get(map, "when")) != NULL) {
		v->whens = arena_calloc(c->doc.arena, SNMP_WHENS_MAX, sizeof(*v->whens));
		e = snmp_document_each(&c->doc, "when", part, SNMP_WHENS_MAX, read_when, v,
				       &v->when_count);
	}
	return e;
}

static enum err read_value(struct compiler *c, json_t *map, struct snmp_program_value *v,
			   const char **calc)
{
	static const char *const known[] = {"oid",  "row",      "rows",     "is",    "when", "calc",
					    "take", "scale",    "words",    "texts", "unit", "help",
					    "keep", "optional", "unsigned", NULL};
	int take = SNMP_TAKE_VALUE;
	enum err e;

	if (!json_is_object(map))
		return snmp_document_fail(&c->doc, "", "write {oid: ...} or {calc: ...}");
	v->kept = true;
	v->scale = 1;
	v->unit = "";
	if ((e = snmp_document_check_keys(&c->doc, "", map, known)) != ERR_OK ||
	    (e = read_source(c, map, v)) != ERR_OK ||
	    (e = snmp_document_choice(&c->doc, map, "take", take_words, &take)) != ERR_OK ||
	    (e = read_scale(c, map, &v->scale)) != ERR_OK ||
	    (e = read_label(c, map, "unit", UNIT_MAX, &v->unit)) != ERR_OK ||
	    (e = read_label(c, map, "help", TEXT_MAX, &v->help)) != ERR_OK ||
	    (e = snmp_document_bool(&c->doc, map, "keep", &v->kept)) != ERR_OK ||
	    (e = snmp_document_bool(&c->doc, map, "optional", &v->optional)) != ERR_OK ||
	    (e = snmp_document_bool(&c->doc, map, "unsigned", &v->is_unsigned)) != ERR_OK)
		return e;
	v->take = (enum snmp_take)take;
	if ((e = check_form(c, map, v)) != ERR_OK)
		return e;
	if (v->word_count > 0 && fabs(v->scale - 1) > 0)
		return snmp_document_fail(&c->doc, "scale",
					  "numbers that have words are not scaled");
	for (size_t i = 0; snmp_is_growth(v->take) && i < v->oid_count; i++)
		(void)snmp_interface_break(v->oids[i], c->doc.arena, &v->breaks[i]);
	if (v->form == SNMP_FORM_CALC)
		return snmp_document_text(&c->doc, "calc", json_object_get(map, "calc"), calc);
	return ERR_OK;
}

/* --- expressions ----------------------------------------------------------------------------------- */

static int find_value(void *user, struct slice name)
{
	const struct compiler *c = user;

	for (size_t i = 0; i < c->count; i++) {
		if (slice_is(name, c->values[i].name))
			return (int)i;
	}
	return -1;
}

static bool find_word(void *user, int value, struct slice word, double *ret)
{
	const struct compiler *c = user;
	const struct snmp_program_value *v = &c->values[value];

	for (size_t i = 0; i < v->word_count; i++) {
		if (slice_is(word, v->words[i].word)) {
			*ret = (double)v->words[i].number;
			return true;
		}
	}
	return false;
}

static const char *nearest_value(void *user, struct slice name)
{
	const struct compiler *c = user;
	const char *names[SNMP_VALUES_MAX + 1] = {NULL};

	for (size_t i = 0; i < c->count; i++)
		names[i] = c->values[i].name;
	return snmp_document_nearest(names, name);
}

static enum err compile_calcs(struct compiler *c)
{
	const struct snmp_calc_names names = {find_value, find_word, nearest_value, c};

	for (size_t i = 0; i < c->count; i++) {
		struct err_info why;
		enum err e;

		if (c->calcs[i] == NULL)
			continue;
		e = snmp_calc_compile(slice_of(c->calcs[i]), &names, c->doc.arena,
				      &c->values[i].calc, &why);
		snprintf(c->doc.path, sizeof(c->doc.path), "values.%s", c->values[i].name);
		if (e != ERR_OK)
			return snmp_document_fail(&c->doc, "calc", "%.300s", why.text);
		if (c->values[i].help == NULL)
			c->values[i].help = c->calcs[i];
	}
	return ERR_OK;
}

struct ordering {
	uint8_t *order;
	size_t count;
	bool done[SNMP_VALUES_MAX], open[SNMP_VALUES_MAX];
};

/* What an expression speaks of comes before it. Depth is bounded by the number of values. */
static enum err put_in_order(struct compiler *c, struct ordering *o, size_t i)
{
	const int *parts;
	size_t n;

	if (o->done[i])
		return ERR_OK;
	if (o->open[i]) {
		snprintf(c->doc.path, sizeof(c->doc.path), "values.%s", c->values[i].name);
		return snmp_document_fail(&c->doc, "calc",
					  "it speaks of itself, through others or not");
	}
	o->open[i] = true;
	n = c->values[i].calc != NULL ? snmp_calc_parts(c->values[i].calc, &parts) : 0;
	for (size_t k = 0; k < n; k++) {
		enum err e = put_in_order(c, o, (size_t)parts[k]);

		if (e != ERR_OK)
			return e;
	}
	o->done[i] = true;
	o->order[o->count++] = (uint8_t)i;
	return ERR_OK;
}

/* --- the whole ------------------------------------------------------------------------------------- */

static bool is_value_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && n <= NAME_MAX_LENGTH && s[n] == '\0' && s[0] >= 'a' && s[0] <= 'z';
}

static void describe(struct compiler *c, struct snmp_program_value *v)
{
	static const char *const takes[] = {[SNMP_TAKE_VALUE] = "",
					    [SNMP_TAKE_UNTIL] = ", how far ahead",
					    [SNMP_TAKE_RATE] = " per second",
					    [SNMP_TAKE_DELTA] = " since the last poll"};
	char oid[160];

	if (v->help != NULL || v->oid_count == 0)
		return;
	snmp_oid_format(v->oids[0], oid, sizeof(oid));
	v->help = arena_printf(
		c->doc.arena, "%s%s%s%s", oid, v->form == SNMP_FORM_ROWS ? ", of its rows: " : "",
		v->form == SNMP_FORM_ROWS ? over_words[v->over] : "", takes[v->take]);
}

static enum err read_values(struct compiler *c, json_t *root)
{
	const char *name;
	json_t *item;

	json_object_foreach(root, name, item)
	{
		struct snmp_program_value *v = &c->values[c->count];
		enum err e;

		snprintf(c->doc.path, sizeof(c->doc.path), "values.%.40s", name);
		if (!is_value_name(name))
			return snmp_document_fail(
				&c->doc, "",
				"a name is 1 to %d of a-z, 0-9 and _, and begins with a letter",
				NAME_MAX_LENGTH);
		v->name = arena_strdup(c->doc.arena, name);
		e = read_value(c, item, v, &c->calcs[c->count]);
		if (e != ERR_OK)
			return e;
		describe(c, v);
		c->count++;
	}
	return ERR_OK;
}

static size_t kept_count(const struct compiler *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		n += c->values[i].kept;
	return n;
}

/* One round of a poll must hold them all. */
static enum err check_size(struct compiler *c, size_t *ret_items)
{
	size_t kept = kept_count(c), items = 2, asked = 0; /* the device's clock */

	for (size_t i = 0; i < c->count; i++) {
		const struct snmp_program_value *v = &c->values[i];

		asked += v->oid_count;
		items += v->oid_count * (snmp_is_growth(v->take) ? 2 : 1) + v->when_count +
			 (v->form == SNMP_FORM_ROW ? 1 : 0);
	}
	snprintf(c->doc.path, sizeof(c->doc.path), "values");
	if (asked == 0)
		return snmp_document_fail(&c->doc, "", "nothing is asked of the device");
	if (kept == 0 || kept > SCHEMA_VALUES_MAX)
		return snmp_document_fail(
			&c->doc, "",
			"1 to %d values are kept (keep: false for parts), these are %zu",
			SCHEMA_VALUES_MAX, kept);
	*ret_items = items;
	if (items > ROOM)
		return snmp_document_fail(&c->doc, "",
					  "one check asks at most %d things, these are %zu", ROOM,
					  items);
	return ERR_OK;
}

static enum err compile(struct compiler *c, json_t *root, struct snmp_program *p)
{
	struct ordering o = {.order = arena_calloc(c->doc.arena, SNMP_VALUES_MAX, 1)};
	struct snmp_row_key *keys;
	enum err e;

	if ((e = read_values(c, root)) != ERR_OK || (e = compile_calcs(c)) != ERR_OK ||
	    (e = check_size(c, &p->item_max)) != ERR_OK)
		return e;
	for (size_t i = 0; i < c->count; i++) {
		if ((e = put_in_order(c, &o, i)) != ERR_OK)
			return e;
		p->clocked = p->clocked || snmp_is_growth(c->values[i].take) ||
			     c->values[i].form == SNMP_FORM_ROW;
	}
	keys = arena_calloc(c->doc.arena, c->key_count, sizeof(*keys));
	memcpy(keys, c->keys, c->key_count * sizeof(*keys));
	p->values = c->values;
	p->value_count = c->count;
	p->kept_count = kept_count(c);
	p->order = o.order;
	p->keys = keys;
	p->key_count = c->key_count;
	return ERR_OK;
}

enum err snmp_program_compile(struct slice doc, struct arena *arena,
			      const struct snmp_program **ret, struct err_info *info)
{
	struct snmp_program *p = arena_calloc(arena, 1, sizeof(*p));
	struct compiler c = {.doc = {.arena = arena, .info = info, .path = "values"}};
	json_error_t where;
	json_t *root;
	enum err e;

	if (doc.n > SNMP_DOC_MAX)
		return snmp_document_fail(&c.doc, "", "longer than %d KiB", SNMP_DOC_MAX >> 10);
	root = json_loadb(doc.p != NULL ? doc.p : "", doc.n, JSON_REJECT_DUPLICATES, &where);
	if (root == NULL)
		return snmp_document_fail(&c.doc, "", "no sound JSON at character %d: %s",
					  where.position, where.text);
	if (!json_is_object(root) || json_object_size(root) == 0 ||
	    json_object_size(root) > SNMP_VALUES_MAX) {
		e = snmp_document_fail(&c.doc, "",
				       "write a map of 1 to %d names: {cpu: {oid: ...}}",
				       SNMP_VALUES_MAX);
	} else {
		c.values = arena_calloc(arena, json_object_size(root), sizeof(*c.values));
		c.calcs = arena_calloc(arena, json_object_size(root), sizeof(*c.calcs));
		e = compile(&c, root, p);
	}
	json_decref(root);
	if (e == ERR_OK)
		*ret = p;
	return e;
}

int snmp_program_value_index(const struct snmp_program *p, struct slice name)
{
	for (size_t i = 0; i < p->value_count; i++) {
		if (slice_is(name, p->values[i].name))
			return (int)i;
	}
	return -1;
}

/* --- the schema ------------------------------------------------------------------------------------ */

/* A number that comes out as the device said it, so that its word still fits. */
static bool has_words(const struct snmp_program_value *v)
{
	return v->form != SNMP_FORM_ROWS || v->over == SNMP_MAX || v->over == SNMP_MIN;
}

const struct check_schema *snmp_program_schema(const struct snmp_program *p,
					       const struct check_schema *type, struct arena *arena)
{
	struct check_schema *s = arena_calloc(arena, 1, sizeof(*s));
	struct value_desc *values = arena_calloc(arena, p->kept_count, sizeof(*values));
	struct value_word *words;
	size_t n = 0, most = 0;

	for (size_t i = 0; i < p->value_count; i++)
		most += p->values[i].word_count;
	words = arena_calloc(arena, most, sizeof(*words));
	*s = *type;
	s->derive = NULL;
	s->is_own = true;
	for (size_t i = 0; i < p->value_count; i++) {
		const struct snmp_program_value *v = &p->values[i];

		if (!v->kept)
			continue;
		values[n] = (struct value_desc){v->name, v->unit, v->help};
		for (size_t k = 0; has_words(v) && k < v->word_count; k++)
			words[s->word_count++] = (struct value_word){n, v->words[k].number * MICRO,
								     v->words[k].word};
		n++;
	}
	s->values = values;
	s->value_count = n;
	s->words = words;
	return s;
}
