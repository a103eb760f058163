#include "base/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/yaml_doc.h"

void findings_init(struct findings *f)
{
	*f = (struct findings){.arena = arena_new()};
}

void findings_release(struct findings *f)
{
	free(f->items);
	arena_free(f->arena);
	*f = (struct findings){0};
}

static void add_whom(struct findings *f, struct finding *item, const struct finding_made *made)
{
	if (item->whom_count > 0 && item->whom_count <= FINDING_WHOM_MAX &&
	    strcmp(item->whom[item->whom_count - 1], made->whom) == 0)
		return; /* two complaints of the same words for the same one */
	if (item->whom_count < FINDING_WHOM_MAX)
		item->whom[item->whom_count] = arena_strdup(f->arena, made->whom);
	item->whom_count++;
}

/* The same complaint about another thing that came from the same place. */
static bool join(struct findings *f, const struct finding *like, const struct finding_made *made)
{
	for (size_t i = 0; i < f->count; i++) {
		struct finding *x = &f->items[i];

		if (x->maker.what == NULL || x->line != like->line || x->column != like->column ||
		    x->severity != like->severity || strcmp(x->code, like->code) != 0 ||
		    strcmp(x->bare, like->bare) != 0 || x->accepted != NULL ||
		    like->accepted != NULL || strcmp(x->file, like->file) != 0 ||
		    strcmp(x->maker.what, made->maker->what) != 0)
			continue;
		add_whom(f, x, made);
		return true;
	}
	return false;
}

static const char *copy(struct findings *f, const char *s)
{
	return s != NULL ? arena_strdup(f->arena, s) : NULL;
}

static void append(struct findings *f, const struct finding *new, const struct finding_made *made)
{
	struct finding *item;

	/* Half of the room is for errors alone: doubts must not hide why a plan is refused. */
	if (f->count >= (new->severity == FINDING_ERROR ? FINDINGS_MAX : FINDINGS_MAX / 2)) {
		f->left_out++;
		return;
	}
	f->items = mem_grow(f->items, f->count, &f->cap, sizeof(*f->items));
	item = &f->items[f->count++];
	*item = *new;
	item->file = arena_strdup(f->arena, new->file);
	item->code = arena_strdup(f->arena, new->code);
	item->text = item->bare = arena_strdup(f->arena, new->bare);
	item->subject = copy(f, new->subject);
	item->todo = copy(f, new->todo);
	item->accepted = copy(f, new->accepted);
	if (made == NULL)
		return;
	item->maker = *made->maker;
	item->maker.what = arena_strdup(f->arena, made->maker->what);
	item->whom = arena_calloc(f->arena, FINDING_WHOM_MAX, sizeof(*item->whom));
	add_whom(f, item, made);
}

static void add(struct findings *f, struct finding *what, const struct yaml_node *at,
		const char *fmt, va_list ap)
{
	const struct finding_made *made = at != NULL ? at->made : NULL;
	bool counts = what->severity == FINDING_ERROR && what->accepted == NULL;
	char text[1024];

	what->file = at != NULL ? at->file : "plan";
	what->line = at != NULL ? at->line : 0;
	what->column = at != NULL ? at->column : 0;
	what->bare = text;
	f->errors += counts;
	if (at != NULL && at->is_told) {
		f->joined += counts;
		return;
	}
	vsnprintf(text, sizeof(text), fmt, ap);
	/* What stands in a file must not reach a terminal as control characters. */
	for (char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = '?';
	}
	if (made != NULL && join(f, what, made))
		f->joined += counts;
	else
		append(f, what, made);
}

void findings_add(struct findings *f, enum finding_severity severity, const struct yaml_node *at,
		  const char *code, const char *fmt, ...)
{
	struct finding new = {.severity = severity, .code = code};
	va_list ap;

	va_start(ap, fmt);
	add(f, &new, at, fmt, ap);
	va_end(ap);
}

void findings_add_about(struct findings *f, enum finding_severity severity,
			const struct yaml_node *at, const char *code,
			const struct finding_about *about, const char *fmt, ...)
{
	struct finding new = {.severity = severity,
			      .code = code,
			      .subject = about->subject,
			      .todo = about->todo,
			      .accepted = about->accepted};
	va_list ap;

	va_start(ap, fmt);
	add(f, &new, at, fmt, ap);
	va_end(ap);
}

/* "... (template catd-lan, sites catd-01, catd-07)". */
static const char *complete(const struct findings *f, const struct finding *x)
{
	struct buf text CLEANUP(buf_release);
	size_t named = x->whom_count < FINDING_WHOM_MAX ? x->whom_count : FINDING_WHOM_MAX;

	buf_init(&text, 8192);
	if (x->maker.what == NULL)
		return x->bare;
	buf_printf(&text, "%s (%s, ", x->bare, x->maker.what);
	if (x->whom_count == x->maker.count && x->whom_count > 1) {
		buf_printf(&text, "all %zu %s)", x->whom_count, x->maker.many);
		return arena_strdup(f->arena, buf_cstr(&text));
	}
	buf_printf(&text, "%s ", x->whom_count == 1 ? x->maker.one : x->maker.many);
	for (size_t i = 0; i < named; i++)
		buf_printf(&text, "%s%s", i > 0 ? ", " : "", x->whom[i]);
	if (x->whom_count > named)
		buf_printf(&text, " and %zu more", x->whom_count - named);
	buf_putc(&text, ')');
	return arena_strdup(f->arena, buf_cstr(&text));
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int c = strcmp(x->file, y->file);

	if (c != 0)
		return c;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	c = strcmp(x->code, y->code);
	if (c == 0 && x->subject != NULL && y->subject != NULL)
		c = strcmp(x->subject, y->subject);
	return c != 0 ? c : strcmp(x->text, y->text);
}

void findings_sort(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		f->items[i].text = complete(f, &f->items[i]);
	if (f->count > 1)
		qsort(f->items, f->count, sizeof(*f->items), compare);
}

const char *finding_severity_word(enum finding_severity severity)
{
	static const char *const words[] = {
		[FINDING_ERROR] = "error", [FINDING_WARNING] = "warning", [FINDING_NOTE] = "note"};

	return words[severity];
}

static void print_one(const struct finding *x, struct buf *out)
{
	buf_puts(out, x->file);
	if (x->line != 0)
		buf_printf(out, ":%u:%u", x->line, x->column);
	buf_printf(out, ": %s: %s: ",
		   x->accepted != NULL ? "accepted" : finding_severity_word(x->severity), x->code);
	if (x->subject != NULL)
		buf_printf(out, "%s: ", x->subject);
	buf_puts(out, x->text);
	if (x->accepted != NULL)
		buf_printf(out, "; %s", x->accepted);
	else if (x->todo != NULL)
		buf_printf(out, "; %s", x->todo);
	buf_putc(out, '\n');
}

void findings_print(const struct findings *f, struct buf *out)
{
	for (size_t i = 0; i < f->count; i++)
		print_one(&f->items[i], out);
}

size_t findings_counted(const struct findings *f, enum finding_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->items[i].severity == severity && f->items[i].accepted == NULL;
	return n;
}

size_t findings_accepted(const struct findings *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->items[i].accepted != NULL;
	return n;
}

void findings_print_grouped(const struct findings *f, struct buf *out)
{
	for (int s = FINDING_ERROR; s <= FINDING_NOTE; s++) {
		size_t n = findings_counted(f, (enum finding_severity)s);

		if (n > 0)
			buf_printf(out, "%zu %s%s\n", n,
				   finding_severity_word((enum finding_severity)s),
				   n == 1 ? "" : "s");
		for (size_t i = 0; i < f->count; i++) {
			if (f->items[i].severity == (enum finding_severity)s &&
			    f->items[i].accepted == NULL)
				print_one(&f->items[i], out);
		}
	}
	if (findings_accepted(f) > 0)
		buf_printf(out, "%zu accepted\n", findings_accepted(f));
	for (size_t i = 0; i < f->count; i++) {
		if (f->items[i].accepted != NULL)
			print_one(&f->items[i], out);
	}
	if (f->left_out > 0)
		buf_printf(out, "%zu more are not listed; correct these first\n", f->left_out);
}
