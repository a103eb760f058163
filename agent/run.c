/* The agent's life: checks from the collector or from their copy, probes, results to the uplink, signals. */
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

#include "agent/generation.h"
#include "agent/rights.h"
#include "agent/spool.h"
#include "agent/traps.h"
#include "agent/uplink.h"
#include "base/folder_lock.h"
#include "base/http_client.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/secrets.h"
#include "base/sd_notify.h"

enum { REFRESH_MS = 60000, CALL_TIMEOUT_MS = 15000, KEY_SIZE = 256, FINDINGS_SHOWN = 20 };

struct agent {
	const char *file;
	struct agent_config config;
	uv_loop_t loop;
	uv_timer_t refresh;
	uv_signal_t term, intr, hup;
	struct http_client *http; /* for probes */
	struct http_client *link; /* to the collector */
	struct prober *prober;
	struct spool *spool;
	struct uplink *uplink;
	struct generation *checks; /* NULL: none yet */
	struct traps *traps; /* NULL: no receiver */
	struct secrets *secrets; /* what ${secret:NAME} of the checks stands for */
	char boot[SPOOL_BOOT_SIZE], key[KEY_SIZE];
	int lock; /* of the data folder; -1: not ours */
	bool fetching, stopping;
	struct sd_watchdog *watchdog;
};

/* --- checks ----------------------------------------------------------------------------------------------- */

/* One line for a file that is not as it must be. */
static void tell_secrets(const struct findings *f)
{
	log_event(LOG_ERROR, "secrets.refused", "at=%s:%u:%u code=%s text=%s", f->items[0].file,
		  f->items[0].line, f->items[0].column, f->items[0].code,
		  log_quote(f->items[0].text));
}

/* The file may say something new; if it is not sound, what was there stays. True: the values are others now. */
static bool read_secrets(struct agent *a, const char *file)
{
	struct findings f;
	struct secrets *fresh;
	bool changed = false;

	findings_init(&f);
	fresh = secrets_open(file, &f);
	if (fresh == NULL) {
		tell_secrets(&f);
	} else {
		changed = a->secrets == NULL || !secrets_same(fresh, a->secrets);
		secrets_free(a->secrets);
		a->secrets = fresh;
	}
	findings_release(&f);
	return changed;
}

static enum err apply_checks(struct agent *a, struct slice text, const char *from)
{
	struct generation *g = mem_calloc(1, sizeof(*g)), *old = a->checks;
	struct err_info info;
	enum err e = generation_build(text, a->secrets, g, &info);

	if (e != ERR_OK) {
		log_event(LOG_WARNING, "checks.unreadable", "from=%s text=%s", from,
			  log_quote(info.text));
		free(g);
		return e;
	}
	a->checks = g;
	traps_set_checks(a->traps, g);
	prober_set_checks(a->prober, g->checks, g->count);
	uplink_set_checks(a->uplink, g);
	if (old != NULL)
		generation_release(old);
	free(old);
	log_event(LOG_NOTICE, "checks.applied", "from=%s count=%zu plan=%.12s", from, g->count,
		  g->list.plan);
	return ERR_OK;
}

static void read_copy(struct agent *a)
{
	struct buf text;

	buf_init(&text, BUF_MAX_HTTP_ANSWER_IN);
	if (generation_read_copy(a->config.data, &text))
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
		(void)read_secrets(a, a->config.secrets);
		if (apply_checks(a, r->body, "collector") == ERR_OK)
			generation_write_copy(a->config.data, r->body);
	} else if (r->status != 304 && r->status != 401) { /* of a refused key the uplink speaks */
		log_event(LOG_WARNING, "checks.refused", "status=%ld text=%s", r->status,
			  log_quote(r->body.n < 400 ? r->body.p : "..."));
	}
}

static void fetch_checks(void *user)
{
	struct agent *a = user;
	char url[1024], path[128], etag[128];
	struct http_call call = {.method = "GET",
				 .timeout_ms = CALL_TIMEOUT_MS,
				 .answer_max = BUF_MAX_HTTP_ANSWER_IN};

	snprintf(path, sizeof(path), "/v1/agents/%s/checks", a->config.agent);
	if (a->fetching || a->stopping || !uplink_address(a->uplink, path, url, sizeof(url), &call))
		return;
	a->fetching = true;
	if (a->checks != NULL) {
		snprintf(etag, sizeof(etag), "\"%s\"", a->checks->list.plan);
		call.if_none_match = etag;
	}
	http_client_call(a->link, &call, on_checks, a);
}

static void on_refresh(uv_timer_t *t)
{
	fetch_checks(t->data);
}

static void on_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct agent *a = user;

	struct wire_note note;

	uplink_result(a->uplink, index, at, v,
		      traps_take_note(a->traps, index, &note) ? &note : NULL);
	if (prober_stats(a->prober).in_flight == 0)
		uplink_idle(a->uplink);
}

static struct trap_book *heard_for(void *user, size_t index)
{
	return traps_book(((struct agent *)user)->traps, index);
}

static size_t count_traps(void *user, struct wire_trap_count ret[WIRE_TRAPS_MAX])
{
	return traps_count(((struct agent *)user)->traps, ret);
}

/* What a trap hastens waits like all else for its turn where too many probes are under way. */
static bool probe_soon(void *user, size_t index)
{
	struct agent *a = user;

	return prober_stats(a->prober).in_flight < (unsigned)a->config.in_flight_max &&
	       prober_probe_now(a->prober, index);
}

static int64_t lag_of(void *user)
{
	return prober_stats(((struct agent *)user)->prober).lag_us;
}

/* --- signals ---------------------------------------------------------------------------------------------- */

static void on_stop_signal(uv_signal_t *s, int number)
{
	struct agent *a = s->data;

	(void)number;
	if (a->stopping)
		return;
	a->stopping = true;
	sd_notify_stopping();
	log_event(LOG_NOTICE, "agent.stopping", "spooled=%llu",
		  (unsigned long long)spool_count(a->spool));
	uv_stop(&a->loop);
}

static enum err read_key(const struct agent_config *c, char key[KEY_SIZE], struct err_info *info)
{
	int fd = open(c->key_file, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s (made by: vigia enrol %s)",
				      c->key_file, c->agent);
	n = read(fd, key, KEY_SIZE - 1);
	if (fstat(fd, &st) == 0 && (st.st_mode & 077) != 0) {
		close(fd);
		return err_fail(info, ERR_DENIED, "%s may be read by others; chmod 600 it",
				c->key_file);
	}
	close(fd);
	key[n > 0 ? n : 0] = '\0';
	key[strcspn(key, "\r\n")] = '\0';
	return key[0] != '\0' ? ERR_OK : err_fail(info, ERR_SYNTAX, "%s is empty", c->key_file);
}

/* The key was rotated or replaced on disk and nobody said so. */
static bool on_key_refused(void *user)
{
	struct agent *a = user;
	char key[KEY_SIZE];
	struct err_info info;

	if (read_key(&a->config, key, &info) != ERR_OK || strcmp(key, a->key) == 0)
		return false;
	memcpy(a->key, key, sizeof(a->key));
	uplink_set_key(a->uplink, a->key);
	log_event(LOG_NOTICE, "key.read-again", "file=%s", a->config.key_file);
	fetch_checks(a);
	return true;
}

static void refuse_reload(const struct agent *a, const char *code, const char *text)
{
	log_event(LOG_ERROR, "reload.refused", "at=%s code=%s text=%s", a->file, code,
		  log_quote(text));
}

static bool read_anew(struct agent *a, struct agent_config *ret, char key[KEY_SIZE])
{
	struct err_info info;
	struct findings f;
	bool ok;

	findings_init(&f);
	ok = agent_config_read(a->file, ret, &f);
	for (size_t i = 0; !ok && i < f.count && i < FINDINGS_SHOWN; i++)
		log_event(LOG_ERROR, "reload.refused", "at=%s:%u:%u code=%s text=%s",
			  f.items[i].file, f.items[i].line, f.items[i].column, f.items[i].code,
			  log_quote(f.items[i].text));
	findings_release(&f);
	if (!ok)
		return false;
	if (strcmp(ret->agent, a->config.agent) != 0 || strcmp(ret->data, a->config.data) != 0) {
		refuse_reload(a, "needs-restart",
			      "another agent id or data folder takes effect by a restart only");
		return false;
	}
	if (!trap_config_same_listen(&ret->traps, &a->config.traps)) {
		refuse_reload(a, "needs-restart",
			      "traps: another 'listen' takes effect by a restart only");
		return false;
	}
	if (read_key(ret, key, &info) != ERR_OK) {
		refuse_reload(a, "key-file", info.text);
		return false;
	}
	return true;
}

static void on_reload_signal(uv_signal_t *s, int number)
{
	struct agent *a = s->data;
	struct http_client *link = NULL, *old = a->link;
	struct agent_config fresh;
	struct err_info info;
	char key[KEY_SIZE];

	(void)number;
	sd_notify_reloading();
	if (!read_anew(a, &fresh, key) || http_client_new(&a->loop, &link, &info) != ERR_OK) {
		agent_config_release(&fresh);
		sd_notify_ready("the new configuration is refused; the old one is in force");
		return;
	}
	/* Connections that were verified under the old pins end with their client. */
	http_client_free(old);
	a->link = link;
	a->fetching = false;
	agent_config_release(&a->config);
	a->config = fresh;
	memcpy(a->key, key, sizeof(a->key));
	uplink_reload(a->uplink, &a->config, a->key, a->link);
	prober_set_ceiling(a->prober, (unsigned)a->config.in_flight_max);
	spool_set_max(a->spool, a->config.spool_max);
	if (read_secrets(a, a->config.secrets))
		read_copy(a); /* the same checks with other values */
	if (traps_reload(a->traps, &a->config.traps, a->secrets, &info) != ERR_OK)
		log_event(LOG_ERROR, "traps.refused", "text=%s", log_quote(info.text));
	log_event(LOG_NOTICE, "reload.done", "collector=%s", uplink_url(a->uplink));
	sd_notify_ready(a->config.agent);
	fetch_checks(a);
}

/* --- life ------------------------------------------------------------------------------------------------- */

/* The ICMP sockets are open: nothing of what follows needs a right. */
static enum err drop_rights(const struct agent *a, struct err_info *info)
{
	for (int v6 = 0; v6 < 2; v6++) {
		if (!prober_can_echo(a->prober, v6))
			log_event(LOG_WARNING, "icmp.unavailable",
				  "family=%s text=\"checks of type icmp are blind: neither "
				  "CAP_NET_RAW nor net.ipv4.ping_group_range allows it\"",
				  v6 ? "ipv6" : "ipv4");
	}
	return rights_drop(info);
}

static enum err open_secrets(struct agent *a, struct err_info *info)
{
	struct findings f;
	enum err e = ERR_OK;

	findings_init(&f);
	a->secrets = secrets_open(a->config.secrets, &f);
	if (a->secrets == NULL)
		e = err_fail(info, ERR_SYNTAX, "%s:%u: %s: %s", f.items[0].file, f.items[0].line,
			     f.items[0].code, f.items[0].text);
	findings_release(&f);
	return e;
}

static enum err open_parts(struct agent *a, struct err_info *info)
{
	struct prober_options o = {.loop = &a->loop,
				   .in_flight_max = (unsigned)a->config.in_flight_max,
				   .result = on_result,
				   .heard = heard_for,
				   .user = a};
	struct traps_options traps = {.config = &a->config.traps,
				      .folder = a->config.data,
				      .probe = probe_soon,
				      .user = a};
	struct uplink_options up = {.loop = &a->loop,
				    .config = &a->config,
				    .key = a->key,
				    .boot = a->boot,
				    .lag = lag_of,
				    .traps = count_traps,
				    .plan_changed = fetch_checks,
				    .key_refused = on_key_refused,
				    .user = a};
	char folder[4200];
	enum err e = read_key(&a->config, a->key, info);

	if (e == ERR_OK)
		e = open_secrets(a, info);
	if (e != ERR_OK)
		return e;
	if (mkdir(a->config.data, 0700) != 0 && errno != EEXIST)
		return err_fail_errno(info, ERR_IO, "mkdir %s", a->config.data);
	e = folder_lock(a->config.data, &a->lock, info);
	if (e != ERR_OK)
		return e;
	snprintf(folder, sizeof(folder), "%s/spool", a->config.data);
	e = spool_open(folder, a->config.spool_max, a->boot, &a->spool, info);
	if (e == ERR_OK)
		e = http_client_new(&a->loop, &a->http, info);
	if (e == ERR_OK)
		e = http_client_new(&a->loop, &a->link, info);
	if (e != ERR_OK)
		return e;
	o.http = a->http;
	up.http = a->link;
	up.spool = a->spool;
	e = prober_new(&o, &a->prober, info);
	if (e != ERR_OK)
		return e;
	e = uplink_new(&up, &a->uplink, info);
	if (e == ERR_OK)
		e = traps_open(&traps, &a->traps, info);
	if (e == ERR_OK)
		e = drop_rights(a, info);
	return e == ERR_OK ? traps_start(a->traps, &a->loop, a->secrets, info) : e;
}

static void watch(struct agent *a)
{
	uv_timer_init(&a->loop, &a->refresh);
	uv_signal_init(&a->loop, &a->term);
	uv_signal_init(&a->loop, &a->intr);
	uv_signal_init(&a->loop, &a->hup);
	a->refresh.data = a->term.data = a->intr.data = a->hup.data = a;
	uv_signal_start(&a->term, on_stop_signal, SIGTERM);
	uv_signal_start(&a->intr, on_stop_signal, SIGINT);
	uv_signal_start(&a->hup, on_reload_signal, SIGHUP);
	uv_timer_start(&a->refresh, on_refresh, REFRESH_MS, REFRESH_MS);
}

static void work(struct agent *a)
{
	log_event(LOG_NOTICE, "agent.started", "agent=%s boot=%s spooled=%llu version=%s",
		  a->config.agent, a->boot, (unsigned long long)spool_count(a->spool),
		  VIGIA_VERSION);
	uplink_begin(a->uplink);
	read_copy(a);
	fetch_checks(a);
	a->watchdog = sd_watchdog_start(&a->loop);
	sd_notify_ready(a->config.agent);
	malloc_trim(0); /* what reading the configuration took */
	uv_run(&a->loop, UV_RUN_DEFAULT);
	log_event(LOG_NOTICE, "agent.stopped", "boot=%s", a->boot);
}

static void close_parts(struct agent *a)
{
	sd_watchdog_stop(a->watchdog);
	traps_free(a->traps);
	prober_free(a->prober);
	http_client_free(a->link);
	http_client_free(a->http); /* ends requests without their callbacks */
	uplink_free(a->uplink);
	spool_close(a->spool);
	folder_unlock(a->lock);
	if (a->checks != NULL)
		generation_release(a->checks);
	free(a->checks);
	secrets_free(a->secrets);
	uv_close((uv_handle_t *)&a->refresh, NULL);
	uv_close((uv_handle_t *)&a->term, NULL);
	uv_close((uv_handle_t *)&a->intr, NULL);
	uv_close((uv_handle_t *)&a->hup, NULL);
	uv_run(&a->loop, UV_RUN_DEFAULT);
	uv_loop_close(&a->loop);
}

int agent_run(const char *file, struct agent_config *config)
{
	struct agent *a;
	struct err_info info = {0};
	int status = 0;

	mallopt(M_ARENA_MAX, 1); /* one thread works; arenas of others would only cost memory */
	a = mem_calloc(1, sizeof(*a));
	signal(SIGPIPE, SIG_IGN);
	a->file = file;
	a->lock = -1;
	a->config = *config;
	*config = (struct agent_config){0};
	rand_hex(a->boot, 8);
	uv_loop_init(&a->loop);
	watch(a);
	if (open_parts(a, &info) == ERR_OK) {
		work(a);
	} else {
		log_event(LOG_ERROR, "agent.not-started", "text=%s", log_quote(info.text));
		status = 1;
	}
	close_parts(a);
	agent_config_release(&a->config);
	free(a);
	return status;
}
