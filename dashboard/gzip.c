#include "dashboard/gzip.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zlib.h>

enum { LEVEL = 6, RAW = -15, MEMORY = 8, STORED_MAX = 65535 };

bool gzip_begin(struct gzip *g, struct slice text, size_t max)
{
	/* Deflate, no name, no time, an unknown system: the same text gives the same bytes. */
	static const char head[10] = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, '\xff'};
	unsigned char part[16384];
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)text.p, .avail_in = (uInt)text.n};

	*g = (struct gzip){.crc = crc32(0, (const unsigned char *)text.p, (uInt)text.n),
			   .length = text.n};
	buf_init(&g->bytes, max);
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, RAW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	buf_put(&g->bytes, head, sizeof(head));
	do {
		z.next_out = part;
		z.avail_out = sizeof(part);
		deflate(&z, Z_SYNC_FLUSH); /* ends on a byte, and no block is the last */
		buf_put(&g->bytes, part, sizeof(part) - z.avail_out);
	} while (z.avail_out == 0);
	deflateEnd(&z);
	return buf_is_ok(&g->bytes);
}

void gzip_release(struct gzip *g)
{
	buf_release(&g->bytes);
}

static void put_le(struct buf *out, unsigned long v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		buf_putc(out, (char)(v >> (8 * i) & 0xff));
}

void gzip_put(const struct gzip *g, struct slice end, struct buf *out)
{
	assert(end.n <= STORED_MAX);
	buf_put(out, g->bytes.data, g->bytes.len);
	buf_putc(out, 1); /* the last block, stored */
	put_le(out, end.n, 2);
	put_le(out, ~(unsigned long)end.n, 2);
	buf_put(out, end.p, end.n);
	put_le(out, crc32(g->crc, (const unsigned char *)end.p, (uInt)end.n), 4);
	put_le(out, g->length + end.n, 4);
}

/* True unless the parameters of a coding say q=0. */
static bool is_wanted(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q != 'q' && *q != 'Q')
		q++;
	if (q == end)
		return true;
	q++;
	q += strspn(q, " \t");
	if (q >= end || *q != '=')
		return true;
	for (q++; q < end; q++) {
		if (*q >= '1' && *q <= '9')
			return true;
	}
	return false;
}

bool coding_is_accepted(const char *accept_encoding, const char *coding)
{
	const char *p = accept_encoding;
	size_t length = strlen(coding);

	while (p != NULL && *p != '\0') {
		size_t n;
		const char *end;

		p += strspn(p, " \t,");
		n = strcspn(p, " \t,;");
		end = p + strcspn(p, ",");
		if (n == length && strncasecmp(p, coding, n) == 0)
			return is_wanted(p + n, end);
		p = end;
	}
	return false;
}
