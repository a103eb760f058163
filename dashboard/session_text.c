#include "dashboard/session_text.h"

#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"

static void read_rights(struct slice list, bool *ret_may_view)
{
	struct json_pull in = json_pull_from(list);
	struct slice right;

	json_enter_array(&in);
	while (json_next_element(&in)) {
		json_read_slice(&in, &right);
		if (in.error == NULL && slice_is(right, "view"))
			*ret_may_view = true;
	}
}

static void read_token(struct json_pull *in, char ret[SESSION_TOKEN_SIZE])
{
	struct slice token;

	json_read_slice(in, &token);
	if (in->error != NULL)
		return;
	if (!session_cookie_is_token(token)) {
		json_complain(in, "the token is none");
		return;
	}
	memcpy(ret, token.p, token.n);
	ret[token.n] = '\0';
}

bool session_text_read(struct slice json, struct session_text *ret)
{
	struct json_pull in = json_pull_from(json);
	struct slice key, idle = {0};

	*ret = (struct session_text){.expires = WALL_UNKNOWN};
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "account") && json_peek(&in) == JSON_OBJECT)
			json_read_raw(&in, &ret->account);
		else if (slice_is(key, "rights") && json_peek(&in) == JSON_ARRAY)
			json_read_raw(&in, &ret->rights);
		else if (slice_is(key, "token"))
			read_token(&in, ret->token);
		else if (slice_is(key, "enrol"))
			json_read_bool(&in, &ret->enrol);
		else if (slice_is(key, "expires"))
			json_read_time(&in, &ret->expires);
		else if (slice_is(key, "idle"))
			json_read_raw(&in, &idle);
		else
			json_skip(&in);
	}
	json_end(&in);
	if (in.error != NULL || ret->account.p == NULL || ret->rights.p == NULL)
		return false;
	ret->stays = idle.p != NULL && (slice_is(idle, "null") || slice_is(idle, "0"));
	read_rights(ret->rights, &ret->may_view);
	return true;
}

bool session_text_is_first(struct slice json)
{
	struct json_pull in = json_pull_from(json);
	struct slice key;
	bool first = false;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "first"))
			json_read_bool(&in, &first);
		else
			json_skip(&in);
	}
	json_end(&in);
	return in.error == NULL && first;
}

/* The members of an object, each as it came, but one. */
static void put_members(struct json_emit *j, struct slice object, const char *without)
{
	struct json_pull in = json_pull_from(object);
	struct slice key, value;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		json_read_raw(&in, &value);
		if (in.error != NULL || slice_is(key, without))
			continue;
		/* With its quotes: escapes, of which it has none, would make another key of it. */
		json_raw(j, (struct slice){key.p - 1, key.n + 2});
		buf_putc(j->out, ':');
		j->comma = false;
		json_raw(j, value);
	}
}

static void put_open(struct json_emit *j, bool is_open)
{
	json_key(j, "open");
	json_open_array(j);
	if (is_open)
		json_str(j, "view");
	json_close_array(j);
}

void session_text_put(const struct session_text *t, bool is_open, const char *proof,
		      struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_key(&j, "account");
	json_open_object(&j);
	put_members(&j, t->account, "rights");
	json_key(&j, "rights");
	json_raw(&j, t->rights);
	json_close_object(&j);
	put_open(&j, is_open);
	json_kv_bool(&j, "first", false);
	json_kv_bool(&j, "enrol", t->enrol);
	json_kv_time(&j, "expires", t->expires);
	json_kv_str(&j, "request", proof);
	json_close_object(&j);
}

void session_text_put_nobody(bool is_open, bool is_first, const char *proof, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_key(&j, "account");
	json_null(&j);
	put_open(&j, is_open);
	json_kv_bool(&j, "first", is_first);
	json_kv_bool(&j, "enrol", false);
	json_kv_time(&j, "expires", WALL_UNKNOWN);
	json_kv_str(&j, "request", proof);
	json_close_object(&j);
}

void session_text_put_without_token(struct slice json, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	put_members(&j, json, "token");
	json_close_object(&j);
}
