#include "dashboard/form.h"

#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/utf8.h"

enum { NAME_SIZE = 32, SEEN_MAX = 8 };

bool form_is_type(const char *content_type)
{
	static const char type[] = "application/x-www-form-urlencoded";
	const char *p = content_type;

	if (p == NULL || strncasecmp(p, type, sizeof(type) - 1) != 0)
		return false;
	p += sizeof(type) - 1;
	p += strspn(p, " \t");
	return *p == '\0' || *p == ';';
}

/* One name or value, decoded; false if it is malformed or does not fit. */
static bool decode(struct slice s, char *dst, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			unsigned char byte;

			if (i + 2 >= s.n ||
			    hex_decode(&byte, 1, (struct slice){s.p + i + 1, 2}) != ERR_OK)
				return false;
			c = (char)byte;
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		if (n + 1 >= size)
			return false;
		dst[n++] = c;
	}
	dst[n] = '\0';
	for (size_t i = 0, k; i < n; i += k) {
		unsigned char c = (unsigned char)dst[i];

		k = utf8_length((const unsigned char *)dst + i, n - i);
		if (c == '\r' || c == '\n' || c == '\t')
			dst[i] = ' ';
		else if (k == 0 || c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

static bool read_pair(struct slice pair, const struct form_field *fields, size_t count,
		      bool seen[SEEN_MAX])
{
	const char *equals = memchr(pair.p, '=', pair.n);
	struct slice name, value;
	char text[NAME_SIZE];

	if (equals == NULL)
		return false;
	name = (struct slice){pair.p, (size_t)(equals - pair.p)};
	value = (struct slice){equals + 1, pair.n - name.n - 1};
	if (!decode(name, text, sizeof(text)))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(fields[i].name, text) != 0)
			continue;
		if (seen[i])
			return false;
		seen[i] = true;
		return decode(value, fields[i].dst, fields[i].size);
	}
	return false;
}

bool form_read(struct slice body, const struct form_field *fields, size_t count)
{
	bool seen[SEEN_MAX] = {false}, is_sound = count <= SEEN_MAX;

	for (size_t i = 0; i < count; i++)
		fields[i].dst[0] = '\0';
	while (is_sound && body.n > 0) {
		const char *end = memchr(body.p, '&', body.n);
		size_t n = end != NULL ? (size_t)(end - body.p) : body.n;

		/* An ampersand at the end is not ours either. */
		is_sound = read_pair((struct slice){body.p, n}, fields, count, seen) &&
			   (end == NULL || n + 1 < body.n);
		body.p += n + (end != NULL);
		body.n -= n + (end != NULL);
	}
	for (size_t i = 0; !is_sound && i < count; i++)
		fields[i].dst[0] = '\0';
	return is_sound;
}
