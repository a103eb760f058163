/* vigia snmp walk: everything that a device answers below an OID, as lines, as JSON, or kept in a file of the form that
 * simulators serve (one line OID|TAG|VALUE, in the order of OIDs), so that a profile can be tried without the device. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/utf8.h"
#include "checks/snmp_ask.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/snmp_session.h"

enum { CHUNK_ROWS = 500, ROWS_MAX = 1000000, OID_TEXT_SIZE = 1500, FILE_MAX = 64 << 20 };
#define CHUNK_US (60 * US_PER_S)
#define ALL "1.3.6.1"

enum form { AS_LINES, AS_JSON, AS_FILE };

struct tag_row {
	uint8_t tag;
	const char *name;
	unsigned number; /* in a file */
};
static const struct tag_row tags[] = {
	{0x02, "INTEGER", 2},    {0x04, "OCTETS", 4},     {0x05, "NULL", 5},
	{0x06, "OID", 6},        {0x40, "IpAddress", 64}, {0x41, "Counter32", 65},
	{0x42, "Gauge32", 66},   {0x43, "TimeTicks", 67}, {0x44, "Opaque", 68},
	{0x46, "Counter64", 70},
};

static const struct tag_row *tag_of(const struct snmp_value *v)
{
	for (size_t i = 0; i < COUNT_OF(tags); i++) {
		if (tags[i].tag == v->tag)
			return &tags[i];
	}
	return &tags[1]; /* octets as they came */
}

/* Text that a line may hold as it is. */
static bool is_text(struct slice s)
{
	for (size_t i = 0; i < s.n;) {
		const unsigned char *p = (const unsigned char *)s.p + i;
		size_t n = utf8_length(p, s.n - i);

		if (n == 0 || *p < 0x20 || *p == 0x7f)
			return false;
		i += n;
	}
	return true;
}

static void put_hex(struct buf *out, struct slice s, const char *between)
{
	for (size_t i = 0; i < s.n; i++)
		buf_printf(out, "%s%02x", i > 0 ? between : "", (unsigned char)s.p[i]);
}

static void put_value(struct buf *out, const struct snmp_value *v)
{
	char text[OID_TEXT_SIZE];

	switch (v->kind) {
	case SNMP_SIGNED:
		buf_printf(out, "%lld", (long long)v->i);
		return;
	case SNMP_UNSIGNED:
		buf_printf(out, "%llu", (unsigned long long)v->u);
		return;
	case SNMP_FLOAT:
		buf_printf(out, "%g", v->f);
		return;
	case SNMP_NAME:
		snmp_oid_format(v->name, text, sizeof(text));
		buf_puts(out, text);
		return;
	case SNMP_ADDRESS:
		for (size_t i = 0; i < v->octets.n; i++)
			buf_printf(out, "%s%u", i > 0 ? "." : "", (unsigned char)v->octets.p[i]);
		return;
	case SNMP_OCTETS:
	case SNMP_NULL:
	case SNMP_ABSENT:
		return;
	}
}

static void put_line(struct buf *out, const char *oid, const struct snmp_value *v)
{
	buf_printf(out, "%s = %s ", oid, v->kind == SNMP_FLOAT ? "Float" : tag_of(v)->name);
	if (v->kind != SNMP_OCTETS) {
		put_value(out, v);
	} else if (is_text(v->octets)) {
		buf_putc(out, '"');
		buf_put(out, v->octets.p, v->octets.n);
		buf_putc(out, '"');
	} else {
		put_hex(out, v->octets, " ");
	}
	buf_putc(out, '\n');
}

static void put_json(struct buf *out, const char *oid, const struct snmp_value *v)
{
	struct json_emit j = json_emit_to(out);
	struct buf text CLEANUP(buf_release);

	buf_init(&text, 2 * SNMP_TEXT_MAX + OID_TEXT_SIZE);
	json_open_object(&j);
	json_kv_str(&j, "oid", oid);
	json_kv_str(&j, "type", v->kind == SNMP_FLOAT ? "Float" : tag_of(v)->name);
	if (v->kind != SNMP_OCTETS) {
		put_value(&text, v);
		json_kv_str(&j, "value", buf_cstr(&text));
	} else if (is_text(v->octets)) {
		json_key(&j, "value");
		json_slice(&j, v->octets);
	} else {
		put_hex(&text, v->octets, "");
		json_kv_str(&j, "hex", buf_cstr(&text));
	}
	json_close_object(&j);
	buf_putc(out, '\n');
}

/* "x" behind the number: the value is in hexadecimal digits. */
static void put_file_line(struct buf *out, const char *oid, const struct snmp_value *v)
{
	bool octets = v->kind == SNMP_OCTETS;
	bool plain =
		!octets || (is_text(v->octets) && memchr(v->octets.p, '|', v->octets.n) == NULL);

	if (v->kind == SNMP_FLOAT) {
		buf_printf(out, "%s|4|%g\n", oid, v->f);
		return;
	}
	buf_printf(out, "%s|%u%s|", oid, tag_of(v)->number, plain ? "" : "x");
	if (!octets)
		put_value(out, v);
	else if (plain)
		buf_put(out, v->octets.p, v->octets.n);
	else
		put_hex(out, v->octets, "");
	buf_putc(out, '\n');
}

static void put_row(struct buf *out, enum form form, const struct snmp_row *r)
{
	char oid[OID_TEXT_SIZE];

	snmp_oid_format(r->oid, oid, sizeof(oid));
	if (form == AS_JSON)
		put_json(out, oid, &r->value);
	else if (form == AS_FILE)
		put_file_line(out, oid, &r->value);
	else
		put_line(out, oid, &r->value);
}

/* --- the walk ------------------------------------------------------------------------------------------- */

static enum err why_it_ended(const struct snmp_item *item, size_t rows, bool english,
			     struct err_info *info)
{
	char last[OID_TEXT_SIZE] = "";

	snmp_oid_format(item->after, last, sizeof(last));
	switch (item->end) {
	case SNMP_END_SILENT:
	case SNMP_END_NONE:
		return err_fail(
			info, ERR_TIMEOUT,
			english ? "the device fell silent after %zu rows, behind %s"
				: "el equipo dejó de responder tras %zu renglones, después de %s",
			rows, last);
	case SNMP_END_DISORDER:
		return err_fail(
			info, ERR_CORRUPT,
			english ? "the device goes round in circles after %zu rows, behind %s"
				: "el equipo da vueltas en círculo tras %zu renglones, después de "
				  "%s",
			rows, last);
	case SNMP_END_REFUSED:
	case SNMP_END_MALFORMED:
		return err_fail(info, ERR_DENIED,
				english ? "the device gives no more after %zu rows, behind %s"
					: "el equipo no da más tras %zu renglones, después de %s",
				rows, last);
	case SNMP_END_WHOLE:
	case SNMP_END_ROWS:
		break;
	}
	return ERR_OK;
}

/* What was answered so far is in `out` in every case. */
static enum err walk(struct snmp_session *s, struct snmp_oid root, enum form form, bool english,
		     struct buf *out, struct err_info *info)
{
	struct snmp_item item = {.kind = SNMP_WALK, .oid = root, .rows_max = CHUNK_ROWS};
	struct arena *kept = arena_new(); /* where the next piece begins */
	size_t rows = 0;
	enum err e = ERR_OK;

	do {
		struct arena *memory = arena_new(), *next = arena_new();
		struct snmp_ask ask = {.items = &item, .item_count = 1, .memory = memory};
		enum err piece = snmp_session_ask(s, &ask, CHUNK_US, english, info);

		for (size_t i = 0; i < item.row_count; i++)
			put_row(out, form, &item.rows[i]);
		rows += item.row_count;
		if (item.row_count > 0)
			item.after = snmp_oid_copy(next, item.rows[item.row_count - 1].oid);
		else
			item.after = snmp_oid_copy(next, item.after);
		arena_free(kept);
		kept = next;
		arena_free(memory);
		e = piece != ERR_OK && rows == 0 ? piece : why_it_ended(&item, rows, english, info);
		if (e == ERR_OK && form != AS_FILE) {
			e = output_print(buf_slice(out), info);
			buf_reset(out);
		}
		if (e == ERR_OK && rows >= ROWS_MAX)
			e = err_fail(info, ERR_TOO_LARGE, "more than %d rows", ROWS_MAX);
	} while (e == ERR_OK && item.end == SNMP_END_ROWS);
	arena_free(kept);
	if (e == ERR_OK && rows == 0)
		e = err_fail(info, ERR_NOT_FOUND,
			     english ? "the device answers, and has nothing there"
				     : "el equipo responde, y ahí no tiene nada");
	return e;
}

static enum err write_out(const struct options *o, struct buf *out, enum form form, enum err walked,
			  struct err_info *info)
{
	const char *file = options_get(o, OPTION_OUTPUT, NULL);
	struct err_info why;
	enum err e;

	if (!buf_is_ok(out))
		return err_fail(info, ERR_TOO_LARGE, "the walk is larger than %d MiB",
				FILE_MAX >> 20);
	if (form != AS_FILE) {
		e = out->len > 0 ? output_print(buf_slice(out), &why) : ERR_OK;
	} else if (walked != ERR_OK) {
		return walked; /* half a device is no device */
	} else {
		e = output_write_file(file, buf_slice(out), 0644, true, &why);
	}
	if (e != ERR_OK && walked == ERR_OK)
		return err_fail(info, e, "%s", why.text);
	return walked;
}

int snmp_walk_cmd_run(const struct options *o)
{
	enum form form = options_has(o, OPTION_OUTPUT) ? AS_FILE
			 : options_has(o, OPTION_JSON) ? AS_JSON
						       : AS_LINES;
	size_t from = snmp_session_first_key(o);
	struct buf out CLEANUP(buf_release);
	struct arena *arena = arena_new();
	struct snmp_session s;
	struct err_info info = {0};
	struct snmp_oid root;
	enum err e = ERR_OK;

	buf_init(&out, FILE_MAX);
	if (from > 2)
		e = err_fail(&info, ERR_SYNTAX, "'%s': one OID, then KEY=VALUE", o->args[2]);
	else if (!snmp_oid_parse(slice_of(from == 2 ? o->args[1] : ALL), arena, &root))
		e = err_fail(&info, ERR_SYNTAX,
			     "'%s' is no object identifier (write 1.3.6.1.2.1.1)", o->args[1]);
	if (e == ERR_OK)
		e = snmp_session_open(&s, o, from, &info);
	if (e == ERR_OK) {
		e = walk(&s, root, form, options_is_english(o), &out, &info);
		snmp_session_close(&s);
		e = write_out(o, &out, form, e, &info);
	}
	arena_free(arena);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
