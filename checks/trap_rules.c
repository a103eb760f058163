#include "checks/trap_rules.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json_pull.h"
#include "base/param.h"
#include "base/parse.h"

#define DAY_US (INT64_C(86400) * US_PER_S)
enum { LEAF_SIZE = 1024, WHERE_SIZE = 96 };

struct trap_condition {
	struct snmp_oid oid;
	const char *const *is;
	size_t is_count;
	const char *like; /* NULL: `is` counts */
};
struct trap_conditions {
	struct trap_condition *items;
	size_t count;
};

enum piece_kind { PIECE_TEXT, PIECE_VALUE, PIECE_INDEX, PIECE_NUMBER };
struct trap_word {
	const char *value, *word;
};
struct trap_piece {
	enum piece_kind kind;
	struct slice text;
	struct snmp_oid oid;
	size_t number; /* of the varbind, from 0 */
	const struct trap_word *words;
	size_t word_count;
};
struct trap_template {
	struct trap_piece *pieces;
	size_t count;
};

/* A name for a value, within one entry. */
struct varbind {
	struct slice name;
	struct snmp_oid oid;
	const struct trap_word *words;
	size_t word_count;
};

static const char *const severity_words[] = {
#define X(sym, word) word,
	TRAP_SEVERITIES(X)
#undef X
};

const char *trap_severity_word(enum trap_severity s)
{
	return severity_words[s];
}

enum trap_severity trap_severity_from_word(struct slice word)
{
	for (unsigned i = 0; i < TRAP_SEVERITY_COUNT; i++) {
		if (slice_is(word, severity_words[i]))
			return (enum trap_severity)i;
	}
	return TRAP_SEVERITY_COUNT;
}

/* --- reading ----------------------------------------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	struct err_info *info;
	enum err err; /* the first complaint stays */
	char where[WHERE_SIZE];
};

static void complain(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void complain(struct reader *r, const char *fmt, ...)
{
	char text[300];
	va_list args;

	if (r->err != ERR_OK)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	r->err = err_fail(r->info, ERR_SYNTAX, "%s: %s", r->where, text);
}

/* A single value; "" after a complaint. */
static const char *read_text(struct reader *r, struct json_pull *in)
{
	char leaf[LEAF_SIZE] = "";

	if (json_peek(in) == JSON_STRING) {
		json_read_str(in, leaf, sizeof(leaf));
		if (in->error != NULL)
			complain(r, "a text of at most %d bytes was expected", LEAF_SIZE - 1);
	} else {
		json_skip(in);
		complain(r, "a single value was expected");
	}
	return arena_strdup(r->arena, leaf);
}

/* A copy of what was collected, as large as it is. */
static void *keep(struct reader *r, const void *items, size_t n, size_t size)
{
	void *copy = arena_calloc(r->arena, n, size);

	if (n > 0)
		memcpy(copy, items, n * size);
	return copy;
}

/* A single value, or a list of them. */
static size_t read_texts(struct reader *r, struct json_pull *in, const char *const **ret)
{
	const char *items[TRAP_LIST_MAX] = {""};
	size_t n = 0;

	if (json_peek(in) != JSON_ARRAY) {
		items[n++] = read_text(r, in);
		*ret = keep(r, items, n, sizeof(*items));
		return n;
	}
	json_enter_array(in);
	while (json_next_element(in)) {
		const char *text = read_text(r, in);

		if (n == TRAP_LIST_MAX)
			complain(r, "a list of more than %d", TRAP_LIST_MAX);
		else
			items[n++] = text;
	}
	if (n == 0)
		complain(r, "the list is empty");
	*ret = keep(r, items, n == 0 ? 1 : n, sizeof(*items));
	return n;
}

static struct snmp_oid parse_oid(struct reader *r, const char *text)
{
	struct snmp_oid oid = {NULL, 0};

	if (!snmp_oid_parse(slice_of(text), r->arena, &oid))
		complain(r, "'%.60s' is no OID (write: 1.3.6.1.6.3.1.1.5.3)", text);
	return oid;
}

static bool is_key(struct slice key, const char *const *known)
{
	for (; *known != NULL; known++) {
		if (slice_is(key, *known))
			return true;
	}
	return false;
}

static void refuse_key(struct reader *r, struct json_pull *in, struct slice key,
		       const char *const *known)
{
	const char *near = NULL;

	for (const char *const *k = known; *k != NULL; k++) {
		if (param_distance(key, slice_of(*k)) <= 2)
			near = *k;
	}
	json_skip(in);
	complain(r, "unknown key '%.*s'%s%s%s", (int)(key.n < 40 ? key.n : 40), key.p,
		 near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
		 near != NULL ? "'?" : "");
}

/* --- conditions -------------------------------------------------------------------------------------------- */

static void read_condition(struct reader *r, struct json_pull *in, struct trap_condition *c)
{
	static const char *const known[] = {"oid", "is", "like", NULL};
	struct slice key;

	if (json_peek(in) != JSON_OBJECT) {
		json_skip(in);
		complain(r, "{oid: .., is: ..} was expected");
		return;
	}
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "oid"))
			c->oid = parse_oid(r, read_text(r, in));
		else if (slice_is(key, "is"))
			c->is_count = read_texts(r, in, &c->is);
		else if (slice_is(key, "like"))
			c->like = read_text(r, in);
		else
			refuse_key(r, in, key, known);
	}
	if (c->oid.count == 0)
		complain(r, "'oid' is missing");
	else if ((c->is_count > 0) == (c->like != NULL))
		complain(r, "one of 'is' and 'like' was expected");
}

static const struct trap_conditions *read_conditions(struct reader *r, struct json_pull *in)
{
	struct trap_conditions *c = arena_calloc(r->arena, 1, sizeof(*c));
	struct trap_condition items[TRAP_LIST_MAX] = {0};

	if (json_peek(in) != JSON_ARRAY) {
		read_condition(r, in, &items[c->count++]);
	} else {
		json_enter_array(in);
		while (json_next_element(in)) {
			if (c->count < TRAP_LIST_MAX) {
				read_condition(r, in, &items[c->count++]);
			} else {
				json_skip(in);
				complain(r, "more than %d conditions", TRAP_LIST_MAX);
			}
		}
	}
	c->items = keep(r, items, c->count, sizeof(*items));
	return c;
}

enum err trap_conditions_compile(const char *json, struct arena *arena,
				 const struct trap_conditions **ret, struct err_info *info)
{
	struct reader r = {.arena = arena, .info = info, .where = "when"};
	struct json_pull in = json_pull_from(slice_of(json));
	const struct trap_conditions *c = read_conditions(&r, &in);

	json_end(&in);
	if (in.error != NULL)
		complain(&r, "%s", in.error);
	if (r.err == ERR_OK)
		*ret = c;
	return r.err;
}

static bool holds(const struct trap_condition *c, const struct notification *n)
{
	const struct snmp_row *row = notification_find(n, c->oid);
	char text[SNMP_TEXT_MAX + 1];

	if (row == NULL)
		return false;
	notification_value_text(&row->value, text, sizeof(text));
	if (c->like != NULL)
		return fnmatch(c->like, text, 0) == 0;
	for (size_t i = 0; i < c->is_count; i++) {
		if (strcmp(c->is[i], text) == 0)
			return true;
	}
	return false;
}

bool trap_conditions_hold(const struct trap_conditions *c, const struct notification *n)
{
	for (size_t i = 0; c != NULL && i < c->count; i++) {
		if (!holds(&c->items[i], n))
			return false;
	}
	return true;
}

/* --- varbinds and templates -------------------------------------------------------------------------------- */

static void read_words(struct reader *r, struct json_pull *in, struct varbind *v)
{
	struct trap_word words[TRAP_LIST_MAX];
	struct slice key;

	v->word_count = 0;
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		const char *word = read_text(r, in);

		if (v->word_count == TRAP_LIST_MAX)
			complain(r, "more than %d words", TRAP_LIST_MAX);
		else
			words[v->word_count++] =
				(struct trap_word){arena_strndup(r->arena, key.p, key.n), word};
	}
	v->words = keep(r, words, v->word_count, sizeof(*words));
}

static void read_varbind(struct reader *r, struct json_pull *in, struct varbind *v)
{
	static const char *const known[] = {"oid", "words", NULL};
	struct slice key;

	if (json_peek(in) != JSON_OBJECT) {
		v->oid = parse_oid(r, read_text(r, in));
		return;
	}
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "oid"))
			v->oid = parse_oid(r, read_text(r, in));
		else if (slice_is(key, "words") && json_peek(in) == JSON_OBJECT)
			read_words(r, in, v);
		else
			refuse_key(r, in, key, known);
	}
	if (v->oid.count == 0)
		complain(r, "'%.*s' has no oid", (int)v->name.n, v->name.p);
}

struct varbinds {
	struct varbind items[TRAP_LIST_MAX];
	size_t count;
};

static void read_varbinds(struct reader *r, struct json_pull *in, struct varbinds *list)
{
	struct slice key;

	if (json_peek(in) != JSON_OBJECT) {
		json_skip(in);
		complain(r, "a map of names and OIDs was expected");
		return;
	}
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		struct varbind *v = &list->items[list->count];

		if (list->count == TRAP_LIST_MAX) {
			json_skip(in);
			complain(r, "more than %d names", TRAP_LIST_MAX);
			continue;
		}
		*v = (struct varbind){.name = key};
		read_varbind(r, in, v);
		list->count++;
	}
}

static const struct varbind *find_name(const struct varbinds *list, struct slice name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_eq(list->items[i].name, name))
			return &list->items[i];
	}
	return NULL;
}

/* What stands between braces: a name, name.index, a number, an OID. */
static void compile_value(struct reader *r, struct slice inner, const struct varbinds *list,
			  struct trap_piece *ret)
{
	static const char index[] = ".index";
	const struct varbind *v = find_name(list, inner);
	size_t tail = sizeof(index) - 1;
	int64_t number;

	ret->kind = PIECE_VALUE;
	if (v == NULL && inner.n > tail && memcmp(inner.p + inner.n - tail, index, tail) == 0) {
		v = find_name(list, (struct slice){inner.p, inner.n - tail});
		ret->kind = PIECE_INDEX;
	}
	if (v != NULL) {
		ret->oid = v->oid;
		ret->words = v->words;
		ret->word_count = v->word_count;
	} else if (parse_i64(inner, 1, 100, &number) == ERR_OK) {
		ret->kind = PIECE_NUMBER;
		ret->number = (size_t)number - 1;
	} else if (!snmp_oid_parse(inner, r->arena, &ret->oid)) {
		complain(r, "'{%.*s}' is no name of 'varbinds', no number of a varbind and no OID",
			 (int)(inner.n < 60 ? inner.n : 60), inner.p);
	}
}

static const struct trap_template *compile_template(struct reader *r, const char *text,
						    const struct varbinds *list)
{
	struct trap_template *t = arena_calloc(r->arena, 1, sizeof(*t));
	size_t braces = 0;

	for (const char *p = text; *p != '\0'; p++)
		braces += *p == '{';
	t->pieces = arena_calloc(r->arena, 2 * braces + 1, sizeof(*t->pieces));
	while (*text != '\0') {
		size_t n = strcspn(text, "{}");
		const char *end = text[n] == '{' ? strchr(text + n, '}') : NULL;

		if (text[n] != '\0' && end == NULL) {
			complain(r, "a brace without its other half");
			break;
		}
		if (n > 0)
			t->pieces[t->count++] = (struct trap_piece){.text = {text, n}};
		if (end == NULL)
			break;
		compile_value(r, (struct slice){text + n + 1, (size_t)(end - text) - n - 1}, list,
			      &t->pieces[t->count++]);
		text = end + 1;
	}
	return t;
}

static size_t cut_at_character(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static size_t put(char *dst, size_t size, size_t used, struct slice s)
{
	size_t room = size - used - 1, n = s.n;

	if (n > room)
		n = cut_at_character(s.p, room);
	memcpy(dst + used, s.p, n);
	dst[used + n] = '\0';
	return used + n;
}

static size_t put_row(const struct trap_piece *p, const struct snmp_row *row, char *dst,
		      size_t size, size_t used)
{
	char text[SNMP_TEXT_MAX + 1] = "?";

	if (row != NULL && p->kind == PIECE_INDEX)
		snmp_oid_format((struct snmp_oid){row->oid.parts + p->oid.count,
						  row->oid.count - p->oid.count},
				text, sizeof(text));
	else if (row != NULL)
		notification_value_text(&row->value, text, sizeof(text));
	for (size_t i = 0; i < p->word_count && p->kind == PIECE_VALUE; i++) {
		if (strcmp(p->words[i].value, text) == 0)
			return put(dst, size, used, slice_of(p->words[i].word));
	}
	return put(dst, size, used, slice_of(text));
}

void trap_template_write(const struct trap_template *t, const struct notification *n, char *dst,
			 size_t size)
{
	size_t used = 0;

	dst[0] = '\0';
	for (size_t i = 0; i < t->count; i++) {
		const struct trap_piece *p = &t->pieces[i];
		const struct snmp_row *row = NULL;

		if (p->kind == PIECE_TEXT) {
			used = put(dst, size, used, p->text);
			continue;
		}
		if (p->kind != PIECE_NUMBER)
			row = notification_find(n, p->oid);
		else if (p->number < n->count)
			row = &n->rows[p->number];
		used = put_row(p, row, dst, size, used);
	}
}

void trap_values_write(const struct notification *n, char *dst, size_t size)
{
	char text[SNMP_TEXT_MAX + 1];
	size_t used = 0;

	dst[0] = '\0';
	for (size_t i = 0; i < n->count; i++) {
		notification_value_text(&n->rows[i].value, text, sizeof(text));
		if (i > 0)
			used = put(dst, size, used, SLICE_LIT(", "));
		used = put(dst, size, used, slice_of(text));
	}
}

/* --- entries ----------------------------------------------------------------------------------------------- */

/* Texts of an entry, until all its names are known. */
struct draft {
	const char *text, *raises, *clears, *same;
	struct varbinds varbinds;
};

static int64_t read_duration(struct reader *r, struct json_pull *in)
{
	const char *text = read_text(r, in);
	int64_t us = 0;

	if (parse_duration_us(slice_of(text), &us) != ERR_OK || us < US_PER_S || us > 90 * DAY_US)
		complain(r, "'%.40s' is no duration between 1s and 90d", text);
	return us;
}

static void read_oids(struct reader *r, struct json_pull *in, struct trap_rule *rule)
{
	const char *const *texts;
	size_t n = read_texts(r, in, &texts);
	struct snmp_oid *oids = arena_calloc(r->arena, n, sizeof(*oids));

	for (size_t i = 0; i < n; i++)
		oids[i] = parse_oid(r, texts[i]);
	rule->oids = oids;
	rule->oid_count = n;
}

static void read_hastens(struct reader *r, struct json_pull *in, struct trap_rule *rule)
{
	bool list = json_peek(in) == JSON_ARRAY;

	rule->hastened_count = read_texts(r, in, &rule->hastened);
	rule->hastens = TRAP_HASTENS_NAMED;
	if (!list && strcmp(rule->hastened[0], "all") == 0)
		rule->hastens = TRAP_HASTENS_ALL;
	else if (!list && strcmp(rule->hastened[0], "none") == 0)
		rule->hastens = TRAP_HASTENS_NONE;
}

static void read_severity(struct reader *r, struct json_pull *in, struct trap_rule *rule)
{
	const char *text = read_text(r, in);

	rule->severity = trap_severity_from_word(slice_of(text));
	if (rule->severity == TRAP_SEVERITY_COUNT || rule->severity == TRAP_NONE)
		complain(r, "'%.40s' is none of info, warning, minor, major, critical", text);
}

static void read_name(struct reader *r, struct json_pull *in, struct trap_rule *rule)
{
	rule->name = read_text(r, in);
	if (rule->name[0] == '\0' || strlen(rule->name) >= TRAP_NAME_SIZE)
		complain(r, "a name of 1 to %d bytes was expected", TRAP_NAME_SIZE - 1);
}

static void read_key(struct reader *r, struct json_pull *in, struct slice key,
		     struct trap_rule *rule, struct draft *d)
{
	static const char *const known[] = {"oid",  "name",    "severity", "when",  "varbinds",
					    "text", "raises",  "clears",   "lasts", "window",
					    "same", "hastens", NULL};

	if (slice_is(key, "oid"))
		read_oids(r, in, rule);
	else if (slice_is(key, "name"))
		read_name(r, in, rule);
	else if (slice_is(key, "severity"))
		read_severity(r, in, rule);
	else if (slice_is(key, "when"))
		rule->when = read_conditions(r, in);
	else if (slice_is(key, "varbinds"))
		read_varbinds(r, in, &d->varbinds);
	else if (slice_is(key, "hastens"))
		read_hastens(r, in, rule);
	else if (slice_is(key, "lasts"))
		rule->lasts_us = read_duration(r, in);
	else if (slice_is(key, "window"))
		rule->window_us = read_duration(r, in);
	else if (!is_key(key, known))
		refuse_key(r, in, key, known);
	else if (slice_is(key, "text"))
		d->text = read_text(r, in);
	else if (slice_is(key, "raises"))
		d->raises = read_text(r, in);
	else if (slice_is(key, "clears"))
		d->clears = read_text(r, in);
	else
		d->same = read_text(r, in);
}

static const struct trap_template *finish_text(struct reader *r, size_t number, const char *key,
					       const char *text, const struct draft *d)
{
	if (text == NULL)
		return NULL;
	snprintf(r->where, sizeof(r->where), "notifications.%zu.%s", number, key);
	return compile_template(r, text, &d->varbinds);
}

static void read_rule(struct reader *r, struct json_pull *in, size_t number, struct trap_rule *rule)
{
	struct draft d = {0};
	struct slice key;

	*rule = (struct trap_rule){
		.severity = TRAP_INFO, .lasts_us = DAY_US, .window_us = 300 * US_PER_S};
	snprintf(r->where, sizeof(r->where), "notifications.%zu", number);
	if (json_peek(in) != JSON_OBJECT) {
		json_skip(in);
		complain(r, "a map of keys and values was expected");
		return;
	}
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		snprintf(r->where, sizeof(r->where), "notifications.%zu.%.*s", number,
			 (int)(key.n < 40 ? key.n : 40), key.p);
		read_key(r, in, key, rule, &d);
	}
	rule->text = finish_text(r, number, "text", d.text, &d);
	rule->raises = finish_text(r, number, "raises", d.raises, &d);
	rule->clears = finish_text(r, number, "clears", d.clears, &d);
	rule->same = finish_text(r, number, "same", d.same, &d);
	snprintf(r->where, sizeof(r->where), "notifications.%zu", number);
	if (rule->oid_count == 0)
		complain(r, "'oid' is missing");
	if (rule->name == NULL)
		complain(r, "'name' is missing");
	if (rule->raises != NULL && rule->clears != NULL)
		complain(r, "'raises' and 'clears' exclude each other");
}

static size_t count_entries(const char *json)
{
	struct json_pull in = json_pull_from(slice_of(json));
	size_t n = 0;

	json_enter_array(&in);
	while (json_next_element(&in)) {
		json_skip(&in);
		n++;
	}
	return n < TRAP_RULES_MAX ? n : TRAP_RULES_MAX;
}

enum err trap_rules_compile(const char *json, struct arena *arena, const struct trap_rules **ret,
			    struct err_info *info)
{
	struct reader r = {.arena = arena, .info = info, .where = "notifications"};
	struct json_pull in = json_pull_from(slice_of(json));
	struct trap_rules *rules = arena_calloc(arena, 1, sizeof(*rules));

	if (json_peek(&in) != JSON_ARRAY)
		return err_fail(info, ERR_SYNTAX, "notifications: a list was expected");
	rules->items = arena_calloc(arena, count_entries(json), sizeof(*rules->items));
	json_enter_array(&in);
	while (json_next_element(&in)) {
		if (rules->count == TRAP_RULES_MAX) {
			json_skip(&in);
			snprintf(r.where, sizeof(r.where), "notifications");
			complain(&r, "more than %d entries", TRAP_RULES_MAX);
			continue;
		}
		read_rule(&r, &in, rules->count + 1, &rules->items[rules->count]);
		rules->count++;
	}
	json_end(&in);
	snprintf(r.where, sizeof(r.where), "notifications");
	if (in.error != NULL)
		complain(&r, "%s", in.error);
	if (r.err == ERR_OK)
		*ret = rules;
	return r.err;
}

const struct trap_rule *trap_rules_find(const struct trap_rules *r, const struct notification *n)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct trap_rule *rule = &r->items[i];

		for (size_t k = 0; k < rule->oid_count; k++) {
			if (notification_is(rule->oids[k], n->oid) &&
			    trap_conditions_hold(rule->when, n))
				return rule;
		}
	}
	return NULL;
}
