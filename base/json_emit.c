#include "base/json_emit.h"

#include "base/micro.h"
#include "base/utf8.h"

static void begin_value(struct json_emit *j)
{
	if (j->comma)
		buf_putc(j->out, ',');
	j->comma = true;
}

void json_open_object(struct json_emit *j)
{
	begin_value(j);
	buf_putc(j->out, '{');
	j->comma = false;
}

void json_close_object(struct json_emit *j)
{
	buf_putc(j->out, '}');
	j->comma = true;
}

void json_open_array(struct json_emit *j)
{
	begin_value(j);
	buf_putc(j->out, '[');
	j->comma = false;
}

void json_close_array(struct json_emit *j)
{
	buf_putc(j->out, ']');
	j->comma = true;
}

static void put_escaped(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
		buf_puts(b, "\\\"");
		return;
	case '\\':
		buf_puts(b, "\\\\");
		return;
	case '\n':
		buf_puts(b, "\\n");
		return;
	case '\r':
		buf_puts(b, "\\r");
		return;
	case '\t':
		buf_puts(b, "\\t");
		return;
	default:
		buf_printf(b, "\\u%04x", c);
		return;
	}
}

static void put_string(struct buf *b, struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, plain = 0;

	buf_putc(b, '"');
	while (i < s.n) {
		size_t n;

		if (p[i] >= 0x20 && p[i] < 0x7F && p[i] != '"' && p[i] != '\\') {
			i++;
			continue;
		}
		buf_put(b, p + plain, i - plain);
		n = utf8_length(p + i, s.n - i);
		if (n > 1)
			buf_put(b, p + i, n);
		else if (n == 1)
			put_escaped(b, p[i]);
		else
			buf_puts(b, "\xEF\xBF\xBD");
		i += n ? n : 1;
		plain = i;
	}
	buf_put(b, p + plain, i - plain);
	buf_putc(b, '"');
}

void json_key(struct json_emit *j, const char *key)
{
	begin_value(j);
	put_string(j->out, slice_of(key));
	buf_putc(j->out, ':');
	j->comma = false;
}

void json_slice(struct json_emit *j, struct slice s)
{
	begin_value(j);
	put_string(j->out, s);
}

void json_str(struct json_emit *j, const char *s)
{
	if (s == NULL)
		json_null(j);
	else
		json_slice(j, slice_of(s));
}

void json_i64(struct json_emit *j, int64_t v)
{
	begin_value(j);
	buf_put_i64(j->out, v);
}

void json_micro(struct json_emit *j, int64_t micro)
{
	begin_value(j);
	micro_put(j->out, micro);
}

void json_time(struct json_emit *j, struct wall_time t)
{
	if (!wall_is_known(t) || t.us == INT64_MAX)
		json_null(j);
	else
		json_micro(j, t.us);
}

void json_bool(struct json_emit *j, bool v)
{
	begin_value(j);
	buf_puts(j->out, v ? "true" : "false");
}

void json_null(struct json_emit *j)
{
	begin_value(j);
	buf_puts(j->out, "null");
}

void json_raw(struct json_emit *j, struct slice json)
{
	begin_value(j);
	buf_put(j->out, json.p, json.n);
}

void json_kv_str(struct json_emit *j, const char *key, const char *s)
{
	json_key(j, key);
	json_str(j, s);
}

void json_kv_i64(struct json_emit *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_i64(j, v);
}

void json_kv_micro(struct json_emit *j, const char *key, int64_t micro)
{
	json_key(j, key);
	json_micro(j, micro);
}

void json_kv_time(struct json_emit *j, const char *key, struct wall_time t)
{
	json_key(j, key);
	json_time(j, t);
}

void json_kv_bool(struct json_emit *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}
