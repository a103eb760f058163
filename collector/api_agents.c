/* What agents ask for: their results in, their checks out. */
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "base/json_emit.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/api_impl.h"
#include "collector/intake.h"
#include "collector/series.h"

/* Well below the 15 s for which an agent waits; with 2,000 results a batch an agent is slowed down to 400 a second. */
enum { HOLD_MS = 5000 };

static bool is_flooded(struct collector *c)
{
	return series_stats(c->series).pending_rows > SERIES_PENDING_MAX;
}

void api_agents_release(struct api *a, bool all)
{
	uint64_t now = uv_now(a->c->loop);
	size_t kept = 0;
	bool flooded = !all && a->held_count > 0 && is_flooded(a->c);

	for (size_t i = 0; i < a->held_count; i++) {
		struct exchange x = {.api = a, .c = a->c, .r = a->held[i].r};

		if (flooded && now < a->held[i].until_ms)
			a->held[kept++] = a->held[i];
		else
			api_answer_after_commit(&x, &a->held[i].body);
	}
	a->held_count = kept;
}

static void answer_in_time(struct exchange *x, struct buf *answer)
{
	struct api *a = x->api;

	if (!is_flooded(x->c)) {
		api_answer_after_commit(x, answer);
		return;
	}
	a->held = mem_grow(a->held, a->held_count, &a->held_cap, sizeof(*a->held));
	a->held[a->held_count++] = (struct api_held){x->r, *answer, uv_now(x->c->loop) + HOLD_MS};
	collector_end_turn_soon(x->c);
}

void api_agents_results(struct exchange *x)
{
	struct buf answer;
	struct err_info info;
	enum err e;

	if (x->who.kind != PRINCIPAL_AGENT) {
		http_answer_error(x->r, 403, "not-yours",
				  "Results are posted with an agent's token");
		return;
	}
	if (core_stats(x->c->core).failing) {
		api_answer_not_journalled(x->r);
		return;
	}
	buf_init(&answer, 1 << 20);
	e = intake_post(x->c->intake, x->who.agent, http_body(x->r), &answer, &info);
	if (e == ERR_OK) {
		answer_in_time(x, &answer);
		return;
	}
	if (e == ERR_DENIED)
		http_answer_error(x->r, 403, "not-yours", "%s", info.text);
	else if (e == ERR_SYNTAX)
		http_answer_error(x->r, 400, "malformed", "%s", info.text);
	else
		http_answer_error(x->r, 503, "not-journalled", "%s", info.text);
	buf_release(&answer);
	collector_end_turn_soon(x->c);
}

static void put_definition(struct json_emit *j, const struct plan_check *c)
{
	json_open_object(j);
	json_kv_str(j, "id", c->id);
	json_kv_str(j, "type", c->schema->type);
	json_kv_micro(j, "interval", c->interval_us);
	json_kv_micro(j, "retry_interval", c->retry_interval_us);
	json_kv_micro(j, "timeout", c->timeout_us);
	json_kv_str(j, "warning", c->warning_text);
	json_kv_str(j, "critical", c->critical_text);
	json_key(j, "params");
	json_open_object(j);
	for (size_t i = 0; i < c->param_count; i++)
		json_kv_str(j, c->params[i].key, c->params[i].value);
	json_close_object(j);
	json_close_object(j);
}

void api_agents_checks(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	uint32_t agent = p != NULL ? plan_find_agent(p, x->segments[1]) : PLAN_NONE;
	const char *etag = http_header(x->r, "If-None-Match");
	char header[128], quoted[80];
	struct json_emit j;
	struct buf body;

	if (x->who.kind == PRINCIPAL_AGENT && !slice_is(x->segments[1], x->who.agent)) {
		http_answer_error(x->r, 403, "not-yours", "This token is that of another agent");
		return;
	}
	if (agent == PLAN_NONE) {
		http_answer_error(x->r, 404, "not-found",
				  "There is no such agent in the plan in force");
		return;
	}
	snprintf(quoted, sizeof(quoted), "\"%s\"", p->hash);
	snprintf(header, sizeof(header), "ETag: %s\r\n", quoted);
	if (etag != NULL && strcmp(etag, quoted) == 0) {
		http_answer(x->r, 304, "application/json", header, SLICE_LIT(""));
		return;
	}
	buf_init(&body, BUF_MAX_HTTP_ANSWER_IN);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "plan", p->hash);
	json_kv_str(&j, "agent", p->agents[agent].id);
	json_key(&j, "checks");
	json_open_array(&j);
	for (uint32_t i = 0; i < p->vantage_count; i++) {
		if (p->vantages[i].agent == agent)
			put_definition(&j, &p->checks[p->vantages[i].check]);
	}
	json_close_array(&j);
	json_close_object(&j);
	http_answer(x->r, 200, "application/json", header, buf_slice(&body));
	buf_release(&body);
}
