#include "dashboard/session_cookie.h"

#include <string.h>

enum { STAYS_S = 400 * 86400 }; /* the longest that browsers take */

static const char *name_of(bool is_secure)
{
	return is_secure ? "__Host-vigia" : "vigia";
}

bool session_cookie_is_token(struct slice token)
{
	if (token.n != SESSION_TOKEN_SIZE - 1 || memcmp(token.p, "vs_", 3) != 0)
		return false;
	for (size_t i = 3; i < token.n; i++) {
		char c = token.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-'))
			return false;
	}
	return true;
}

/* The next "name=value" of the header (RFC 6265 s. 5.4); false at its end. */
static bool next_pair(const char **at, struct slice *name, struct slice *value)
{
	const char *equals;
	size_t n;

	*at += strspn(*at, "; \t");
	n = strcspn(*at, ";");
	if (n == 0)
		return false;
	equals = memchr(*at, '=', n);
	*name = (struct slice){*at, equals != NULL ? (size_t)(equals - *at) : n};
	*value = equals != NULL ? (struct slice){equals + 1, n - name->n - 1} : SLICE_LIT("");
	while (value->n > 0 && (value->p[value->n - 1] == ' ' || value->p[value->n - 1] == '\t'))
		value->n--;
	*at += n;
	return true;
}

bool session_cookie_read(const char *header, bool is_secure, char ret[SESSION_TOKEN_SIZE])
{
	struct slice name, value, found = {0};
	unsigned count = 0;

	ret[0] = '\0';
	while (header != NULL && next_pair(&header, &name, &value)) {
		if (!slice_is(name, name_of(is_secure)))
			continue;
		found = value;
		count++;
	}
	if (count != 1 || !session_cookie_is_token(found))
		return false;
	memcpy(ret, found.p, found.n);
	ret[found.n] = '\0';
	return true;
}

static void put_rest(struct buf *headers, bool is_secure)
{
	buf_puts(headers, is_secure ? "; Path=/; HttpOnly; SameSite=Strict; Secure\r\n"
				    : "; Path=/; HttpOnly; SameSite=Strict\r\n");
}

void session_cookie_put(struct buf *headers, bool is_secure, const char *token, bool stays)
{
	buf_printf(headers, "Set-Cookie: %s=%s", name_of(is_secure), token);
	if (stays)
		buf_printf(headers, "; Max-Age=%d", STAYS_S);
	put_rest(headers, is_secure);
}

void session_cookie_put_end(struct buf *headers, bool is_secure)
{
	buf_printf(headers, "Set-Cookie: %s=; Max-Age=0", name_of(is_secure));
	put_rest(headers, is_secure);
}
