#include "journal/export_read.h"

#include "base/hex.h"
#include "base/json_pull.h"
#include "base/parse.h"

/* Years 1970 to 9999: what the formats of time can show. */
#define TIME_MAX_US INT64_C(253402300799999999)

static size_t line_of(struct slice text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}

bool export_read_form(struct slice text, enum export_form *ret)
{
	if (text.n == 0 || (text.p[0] != '{' && text.p[0] != '#'))
		return false;
	*ret = text.p[0] == '{' ? EXPORT_JSON : EXPORT_CSV;
	return true;
}

static bool is_kind(struct slice s)
{
	bool ok = s.n > 0 && s.n <= 64;

	for (size_t i = 0; ok && i < s.n; i++)
		ok = (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '.' || s.p[i] == '-';
	return ok;
}

static bool is_object(struct slice body)
{
	struct json_pull in = json_pull_from(body);
	struct slice raw;

	if (json_peek(&in) != JSON_OBJECT)
		return false;
	json_read_raw(&in, &raw);
	json_end(&in);
	return in.error == NULL && raw.n == body.n;
}

/* What both forms have in common; NULL, or what is wrong. */
static const char *complaint_about(const struct export_entry *x)
{
	const struct journal_entry *e = &x->e;

	if (!x->whole)
		return NULL;
	if (!is_kind(e->kind))
		return "the kind is not a word";
	if (e->at.us < 0 || e->at.us > TIME_MAX_US || e->recorded.us < 0 ||
	    e->recorded.us > TIME_MAX_US)
		return "a time is missing or out of range";
	if (e->version < 0 || e->version > 1000000)
		return "the version is out of range";
	if (!is_object(e->body))
		return "the body is not a JSON object";
	return NULL;
}

/* --- JSON ---------------------------------------------------------------------------------------- */

static void read_hash(struct json_pull *in, struct sha256 *ret)
{
	struct slice hex;

	json_read_slice(in, &hex);
	if (in->error == NULL && hex_decode(ret->bytes, SHA256_SIZE, hex) != ERR_OK)
		json_complain(in, "this is not a SHA-256 in 64 hexadecimal digits");
}

static void read_seq(struct json_pull *in, uint64_t *ret)
{
	int64_t v = 0;

	json_read_i64(in, &v);
	if (in->error == NULL && v < 0)
		json_complain(in, "a number is negative");
	*ret = (uint64_t)v;
}

static void read_head(struct json_pull *in, struct journal_head *ret)
{
	struct slice key;

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "seq"))
			read_seq(in, &ret->seq);
		else if (slice_is(key, "hash"))
			read_hash(in, &ret->hash);
		else
			json_complain(in, "unknown key");
	}
}

static void read_entry_key(struct json_pull *in, struct slice key, struct export_entry *x)
{
	int64_t version = 0;

	if (slice_is(key, "seq")) {
		read_seq(in, &x->e.seq);
	} else if (slice_is(key, "at")) {
		json_read_time(in, &x->e.at);
	} else if (slice_is(key, "recorded")) {
		json_read_time(in, &x->e.recorded);
	} else if (slice_is(key, "kind")) {
		json_read_slice(in, &x->e.kind);
		x->whole = true;
	} else if (slice_is(key, "version")) {
		json_read_i64(in, &version);
		x->e.version = version < 0 || version > 1000000 ? -1 : (int)version;
	} else if (slice_is(key, "body")) {
		json_read_raw(in, &x->e.body);
	} else if (slice_is(key, "digest")) {
		read_hash(in, &x->digest);
	} else if (slice_is(key, "hash")) {
		read_hash(in, &x->e.hash);
	} else {
		json_complain(in, "unknown key");
	}
}

static void read_entries(struct json_pull *in, struct export_doc *d)
{
	struct slice key;

	json_enter_array(in);
	while (json_next_element(in)) {
		struct export_entry *x;
		const char *complaint;

		if (d->count >= EXPORT_ENTRIES_MAX) {
			json_complain(in, "too many entries");
			return;
		}
		x = export_add(d);
		json_enter_object(in);
		while (json_next_key(in, &key))
			read_entry_key(in, key, x);
		complaint = complaint_about(x);
		if (complaint != NULL)
			json_complain(in, complaint);
	}
}

static enum err read_json(struct slice text, struct export_doc *d, struct err_info *info)
{
	struct json_pull in = json_pull_from(text);
	struct slice key, format = {"", 0};

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "format"))
			json_read_slice(&in, &format);
		else if (slice_is(key, "incident"))
			read_seq(&in, &d->incident);
		else if (slice_is(key, "previous"))
			read_head(&in, &d->previous);
		else if (slice_is(key, "head"))
			read_head(&in, &d->head);
		else if (slice_is(key, "entries"))
			read_entries(&in, d);
		else if (slice_is(key, "nature") || slice_is(key, "folio") ||
			 slice_is(key, "figures"))
			json_skip(&in);
		else
			json_complain(&in, "unknown key");
	}
	json_end(&in);
	if (in.error != NULL)
		return err_fail(info, ERR_SYNTAX, "line %zu: %s", line_of(text, in.offset),
				in.error);
	if (!slice_is(format, EXPORT_TEXT_FORMAT))
		return err_fail(info, ERR_SYNTAX, "line 1: the format is not " EXPORT_TEXT_FORMAT);
	return ERR_OK;
}

/* --- CSV ----------------------------------------------------------------------------------------- */

enum { FIELDS = 12 };
enum field { F_SEQ, F_AT = 1, F_RECORDED = 4, F_KIND = 7, F_VERSION, F_DIGEST, F_HASH, F_BODY };

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

/* The next field up to a comma; the last one takes all that is left. */
static struct slice next_field(struct slice *line, bool last)
{
	const char *comma = last || line->n == 0 ? NULL : memchr(line->p, ',', line->n);
	struct slice f = {line->p, comma != NULL ? (size_t)(comma - line->p) : line->n};
	size_t eaten = comma != NULL ? f.n + 1 : f.n;

	line->p += eaten;
	line->n -= eaten;
	return f;
}

static const char *read_number(struct slice s, int64_t max, int64_t *ret)
{
	return parse_i64(s, 0, max, ret) == ERR_OK ? NULL : "a number is malformed";
}

static const char *read_digits(struct slice s, struct sha256 *ret)
{
	return hex_decode(ret->bytes, SHA256_SIZE, s) == ERR_OK
		       ? NULL
		       : "this is not a SHA-256 in 64 hexadecimal digits";
}

/* "# word,SEQ,HASH" */
static const char *read_csv_head(struct slice line, const char *word, struct journal_head *ret)
{
	const char *wrong;
	int64_t seq = 0;

	if (!slice_is(next_field(&line, false), word))
		return "a line of the head is missing";
	wrong = read_number(next_field(&line, false), INT64_MAX, &seq);
	ret->seq = (uint64_t)seq;
	return wrong != NULL ? wrong : read_digits(line, &ret->hash);
}

static const char *read_csv_incident(struct slice line, struct export_doc *d)
{
	const char *wrong;
	int64_t v = 0;

	(void)next_field(&line, false);
	if (!slice_is(next_field(&line, false), "incident"))
		return "the line of the incident is missing";
	wrong = read_number(next_field(&line, false), INT64_MAX, &v);
	d->incident = (uint64_t)v;
	return wrong;
}

/* Takes the quotes off; NULL if they do not match. */
static char *unquote(struct slice s, struct arena *a, size_t *ret_n)
{
	size_t n = 0;
	char *out;

	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return NULL;
	out = arena_calloc(a, s.n, 1);
	for (size_t i = 1; i < s.n - 1; i++) {
		if (s.p[i] == '"' && (s.p[++i] != '"' || i == s.n - 1))
			return NULL;
		out[n++] = s.p[i];
	}
	*ret_n = n;
	return out;
}

static const char *read_csv_whole(const struct slice f[FIELDS], struct export_doc *d,
				  struct export_entry *x)
{
	int64_t version = 0;
	char *body;

	x->whole = true;
	x->e.kind = f[F_KIND];
	if (read_number(f[F_AT], TIME_MAX_US, &x->e.at.us) != NULL ||
	    read_number(f[F_RECORDED], TIME_MAX_US, &x->e.recorded.us) != NULL ||
	    read_number(f[F_VERSION], 1000000, &version) != NULL)
		return "a number is malformed";
	x->e.version = (int)version;
	body = unquote(f[F_BODY], d->arena, &x->e.body.n);
	if (body == NULL)
		return "the body is not quoted rightly";
	x->e.body.p = body;
	return complaint_about(x);
}

static const char *read_csv_entry(struct slice line, struct export_doc *d)
{
	struct slice f[FIELDS];
	struct export_entry *x;
	const char *wrong;
	int64_t seq = 0;

	if (d->count >= EXPORT_ENTRIES_MAX)
		return "too many entries";
	for (int i = 0; i < FIELDS; i++)
		f[i] = next_field(&line, i == FIELDS - 1);
	x = export_add(d);
	wrong = read_number(f[F_SEQ], INT64_MAX, &seq);
	x->e.seq = (uint64_t)seq;
	if (wrong == NULL)
		wrong = read_digits(f[F_DIGEST], &x->digest);
	if (wrong == NULL)
		wrong = read_digits(f[F_HASH], &x->e.hash);
	if (wrong == NULL && f[F_KIND].n > 0)
		wrong = read_csv_whole(f, d, x);
	return wrong;
}

enum { CSV_FORMAT = 1, CSV_INCIDENT, CSV_PREVIOUS, CSV_HEAD, CSV_FIGURES, CSV_TITLES };

static const char *read_csv_line(size_t n, struct slice line, struct export_doc *d)
{
	switch (n) {
	case CSV_FORMAT:
		return slice_is(line, "# " EXPORT_TEXT_FORMAT)
			       ? NULL
			       : "the format is not " EXPORT_TEXT_FORMAT;
	case CSV_INCIDENT:
		return read_csv_incident(line, d);
	case CSV_PREVIOUS:
		return read_csv_head(line, "# previous", &d->previous);
	case CSV_HEAD:
		return read_csv_head(line, "# head", &d->head);
	case CSV_FIGURES:
		return NULL;
	case CSV_TITLES:
		return slice_is(line, EXPORT_TEXT_TITLES) ? NULL : "the titles are not ours";
	default:
		return read_csv_entry(line, d);
	}
}

static enum err read_csv(struct slice text, struct export_doc *d, struct err_info *info)
{
	size_t n = 0;
	struct slice line;

	while (next_line(&text, &line)) {
		const char *wrong = read_csv_line(++n, line, d);

		if (wrong != NULL)
			return err_fail(info, ERR_SYNTAX, "line %zu: %s", n, wrong);
	}
	if (text.n > 0)
		return err_fail(info, ERR_SYNTAX, "line %zu: the last line has no end", n + 1);
	return ERR_OK;
}

enum err export_read(struct slice text, enum export_form form, struct export_doc *ret,
		     struct err_info *info)
{
	switch (form) {
	case EXPORT_JSON:
		return read_json(text, ret, info);
	case EXPORT_CSV:
		return read_csv(text, ret, info);
	}
	return err_fail(info, ERR_SYNTAX, "line 1: neither JSON nor CSV");
}
