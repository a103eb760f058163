#include "collector/heartbeat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/attr.h"
#include "base/http_client.h"
#include "base/json_emit.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/resolver.h"
#include "collector/turn.h"

/* The canary writes each 10 s (run.c). */
#define COMMIT_OLD_US (60 * US_PER_S)
/* A call leaves in the turn after its commit. */
#define CALL_STUCK_US (120 * US_PER_S)
#define LOOP_LATE_US (5 * US_PER_S)

enum { ANSWER_MAX = 64 << 10, BODY_MAX = 512, TARGET_SIZE = 700 };

struct heartbeat {
	struct collector *c;
	uv_timer_t timer;
	struct http_client *http;
	struct resolver *resolver; /* NULL: the host is an address */
	size_t next_address; /* another one after a failure */
	bool under_way, resolving, closing;
	struct heartbeat_status status;
};

static const char *const state_words[] = {"off", "waiting", "ok", "failing", "withheld"};
_Static_assert(COUNT_OF(state_words) == HEARTBEAT_WITHHELD + 1, "a word per state");

const char *heartbeat_state_word(enum heartbeat_state s)
{
	return state_words[s];
}

static bool is_call_stuck(const struct engine *e, struct wall_time now)
{
	for (size_t i = 0; i < view_incident_count(e); i++) {
		struct view_incident v;

		view_incident(e, i, &v);
		for (size_t k = 0; k < v.call_count; k++) {
			struct view_call call;

			view_call(e, v.id, k, &call);
			if ((call.state == CALL_STATE_PENDING ||
			     call.state == CALL_STATE_UNKNOWN) &&
			    wall_diff_us(now, call.state_since) >= CALL_STUCK_US)
				return true;
		}
	}
	return false;
}

const char *heartbeat_trouble(struct collector *c)
{
	struct core_stats s = core_stats(c->core);
	struct wall_time now = clock_now(&c->clock);

	if (s.failing)
		return "journal-failing";
	if (wall_is_known(s.last_commit) && wall_diff_us(now, s.last_commit) >= COMMIT_OLD_US)
		return "journal-old";
	if (is_call_stuck(core_engine(c->core), now))
		return "calls-stuck";
	return c->lag_us >= LOOP_LATE_US ? "loop-late" : NULL;
}

/* One log line per change, whatever the texts in between. */
static void become(struct heartbeat *h, enum heartbeat_state state, const char *why)
{
	enum heartbeat_state before = h->status.state;

	h->status.state = state;
	snprintf(h->status.why, sizeof(h->status.why), "%s", why);
	if (state == before)
		return;
	switch (state) {
	case HEARTBEAT_OK:
		log_event(LOG_NOTICE, "heartbeat.ok", "host=%s", h->c->config.heartbeat.host);
		return;
	case HEARTBEAT_FAILING:
		log_event(LOG_WARNING, "heartbeat.failed", "host=%s text=%s",
			  h->c->config.heartbeat.host, log_quote(why));
		return;
	case HEARTBEAT_WITHHELD:
		log_event(LOG_ERROR, "heartbeat.withheld", "why=%s", why);
		return;
	case HEARTBEAT_OFF:
	case HEARTBEAT_WAITING:
		return;
	}
}

static void end_beat(struct heartbeat *h, const char *trouble)
{
	h->under_way = false;
	if (trouble == NULL) {
		h->status.sent++;
		h->status.last_success = clock_now(&h->c->clock);
		become(h, HEARTBEAT_OK, "");
	} else {
		h->status.failed++;
		h->next_address++;
		become(h, HEARTBEAT_FAILING, trouble);
	}
}

static void on_reply(void *user, const struct http_reply *r)
{
	struct heartbeat *h = user;
	char why[120];

	if (r->err != ERR_OK)
		snprintf(why, sizeof(why), "%s", r->error);
	else
		snprintf(why, sizeof(why), "status %ld", r->status);
	end_beat(h, r->err == ERR_OK && r->status >= 200 && r->status < 300 ? NULL : why);
}

/* Nothing that is secret and nothing of what is watched. */
static void put_body(struct heartbeat *h, struct buf *body)
{
	struct journal_head head = journal_head(core_journal(h->c->core));
	char hex[SHA256_HEX_SIZE];
	struct json_emit j = json_emit_to(body);

	sha256_hex(hex, &head.hash);
	json_open_object(&j);
	json_kv_time(&j, "now", clock_now(&h->c->clock));
	json_kv_str(&j, "version", VIGIA_VERSION);
	json_kv_i64(&j, "seq", (int64_t)head.seq);
	json_kv_str(&j, "hash", hex);
	json_close_object(&j);
}

static void send_to(struct heartbeat *h, const char *address)
{
	const struct heartbeat_config *k = &h->c->config.heartbeat;
	char target[TARGET_SIZE];
	struct http_call call = {.method = k->post ? "POST" : "GET",
				 .url = k->url,
				 .content_type = k->post ? "application/json" : NULL,
				 .ca_file = k->tls ? k->ca_file : NULL,
				 .body = SLICE_LIT(""),
				 .timeout_ms = (unsigned)(k->timeout_us / US_PER_MS),
				 .answer_max = ANSWER_MAX};
	struct buf body;

	buf_init(&body, BODY_MAX);
	if (k->post) {
		put_body(h, &body);
		call.body = buf_slice(&body);
	}
	if (address != NULL) {
		snprintf(target, sizeof(target), "%s:%u:%s%s%s:%u", k->host, k->port,
			 strchr(address, ':') != NULL ? "[" : "", address,
			 strchr(address, ':') != NULL ? "]" : "", k->port);
		call.connect_to = target;
	}
	http_client_call(h->http, &call, on_reply, h);
	buf_release(&body);
}

static void on_found(void *user, enum resolver_result result,
		     const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count)
{
	struct heartbeat *h = user;

	h->resolving = false;
	if (h->closing)
		return;
	if (result != RESOLVER_OK || count == 0)
		end_beat(h, result == RESOLVER_UNKNOWN ? "the name does not exist"
						       : "the name could not be resolved");
	else
		send_to(h, addresses[h->next_address % count]);
}

static void on_timer(uv_timer_t *t)
{
	struct heartbeat *h = t->data;
	const char *trouble = heartbeat_trouble(h->c);

	if (trouble != NULL) {
		h->status.withheld++;
		become(h, HEARTBEAT_WITHHELD, trouble);
		return;
	}
	if (h->under_way || h->resolving)
		return; /* one that hangs ends by its timeout and is not doubled */
	h->under_way = true;
	if (h->resolver == NULL) {
		send_to(h, NULL);
		return;
	}
	h->resolving = true;
	resolver_find(h->resolver, h->c->config.heartbeat.host, on_found, h);
}

enum err heartbeat_start(struct collector *c, struct heartbeat **ret, struct err_info *info)
{
	const struct heartbeat_config *k = &c->config.heartbeat;
	struct heartbeat *h;
	enum err e;

	*ret = NULL;
	if (k->url == NULL)
		return ERR_OK;
	h = mem_calloc(1, sizeof(*h));
	h->c = c;
	h->status.state = HEARTBEAT_WAITING;
	h->status.last_success = WALL_UNKNOWN;
	uv_timer_init(c->loop, &h->timer);
	h->timer.data = h;
	*ret = h;
	e = http_client_new(c->loop, &h->http, info);
	if (e == ERR_OK && !parse_is_address(k->host))
		e = resolver_new(c->loop, &h->resolver, info);
	if (e != ERR_OK) {
		heartbeat_stop(h);
		*ret = NULL;
		return e;
	}
	uv_timer_start(&h->timer, on_timer, 0, (uint64_t)(k->every_us / US_PER_MS));
	return ERR_OK;
}

static void on_closed(uv_handle_t *t)
{
	free(t->data);
}

void heartbeat_stop(struct heartbeat *h)
{
	if (h == NULL)
		return;
	h->closing = true;
	if (h->resolver != NULL)
		resolver_free(h->resolver);
	http_client_free(h->http);
	uv_close((uv_handle_t *)&h->timer, on_closed);
}

struct heartbeat_status heartbeat_status(const struct heartbeat *h)
{
	return h != NULL ? h->status
			 : (struct heartbeat_status){.state = HEARTBEAT_OFF,
						     .last_success = WALL_UNKNOWN};
}
