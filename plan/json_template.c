#include "plan/json_template.h"

#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/param.h"
#include "base/secret_ref.h"

const char *const json_template_fields[] = {"id",        "at",           "kind",
					    "incident",  "folio",        "services",
					    "service",   "service_name", "service_names",
					    "state",     "since",        "since_text",
					    "elapsed",   "uncertainty",  "left",
					    "left_text", "breach_at",    "headline",
					    "todo",      "answered",     "institution",
					    "seat",      "level",        "person",
					    "post",      "channel",      "to",
					    "subject",   "text",         "link",
					    "label",     "real",         "maybe_duplicate",
					    "impact",    "scope",        "forecast",
					    "done",      "clause",       "unanswered",
					    NULL};

/* Where a template stands between two of its characters: within a string or not. */
struct place {
	bool in_string, escaped;
};

static void step(struct place *p, char c)
{
	if (!p->in_string)
		p->in_string = c == '"';
	else if (p->escaped)
		p->escaped = false;
	else if (c == '\\')
		p->escaped = true;
	else
		p->in_string = c != '"';
}

/* A list or object within a string: its own text, escaped. */
static void put_nested(struct buf *out, struct slice json)
{
	struct buf text;
	struct json_emit j;

	buf_init(&text, 6 * json.n + 3);
	j = json_emit_to(&text);
	json_slice(&j, json);
	buf_put(out, text.data + 1, text.len - 2);
	buf_release(&text);
}

static void put_value(struct buf *out, bool in_string, struct slice json)
{
	if (!in_string)
		buf_put(out, json.p, json.n);
	else if (json.n >= 2 && json.p[0] == '"')
		buf_put(out, json.p + 1, json.n - 2); /* escaped already */
	else if (!slice_is(json, "null"))
		put_nested(out, json);
}

enum err json_template_expand(struct slice template, json_template_value_fn *value, void *user,
			      struct buf *out, struct err_info *info)
{
	struct place at = {false, false};

	for (size_t i = 0; i < template.n;) {
		struct slice name, json;
		const char *close;

		if (i + 1 >= template.n || template.p[i] != '$' || template.p[i + 1] != '{') {
			step(&at, template.p[i]);
			buf_putc(out, template.p[i++]);
			continue;
		}
		close = memchr(template.p + i, '}', template.n - i);
		if (close == NULL)
			return err_fail(info, ERR_SYNTAX, "a '${' has no '}'");
		name = (struct slice){template.p + i + 2, (size_t)(close - template.p) - i - 2};
		if (!value(user, name, &json))
			return err_fail(info, ERR_NOT_FOUND, "there is no '${%.*s}'",
					(int)(name.n < 60 ? name.n : 60), name.p);
		put_value(out, at.in_string, json);
		i = (size_t)(close - template.p) + 1;
	}
	return buf_is_ok(out) ? ERR_OK : err_fail(info, ERR_TOO_LARGE, "the body is too large");
}

/* --- the check of a plan ---------------------------------------------------------------------------- */

static bool is_field(struct slice name)
{
	for (size_t i = 0; json_template_fields[i] != NULL; i++) {
		if (slice_is(name, json_template_fields[i]))
			return true;
	}
	return false;
}

static bool sample_value(void *user, struct slice name, struct slice *ret)
{
	const size_t dot = sizeof("message.") - 1, colon = sizeof("secret:") - 1;

	*(struct slice *)user = name;
	*ret = SLICE_LIT("\"x\"");
	if (slice_is(name, "message")) {
		*ret = SLICE_LIT("{}");
		return true;
	}
	if (name.n > colon && memcmp(name.p, "secret:", colon) == 0)
		return secret_ref_is_name((struct slice){name.p + colon, name.n - colon});
	return name.n > dot && memcmp(name.p, "message.", dot) == 0 &&
	       is_field((struct slice){name.p + dot, name.n - dot});
}

static enum err unknown(struct slice name, struct err_info *info)
{
	const char *best = NULL;
	size_t distance = 4;

	for (size_t i = 0; json_template_fields[i] != NULL; i++) {
		char whole[64];
		size_t d;

		snprintf(whole, sizeof(whole), "message.%s", json_template_fields[i]);
		d = param_distance(name, slice_of(whole));
		if (d < distance) {
			distance = d;
			best = json_template_fields[i];
		}
	}
	if (best != NULL)
		return err_fail(info, ERR_NOT_FOUND,
				"there is no '${%.*s}'; did you mean '${message.%s}'?",
				(int)(name.n < 60 ? name.n : 60), name.p, best);
	return err_fail(info, ERR_NOT_FOUND,
			"there is no '${%.*s}'; write ${message.FIELD} or ${secret:NAME}",
			(int)(name.n < 60 ? name.n : 60), name.p);
}

enum err json_template_check(struct slice template, struct err_info *info)
{
	struct slice name = SLICE_LIT("");
	struct json_pull in;
	struct buf out;
	enum err e;

	buf_init(&out, template.n * 4 + 64);
	e = json_template_expand(template, sample_value, &name, &out, info);
	if (e == ERR_NOT_FOUND)
		e = unknown(name, info);
	if (e == ERR_OK) {
		in = json_pull_from(buf_slice(&out));
		json_skip(&in);
		json_end(&in);
		if (in.error != NULL)
			e = err_fail(info, ERR_SYNTAX,
				     "with its variables filled in it is no JSON: %s", in.error);
	}
	buf_release(&out);
	return e;
}
