/* buf.h - growing bytes with a ceiling. Invariant: data[len] == '\0' once anything was written.
 * Past the ceiling nothing more is stored and `overflow` stays set, so that a writer appends freely
 * and asks once at the end (buf_is_ok). */
#ifndef VIGIA_BASE_BUF_H
#define VIGIA_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"

struct buf {
	char *data; /* NULL until the first byte */
	size_t len, cap;
	size_t max; /* ceiling for len */
	bool overflow;
};

/* All ceilings of buffers that hold bytes from outside, in one list. */
enum {
	BUF_MAX_HTTP_BODY_IN = 8 << 20, /* a request body that we accept (a batch of results) */
	BUF_MAX_HTTP_ANSWER_IN = 16 << 20, /* an answer of a peer of our own */
	BUF_MAX_PROBE_BODY = 256 << 10, /* what an http check keeps of a page for matching */
	BUF_MAX_EVENT = 16 << 20, /* one journal body (an expanded plan is the largest) */
	BUF_MAX_CONFIG_FILE = 8 << 20, /* one YAML file */
	BUF_MAX_CSV_FILE = 4 << 20, /* one table of sites */
	BUF_MAX_PLUGIN_OUTPUT = 64 << 10
};

void buf_init(struct buf *b, size_t max) NONNULL_ALL;
void buf_release(struct buf *b) NONNULL_ALL; /* may be called twice; CLEANUP(buf_release) */
void buf_reset(struct buf *b) NONNULL_ALL; /* empties, keeps the memory */

void buf_put(struct buf *b, const void *bytes, size_t n) NONNULL(1);
void buf_puts(struct buf *b, const char *s) NONNULL_ALL;
void buf_putc(struct buf *b, char c) NONNULL_ALL;
void buf_printf(struct buf *b, const char *fmt, ...) NONNULL(1, 2) PRINTF_LIKE(2, 3);
void buf_put_i64(struct buf *b, int64_t v) NONNULL_ALL;

static inline bool buf_is_ok(const struct buf *b)
{
	return !b->overflow;
}
static inline struct slice buf_slice(const struct buf *b)
{
	return (struct slice){b->data != NULL ? b->data : "", b->len};
}
/* NUL-terminated view, valid until the next write. */
static inline const char *buf_cstr(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

#endif
