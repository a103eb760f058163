#include "journal/verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/parse.h"
#include "journal/body.h"
#include "journal/export_read.h"
#include "journal/export_text.h"

static bool same(const struct sha256 *a, const struct sha256 *b)
{
	return memcmp(a->bytes, b->bytes, SHA256_SIZE) == 0;
}

static void note_break(struct verify_result *r, uint64_t last, const struct journal_entry *e)
{
	struct slice reason = body_word(e->body, "reason"), file = body_word(e->body, "file");

	r->breaks++;
	r->break_after = last;
	r->break_at = e->seq;
	snprintf(r->break_reason, sizeof(r->break_reason), "%.*s", (int)reason.n, reason.p);
	snprintf(r->break_file, sizeof(r->break_file), "%.*s", (int)file.n, file.p);
}

/* --- an export ----------------------------------------------------------------------------------- */

/* One entry: its number, its digest, its place in the chain. `tip` moves on. */
static enum err verify_entry(struct export_entry *x, struct journal_head *tip,
			     struct wall_time *recorded, struct err_info *info)
{
	const struct journal_entry *e = &x->e;
	unsigned long long seq = e->seq;
	struct sha256 digest, zero = {{0}};

	if (!journal_follows(tip->seq, e))
		return err_fail(info, ERR_CORRUPT, "entry %llu: it follows entry %llu", seq,
				(unsigned long long)tip->seq);
	if (x->whole) {
		digest = journal_digest(e->seq, e->at, e->recorded, e->kind, e->version, e->body);
		if (!same(&digest, &x->digest))
			return err_fail(info, ERR_CORRUPT,
					"entry %llu: its content does not match its digest", seq);
		if (e->recorded.us < recorded->us)
			return err_fail(info, ERR_CORRUPT,
					"entry %llu: recorded before the entries before it", seq);
		*recorded = e->recorded;
	}
	tip->seq = e->seq;
	tip->hash = journal_link(&tip->hash, &x->digest);
	/* JSON lists no hash for the entries of others: there the next whole one tells. */
	if (!x->whole && same(&x->e.hash, &zero))
		x->e.hash = tip->hash;
	if (!same(&tip->hash, &x->e.hash))
		return err_fail(info, ERR_CORRUPT, "entry %llu: it does not match the chain", seq);
	return ERR_OK;
}

static enum err verify_chain(struct export_doc *d, struct err_info *info)
{
	struct journal_head tip = d->previous;
	struct wall_time recorded = {INT64_MIN};
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->count; i++)
		e = verify_entry(&d->entries[i], &tip, &recorded, info);
	if (e == ERR_OK && (tip.seq != d->head.seq || !same(&tip.hash, &d->head.hash)))
		e = err_fail(
			info, ERR_CORRUPT,
			"the head does not match: the chain ends at entry %llu with another hash",
			(unsigned long long)tip.seq);
	return e;
}

/* A plan that the incident adopted is among the entries: what follows speaks in its ids. */
static enum err verify_adopted(const struct export_doc *d, const struct figures *f,
			       struct err_info *info)
{
	struct slice hash = {"", 0};

	for (size_t i = 0; i < d->count; i++) {
		const struct journal_entry *e = &d->entries[i].e;

		if (!d->entries[i].whole)
			continue;
		if (slice_is(e->kind, "plan.applied"))
			hash = body_word(e->body, "hash");
		else if (slice_is(e->kind, "act.adopt") && figures_owns(f, e) &&
			 !slice_eq(hash, body_word(e->body, "plan")))
			return err_fail(info, ERR_CORRUPT,
					"entry %llu: the plan that it adopts is not among the "
					"entries",
					(unsigned long long)e->seq);
	}
	return ERR_OK;
}

/* The range runs from the plan in force to the incident's last entry, all of them whole. */
static enum err verify_range(const struct export_doc *d, struct err_info *info)
{
	struct figures f CLEANUP(figures_release) = {0};
	const struct export_entry *last;

	if (d->count == 0)
		return err_fail(info, ERR_CORRUPT, "there are no entries");
	if (!d->entries[0].whole || !slice_is(d->entries[0].e.kind, "plan.applied"))
		return err_fail(info, ERR_CORRUPT,
				"entry %llu: the range does not begin with the plan",
				(unsigned long long)d->entries[0].e.seq);
	export_text_figures(d, &f);
	if (!f.found)
		return err_fail(info, ERR_CORRUPT,
				"the opening of incident %llu is not among the entries",
				(unsigned long long)d->incident);
	if (f.overflow)
		return err_fail(info, ERR_TOO_LARGE, "the incident has too many calls");
	last = &d->entries[d->count - 1];
	if (!last->whole || !figures_owns(&f, &last->e))
		return err_fail(info, ERR_CORRUPT,
				"entry %llu: the range does not end with the incident",
				(unsigned long long)last->e.seq);
	return verify_adopted(d, &f, info);
}

static enum err verify_text(struct slice text, enum export_form form, const struct export_doc *d,
			    struct err_info *info)
{
	struct buf canonical CLEANUP(buf_release) = {0};
	size_t at = 0, line = 1;

	buf_init(&canonical, EXPORT_BYTES_MAX);
	export_text_write(d, form, &canonical);
	if (!buf_is_ok(&canonical))
		return err_fail(info, ERR_TOO_LARGE, "the export is too large");
	if (slice_eq(buf_slice(&canonical), text))
		return ERR_OK;
	while (at < text.n && at < canonical.len && text.p[at] == canonical.data[at])
		line += text.p[at++] == '\n';
	return err_fail(
		info, ERR_CORRUPT,
		"line %zu, byte %zu: it does not follow from the entries (expected \"%.24s\")",
		line, at + 1, canonical.data + at);
}

static enum err verify_head(const struct export_doc *d, const struct journal_head *head,
			    struct err_info *info)
{
	const struct sha256 *ours = NULL;

	if (head->seq == d->previous.seq)
		ours = &d->previous.hash;
	for (size_t i = 0; i < d->count; i++) {
		if (d->entries[i].e.seq == head->seq)
			ours = &d->entries[i].e.hash;
	}
	if (ours == NULL)
		return err_fail(
			info, ERR_NOT_FOUND,
			"the head %llu is not in this export (it covers %llu to %llu): give one "
			"that is, or verify the journal",
			(unsigned long long)head->seq, (unsigned long long)d->previous.seq,
			(unsigned long long)d->head.seq);
	if (!same(ours, &head->hash))
		return err_fail(info, ERR_CORRUPT,
				"entry %llu: its hash is not that of the head that was kept: the "
				"record was "
				"rebuilt",
				(unsigned long long)head->seq);
	return ERR_OK;
}

enum err verify_export(struct slice text, const struct journal_head *head,
		       struct verify_result *ret, struct err_info *info)
{
	struct export_doc d CLEANUP(export_release) = {0};
	enum export_form form;
	enum err e;

	export_init(&d);
	if (!export_read_form(text, &form))
		return err_fail(info, ERR_SYNTAX,
				"line 1: neither an export (JSON or CSV) nor a journal");
	if ((e = export_read(text, form, &d, info)) != ERR_OK ||
	    (e = verify_chain(&d, info)) != ERR_OK || (e = verify_range(&d, info)) != ERR_OK ||
	    (e = verify_text(text, form, &d, info)) != ERR_OK)
		return e;
	if (head != NULL && (e = verify_head(&d, head, info)) != ERR_OK)
		return e;
	*ret = (struct verify_result){.incident = d.incident,
				      .first = d.entries[0].e.seq,
				      .entries = d.count,
				      .head = d.head};
	for (size_t i = 0; i < d.count; i++) {
		ret->whole += d.entries[i].whole;
		if (slice_is(d.entries[i].e.kind, JOURNAL_SEGMENT))
			note_break(ret, i > 0 ? d.entries[i - 1].e.seq : d.previous.seq,
				   &d.entries[i].e);
	}
	return ERR_OK;
}

/* --- a journal ----------------------------------------------------------------------------------- */

struct at_head {
	const struct journal_head *wanted;
	bool found, matches;
	uint64_t lost_before; /* the segment whose beginning leaps over it; 0 = none */
};

static bool compare_head(void *user, const struct journal_entry *e)
{
	struct at_head *h = user;

	h->found = e->seq == h->wanted->seq;
	h->matches = h->found && same(&e->hash, &h->wanted->hash);
	if (!h->found && slice_is(e->kind, JOURNAL_SEGMENT))
		h->lost_before = e->seq;
	return false;
}

static enum err verify_journal_head(struct journal *j, const struct journal_head *wanted,
				    uint64_t last, struct err_info *info)
{
	struct at_head h = {.wanted = wanted};
	enum err e;

	if (wanted->seq == 0)
		return err_fail(info, ERR_RANGE, "a head begins with entry 1");
	e = journal_read(j, wanted->seq - 1, compare_head, &h, info);
	if (e != ERR_OK)
		return e;
	if (h.lost_before != 0)
		return err_fail(info, ERR_CORRUPT,
				"entry %llu was lost: a new segment begins at entry %llu",
				(unsigned long long)wanted->seq, (unsigned long long)h.lost_before);
	if (!h.found)
		return err_fail(info, ERR_CORRUPT,
				"the journal is truncated: it ends at entry %llu, the head that "
				"was kept is %llu",
				(unsigned long long)last, (unsigned long long)wanted->seq);
	if (!h.matches)
		return err_fail(info, ERR_CORRUPT,
				"entry %llu: its hash is not that of the head that was kept: the "
				"journal was "
				"rebuilt",
				(unsigned long long)wanted->seq);
	return ERR_OK;
}

/* --- segments ------------------------------------------------------------------------------------ */

struct breaks {
	struct verify_result *r;
	uint64_t last;
};

static bool look_for_break(void *user, const struct journal_entry *e)
{
	struct breaks *b = user;

	if (slice_is(e->kind, JOURNAL_SEGMENT))
		note_break(b->r, b->last, e);
	b->last = e->seq;
	b->r->entries++;
	return true;
}

enum err verify_journal(struct journal *j, const struct journal_head *head,
			struct verify_result *ret, struct err_info *info)
{
	struct journal_head end = {0};
	enum err e = journal_check(j, &end, info);

	if (e == ERR_OK && head != NULL)
		e = verify_journal_head(j, head, end.seq, info);
	if (e != ERR_OK)
		return e;
	*ret = (struct verify_result){.head = end};
	e = journal_read(j, 0, look_for_break, &(struct breaks){.r = ret}, info);
	ret->whole = ret->entries;
	ret->first = ret->entries > 0 && (ret->breaks == 0 || ret->break_after > 0);
	return e;
}

/* --- a file -------------------------------------------------------------------------------------- */

static enum err read_whole(FILE *f, const char *path, struct buf *out, struct err_info *info)
{
	char part[65536];
	size_t n;

	while ((n = fread(part, 1, sizeof(part), f)) > 0 && buf_is_ok(out))
		buf_put(out, part, n);
	if (ferror(f))
		return err_fail_errno(info, ERR_IO, "%s", path);
	if (!buf_is_ok(out))
		return err_fail(info, ERR_TOO_LARGE, "%s is larger than %d MiB", path,
				EXPORT_BYTES_MAX >> 20);
	return ERR_OK;
}

static enum err verify_journal_file(const char *path, const struct journal_head *head,
				    struct verify_result *ret, struct err_info *info)
{
	struct journal *j = NULL;
	enum err e = journal_open(path, true, &j, info);

	if (e == ERR_OK)
		e = verify_journal(j, head, ret, info);
	journal_close(j);
	return e;
}

enum err verify_file(const char *path, const struct journal_head *head, struct verify_result *ret,
		     struct err_info *info)
{
	static const char magic[16] = "SQLite format 3";
	struct buf text CLEANUP(buf_release) = {0};
	FILE *f = fopen(path, "rbe");
	char first[16];
	enum err e;

	buf_init(&text, EXPORT_BYTES_MAX);
	if (f == NULL)
		return err_fail_errno(info, ERR_IO, "%s", path);
	if (fread(first, 1, sizeof(first), f) == sizeof(first) &&
	    memcmp(first, magic, sizeof(magic)) == 0) {
		fclose(f);
		return verify_journal_file(path, head, ret, info);
	}
	rewind(f);
	e = read_whole(f, path, &text, info);
	fclose(f);
	return e != ERR_OK ? e : verify_export(buf_slice(&text), head, ret, info);
}

enum err verify_parse_head(struct slice text, struct journal_head *ret, struct err_info *info)
{
	const char *colon = text.n > 0 ? memchr(text.p, ':', text.n) : NULL;
	size_t n = colon != NULL ? (size_t)(colon - text.p) : 0;
	int64_t seq = 0;

	if (colon == NULL || parse_i64((struct slice){text.p, n}, 1, INT64_MAX, &seq) != ERR_OK ||
	    hex_decode(ret->hash.bytes, SHA256_SIZE, (struct slice){colon + 1, text.n - n - 1}) !=
		    ERR_OK)
		return err_fail(info, ERR_SYNTAX,
				"'%.*s' is not a head (write SEQ:HASH, the hash in 64 digits)",
				(int)(text.n > 100 ? 100 : text.n), text.p);
	ret->seq = (uint64_t)seq;
	return ERR_OK;
}
