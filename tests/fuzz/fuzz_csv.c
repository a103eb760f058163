/* fuzz_csv - any bytes as a table: it must neither crash nor hang, give a table exactly if it complains
 * about nothing, and what it gives must read back, written out in quotes, as the same table. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_field(struct buf *out, const struct csv_field *f)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < f->text.n; i++) {
		if (f->text.p[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, f->text.p[i]);
	}
	buf_putc(out, '"');
}

static void put_row(struct buf *out, const struct csv_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(out, ';');
		put_field(out, &fields[i]);
	}
	buf_puts(out, "\r\n");
}

static void check_round_trip(const struct csv_table *t, struct arena *arena, struct findings *f)
{
	struct buf out CLEANUP(buf_release);
	const struct csv_table *again;
	const struct csv_row *r, *s;

	buf_init(&out, 16 << 20);
	put_row(&out, t->names, t->column_count);
	for (r = t->first; r != NULL; r = r->next)
		put_row(&out, r->fields, t->column_count);
	again = csv_parse("again.csv", buf_slice(&out), arena, f);
	assert(again != NULL);
	assert(again->column_count == t->column_count && again->row_count == t->row_count);
	for (r = t->first, s = again->first; r != NULL; r = r->next, s = s->next) {
		for (size_t i = 0; i < t->column_count; i++) {
			assert(slice_eq(r->fields[i].text, s->fields[i].text));
			assert(strlen(r->fields[i].text.p) == r->fields[i].text.n);
			assert(r->fields[i].line >= 1 && r->fields[i].column >= 1);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct buf out CLEANUP(buf_release);
	struct findings f;
	struct csv_table *t;

	findings_init(&f);
	buf_init(&out, 4 << 20);
	t = csv_parse("t.csv", (struct slice){(const char *)data, size}, arena, &f);
	assert((t == NULL) == (f.errors > 0));
	findings_sort(&f);
	findings_print(&f, &out);
	assert((f.errors > 0) == (out.len > 0));
	if (t != NULL)
		check_round_trip(t, arena, &f);
	findings_release(&f);
	arena_free(arena);
	return 0;
}
