/* A channel of type webhook: one POST of JSON. A status of `success` is the receipt; an answer that never came after the
 * request had left is an outcome that nobody knows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/http_client.h"
#include "base/http_status.h"
#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/mem.h"
#include "base/url.h"
#include "collector/channel.h"
#include "collector/dial.h"
#include "base/secrets.h"
#include "collector/webhook_answer.h"
#include "plan/json_template.h"
#include "plan/plan_channel.h"

enum { BODY_MAX = 256 << 10, ANSWER_MAX = 64 << 10, HEADER_MAX = 16384 };

struct channel_send {
	channel_done_fn *done;
	void *user;
	struct http_client *http;
	struct arena *arena;
	struct webhook_settings settings;
	struct buf url, body, answer;
	struct curl_slist *headers, *connect_to;
	struct dial *dial;
	CURL *easy;
	struct http_transfer *transfer;
	bool starting, over;
};

static void release(struct channel_send *s)
{
	dial_cancel(s->dial);
	if (s->transfer != NULL)
		http_transfer_cancel(s->transfer);
	curl_easy_cleanup(s->easy);
	for (struct curl_slist *h = s->headers; h != NULL; h = h->next)
		explicit_bzero(h->data, strlen(h->data));
	curl_slist_free_all(s->headers);
	curl_slist_free_all(s->connect_to);
	secrets_wipe(&s->url);
	secrets_wipe(&s->body);
	buf_release(&s->answer);
	arena_free(s->arena);
	free(s);
}

static void finish(struct channel_send *s, enum delivery what, const char *detail)
{
	s->over = true;
	s->done(s->user, what, detail);
	if (!s->starting)
		release(s);
}

/* --- the answer -------------------------------------------------------------------------------------- */

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
	struct channel_send *s = user;

	buf_put(&s->answer, data, size * n);
	return buf_is_ok(&s->answer) ? size * n : 0; /* enough: the status is known */
}

static long status_of(const struct channel_send *s)
{
	long status = 0;

	if (s->easy != NULL)
		curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 ? status : 0;
}

/* Without an answer: did the request leave? */
static enum delivery unanswered(const struct channel_send *s)
{
	long sent = 0;

	if (s->easy != NULL)
		curl_easy_getinfo(s->easy, CURLINFO_REQUEST_SIZE, &sent);
	return sent > 0 ? DELIVERY_UNKNOWN : DELIVERY_FAILED;
}

static enum delivery known(const struct channel_send *s)
{
	long status = status_of(s);

	if (status == 0)
		return unanswered(s);
	return http_status_is_listed(s->settings.success, status) ? DELIVERY_RECEIPT
								  : DELIVERY_FAILED;
}

static void on_done(void *user, int code)
{
	struct channel_send *s = user;
	enum delivery what = known(s);
	char text[256], id[WEBHOOK_ID_SIZE];
	long status = status_of(s);

	s->transfer = NULL; /* it has ended by itself */
	if (status == 0)
		snprintf(text, sizeof(text), "%s", curl_easy_strerror((CURLcode)code));
	else if (what == DELIVERY_RECEIPT && s->settings.receipt_field[0] != '\0' &&
		 webhook_answer_id(buf_slice(&s->answer), s->settings.receipt_field, id))
		snprintf(text, sizeof(text), "%ld %s=%s", status, "id", id);
	else
		snprintf(text, sizeof(text), "%s%ld", what == DELIVERY_RECEIPT ? "" : "status ",
			 status);
	finish(s, what, text);
}

static void on_dialled(void *user, const char *connect_to, const char *why)
{
	struct channel_send *s = user;

	s->dial = NULL;
	if (connect_to == NULL) {
		finish(s, DELIVERY_FAILED, why);
		return;
	}
	s->easy = dial_handle(connect_to, "http,https", s->settings.ca_file, &s->connect_to);
	curl_easy_setopt(s->easy, CURLOPT_URL, buf_cstr(&s->url));
	curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, buf_cstr(&s->body));
	curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.len);
	curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(s->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(s->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
	s->transfer = http_client_run(s->http, s->easy, on_done, s);
}

/* --- the request ------------------------------------------------------------------------------------- */

struct variables {
	const struct message *m;
	const struct secrets *secrets;
	struct arena *arena;
};

static bool field_of(struct slice json, struct slice name, struct slice *ret)
{
	struct json_pull in = json_pull_from(json);
	struct slice key;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_eq(key, name)) {
			json_read_raw(&in, ret);
			return in.error == NULL;
		}
		json_skip(&in);
	}
	return false;
}

static bool value_of(void *user, struct slice name, struct slice *ret)
{
	const size_t dot = sizeof("message.") - 1, colon = sizeof("secret:") - 1;
	struct variables *v = user;
	const char *secret;
	struct json_emit j;
	struct buf text;

	if (slice_is(name, "message")) {
		*ret = v->m->json;
		return true;
	}
	if (name.n > dot && memcmp(name.p, "message.", dot) == 0)
		return field_of(v->m->json, (struct slice){name.p + dot, name.n - dot}, ret);
	if (name.n <= colon || memcmp(name.p, "secret:", colon) != 0)
		return false;
	secret = secrets_get(v->secrets, (struct slice){name.p + colon, name.n - colon});
	if (secret == NULL)
		return false;
	buf_init(&text, 32768);
	j = json_emit_to(&text);
	json_str(&j, secret);
	*ret = (struct slice){arena_strndup(v->arena, buf_cstr(&text), text.len), text.len};
	secrets_wipe(&text);
	return true;
}

static enum err add_header(struct channel_send *s, const struct secrets *secrets, const char *name,
			   const char *value, struct err_info *info)
{
	struct buf line;
	enum err e;

	buf_init(&line, HEADER_MAX);
	buf_printf(&line, "%s: ", name);
	e = secrets_expand(secrets, value, &line, info);
	if (e == ERR_OK)
		s->headers = curl_slist_append(s->headers, buf_cstr(&line));
	secrets_wipe(&line);
	return e;
}

static enum err add_headers(struct channel_send *s, const struct channel_env *env,
			    const struct plan_channel *channel, uint64_t call,
			    struct err_info *info)
{
	const size_t prefix = sizeof(PLAN_CHANNEL_HEADER) - 1;
	char key[96], bearer[128];
	enum err e;

	/* The same for a repeated sending: a receiver that keeps it answers for both. */
	snprintf(key, sizeof(key), "vigia-call-%llu.%.16s", (unsigned long long)call, env->journal);
	snprintf(bearer, sizeof(bearer), "Bearer %s", s->settings.bearer);
	e = add_header(s, env->secrets, "Content-Type", "application/json", info);
	if (e == ERR_OK)
		e = add_header(s, env->secrets, "Expect", "", info);
	if (e == ERR_OK)
		e = add_header(s, env->secrets, "Idempotency-Key", key, info);
	if (e == ERR_OK && s->settings.bearer[0] != '\0')
		e = add_header(s, env->secrets, "Authorization", bearer, info);
	for (size_t i = 0; e == ERR_OK && i < channel->param_count; i++) {
		if (strncmp(channel->params[i].key, PLAN_CHANNEL_HEADER, prefix) == 0)
			e = add_header(s, env->secrets, channel->params[i].key + prefix,
				       channel->params[i].value, info);
	}
	return e;
}

static enum err prepare(struct channel_send *s, const struct channel_env *env,
			const struct plan_channel *channel, const struct message *m,
			struct url_parts *url, struct err_info *info)
{
	struct variables v = {m, env->secrets, s->arena};
	enum err e = secrets_expand(env->secrets, s->settings.url, &s->url, info);

	if (e == ERR_OK)
		e = url_split(buf_cstr(&s->url), url, info);
	if (e == ERR_OK)
		e = json_template_expand(slice_of(plan_channel_text(channel, "body")), value_of, &v,
					 &s->body, info);
	if (e == ERR_OK)
		e = add_headers(s, env, channel, m->facts->effect->id, info);
	return e;
}

static struct channel_send *webhook_start(const struct channel_env *env,
					  const struct plan_channel *channel,
					  const struct message *m, channel_done_fn *done,
					  void *user)
{
	struct channel_send *s = mem_calloc(1, sizeof(*s));
	struct url_parts url = {.port = 0};
	struct err_info info = {0};

	s->done = done;
	s->user = user;
	s->http = env->http;
	s->arena = arena_new();
	s->starting = true;
	buf_init(&s->url, 8192);
	buf_init(&s->body, BODY_MAX);
	buf_init(&s->answer, ANSWER_MAX);
	plan_channel_settings(channel, plan_channel_webhook_params, &s->settings, s->arena);
	if (prepare(s, env, channel, m, &url, &info) != ERR_OK)
		finish(s, DELIVERY_FAILED, info.text);
	else
		s->dial = dial_start(env->resolver, url.host, url.port, on_dialled, s);
	s->starting = false;
	if (!s->over)
		return s;
	release(s);
	return NULL;
}

static enum delivery webhook_cancel(struct channel_send *s)
{
	enum delivery what = known(s);

	release(s);
	return what;
}

const struct channel_type channel_webhook = {
	.type = "webhook", .uses_network = true, .start = webhook_start, .cancel = webhook_cancel};
