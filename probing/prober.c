#include "probing/prober.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uv.h>

#include "base/heap.h"
#include "base/http_client.h"
#include "base/mem.h"
#include "base/param.h"
#include "base/resolver.h"
#include "probing/icmp_io.h"
#include "probing/jobs.h"
#include "probing/snmp_io.h"

enum { POSTPONE_US = 20000, GROUP = 4, FIRST_WITHIN_US = 30000000 };

/* One ask of a probe; run is NULL when it has ended. */
struct run_ask {
	struct run *owner;
	struct snmp_run *run;
};

/* One look-up of a probe. An answer that comes after its time is nobody's, also if the probe looks for another name then. */
struct run_name {
	struct run *owner;
	bool is_late;
};

/* A probe under way. Its handles outlive it by one turn of the loop (uv_close). */
struct run {
	struct prober *owner;
	struct slot *slot;
	struct run *next, *prev;
	struct probe probe;
	struct wall_time at;
	uv_poll_t poll;
	uv_timer_t timer;
	bool has_poll, has_timer;
	int polled_fd;
	struct http_transfer *transfer;
	struct icmp_run *echo;
	struct job_run *job;
	bool job_over;
	struct run_ask asks[STEP_SNMP_MAX];
	size_t asks_open;
	struct run_name *name; /* NULL: none is looked for */
	bool over;
	struct mono_time name_asked;
	unsigned handles, look_ups; /* what must come back before the memory goes */
};

struct slot {
	struct heap_node due; /* key: monotonic microseconds */
	const struct prober_check *check;
	size_t index;
	int64_t phase_us, next_us;
	struct run *run;
	void *memory; /* of the check type, from probe to probe */
	bool bad;
};

struct prober {
	struct prober_options options;
	uv_timer_t timer;
	struct http_client *http, *own_http;
	struct resolver *resolver;
	struct icmp_io *icmp;
	struct jobs *jobs;
	struct snmp_io *snmp; /* NULL until a check asks */
	struct heap heap;
	struct slot *slots;
	size_t count;
	struct run *runs;
	struct prober_stats stats;
	int64_t due_us; /* when the timer was to fire */
	bool closing;
};

static void step(struct run *r, struct check_step s);
static void arm(struct prober *p);

static struct mono_time now_mono(void)
{
	return (struct mono_time){(int64_t)(uv_hrtime() / 1000)};
}

static struct wall_time now_wall(void)
{
	uv_timeval64_t t;

	uv_gettimeofday(&t);
	return (struct wall_time){t.tv_sec * US_PER_S + t.tv_usec};
}

/* --- one probe --------------------------------------------------------------------------------------- */

static void maybe_free(struct run *r)
{
	if (!r->over || r->handles > 0 || r->look_ups > 0)
		return;
	free(r->probe.state);
	free(r);
}

static void on_closed(uv_handle_t *h)
{
	struct run *r = h->data;

	r->handles--;
	maybe_free(r);
}

static void cancel_asks(struct run *r)
{
	for (size_t i = 0; i < STEP_SNMP_MAX; i++) {
		if (r->asks[i].run != NULL)
			snmp_io_cancel(r->asks[i].run);
		r->asks[i].run = NULL;
	}
	r->asks_open = 0;
}

static void release(struct run *r)
{
	if (r->transfer != NULL)
		http_transfer_cancel(r->transfer);
	r->transfer = NULL;
	if (r->echo != NULL)
		icmp_io_cancel(r->echo);
	r->echo = NULL;
	cancel_asks(r);
	if (r->has_poll)
		uv_poll_stop(&r->poll);
	r->probe.type->stop(&r->probe);
	if (r->job != NULL)
		jobs_end(r->job);
	r->job = NULL;
	if (r->has_poll)
		uv_close((uv_handle_t *)&r->poll, on_closed);
	if (r->has_timer)
		uv_close((uv_handle_t *)&r->timer, on_closed);
	if (r->prev != NULL)
		r->prev->next = r->next;
	else
		r->owner->runs = r->next;
	if (r->next != NULL)
		r->next->prev = r->prev;
	r->owner->stats.in_flight--;
	r->over = true;
	if (r->slot != NULL)
		r->slot->run = NULL;
}

static bool is_bad(const struct prober_check *c, const struct verdict *v)
{
	if (v->outcome != OUTCOME_OK)
		return true;
	return judge_is_met(c->critical, v->values, prober_schema(c)->value_count) ||
	       judge_is_met(c->warning, v->values, prober_schema(c)->value_count);
}

/* The next moment of the check's own phase; sooner while it is bad. */
static void schedule_next(struct prober *p, struct slot *s)
{
	int64_t now = now_mono().us, interval = s->check->interval_us;

	if (s->bad) {
		s->next_us = now + s->check->retry_interval_us;
	} else {
		s->next_us = now - (now - s->phase_us) % interval + interval;
		if (now < s->phase_us)
			s->next_us = s->phase_us;
	}
	heap_put(&p->heap, &s->due, s->next_us);
}

static void finish(struct run *r)
{
	struct prober *p = r->owner;
	struct slot *s = r->slot;
	struct verdict verdict = r->probe.verdict;
	struct wall_time at = r->at;

	release(r);
	p->stats.finished++;
	if (s != NULL && !p->closing) {
		s->bad = is_bad(s->check, &verdict);
		schedule_next(p, s);
		p->options.result(p->options.user, s->index, at, &verdict);
	}
	maybe_free(r);
	if (!p->closing)
		arm(p);
}

static void resume(struct run *r, unsigned ready)
{
	step(r, r->probe.type->resume(&r->probe, now_mono(), ready));
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct run *r = h->data;
	unsigned ready = (events & UV_READABLE ? STEP_READABLE : 0u) |
			 (events & UV_WRITABLE ? STEP_WRITABLE : 0u);

	uv_poll_stop(h);
	uv_timer_stop(&r->timer);
	resume(r, status < 0 ? STEP_READABLE | STEP_WRITABLE : ready);
}

/* Our own trouble is not the target's: a timer that fires far too late says nothing about it. */
static bool is_own_lag(const struct run *r)
{
	int64_t timeout = mono_diff_us(r->probe.deadline, r->probe.started);

	return mono_diff_us(now_mono(), r->probe.deadline) > timeout;
}

static void resume_in_time(struct run *r)
{
	if (now_mono().us >= r->probe.deadline.us && is_own_lag(r)) {
		r->probe.verdict.outcome = OUTCOME_LAG_OWN;
		finish(r);
	} else {
		resume(r, 0);
	}
}

static void give_up_job(struct run *r)
{
	jobs_end(r->job);
	r->job = NULL;
	r->probe.job_result = JOB_LATE;
}

static void on_timer(uv_timer_t *h)
{
	struct run *r = h->data;

	if (r->has_poll)
		uv_poll_stop(&r->poll);
	if (r->name != NULL) {
		r->probe.resolved.outcome = OUTCOME_NAME_TIMEOUT;
		r->name->is_late = true;
		r->name = NULL;
	}
	if (r->echo != NULL) {
		icmp_io_cancel(r->echo);
		r->echo = NULL;
	}
	if (r->job != NULL && !r->job_over)
		give_up_job(r);
	resume_in_time(r);
}

static void on_transfer(void *user, int code)
{
	struct run *r = user;

	r->transfer = NULL;
	r->probe.curl_result = code;
	resume(r, 0);
}

static void on_echo(void *user)
{
	struct run *r = user;

	r->echo = NULL;
	uv_timer_stop(&r->timer);
	resume(r, 0);
}

static void on_ask(void *user)
{
	struct run_ask *a = user;

	a->run = NULL;
	if (--a->owner->asks_open == 0)
		resume_in_time(a->owner);
}

static void on_job(void *user)
{
	struct run *r = user;

	r->job_over = true;
	uv_timer_stop(&r->timer);
	r->probe.job_result = JOB_DONE;
	resume(r, 0);
}

static void on_name(void *user, enum resolver_result result,
		    const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count)
{
	static const enum outcome outcomes[] = {[RESOLVER_OK] = OUTCOME_OK,
						[RESOLVER_UNKNOWN] = OUTCOME_NAME_UNKNOWN,
						[RESOLVER_TIMEOUT] = OUTCOME_NAME_TIMEOUT,
						[RESOLVER_FAILED] = OUTCOME_NAME_FAILED};
	struct run_name *name = user;
	struct run *r = name->owner;
	struct resolved *d = &r->probe.resolved;
	bool is_late = name->is_late;

	free(name);
	r->look_ups--;
	if (r->over || is_late) {
		maybe_free(r);
		return;
	}
	r->name = NULL;
	uv_timer_stop(&r->timer);
	d->outcome = outcomes[result];
	d->took_us = mono_diff_us(now_mono(), r->name_asked);
	d->count = count < RESOLVED_MAX ? count : RESOLVED_MAX;
	for (size_t i = 0; i < d->count; i++)
		snprintf(d->address[i], ADDRESS_TEXT_SIZE, "%s", addresses[i]);
	resume(r, 0);
}

static void wait_until(struct run *r, struct mono_time deadline)
{
	int64_t us = mono_diff_us(deadline.us < r->probe.deadline.us ? deadline : r->probe.deadline,
				  now_mono());

	if (!r->has_timer) {
		uv_timer_init(r->owner->options.loop, &r->timer);
		r->timer.data = r;
		r->has_timer = true;
		r->handles++;
	}
	uv_update_time(r->owner->options.loop);
	uv_timer_start(&r->timer, on_timer, us > 0 ? (uint64_t)((us + 999) / 1000) : 0, 0);
}

static void wait_fd(struct run *r, const struct check_step *s)
{
	if (!r->has_poll) {
		if (uv_poll_init(r->owner->options.loop, &r->poll, s->fd) != 0) {
			r->probe.verdict.outcome = OUTCOME_AGENT_FAULT;
			finish(r);
			return;
		}
		r->poll.data = r;
		r->polled_fd = s->fd;
		r->has_poll = true;
		r->handles++;
	}
	assert(s->fd == r->polled_fd); /* one descriptor a probe */
	uv_poll_start(&r->poll,
		      (s->events & STEP_READABLE ? UV_READABLE : 0) |
			      (s->events & STEP_WRITABLE ? UV_WRITABLE : 0),
		      on_poll);
	wait_until(r, s->deadline);
}

static void wait_job(struct run *r, const struct check_step *s)
{
	assert(r->job == NULL); /* one job a probe */
	r->job = jobs_start(r->owner->jobs, r->slot->check->id, s->job, on_job, r,
			    &r->probe.job_result);
	if (r->job == NULL)
		resume(r, 0);
	else
		wait_until(r, s->deadline);
}

static void wait_name(struct run *r, const struct check_step *s)
{
	assert(r->name == NULL);
	r->name = mem_calloc(1, sizeof(*r->name));
	r->name->owner = r;
	r->name_asked = now_mono();
	r->look_ups++;
	wait_until(r, s->deadline);
	resolver_find(r->owner->resolver, s->host, on_name, r->name);
}

/* The driver ends each ask by its deadline: no timer of our own. */
static void wait_snmp(struct run *r, const struct check_step *s)
{
	struct prober *p = r->owner;
	struct mono_time until =
		s->deadline.us < r->probe.deadline.us ? s->deadline : r->probe.deadline;

	assert(s->snmp_count >= 1 && s->snmp_count <= STEP_SNMP_MAX && r->asks_open == 0);
	if (p->snmp == NULL)
		p->snmp = snmp_io_new(p->options.loop);
	r->asks_open = s->snmp_count;
	for (size_t i = 0; i < s->snmp_count; i++) {
		r->asks[i].owner = r;
		r->asks[i].run = snmp_io_run(p->snmp, s->snmp[i], until.us, on_ask, &r->asks[i]);
	}
}

static void step(struct run *r, struct check_step s)
{
	switch (s.kind) {
	case STEP_WAIT_FD:
		wait_fd(r, &s);
		break;
	case STEP_WAIT_TIME:
		wait_until(r, s.deadline);
		break;
	case STEP_WAIT_NAME:
		wait_name(r, &s);
		break;
	case STEP_WAIT_CURL:
		r->transfer = http_client_run(r->owner->http, s.curl_easy, on_transfer, r);
		break;
	case STEP_WAIT_JOB:
		wait_job(r, &s);
		break;
	case STEP_WAIT_ECHO:
		wait_until(r, s.deadline);
		r->echo = icmp_io_run(r->owner->icmp, s.echo, on_echo, r);
		break;
	case STEP_WAIT_SNMP:
		wait_snmp(r, &s);
		break;
	case STEP_DONE:
		finish(r);
		break;
	}
}

static void start(struct prober *p, struct slot *s)
{
	const struct prober_check *c = s->check;
	struct run *r = mem_calloc(1, sizeof(*r));

	r->owner = p;
	r->slot = s;
	r->at = now_wall();
	r->probe.type = c->type;
	r->probe.schema = prober_schema(c);
	r->probe.params = c->params;
	r->probe.state = mem_calloc(1, c->type->state_size);
	if (s->memory == NULL && c->type->memory_size > 0)
		s->memory = mem_calloc(1, c->type->memory_size);
	r->probe.memory = s->memory;
	if (p->options.heard != NULL)
		r->probe.heard = p->options.heard(p->options.user, s->index);
	r->probe.started = now_mono();
	r->probe.deadline = mono_add_us(r->probe.started, c->timeout_us);
	r->probe.wall_started = r->at;
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		r->probe.verdict.values[i] = MICRO_NONE;
	r->next = p->runs;
	if (r->next != NULL)
		r->next->prev = r;
	p->runs = r;
	s->run = r;
	p->stats.started++;
	p->stats.in_flight++;
	step(r, c->type->start(&r->probe, r->probe.started));
}

/* --- the schedule ------------------------------------------------------------------------------------ */

/* How late our timers fire, a millisecond of rounding aside: the worst of late, fading. */
static void note_lag(struct prober *p, int64_t late)
{
	late = late > US_PER_MS ? late - US_PER_MS : 0;
	p->stats.lag_us = late > p->stats.lag_us ? late : (p->stats.lag_us * 7 + late) / 8;
}

static void on_due(uv_timer_t *t)
{
	struct prober *p = t->data;
	int64_t now = now_mono().us;

	note_lag(p, now - p->due_us);
	for (struct heap_node *n = heap_top(&p->heap); n != NULL && n->key <= now;
	     n = heap_top(&p->heap)) {
		struct slot *s = CONTAINER_OF(n, struct slot, due);

		if (p->stats.in_flight >= p->options.in_flight_max) {
			p->stats.postponed++;
			heap_put(&p->heap, n, now + POSTPONE_US);
			continue;
		}
		heap_remove(&p->heap, n);
		start(p, s);
	}
	arm(p);
}

static void arm(struct prober *p)
{
	const struct heap_node *n = heap_top(&p->heap);
	int64_t us, now;

	if (n == NULL) {
		uv_timer_stop(&p->timer);
		return;
	}
	now = now_mono().us;
	us = n->key - now;
	p->due_us = us > 0 ? n->key : now;
	uv_update_time(p->options.loop);
	uv_timer_start(&p->timer, on_due, us > 0 ? (uint64_t)((us + 999) / 1000) : 0, 0);
}

enum err prober_new(const struct prober_options *o, struct prober **ret, struct err_info *info)
{
	struct prober *p = mem_calloc(1, sizeof(*p));
	enum err e;

	p->options = *o;
	heap_init(&p->heap);
	e = o->http == NULL ? http_client_new(o->loop, &p->own_http, info) : ERR_OK;
	p->http = o->http == NULL ? p->own_http : o->http;
	if (e == ERR_OK)
		e = resolver_new(o->loop, &p->resolver, info);
	if (e != ERR_OK) {
		http_client_free(p->own_http);
		free(p);
		return e;
	}
	p->icmp = icmp_io_new(o->loop);
	p->jobs = jobs_new(o->loop);
	uv_timer_init(o->loop, &p->timer);
	p->timer.data = p;
	*ret = p;
	return ERR_OK;
}

static void stop_all(struct prober *p)
{
	while (p->runs != NULL) {
		struct run *r = p->runs;

		r->slot = NULL;
		release(r);
		maybe_free(r);
	}
	for (size_t i = 0; i < p->count; i++) {
		const struct slot *s = &p->slots[i];

		heap_remove(&p->heap, &p->slots[i].due);
		if (s->memory != NULL && s->check->type->forget != NULL)
			s->check->type->forget(s->memory);
		free(s->memory);
	}
	free(p->slots);
	p->slots = NULL;
	p->count = 0;
}

/* FNV-1a: the phase of a check depends on nothing but its id, so a restart does not move it. */
static int64_t phase_of(const char *id, int64_t interval)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * UINT64_C(1099511628211);
	return (int64_t)(h % (uint64_t)interval);
}

/* Starts fall on a grid on which some GROUP of them meet: waking a cold processor costs several times what a probe
 * costs (docs/BENCHMARKS.md), and a handful at once does not hold up one another. The grid divides the usual intervals. */
static int64_t grid_of(const struct prober_check *checks, size_t count)
{
	static const int64_t steps_us[] = {2000000, 1000000, 500000, 250000, 100000,
					   50000,   20000,   10000,  5000,   1000};
	int64_t starts = 0; /* in a thousand seconds */

	for (size_t i = 0; i < count; i++)
		starts += 1000 * US_PER_S / checks[i].interval_us;
	for (size_t i = 0; i < COUNT_OF(steps_us); i++) {
		if (starts * steps_us[i] <= GROUP * 1000 * US_PER_S)
			return steps_us[i];
	}
	return 1;
}

/* At the start of a program nobody waits an hour for the first result of an hourly check. */
static int64_t first_due(int64_t phase, int64_t now)
{
	return phase - now > FIRST_WITHIN_US ? now + (phase - now) % FIRST_WITHIN_US : phase;
}

void prober_set_checks(struct prober *p, const struct prober_check *checks, size_t count)
{
	int64_t now = now_mono().us, grid = grid_of(checks, count);

	stop_all(p);
	p->slots = mem_calloc(count, sizeof(*p->slots));
	p->count = count;
	for (size_t i = 0; i < count; i++) {
		struct slot *s = &p->slots[i];
		int64_t interval = checks[i].interval_us,
			step = grid <= interval / 4 ? grid : interval / 4,
			phase = phase_of(checks[i].id, interval);

		s->check = &checks[i];
		s->index = i;
		s->phase_us = now - now % interval + (step > 0 ? phase - phase % step : phase);
		if (s->phase_us < now)
			s->phase_us += interval;
		s->next_us = first_due(s->phase_us, now);
		heap_put(&p->heap, &s->due, s->next_us);
	}
	arm(p);
}

bool prober_probe_now(struct prober *p, size_t index)
{
	struct slot *s = &p->slots[index];

	assert(index < p->count);
	if (s->run != NULL)
		return false;
	heap_remove(&p->heap, &s->due);
	start(p, s);
	return true;
}

bool prober_can_echo(const struct prober *p, bool v6)
{
	return icmp_io_has(p->icmp, v6);
}

void prober_set_ceiling(struct prober *p, unsigned in_flight_max)
{
	p->options.in_flight_max = in_flight_max;
}

struct prober_stats prober_stats(const struct prober *p)
{
	return p->stats;
}

static void on_prober_closed(uv_handle_t *h)
{
	free(h->data);
}

void prober_free(struct prober *p)
{
	if (p == NULL)
		return;
	p->closing = true;
	stop_all(p);
	http_client_free(p->own_http);
	resolver_free(p->resolver);
	icmp_io_free(p->icmp);
	jobs_free(p->jobs);
	snmp_io_free(p->snmp);
	heap_release(&p->heap);
	uv_close((uv_handle_t *)&p->timer, on_prober_closed);
}

enum err prober_fill_params(const struct check_type *type,
			    const char *(*get)(void *user, const char *key), void *user,
			    struct arena *arena, const void **ret, struct err_info *info)
{
	void *params = arena_calloc(arena, 1, type->params_size);

	param_set_defaults(type->schema.params, params, arena);
	for (const struct param *row = type->schema.params; row->key != NULL; row++) {
		const char *text = get(user, row->key);
		struct err_info why;
		enum err e;

		if (text == NULL && (row->flags & PARAM_REQUIRED))
			return err_fail(info, ERR_SYNTAX, "'%s' is missing: %s", row->key,
					row->help);
		if (text == NULL)
			continue;
		e = param_set(row, params, slice_of(text), arena, &why);
		if (e != ERR_OK)
			return err_fail(info, e, "%s: %.400s", row->key, why.text);
	}
	if (type->validate != NULL) {
		enum err e = type->validate(params, info);

		if (e != ERR_OK)
			return e;
	}
	if (type->compile != NULL) {
		enum err e = type->compile(params, arena, info);

		if (e != ERR_OK)
			return e;
	}
	*ret = params;
	return ERR_OK;
}
