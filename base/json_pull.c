#include "base/json_pull.h"

#include "base/micro.h"

void json_complain(struct json_pull *in, const char *sentence)
{
	if (in->error != NULL)
		return;
	in->error = sentence;
	in->offset = (size_t)(in->p - in->start);
}

static inline void skip_space(struct json_pull *in)
{
	while (in->p < in->end &&
	       (*in->p == ' ' || *in->p == '\n' || *in->p == '\r' || *in->p == '\t'))
		in->p++;
}

static inline bool take(struct json_pull *in, char c)
{
	if (in->p < in->end && *in->p == c && in->error == NULL) {
		in->p++;
		return true;
	}
	skip_space(in);
	if (in->error != NULL || in->p == in->end || *in->p != c)
		return false;
	in->p++;
	return true;
}

enum json_type json_peek(struct json_pull *in)
{
	skip_space(in);
	if (in->error != NULL || in->p == in->end)
		return JSON_BAD;
	switch (*in->p) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return *in->p == '-' || (*in->p >= '0' && *in->p <= '9') ? JSON_NUMBER : JSON_BAD;
	}
}

static void enter(struct json_pull *in, char open, const char *sentence)
{
	if (!take(in, open)) {
		json_complain(in, sentence);
		return;
	}
	if (++in->depth > JSON_PULL_DEPTH_MAX)
		json_complain(in, "nested too deeply");
	in->first = true;
}

void json_enter_object(struct json_pull *in)
{
	enter(in, '{', "an object was expected");
}

void json_enter_array(struct json_pull *in)
{
	enter(in, '[', "an array was expected");
}

__attribute__((always_inline)) static inline bool next_member(struct json_pull *in, char close)
{
	bool first = in->first;

	if (in->error != NULL)
		return false;
	in->first = false;
	if (take(in, close)) {
		in->depth--;
		return false;
	}
	if (!first && !take(in, ',')) {
		json_complain(in, "a comma or the closing bracket was expected");
		return false;
	}
	return true;
}

bool json_next_element(struct json_pull *in)
{
	if (!next_member(in, ']'))
		return false;
	if (json_peek(in) == JSON_BAD) {
		json_complain(in, "a value was expected");
		return false;
	}
	return true;
}

/* Advances over one UTF-8 sequence of two bytes or more; false if it is not well formed. */
static bool pass_utf8(const char **pp, const char *end)
{
	const unsigned char *p = (const unsigned char *)*pp;
	size_t left = (size_t)(end - *pp);
	size_t n = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;

	if (n == 0 || n > left)
		return false;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return false;
	}
	if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
	    (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
		return false;
	*pp += n;
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int read_hex4(struct json_pull *in)
{
	int v = 0;

	if (in->end - in->p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int h = hex_value(in->p[i]);

		if (h < 0)
			return -1;
		v = v * 16 + h;
	}
	in->p += 4;
	return v;
}

/* in->p stands behind "\u"; returns the code point or -1. */
static long read_code_point(struct json_pull *in)
{
	int high = read_hex4(in), low;

	if (high < 0xD800 || high > 0xDFFF)
		return high;
	if (high > 0xDBFF || in->end - in->p < 2 || in->p[0] != '\\' || in->p[1] != 'u')
		return -1;
	in->p += 2;
	low = read_hex4(in);
	if (low < 0xDC00 || low > 0xDFFF)
		return -1;
	return 0x10000 + ((long)(high - 0xD800) << 10) + (low - 0xDC00);
}

static size_t encode_utf8(long c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | (c >> 6));
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | (c >> 12));
		out[1] = (char)(0x80 | ((c >> 6) & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | (c >> 18));
	out[1] = (char)(0x80 | ((c >> 12) & 0x3F));
	out[2] = (char)(0x80 | ((c >> 6) & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* Reads one escape; in->p stands behind the backslash. Returns the bytes written to out, 0 = bad. */
static size_t read_escape(struct json_pull *in, char out[4])
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	long c;

	if (in->p == in->end)
		return 0;
	if (*in->p == 'u') {
		in->p++;
		c = read_code_point(in);
		return c < 0 ? 0 : encode_utf8(c, out);
	}
	at = *in->p == '\0' ? NULL : strchr(from, *in->p);
	if (at == NULL)
		return 0;
	in->p++;
	out[0] = to[at - from];
	return 1;
}

/* The one walker over strings: decodes into dst when dst is not NULL. Returns the length decoded. */
static size_t walk_string(struct json_pull *in, char *dst, size_t size, bool *ret_escaped)
{
	size_t n = 0;

	*ret_escaped = false;
	if (!take(in, '"')) {
		json_complain(in, "a string was expected");
		return 0;
	}
	while (in->p < in->end && *in->p != '"') {
		const char *from = in->p;
		char decoded[4];
		size_t k = 1;

		if ((unsigned char)*in->p < 0x20) {
			json_complain(in, "a control character stands in a string");
			return 0;
		}
		if (*in->p == '\\') {
			in->p++;
			*ret_escaped = true;
			k = read_escape(in, decoded);
			from = decoded;
		} else if ((unsigned char)*in->p < 0x80) {
			in->p++;
		} else {
			k = pass_utf8(&in->p, in->end) ? (size_t)(in->p - from) : 0;
		}
		if (k == 0) {
			json_complain(in, "a bad escape or bad UTF-8 stands in a string");
			return 0;
		}
		if (dst != NULL && (n + k >= size || (k == 1 && *from == '\0'))) {
			json_complain(in, "a string is too long or holds a NUL");
			return 0;
		}
		if (dst != NULL)
			memcpy(dst + n, from, k);
		n += k;
	}
	if (in->p == in->end) {
		json_complain(in, "a string has no end");
		return 0;
	}
	in->p++;
	return n;
}

/* Printable ASCII up to the closing quote, which nearly every key and word is. False leaves all as it was: the
 * careful walker judges. */
static inline bool read_plain(struct json_pull *in, struct slice *ret)
{
	const char *p = in->p, *start;

	if (p == in->end || *p != '"' || in->error != NULL)
		return false;
	start = ++p;
	for (; p < in->end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x80 || *p == '\\')
			return false;
	}
	if (p == in->end)
		return false;
	*ret = (struct slice){start, (size_t)(p - start)};
	in->p = p + 1;
	return true;
}

void json_read_slice(struct json_pull *in, struct slice *ret)
{
	const char *start;
	bool escaped;

	skip_space(in);
	if (read_plain(in, ret))
		return;
	start = in->p;
	walk_string(in, NULL, 0, &escaped);
	if (in->error != NULL)
		return;
	if (escaped) {
		json_complain(in, "a word or id has an escape");
		return;
	}
	*ret = (struct slice){start + 1, (size_t)(in->p - start) - 2};
}

void json_read_str(struct json_pull *in, char *dst, size_t size)
{
	bool escaped;
	size_t n = walk_string(in, dst, size, &escaped);

	if (in->error == NULL)
		dst[n] = '\0';
}

bool json_next_key(struct json_pull *in, struct slice *ret_key)
{
	if (!next_member(in, '}'))
		return false;
	if (!read_plain(in, ret_key))
		json_read_slice(in, ret_key);
	if (!take(in, ':'))
		json_complain(in, "a colon was expected");
	return in->error == NULL;
}

static bool is_digit_at(const struct json_pull *in)
{
	return in->p < in->end && *in->p >= '0' && *in->p <= '9';
}

/* Borrows the characters of a number of the JSON grammar; empty on error. */
static struct slice take_number(struct json_pull *in)
{
	const char *start;

	skip_space(in);
	start = in->p;
	if (in->p < in->end && *in->p == '-')
		in->p++;
	if (is_digit_at(in) && *in->p == '0') {
		in->p++;
		if (is_digit_at(in))
			goto bad;
	}
	while (is_digit_at(in))
		in->p++;
	if (in->p == start || in->p[-1] == '-')
		goto bad;
	while (in->p < in->end && (is_digit_at(in) || *in->p == '.' || *in->p == 'e' ||
				   *in->p == 'E' || *in->p == '+' || *in->p == '-'))
		in->p++;
	return (struct slice){start, (size_t)(in->p - start)};
bad:
	json_complain(in, "a number was expected");
	return (struct slice){start, 0};
}

/* At most 12 whole digits and 6 of the fraction, no exponent: no intermediate step can overflow and nothing is
 * cut off. False leaves all as it was: micro_parse judges. */
static inline bool read_short_number(struct json_pull *in, int64_t *ret)
{
	static const int64_t scale[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
	const char *p = in->p, *end = in->end, *start;
	bool negative = p < end && *p == '-';
	int64_t v = 0;
	int left = 6;

	start = p += negative;
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		if (p - start == 12)
			return false;
		v = v * 10 + (*p - '0');
	}
	if (p == start || (*start == '0' && p - start > 1))
		return false;
	if (p < end && *p == '.') {
		for (p++; p < end && *p >= '0' && *p <= '9' && left > 0; p++, left--)
			v = v * 10 + (*p - '0');
		if (left == 6)
			return false;
	}
	if (p < end && *p != ',' && *p != '}' && *p != ']')
		return false;
	v *= scale[left];
	*ret = negative ? -v : v;
	in->p = p;
	return true;
}

void json_read_micro(struct json_pull *in, int64_t *ret)
{
	struct slice text;
	int64_t v = 0;

	if (in->error == NULL && read_short_number(in, ret))
		return;
	if (json_peek(in) == JSON_NULL) {
		json_skip(in);
		if (in->error == NULL)
			*ret = MICRO_NONE;
		return;
	}
	text = take_number(in);
	if (in->error != NULL)
		return;
	if (micro_parse(text, &v) != ERR_OK)
		json_complain(in, "a number is malformed or out of range");
	else
		*ret = v;
}

void json_read_i64(struct json_pull *in, int64_t *ret)
{
	struct slice text = take_number(in);
	bool negative = text.n > 0 && text.p[0] == '-';
	int64_t v = 0;

	if (in->error != NULL)
		return;
	for (size_t i = negative; i < text.n; i++) {
		int d = text.p[i] - '0';

		if (d < 0 || d > 9 || __builtin_mul_overflow(v, 10, &v) ||
		    (negative ? __builtin_sub_overflow(v, d, &v)
			      : __builtin_add_overflow(v, d, &v))) {
			json_complain(in, "a whole number is malformed or out of range");
			return;
		}
	}
	*ret = v;
}

void json_read_time(struct json_pull *in, struct wall_time *ret)
{
	int64_t us = MICRO_NONE;

	json_read_micro(in, &us);
	if (in->error == NULL)
		*ret = us == MICRO_NONE ? WALL_UNKNOWN : (struct wall_time){us};
}

static bool take_word(struct json_pull *in, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(in->end - in->p) < n || memcmp(in->p, word, n) != 0)
		return false;
	in->p += n;
	return true;
}

void json_read_bool(struct json_pull *in, bool *ret)
{
	if (json_peek(in) == JSON_BOOL) {
		if (take_word(in, "true")) {
			*ret = true;
			return;
		}
		if (take_word(in, "false")) {
			*ret = false;
			return;
		}
	}
	json_complain(in, "true or false was expected");
}

static void skip_scalar(struct json_pull *in)
{
	bool escaped, flag;
	struct slice number;
	int64_t v;

	switch (json_peek(in)) {
	case JSON_STRING:
		walk_string(in, NULL, 0, &escaped);
		break;
	case JSON_NUMBER:
		number = take_number(in);
		if (in->error == NULL && micro_parse(number, &v) == ERR_SYNTAX)
			json_complain(in, "a number is malformed");
		break;
	case JSON_BOOL:
		json_read_bool(in, &flag);
		break;
	case JSON_NULL:
		if (!take_word(in, "null"))
			json_complain(in, "a value was expected");
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_BAD:
		json_complain(in, "a value was expected");
		break;
	}
}

void json_skip(struct json_pull *in)
{
	bool is_object[JSON_PULL_DEPTH_MAX + 1];
	unsigned base = in->depth;
	struct slice key;

	do {
		enum json_type type = json_peek(in);

		if (type == JSON_OBJECT || type == JSON_ARRAY) {
			enter(in, *in->p, "a value was expected");
			if (in->error == NULL)
				is_object[in->depth] = type == JSON_OBJECT;
		} else {
			skip_scalar(in);
		}
		while (in->error == NULL && in->depth > base &&
		       !(is_object[in->depth] ? json_next_key(in, &key) : json_next_element(in)))
			;
	} while (in->error == NULL && in->depth > base);
}

void json_read_raw(struct json_pull *in, struct slice *ret)
{
	const char *start;

	skip_space(in);
	start = in->p;
	json_skip(in);
	if (in->error == NULL)
		*ret = (struct slice){start, (size_t)(in->p - start)};
}

void json_end(struct json_pull *in)
{
	skip_space(in);
	if (in->error == NULL && (in->p != in->end || in->depth != 0))
		json_complain(in, "something stands behind the end");
}
