#include "agent/uplink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "wire/result.h"

enum {
	BATCH_RESULTS = 2000,
	BATCH_BYTES = 1 << 20,
	BATCH_GAPS = 64,
	SEND_WITHIN_MS = 900,
	ASK_CURSOR_MS = 5000,
	RETRY_FIRST_MS = 200,
	RETRY_MAX_MS = 5000,
	CALL_TIMEOUT_MS = 15000,
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
	size_t collector; /* index of the address in use */
	unsigned retry_ms;
	uint64_t sent_ms; /* loop time of the last batch */
	uint64_t asked_ms; /* ... and of the last one of the oldest start */
	bool sending, sending_beside, connected, was_behind;
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
	return u->o.config->collectors[u->collector % u->o.config->collector_count];
}

/* --- answers ---------------------------------------------------------------------------------------------- */

static void lost(struct uplink *u, const char *why)
{
	if (u->connected || u->retry_ms == 0)
		log_event(LOG_WARNING, "uplink.lost", "collector=%s text=%s", uplink_url(u),
			  log_quote(why));
	u->connected = false;
	u->collector++;
	u->retry_ms = u->retry_ms == 0 ? RETRY_FIRST_MS : u->retry_ms * 2;
	if (u->retry_ms > RETRY_MAX_MS)
		u->retry_ms = RETRY_MAX_MS;
	for (size_t i = 0; u->checks != NULL && i < u->checks->count; i++)
		u->newest[i].told = false;
	spool_rewind_all(u->o.spool);
	send_soon(u, u->retry_ms);
}

static void back(struct uplink *u)
{
	if (!u->connected)
		log_event(LOG_NOTICE, "uplink.back", "collector=%s spooled=%llu", uplink_url(u),
			  (unsigned long long)spool_count(u->o.spool));
	u->connected = true;
	u->retry_ms = 0;
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
		return ASK_CURSOR_MS;
	if (strcmp(u->sent_boot, u->o.boot) != 0)
		return 0; /* it was an earlier one's turn */
	return spool_unsent(u->o.spool) > BACKLOG ? 0 : SEND_WITHIN_MS;
}

static void on_sent(void *user, const struct http_reply *r)
{
	struct uplink *u = user;
	struct wire_answer answer;
	struct err_info info;

	u->sending = false;
	if (r->err != ERR_OK || r->status != 200 ||
	    answer_decode(r->body, &answer, &info) != ERR_OK) {
		char why[200];

		snprintf(why, sizeof(why), "%s status=%ld", r->err != ERR_OK ? r->error : "refused",
			 r->status);
		lost(u, why);
		return;
	}
	back(u);
	take_answer(u, &answer, u->sent_boot);
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

static void post(struct uplink *u, struct buf *body,
		 void (*done)(void *, const struct http_reply *), unsigned timeout_ms)
{
	char url[URL_SIZE];
	struct http_call call = {.method = "POST",
				 .url = url,
				 .bearer = u->o.key,
				 .content_type = "application/json",
				 .body = buf_slice(body),
				 .timeout_ms = timeout_ms,
				 .answer_max = ANSWER_MAX};

	snprintf(url, sizeof(url), "%s/v1/results", uplink_url(u));
	http_client_call(u->o.http, &call, done, u);
}

static bool end_batch(struct uplink *u, struct result_writer *w, const struct wire_gap *gaps,
		      size_t count)
{
	if (result_write_end(w, gaps, count, u->o.lag(u->o.user), (int64_t)spool_unsent(u->o.spool),
			     VIGIA_VERSION))
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
					    &c->type->schema, n->verdict.values,
					    c->type->schema.value_count);
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
	u->sending_beside = true;
	buf_init(&body, BUF_MAX_HTTP_BODY_IN);
	result_write_begin(&w, &body, u->o.config->agent, u->o.boot, now_wall());
	write_live(u, &w, urgent_only);
	if (w.any && end_batch(u, &w, NULL, 0))
		post(u, &body, on_beside_sent, URGENT_TIMEOUT_MS);
	else
		u->sending_beside = false;
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
	    (strcmp(boot, oldest) != 0 && uv_now(u->o.loop) - u->asked_ms >= ASK_CURSOR_MS))
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
	struct result_writer w;
	struct buf body;
	size_t before, gap_count;

	if (u->sending)
		return;
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
	if (end_batch(u, &w, told, gap_count)) {
		post(u, &body, on_sent, CALL_TIMEOUT_MS);
	} else {
		u->sending = false;
		lost(u, "a batch could not be written");
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
	const size_t n = c->type->schema.value_count;

	if (v->outcome != OUTCOME_OK || !before->has || before->verdict.outcome != v->outcome)
		return true;
	return judge_is_met(c->critical, v->values, n) !=
		       judge_is_met(c->critical, before->verdict.values, n) ||
	       judge_is_met(c->warning, v->values, n) !=
		       judge_is_met(c->warning, before->verdict.values, n);
}

static bool keep(struct uplink *u, const struct prober_check *c, struct wall_time at,
		 const struct verdict *v, bool urgent)
{
	struct result_writer w = {0};
	struct err_info info;
	struct buf json;
	bool ok;

	buf_init(&json, SPOOL_RECORD_MAX);
	w.out = &json;
	result_write_result(&w, u->seq, c->id, at, v->outcome, false, &c->type->schema, v->values,
			    c->type->schema.value_count);
	ok = spool_append(u->o.spool, u->seq, buf_slice(&json), urgent, &info) == ERR_OK;
	if (!ok)
		log_event(LOG_ERROR, "spool.unwritable", "text=%s", log_quote(info.text));
	buf_release(&json);
	return ok;
}

void uplink_result(struct uplink *u, size_t index, struct wall_time at, const struct verdict *v)
{
	const struct prober_check *c = &u->checks->checks[index];
	struct newest *n = &u->newest[index];
	bool urgent = is_urgent(n, c, v), kept;

	u->seq++;
	kept = keep(u, c, at, v, urgent);
	*n = (struct newest){
		.has = true, .urgent = urgent || !kept, .seq = u->seq, .t = at, .verdict = *v};
	if (!u->connected) {
		u->was_behind =
			u->was_behind || spool_count(u->o.spool) > 2 * (uint64_t)u->checks->count;
		send_soon(u, u->retry_ms);
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

struct uplink *uplink_new(const struct uplink_options *o)
{
	struct uplink *u = mem_calloc(1, sizeof(*u));

	u->o = *o;
	uv_timer_init(o->loop, &u->timer);
	u->timer.data = u;
	return u;
}

static void on_closed(uv_handle_t *h)
{
	struct uplink *u = h->data;

	free(u->newest);
	free(u);
}

void uplink_free(struct uplink *u)
{
	if (u != NULL)
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

void uplink_reload(struct uplink *u, const struct agent_config *config, const char *key)
{
	u->o.config = config;
	u->o.key = key;
	u->collector = 0;
	send_soon(u, 0);
}
