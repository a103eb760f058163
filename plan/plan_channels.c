/* Channels: a type, the parameters of that type and no others, and what does not go together. */
#include "plan/plan_channel.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/http_status.h"
#include "base/parse.h"
#include "base/url.h"
#include "plan/json_template.h"
#include "plan/plan_loader.h"
#include "base/secret_ref.h"

enum { HEADERS_MAX = 32, BODY_MAX = 16384, MAIL_ADDRESS_MAX = 254, SCRIPT_MAX = 400 };

static const char *const starttls_words[] = {"required", "none", NULL};

#define COMMON(S)                                                                                  \
	PARAM_ID(S, common.id, "id", NULL, PARAM_REQUIRED, "id of the channel"),                   \
		PARAM_STR(S, common.type, "type", NULL, PARAM_REQUIRED,                            \
			  "what it is: `file`, `smtp`, `webhook` or `manual`"),                    \
		PARAM_DURATION(S, common.receipt_within_us, "receipt_within", "60s", US_PER_S,     \
			       3600 * US_PER_S, 0,                                                 \
			       "no receipt in this time: the next channel is tried"),              \
		PARAM_INT(                                                                         \
			S, common.lines, "lines", "0", 0, 1000, 0,                                 \
			"so many calls in progress at one time; the others wait (0: any number)")
#define LIMITS(S)                                                                                  \
	PARAM_DURATION(S, limits.timeout_us, "timeout", "20s", US_PER_S, 300 * US_PER_S, 0,        \
		       "one send lasts no longer (where left out: at most `receipt_within`)"),     \
		PARAM_INT(S, limits.at_once, "at_once", "4", 1, 64, 0,                             \
			  "so many sends at the same time; the others wait")

const struct param plan_channel_file_params[] = {
	COMMON(struct file_settings),
	PARAM_PATH(struct file_settings, path, "path", NULL, PARAM_REQUIRED,
		   "where messages are appended, one JSON line each"),
	PARAM_END,
};
const struct param plan_channel_smtp_params[] = {
	COMMON(struct smtp_settings),
	PARAM_STR(struct smtp_settings, url, "url", NULL, PARAM_REQUIRED,
		  "`smtp://HOST[:PORT]` (STARTTLS) or `smtps://HOST[:PORT]` (TLS from the start)"),
	PARAM_STR(struct smtp_settings, from, "from", NULL, PARAM_REQUIRED,
		  "address of the sender"),
	PARAM_ENUM(struct smtp_settings, starttls, "starttls", "required", starttls_words, 0,
		   "`none`: without TLS, to a loopback address only"),
	PARAM_STR(struct smtp_settings, user, "user", "", 0, "user to log in as"),
	PARAM_STR(struct smtp_settings, password, "password", "", 0, "`${secret:NAME}`"),
	PARAM_STR(struct smtp_settings, reply_to, "reply_to", "", 0, "address for answers"),
	PARAM_PATH(struct smtp_settings, ca_file, "ca_file", "", 0,
		   "certificates that are trusted (PEM; default: those of the system)"),
	LIMITS(struct smtp_settings),
	PARAM_END,
};
const struct param plan_channel_webhook_params[] = {
	COMMON(struct webhook_settings),
	PARAM_STR(struct webhook_settings, url, "url", NULL, PARAM_REQUIRED,
		  "`https://...`; `http://` to a loopback address only. `${secret:NAME}` may stand "
		  "after the host"),
	PARAM_STR(struct webhook_settings, bearer, "bearer", "", 0,
		  "`${secret:NAME}`: sent as `Authorization: Bearer`"),
	PARAM_STR(struct webhook_settings, success, "success", "200-299", 0,
		  "status codes that are a receipt"),
	PARAM_STR(struct webhook_settings, receipt_field, "receipt_field", "", 0,
		  "top-level field of the JSON answer that is journalled as the provider's id"),
	PARAM_PATH(struct webhook_settings, ca_file, "ca_file", "", 0,
		   "certificates that are trusted (PEM; default: those of the system)"),
	LIMITS(struct webhook_settings),
	PARAM_END,
};

const struct param plan_channel_manual_params[] = {
	COMMON(struct manual_settings),
	PARAM_STR(struct manual_settings, script, "script", "", 0,
		  "what the desk says besides what happened: how to dial, whom to ask for"),
	PARAM_END,
};

union settings {
	struct channel_common common;
	struct manual_settings manual;
	struct file_settings file;
	struct smtp_settings smtp;
	struct webhook_settings webhook;
};

static void check_manual(struct plan_loader *l, const struct yaml_node *node, union settings *s);
static void check_file(struct plan_loader *l, const struct yaml_node *node, union settings *s);
static void check_smtp(struct plan_loader *l, const struct yaml_node *node, union settings *s);
static void check_webhook(struct plan_loader *l, const struct yaml_node *node, union settings *s);

static const struct type_row {
	const char *type;
	const struct param *params;
	void (*check)(struct plan_loader *l, const struct yaml_node *node, union settings *s);
} types[] = {
	{"file", plan_channel_file_params, check_file},
	{"smtp", plan_channel_smtp_params, check_smtp},
	{"webhook", plan_channel_webhook_params, check_webhook},
	{"manual", plan_channel_manual_params, check_manual},
};

/* --- what does not go together ---------------------------------------------------------------------- */

/* Plain ASCII LOCAL@DOMAIN; nothing in it can end a line or an address of the dialogue with a server. */
static bool is_mail_address(const char *s)
{
	const char *at = strchr(s, '@');

	if (at == NULL || at == s || at[1] == '\0' || strlen(s) > MAIL_ADDRESS_MAX || at - s > 64)
		return false;
	for (const char *p = s; p < at; p++) {
		if (!isalnum((unsigned char)*p) && strchr("!#$%&'*+-/=?^_`{|}~.", *p) == NULL)
			return false;
	}
	for (const char *p = at + 1; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && *p != '.' && *p != '-')
			return false;
	}
	return at[1] != '.' && at[1] != '-' && s[strlen(s) - 1] != '.' && strstr(s, "..") == NULL;
}

static void check_address(struct plan_loader *l, const struct yaml_node *node, const char *key,
			  const char *address)
{
	if (address != NULL && address[0] != '\0' && !is_mail_address(address))
		PLAN_ERROR(l, yaml_map_get(node, key), "syntax",
			   "%s: '%s' is no mail address (write name@example.org, ASCII only)", key,
			   address);
}

static void check_secret(struct plan_loader *l, const struct yaml_node *node, const char *key,
			 const char *text)
{
	if (text[0] != '\0' && !secret_ref_is_one(slice_of(text)))
		PLAN_ERROR(l, yaml_map_get(node, key), "secret-in-plan",
			   "%s: a secret does not stand in the plan; write ${secret:NAME} and put "
			   "the value into the collector's secrets file",
			   key);
}

/* Where a secret may stand in a text: nothing else begins with "${". */
static void check_references(struct plan_loader *l, const struct yaml_node *node, const char *key,
			     const char *text, bool may_have)
{
	for (const char *p = text; (p = strstr(p, "${")) != NULL; p++) {
		struct secret_ref r;

		if (!may_have || !secret_ref_find(slice_of(p), 0, &r) || r.from != 0 ||
		    !secret_ref_is_name(r.name)) {
			PLAN_ERROR(l, node, "unsupported", "%s: %s", key,
				   may_have ? "write ${secret:NAME}"
					    : "no ${...} is filled in here; write the value out");
			return;
		}
	}
}

static void check_limits(struct plan_loader *l, const struct yaml_node *node,
			 const struct channel_common *common, struct channel_limits *limits)
{
	if (yaml_map_get(node, "timeout") == NULL && limits->timeout_us > common->receipt_within_us)
		limits->timeout_us = common->receipt_within_us;
	if (limits->timeout_us > common->receipt_within_us)
		PLAN_ERROR(l, yaml_map_get(node, "timeout"), "conflict",
			   "timeout: a send may not last longer than 'receipt_within': the next "
			   "channel would be tried while it goes on");
}

static void check_file(struct plan_loader *l, const struct yaml_node *node, union settings *s)
{
	if (s->file.path != NULL && s->file.path[0] == '\0')
		PLAN_ERROR(l, yaml_map_get(node, "path"), "missing-key",
			   "path: where a channel of type file writes");
}

/* Read aloud at 3 a.m.: a line or two. */
static void check_manual(struct plan_loader *l, const struct yaml_node *node, union settings *s)
{
	if (strlen(s->manual.script) > SCRIPT_MAX)
		PLAN_ERROR(l, yaml_map_get(node, "script"), "too-large",
			   "script: %d bytes at most; it is read aloud", SCRIPT_MAX);
}

static void check_smtp(struct plan_loader *l, const struct yaml_node *node, union settings *s)
{
	const struct smtp_settings *m = &s->smtp;
	const struct yaml_node *url = yaml_map_get(node, "url");
	struct url_parts parts = {.port = 0};
	struct err_info info = {0};

	check_limits(l, node, &s->common, &s->smtp.limits);
	check_address(l, node, "from", m->from);
	check_address(l, node, "reply_to", m->reply_to);
	check_secret(l, node, "password", m->password);
	if ((m->user[0] != '\0') != (m->password[0] != '\0'))
		PLAN_ERROR(l, node, "conflict", "'user' and 'password' go together");
	if (m->url == NULL)
		return;
	if (url_split(m->url, &parts, &info) != ERR_OK)
		PLAN_ERROR(l, url, "syntax", "url: '%s': %s", m->url, info.text);
	else if ((strcmp(parts.scheme, "smtp") != 0 && strcmp(parts.scheme, "smtps") != 0) ||
		 parts.has_path)
		PLAN_ERROR(l, url, "syntax", "url: '%s' is not smtp://HOST[:PORT] or smtps://...",
			   m->url);
	else if (m->starttls == SMTP_STARTTLS_NONE && strcmp(parts.scheme, "smtps") == 0)
		PLAN_ERROR(l, yaml_map_get(node, "starttls"), "conflict",
			   "starttls: smtps:// has TLS from the start; take the key out");
	else if (m->starttls == SMTP_STARTTLS_NONE && !parse_is_loopback(parts.host))
		PLAN_ERROR(l, yaml_map_get(node, "starttls"), "not-loopback",
			   "starttls: without TLS only a loopback address may be used, not '%s'",
			   parts.host);
}

/* A secret in the path is a path; one in the host would hide where it goes. */
static void check_webhook_url(struct plan_loader *l, const struct yaml_node *node, const char *url)
{
	char *shown = arena_strdup(l->scratch, url);
	struct url_parts parts;
	struct err_info info;
	struct secret_ref r;

	for (size_t from = 0; secret_ref_find(slice_of(url), from, &r); from = r.to)
		memset(shown + r.from, 'x', r.to - r.from);
	if (url_split(shown, &parts, &info) != ERR_OK)
		PLAN_ERROR(l, node, "syntax", "url: '%s': %s", url, info.text);
	else if (strcmp(parts.scheme, "https") != 0 && strcmp(parts.scheme, "http") != 0)
		PLAN_ERROR(l, node, "syntax", "url: '%s' is not https://HOST[:PORT]/PATH", url);
	else if (strcmp(parts.scheme, "http") == 0 && !parse_is_loopback(parts.host))
		PLAN_ERROR(l, node, "not-loopback",
			   "url: plain http:// is for loopback addresses only; write https://");
	else if (secret_ref_find(slice_of(url), 0, &r) &&
		 memchr(url + strlen(parts.scheme) + 3, '/',
			r.from > strlen(parts.scheme) + 3 ? r.from - strlen(parts.scheme) - 3
							  : 0) == NULL)
		PLAN_ERROR(l, node, "syntax",
			   "url: ${secret:NAME} may stand in the path only, not in the host");
}

static void check_webhook(struct plan_loader *l, const struct yaml_node *node, union settings *s)
{
	const struct webhook_settings *w = &s->webhook;

	check_limits(l, node, &s->common, &s->webhook.limits);
	check_secret(l, node, "bearer", w->bearer);
	if (w->url != NULL)
		check_references(l, yaml_map_get(node, "url"), "url", w->url, true);
	if (w->url != NULL)
		check_webhook_url(l, yaml_map_get(node, "url"), w->url);
	if (!http_status_is_sound(w->success))
		PLAN_ERROR(l, yaml_map_get(node, "success"), "syntax",
			   "success: '%s' is no list of status codes (write 200-299 or 200,202)",
			   w->success);
}

/* --- reading ---------------------------------------------------------------------------------------- */

struct kv_list {
	struct plan_kv *items;
	size_t count;
};

static void add_kv(struct plan_loader *l, struct kv_list *list, const char *key, struct slice value)
{
	list->items[list->count++] =
		(struct plan_kv){key, arena_strndup(l->arena, value.p, value.n)};
}

static const struct type_row *type_of(const char *word)
{
	for (size_t i = 0; word != NULL && i < COUNT_OF(types); i++) {
		if (strcmp(types[i].type, word) == 0)
			return &types[i];
	}
	return NULL;
}

static const struct type_row *find_type(struct plan_loader *l, const struct yaml_node *node)
{
	const struct yaml_node *type = node->kind == YAML_MAP ? yaml_map_get(node, "type") : NULL;
	const struct type_row *row;
	const char *near = NULL;

	if (type == NULL) {
		PLAN_ERROR(l, node, "missing-key",
			   "'type' is missing: file, smtp, webhook or manual");
		return NULL;
	}
	row = type->kind == YAML_SCALAR ? type_of(type->text.p) : NULL;
	for (size_t i = 0; row == NULL && type->kind == YAML_SCALAR && i < COUNT_OF(types); i++) {
		if (param_distance(type->text, slice_of(types[i].type)) <= 2)
			near = types[i].type;
	}
	if (row == NULL && near != NULL)
		PLAN_ERROR(l, type, "unsupported",
			   "there is no channel of type '%.40s'; did you mean '%s'?", type->text.p,
			   near);
	else if (row == NULL)
		PLAN_ERROR(l, type, "unsupported",
			   "a channel is of type file, smtp, webhook or manual, not '%.40s'",
			   type->kind == YAML_SCALAR ? type->text.p : "a list");
	return row;
}

static bool is_header_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	}
	return s.n > 0 && s.n <= 64;
}

static void read_header(struct plan_loader *l, const struct yaml_node *h, struct kv_list *list)
{
	static const char *const ours[] = {"host",       "content-length", "transfer-encoding",
					   "connection", "expect",         "content-type"};
	struct slice name = h->key->text;

	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		if (name.n == strlen(ours[i]) && strncasecmp(name.p, ours[i], name.n) == 0) {
			PLAN_ERROR(l, h->key, "conflict", "headers: '%s' is set by Vigía itself",
				   ours[i]);
			return;
		}
	}
	if (!is_header_name(name) || h->kind != YAML_SCALAR || h->text.n > 1024)
		PLAN_ERROR(l, h->key, "syntax", "headers: write NAME: VALUE, a line of text each");
	for (size_t i = 0; h->kind == YAML_SCALAR && i < h->text.n; i++) {
		if ((unsigned char)h->text.p[i] < 0x20 || h->text.p[i] == 0x7F) {
			PLAN_ERROR(l, h, "syntax", "headers: a value is one line of text");
			return;
		}
	}
	if (h->kind == YAML_SCALAR)
		check_references(l, h, "headers", h->text.p, true);
	if (h->kind == YAML_SCALAR && list->count < HEADERS_MAX + 32)
		add_kv(l, list,
		       arena_printf(l->arena, PLAN_CHANNEL_HEADER "%.*s", (int)name.n, name.p),
		       h->text);
}

static void read_headers(struct plan_loader *l, const struct yaml_node *node, struct kv_list *list)
{
	size_t n = 0;

	if (node == NULL)
		return;
	if (node->kind != YAML_MAP) {
		PLAN_ERROR(l, node, "not-a-map", "headers: write {NAME: VALUE, ...}");
		return;
	}
	for (const struct yaml_node *h = node->first; h != NULL; h = h->next) {
		if (++n > HEADERS_MAX) {
			PLAN_ERROR(l, h, "too-large", "headers: %d at most", HEADERS_MAX);
			return;
		}
		read_header(l, h, list);
	}
}

/* White space between the words of JSON means nothing; a line end within one of its strings is no JSON anyway. */
static void read_body(struct plan_loader *l, const struct yaml_node *node, struct kv_list *list)
{
	struct err_info info;
	char *text;
	size_t n;

	if (node == NULL) {
		add_kv(l, list, "body", SLICE_LIT("${message}"));
		return;
	}
	if (node->kind != YAML_SCALAR || node->text.n > BODY_MAX) {
		PLAN_ERROR(l, node, "syntax",
			   "body: write JSON with ${message.FIELD} as one text, %d bytes at most "
			   "(body: | and lines below it)",
			   BODY_MAX);
		return;
	}
	n = node->text.n;
	text = arena_strndup(l->arena, node->text.p, n);
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n' || text[i] == '\r' || text[i] == '\t')
			text[i] = ' ';
	}
	while (n > 0 && text[n - 1] == ' ')
		n--;
	if (json_template_check((struct slice){text, n}, &info) != ERR_OK)
		PLAN_ERROR(l, node, "template", "body: %s", info.text);
	add_kv(l, list, "body", (struct slice){text, n});
}

/* Keys of other types: known, but not here. */
static void refuse_foreign(struct plan_loader *l, const struct yaml_node *node,
			   const struct type_row *own, const char **others, size_t max)
{
	static const char *const of_webhook[] = {"headers", "body", NULL};
	size_t n = 0;

	others[n++] = "carried_by";
	for (int i = 0; of_webhook[i] != NULL; i++) {
		others[n++] = of_webhook[i];
		if (strcmp(own->type, "webhook") != 0 && yaml_map_get(node, of_webhook[i]) != NULL)
			PLAN_ERROR(l, yaml_map_get(node, of_webhook[i])->key, "unknown-key",
				   "'%s' is a key of channels of type webhook, not %s",
				   of_webhook[i], own->type);
	}
	for (size_t t = 0; t < COUNT_OF(types); t++) {
		for (const struct param *p = types[t].params; p->key != NULL && n + 1 < max; p++) {
			const struct yaml_node *at = yaml_map_get(node, p->key);

			if (at == NULL || param_find(own->params, slice_of(p->key)) != NULL)
				continue;
			PLAN_ERROR(l, at->key, "unknown-key",
				   "'%s' is a key of channels of type %s, not %s", p->key,
				   types[t].type, own->type);
			others[n++] = p->key;
		}
	}
	others[n] = NULL;
}

static bool is_common(const char *key)
{
	return strcmp(key, "id") == 0 || strcmp(key, "type") == 0 ||
	       strcmp(key, "receipt_within") == 0 || strcmp(key, "lines") == 0;
}

static void keep_params(struct plan_loader *l, const struct yaml_node *node,
			const struct type_row *row, const union settings *s, struct kv_list *list)
{
	static const char *const checked[] = {"password", "bearer", "url"};
	struct buf text;

	buf_init(&text, 65536);
	for (const struct param *p = row->params; p->key != NULL; p++) {
		buf_reset(&text);
		if (is_common(p->key) || !param_get_text(p, s, &text) || text.len == 0)
			continue;
		if (strcmp(p->key, checked[0]) != 0 && strcmp(p->key, checked[1]) != 0 &&
		    strcmp(p->key, checked[2]) != 0)
			check_references(l, yaml_map_get(node, p->key), p->key, buf_cstr(&text),
					 false);
		add_kv(l, list, p->key, buf_slice(&text));
	}
	buf_release(&text);
}

static void read_channel(struct plan_loader *l, const struct yaml_node *node,
			 struct plan_channel *ret)
{
	const struct type_row *row = find_type(l, node);
	const char *others[48];
	union settings s = {.common = {.id = NULL}};
	struct kv_list list = {arena_calloc(l->arena, HEADERS_MAX + 32, sizeof(*list.items)), 0};

	ret->id = ret->type = "";
	if (row == NULL)
		return;
	refuse_foreign(l, node, row, others, COUNT_OF(others));
	yaml_fill(node, row->params, others, &s, l->arena, l->findings);
	row->check(l, node, &s);
	keep_params(l, node, row, &s, &list);
	if (strcmp(row->type, "webhook") == 0) {
		read_body(l, yaml_map_get(node, "body"), &list);
		read_headers(l, yaml_map_get(node, "headers"), &list);
	}
	ret->id = s.common.id != NULL ? s.common.id : "";
	ret->type = row->type;
	ret->receipt_within_us = s.common.receipt_within_us;
	ret->lines = (uint32_t)s.common.lines;
	ret->by_hand = strcmp(row->type, "manual") == 0;
	ret->params = list.items;
	ret->param_count = list.count;
	ret->carried_by =
		plan_items_resolve_list(l, &l->components, yaml_map_get(node, "carried_by"),
					"carried_by", &ret->carried_count);
}

void plan_read_channels(struct plan_loader *l)
{
	struct plan_channel *out = arena_calloc(l->arena, l->channels.count, sizeof(*out));

	l->plan->channels = out;
	for (uint32_t i = 0; i < l->channels.count; i++)
		read_channel(l, l->channels.nodes[i], &out[i]);
	l->plan->channel_count = l->channels.count;
}

void plan_check_contact(struct plan_loader *l, const struct yaml_node *node,
			const struct plan_contact *contact)
{
	if (contact->channel != PLAN_NONE && contact->to != NULL &&
	    strcmp(l->plan->channels[contact->channel].type, "smtp") == 0)
		check_address(l, node, "to", contact->to);
}

/* --- for those who send ----------------------------------------------------------------------------- */

const char *plan_channel_text(const struct plan_channel *c, const char *key)
{
	for (size_t i = 0; i < c->param_count; i++) {
		if (strcmp(c->params[i].key, key) == 0)
			return c->params[i].value;
	}
	return "";
}

void plan_channel_settings(const struct plan_channel *c, const struct param *table, void *settings,
			   struct arena *arena)
{
	param_set_defaults(table, settings, arena);
	for (size_t i = 0; i < c->param_count; i++) {
		const struct param *row = param_find(table, slice_of(c->params[i].key));

		if (row != NULL)
			err_ignore(param_set(row, settings, slice_of(c->params[i].value), arena,
					     NULL));
	}
}

struct channel_limits plan_channel_limits(const struct plan_channel *c)
{
	struct channel_limits limits = {0, 1};
	int64_t n;

	if (parse_duration_us(slice_of(plan_channel_text(c, "timeout")), &n) == ERR_OK)
		limits.timeout_us = n;
	if (parse_i64(slice_of(plan_channel_text(c, "at_once")), 1, 64, &n) == ERR_OK)
		limits.at_once = n;
	return limits;
}
