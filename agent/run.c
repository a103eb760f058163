/* The agent's life: checks from the collector or the cache, probes, results to the spool, batches up. */
#include "agent/run.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uv.h>

#include "agent/spool.h"
#include "base/http_client.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "probing/prober.h"
#include "wire/check_list.h"
#include "wire/result.h"

enum {
	BATCH_RESULTS = 2000,
	BATCH_BYTES = 1 << 20,
	SEND_WITHIN_MS = 900,
	ASK_CURSOR_MS = 5000,
	RETRY_FIRST_MS = 200,
	RETRY_MAX_MS = 5000,
	REFRESH_MS = 60000,
	CALL_TIMEOUT_MS = 15000,
	URGENT_TIMEOUT_MS = 5000,
	KEY_MAX = 256,
	ANSWER_MAX = 1 << 20
};

/* One generation of checks; replaced whole. */
struct generation {
	struct arena *arena;
	struct wire_check_list list;
	struct prober_check *checks;
	size_t count;
};
struct newest {
	bool has, urgent;
	uint64_t seq;
	struct wall_time t;
	struct verdict verdict;
};

struct agent {
	struct agent_config config;
	uv_loop_t loop;
	uv_timer_t send, refresh;
	uv_signal_t term, intr;
	struct http_client *http;
	struct prober *prober;
	struct spool *spool;
	struct generation now;
	struct newest *newest; /* per check */
	char boot[33], key[KEY_MAX], start[33];
	char sent_boot[SPOOL_BOOT_SIZE]; /* of the batch under way */
	uint64_t seq;
	size_t collector; /* index of the address in use */
	unsigned retry_ms;
	bool sending, sending_urgent, fetching, connected, was_behind, stopping;
};

static void send_soon(struct agent *a, unsigned ms);

static struct wall_time now_wall(void)
{
	uv_timeval64_t t;

	uv_gettimeofday(&t);
	return (struct wall_time){t.tv_sec * US_PER_S + t.tv_usec};
}

static const char *url_of(const struct agent *a)
{
	return a->config.collectors[a->collector % a->config.collector_count];
}

/* --- checks ---------------------------------------------------------------------------------------- */

static const char *find_param(void *user, const char *key)
{
	const struct wire_check *c = user;

	for (size_t i = 0; i < c->param_count; i++) {
		if (strcmp(c->params[i].key, key) == 0)
			return c->params[i].value;
	}
	return NULL;
}

/* A check that this program does not know is left out and said so; the others run. */
static void build_check(struct generation *g, const struct wire_check *w)
{
	const struct check_type *type = check_type_find(slice_of(w->type));
	struct prober_check *c = &g->checks[g->count];
	struct err_info info;
	enum err e = ERR_OK;

	if (type == NULL) {
		log_event(LOG_WARNING, "check.unknown-type", "check=%s type=%s", w->id, w->type);
		return;
	}
	*c = (struct prober_check){.id = w->id,
				   .type = type,
				   .interval_us = w->interval_us,
				   .retry_interval_us = w->retry_interval_us,
				   .timeout_us = w->timeout_us};
	e = prober_fill_params(type, find_param, (void *)(uintptr_t)w, g->arena, &c->params, &info);
	if (e == ERR_OK)
		e = judge_compile(slice_of(w->warning), &type->schema, g->arena, &c->warning,
				  &info);
	if (e == ERR_OK)
		e = judge_compile(slice_of(w->critical), &type->schema, g->arena, &c->critical,
				  &info);
	if (e != ERR_OK) {
		log_event(LOG_WARNING, "check.unusable", "check=%s text=%s", w->id,
			  log_quote(info.text));
		return;
	}
	g->count++;
}

static enum err apply_checks(struct agent *a, struct slice text, const char *from)
{
	struct generation g = {.arena = arena_new()}, old = a->now;
	struct err_info info;
	enum err e = check_list_decode(text, g.arena, &g.list, &info);

	if (e != ERR_OK) {
		log_event(LOG_WARNING, "checks.unreadable", "from=%s text=%s", from,
			  log_quote(info.text));
		arena_free(g.arena);
		return e;
	}
	g.checks = arena_calloc(g.arena, g.list.count, sizeof(*g.checks));
	for (size_t i = 0; i < g.list.count; i++)
		build_check(&g, &g.list.checks[i]);
	a->now = g;
	prober_set_checks(a->prober, g.checks, g.count);
	free(a->newest);
	a->newest = mem_calloc(g.count, sizeof(*a->newest));
	arena_free(old.arena);
	log_event(LOG_NOTICE, "checks.applied", "from=%s count=%zu plan=%.12s", from, g.count,
		  g.list.plan);
	return ERR_OK;
}

static void cache_path(const struct agent *a, char dst[4200], const char *suffix)
{
	snprintf(dst, 4200, "%s/checks.json%s", a->config.data, suffix);
}

static void write_cache(const struct agent *a, struct slice text)
{
	char path[4200], beside[4200];
	bool ok;
	int fd;

	cache_path(a, path, "");
	cache_path(a, beside, ".new");
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ok = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fdatasync(fd) == 0;
	if (fd >= 0)
		close(fd);
	if (!ok || rename(beside, path) != 0)
		log_event(LOG_WARNING, "cache.unwritable", "path=%s text=%s", path,
			  log_quote(strerror(errno)));
}

static void read_cache(struct agent *a)
{
	char path[4200], chunk[16384];
	struct buf text;
	ssize_t n = 0;
	int fd;

	cache_path(a, path, "");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	buf_init(&text, BUF_MAX_HTTP_ANSWER_IN);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_put(&text, chunk, (size_t)n);
	close(fd);
	if (n == 0 && buf_is_ok(&text))
		err_ignore(apply_checks(a, buf_slice(&text), "cache"));
	buf_release(&text);
}

static void on_checks(void *user, const struct http_reply *r)
{
	struct agent *a = user;

	a->fetching = false;
	if (r->err != ERR_OK)
		return; /* the uplink says that the collector is away */
	if (r->status == 200) {
		if (apply_checks(a, r->body, "collector") == ERR_OK)
			write_cache(a, r->body);
	} else if (r->status != 304) {
		log_event(LOG_WARNING, "checks.refused", "status=%ld text=%s", r->status,
			  log_quote(r->body.n < 400 ? r->body.p : "..."));
	}
}

static void fetch_checks(struct agent *a)
{
	char url[1024], etag[128];
	struct http_call call = {.method = "GET",
				 .url = url,
				 .bearer = a->key,
				 .timeout_ms = CALL_TIMEOUT_MS,
				 .answer_max = BUF_MAX_HTTP_ANSWER_IN};

	if (a->fetching || a->stopping)
		return;
	a->fetching = true;
	snprintf(url, sizeof(url), "%s/v1/agents/%s/checks", url_of(a), a->config.agent);
	if (a->now.arena != NULL) {
		snprintf(etag, sizeof(etag), "\"%s\"", a->now.list.plan);
		call.if_none_match = etag;
	}
	http_client_call(a->http, &call, on_checks, a);
}

static void on_refresh(uv_timer_t *t)
{
	fetch_checks(t->data);
}

/* --- uplink ---------------------------------------------------------------------------------------- */

static void lost(struct agent *a, const char *why)
{
	if (a->connected || a->retry_ms == 0)
		log_event(LOG_WARNING, "uplink.lost", "collector=%s text=%s", url_of(a),
			  log_quote(why));
	a->connected = false;
	a->collector++;
	a->retry_ms = a->retry_ms == 0 ? RETRY_FIRST_MS : a->retry_ms * 2;
	if (a->retry_ms > RETRY_MAX_MS)
		a->retry_ms = RETRY_MAX_MS;
	spool_rewind_all(a->spool);
	send_soon(a, a->retry_ms);
}

static void back(struct agent *a)
{
	if (!a->connected)
		log_event(LOG_NOTICE, "uplink.back", "collector=%s spooled=%llu", url_of(a),
			  (unsigned long long)spool_count(a->spool));
	a->connected = true;
	a->retry_ms = 0;
}

static void take_answer(struct agent *a, const struct wire_answer *answer, const char *boot)
{
	if (strcmp(a->start, answer->start) != 0) {
		/* Another start of the collector: it knows only what is safe, so all else goes again. */
		if (a->start[0] != '\0')
			spool_rewind_all(a->spool);
		snprintf(a->start, sizeof(a->start), "%s", answer->start);
		spool_rewind(a->spool, boot,
			     answer->received > answer->cursor ? answer->received : answer->cursor);
	}
	spool_delete(a->spool, boot, answer->cursor);
	if (a->now.arena == NULL || strcmp(a->now.list.plan, answer->plan) != 0)
		fetch_checks(a);
}

static void on_sent(void *user, const struct http_reply *r)
{
	struct agent *a = user;
	struct wire_answer answer;
	struct err_info info;

	a->sending = false;
	if (a->stopping)
		return;
	if (r->err != ERR_OK || r->status != 200 ||
	    answer_decode(r->body, &answer, &info) != ERR_OK) {
		char why[200];

		snprintf(why, sizeof(why), "%s status=%ld", r->err != ERR_OK ? r->error : "refused",
			 r->status);
		lost(a, why);
		return;
	}
	back(a);
	spool_gaps_told(a->spool, a->sent_boot);
	take_answer(a, &answer, a->sent_boot);
	send_soon(a, spool_oldest_unsent_boot(a->spool) != NULL
			     ? (spool_unsent(a->spool) > 100 ? 0 : SEND_WITHIN_MS)
			     : ASK_CURSOR_MS);
}

static void on_urgent_sent(void *user, const struct http_reply *r)
{
	struct agent *a = user;

	/* What did not arrive goes with the batch that follows. */
	(void)r;
	a->sending_urgent = false;
}

static void post(struct agent *a, struct buf *body, void (*done)(void *, const struct http_reply *),
		 unsigned timeout_ms)
{
	char url[1024];
	struct http_call call = {.method = "POST",
				 .url = url,
				 .bearer = a->key,
				 .content_type = "application/json",
				 .body = buf_slice(body),
				 .timeout_ms = timeout_ms,
				 .answer_max = ANSWER_MAX};

	snprintf(url, sizeof(url), "%s/v1/results", url_of(a));
	http_client_call(a->http, &call, done, a);
}

static void end_batch(struct agent *a, struct result_writer *w, const char *boot)
{
	struct spool_gap gaps[64];
	struct wire_gap told[64];
	size_t n = spool_gaps(a->spool, boot, gaps, 64);

	for (size_t i = 0; i < n; i++)
		told[i] = (struct wire_gap){gaps[i].from, gaps[i].to, slice_of(gaps[i].reason)};
	if (!result_write_end(w, told, n, prober_stats(a->prober).lag_us,
			      (int64_t)spool_unsent(a->spool), VIGIA_VERSION))
		log_event(LOG_ERROR, "uplink.batch-too-large", "boot=%s", boot);
}

/* The newest result of each check, marked live: judged at once, drawn when its turn comes. */
static void write_live(struct agent *a, struct result_writer *w, bool urgent_only)
{
	for (size_t i = 0; i < a->now.count; i++) {
		struct newest *n = &a->newest[i];
		const struct prober_check *c = &a->now.checks[i];

		if (n->has && (n->urgent || !urgent_only))
			result_write_result(w, n->seq, c->id, n->t, n->verdict.outcome, true,
					    &c->type->schema, n->verdict.values,
					    c->type->schema.value_count);
		n->urgent = false;
	}
}

static void send_urgent(struct agent *a)
{
	struct result_writer w;
	struct buf body;

	if (a->sending_urgent || !a->connected)
		return;
	a->sending_urgent = true;
	buf_init(&body, BUF_MAX_HTTP_BODY_IN);
	result_write_begin(&w, &body, a->config.agent, a->boot, now_wall());
	write_live(a, &w, true);
	if (result_write_end(&w, NULL, 0, prober_stats(a->prober).lag_us,
			     (int64_t)spool_unsent(a->spool), VIGIA_VERSION))
		post(a, &body, on_urgent_sent, URGENT_TIMEOUT_MS);
	buf_release(&body);
}

static void send_batch(struct agent *a)
{
	const char *boot = spool_oldest_unsent_boot(a->spool);
	struct result_writer w;
	struct buf body;
	size_t before;

	if (a->sending || a->stopping)
		return;
	if (boot == NULL)
		boot = spool_oldest_boot(a->spool) != NULL ? spool_oldest_boot(a->spool) : a->boot;
	snprintf(a->sent_boot, sizeof(a->sent_boot), "%s", boot);
	a->sending = true;
	buf_init(&body, BUF_MAX_HTTP_BODY_IN);
	result_write_begin(&w, &body, a->config.agent, a->sent_boot, now_wall());
	if (a->was_behind || strcmp(a->sent_boot, a->boot) != 0) {
		write_live(a, &w, false);
		a->was_behind = false;
	}
	if (w.any)
		buf_putc(&body, ',');
	before = body.len;
	spool_take(a->spool, a->sent_boot, BATCH_RESULTS, BATCH_BYTES, &body);
	if (w.any && body.len == before)
		body.data[--body.len] = '\0';
	end_batch(a, &w, a->sent_boot);
	post(a, &body, on_sent, CALL_TIMEOUT_MS);
	buf_release(&body);
}

static void on_send(uv_timer_t *t)
{
	send_batch(t->data);
}

static void send_soon(struct agent *a, unsigned ms)
{
	uv_update_time(&a->loop);
	if (!uv_is_active((uv_handle_t *)&a->send) || uv_timer_get_due_in(&a->send) > ms)
		uv_timer_start(&a->send, on_send, ms, 0);
}

/* --- results --------------------------------------------------------------------------------------- */

static bool is_urgent(const struct newest *before, const struct prober_check *c,
		      const struct verdict *v)
{
	if (v->outcome != OUTCOME_OK || !before->has || before->verdict.outcome != v->outcome)
		return true;
	return judge_is_met(c->critical, v->values, c->type->schema.value_count) !=
		       judge_is_met(c->critical, before->verdict.values,
				    c->type->schema.value_count) ||
	       judge_is_met(c->warning, v->values, c->type->schema.value_count) !=
		       judge_is_met(c->warning, before->verdict.values,
				    c->type->schema.value_count);
}

static void on_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct agent *a = user;
	const struct prober_check *c = &a->now.checks[index];
	struct newest *n = &a->newest[index];
	bool urgent = is_urgent(n, c, v);
	struct result_writer w = {0};
	struct err_info info;
	struct buf json;

	buf_init(&json, 16000);
	w.out = &json;
	result_write_result(&w, ++a->seq, c->id, at, v->outcome, false, &c->type->schema, v->values,
			    c->type->schema.value_count);
	if (spool_append(a->spool, a->seq, buf_slice(&json), &info) != ERR_OK)
		log_event(LOG_ERROR, "spool.unwritable", "text=%s", log_quote(info.text));
	buf_release(&json);
	*n = (struct newest){.has = true, .urgent = urgent, .seq = a->seq, .t = at, .verdict = *v};
	if (!a->connected) {
		a->was_behind = a->was_behind || spool_count(a->spool) > 2 * a->now.count;
		send_soon(a, a->retry_ms);
	} else if (urgent && a->sending) {
		send_urgent(a);
	} else {
		send_soon(a, urgent ? 0 : SEND_WITHIN_MS);
	}
}

/* --- life ------------------------------------------------------------------------------------------ */

static void on_stop_signal(uv_signal_t *s, int number)
{
	struct agent *a = s->data;

	(void)number;
	if (a->stopping)
		return;
	a->stopping = true;
	log_event(LOG_NOTICE, "agent.stopping", "spooled=%llu",
		  (unsigned long long)spool_count(a->spool));
	uv_stop(&a->loop);
}

static enum err read_key(struct agent *a, struct err_info *info)
{
	int fd = open(a->config.key_file, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s (made by: vigia enrol %s)",
				      a->config.key_file, a->config.agent);
	n = read(fd, a->key, sizeof(a->key) - 1);
	if (fstat(fd, &st) == 0 && (st.st_mode & 077) != 0) {
		close(fd);
		return err_fail(info, ERR_DENIED, "%s may be read by others; chmod 600 it",
				a->config.key_file);
	}
	close(fd);
	a->key[n > 0 ? n : 0] = '\0';
	a->key[strcspn(a->key, "\r\n")] = '\0';
	return a->key[0] != '\0' ? ERR_OK
				 : err_fail(info, ERR_SYNTAX, "%s is empty", a->config.key_file);
}

static enum err open_parts(struct agent *a, struct err_info *info)
{
	struct prober_options o = {.loop = &a->loop,
				   .in_flight_max = (unsigned)a->config.in_flight_max,
				   .result = on_result,
				   .user = a};
	char folder[4200];
	enum err e = read_key(a, info);

	if (e != ERR_OK)
		return e;
	if (mkdir(a->config.data, 0700) != 0 && errno != EEXIST)
		return err_fail_errno(info, ERR_IO, "mkdir %s", a->config.data);
	snprintf(folder, sizeof(folder), "%s/spool", a->config.data);
	e = spool_open(folder, a->config.spool_max, a->boot, &a->spool, info);
	if (e == ERR_OK)
		e = http_client_new(&a->loop, &a->http, info);
	if (e == ERR_OK)
		e = prober_new(&o, &a->prober, info);
	return e;
}

static void watch(struct agent *a)
{
	uv_timer_init(&a->loop, &a->send);
	uv_timer_init(&a->loop, &a->refresh);
	uv_signal_init(&a->loop, &a->term);
	uv_signal_init(&a->loop, &a->intr);
	a->send.data = a->refresh.data = a->term.data = a->intr.data = a;
	uv_signal_start(&a->term, on_stop_signal, SIGTERM);
	uv_signal_start(&a->intr, on_stop_signal, SIGINT);
	uv_timer_start(&a->refresh, on_refresh, REFRESH_MS, REFRESH_MS);
}

int agent_run(const struct agent_config *config)
{
	struct agent *a;
	struct err_info info = {0};
	int status = 0;

	mallopt(M_ARENA_MAX, 1); /* one thread works; arenas of others would only cost memory */
	a = mem_calloc(1, sizeof(*a));
	signal(SIGPIPE, SIG_IGN);
	a->config = *config;
	rand_hex(a->boot, 8);
	uv_loop_init(&a->loop);
	watch(a);
	if (open_parts(a, &info) != ERR_OK) {
		log_event(LOG_ERROR, "agent.not-started", "text=%s", log_quote(info.text));
		status = 1;
	} else {
		log_event(LOG_NOTICE, "agent.started", "agent=%s boot=%s spooled=%llu version=%s",
			  config->agent, a->boot, (unsigned long long)spool_count(a->spool),
			  VIGIA_VERSION);
		a->was_behind = spool_count(a->spool) > 0;
		read_cache(a);
		fetch_checks(a);
		send_soon(a, 0);
		uv_run(&a->loop, UV_RUN_DEFAULT);
		log_event(LOG_NOTICE, "agent.stopped", "boot=%s", a->boot);
	}
	prober_free(a->prober);
	http_client_free(a->http);
	spool_close(a->spool);
	free(a->newest);
	arena_free(a->now.arena);
	uv_close((uv_handle_t *)&a->send, NULL);
	uv_close((uv_handle_t *)&a->refresh, NULL);
	uv_close((uv_handle_t *)&a->term, NULL);
	uv_close((uv_handle_t *)&a->intr, NULL);
	uv_run(&a->loop, UV_RUN_DEFAULT);
	uv_loop_close(&a->loop);
	free(a);
	return status;
}
