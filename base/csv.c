#include "base/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/utf8.h"
#include "base/yaml_doc.h"

struct reader {
	const char *file;
	struct arena *arena;
	struct findings *findings;
	const unsigned char *p, *end;
	unsigned line, column;
	unsigned row; /* as a spreadsheet counts: the names are row 1 */
	char separator; /* 0 until the first line has shown it */
	bool failed; /* the rest cannot be read with sense */
	struct csv_field fields[CSV_COLUMNS_MAX]; /* of the row that is read */
	size_t count; /* may be larger: fields beyond the ceiling are counted only */
	struct buf text; /* of the field that is read */
};

static void complain(struct reader *r, unsigned line, unsigned column, const char *code,
		     const char *fmt, ...) PRINTF_LIKE(5, 6);
static void complain(struct reader *r, unsigned line, unsigned column, const char *code,
		     const char *fmt, ...)
{
	struct yaml_node at = {.file = r->file, .line = line, .column = column};
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	findings_add(r->findings, FINDING_ERROR, &at, code, "%s", text);
}

/* The rest would be read askew: one complaint, and the end. */
static void give_up(struct reader *r, const char *code, const char *text)
{
	complain(r, r->line, r->column, code, "%s", text);
	r->failed = true;
}

static bool is_at(const struct reader *r, char c)
{
	return r->p < r->end && *r->p == (unsigned char)c;
}

/* A line end, LF or CRLF, or the end of the text. */
static bool is_row_end(const struct reader *r)
{
	return r->p == r->end || *r->p == '\n' ||
	       (*r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n');
}

static void pass_row_end(struct reader *r)
{
	if (is_at(r, '\r'))
		r->p++;
	if (is_at(r, '\n'))
		r->p++;
	r->line++;
	r->column = 1;
}

/* Takes one character into the field. */
static void take_character(struct reader *r)
{
	size_t n = utf8_length(r->p, (size_t)(r->end - r->p));

	if (n == 0) {
		complain(r, r->line, r->column, "encoding",
			 "byte 0x%02X is not UTF-8; save the table as \"CSV UTF-8\"", *r->p);
		r->failed = true;
		return;
	}
	if (*r->p == '\0') {
		give_up(r, "encoding", "a NUL byte stands here; save the table as \"CSV UTF-8\"");
		return;
	}
	if (*r->p == '\r' && !is_row_end(r)) {
		give_up(r, "line-end",
			"a carriage return stands alone; lines end with LF or CR LF");
		return;
	}
	buf_put(&r->text, r->p, n);
	if (!buf_is_ok(&r->text)) {
		give_up(r, "too-large", "a field is longer than 4096 bytes; is a quote missing?");
		return;
	}
	if (*r->p == '\n') {
		r->line++;
		r->column = 0;
	}
	r->column++;
	r->p += n;
}

static void read_quoted(struct reader *r)
{
	unsigned line = r->line, column = r->column;

	r->p++;
	r->column++;
	while (!r->failed) {
		if (r->p == r->end) {
			complain(r, line, column, "quote",
				 "the quote that opens here is never closed");
			r->failed = true;
			return;
		}
		if (*r->p == '"') {
			r->p++;
			r->column++;
			if (!is_at(r, '"'))
				break;
		}
		take_character(r);
	}
	if (!r->failed && !is_row_end(r) && !is_at(r, r->separator))
		give_up(r, "quote",
			"text stands behind the closing quote; a quote within a field is written "
			"twice");
}

static void read_plain(struct reader *r)
{
	unsigned column = r->column;
	struct slice text;

	while (!r->failed && !is_row_end(r) && !is_at(r, r->separator)) {
		if (*r->p == '"')
			give_up(r, "quote",
				"a quote stands within a field; put the field in quotes and write "
				"the quote twice");
		else
			take_character(r);
	}
	text = buf_slice(&r->text);
	if (!r->failed && text.n > 0 && (text.p[0] == ' ' || text.p[text.n - 1] == ' '))
		complain(r, r->line, column, "blank",
			 "'%.*s' begins or ends with a blank; take it away, or put the field in "
			 "quotes",
			 (int)(text.n < 80 ? text.n : 80), text.p);
}

static void read_field(struct reader *r)
{
	struct csv_field field = {.line = r->line, .column = r->column};
	struct slice text;

	buf_reset(&r->text);
	if (is_at(r, '"'))
		read_quoted(r);
	else
		read_plain(r);
	if (r->count++ >= CSV_COLUMNS_MAX)
		return;
	text = buf_slice(&r->text);
	field.text = (struct slice){arena_strndup(r->arena, text.p, text.n), text.n};
	r->fields[r->count - 1] = field;
}

/* Reads a row into r->fields. */
static void read_row(struct reader *r)
{
	r->row++;
	r->count = 0;
	for (;;) {
		read_field(r);
		if (r->failed || !is_at(r, r->separator))
			break;
		r->p++;
		r->column++;
	}
	if (!r->failed)
		pass_row_end(r);
}

/* The first separator in the first line: names hold none. */
static char find_separator(const struct reader *r)
{
	for (const unsigned char *p = r->p; p < r->end && *p != '\n'; p++) {
		if (*p == ',' || *p == ';')
			return (char)*p;
	}
	return ',';
}

static void check_name(struct reader *r, const struct csv_field *names, size_t i)
{
	const struct csv_field *f = &names[i];

	if (f->text.n == 0) {
		complain(r, f->line, f->column, "column",
			 "column %zu has no name; name it, or take the column away", i + 1);
		return;
	}
	if (strpbrk(f->text.p, ",;") != NULL) {
		complain(r, f->line, f->column, "column",
			 "both ',' and ';' stand in the first line; part columns by one of them");
		return;
	}
	if (!parse_is_id(f->text, "")) {
		complain(r, f->line, f->column, "column",
			 "'%.80s' is no name of a column (a-z 0-9 - _ . at most 63)", f->text.p);
		return;
	}
	for (size_t k = 0; k < i; k++) {
		if (slice_eq(names[k].text, f->text))
			complain(r, f->line, f->column, "duplicate-column",
				 "the column '%s' stands here twice", f->text.p);
	}
}

static struct csv_field *keep_fields(const struct reader *r)
{
	struct csv_field *kept = arena_calloc(r->arena, r->count, sizeof(*kept));

	memcpy(kept, r->fields, r->count * sizeof(*kept));
	return kept;
}

static bool read_names(struct reader *r, struct csv_table *t)
{
	size_t before = r->findings->errors;

	r->separator = find_separator(r);
	read_row(r);
	if (r->findings->errors != before)
		return false;
	if (r->count > CSV_COLUMNS_MAX) {
		complain(r, 1, 1, "too-large", "%zu columns; %d at most", r->count,
			 CSV_COLUMNS_MAX);
		return false;
	}
	t->names = keep_fields(r);
	t->column_count = r->count;
	for (size_t i = 0; i < t->column_count; i++)
		check_name(r, t->names, i);
	return r->findings->errors == before;
}

static bool is_empty_row(const struct reader *r)
{
	for (size_t i = 0; i < r->count && i < CSV_COLUMNS_MAX; i++) {
		if (r->fields[i].text.n > 0)
			return false;
	}
	return true;
}

static void read_rows(struct reader *r, struct csv_table *t)
{
	struct csv_row **last = &t->first;

	while (r->p < r->end && !r->failed) {
		unsigned line = r->line;

		read_row(r);
		if (r->failed || is_empty_row(r))
			continue;
		if (r->count != t->column_count) {
			complain(r, line, 1, "fields",
				 "row %u has %zu field%s, but the first row names %zu column%s",
				 r->row, r->count, r->count == 1 ? "" : "s", t->column_count,
				 t->column_count == 1 ? "" : "s");
			continue;
		}
		if (t->row_count == CSV_ROWS_MAX) {
			r->line = line;
			give_up(r, "too-large", "more than 10000 rows");
			return;
		}
		*last = arena_calloc(r->arena, 1, sizeof(**last));
		(*last)->fields = keep_fields(r);
		last = &(*last)->next;
		t->row_count++;
	}
}

struct csv_table *csv_parse(const char *name, struct slice text, struct arena *arena,
			    struct findings *f)
{
	struct csv_table *t = arena_calloc(arena, 1, sizeof(*t));
	struct reader r = {.file = arena_strdup(arena, name),
			   .arena = arena,
			   .findings = f,
			   .p = (const unsigned char *)text.p,
			   .line = 1,
			   .column = 1};
	size_t before = f->errors;

	r.end = r.p + text.n;
	t->file = r.file;
	buf_init(&r.text, CSV_FIELD_MAX);
	if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		r.p += 3;
	if (r.p == r.end)
		give_up(&r, "empty", "the file says nothing; its first row names the columns");
	else if (read_names(&r, t))
		read_rows(&r, t);
	buf_release(&r.text);
	return f->errors == before ? t : NULL;
}

/* Opens without waiting for the other end of a pipe. */
static FILE *open_plain(const char *path, const struct yaml_node *named, struct findings *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	FILE *file = NULL;

	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		findings_add(f, FINDING_ERROR, named, "unreadable", "'%s' is no plain file", path);
		close(fd);
		return NULL;
	}
	if (fd >= 0)
		file = fdopen(fd, "rb");
	if (file == NULL)
		findings_add(f, FINDING_ERROR, named, "unreadable", "'%s' cannot be opened: %s",
			     path, strerror(errno));
	if (file == NULL && fd >= 0)
		close(fd);
	return file;
}

struct csv_table *csv_read(const char *path, const struct yaml_node *named, struct arena *arena,
			   struct findings *f)
{
	struct csv_table *t = NULL;
	FILE *file = open_plain(path, named, f);
	struct buf text CLEANUP(buf_release);
	char chunk[16384];
	size_t n;

	buf_init(&text, BUF_MAX_CSV_FILE);
	if (file == NULL)
		return NULL;
	while (buf_is_ok(&text) && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(&text, chunk, n);
	if (ferror(file))
		findings_add(f, FINDING_ERROR, named, "unreadable", "'%s' cannot be read: %s", path,
			     strerror(errno));
	else if (!buf_is_ok(&text))
		findings_add(f, FINDING_ERROR, named, "too-large", "'%s' is larger than %d MiB",
			     path, BUF_MAX_CSV_FILE >> 20);
	else
		t = csv_parse(path, buf_slice(&text), arena, f);
	fclose(file);
	return t;
}
