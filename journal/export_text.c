#include "journal/export_text.h"

#include "base/json_emit.h"
#include "base/timefmt.h"

void export_text_figures(const struct export_doc *d, struct figures *ret)
{
	figures_init(ret, d->incident);
	for (size_t i = 0; i < d->count; i++) {
		if (d->entries[i].whole)
			figures_add(ret, &d->entries[i].e);
	}
	figures_finish(ret);
}

/* --- JSON: one entry a line ---------------------------------------------------------------------- */

static void put_head(struct json_emit *j, const char *key, const struct journal_head *h)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(hex, &h->hash);
	json_key(j, key);
	json_open_object(j);
	json_kv_i64(j, "seq", (int64_t)h->seq);
	json_kv_str(j, "hash", hex);
	json_close_object(j);
}

static void put_json_entry(const struct export_entry *x, struct buf *out)
{
	struct json_emit j = json_emit_to(out);
	char hex[SHA256_HEX_SIZE];

	json_open_object(&j);
	json_kv_i64(&j, "seq", (int64_t)x->e.seq);
	if (x->whole) {
		json_kv_micro(&j, "at", x->e.at.us);
		json_kv_micro(&j, "recorded", x->e.recorded.us);
		json_key(&j, "kind");
		json_slice(&j, x->e.kind);
		json_kv_i64(&j, "version", x->e.version);
		json_key(&j, "body");
		json_raw(&j, x->e.body);
	}
	sha256_hex(hex, &x->digest);
	json_kv_str(&j, "digest", hex);
	if (x->whole) {
		sha256_hex(hex, &x->e.hash);
		json_kv_str(&j, "hash", hex);
	}
	json_close_object(&j);
}

static void write_json(const struct export_doc *d, const struct figures *f, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_kv_str(&j, "format", EXPORT_TEXT_FORMAT);
	json_kv_str(&j, "nature", f->drill ? "SIMULACRO" : "REAL");
	json_kv_i64(&j, "incident", (int64_t)d->incident);
	json_kv_i64(&j, "folio", (int64_t)f->folio);
	put_head(&j, "previous", &d->previous);
	put_head(&j, "head", &d->head);
	buf_puts(out, ",\n\"figures\":");
	figures_write(f, out);
	buf_puts(out, ",\n\"entries\":[");
	for (size_t i = 0; i < d->count; i++) {
		buf_puts(out, i > 0 ? ",\n" : "\n");
		put_json_entry(&d->entries[i], out);
	}
	buf_puts(out, "\n]}\n");
}

/* --- CSV: comments, a row of titles, one entry a row --------------------------------------------- */

static void put_quoted(struct slice s, struct buf *out)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, '"');
}

static void put_csv_head(const char *word, const struct journal_head *h, struct buf *out)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(hex, &h->hash);
	buf_printf(out, "# %s,%llu,%s\n", word, (unsigned long long)h->seq, hex);
}

static void put_csv_time(struct wall_time t, struct buf *out)
{
	char utc[TIMEFMT_SIZE], local[TIMEFMT_SIZE];

	timefmt_utc(utc, t);
	timefmt_local(local, t);
	buf_put_i64(out, t.us);
	buf_printf(out, ",%s,%s,", utc, local);
}

static void put_csv_entry(const struct export_entry *x, struct buf *out)
{
	char digest[SHA256_HEX_SIZE], hash[SHA256_HEX_SIZE];

	sha256_hex(digest, &x->digest);
	sha256_hex(hash, &x->e.hash);
	buf_printf(out, "%llu,", (unsigned long long)x->e.seq);
	if (x->whole) {
		put_csv_time(x->e.at, out);
		put_csv_time(x->e.recorded, out);
		buf_put(out, x->e.kind.p, x->e.kind.n);
		buf_printf(out, ",%d,", x->e.version);
	} else {
		buf_puts(out, ",,,,,,,,");
	}
	buf_printf(out, "%s,%s,", digest, hash);
	if (x->whole)
		put_quoted(x->e.body, out);
	buf_putc(out, '\n');
}

static void write_csv(const struct export_doc *d, const struct figures *f, struct buf *out)
{
	struct buf figures CLEANUP(buf_release) = {0};

	buf_init(&figures, EXPORT_BYTES_MAX);
	buf_printf(out, "# %s\n# %s,incident,%llu,folio,%llu\n", EXPORT_TEXT_FORMAT,
		   f->drill ? "SIMULACRO" : "REAL", (unsigned long long)d->incident,
		   (unsigned long long)f->folio);
	put_csv_head("previous", &d->previous, out);
	put_csv_head("head", &d->head, out);
	figures_write(f, &figures);
	buf_puts(out, "# figures,");
	put_quoted(buf_slice(&figures), out);
	buf_puts(out, "\n" EXPORT_TEXT_TITLES "\n");
	for (size_t i = 0; i < d->count; i++)
		put_csv_entry(&d->entries[i], out);
}

void export_text_write(const struct export_doc *d, enum export_form form, struct buf *out)
{
	struct figures f CLEANUP(figures_release) = {0};

	export_text_figures(d, &f);
	switch (form) {
	case EXPORT_JSON:
		write_json(d, &f, out);
		break;
	case EXPORT_CSV:
		write_csv(d, &f, out);
		break;
	}
}
