#include "checks/snmp_document.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/param.h"
#include "base/parse.h"
#include "checks/snmp_calc.h"

/* --- telling --------------------------------------------------------------------------------------- */

enum err snmp_document_fail(struct snmp_document *d, const char *key, const char *fmt, ...)
{
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_fail(d->info, ERR_SYNTAX, "%s%s%s: %s", d->path, key[0] != '\0' ? "." : "", key,
			text);
}

const char *snmp_document_nearest(const char *const *words, struct slice word)
{
	const char *best = NULL;
	size_t least = 4;

	for (; *words != NULL; words++) {
		size_t d = param_distance(word, slice_of(*words));

		if (d < least && d < word.n) {
			least = d;
			best = *words;
		}
	}
	return best;
}

static int place_of(const char *const *words, const char *word)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], word) == 0)
			return i;
	}
	return -1;
}

enum err snmp_document_fail_word(struct snmp_document *d, const char *key, const char *const *words,
				 const char *word)
{
	const char *near = snmp_document_nearest(words, slice_of(word));
	char list[120] = "";
	size_t used = 0;

	if (near != NULL)
		return snmp_document_fail(d, key, "there is no '%.40s'; did you mean '%s'?", word,
					  near);
	for (int i = 0; words[i] != NULL && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
					 i > 0 ? ", " : "", words[i]);
	return snmp_document_fail(d, key, "there is no '%.40s' (there are: %s)", word, list);
}

enum err snmp_document_check_keys(struct snmp_document *d, const char *key, json_t *map,
				  const char *const *known)
{
	const char *k;
	json_t *v;

	json_object_foreach(map, k, v)
	{
		if (place_of(known, k) < 0)
			return snmp_document_fail_word(d, key, known, k);
	}
	return ERR_OK;
}

/* --- leaves ---------------------------------------------------------------------------------------- */

static bool is_clean(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	}
	return true;
}

enum err snmp_document_text(struct snmp_document *d, const char *key, const json_t *v,
			    const char **ret)
{
	char text[64];

	if (json_is_string(v)) {
		const char *s = json_string_value(v);

		if (s[0] == '\0' || strlen(s) > SNMP_CALC_TEXT_MAX || !is_clean(s))
			return snmp_document_fail(
				d, key, "a text of 1 to %d characters in one line was expected",
				SNMP_CALC_TEXT_MAX);
		*ret = arena_strdup(d->arena, s);
		return ERR_OK;
	}
	if (json_is_integer(v))
		snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		snprintf(text, sizeof(text), "%.15g", json_real_value(v));
	else if (json_is_boolean(v))
		snprintf(text, sizeof(text), "%s", json_is_true(v) ? "true" : "false");
	else
		return snmp_document_fail(d, key, "a single value was expected");
	*ret = arena_strdup(d->arena, text);
	return ERR_OK;
}

bool snmp_document_number(const char *text, double *ret)
{
	json_t *v = json_loads(text, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
	bool is_number = json_is_real(v);

	if (is_number)
		*ret = json_real_value(v);
	json_decref(v);
	return is_number && isfinite(*ret);
}

bool snmp_document_whole_number(const char *text, int64_t *ret)
{
	return parse_i64(slice_of(text), -SNMP_DOCUMENT_NUMBER_MAX, SNMP_DOCUMENT_NUMBER_MAX,
			 ret) == ERR_OK;
}

enum err snmp_document_bool(struct snmp_document *d, json_t *map, const char *key, bool *ret)
{
	const json_t *v = json_object_get(map, key);
	const char *text;
	enum err e;

	if (v == NULL)
		return ERR_OK;
	e = snmp_document_text(d, key, v, &text);
	if (e == ERR_OK && parse_bool(slice_of(text), ret) != ERR_OK)
		e = snmp_document_fail(d, key, "'%.40s' is neither true nor false", text);
	return e;
}

enum err snmp_document_oid(struct snmp_document *d, const char *key, const json_t *v,
			   struct snmp_oid *ret)
{
	const char *text;
	enum err e = snmp_document_text(d, key, v, &text);

	if (e == ERR_OK && !snmp_oid_parse(slice_of(text), d->arena, ret))
		e = snmp_document_fail(
			d, key,
			"'%.80s' is no object identifier (write numbers: 1.3.6.1.2.1.1.3.0)", text);
	return e;
}

enum err snmp_document_each(struct snmp_document *d, const char *key, const json_t *v, size_t max,
			    enum err (*read)(struct snmp_document *d, const char *key,
					     const json_t *item, size_t i, void *user),
			    void *user, size_t *ret_count)
{
	size_t n = json_is_array(v) ? json_array_size(v) : 1;

	if (n == 0 || n > max)
		return snmp_document_fail(d, key, "1 to %zu were expected, these are %zu", max, n);
	for (size_t i = 0; i < n; i++) {
		enum err e = read(d, key, json_is_array(v) ? json_array_get(v, i) : v, i, user);

		if (e != ERR_OK)
			return e;
	}
	*ret_count = n;
	return ERR_OK;
}

enum err snmp_document_choice(struct snmp_document *d, json_t *map, const char *key,
			      const char *const *words, int *ret)
{
	const char *text;
	enum err e;

	if (json_object_get(map, key) == NULL)
		return ERR_OK;
	if ((e = snmp_document_text(d, key, json_object_get(map, key), &text)) != ERR_OK)
		return e;
	*ret = place_of(words, text);
	return *ret < 0 ? snmp_document_fail_word(d, key, words, text) : ERR_OK;
}

/* --- what a row must be ---------------------------------------------------------------------------- */

struct wanted_reading {
	struct snmp_wanted *items;
	const struct snmp_program_value *words_of; /* NULL: a text that is no number is a text */
};

static enum err unknown_word(struct snmp_document *d, const char *key,
			     const struct snmp_program_value *v, const char *text)
{
	const char *words[SNMP_WORDS_MAX + 1] = {NULL};

	for (size_t i = 0; i < v->word_count; i++)
		words[i] = v->words[i].word;
	return snmp_document_fail_word(d, key, words, text);
}

static enum err read_wanted(struct snmp_document *d, const char *key, const json_t *item, size_t i,
			    void *user)
{
	const struct wanted_reading *r = user;
	struct snmp_wanted *w = &r->items[i];
	const struct snmp_program_value *v = r->words_of;
	enum err e = snmp_document_text(d, key, item, &w->text);

	if (e != ERR_OK)
		return e;
	w->is_number = snmp_document_number(w->text, &w->number);
	if (!snmp_oid_parse(slice_of(w->text), d->arena, &w->name))
		w->name.count = 0;
	for (size_t k = 0; v != NULL && k < v->word_count; k++) {
		if (strcmp(v->words[k].word, w->text) == 0) {
			w->is_number = true;
			w->number = (double)v->words[k].number;
		}
	}
	if (v != NULL && v->word_count > 0 && !w->is_number)
		return unknown_word(d, key, v, w->text);
	return ERR_OK;
}

enum err snmp_document_is(struct snmp_document *d, const char *key, const json_t *v,
			  const struct snmp_program_value *words_of, struct snmp_match *ret)
{
	struct wanted_reading r = {
		.items = arena_calloc(d->arena, SNMP_FILTER_MAX, sizeof(*r.items)),
		.words_of = words_of};

	ret->is = r.items;
	return snmp_document_each(d, key, v, SNMP_FILTER_MAX, read_wanted, &r, &ret->is_count);
}

enum err snmp_document_by(struct snmp_document *d, const char *key, json_t *map,
			  struct snmp_oid *by, struct snmp_match *ret)
{
	static const char *const known[] = {"by", "is", "like", NULL};
	char at[32];
	enum err e;

	if (!json_is_object(map))
		return snmp_document_fail(d, key,
					  "write {by: COLUMN, is: TEXT}, or like: \"GLOB\"");
	if ((e = snmp_document_check_keys(d, key, map, known)) != ERR_OK)
		return e;
	if (json_object_get(map, "by") == NULL)
		return snmp_document_fail(d, key,
					  "'by' is missing: the column in which the text stands");
	if ((json_object_get(map, "is") == NULL) == (json_object_get(map, "like") == NULL))
		return snmp_document_fail(d, key, "one of 'is' and 'like' was expected");
	snprintf(at, sizeof(at), "%s.by", key);
	if ((e = snmp_document_oid(d, at, json_object_get(map, "by"), by)) != ERR_OK)
		return e;
	snprintf(at, sizeof(at), "%s.%s", key, json_object_get(map, "is") != NULL ? "is" : "like");
	if (json_object_get(map, "is") != NULL)
		return snmp_document_is(d, at, json_object_get(map, "is"), NULL, ret);
	return snmp_document_text(d, at, json_object_get(map, "like"), &ret->like);
}
