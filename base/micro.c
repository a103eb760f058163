#include "base/micro.h"

#include <stdbool.h>

/* Accumulates the digits of a number as mantissa x 10^exponent; stops counting digits that cannot
 * matter. */
struct number {
	uint64_t mantissa;
	int exponent;
	bool negative, any, lost;
};

static const char *scan_digits(const char *p, const char *end, struct number *n, int step)
{
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		n->any = true;
		if (n->mantissa < UINT64_MAX / 10 - 9) {
			n->mantissa = n->mantissa * 10 + (uint64_t)(*p - '0');
			n->exponent += step;
		} else if (step == 0) {
			n->exponent++;
		}
	}
	return p;
}

static const char *scan_exponent(const char *p, const char *end, int *ret)
{
	bool negative = false;
	int e = 0;

	p++;
	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	if (p == end || *p < '0' || *p > '9')
		return NULL;
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		if (e < 10000)
			e = e * 10 + (*p - '0');
	}
	*ret = negative ? -e : e;
	return p;
}

enum err micro_parse(struct slice text, int64_t *ret)
{
	const char *p = text.p, *end = text.p + text.n;
	struct number n = {0};
	int e = 0;

	if (p < end && *p == '-') {
		n.negative = true;
		p++;
	}
	p = scan_digits(p, end, &n, 0);
	if (!n.any)
		return ERR_SYNTAX;
	if (p < end && *p == '.') {
		const char *from = ++p;

		p = scan_digits(p, end, &n, -1);
		if (p == from)
			return ERR_SYNTAX;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p = scan_exponent(p, end, &e);
		if (p == NULL)
			return ERR_SYNTAX;
	}
	if (p != end)
		return ERR_SYNTAX;
	e += n.exponent + 6;
	for (; e > 0 && n.mantissa != 0; e--) {
		if (n.mantissa > (uint64_t)INT64_MAX / 10)
			return ERR_RANGE;
		n.mantissa *= 10;
	}
	for (; e < 0 && n.mantissa != 0; e++)
		n.mantissa /= 10;
	if (n.mantissa > (uint64_t)INT64_MAX)
		return ERR_RANGE;
	*ret = n.negative ? -(int64_t)n.mantissa : (int64_t)n.mantissa;
	return ERR_OK;
}

void micro_put(struct buf *b, int64_t micro)
{
	uint64_t u, fraction;
	char digits[8];
	int n = 6;

	if (micro == MICRO_NONE) {
		buf_puts(b, "null");
		return;
	}
	u = micro < 0 ? (uint64_t)-micro : (uint64_t)micro;
	if (micro < 0)
		buf_putc(b, '-');
	buf_put_i64(b, (int64_t)(u / (uint64_t)MICRO));
	fraction = u % (uint64_t)MICRO;
	if (fraction == 0)
		return;
	for (int i = 5; i >= 0; i--) {
		digits[i] = (char)('0' + fraction % 10);
		fraction /= 10;
	}
	while (n > 0 && digits[n - 1] == '0')
		n--;
	buf_putc(b, '.');
	buf_put(b, digits, (size_t)n);
}
