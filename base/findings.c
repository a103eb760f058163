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
		    strcmp(x->bare, like->bare) != 0 || strcmp(x->file, like->file) != 0 ||
		    strcmp(x->maker.what, made->maker->what) != 0)
			continue;
		add_whom(f, x, made);
		return true;
	}
	return false;
}

static void append(struct findings *f, const struct finding *new, const struct finding_made *made)
{
	struct finding *item;

	/* Half of the room is for errors alone: doubts must not hide why a plan is refused. */
	if (f->count >= (new->severity == FINDING_ERROR ? FINDINGS_MAX : FINDINGS_MAX / 2))
		return;
	f->items = mem_grow(f->items, f->count, &f->cap, sizeof(*f->items));
	item = &f->items[f->count++];
	*item = *new;
	item->file = arena_strdup(f->arena, new->file);
	item->code = arena_strdup(f->arena, new->code);
	item->text = item->bare = arena_strdup(f->arena, new->bare);
	if (made == NULL)
		return;
	item->maker = *made->maker;
	item->maker.what = arena_strdup(f->arena, made->maker->what);
	item->whom = arena_calloc(f->arena, FINDING_WHOM_MAX, sizeof(*item->whom));
	add_whom(f, item, made);
}

void findings_add(struct findings *f, enum finding_severity severity, const struct yaml_node *at,
		  const char *code, const char *fmt, ...)
{
	char text[1024];
	struct finding new = {.severity = severity,
			      .file = at != NULL ? at->file : "plan",
			      .line = at != NULL ? at->line : 0,
			      .column = at != NULL ? at->column : 0,
			      .code = code,
			      .bare = text};
	const struct finding_made *made = at != NULL ? at->made : NULL;
	va_list ap;

	if (severity == FINDING_ERROR)
		f->errors++;
	if (at != NULL && at->is_told) {
		f->joined += severity == FINDING_ERROR;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* What stands in a file must not reach a terminal as control characters. */
	for (char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = '?';
	}
	if (made != NULL && join(f, &new, made))
		f->joined += severity == FINDING_ERROR;
	else
		append(f, &new, made);
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
	return strcmp(x->text, y->text);
}

void findings_sort(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		f->items[i].text = complete(f, &f->items[i]);
	if (f->count > 1)
		qsort(f->items, f->count, sizeof(*f->items), compare);
}

void findings_print(const struct findings *f, struct buf *out)
{
	static const char *const words[] = {
		[FINDING_ERROR] = "error", [FINDING_WARNING] = "warning", [FINDING_NOTE] = "note"};

	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->items[i];

		if (x->line != 0)
			buf_printf(out, "%s:%u:%u: %s: %s: %s\n", x->file, x->line, x->column,
				   words[x->severity], x->code, x->text);
		else
			buf_printf(out, "%s: %s: %s: %s\n", x->file, words[x->severity], x->code,
				   x->text);
	}
}
