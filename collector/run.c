/* The collector's life: start in order, turns of the loop, stop in reverse order. */
#include "collector/run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <uv.h>

#include "base/folder_lock.h"
#include "base/files.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sd_notify.h"
#include "checks/check.h"
#include "collector/api.h"
#include "collector/conductor.h"
#include "collector/effects.h"
#include "collector/faults.h"
#include "collector/heartbeat.h"
#include "collector/intake.h"
#include "collector/links.h"
#include "collector/people.h"
#include "collector/reload.h"
#include "base/secrets.h"
#include "collector/trust.h"
#include "collector/turn.h"

enum {
	DRAIN_MS = 2000,
	LAST_SENDS_MS = 3000, /* what is on its way at the end gets this long */
	RETRY_MS = 1000,
	LAG_PERIOD_MS = 500,
	DEADLINE_MAX_MS = 60000,
	DEADLINE_AGAIN_MS = 250,
	TURN_EVENTS_MAX = 100,
	TURN_MAX_MS = 20,
	CANARY_S = 10 /* nothing committed for so long: the journal is tried */
};

struct life {
	struct collector c;
	uv_loop_t loop;
	uv_timer_t deadline, lag, retry, last_sends;
	uv_prepare_t before_poll;
	uv_check_t after_poll;
	uv_signal_t term, intr, hup;
	struct mono_time lag_expected, turn_began;
	int lock; /* of the data folder; -1: not ours */
	uint64_t events_armed; /* events applied when the deadline was last worked out */
	bool turn_due, ending, stopping, drill_over;
	int status; /* of the whole run */
	struct sd_watchdog *watchdog;
	const char *told; /* the last word of systemd's status line */
};

static struct life *life_of(struct collector *c)
{
	return CONTAINER_OF(c, struct life, c);
}

static void on_deadline(uv_timer_t *t);

/* --- turns ----------------------------------------------------------------------------------------- */

static void on_retry(uv_timer_t *t)
{
	collector_end_turn(&((struct life *)t->data)->c);
}

static void on_committed(void *user, const struct effect_list *effects, uint64_t head_seq)
{
	struct collector *c = user;

	(void)head_seq;
	effects_queue(c->effects, effects);
	if (c->api != NULL)
		api_wake_streams(c->api);
}

static void arm_deadline(struct life *l, int64_t at_least_ms)
{
	struct wall_time due = engine_next_deadline(core_engine(l->c.core));
	int64_t ms = DEADLINE_MAX_MS;

	if (due.us != WALL_NEVER.us)
		ms = (wall_diff_us(due, clock_now(&l->c.clock)) + US_PER_MS - 1) / US_PER_MS;
	if (ms < at_least_ms)
		ms = at_least_ms;
	if (ms > DEADLINE_MAX_MS)
		ms = DEADLINE_MAX_MS;
	l->events_armed = core_stats(l->c.core).events;
	uv_update_time(&l->loop);
	uv_timer_start(&l->deadline, on_deadline, (uint64_t)ms, 0);
}

static void on_deadline(uv_timer_t *t)
{
	struct life *l = t->data;
	struct collector *c = &l->c;
	struct input in = {.kind = INPUT_TICK, .now = clock_now(&c->clock)};
	uint64_t before = core_stats(c->core).events;
	struct err_info info;

	if (core_holds_time(c->core, in.now)) {
		arm_deadline(l, DEADLINE_AGAIN_MS);
		return;
	}
	if (core_input(c->core, &in, NULL, &info) != ERR_OK)
		log_event(LOG_ERROR, "journal.append-failed", "text=%s", log_quote(info.text));
	/* Never in a tight circle: what is due and yields nothing is asked again in a while. */
	arm_deadline(l, core_stats(c->core).events == before ? DEADLINE_AGAIN_MS : 0);
	collector_end_turn(c);
}

void collector_end_turn(struct collector *c)
{
	struct life *l = life_of(c);
	struct err_info info;
	bool committed = faults_commit(c, &info) == ERR_OK;

	l->turn_due = false;
	if (c->api != NULL)
		api_finish(c->api, committed);
	if (!committed)
		log_event(LOG_ERROR, "journal.commit-failed", "text=%s", log_quote(info.text));
	if (l->stopping)
		return;
	effects_run(c->effects); /* what is queued: committed, or waiting for too long */
	if (core_stats(c->core).failing)
		uv_timer_start(&l->retry, on_retry, RETRY_MS, 0);
	/* Samples only move deadlines further away; the timer finds that out when it fires. */
	if (core_stats(c->core).events != l->events_armed)
		arm_deadline(l, 0);
}

void collector_end_turn_soon(struct collector *c)
{
	struct life *l = life_of(c);

	if (!l->turn_due)
		l->turn_began = clock_mono();
	l->turn_due = true;
	if (core_stats(c->core).unjournalled >= TURN_EVENTS_MAX ||
	    mono_diff_us(clock_mono(), l->turn_began) >= TURN_MAX_MS * US_PER_MS)
		collector_end_turn(c);
}

static void on_before_poll(uv_prepare_t *h)
{
	struct life *l = h->data;

	if (l->turn_due)
		collector_end_turn(&l->c);
}

static void on_after_poll(uv_check_t *h)
{
	struct life *l = h->data;

	if (l->turn_due)
		collector_end_turn(&l->c);
}

/* On a calm day nothing is committed for hours: whether the disk takes anything is tried. */
static void look_after_journal(struct life *l)
{
	struct core_stats s = core_stats(l->c.core);
	struct wall_time now = clock_now(&l->c.clock),
			 before = wall_add_us(now, -CANARY_S * US_PER_S);
	struct err_info info;

	if (!s.failing && core_canary(l->c.core, now, before, &info) != ERR_OK)
		collector_end_turn(&l->c); /* says it, and tries again each second */
}

static const char *status_line(struct life *l, const char *trouble)
{
	static char line[400];

	if (trouble != NULL)
		snprintf(line, sizeof(line), "not well: %s", trouble);
	else
		snprintf(line, sizeof(line), "listens on %s:%u", l->c.config.host,
			 http_server_port(l->c.http));
	return line;
}

static void tell_systemd(struct life *l)
{
	const char *trouble = heartbeat_trouble(&l->c);

	if (trouble != l->told)
		sd_notify_status(status_line(l, trouble));
	l->told = trouble;
}

/* Our own lag: how late a timer of ours fires; and whether the system's clock was stepped. */
static void on_lag(uv_timer_t *t)
{
	struct life *l = t->data;
	struct mono_time now = clock_mono();
	int64_t late = mono_diff_us(now, l->lag_expected), step = clock_take_step_us(&l->c.clock);

	l->lag_expected = mono_add_us(now, LAG_PERIOD_MS * US_PER_MS);
	if (late < 0)
		late = 0;
	l->c.lag_us = late > l->c.lag_us ? late : (l->c.lag_us * 7 + late) / 8;
	intake_save(l->c.intake);
	faults_look(&l->c);
	look_after_journal(l);
	people_look(l->c.people);
	tell_systemd(l);
	if (l->c.api != NULL)
		api_agents_release(l->c.api, false);
	if (step != 0) {
		struct input in = {.kind = INPUT_CLOCK_STEP, .now = clock_now(&l->c.clock)};
		struct err_info info;

		log_event(LOG_WARNING, "clock.stepped", "seconds=%lld",
			  (long long)(step / US_PER_S));
		in.u.clock.step_us = step;
		if (core_input(l->c.core, &in, NULL, &info) != ERR_OK)
			log_event(LOG_ERROR, "journal.append-failed", "text=%s",
				  log_quote(info.text));
		collector_end_turn(&l->c);
	}
}

static int64_t now_s(void *user)
{
	return clock_now(&((struct collector *)user)->clock).us / US_PER_S;
}

static void on_durable(void *user, const struct series_ref *refs, size_t count)
{
	intake_durable(((struct collector *)user)->intake, refs, count);
}

/* --- stop ------------------------------------------------------------------------------------------ */

static void on_http_stopped(void *user)
{
	struct life *l = user;

	uv_stop(&l->loop);
}

static void tell_stop(struct collector *c)
{
	struct input in = {.kind = INPUT_STOP, .now = clock_now(&c->clock)};
	struct err_info info;

	in.u.start.id = c->start_id;
	in.u.start.version = VIGIA_VERSION;
	if (core_input(c->core, &in, NULL, &info) != ERR_OK ||
	    core_commit(c->core, in.now, &info) != ERR_OK)
		log_event(LOG_ERROR, "journal.commit-failed", "text=%s", log_quote(info.text));
}

static void stop(struct life *l)
{
	if (l->stopping)
		return;
	tell_stop(&l->c);
	l->stopping = true;
	uv_timer_stop(&l->lag);
	uv_timer_stop(&l->deadline);
	uv_timer_stop(&l->retry);
	uv_timer_stop(&l->last_sends);
	api_agents_release(l->c.api, true);
	api_finish(l->c.api, !core_stats(l->c.core).failing);
	api_stop(l->c.api);
	people_stop(l->c.people);
	http_server_stop(l->c.http, DRAIN_MS, on_http_stopped, l);
}

static void on_sends_over(void *user)
{
	stop(user);
}

static void on_last_sends(uv_timer_t *t)
{
	struct life *l = t->data;

	log_event(LOG_WARNING, "sends.unfinished", "count=%llu",
		  (unsigned long long)effects_stats(l->c.effects).in_flight);
	stop(l);
}

/* Messages on their way first: what does not end in time has no result in the journal, and goes again, marked. */
static void on_stop_signal(uv_signal_t *s, int number)
{
	struct life *l = s->data;

	(void)number;
	if (l->ending)
		return;
	if (l->c.conductor != NULL && !l->drill_over) {
		/* Nobody is left believing in it; asked a second time it ends at once. */
		l->drill_over = true;
		conductor_end(l->c.conductor, CONDUCTOR_STOPPED,
			      "stopped by the one who conducts it");
		return;
	}
	l->ending = true;
	sd_notify_stopping();
	log_event(LOG_NOTICE, "collector.stopping", "start=%.8s", l->c.start_id);
	uv_timer_start(&l->last_sends, on_last_sends, LAST_SENDS_MS, 0);
	effects_stop(l->c.effects, on_sends_over, l);
}

static void on_hup(uv_signal_t *s, int number)
{
	struct life *l = s->data;

	(void)number;
	sd_notify_reloading();
	trust_renew(l->c.trust);
	reload_secrets(&l->c);
	err_ignore(reload_plan(&l->c)); /* it says by itself what was refused */
	collector_end_turn(&l->c);
	sd_notify_ready(status_line(l, l->told));
}

/* --- start ----------------------------------------------------------------------------------------- */

static enum err tell(struct collector *c, struct input *in, struct err_info *info)
{
	in->now = clock_now(&c->clock);
	return core_input(c->core, in, NULL, info);
}

static enum err begin_run(struct collector *c, struct err_info *info)
{
	struct input start = {.kind = INPUT_START}, skipped = {.kind = INPUT_SKIPPED};
	enum err e = ERR_OK;

	bool first = view_plan(core_engine(c->core)) == NULL;

	if (first && reload_plan(c) != ERR_OK)
		return err_fail(info, ERR_SYNTAX,
				"the plan is not sound and there is no earlier one: %s",
				c->refusal.text);
	start.u.start.id = c->start_id;
	start.u.start.version = VIGIA_VERSION;
	e = tell(c, &start, info);
	if (e == ERR_OK && core_skipped_input(c->core)[0] != '\0') {
		skipped.u.skipped.text = core_skipped_input(c->core);
		log_event(LOG_ERROR, "input.skipped", "text=%s", log_quote(skipped.u.skipped.text));
		e = tell(c, &skipped, info);
	}
	if (e != ERR_OK)
		return e;
	/* A broken plan on disk: the last applied one runs on, and everybody is told. */
	if (!first)
		err_ignore(reload_plan(c));
	e = faults_commit(c, info);
	if (e == ERR_OK || first)
		return e;
	/* A disk that refuses must not keep the watch from starting: it goes on as in the middle of a run. */
	log_event(LOG_ERROR, "journal.commit-failed", "text=%s", log_quote(info->text));
	return ERR_OK;
}

/* What the series know of the time before this start, and the journal does not. */
static void recall(struct collector *c)
{
	const struct plan *p = view_plan(core_engine(c->core));

	for (uint32_t i = 0; i < p->vantage_count; i++)
		engine_recall(core_engine(c->core), i, series_newest(c->series, i));
}

static void on_drill_over(void *user, enum conductor_end how)
{
	struct life *l = user;

	l->drill_over = true;
	l->status = how == CONDUCTOR_DONE ? 0 : 1;
	on_stop_signal(&l->term, SIGTERM);
}

/* Where the drill's collector listens, for `vigia drill`: the port is any that was free. */
static enum err say_where(struct collector *c, struct err_info *info)
{
	char path[4200], text[64];
	int n = snprintf(text, sizeof(text), "http://127.0.0.1:%u\n", http_server_port(c->http));

	snprintf(path, sizeof(path), "%s/listen", c->config.data);
	return files_replace(path, (struct slice){text, (size_t)n}, 0600, info);
}

static enum err begin_drill(struct life *l, struct err_info *info)
{
	enum err e = say_where(&l->c, info);

	if (e == ERR_OK)
		e = conductor_start(&l->c, &l->c.conductor, info);
	if (e == ERR_OK)
		conductor_on_over(l->c.conductor, on_drill_over, l);
	return e;
}

static enum err open_parts(struct life *l, struct err_info *info)
{
	struct collector *c = &l->c;
	struct core_options core = {.folder = c->config.data,
				    .schemas = &check_schemas,
				    .now = clock_system(),
				    .committed = on_committed,
				    .user = c};
	struct series_options series = {.archives = {c->config.fine_rows, c->config.middle_rows,
						     c->config.coarse_rows, c->config.day_rows},
					.flush_us = c->config.flush_us,
					.durable = on_durable,
					.now_s = now_s,
					.user = c};
	char folder[4096];
	enum err e = reload_first_secrets(c, info);

	if (e == ERR_OK)
		e = files_make_folder(c->config.data, info);
	if (e == ERR_OK)
		e = folder_lock(c->config.data, &l->lock, info);
	if (e == ERR_OK) {
		disk_open(&c->disk, c->config.data, c->config.ballast, c->config.reserve);
		e = core_open(&core, &c->core, info);
	}
	if (e == ERR_NO_SPACE && disk_refused(&c->disk))
		e = core_open(&core, &c->core, info);
	if (e == ERR_OK)
		e = trust_open(c, &c->trust, info);
	if (e != ERR_OK)
		return e;
	clock_start(&c->clock, core_last_recorded(c->core), c->config.trust_clock);
	faults_start(c);
	c->effects = effects_new(c);
	effects_note_pending(c->effects);
	e = tokens_open(c->config.data, &c->tokens, info);
	if (e == ERR_OK)
		e = links_open(c->config.data, c->config.public_url, c->config.link_valid_us,
			       &c->links, info);
	if (e == ERR_OK)
		e = begin_run(c, info);
	snprintf(folder, sizeof(folder), "%s/rrd", c->config.data);
	series.folder = folder;
	if (e == ERR_OK)
		e = files_make_folder(folder, info);
	/* The board draws from it, as another user of our group; nobody gets here but through a mount of its own (the folder above is ours alone). */
	if (e == ERR_OK)
		(void)chmod(folder, 0750);
	if (e == ERR_OK)
		e = series_open(c->loop, &series, &c->series, info);
	if (e != ERR_OK)
		return e;
	series_set_plan(c->series, view_plan(core_engine(c->core)));
	series_pause(c->series, c->disk.full);
	recall(c);
	c->intake = intake_new(c);
	e = people_open(c, &c->people, info);
	if (e == ERR_OK)
		e = api_start(c, &c->api, info);
	if (e == ERR_OK && c->config.drill.scenario != NULL)
		return begin_drill(l, info);
	return e == ERR_OK ? heartbeat_start(c, &c->heartbeat, info) : e;
}

static void watch(struct life *l)
{
	uv_timer_init(&l->loop, &l->deadline);
	uv_timer_init(&l->loop, &l->lag);
	uv_timer_init(&l->loop, &l->retry);
	uv_timer_init(&l->loop, &l->last_sends);
	uv_prepare_init(&l->loop, &l->before_poll);
	uv_check_init(&l->loop, &l->after_poll);
	l->before_poll.data = l->after_poll.data = l;
	uv_signal_init(&l->loop, &l->term);
	uv_signal_init(&l->loop, &l->intr);
	uv_signal_init(&l->loop, &l->hup);
	l->deadline.data = l->lag.data = l->retry.data = l->last_sends.data = l->term.data =
		l->intr.data = l->hup.data = l;
	uv_signal_start(&l->term, on_stop_signal, SIGTERM);
	uv_signal_start(&l->intr, on_stop_signal, SIGINT);
	uv_signal_start(&l->hup, on_hup, SIGHUP);
	l->lag_expected = mono_add_us(clock_mono(), LAG_PERIOD_MS * US_PER_MS);
	uv_timer_start(&l->lag, on_lag, LAG_PERIOD_MS, LAG_PERIOD_MS);
	uv_prepare_start(&l->before_poll, on_before_poll);
	uv_check_start(&l->after_poll, on_after_poll);
}

static void close_handle(uv_handle_t *h, void *user)
{
	(void)user;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static void close_parts(struct life *l)
{
	struct collector *c = &l->c;

	/* Reverse order of open_parts. The HTTP server has stopped. */
	sd_watchdog_stop(l->watchdog);
	conductor_free(c->conductor);
	c->conductor = NULL;
	heartbeat_stop(c->heartbeat);
	c->heartbeat = NULL;
	people_close(c->people);
	c->people = NULL;
	api_free(c->api);
	c->api = NULL;
	if (c->series != NULL)
		series_close(c->series);
	if (c->intake != NULL)
		intake_save(c->intake);
	intake_free(c->intake);
	tokens_close(c->tokens);
	trust_close(c->trust);
	effects_free(c->effects);
	links_close(c->links);
	secrets_free(c->secrets);
	core_close(c->core);
	folder_unlock(l->lock);
	uv_walk(&l->loop, close_handle, NULL);
	uv_run(&l->loop, UV_RUN_DEFAULT);
	uv_loop_close(&l->loop);
}

int collector_run(const struct collector_config *config)
{
	struct life *l = calloc(1, sizeof(*l));
	struct err_info info = {0};
	int status;

	if (l == NULL)
		abort();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on files is a full disk, not the end */
	l->c.config = *config;
	l->lock = -1;
	l->c.loop = &l->loop;
	rand_hex(l->c.start_id, 16);
	uv_loop_init(&l->loop);
	watch(l);
	if (open_parts(l, &info) != ERR_OK) {
		log_event(LOG_ERROR, "collector.not-started", "text=%s", log_quote(info.text));
		l->stopping = true;
		l->status = 1;
	} else {
		log_event(LOG_NOTICE, "collector.started",
			  "listen=%s:%u tls=%s identity=%s start=%.8s version=%s", config->host,
			  http_server_port(l->c.http),
			  config->tls.mode == TLS_NONE ? "none" : "yes", l->c.identity.text,
			  l->c.start_id, VIGIA_VERSION);
		effects_resume(l->c.effects);
		collector_end_turn(&l->c);
		l->watchdog = sd_watchdog_start(&l->loop);
		sd_notify_ready(status_line(l, NULL));
		uv_run(&l->loop, UV_RUN_DEFAULT);
		log_event(LOG_NOTICE, "collector.stopped", "start=%.8s", l->c.start_id);
	}
	status = l->status;
	close_parts(l);
	free(l);
	return status;
}
