/* prober - every check at its own phase, faster while bad, never more at once than the ceiling, every probe stopped once. The
 * check of these tests does what it is told.
 * wrap: uv_timer_start snmp_io_run snmp_io_cancel resolver_find
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/resolver.h"
#include "checks/snmp_ask.h"
#include "probing/prober.h"
#include "probing/snmp_io.h"
#include "tests/support/probe_once.h"

/* The last wait that was asked of the loop. */
static uint64_t last_wait_ms;
int __real_uv_timer_start(uv_timer_t *t, uv_timer_cb cb, uint64_t timeout, uint64_t repeat);
int __wrap_uv_timer_start(uv_timer_t *t, uv_timer_cb cb, uint64_t timeout, uint64_t repeat);
int __wrap_uv_timer_start(uv_timer_t *t, uv_timer_cb cb, uint64_t timeout, uint64_t repeat)
{
	last_wait_ms = timeout;
	return __real_uv_timer_start(t, cb, timeout, repeat);
}

struct told {
	int64_t wait_us, value;
	enum outcome outcome;
};
static unsigned started, stopped, at_once, most_at_once;
static const void *last_heard;
static const struct param told_params[] = {
	PARAM_DURATION(struct told, wait_us, "wait", NULL, 0, 60000000, PARAM_REQUIRED, "how long"),
	PARAM_INT(struct told, value, "value", "0", 0, 1000000, 0, "what it measures"),
	PARAM_END,
};
static const struct value_desc told_values[] = {{"value", "", "a value"}};

static struct check_step told_start(struct probe *p, struct mono_time now)
{
	const struct told *t = p->params;

	started++;
	last_heard = p->heard;
	at_once++;
	most_at_once = at_once > most_at_once ? at_once : most_at_once;
	return (struct check_step){.kind = STEP_WAIT_TIME,
				   .deadline = mono_add_us(now, t->wait_us)};
}

static struct check_step told_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	const struct told *t = p->params;

	(void)now;
	assert_int_equal(ready, 0);
	p->verdict.outcome = t->outcome;
	p->verdict.values[0] = t->value;
	return (struct check_step){.kind = STEP_DONE};
}

static void told_stop(struct probe *p)
{
	(void)p;
	stopped++;
	at_once--;
}

static enum err told_validate(const void *params, struct err_info *info)
{
	const struct told *t = params;

	return t->value == 13 ? err_fail(info, ERR_RANGE, "13 is not wanted") : ERR_OK;
}

static const struct check_type told_type = {
	.schema = {.type = "told",
		   .help = "does what it is told",
		   .params = told_params,
		   .values = told_values,
		   .value_count = 1},
	.params_size = sizeof(struct told),
	.state_size = 8,
	.validate = told_validate,
	.start = told_start,
	.resume = told_resume,
	.stop = told_stop,
};

/* A type that remembers: its memory points at more, and goes through its own hands. */
static unsigned recalled, forgotten;

static struct check_step keeping_start(struct probe *p, struct mono_time now)
{
	char **kept = p->memory;

	if (*kept == NULL)
		*kept = malloc(100);
	else
		recalled++;
	return told_start(p, now);
}

static void keeping_forget(void *memory)
{
	free(*(char **)memory);
	forgotten++;
}

static const struct check_type keeping_type = {
	.schema = {.type = "keeping",
		   .help = "remembers",
		   .params = told_params,
		   .values = told_values,
		   .value_count = 1},
	.params_size = sizeof(struct told),
	.state_size = 8,
	.memory_size = sizeof(char *),
	.forget = keeping_forget,
	.start = keeping_start,
	.resume = told_resume,
	.stop = told_stop,
};

enum { CHECKS = 8 };
struct world {
	uv_loop_t loop;
	struct prober *prober;
	struct told params[CHECKS];
	char ids[CHECKS][24];
	struct prober_check checks[CHECKS];
	unsigned results[CHECKS], all;
	struct verdict last;
	struct wall_time last_at;
};

static void on_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct world *w = user;

	assert_in_range(index, 0, CHECKS - 1);
	w->results[index]++;
	w->all++;
	w->last = *v;
	w->last_at = at;
}

/* Nobody looks into it here. */
static struct trap_book *heard_for(void *user, size_t index)
{
	return index == 3 ? user : NULL;
}

static void open_world(struct world *w, unsigned ceiling)
{
	struct prober_options o = {.loop = &w->loop,
				   .in_flight_max = ceiling,
				   .result = on_result,
				   .heard = heard_for,
				   .user = w};
	struct err_info info;

	memset(w, 0, sizeof(*w));
	started = stopped = at_once = most_at_once = 0;
	uv_loop_init(&w->loop);
	assert_int_equal(prober_new(&o, &w->prober, &info), ERR_OK);
	for (int i = 0; i < CHECKS; i++) {
		snprintf(w->ids[i], sizeof(w->ids[i]), "x/y%d:z", i);
		w->params[i] = (struct told){.wait_us = 1000, .outcome = OUTCOME_OK};
		w->checks[i] = (struct prober_check){.id = w->ids[i],
						     .type = &told_type,
						     .params = &w->params[i],
						     .interval_us = 3600 * US_PER_S,
						     .retry_interval_us = 3600 * US_PER_S,
						     .timeout_us = 2 * US_PER_S};
	}
}

static void close_world(struct world *w)
{
	prober_free(w->prober);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&w->loop), 0);
	assert_int_equal(stopped, started);
	assert_int_equal(at_once, 0);
}

static void until(struct world *w, unsigned results)
{
	while (w->all < results)
		loop_turn(&w->loop);
}

static void a_verdict_with_its_start(void **state)
{
	struct world w;
	uv_timeval64_t now;

	(void)state;
	open_world(&w, 10);
	w.params[3].value = 42;
	w.params[3].wait_us = 30000;
	prober_set_checks(w.prober, w.checks, CHECKS);
	assert_true(prober_probe_now(w.prober, 3));
	assert_false(prober_probe_now(w.prober, 3)); /* one at a time */
	assert_int_equal(started, 1);
	assert_ptr_equal(last_heard, &w); /* what is kept for a check that only listens */
	until(&w, 1);
	uv_gettimeofday(&now);
	assert_int_equal(w.results[3], 1);
	assert_int_equal(w.last.outcome, OUTCOME_OK);
	assert_int_equal(w.last.values[0], 42);
	/* the time of a result is that of its start, not of its end */
	assert_true(now.tv_sec * US_PER_S + now.tv_usec - w.last_at.us >= 29000);
	close_world(&w);
}

static void every_check_in_its_interval(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 100);
	for (int i = 0; i < CHECKS; i++)
		w.checks[i].interval_us = 100000;
	prober_set_checks(w.prober, w.checks, CHECKS);
	until(&w, 5 * CHECKS);
	for (int i = 0; i < CHECKS; i++)
		assert_in_range(w.results[i], 4, 6);
	close_world(&w);
}

/* A bad check is asked again in its retry interval, whatever its interval is; what made it bad may be a threshold. */
static void faster_while_bad(void **state)
{
	struct arena *arena = arena_new();
	struct err_info info;
	struct world w;

	(void)state;
	for (int by_threshold = 0; by_threshold < 2; by_threshold++) {
		open_world(&w, 10);
		w.checks[0].retry_interval_us = 5000;
		w.params[0].outcome = by_threshold ? OUTCOME_OK : OUTCOME_CONNECT_REFUSED;
		w.params[0].value = 9 * MICRO;
		if (by_threshold)
			assert_int_equal(judge_compile(slice_of("value > 5"), &told_type.schema,
						       arena, &w.checks[0].critical, &info),
					 ERR_OK);
		prober_set_checks(w.prober, w.checks, 1);
		prober_probe_now(w.prober, 0);
		until(&w, 4);
		w.params[0].outcome = OUTCOME_OK;
		w.params[0].value = 0;
		until(&w, 5);
		assert_int_equal(w.last.outcome, OUTCOME_OK);
		for (int i = 0; i < 20; i++) { /* back at its own pace: an hour */
			uv_run(&w.loop, UV_RUN_NOWAIT);
			uv_sleep(1);
		}
		assert_int_equal(w.all, 5);
		close_world(&w);
	}
	arena_free(arena);
}

static void never_more_than_the_ceiling(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 2);
	for (int i = 0; i < CHECKS; i++) {
		w.checks[i].interval_us = 100000;
		w.params[i].wait_us = 60000;
	}
	prober_set_checks(w.prober, w.checks, CHECKS);
	until(&w, 3 * CHECKS);
	assert_int_equal(most_at_once, 2);
	assert_true(prober_stats(w.prober).postponed > 0);
	for (int i = 0; i < CHECKS; i++)
		assert_true(w.results[i] > 0); /* nobody starves */
	close_world(&w);
}

/* What a check keeps from probe to probe is given back with a new list, once; who was never probed has nothing. */
static void what_is_remembered_is_given_back(void **state)
{
	struct world w;

	(void)state;
	recalled = forgotten = 0;
	open_world(&w, 10);
	for (int i = 0; i < 3; i++)
		w.checks[i].type = &keeping_type;
	prober_set_checks(w.prober, w.checks, 3);
	prober_probe_now(w.prober, 0);
	prober_probe_now(w.prober, 1);
	until(&w, 2);
	prober_probe_now(w.prober, 0);
	until(&w, 3);
	assert_int_equal(recalled, 1);
	assert_int_equal(forgotten, 0);
	prober_set_checks(w.prober, w.checks, 3);
	assert_int_equal(forgotten, 2);
	prober_probe_now(w.prober, 0);
	until(&w, 4);
	assert_int_equal(recalled, 1);
	close_world(&w);
	assert_int_equal(forgotten, 3);
}

/* A probe that outlives its time ends by its deadline; the check says what that means. */
static void the_time_of_a_probe(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 10);
	w.params[0].wait_us = 30 * US_PER_S;
	w.params[0].outcome = OUTCOME_ANSWER_NONE;
	w.checks[0].timeout_us = 20000;
	prober_set_checks(w.prober, w.checks, 1);
	prober_probe_now(w.prober, 0);
	until(&w, 1);
	assert_int_equal(w.last.outcome, OUTCOME_ANSWER_NONE);
	close_world(&w);
}

/* Our own loop slept over twice the time that the probe had: that says nothing of the target. */
static void our_own_lag(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 10);
	w.params[0].wait_us = 30 * US_PER_S;
	w.params[0].outcome = OUTCOME_ANSWER_NONE;
	w.checks[0].timeout_us = 20000;
	prober_set_checks(w.prober, w.checks, 1);
	prober_probe_now(w.prober, 0);
	uv_sleep(50);
	until(&w, 1);
	assert_int_equal(w.last.outcome, OUTCOME_LAG_OWN);
	close_world(&w);
}

static void new_checks_stop_the_old_ones(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 10);
	for (int i = 0; i < CHECKS; i++)
		w.params[i].wait_us = US_PER_S;
	prober_set_checks(w.prober, w.checks, CHECKS);
	for (size_t i = 0; i < CHECKS; i++)
		prober_probe_now(w.prober, i);
	assert_int_equal(prober_stats(w.prober).in_flight, CHECKS);
	w.params[1].wait_us = 0;
	prober_set_checks(w.prober, w.checks + 1, 1);
	assert_int_equal(stopped, CHECKS);
	assert_int_equal(prober_stats(w.prober).in_flight, 0);
	prober_probe_now(w.prober, 0);
	until(&w, 1);
	assert_int_equal(w.results[0], 1); /* the index is that of the new list */
	prober_set_checks(w.prober, w.checks, 0);
	close_world(&w);
}

/* Nobody waits an hour for the first result of an hourly check. */
static void the_first_result_comes_soon(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 10);
	for (int i = 0; i < CHECKS; i++) { /* each alone: its own phase */
		prober_set_checks(w.prober, &w.checks[i], 1);
		assert_in_range(last_wait_ms, 0, 30000);
	}
	close_world(&w);
}

/* Eight checks a second fall on four moments of it: some begin in the same waking. */
static void a_few_share_a_moment(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 100);
	for (int i = 0; i < CHECKS; i++) {
		w.checks[i].interval_us = US_PER_S;
		w.params[i].wait_us = 200;
	}
	prober_set_checks(w.prober, w.checks, CHECKS);
	until(&w, CHECKS);
	assert_true(most_at_once >= 2);
	close_world(&w);
}

static void the_lag_of_our_own_loop_is_measured(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 10);
	w.checks[0].interval_us = 20000;
	prober_set_checks(w.prober, w.checks, 1);
	until(&w, 1);
	uv_sleep(150); /* the loop does not turn: the next probe begins late */
	until(&w, 2);
	assert_true(prober_stats(w.prober).lag_us >= 100000);
	close_world(&w);
}

/* --- asks: a driver that ends them when the test says so --------------------------------------------------- */

struct snmp_run {
	struct snmp_ask *ask;
	void (*done)(void *user);
	void *user;
	int64_t deadline_us;
	bool over, cancelled;
};
static struct snmp_run driven[8];
static size_t driven_count;
static int64_t step_deadline_us; /* 0: the probe's */
static unsigned asking_resumed;
struct asking {
	struct snmp_ask asks[2];
};

struct snmp_run *__wrap_snmp_io_run(struct snmp_io *io, struct snmp_ask *ask, int64_t deadline_us,
				    void (*done)(void *user), void *user);
struct snmp_run *__wrap_snmp_io_run(struct snmp_io *io, struct snmp_ask *ask, int64_t deadline_us,
				    void (*done)(void *user), void *user)
{
	struct snmp_run *r = &driven[driven_count++];

	assert_non_null(io);
	*r = (struct snmp_run){ask, done, user, deadline_us, false, false};
	return r;
}

void __wrap_snmp_io_cancel(struct snmp_run *r);
void __wrap_snmp_io_cancel(struct snmp_run *r)
{
	assert_false(r->over || r->cancelled);
	r->cancelled = true;
}

static void end_ask(size_t i, enum outcome outcome)
{
	assert_false(driven[i].over || driven[i].cancelled);
	driven[i].over = true;
	driven[i].ask->outcome = outcome;
	driven[i].done(driven[i].user);
}

static struct check_step asking_start(struct probe *p, struct mono_time now)
{
	struct asking *s = p->state;

	(void)now;
	started++;
	at_once++;
	return (struct check_step){.kind = STEP_WAIT_SNMP,
				   .deadline = step_deadline_us != 0
						       ? (struct mono_time){step_deadline_us}
						       : p->deadline,
				   .snmp = {&s->asks[0], &s->asks[1]},
				   .snmp_count = 2};
}

static struct check_step asking_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	struct asking *s = p->state;

	(void)now;
	assert_int_equal(ready, 0);
	asking_resumed++;
	p->verdict.outcome = s->asks[0].outcome == OUTCOME_OK ? OUTCOME_OK : s->asks[1].outcome;
	return (struct check_step){.kind = STEP_DONE};
}

static const struct check_type asking_type = {
	.schema = {.type = "asking", .help = "", .params = told_params},
	.state_size = sizeof(struct asking),
	.start = asking_start,
	.resume = asking_resume,
	.stop = told_stop,
};

static void open_asking(struct world *w)
{
	open_world(w, 10);
	driven_count = asking_resumed = 0;
	step_deadline_us = 0;
	w->checks[0].type = &asking_type;
	prober_set_checks(w->prober, w->checks, 1);
	prober_probe_now(w->prober, 0);
}

/* Both leave in the same moment, the check goes on when the last has ended, whatever their order. */
static void asks_go_out_together(void **state)
{
	struct world w;

	(void)state;
	for (size_t first = 0; first < 2; first++) {
		open_asking(&w);
		assert_int_equal(driven_count, 2);
		end_ask(first, OUTCOME_OK);
		assert_int_equal(asking_resumed, 0);
		assert_int_equal(w.all, 0);
		end_ask(1 - first, OUTCOME_ANSWER_TIMEOUT);
		assert_int_equal(asking_resumed, 1);
		assert_int_equal(w.all, 1);
		close_world(&w);
	}
}

/* An ask may not last longer than its probe; a check may give it less. */
static void asks_have_the_time_of_their_probe(void **state)
{
	struct world w;

	(void)state;
	open_asking(&w);
	assert_true(driven[0].deadline_us - (int64_t)(uv_hrtime() / 1000) <= 2 * US_PER_S);
	assert_true(driven[0].deadline_us - (int64_t)(uv_hrtime() / 1000) > US_PER_S);
	assert_int_equal(driven[0].deadline_us, driven[1].deadline_us);
	end_ask(0, OUTCOME_OK);
	end_ask(1, OUTCOME_OK);
	step_deadline_us = INT64_MAX;
	prober_probe_now(w.prober, 0);
	assert_true(driven[2].deadline_us - (int64_t)(uv_hrtime() / 1000) <= 2 * US_PER_S);
	end_ask(2, OUTCOME_OK);
	end_ask(3, OUTCOME_OK);
	step_deadline_us = 7;
	prober_probe_now(w.prober, 0);
	assert_int_equal(driven[4].deadline_us, 7);
	close_world(&w);
}

/* What is still asked is cancelled with its probe; what has ended is not touched again. */
static void open_asks_end_with_their_probe(void **state)
{
	struct world w;

	(void)state;
	open_asking(&w);
	end_ask(1, OUTCOME_OK);
	prober_set_checks(w.prober, w.checks, 0);
	assert_true(driven[0].cancelled);
	assert_false(driven[1].cancelled);
	assert_int_equal(stopped, 1);
	close_world(&w);
	open_asking(&w);
	close_world(&w);
	assert_true(driven[0].cancelled && driven[1].cancelled);
	assert_int_equal(asking_resumed, 0);
}

/* The loop slept over twice the time of the probe: silence then says nothing of the devices. */
static void asks_that_ended_in_our_own_lag(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 10);
	driven_count = asking_resumed = 0;
	step_deadline_us = 0;
	w.checks[0].type = &asking_type;
	w.checks[0].timeout_us = 20000;
	prober_set_checks(w.prober, w.checks, 1);
	prober_probe_now(w.prober, 0);
	uv_sleep(50);
	end_ask(0, OUTCOME_ANSWER_TIMEOUT);
	end_ask(1, OUTCOME_ANSWER_TIMEOUT);
	assert_int_equal(w.last.outcome, OUTCOME_LAG_OWN);
	assert_int_equal(asking_resumed, 0);
	close_world(&w);
}

/* --- names: a resolver that answers when the test says so -------------------------------------------------- */

typedef void (*on_found)(void *user, enum resolver_result result,
			 const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count);
static struct {
	on_found done;
	void *user;
	const char *name;
} looked[4];
static size_t looked_count;

void __wrap_resolver_find(struct resolver *r, const char *name, on_found done, void *user);
void __wrap_resolver_find(struct resolver *r, const char *name, on_found done, void *user)
{
	(void)r;
	looked[looked_count].done = done;
	looked[looked_count].user = user;
	looked[looked_count++].name = name;
}

static void found(size_t i, const char *address)
{
	char addresses[1][RESOLVER_ADDRESS_SIZE];

	snprintf(addresses[0], sizeof(addresses[0]), "%s", address);
	looked[i].done(looked[i].user, RESOLVER_OK, (const char(*)[RESOLVER_ADDRESS_SIZE])addresses,
		       1);
}

/* Two names, one after the other, the first of which has 20 ms. */
struct naming {
	unsigned asked;
	char addresses[2][ADDRESS_TEXT_SIZE];
};
static struct naming last_naming;

static struct check_step naming_next(struct probe *p)
{
	struct naming *n = p->state;
	static const char *const names[] = {"uno.example.org", "dos.example.org"};

	return (struct check_step){
		.kind = STEP_WAIT_NAME,
		.host = names[n->asked % 2],
		.deadline = mono_add_us(p->started, n->asked++ == 0 ? 20000 : US_PER_S)};
}

static struct check_step naming_start(struct probe *p, struct mono_time now)
{
	(void)now;
	started++;
	at_once++;
	return naming_next(p);
}

static struct check_step naming_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	struct naming *n = p->state;

	(void)now;
	(void)ready;
	snprintf(n->addresses[n->asked - 1], ADDRESS_TEXT_SIZE, "%s",
		 p->resolved.outcome == OUTCOME_OK ? p->resolved.address[0] : "none");
	if (n->asked < 2)
		return naming_next(p);
	last_naming = *n;
	p->verdict.outcome = OUTCOME_OK;
	return (struct check_step){.kind = STEP_DONE};
}

static const struct check_type naming_type = {
	.schema = {.type = "naming", .help = "", .params = told_params},
	.state_size = sizeof(struct naming),
	.start = naming_start,
	.resume = naming_resume,
	.stop = told_stop,
};

/* The first name's answer comes while the second one is looked for: it is not the second one's. */
static void a_late_name_is_nobodys(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 10);
	looked_count = 0;
	w.checks[0].type = &naming_type;
	prober_set_checks(w.prober, w.checks, 1);
	prober_probe_now(w.prober, 0);
	while (looked_count < 2)
		loop_turn(&w.loop);
	found(0, "192.0.2.1");
	assert_int_equal(w.all, 0);
	found(1, "192.0.2.2");
	assert_int_equal(w.all, 1);
	assert_string_equal(last_naming.addresses[0], "none");
	assert_string_equal(last_naming.addresses[1], "192.0.2.2");
	prober_probe_now(w.prober, 0); /* and one that is late for its whole probe */
	prober_set_checks(w.prober, w.checks, 0);
	found(2, "192.0.2.1");
	close_world(&w);
}

static const char *find(void *user, const char *key)
{
	const char *const *pairs = user;

	for (; *pairs != NULL; pairs += 2) {
		if (strcmp(pairs[0], key) == 0)
			return pairs[1];
	}
	return NULL;
}

static void parameters(void **state)
{
	static const struct {
		const char *pairs[6], *error;
	} wrong[] = {
		{{"value", "1"}, "'wait' is missing: how long"},
		{{"wait", "soon"}, "wait: "},
		{{"wait", "1s", "value", "1000001"}, "value: "},
		{{"wait", "1s", "value", "13"}, "13 is not wanted"},
	};
	static const char *const right[] = {"wait", "250ms", NULL};
	struct arena *arena = arena_new();
	struct err_info info;
	const void *params;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_not_equal(prober_fill_params(&told_type, find,
							(void *)(uintptr_t)wrong[i].pairs, arena,
							&params, &info),
				     ERR_OK);
		if (strstr(info.text, wrong[i].error) == NULL)
			fail_msg("case %zu: %s", i, info.text);
	}
	assert_int_equal(prober_fill_params(&told_type, find, (void *)(uintptr_t)right, arena,
					    &params, &info),
			 ERR_OK);
	assert_int_equal(((const struct told *)params)->wait_us, 250000);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_with_its_start),
		cmocka_unit_test(every_check_in_its_interval),
		cmocka_unit_test(faster_while_bad),
		cmocka_unit_test(never_more_than_the_ceiling),
		cmocka_unit_test(what_is_remembered_is_given_back),
		cmocka_unit_test(the_time_of_a_probe),
		cmocka_unit_test(our_own_lag),
		cmocka_unit_test(new_checks_stop_the_old_ones),
		cmocka_unit_test(the_first_result_comes_soon),
		cmocka_unit_test(a_few_share_a_moment),
		cmocka_unit_test(the_lag_of_our_own_loop_is_measured),
		cmocka_unit_test(asks_go_out_together),
		cmocka_unit_test(asks_have_the_time_of_their_probe),
		cmocka_unit_test(open_asks_end_with_their_probe),
		cmocka_unit_test(asks_that_ended_in_our_own_lag),
		cmocka_unit_test(a_late_name_is_nobodys),
		cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
