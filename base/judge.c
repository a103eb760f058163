#include "base/judge.h"

#include <assert.h>
#include <string.h>

#include "base/micro.h"
#include "base/param.h"
#include "base/parse.h"

enum judge_op { OP_GT, OP_GE, OP_LT, OP_LE, OP_EQ, OP_NE };

struct judge_term {
	uint8_t value; /* index into the schema's values */
	enum judge_op op;
	int64_t limit; /* micro */
};

struct judge {
	size_t count;
	struct judge_term terms[JUDGE_TERMS_MAX];
};

static struct slice trim(struct slice s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static const char *nearest_value(const struct check_schema *schema, struct slice name)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (size_t i = 0; i < schema->value_count; i++) {
		size_t d = param_distance(name, slice_of(schema->values[i].name));

		if (d < distance) {
			distance = d;
			best = schema->values[i].name;
		}
	}
	return distance <= 3 ? best : NULL;
}

static enum err unknown_value(const struct check_schema *schema, struct slice name,
			      struct err_info *info)
{
	const char *near = nearest_value(schema, name);

	return err_fail(info, ERR_UNKNOWN_KEY, "a check of type %s yields no value '%.*s'%s%s%s",
			schema->type, (int)name.n, name.p, near != NULL ? "; did you mean '" : "",
			near != NULL ? near : "", near != NULL ? "'?" : "");
}

struct op_word {
	const char *word;
	enum judge_op op;
};

/* The longer words first, so that ">=" is not read as ">". */
static const struct op_word op_words[] = {
	{">=", OP_GE}, {"<=", OP_LE}, {"==", OP_EQ}, {"!=", OP_NE}, {">", OP_GT}, {"<", OP_LT},
};

static const struct op_word *find_op(struct slice s)
{
	for (size_t i = 0; i < COUNT_OF(op_words); i++) {
		size_t n = strlen(op_words[i].word);

		if (s.n >= n && memcmp(s.p, op_words[i].word, n) == 0)
			return &op_words[i];
	}
	return NULL;
}

static enum err compile_term(struct slice text, const struct check_schema *schema,
			     struct judge_term *ret, struct err_info *info)
{
	size_t n = 0;
	const struct op_word *op;
	struct slice name, limit;
	int index;

	while (n < text.n && strchr("<>=!", text.p[n]) == NULL)
		n++;
	name = trim((struct slice){text.p, n});
	op = find_op((struct slice){text.p + n, text.n - n});
	if (op == NULL || name.n == 0)
		return err_fail(info, ERR_SYNTAX, "'%.*s' is no condition (write: rtt > 50ms)",
				(int)text.n, text.p);
	index = schema_value_index(schema, name);
	if (index < 0)
		return unknown_value(schema, name, info);
	n += strlen(op->word);
	limit = trim((struct slice){text.p + n, text.n - n});
	if (!schema_number(schema, (size_t)index, limit, &ret->limit) &&
	    parse_quantity_micro(limit, &ret->limit) != ERR_OK)
		return err_fail(info, ERR_SYNTAX,
				"'%.*s' is not a quantity (write 50ms, 5%%, 10MiB, 3.5)%s",
				(int)limit.n, limit.p,
				schema->word_count > 0 ? ", nor a word of that value" : "");
	ret->value = (uint8_t)index;
	ret->op = op->op;
	return ERR_OK;
}

enum err judge_compile(struct slice text, const struct check_schema *schema, struct arena *arena,
		       const struct judge **ret, struct err_info *info)
{
	struct judge j = {0};
	struct judge *made;

	text = trim(text);
	if (text.n == 0) {
		*ret = NULL;
		return ERR_OK;
	}
	while (true) {
		const char *comma = memchr(text.p, ',', text.n);
		struct slice term = {text.p, comma != NULL ? (size_t)(comma - text.p) : text.n};
		enum err e;

		if (j.count == JUDGE_TERMS_MAX)
			return err_fail(info, ERR_TOO_LARGE, "more than %d conditions",
					JUDGE_TERMS_MAX);
		e = compile_term(trim(term), schema, &j.terms[j.count], info);
		if (e != ERR_OK)
			return e;
		j.count++;
		if (comma == NULL)
			break;
		text = (struct slice){comma + 1, text.n - term.n - 1};
	}
	made = arena_calloc(arena, 1, sizeof(*made));
	*made = j;
	*ret = made;
	return ERR_OK;
}

static bool is_term_met(const struct judge_term *t, int64_t v)
{
	switch (t->op) {
	case OP_GT:
		return v > t->limit;
	case OP_GE:
		return v >= t->limit;
	case OP_LT:
		return v < t->limit;
	case OP_LE:
		return v <= t->limit;
	case OP_EQ:
		return v == t->limit;
	case OP_NE:
		return v != t->limit;
	}
	return false;
}

int judge_first_met(const struct judge *j, const int64_t *values, size_t count)
{
	if (j == NULL)
		return -1;
	assert(j->count <= JUDGE_TERMS_MAX);
	for (size_t i = 0; i < j->count; i++) {
		const struct judge_term *t = &j->terms[i];

		if (t->value < count && values[t->value] != MICRO_NONE &&
		    is_term_met(t, values[t->value]))
			return t->value;
	}
	return -1;
}

bool judge_is_met(const struct judge *j, const int64_t *values, size_t count)
{
	return judge_first_met(j, values, count) >= 0;
}

bool judge_limit(const struct judge *j, size_t i, struct judge_limit *ret)
{
	if (j == NULL || i >= j->count)
		return false;
	*ret = (struct judge_limit){.value = j->terms[i].value, .limit = j->terms[i].limit};
	for (size_t k = 0; k < COUNT_OF(op_words); k++) {
		if (op_words[k].op == j->terms[i].op)
			ret->op = op_words[k].word;
	}
	return true;
}
