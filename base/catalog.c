#include "base/catalog.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* The format: magic, revision, count, offsets of the two tables (length, offset each), sorted by the original. Every
 * text ends with a NUL byte that its length does not count. */
enum { HEADER_SIZE = 28, CATALOG_MAX = 4 << 20 };
#define MO_MAGIC UINT32_C(0x950412de)

struct catalog {
	char *bytes;
	size_t size;
	uint32_t count, originals, translations; /* offsets of the tables */
};

static uint32_t word_at(const struct catalog *c, size_t offset)
{
	uint32_t v;

	memcpy(&v, c->bytes + offset, sizeof(v));
	return v;
}

static const char *text_at(const struct catalog *c, uint32_t table, uint32_t i)
{
	return c->bytes + word_at(c, table + (size_t)8 * i + 4);
}

static bool is_table_sound(const struct catalog *c, uint32_t table)
{
	if (table < HEADER_SIZE || table > c->size || (c->size - table) / 8 < c->count)
		return false;
	for (uint32_t i = 0; i < c->count; i++) {
		uint32_t length = word_at(c, table + (size_t)8 * i),
			 offset = word_at(c, table + (size_t)8 * i + 4);

		if (offset >= c->size || length >= c->size - offset ||
		    c->bytes[offset + length] != '\0')
			return false;
	}
	return true;
}

static bool is_sorted(const struct catalog *c)
{
	for (uint32_t i = 1; i < c->count; i++) {
		if (strcmp(text_at(c, c->originals, i - 1), text_at(c, c->originals, i)) >= 0)
			return false;
	}
	return true;
}

struct catalog *catalog_from(struct slice mo, struct err_info *info)
{
	struct catalog *c = mem_calloc(1, sizeof(*c));

	c->bytes = mem_calloc(mo.n + 1, 1);
	memcpy(c->bytes, mo.n > 0 ? mo.p : "", mo.n);
	c->size = mo.n;
	if (mo.n >= HEADER_SIZE && word_at(c, 0) == MO_MAGIC && word_at(c, 4) >> 16 == 0) {
		c->count = word_at(c, 8);
		c->originals = word_at(c, 12);
		c->translations = word_at(c, 16);
		if (is_table_sound(c, c->originals) && is_table_sound(c, c->translations) &&
		    is_sorted(c))
			return c;
	}
	catalog_free(c);
	err_ignore(err_fail(info, ERR_CORRUPT, "it is no sound catalogue of this machine's kind"));
	return NULL;
}

static bool read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rbe");
	char chunk[8192];
	size_t n;
	bool ok;

	if (f == NULL)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_put(out, chunk, n);
	ok = ferror(f) == 0 && buf_is_ok(out);
	fclose(f);
	return ok;
}

/* Two folders up from this program's own file. */
static bool path_of(const char *language, char *path, size_t size)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(self, '/');

		if (slash == NULL)
			return false;
		*slash = '\0';
	}
	return (size_t)snprintf(path, size, "%s/share/locale/%s/LC_MESSAGES/vigia.mo", self,
				language) < size;
}

struct catalog *catalog_open(const char *language, struct err_info *info)
{
	struct catalog *c = NULL;
	struct buf text;
	char path[4400];

	if (!path_of(language, path, sizeof(path))) {
		err_ignore(err_fail(info, ERR_NOT_FOUND, "where this program lies is not known"));
		return NULL;
	}
	buf_init(&text, CATALOG_MAX);
	if (read_file(path, &text)) {
		c = catalog_from(buf_slice(&text), info);
		if (c == NULL)
			err_ignore(err_fail(info, ERR_CORRUPT, "%s is no sound catalogue", path));
	} else {
		err_ignore(err_fail(info, ERR_NOT_FOUND, "%s cannot be read", path));
	}
	buf_release(&text);
	return c;
}

void catalog_free(struct catalog *c)
{
	if (c == NULL)
		return;
	free(c->bytes);
	free(c);
}

const char *tr(const struct catalog *c, const char *text)
{
	uint32_t low = 0, high = c != NULL ? c->count : 0;

	while (low < high && text[0] != '\0') {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(text_at(c, c->originals, middle), text);

		if (order == 0)
			return text_at(c, c->translations, middle);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return text;
}

static const char *value_of(const struct catalog_pair *pairs, size_t count, const char *name,
			    size_t n)
{
	for (size_t i = 0; i < count; i++) {
		if (strncmp(pairs[i].name, name, n) == 0 && pairs[i].name[n] == '\0')
			return pairs[i].value;
	}
	return NULL;
}

void catalog_fill(struct buf *out, const char *template, const struct catalog_pair *pairs,
		  size_t count)
{
	for (const char *p = template; *p != '\0';) {
		const char *close = *p == '{' ? strchr(p, '}') : NULL;
		const char *value = close != NULL
					    ? value_of(pairs, count, p + 1, (size_t)(close - p - 1))
					    : NULL;

		if (value == NULL) {
			buf_putc(out, *p++);
			continue;
		}
		buf_puts(out, value);
		p = close + 1;
	}
}
