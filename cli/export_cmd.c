/* export and verify. The collector's API gives entries; the chain is computed here. */
#include <stdio.h>
#include <string.h>

#include "base/json_pull.h"
#include "base/parse.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "journal/export.h"
#include "journal/export_text.h"
#include "journal/verify.h"

enum { PAGE = 1000 };

/* --- entries from the API ------------------------------------------------------------------------ */

/* The whole journal as JSON lines, fetched once and read as often as needed. */
struct remote {
	struct api *api;
	struct buf lines;
	uint64_t last;
	bool fetched;
};

static enum err read_line(struct slice line, struct journal_entry *ret, struct err_info *info)
{
	struct json_pull in = json_pull_from(line);
	int64_t seq = 0, version = 0;
	struct slice key;

	*ret = (struct journal_entry){.kind = {"", 0}, .body = {"", 0}};
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "seq"))
			json_read_i64(&in, &seq);
		else if (slice_is(key, "at"))
			json_read_time(&in, &ret->at);
		else if (slice_is(key, "recorded"))
			json_read_time(&in, &ret->recorded);
		else if (slice_is(key, "kind"))
			json_read_slice(&in, &ret->kind);
		else if (slice_is(key, "version"))
			json_read_i64(&in, &version);
		else if (slice_is(key, "body"))
			json_read_raw(&in, &ret->body);
		else
			json_skip(&in);
	}
	json_end(&in);
	if (in.error == NULL &&
	    (seq <= 0 || version < 0 || version > INT32_MAX || ret->kind.n > 64))
		json_complain(&in, "a field is out of range");
	if (in.error != NULL)
		return err_fail(info, ERR_SYNTAX,
				"the collector sent an entry that cannot be read: %s", in.error);
	ret->seq = (uint64_t)seq;
	ret->version = (int)version;
	return ERR_OK;
}

static bool next_line(struct slice *text, struct slice *ret)
{
	const char *lf = text->n > 0 ? memchr(text->p, '\n', text->n) : NULL;

	if (lf == NULL)
		return false;
	*ret = (struct slice){text->p, (size_t)(lf - text->p)};
	text->p += ret->n + 1;
	text->n -= ret->n + 1;
	return true;
}

/* One page; `ret_count` tells how many entries it had. */
static enum err fetch_page(struct remote *r, size_t *ret_count, struct err_info *info)
{
	size_t before = r->lines.len;
	struct slice text, line;
	char path[96];
	enum err e;

	snprintf(path, sizeof(path), "/v1/events?after=%llu&limit=%d", (unsigned long long)r->last,
		 PAGE);
	e = api_call(r->api, "GET", path, (struct slice){"", 0}, &r->lines, info);
	if (e == ERR_TOO_LARGE)
		return err_fail(info, e,
				"the journal is too large for this way: give --journal FILE");
	if (e != ERR_OK)
		return e;
	text = (struct slice){buf_cstr(&r->lines) + before, r->lines.len - before};
	*ret_count = 0;
	while (next_line(&text, &line)) {
		struct journal_entry entry;

		if (line.n == 0)
			continue;
		if ((e = read_line(line, &entry, info)) != ERR_OK)
			return e;
		r->last = entry.seq;
		(*ret_count)++;
	}
	return ERR_OK;
}

static enum err fetch_all(struct remote *r, struct err_info *info)
{
	size_t count = 1;
	enum err e = ERR_OK;

	/* A page may be short because its entries are large: only an empty one is the end. */
	while (e == ERR_OK && count > 0)
		e = fetch_page(r, &count, info);
	r->fetched = e == ERR_OK;
	return e;
}

static enum err read_remote(void *origin, uint64_t after, journal_each_fn *each, void *user,
			    struct err_info *info)
{
	struct remote *r = origin;
	struct slice text, line;
	enum err e;

	if (!r->fetched && (e = fetch_all(r, info)) != ERR_OK)
		return e;
	text = buf_slice(&r->lines);
	while (next_line(&text, &line)) {
		struct journal_entry entry;

		if (line.n == 0)
			continue;
		if ((e = read_line(line, &entry, info)) != ERR_OK)
			return e;
		if (entry.seq > after && !each(user, &entry))
			break;
	}
	return ERR_OK;
}

/* --- export -------------------------------------------------------------------------------------- */

static enum err write_export(const struct export_source *source, uint64_t wanted,
			     enum export_form form, struct buf *out, struct err_info *info)
{
	struct export_doc d CLEANUP(export_release) = {0};
	struct verify_result r;
	uint64_t incident = 0;
	enum err e;

	export_init(&d);
	if ((e = export_find(source, wanted, &incident, info)) != ERR_OK ||
	    (e = export_gather(source, incident, &d, info)) != ERR_OK)
		return e;
	export_text_write(&d, form, out);
	if (!buf_is_ok(out))
		return err_fail(info, ERR_TOO_LARGE, "the export would be larger than %d MiB",
				EXPORT_BYTES_MAX >> 20);
	/* Nothing leaves that would not be found true. */
	return verify_export(buf_slice(out), &d.head, &r, info);
}

static enum err export_remote(const struct options *o, uint64_t wanted, enum export_form form,
			      struct buf *out, struct err_info *info)
{
	struct api a CLEANUP(api_close) = {0};
	struct remote r = {.api = &a};
	struct export_source source = {read_remote, &r, false};
	enum err e = api_open(o, &a, info);

	buf_init(&r.lines, API_ANSWER_MAX);
	if (e == ERR_OK)
		e = write_export(&source, wanted, form, out, info);
	buf_release(&r.lines);
	return e;
}

static enum err export_file(const char *path, uint64_t wanted, enum export_form form,
			    struct buf *out, struct err_info *info)
{
	struct journal *j = NULL;
	struct export_source source;
	enum err e = journal_open(path, true, &j, info);

	if (e == ERR_OK) {
		source = export_from_journal(j);
		e = write_export(&source, wanted, form, out, info);
	}
	journal_close(j);
	return e;
}

int export_cmd_export(const struct options *o)
{
	const char *format = options_get(o, OPTION_FORMAT, "json");
	const char *file = options_get(o, OPTION_OUTPUT, "-");
	enum export_form form = strcmp(format, "csv") == 0 ? EXPORT_CSV : EXPORT_JSON;
	struct buf out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	int64_t wanted = 0;
	enum err e;

	buf_init(&out, EXPORT_BYTES_MAX);
	if (strcmp(format, "json") != 0 && strcmp(format, "csv") != 0)
		return options_fail_text(EXIT_UNUSABLE, "--format is json or csv, not '%s'",
					 format);
	if (parse_i64(slice_of(o->args[0]), 1, INT64_MAX, &wanted) != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE,
					 "'%s' is not the number or folio of an incident",
					 o->args[0]);
	e = options_has(o, OPTION_JOURNAL) ? export_file(options_get(o, OPTION_JOURNAL, ""),
							 (uint64_t)wanted, form, &out, &info)
					   : export_remote(o, (uint64_t)wanted, form, &out, &info);
	if (e == ERR_OK && strcmp(file, "-") == 0)
		e = output_print(buf_slice(&out), &info);
	else if (e == ERR_OK)
		e = output_write_file(file, buf_slice(&out), 0644, true, &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

/* --- verify -------------------------------------------------------------------------------------- */

/* True, and yet something was lost: whoever reads must be told. */
static void print_breaks(const struct options *o, const struct verify_result *r)
{
	struct buf text CLEANUP(buf_release) = {0};

	if (r->breaks == 0)
		return;
	buf_init(&text, 4096);
	output_put_clean(&text, r->break_reason);
	if (r->break_file[0] != '\0') {
		buf_puts(&text, "; ");
		output_put_clean(&text, r->break_file);
	}
	printf(options_is_english(o) ? "%llu segments: entry %llu begins a new one after entry "
				       "%llu (%s)\n"
				     : "%llu tramos: el asiento %llu comienza uno nuevo tras el "
				       "asiento %llu (%s)\n",
	       (unsigned long long)r->breaks + 1, (unsigned long long)r->break_at,
	       (unsigned long long)r->break_after, buf_cstr(&text));
}

int export_cmd_verify(const struct options *o)
{
	const char *path = o->args[0], *kept = options_get(o, OPTION_HEAD, NULL);
	struct journal_head head;
	struct verify_result r;
	struct err_info info = {0};
	char hex[SHA256_HEX_SIZE];
	enum err e;

	if (kept != NULL && verify_parse_head(slice_of(kept), &head, &info) != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "%s", info.text);
	e = verify_file(path, kept != NULL ? &head : NULL, &r, &info);
	if (e == ERR_IO)
		return options_fail(e, &info);
	if (e != ERR_OK)
		return options_fail_text(EXIT_NO, "%s: FALSE: %s", path, info.text);
	sha256_hex(hex, &r.head.hash);
	if (r.incident != 0)
		printf(options_is_english(o) ? "%s: TRUE: incident %llu, entries %llu to %llu, "
					       "%llu of them in full\nhead %llu:%s\n"
					     : "%s: VERDADERO: incidente %llu, entradas %llu a "
					       "%llu, %llu de ellas completas\ncabeza %llu:%s\n",
		       path, (unsigned long long)r.incident, (unsigned long long)r.first,
		       (unsigned long long)r.head.seq, (unsigned long long)r.whole,
		       (unsigned long long)r.head.seq, hex);
	else
		printf(options_is_english(o)
			       ? "%s: TRUE: a journal of %llu entries\nhead %llu:%s\n"
			       : "%s: VERDADERO: bitácora de %llu entradas\ncabeza %llu:%s\n",
		       path, (unsigned long long)r.entries, (unsigned long long)r.head.seq, hex);
	print_breaks(o, &r);
	return EXIT_OK;
}
