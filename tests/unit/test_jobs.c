/* jobs - what blocks, blocks nobody: its end is told on the loop, one that hangs is given up and found still at work, and
 * neither the program's end nor another job waits for it. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <uv.h>

#include "base/mem.h"
#include "probing/jobs.h"
#include "tests/support/probe_once.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned released;
static bool hang;

struct test_job {
	struct check_job job;
	bool hangs, worked;
};

static void work(struct check_job *job)
{
	struct test_job *j = (struct test_job *)job;

	pthread_mutex_lock(&lock);
	while (j->hangs && hang)
		pthread_cond_wait(&changed, &lock);
	j->worked = true;
	pthread_mutex_unlock(&lock);
}

static void release(struct check_job *job)
{
	pthread_mutex_lock(&lock);
	released++;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	free(job);
}

static struct test_job *job_new(bool hangs)
{
	struct test_job *j = mem_calloc(1, sizeof(*j));

	*j = (struct test_job){{work, release}, hangs, false};
	return j;
}

static void let_go(void)
{
	pthread_mutex_lock(&lock);
	hang = false;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void wait_released(unsigned count)
{
	pthread_mutex_lock(&lock);
	while (released < count)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

struct world {
	uv_loop_t loop;
	struct jobs *jobs;
	unsigned told;
};

static int set_up(void **state)
{
	static struct world w;

	w.told = 0;
	released = 0;
	hang = true;
	uv_loop_init(&w.loop);
	w.jobs = jobs_new(&w.loop);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	jobs_free(w->jobs);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void on_done(void *user)
{
	((struct world *)user)->told++;
}

static struct job_run *start(struct world *w, const char *id, struct test_job *j,
			     enum job_result *why)
{
	return jobs_start(w->jobs, id, &j->job, on_done, w, why);
}

static void the_end_is_told(void **state)
{
	struct world *w = *state;
	struct test_job *j = job_new(false);
	enum job_result why;
	struct job_run *r = start(w, "a", j, &why);

	assert_non_null(r);
	while (w->told == 0)
		loop_turn(&w->loop);
	assert_true(j->worked);
	assert_int_equal(released, 0); /* it is still ours to read */
	jobs_end(r);
	assert_int_equal(released, 1);
	r = start(w, "a", job_new(false), &why); /* the same may work again */
	assert_non_null(r);
	while (w->told == 1)
		loop_turn(&w->loop);
	jobs_end(r);
}

static void one_that_hangs_is_given_up(void **state)
{
	struct world *w = *state;
	enum job_result why;
	struct job_run *r = start(w, "a", job_new(true), &why), *other;

	jobs_end(r);
	assert_int_equal(released, 0);
	assert_null(start(w, "a", job_new(false), &why));
	assert_int_equal(why, JOB_STUCK);
	assert_int_equal(released, 1);
	other = start(w, "b", job_new(false), &why);
	assert_non_null(other);
	while (w->told == 0)
		loop_turn(&w->loop);
	jobs_end(other);
	let_go();
	wait_released(3);
	do { /* released just before it is off the list */
		r = start(w, "a", job_new(false), &why);
	} while (r == NULL);
	while (w->told == 1)
		loop_turn(&w->loop);
	jobs_end(r);
	assert_int_equal(w->told, 2); /* of what was given up nothing was heard */
}

static void there_is_a_limit(void **state)
{
	struct world *w = *state;
	enum job_result why;
	char id[16];

	for (int i = 0; i < JOBS_MAX; i++) {
		struct job_run *r;

		snprintf(id, sizeof(id), "%d", i);
		r = start(w, id, job_new(true), &why);
		assert_non_null(r);
		jobs_end(r);
	}
	assert_null(start(w, "one-more", job_new(true), &why));
	assert_int_equal(why, JOB_REFUSED);
	let_go();
	wait_released(JOBS_MAX + 1);
}

static void the_end_waits_for_nobody(void **state)
{
	struct world *w = *state;
	enum job_result why;

	jobs_end(start(w, "a", job_new(true), &why));
	jobs_free(w->jobs);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&w->loop), 0);
	assert_int_equal(released, 0); /* we were through before it */
	let_go();
	wait_released(1);
}

static void one_that_is_back_but_not_told(void **state)
{
	struct world *w = *state;
	enum job_result why;
	struct test_job *j = job_new(true);
	struct job_run *r = start(w, "a", j, &why);

	let_go();
	for (bool worked = false; !worked;) {
		pthread_mutex_lock(&lock);
		worked = j->worked;
		pthread_mutex_unlock(&lock);
	}
	jobs_end(r);
	wait_released(1);
	loop_turn(&w->loop);
	assert_int_equal(w->told, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_end_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_that_hangs_is_given_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(there_is_a_limit, set_up, tear_down),
		cmocka_unit_test_setup(the_end_waits_for_nobody, set_up),
		cmocka_unit_test_setup_teardown(one_that_is_back_but_not_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
