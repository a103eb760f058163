#include "play/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/files.h"
#include "base/mem.h"
#include "base/micro.h"
#include "base/parse.h"
#include "play/moment.h"

enum { FIRST_LINES = 64, LINE_CHARS_MAX = 4096 };

struct reader {
	const char *file;
	const struct scenario_verb *verbs;
	struct arena *arena;
	struct scenario *ret;
	struct err_info *info;
	unsigned line;
	int64_t at_us; /* of the newest line that has a moment */
	size_t cap;
};

static enum err complain(const struct reader *r, unsigned column, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
static enum err complain(const struct reader *r, unsigned column, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_fail(r->info, ERR_SYNTAX, "%s:%u:%u: %s", r->file, r->line, column, text);
}

/* --- words -------------------------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* One word into `dst` (room for all of the rest): quotes keep blanks together and go away. */
static enum err take_word(const struct reader *r, struct slice text, size_t *pos, char *dst)
{
	unsigned column = (unsigned)*pos + 1;
	bool quoted = false;
	size_t n = 0;

	for (; *pos < text.n && (quoted || (!is_blank(text.p[*pos]) && text.p[*pos] != '#'));
	     (*pos)++) {
		if (text.p[*pos] == '"')
			quoted = !quoted;
		else
			dst[n++] = text.p[*pos];
	}
	dst[n] = '\0';
	return quoted ? complain(r, column, "a quote is not closed; write \"...\" on one line")
		      : ERR_OK;
}

static enum err split(const struct reader *r, struct slice text, char **words, unsigned *columns,
		      size_t *ret_count)
{
	size_t pos = 0, n = 0;
	enum err e = ERR_OK;

	for (;;) {
		while (pos < text.n && is_blank(text.p[pos]))
			pos++;
		if (pos >= text.n || text.p[pos] == '#')
			break;
		if (n >= SCENARIO_WORDS_MAX)
			return complain(r, (unsigned)pos + 1, "more than %d words on a line",
					SCENARIO_WORDS_MAX);
		columns[n] = (unsigned)pos + 1;
		words[n] = arena_calloc(r->arena, text.n - pos + 1, 1);
		e = take_word(r, text, &pos, words[n]);
		if (e != ERR_OK)
			return e;
		n++;
	}
	*ret_count = n;
	return ERR_OK;
}

/* --- words against the usage --------------------------------------------------------------------------------- */

/* The next word of a usage; `optional` stays set within brackets. False at its end. */
static bool next_of(const char **usage, struct slice *ret, bool *optional)
{
	const char *p = *usage;

	while (*p == ' ' || *p == ']')
		p++;
	if (*p == '[') {
		*optional = true;
		p++;
	}
	*ret = (struct slice){p, strcspn(p, " []")};
	*usage = p + ret->n;
	return ret->n > 0;
}

static bool is_choice(struct slice want, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i <= want.n; i++) {
		size_t end = i;

		while (end < want.n && want.p[end] != '|')
			end++;
		if (end - i == n && memcmp(want.p + i, word, n) == 0)
			return true;
		i = end;
	}
	return false;
}

static enum err check_word(const struct reader *r, const struct scenario_line *l, size_t i,
			   struct slice want)
{
	int64_t us;

	if (slice_is(want, "DURATION") && parse_duration_us(slice_of(l->words[i]), &us) != ERR_OK)
		return complain(r, l->columns[i + 1],
				"'%.60s' is not a duration; write 40s, 5m or 1h", l->words[i]);
	if (want.p[0] >= 'a' && want.p[0] <= 'z' && !is_choice(want, l->words[i]))
		return complain(r, l->columns[i + 1], "'%.60s': %s takes %.*s here", l->words[i],
				l->verb->name, (int)want.n, want.p);
	return ERR_OK;
}

static enum err check_usage(const struct reader *r, const struct scenario_line *l)
{
	const char *usage = l->verb->usage;
	bool optional = false;
	struct slice want;
	enum err e = ERR_OK;
	size_t i = 0;

	while (e == ERR_OK && next_of(&usage, &want, &optional)) {
		if (slice_is(want, "..."))
			return ERR_OK;
		if (i >= l->count)
			return optional ? ERR_OK
					: complain(r, l->columns[0], "%s needs more; write: %s %s",
						   l->verb->name, l->verb->name, l->verb->usage);
		e = check_word(r, l, i++, want);
	}
	if (e == ERR_OK && i < l->count)
		return complain(r, l->columns[i + 1], "'%.60s' is too much; write: %s %s",
				l->words[i], l->verb->name, l->verb->usage);
	return e;
}

/* --- lines -------------------------------------------------------------------------------------------------- */

static enum err find_verb(const struct reader *r, const char *word, unsigned column,
			  const struct scenario_verb **ret)
{
	char all[256] = "";
	size_t used = 0;

	for (const struct scenario_verb *v = r->verbs; v->name != NULL; v++) {
		if (strcmp(v->name, word) == 0) {
			*ret = v;
			return ERR_OK;
		}
		if (used < sizeof(all))
			used += (size_t)snprintf(all + used, sizeof(all) - used, " %s", v->name);
	}
	return complain(r, column, "nothing is called '%.40s'; a line begins with a moment or:%s",
			word, all);
}

static bool begins_moment(const char *word)
{
	return (word[0] >= '0' && word[0] <= '9') || word[0] == '+';
}

static enum err take_moment(struct reader *r, const char *word, struct scenario_line *l)
{
	const char *why =
		moment_read(word, r->ret->has_start ? &r->ret->start : NULL, r->at_us, &l->at_us);

	if (why != NULL)
		return complain(r, l->columns[0], "'%.40s' %s", word, why);
	if (l->at_us < r->at_us)
		return complain(r, l->columns[0],
				"'%.40s' lies before the moment of an earlier line; put the lines "
				"in order",
				word);
	r->at_us = l->at_us;
	l->has_at = true;
	return ERR_OK;
}

static enum err set_start(struct reader *r, const struct scenario_line *l, char *const *words,
			  size_t n)
{
	const char *why;

	if (r->ret->count > 0 || r->ret->has_start)
		return complain(r, l->columns[0], "start stands once, before every other line");
	if (n != 2)
		return complain(r, l->columns[0], "write: start 2026-06-07T08:00 (local time)");
	why = moment_read_date(words[1], &r->ret->start);
	if (why != NULL)
		return complain(r, l->columns[1], "'%.40s' %s", words[1], why);
	r->ret->has_start = true;
	return ERR_OK;
}

/* What is left of a line after its moment: a verb and its words. */
static enum err take_verb(struct reader *r, char **words, size_t n, struct scenario_line *l)
{
	enum err e = find_verb(r, words[0], l->columns[0], &l->verb);

	if (e != ERR_OK)
		return e;
	l->words = arena_calloc(r->arena, n, sizeof(*l->words));
	l->count = n - 1;
	memcpy(l->words, words + 1, l->count * sizeof(*words));
	return check_usage(r, l);
}

static void keep(struct reader *r, const struct scenario_line *l)
{
	if (r->ret->count == r->cap) {
		size_t cap = r->cap == 0 ? FIRST_LINES : r->cap * 2;
		struct scenario_line *lines = arena_calloc(r->arena, cap, sizeof(*lines));

		if (r->ret->count > 0)
			memcpy(lines, r->ret->lines, r->ret->count * sizeof(*lines));
		r->ret->lines = lines;
		r->cap = cap;
	}
	r->ret->lines[r->ret->count++] = *l;
}

static enum err take_line(struct reader *r, struct slice text)
{
	struct scenario_line l = {.line = r->line};
	char *words[SCENARIO_WORDS_MAX];
	size_t n = 0, first = 0;
	enum err e = split(r, text, words, l.columns, &n);

	if (e != ERR_OK || n == 0)
		return e;
	if (strcmp(words[0], "start") == 0)
		return set_start(r, &l, words, n);
	if (begins_moment(words[0])) {
		e = take_moment(r, words[0], &l);
		first = 1;
		memmove(l.columns, l.columns + 1, (n - 1) * sizeof(*l.columns));
	}
	if (e == ERR_OK && n > first)
		e = take_verb(r, words + first, n - first, &l);
	if (e == ERR_OK)
		keep(r, &l);
	return e;
}

static enum err take_promise(struct reader *r, struct slice text)
{
	static const char word[] = "promise:";
	size_t n = sizeof(word) - 1;

	while (n < text.n && is_blank(text.p[n]))
		n++;
	while (text.n > n && is_blank(text.p[text.n - 1]))
		text.n--;
	if (r->ret->promise[0] != '\0' || r->ret->count > 0)
		return complain(r, 1, "the promise stands once, on the first line");
	if (text.n == n)
		return complain(r, 1, "the promise is empty; say what must hold");
	r->ret->promise = arena_strndup(r->arena, text.p + n, text.n - n);
	return ERR_OK;
}

enum err scenario_parse(const char *file, struct slice text, const struct scenario_verb *verbs,
			struct arena *arena, struct scenario *ret, struct err_info *info)
{
	struct reader r = {file, verbs, arena, ret, info, 0, 0, 0};
	size_t from = 0;
	enum err e = ERR_OK;

	*ret = (struct scenario){.file = arena_strdup(arena, file),
				 .promise = "",
				 .start = {SCENARIO_START_S * US_PER_S}};
	while (e == ERR_OK && from < text.n) {
		const char *end = memchr(text.p + from, '\n', text.n - from);
		size_t n = end != NULL ? (size_t)(end - text.p) - from : text.n - from;
		struct slice line = {text.p + from, n};

		r.line++;
		if (memchr(line.p, '\0', line.n) != NULL)
			e = complain(&r, 1, "a byte of zero; this is no text");
		else if (n > LINE_CHARS_MAX)
			e = complain(&r, LINE_CHARS_MAX, "a line has at most %d characters",
				     LINE_CHARS_MAX);
		else if (n >= 8 && memcmp(line.p, "promise:", 8) == 0)
			e = take_promise(&r, line);
		else
			e = take_line(&r, line);
		from += n + 1;
	}
	return e;
}

enum err scenario_read(const char *path, const struct scenario_verb *verbs, struct arena *arena,
		       struct scenario *ret, struct err_info *info)
{
	struct buf text CLEANUP(buf_release);
	enum err e;

	buf_init(&text, SCENARIO_BYTES_MAX);
	e = files_read(path, &text, info);
	return e == ERR_OK ? scenario_parse(path, buf_slice(&text), verbs, arena, ret, info) : e;
}
