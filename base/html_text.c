#include "base/html_text.h"

#include "base/utf8.h"

static const char *escape_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return c < 0x20 || c == 0x7f ? "\xEF\xBF\xBD" : NULL;
	}
}

void html_text_put(struct buf *out, struct slice text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (size_t i = 0; i < text.n;) {
		size_t n = utf8_length(p + i, text.n - i);
		const char *escape = n == 0 ? "\xEF\xBF\xBD" : n == 1 ? escape_of(p[i]) : NULL;

		if (n == 0)
			n = 1;
		if (escape != NULL)
			buf_puts(out, escape);
		else
			buf_put(out, p + i, n);
		i += n;
	}
}
