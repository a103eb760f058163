#include "collector/link_token.h"

#include "base/hex.h"

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

void link_token_write(char dst[LINK_TOKEN_SIZE], const struct link_token *t)
{
	char reversed[13];
	uint64_t v = t->call;
	size_t n = 0;

	do {
		reversed[n++] = digits[v % 36];
		v /= 36;
	} while (v > 0);
	while (n > 0)
		*dst++ = reversed[--n];
	*dst++ = '-';
	hex_encode(dst, t->tag, LINK_TAG_SIZE);
}

static bool read_call(struct slice s, uint64_t *ret)
{
	*ret = 0;
	if (s.n == 0 || s.p[0] == '0')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const char *d = s.p[i] != '\0' ? strchr(digits, s.p[i]) : NULL;

		if (d == NULL || __builtin_mul_overflow(*ret, UINT64_C(36), ret) ||
		    __builtin_add_overflow(*ret, (uint64_t)(d - digits), ret))
			return false;
	}
	return true;
}

bool link_token_read(struct slice text, struct link_token *ret)
{
	enum { TAIL = 1 + 2 * LINK_TAG_SIZE };
	struct slice hex;

	*ret = (struct link_token){0};
	if (text.n <= TAIL || text.p[text.n - TAIL] != '-')
		return false;
	hex = (struct slice){text.p + text.n - TAIL + 1, TAIL - 1};
	for (size_t i = 0; i < hex.n; i++) {
		if (hex.p[i] >= 'A' && hex.p[i] <= 'F')
			return false;
	}
	if (hex_decode(ret->tag, LINK_TAG_SIZE, hex) == ERR_OK &&
	    read_call((struct slice){text.p, text.n - TAIL}, &ret->call))
		return true;
	*ret = (struct link_token){0};
	return false;
}
