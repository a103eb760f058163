#include "checks/snmp_calc.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/micro.h"

enum { OPS_MAX = 400, STACK_MAX = 64 };
/* Measured values are kept in millionths: what differs by less is equal. */
#define SAME 0.5e-6

enum op_kind {
	OP_NUMBER,
	OP_VALUE,
	OP_NEGATE,
	OP_NOT,
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_EQUAL,
	OP_UNEQUAL,
	OP_LESS,
	OP_AT_MOST,
	OP_MORE,
	OP_AT_LEAST,
	OP_AND,
	OP_OR
};
/* In the order of a stack machine: operands first. */
struct calc_op {
	enum op_kind kind;
	int value; /* OP_VALUE */
	double number; /* OP_NUMBER */
};
struct snmp_calc {
	const struct calc_op *ops;
	size_t count;
	const int *parts;
	size_t part_count;
};

/* --- reading --------------------------------------------------------------------------------------- */

struct reader {
	const char *p, *end;
	const struct snmp_calc_names *names;
	struct err_info *info;
	enum err error; /* the first sticks */
	unsigned depth;
	struct calc_op ops[OPS_MAX];
	size_t count;
	size_t stack;
};

/* What was just read, as far as a comparison must know it. */
struct operand {
	int value; /* it is this value and nothing else, or -1 */
	struct slice
		word; /* a name that is no value, or in quotes: a comparison must give it its number */
	size_t at; /* of its op */
};
static const struct operand plain = {.value = -1};

static void fail(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void fail(struct reader *r, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	if (r->error != ERR_OK)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->error = err_fail(r->info, ERR_SYNTAX, "%s", text);
	r->p = r->end; /* nothing more is read */
}

static void emit(struct reader *r, struct calc_op op)
{
	size_t takes = op.kind <= OP_VALUE ? 0 : op.kind <= OP_NOT ? 1 : 2;

	if (r->error != ERR_OK)
		return;
	r->stack = r->stack - takes + 1;
	if (r->count == OPS_MAX || r->stack > STACK_MAX) {
		fail(r, "the expression is too long");
		return;
	}
	r->ops[r->count++] = op;
}

static void skip_blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
}

static bool takes(struct reader *r, const char *sign)
{
	size_t n = strlen(sign);

	skip_blanks(r);
	if ((size_t)(r->end - r->p) < n || memcmp(r->p, sign, n) != 0)
		return false;
	r->p += n;
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct operand read_either(struct reader *r);

static struct operand read_number(struct reader *r)
{
	const char *from = r->p;
	int64_t micro;

	while (r->p < r->end && (is_digit(*r->p) || *r->p == '.'))
		r->p++;
	if (r->p < r->end && (is_letter(*r->p) || *r->p == '%')) {
		fail(r, "'%.*s' is no number (units cannot stand in an expression)",
		     (int)(r->p + 1 - from), from);
		return plain;
	}
	if (micro_parse((struct slice){from, (size_t)(r->p - from)}, &micro) != ERR_OK)
		fail(r, "'%.*s' is no number", (int)(r->p - from), from);
	else
		emit(r,
		     (struct calc_op){.kind = OP_NUMBER, .number = (double)micro / (double)MICRO});
	return plain;
}

/* What may be a word stands as a number that is not known yet. */
static struct operand read_word(struct reader *r, struct slice word)
{
	struct operand ret = {.value = -1, .word = word, .at = r->count};

	emit(r, (struct calc_op){.kind = OP_NUMBER, .number = NAN});
	return ret;
}

static struct operand read_name(struct reader *r)
{
	struct slice name = {r->p, 0};
	struct operand ret = plain;

	while (r->p < r->end && (is_letter(*r->p) || is_digit(*r->p)))
		r->p++;
	name.n = (size_t)(r->p - name.p);
	ret.value = r->names->find(r->names->user, name);
	if (ret.value < 0)
		return read_word(r, name);
	ret.at = r->count;
	emit(r, (struct calc_op){.kind = OP_VALUE, .value = ret.value});
	return ret;
}

static struct operand read_quoted(struct reader *r)
{
	const char *from = ++r->p, *to = memchr(from, '\'', (size_t)(r->end - from));

	if (to == NULL || to == from) {
		fail(r, "a word in quotes does not end, or is empty");
		return plain;
	}
	r->p = to + 1;
	return read_word(r, (struct slice){from, (size_t)(to - from)});
}

/* A word that nothing gives a number. */
static void want_value(struct reader *r, struct operand o)
{
	const char *near;

	if (o.word.n == 0 || r->error != ERR_OK)
		return;
	near = r->names->nearest(r->names->user, o.word);
	fail(r, "there is no value '%.*s'%s%s%s", (int)(o.word.n < 40 ? o.word.n : 40), o.word.p,
	     near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
	     near != NULL ? "'?" : "");
}

static struct operand read_unary(struct reader *r)
{
	struct operand o = plain;
	bool minus;

	if (++r->depth > SNMP_CALC_DEPTH_MAX)
		fail(r, "there are too many parentheses or signs in one another");
	skip_blanks(r);
	if (r->error != ERR_OK || r->p == r->end) {
		fail(r, "something is missing at the end");
	} else if ((minus = *r->p == '-') || *r->p == '!') {
		r->p++;
		want_value(r, read_unary(r));
		emit(r, (struct calc_op){.kind = minus ? OP_NEGATE : OP_NOT});
	} else if (*r->p == '(') {
		r->p++;
		o = read_either(r);
		if (!takes(r, ")"))
			fail(r, "a ')' is missing");
	} else if (*r->p == '\'') {
		o = read_quoted(r);
	} else if (is_letter(*r->p)) {
		o = read_name(r);
	} else if (is_digit(*r->p)) {
		o = read_number(r);
	} else {
		fail(r, "'%.*s' was not expected", (int)(r->end - r->p < 20 ? r->end - r->p : 20),
		     r->p);
	}
	r->depth--;
	return o;
}

static struct operand read_product(struct reader *r)
{
	struct operand left = read_unary(r);

	for (;;) {
		bool times = takes(r, "*");

		if (!times && !takes(r, "/"))
			return left;
		want_value(r, left);
		want_value(r, read_unary(r));
		emit(r, (struct calc_op){.kind = times ? OP_MULTIPLY : OP_DIVIDE});
		left = plain;
	}
}

static struct operand read_sum(struct reader *r)
{
	struct operand left = read_product(r);

	for (;;) {
		bool plus = takes(r, "+");

		if (!plus && !takes(r, "-"))
			return left;
		want_value(r, left);
		want_value(r, read_product(r));
		emit(r, (struct calc_op){.kind = plus ? OP_ADD : OP_SUBTRACT});
		left = plain;
	}
}

/* The word of one side is a number of the value on the other. */
static void give_number(struct reader *r, struct operand value, struct operand word)
{
	double number;

	if (r->error != ERR_OK)
		return;
	if (!r->names->word(r->names->user, value.value, word.word, &number))
		want_value(r, word);
	else
		r->ops[word.at].number = number;
}

/* `oper == up` where `up` is a word of oper and another value as well. */
static void refuse_double_meaning(struct reader *r, struct operand value, struct slice text)
{
	double number;

	if (r->error == ERR_OK && r->names->word(r->names->user, value.value, text, &number))
		fail(r, "'%.*s' is a value and a word: write the word in quotes", (int)text.n,
		     text.p);
}

static void settle_words(struct reader *r, struct operand left, struct slice left_text,
			 struct operand right, struct slice right_text)
{
	if (left.value >= 0 && right.word.n > 0) {
		give_number(r, left, right);
	} else if (right.value >= 0 && left.word.n > 0) {
		give_number(r, right, left);
	} else if (left.value >= 0 && right.value >= 0) {
		refuse_double_meaning(r, left, right_text);
		refuse_double_meaning(r, right, left_text);
	} else {
		want_value(r, left);
		want_value(r, right);
	}
}

static bool takes_comparison(struct reader *r, enum op_kind *ret)
{
	static const struct {
		const char *sign;
		enum op_kind kind;
	} signs[] = {{"==", OP_EQUAL},    {"!=", OP_UNEQUAL}, {"<=", OP_AT_MOST},
		     {">=", OP_AT_LEAST}, {"<", OP_LESS},     {">", OP_MORE}};

	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		if (takes(r, signs[i].sign)) {
			*ret = signs[i].kind;
			return true;
		}
	}
	return false;
}

static struct slice text_since(const struct reader *r, const char *from)
{
	const char *to = r->p;

	while (from < to && *from == ' ')
		from++;
	while (to > from && to[-1] == ' ')
		to--;
	return (struct slice){from, (size_t)(to - from)};
}

static struct operand read_comparison(struct reader *r)
{
	const char *from = r->p;
	struct operand left = read_sum(r);
	struct slice left_text = text_since(r, from), right_text;
	enum op_kind kind;
	struct operand right;

	if (!takes_comparison(r, &kind))
		return left;
	from = r->p;
	right = read_sum(r);
	right_text = text_since(r, from);
	settle_words(r, left, left_text, right, right_text);
	emit(r, (struct calc_op){.kind = kind});
	if (takes_comparison(r, &kind))
		fail(r, "one comparison after another: join them with &&");
	return plain;
}

static struct operand read_both(struct reader *r)
{
	struct operand left = read_comparison(r);

	while (takes(r, "&&")) {
		want_value(r, left);
		want_value(r, read_comparison(r));
		emit(r, (struct calc_op){.kind = OP_AND});
		left = plain;
	}
	return left;
}

static struct operand read_either(struct reader *r)
{
	struct operand left = read_both(r);

	while (takes(r, "||")) {
		want_value(r, left);
		want_value(r, read_both(r));
		emit(r, (struct calc_op){.kind = OP_OR});
		left = plain;
	}
	return left;
}

static const int *parts_of(const struct reader *r, struct arena *arena, size_t *ret_count)
{
	int *parts = arena_calloc(arena, r->count, sizeof(*parts));
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++) {
		bool is_new = r->ops[i].kind == OP_VALUE;

		for (size_t k = 0; k < n && is_new; k++)
			is_new = parts[k] != r->ops[i].value;
		if (is_new)
			parts[n++] = r->ops[i].value;
	}
	*ret_count = n;
	return parts;
}

enum err snmp_calc_compile(struct slice text, const struct snmp_calc_names *names,
			   struct arena *arena, const struct snmp_calc **ret, struct err_info *info)
{
	struct reader r = {.p = text.p, .end = text.p + text.n, .names = names, .info = info};
	struct snmp_calc *c;
	struct calc_op *ops;

	if (text.n > SNMP_CALC_TEXT_MAX)
		return err_fail(info, ERR_TOO_LARGE, "the expression is longer than %d characters",
				SNMP_CALC_TEXT_MAX);
	want_value(&r, read_either(&r));
	skip_blanks(&r);
	if (r.p != r.end)
		fail(&r, "'%.*s' was not expected", (int)(r.end - r.p < 20 ? r.end - r.p : 20),
		     r.p);
	if (r.error != ERR_OK)
		return r.error;
	c = arena_calloc(arena, 1, sizeof(*c));
	ops = arena_calloc(arena, r.count, sizeof(*ops));
	memcpy(ops, r.ops, r.count * sizeof(*ops));
	c->ops = ops;
	c->count = r.count;
	c->parts = parts_of(&r, arena, &c->part_count);
	*ret = c;
	return ERR_OK;
}

size_t snmp_calc_parts(const struct snmp_calc *c, const int **ret)
{
	*ret = c->parts;
	return c->part_count;
}

/* --- working out ----------------------------------------------------------------------------------- */

struct cell {
	enum snmp_calc_end end;
	double number;
	int part;
};

static struct cell cell_of(double number)
{
	if (!isfinite(number))
		return (struct cell){.end = SNMP_CALC_RANGE};
	return (struct cell){.end = SNMP_CALC_OK, .number = number};
}

static bool is_true(struct cell c)
{
	return fabs(c.number) >= SAME;
}

/* What one side settles alone is settled: "total == 0 || used / total < 0.9". */
static struct cell join(enum op_kind kind, struct cell a, struct cell b)
{
	bool settles = kind == OP_OR; /* the truth that settles it */

	if ((a.end == SNMP_CALC_OK && is_true(a) == settles) ||
	    (b.end == SNMP_CALC_OK && is_true(b) == settles))
		return cell_of(settles ? 1 : 0);
	if (a.end != SNMP_CALC_OK)
		return a;
	return b.end != SNMP_CALC_OK ? b : cell_of(settles ? 0 : 1);
}

static struct cell combine(enum op_kind kind, struct cell a, struct cell b)
{
	bool same;

	if (kind == OP_AND || kind == OP_OR)
		return join(kind, a, b);
	if (a.end != SNMP_CALC_OK)
		return a;
	if (b.end != SNMP_CALC_OK)
		return b;
	same = fabs(a.number - b.number) < SAME;
	switch (kind) {
	case OP_ADD:
		return cell_of(a.number + b.number);
	case OP_SUBTRACT:
		return cell_of(a.number - b.number);
	case OP_MULTIPLY:
		return cell_of(a.number * b.number);
	case OP_DIVIDE:
		if (fabs(b.number) < SAME)
			return (struct cell){.end = SNMP_CALC_ZERO};
		return cell_of(a.number / b.number);
	case OP_EQUAL:
		return cell_of(same ? 1 : 0);
	case OP_UNEQUAL:
		return cell_of(same ? 0 : 1);
	case OP_LESS:
		return cell_of(!same && a.number < b.number ? 1 : 0);
	case OP_AT_MOST:
		return cell_of(same || a.number < b.number ? 1 : 0);
	case OP_MORE:
		return cell_of(!same && a.number > b.number ? 1 : 0);
	case OP_AT_LEAST:
		return cell_of(same || a.number > b.number ? 1 : 0);
	case OP_NUMBER:
	case OP_VALUE:
	case OP_NEGATE:
	case OP_NOT:
	case OP_AND:
	case OP_OR:
		break;
	}
	return (struct cell){.end = SNMP_CALC_RANGE};
}

static struct cell look_up(int index, bool (*value)(void *user, int index, double *ret), void *user)
{
	double number;

	if (!value(user, index, &number))
		return (struct cell){.end = SNMP_CALC_MISSING, .part = index};
	return cell_of(number);
}

enum snmp_calc_end snmp_calc_run(const struct snmp_calc *c,
				 bool (*value)(void *user, int index, double *ret), void *user,
				 double *ret, int *part)
{
	struct cell stack[STACK_MAX];
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct calc_op *op = &c->ops[i];

		if (op->kind == OP_NUMBER) {
			stack[n++] = cell_of(op->number);
		} else if (op->kind == OP_VALUE) {
			stack[n++] = look_up(op->value, value, user);
		} else if (op->kind == OP_NEGATE) {
			stack[n - 1].number = -stack[n - 1].number;
		} else if (op->kind == OP_NOT) {
			stack[n - 1].number = is_true(stack[n - 1]) ? 0 : 1;
		} else {
			n--;
			stack[n - 1] = combine(op->kind, stack[n - 1], stack[n]);
		}
	}
	*part = stack[0].part;
	if (stack[0].end == SNMP_CALC_OK)
		*ret = stack[0].number;
	return stack[0].end;
}
