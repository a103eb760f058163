#include "agent/uplink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "agent/addresses.h"
#include "agent/peer.h"
#include "base/json_pull.h"
#include "base/log.h"
#include "base/mem.h"
#include "wire/result.h"

enum {
	BATCH_RESULTS = 2000,
	BATCH_BYTES = 1 << 20,
	BATCH_GAPS = 64,
	SEND_WITHIN_MS = 900,
	CALL_TIMEOUT_MS = 15000,
	/* Where there is another address: so long is one tried that nothing comes back from, new or in use. With an empty
	 * batch's UPLINK_IDLE_MS before it and the next one's handshake after, it stays below silent_after's default. */
	CONNECT_TIMEOUT_MS = 4000,
	ASK_FIRST_TIMEOUT_MS = 4000,
	URGENT_TIMEOUT_MS = 5000,
	ANSWER_MAX = 1 << 20,
	BACKLOG = 100, /* more unsent results than this go without a pause */
	URL_SIZE = 1024
};

struct newest {
	bool has, urgent;
	bool told; /* live already: it will come once more in its turn */
	uint64_t seq;
	struct wall_time t;
	struct verdict verdict;
};

struct uplink {
	struct uplink_options o;
	uv_timer_t timer;
	const struct generation *checks; /* NULL: none yet */
	struct newest *newest; /* per check */
	char start[33]; /* of the collector */
	char sent_boot[SPOOL_BOOT_SIZE]; /* of the batch under way */
	uint64_t seq;
	struct addresses *addresses;
	struct peer peer;
	char told_lost[400]; /* what was logged last about an absence; "" = there is none */
	uint64_t not_before_ms; /* of the loop's clock: no batch before */
	uint64_t sent_ms; /* loop time of the last batch */
	uint64_t asked_ms; /* ... and of the last one of the oldest start */
	bool sending, sending_beside, asking_first, connected, was_behind;
	bool behind; /* the batch under way does not hold what is fresh */
};

static void send_soon(struct uplink *u, unsigned ms);

static struct wall_time now_wall(void)
{
	uv_timeval64_t t;

	uv_gettimeofday(&t);
	return (struct wall_time){t.tv_sec * US_PER_S + t.tv_usec};
}

const char *uplink_url(const struct uplink *u)
{
	return addresses_url(u->addresses);
}

static bool fill_call(struct uplink *u, const struct address_use *use, const char *path, char *url,
		      size_t size, struct http_call *call)
{
	if ((size_t)snprintf(url, size, "%s%s", use->url, path) >= size)
		return false;
	call->url = url;
	call->connect_to = use->connect_to;
	call->bearer = u->o.key;
	call->pins = &u->o.config->pins;
	call->connect_timeout_ms = u->o.config->collector_count > 1 ? CONNECT_TIMEOUT_MS : 0;
	call->unacked_timeout_ms = call->connect_timeout_ms;
	return true;
}

bool uplink_address(struct uplink *u, const char *path, char *url, size_t size,
		    struct http_call *call)
{
	struct address_use use;

	return addresses_use(u->addresses, &use) == ADDRESS_READY &&
	       fill_call(u, &use, path, url, size, call);
}

/* --- answers ---------------------------------------------------------------------------------------------- */

enum trouble { TROUBLE_LOST, TROUBLE_FOREIGN, TROUBLE_DENIED };

static void lost(struct uplink *u, enum trouble trouble, const char *why)
{
	char told[sizeof(u->told_lost)];
	unsigned wait_ms;

	/* Once for each address and reason, until it is back. */
	snprintf(told, sizeof(told), "%s %s", uplink_url(u), why);
	if (u->connected || strcmp(told, u->told_lost) != 0)
		log_event(trouble == TROUBLE_LOST ? LOG_WARNING : LOG_ERROR,
			  trouble == TROUBLE_LOST     ? "uplink.lost"
			  : trouble == TROUBLE_DENIED ? "uplink.denied"
						      : "uplink.foreign",
			  "collector=%s text=%s", uplink_url(u), log_quote(why));
	memcpy(u->told_lost, told, sizeof(told));
	u->connected = false;
	wait_ms = addresses_failed(u->addresses, trouble == TROUBLE_DENIED);
	u->not_before_ms = uv_now(u->o.loop) + wait_ms;
	for (size_t i = 0; u->checks != NULL && i < u->checks->count; i++)
		u->newest[i].told = false;
	spool_rewind_all(u->o.spool);
	send_soon(u, wait_ms);
}

static void back(struct uplink *u)
{
	if (!u->connected)
		log_event(LOG_NOTICE, "uplink.back", "collector=%s spooled=%llu", uplink_url(u),
			  (unsigned long long)spool_count(u->o.spool));
	u->connected = true;
	u->told_lost[0] = '\0';
	addresses_answered(u->addresses);
}

static void take_answer(struct uplink *u, const struct wire_answer *answer, const char *boot)
{
	if (strcmp(u->start, answer->start) != 0) {
		/* Another start of the collector: it knows only what is safe, so all else goes again. */
		if (u->start[0] != '\0')
			spool_rewind_all(u->o.spool);
		snprintf(u->start, sizeof(u->start), "%s", answer->start);
		spool_rewind(u->o.spool, boot,
			     answer->received > answer->cursor ? answer->received : answer->cursor);
	}
	spool_delete(u->o.spool, boot, answer->cursor);
	if (u->checks == NULL || strcmp(u->checks->list.plan, answer->plan) != 0)
		u->o.plan_changed(u->o.user);
}

static unsigned next_pause(struct uplink *u)
{
	if (spool_oldest_unsent_boot(u->o.spool) == NULL)
		return UPLINK_IDLE_MS;
	if (strcmp(u->sent_boot, u->o.boot) != 0)
		return 0; /* it was an earlier one's turn */
	return spool_unsent(u->o.spool) > BACKLOG ? 0 : SEND_WITHIN_MS;
}

static void on_first_asked(void *user, const struct http_reply *r)
{
	struct uplink *u = user;

	u->asking_first = false;
	if (r->err != ERR_OK || r->status != 200)
		return;
	addresses_return(u->addresses);
	log_event(LOG_NOTICE, "uplink.returned", "collector=%s", uplink_url(u));
}

/* Beside the traffic, so that an address that swallows what is sent to it delays nothing. */
static void ask_first(struct uplink *u)
{
	struct http_call call = {
		.method = "GET", .timeout_ms = ASK_FIRST_TIMEOUT_MS, .answer_max = 4096};
	struct address_use use;
	char url[URL_SIZE];

	if (u->asking_first || !addresses_ask_first(u->addresses, &use) ||
	    !fill_call(u, &use, "/healthz", url, sizeof(url), &call))
		return;
	call.bearer = NULL;
	u->asking_first = true;
	http_client_call(u->o.http, &call, on_first_asked, u);
}

static void on_refused(struct uplink *u, const struct http_reply *r)
{
	char why[300];

	if (r->status == 401 && u->o.key_refused(u->o.user)) {
		spool_rewind_all(u->o.spool);
		send_soon(u, 0);
		return;
	}
	if (r->status == 401) {
		snprintf(why, sizeof(why),
			 "the collector %s this agent's key; at the collector: vigia enrol %s "
			 "--rotate (or without --rotate), put the new key into %s; all results are "
			 "kept",
			 strstr(r->body.p, "\"revoked\"") != NULL ? "has revoked" : "does not know",
			 u->o.config->agent, u->o.config->key_file);
		lost(u, TROUBLE_DENIED, why);
		return;
	}
	snprintf(why, sizeof(why), "%s status=%ld", r->err != ERR_OK ? r->error : "refused",
		 r->status);
	lost(u, r->err == ERR_DENIED ? TROUBLE_FOREIGN : TROUBLE_LOST, why);
}

static void on_sent(void *user, const struct http_reply *r)
{
	struct uplink *u = user;
	struct wire_answer answer;
	struct err_info info;
	enum err e;

	u->sending = false;
	if (r->err != ERR_OK || r->status != 200 ||
	    answer_decode(r->body, &answer, &info) != ERR_OK) {
		on_refused(u, r);
		return;
	}
	e = peer_judge(&u->peer, &answer.identity, &info);
	if (e == ERR_DENIED) {
		lost(u, TROUBLE_FOREIGN, info.text);
		return;
	}
	back(u);
	if (e == ERR_OK)
		take_answer(u, &answer, u->sent_boot);
	else
		log_event(LOG_ERROR, "spool.unwritable", "text=%s", log_quote(info.text));
	ask_first(u);
	send_soon(u, next_pause(u));
}

static void on_beside_sent(void *user, const struct http_reply *r)
{
	struct uplink *u = user;

	/* What did not arrive goes with the batch that follows. */
	(void)r;
	u->sending_beside = false;
}

/* --- batches ---------------------------------------------------------------------------------------------- */

/* False: there is no address to send to now. */
static bool post(struct uplink *u, struct buf *body,
		 void (*done)(void *, const struct http_reply *), unsigned timeout_ms)
{
	char url[URL_SIZE];
	struct http_call call = {.method = "POST",
				 .content_type = "application/json",
				 .body = buf_slice(body),
				 .timeout_ms = timeout_ms,
				 .answer_max = ANSWER_MAX};

	if (!uplink_address(u, "/v1/results", url, sizeof(url), &call))
		return false;
	http_client_call(u->o.http, &call, done, u);
	return true;
}

/* When the oldest result was measured that this batch leaves behind. */
static struct wall_time oldest_waiting(struct spool *s)
{
	char text[SPOOL_RECORD_MAX + 1];
	struct wall_time t = WALL_UNKNOWN;
	struct json_pull in;
	struct slice key;

	if (!spool_peek(s, text))
		return t;
	in = json_pull_from(slice_of(text));
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "t"))
			json_read_time(&in, &t);
		else
			json_skip(&in);
	}
	return in.error == NULL ? t : WALL_UNKNOWN;
}

static bool end_batch(struct uplink *u, struct result_writer *w, const struct wire_gap *gaps,
		      size_t count)
{
	struct wire_state state = {.lag_micro = u->o.lag(u->o.user),
				   .spooled = (int64_t)spool_unsent(u->o.spool),
				   .spool_bytes = spool_bytes(u->o.spool),
				   .spool_oldest = oldest_waiting(u->o.spool),
				   .version = VIGIA_VERSION};
	struct wire_trap_count traps[WIRE_TRAPS_MAX];

	if (u->o.traps != NULL)
		state.trap_count = u->o.traps(u->o.user, traps);
	state.traps = traps;
	if (result_write_end(w, gaps, count, &state))
		return true;
	log_event(LOG_ERROR, "uplink.batch-too-large", "gaps=%zu", count);
	return false;
}

/* The newest result of each check, marked live: judged at once, drawn when its turn comes. Each once. */
static void write_live(struct uplink *u, struct result_writer *w, bool urgent_only)
{
	for (size_t i = 0; u->checks != NULL && i < u->checks->count; i++) {
		struct newest *n = &u->newest[i];
		const struct prober_check *c = &u->checks->checks[i];

		if (n->has && (n->urgent || (!urgent_only && !n->told))) {
			result_write_result(w, n->seq, c->id, n->t, n->verdict.outcome, true,
					    prober_schema(c), n->verdict.values,
					    prober_schema(c)->value_count);
			n->told = true;
		}
		n->urgent = false;
	}
}

/* While a batch is under way, or the disk takes nothing: what is not ok does not wait; nor does what is fresh while the
 * batch holds a backlog, lest its checks be taken for blind. */
static void send_beside(struct uplink *u, bool urgent_only)
{
	struct result_writer w;
	struct buf body;

	if (u->sending_beside || !u->connected)
		return;
	buf_init(&body, BUF_MAX_HTTP_BODY_IN);
	result_write_begin(&w, &body, u->o.config->agent, u->o.boot, now_wall());
	write_live(u, &w, urgent_only);
	u->sending_beside = w.any && end_batch(u, &w, NULL, 0) &&
			    post(u, &body, on_beside_sent, URGENT_TIMEOUT_MS);
	buf_release(&body);
}

static size_t take_gaps(struct uplink *u, struct spool_gap *gaps, struct wire_gap *ret)
{
	size_t n = spool_take_gaps(u->o.spool, u->sent_boot, gaps, BATCH_GAPS);

	for (size_t i = 0; i < n; i++)
		ret[i] = (struct wire_gap){gaps[i].from, gaps[i].to, slice_of(gaps[i].reason)};
	return n;
}

/* With nothing unsent the batch is empty and asks for the cursor of what waits to be safe. An earlier start is asked for
 * now and then also while this one has always something to send: else its files would stay for ever. */
static const char *boot_to_send(struct uplink *u)
{
	const char *boot = spool_oldest_unsent_boot(u->o.spool);
	const char *oldest = spool_oldest_boot(u->o.spool);

	if (oldest == NULL)
		return u->o.boot;
	if (boot == NULL ||
	    (strcmp(boot, oldest) != 0 && uv_now(u->o.loop) - u->asked_ms >= UPLINK_IDLE_MS))
		boot = oldest;
	if (boot == oldest || strcmp(boot, oldest) == 0)
		u->asked_ms = uv_now(u->o.loop);
	return boot;
}

static void forget_urgent(struct uplink *u)
{
	for (size_t i = 0; u->checks != NULL && i < u->checks->count; i++)
		u->newest[i].urgent = false;
}

static void send_batch(struct uplink *u)
{
	struct spool_gap gaps[BATCH_GAPS];
	struct wire_gap told[BATCH_GAPS];
	struct address_use use;
	struct result_writer w;
	struct buf body;
	size_t before, gap_count;

	if (u->sending)
		return;
	switch (addresses_use(u->addresses, &use)) {
	case ADDRESS_READY:
		break;
	case ADDRESS_WAIT:
		return; /* on_address_ready */
	case ADDRESS_UNKNOWN:
		lost(u, TROUBLE_LOST, "the name leads to no address");
		return;
	}
	snprintf(u->sent_boot, sizeof(u->sent_boot), "%s", boot_to_send(u));
	u->sending = true;
	u->sent_ms = uv_now(u->o.loop);
	buf_init(&body, BUF_MAX_HTTP_BODY_IN);
	result_write_begin(&w, &body, u->o.config->agent, u->sent_boot, now_wall());
	u->behind = u->was_behind || spool_unsent(u->o.spool) > BATCH_RESULTS / 2 ||
		    strcmp(u->sent_boot, u->o.boot) != 0;
	u->was_behind = false;
	if (u->behind)
		write_live(u, &w, false);
	if (w.any)
		buf_putc(&body, ',');
	before = body.len;
	spool_take(u->o.spool, u->sent_boot, BATCH_RESULTS, BATCH_BYTES, &body);
	if (w.any && body.len == before)
		body.data[--body.len] = '\0';
	if (spool_unsent(u->o.spool) == 0)
		forget_urgent(u); /* all of it is in this batch */
	gap_count = take_gaps(u, gaps, told);
	if (!end_batch(u, &w, told, gap_count) || !post(u, &body, on_sent, CALL_TIMEOUT_MS)) {
		u->sending = false;
		lost(u, TROUBLE_LOST, "a batch could not be written");
	}
	buf_release(&body);
}

static void on_timer(uv_timer_t *t)
{
	send_batch(t->data);
}

static void send_soon(struct uplink *u, unsigned ms)
{
	uv_update_time(u->o.loop);
	if (!uv_is_active((uv_handle_t *)&u->timer) || uv_timer_get_due_in(&u->timer) > ms)
		uv_timer_start(&u->timer, on_timer, ms, 0);
}

/* --- results ---------------------------------------------------------------------------------------------- */

static bool is_urgent(const struct newest *before, const struct prober_check *c,
		      const struct verdict *v)
{
	const size_t n = prober_schema(c)->value_count;

	if (v->outcome != OUTCOME_OK || !before->has || before->verdict.outcome != v->outcome)
		return true;
	return judge_is_met(c->critical, v->values, n) !=
		       judge_is_met(c->critical, before->verdict.values, n) ||
	       judge_is_met(c->warning, v->values, n) !=
		       judge_is_met(c->warning, before->verdict.values, n);
}

static bool keep(struct uplink *u, const struct prober_check *c, struct wall_time at,
		 const struct verdict *v, const struct wire_note *note, bool urgent)
{
	struct result_writer w = {0};
	struct err_info info;
	struct buf json;
	bool ok;

	buf_init(&json, SPOOL_RECORD_MAX);
	w.out = &json;
	result_write_noted(&w, u->seq, c->id, at, v->outcome, prober_schema(c), v->values,
			   prober_schema(c)->value_count, note);
	ok = spool_append(u->o.spool, u->seq, buf_slice(&json), urgent, &info) == ERR_OK;
	if (!ok)
		log_event(LOG_ERROR, "spool.unwritable", "text=%s", log_quote(info.text));
	buf_release(&json);
	return ok;
}

/* Of the pause after a failure. */
static unsigned wait_left(const struct uplink *u)
{
	uint64_t now = uv_now(u->o.loop);

	return u->not_before_ms > now ? (unsigned)(u->not_before_ms - now) : 0;
}

void uplink_result(struct uplink *u, size_t index, struct wall_time at, const struct verdict *v,
		   const struct wire_note *note)
{
	const struct prober_check *c = &u->checks->checks[index];
	struct newest *n = &u->newest[index];
	bool urgent = note != NULL || is_urgent(n, c, v), kept;

	u->seq++;
	kept = keep(u, c, at, v, note, urgent);
	*n = (struct newest){
		.has = true, .urgent = urgent || !kept, .seq = u->seq, .t = at, .verdict = *v};
	if (!u->connected) {
		u->was_behind =
			u->was_behind || spool_count(u->o.spool) > 2 * (uint64_t)u->checks->count;
		send_soon(u, wait_left(u));
	} else if (!kept || (urgent && u->sending)) {
		send_beside(u, true);
	} else if (u->sending && u->behind && uv_now(u->o.loop) - u->sent_ms >= SEND_WITHIN_MS) {
		send_beside(u, false);
	} else {
		send_soon(u, urgent ? 0 : SEND_WITHIN_MS);
	}
}

/* One waking of the processor serves the probes and the batch; more often than each SEND_WITHIN_MS it would not. */
void uplink_idle(struct uplink *u)
{
	if (u->connected && !u->sending && spool_unsent(u->o.spool) > 0 &&
	    uv_now(u->o.loop) - u->sent_ms >= SEND_WITHIN_MS)
		send_soon(u, 0);
}

/* --- life ------------------------------------------------------------------------------------------------- */

static void on_address_ready(void *user)
{
	send_soon(user, 0);
}

enum err uplink_new(const struct uplink_options *o, struct uplink **ret, struct err_info *info)
{
	struct uplink *u = mem_calloc(1, sizeof(*u));
	enum err e = peer_open(&u->peer, o->config, info);

	if (e != ERR_OK) {
		free(u);
		return e;
	}
	u->o = *o;
	u->addresses = addresses_new(o->loop, o->config, on_address_ready, u);
	uv_timer_init(o->loop, &u->timer);
	u->timer.data = u;
	*ret = u;
	return ERR_OK;
}

static void on_closed(uv_handle_t *h)
{
	struct uplink *u = h->data;

	free(u->newest);
	free(u);
}

void uplink_free(struct uplink *u)
{
	if (u == NULL)
		return;
	addresses_free(u->addresses);
	uv_close((uv_handle_t *)&u->timer, on_closed);
}

void uplink_begin(struct uplink *u)
{
	u->was_behind = spool_count(u->o.spool) > 0;
	send_soon(u, 0);
}

void uplink_set_checks(struct uplink *u, const struct generation *g)
{
	u->checks = g;
	free(u->newest);
	u->newest = mem_calloc(g->count, sizeof(*u->newest));
}

void uplink_set_key(struct uplink *u, const char *key)
{
	u->o.key = key;
}

void uplink_reload(struct uplink *u, const struct agent_config *config, const char *key,
		   struct http_client *http)
{
	struct err_info info;

	u->o.config = config;
	u->o.key = key;
	u->o.http = http;
	/* A file that cannot be read: nobody is believed until it can. */
	if (peer_open(&u->peer, config, &info) != ERR_OK)
		log_event(LOG_ERROR, "uplink.foreign", "text=%s", log_quote(info.text));
	addresses_free(u->addresses);
	u->addresses = addresses_new(u->o.loop, config, on_address_ready, u);
	u->sending = u->sending_beside = u->asking_first = false;
	u->told_lost[0] = '\0';
	u->not_before_ms = 0;
	spool_rewind_all(u->o.spool);
	send_soon(u, 0);
}
