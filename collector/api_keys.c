/* The keys of agents: made, rotated, revoked, listed. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/log.h"
#include "collector/api_impl.h"
#include "collector/api_who.h"

static void put_moment(struct json_emit *j, const char *key, struct wall_time t)
{
	json_key(j, key);
	if (t.us != 0)
		json_micro(j, t.us);
	else
		json_null(j);
}

void api_keys_list(struct exchange *x)
{
	const struct tokens *t = x->c->tokens;
	struct token_view v;
	struct json_emit j;
	struct buf body;

	buf_init(&body, BUF_MAX_HTTP_ANSWER_IN);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "identity", x->c->identity.text);
	json_key(&j, "agents");
	json_open_array(&j);
	for (size_t i = 0; i < tokens_count(t); i++) {
		if (!tokens_at(t, i, &v))
			continue;
		json_open_object(&j);
		json_kv_str(&j, "agent", v.agent);
		put_moment(&j, "enrolled", v.enrolled);
		put_moment(&j, "used", v.used);
		put_moment(&j, "pending", v.pending);
		put_moment(&j, "revoked", v.revoked);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

static void answer_failure(struct exchange *x, enum err e, const struct err_info *info)
{
	if (e == ERR_NOT_FOUND)
		http_answer_error(x->r, 404, "not-found", "%s", info->text);
	else
		http_answer_error(x->r, 503, "not-stored", "%s", info->text);
}

/* The key is in force already: who revokes one must not wait for a journal that cannot be written. The answer does. */
static void answer_recorded(struct exchange *x, const char *what, const char *agent,
			    struct buf *body)
{
	struct input in = {.kind = INPUT_ACCESS, .now = clock_now(&x->c->clock)};
	char author[API_WHO_SIZE], text[API_WHO_SIZE + 96];
	struct err_info info;

	api_who_put_author(x, author);
	snprintf(text, sizeof(text), "%.16s %.64s %s", what, agent, author);
	in.u.access.text = text;
	log_event(strcmp(what, "revoked") == 0 ? LOG_WARNING : LOG_NOTICE,
		  strcmp(what, "revoked") == 0   ? "agent.revoked"
		  : strcmp(what, "rotated") == 0 ? "agent.rotated"
						 : "agent.enrolled",
		  "agent=%s", agent);
	if (core_input(x->c->core, &in, NULL, &info) == ERR_OK) {
		api_answer_after_commit(x, body);
		return;
	}
	log_event(LOG_ERROR, "journal.append-failed", "text=%s", log_quote(info.text));
	api_answer_not_journalled(x->r);
	buf_release(body);
}

void api_keys_enrol(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	const char *rotate = http_query(x->r, "rotate");
	char agent[64], token[TOKEN_TEXT_SIZE];
	bool again = rotate != NULL && strcmp(rotate, "1") == 0;
	struct err_info info;
	struct json_emit j;
	struct buf body;
	enum err e;

	if (p == NULL || plan_find_agent(p, x->segments[1]) == PLAN_NONE) {
		http_answer_error(
			x->r, 404, "not-found",
			"There is no agent '%.*s' in the plan in force; add it under agents",
			(int)x->segments[1].n, x->segments[1].p);
		return;
	}
	if (core_stats(x->c->core).failing) { /* a key that nobody is told would void the old one */
		api_answer_not_journalled(x->r);
		return;
	}
	snprintf(agent, sizeof(agent), "%.*s", (int)x->segments[1].n, x->segments[1].p);
	e = tokens_enrol(x->c->tokens, agent, again, clock_now(&x->c->clock), token, &info);
	if (e != ERR_OK) {
		answer_failure(x, e, &info);
		return;
	}
	buf_init(&body, 1024);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "agent", agent);
	json_kv_str(&j, "token", token);
	json_kv_str(&j, "identity", x->c->identity.text);
	json_close_object(&j);
	answer_recorded(x, again ? "rotated" : "enrolled", agent, &body);
}

/* Not asked for in the plan: an agent that was taken out of it keeps its key until it is revoked. */
void api_keys_revoke(struct exchange *x)
{
	char agent[64];
	struct err_info info;
	struct json_emit j;
	struct buf body;
	enum err e;

	snprintf(agent, sizeof(agent), "%.*s", (int)x->segments[1].n, x->segments[1].p);
	e = tokens_revoke(x->c->tokens, agent, clock_now(&x->c->clock), &info);
	if (e != ERR_OK) {
		answer_failure(x, e, &info);
		return;
	}
	buf_init(&body, 256);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "agent", agent);
	json_close_object(&j);
	answer_recorded(x, "revoked", agent, &body);
}
