/* gzip.h - text compressed once and sent many times with another end each: the status, whose last members are the answer's own.
 * RFC 1952; the end goes into a stored block, so that nothing of the beginning is worked on again. Pure. */
#ifndef VIGIA_DASHBOARD_GZIP_H
#define VIGIA_DASHBOARD_GZIP_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

struct gzip {
	struct buf bytes; /* a member of gzip without its last block */
	unsigned long crc, length; /* of what it holds */
};

/* Compresses. Release with gzip_release in any case; false if there was no memory or `max` bytes are not enough. */
bool gzip_begin(struct gzip *g, struct slice text, size_t max) NONNULL_ALL MUST_CHECK;
void gzip_release(struct gzip *g) NONNULL_ALL; /* may be called twice; a zeroed one too */
/* Appends the whole: what was compressed and then `end` (at most 65535 bytes). */
void gzip_put(const struct gzip *g, struct slice end, struct buf *out) NONNULL_ALL;

/* Does an Accept-Encoding header (may be NULL) take this coding ("gzip", "br")? RFC 9110 s. 12.5.3. */
bool coding_is_accepted(const char *accept_encoding, const char *coding) NONNULL(2);

#endif
