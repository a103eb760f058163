#include "dashboard/passage_path.h"

#include <string.h>

#include "base/http_server.h"
#include "base/utf8.h"

static const char prefix[] = "/api/v1/";

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~", c) != NULL);
}

static void put_escaped(struct buf *out, struct slice s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_plain(c)) {
			buf_putc(out, (char)c);
			continue;
		}
		buf_putc(out, '%');
		buf_putc(out, hex[c >> 4]);
		buf_putc(out, hex[c & 15]);
	}
}

/* Text without anything that steers a terminal or a log, and no way up: "dc/fw-a" is an id, "dc/../x" is none. */
static bool is_segment(struct slice s)
{
	size_t start = 0;

	if (s.n == 0 || s.n > PASSAGE_SEGMENT_MAX)
		return false;
	for (size_t i = 0, k; i < s.n; i += k) {
		k = utf8_length((const unsigned char *)s.p + i, s.n - i);
		if (k == 0 || (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f || s.p[i] == '\\')
			return false;
	}
	for (size_t i = 0; i <= s.n; i++) {
		struct slice part = {s.p + start, i - start};

		if (i < s.n && s.p[i] != '/')
			continue;
		if (part.n == 0 || slice_is(part, ".") || slice_is(part, ".."))
			return false;
		start = i + 1;
	}
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* As browsers write one: what is not in the grammar of a query (RFC 3986 s. 3.4) is escaped, and no escape hides a control character. */
static bool is_query(const char *q)
{
	size_t n = strlen(q);

	if (n > PASSAGE_QUERY_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (q[i] == '%') {
			if (i + 2 >= n || !is_hex(q[i + 1]) || !is_hex(q[i + 2]) ||
			    q[i + 1] < '2' || (q[i + 1] == '7' && (q[i + 2] | 0x20) == 'f'))
				return false;
			i += 2;
		} else if (!is_plain((unsigned char)q[i]) &&
			   strchr("&=+!$'()*,;:@/?", q[i]) == NULL) {
			return false;
		}
	}
	return true;
}

static bool is_closed(struct slice first)
{
	static const char *const closed[] = {"agents", "results", "stream", "links", "session"};

	for (size_t i = 0; i < COUNT_OF(closed); i++) {
		if (slice_is(first, closed[i]))
			return true;
	}
	return false;
}

enum passage_trouble passage_path_put(const char *path, const char *query, struct buf *out)
{
	struct slice segments[PASSAGE_SEGMENTS_MAX + 2];
	char store[(PASSAGE_SEGMENTS_MAX + 2) * (PASSAGE_SEGMENT_MAX * 3 + 1)];
	int n;

	if (strncmp(path, prefix, strlen(prefix)) != 0 || strlen(path) >= sizeof(store))
		return PASSAGE_MALFORMED;
	n = http_path_split(path, store, sizeof(store), segments, COUNT_OF(segments));
	if (n < 3 || !is_query(query))
		return PASSAGE_MALFORMED;
	for (int i = 2; i < n; i++) {
		if (!is_segment(segments[i]))
			return PASSAGE_MALFORMED;
	}
	if (is_closed(segments[2]))
		return PASSAGE_CLOSED;
	buf_puts(out, "/v1");
	for (int i = 2; i < n; i++) {
		buf_putc(out, '/');
		put_escaped(out, segments[i]);
	}
	if (query[0] != '\0')
		buf_printf(out, "?%s", query);
	return PASSAGE_FINE;
}

/* The first segment behind /v1/. */
static struct slice first_of(const char *collector_path)
{
	const char *p = collector_path + strlen("/v1/");

	return (struct slice){p, strcspn(p, "/?")};
}

bool passage_path_is_open(const char *collector_path)
{
	static const char *const open[] = {"incidents", "series", "components"};

	for (size_t i = 0; i < COUNT_OF(open); i++) {
		if (slice_is(first_of(collector_path), open[i]))
			return true;
	}
	return false;
}

bool passage_path_is_own_account(const char *collector_path)
{
	return slice_is(first_of(collector_path), "account");
}
