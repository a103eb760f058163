#include "checks/host_units.h"

#include <stdio.h>
#include <string.h>

#include "base/param.h"

enum {
	METHOD_CALL = 1,
	METHOD_RETURN = 2,
	ERROR_REPLY = 3,
	FIELD_PATH = 1,
	FIELD_INTERFACE = 2,
	FIELD_MEMBER = 3,
	FIELD_ERROR_NAME = 4,
	FIELD_REPLY_SERIAL = 5,
	FIELD_DESTINATION = 6,
	FIELD_SIGNATURE = 8,
	SERIAL_HELLO = 1,
	SERIAL_UNITS = 2,
	HEADER_FIXED = 16,
	BUS_NAME_LINE_MAX = 1024
};

bool host_units_is_name(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      (c != '\0' && strchr(":-_.\\@", c) != NULL)))
			return false;
	}
	return name.n > 0 && name.n <= 240 && name.p[0] != '.';
}

/* --- writing: little-endian, whatever the machine --------------------------------------------------------- */

static void put_u32(struct buf *b, uint32_t v)
{
	unsigned char bytes[4] = {(unsigned char)v, (unsigned char)(v >> 8),
				  (unsigned char)(v >> 16), (unsigned char)(v >> 24)};

	buf_put(b, bytes, 4);
}

/* Alignment counts from the beginning of the message. */
static void pad(struct buf *b, size_t from, size_t to)
{
	while ((b->len - from) % to != 0)
		buf_putc(b, '\0');
}

static void put_string(struct buf *b, size_t from, struct slice s)
{
	pad(b, from, 4);
	put_u32(b, (uint32_t)s.n);
	buf_put(b, s.p, s.n);
	buf_putc(b, '\0');
}

static void put_field(struct buf *b, size_t from, int code, char type, const char *value)
{
	pad(b, from, 8);
	buf_putc(b, (char)code);
	buf_putc(b, 1);
	buf_putc(b, type);
	buf_putc(b, '\0');
	if (type == 'g') { /* a signature has a length of one byte */
		buf_putc(b, (char)strlen(value));
		buf_put(b, value, strlen(value) + 1);
	} else {
		put_string(b, from, slice_of(value));
	}
}

static void patch_u32(struct buf *b, size_t at, size_t v)
{
	for (size_t i = 0; i < 4; i++)
		b->data[at + i] = (char)(v >> (8 * i));
}

struct call {
	uint32_t serial;
	const char *destination, *path, *interface, *member, *signature;
};

static void put_call(struct buf *b, const struct call *c, struct slice body)
{
	size_t from = b->len, fields;

	buf_putc(b, 'l');
	buf_putc(b, METHOD_CALL);
	buf_putc(b, '\0'); /* flags */
	buf_putc(b, 1); /* version */
	put_u32(b, (uint32_t)body.n);
	put_u32(b, c->serial);
	put_u32(b, 0); /* length of the fields, below */
	fields = b->len;
	put_field(b, from, FIELD_PATH, 'o', c->path);
	put_field(b, from, FIELD_INTERFACE, 's', c->interface);
	put_field(b, from, FIELD_MEMBER, 's', c->member);
	put_field(b, from, FIELD_DESTINATION, 's', c->destination);
	if (c->signature[0] != '\0')
		put_field(b, from, FIELD_SIGNATURE, 'g', c->signature);
	patch_u32(b, from + 12, b->len - fields);
	pad(b, from, 8);
	buf_put(b, body.p, body.n);
}

static void put_units(struct buf *body, const char *units)
{
	struct slice rest = slice_of(units), item;
	char name[PARAM_ITEM_MAX + 16];

	put_u32(body, 0);
	while (param_next_item(&rest, &item)) {
		bool is_whole = memchr(item.p, '.', item.n) != NULL;

		snprintf(name, sizeof(name), "%.*s%s", (int)item.n, item.p,
			 is_whole ? "" : ".service");
		put_string(body, 0, slice_of(name));
	}
	patch_u32(body, 0, body->len - 4);
}

void host_units_ask(struct buf *out, uint32_t uid, const char *units)
{
	static const struct call hello = {SERIAL_HELLO,
					  "org.freedesktop.DBus",
					  "/org/freedesktop/DBus",
					  "org.freedesktop.DBus",
					  "Hello",
					  ""};
	static const struct call list = {SERIAL_UNITS,
					 "org.freedesktop.systemd1",
					 "/org/freedesktop/systemd1",
					 "org.freedesktop.systemd1.Manager",
					 "ListUnitsByNames",
					 "as"};
	struct buf body CLEANUP(buf_release);
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", uid);
	buf_putc(out, '\0');
	buf_puts(out, "AUTH EXTERNAL ");
	for (const char *d = digits; *d != '\0'; d++)
		buf_printf(out, "%02x", (unsigned)*d);
	buf_puts(out, "\r\nBEGIN\r\n");
	put_call(out, &hello, (struct slice){"", 0});
	buf_init(&body, 1 << 16);
	put_units(&body, units);
	put_call(out, &list, buf_slice(&body));
}

/* --- reading ------------------------------------------------------------------------------------------------ */

/* A message's bytes and how far they are read; the order of bytes is the sender's. */
struct reader {
	const unsigned char *p;
	size_t n, at;
	bool big, bad;
};

static uint32_t u32_at(const struct reader *r, size_t at)
{
	const unsigned char *p = r->p + at;

	return r->big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
		      : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void align(struct reader *r, size_t to)
{
	size_t at = (r->at + to - 1) / to * to;

	if (at > r->n)
		r->bad = true;
	else
		r->at = at;
}

static uint32_t take_u32(struct reader *r)
{
	align(r, 4);
	if (r->bad || r->n - r->at < 4) {
		r->bad = true;
		return 0;
	}
	r->at += 4;
	return u32_at(r, r->at - 4);
}

static unsigned take_byte(struct reader *r)
{
	if (r->bad || r->at >= r->n) {
		r->bad = true;
		return 0;
	}
	return r->p[r->at++];
}

static struct slice take_bytes(struct reader *r, size_t length)
{
	struct slice s;

	if (r->bad || r->n - r->at < length + 1 || r->p[r->at + length] != '\0') {
		r->bad = true;
		return (struct slice){"", 0};
	}
	s = (struct slice){(const char *)r->p + r->at, length};
	r->at += length + 1;
	return s;
}

static struct slice take_string(struct reader *r)
{
	return take_bytes(r, take_u32(r));
}

struct header {
	unsigned type;
	uint32_t reply_serial;
	struct slice error, signature;
};

/* One header field: a code and a variant of one of the few types that the specification gives them. */
static void take_field(struct reader *r, struct header *h)
{
	unsigned code;
	struct slice type, text = {"", 0};
	uint32_t number = 0;

	align(r, 8);
	code = take_byte(r);
	type = take_bytes(r, take_byte(r));
	if (slice_is(type, "s") || slice_is(type, "o"))
		text = take_string(r);
	else if (slice_is(type, "g"))
		text = take_bytes(r, take_byte(r));
	else if (slice_is(type, "u"))
		number = take_u32(r);
	else
		r->bad = true;
	if (code == FIELD_REPLY_SERIAL)
		h->reply_serial = number;
	if (code == FIELD_ERROR_NAME)
		h->error = text;
	if (code == FIELD_SIGNATURE)
		h->signature = text;
}

static bool is_up(struct slice active)
{
	return slice_is(active, "active") || slice_is(active, "reloading") ||
	       slice_is(active, "refreshing");
}

static void tell_down(struct host_units *u, struct slice name, struct slice loaded,
		      struct slice active, struct slice sub)
{
	size_t used = strlen(u->text);
	bool is_known = slice_is(loaded, "loaded");
	struct slice word = is_known ? active : loaded;

	u->down++;
	if (used + 1 >= sizeof(u->text))
		return;
	snprintf(u->text + used, sizeof(u->text) - used, "%s%.*s %.*s%s%.*s%s",
		 used > 0 ? ", " : "", (int)name.n, name.p, (int)word.n, word.p,
		 is_known ? " (" : "", is_known ? (int)sub.n : 0, sub.p, is_known ? ")" : "");
}

/* The body of the reply, a(ssssssouso): name, description, load, active, sub, followed, path, job. */
static enum host_units_state take_units(struct reader *r, struct host_units *u)
{
	uint32_t size = take_u32(r);
	size_t end;

	align(r, 8);
	end = r->at + size;
	if (r->bad || end > r->n)
		return HOST_UNITS_MALFORMED;
	while (r->at < end) {
		struct slice name, loaded, active, sub;

		align(r, 8);
		name = take_string(r);
		(void)take_string(r);
		loaded = take_string(r);
		active = take_string(r);
		sub = take_string(r);
		(void)take_string(r);
		(void)take_string(r);
		(void)take_u32(r);
		(void)take_string(r);
		(void)take_string(r);
		if (r->bad || r->at > end)
			return HOST_UNITS_MALFORMED;
		u->told++;
		if (!is_up(active))
			tell_down(u, name, loaded, active, sub);
	}
	return HOST_UNITS_DONE;
}

static enum host_units_state take_message(struct reader *r, struct host_units *u)
{
	struct header h = {.type = r->p[1], .error = {"", 0}, .signature = {"", 0}};
	size_t fields_end;

	r->at = 12;
	fields_end = HEADER_FIXED + (size_t)take_u32(r);
	while (!r->bad && r->at < fields_end)
		take_field(r, &h);
	align(r, 8);
	if (r->bad)
		return HOST_UNITS_MALFORMED;
	if (h.type == ERROR_REPLY) {
		snprintf(u->text, sizeof(u->text), "%.*s", (int)h.error.n, h.error.p);
		return HOST_UNITS_REFUSED;
	}
	if (h.type != METHOD_RETURN || h.reply_serial != SERIAL_UNITS)
		return HOST_UNITS_MORE; /* Hello's reply, the bus's signals */
	if (!slice_is(h.signature, "a(ssssssouso)"))
		return HOST_UNITS_MALFORMED;
	/* The body is a message part of its own for alignment, and begins at a multiple of 8. */
	return take_units(r, u);
}

/* Bytes of the message at the beginning of `in`; 0: its header is not complete, SIZE_MAX: it is no message. */
static size_t message_size(struct slice in, bool *ret_big)
{
	struct reader r = {(const unsigned char *)in.p, in.n, 0, false, false};
	size_t fields, body;

	if (in.n < HEADER_FIXED)
		return 0;
	if ((in.p[0] != 'l' && in.p[0] != 'B') || in.p[3] != 1)
		return SIZE_MAX;
	r.big = *ret_big = in.p[0] == 'B';
	body = u32_at(&r, 4);
	fields = u32_at(&r, 12);
	if (body > HOST_UNITS_ANSWER_MAX || fields > HOST_UNITS_ANSWER_MAX)
		return SIZE_MAX;
	return HEADER_FIXED + (fields + 7) / 8 * 8 + body;
}

static enum host_units_state take_welcome(struct slice *in, struct host_units *ret)
{
	const char *end = memchr(in->p, '\n', in->n);
	size_t n = end != NULL ? (size_t)(end - in->p) + 1 : 0;

	if (end == NULL)
		return in->n > BUS_NAME_LINE_MAX ? HOST_UNITS_MALFORMED : HOST_UNITS_MORE;
	if (in->n < 3 || memcmp(in->p, "OK ", 3) != 0) {
		snprintf(ret->text, sizeof(ret->text), "the bus does not let us in");
		return HOST_UNITS_REFUSED;
	}
	in->p += n;
	in->n -= n;
	return HOST_UNITS_DONE;
}

enum host_units_state host_units_read(struct slice in, struct host_units *ret)
{
	enum host_units_state state;

	memset(ret, 0, sizeof(*ret));
	state = take_welcome(&in, ret);
	if (state != HOST_UNITS_DONE)
		return state;
	for (;;) {
		bool big = false;
		size_t n = message_size(in, &big);
		struct reader r = {(const unsigned char *)in.p, n, 0, big, false};

		if (n == SIZE_MAX)
			return HOST_UNITS_MALFORMED;
		if (n == 0 || n > in.n)
			return HOST_UNITS_MORE;
		state = take_message(&r, ret);
		if (state != HOST_UNITS_MORE)
			return state;
		in.p += n;
		in.n -= n;
	}
}
