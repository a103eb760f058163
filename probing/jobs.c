#include "probing/jobs.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/mem.h"

enum { STACK_SIZE = 256 << 10 };

enum job_state { AT_WORK, BACK, TOLD, GIVEN_UP };

struct job_run {
	struct jobs *owner;
	struct job_run *next;
	struct check_job *job;
	char *id;
	void (*done)(void *user);
	void *user;
	enum job_state state; /* under the lock */
};

/* The threads may outlive the loop: who comes last frees. */
struct jobs {
	uv_async_t wake;
	pthread_mutex_t lock;
	struct job_run *runs; /* not released yet; under the lock */
	unsigned threads; /* under the lock */
	unsigned awaited; /* begun and not ended: while there are some, the loop lives */
	bool closed; /* the handle is gone; under the lock */
	bool ending; /* no thread may wake the loop any more; under the lock */
};

static void release(struct job_run *r)
{
	r->job->release(r->job);
	free(r->id);
	free(r);
}

static void unlink_run(struct job_run *r)
{
	struct job_run **at = &r->owner->runs;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
}

static void free_if_last(struct jobs *jobs, bool last)
{
	if (!last)
		return;
	pthread_mutex_destroy(&jobs->lock);
	free(jobs);
}

static void *thread_main(void *arg)
{
	struct job_run *r = arg;
	struct jobs *jobs = r->owner;
	bool given_up, last;

	r->job->work(r->job);
	pthread_mutex_lock(&jobs->lock);
	given_up = r->state == GIVEN_UP;
	if (given_up)
		unlink_run(r);
	else
		r->state = BACK;
	if (!given_up && !jobs->ending)
		uv_async_send(&jobs->wake);
	if (given_up)
		release(r);
	jobs->threads--;
	last = jobs->closed && jobs->threads == 0;
	pthread_mutex_unlock(&jobs->lock);
	free_if_last(jobs, last);
	return NULL;
}

/* One that is back and whose owner does not know it yet. */
static struct job_run *take_back(struct jobs *jobs)
{
	struct job_run *r;

	pthread_mutex_lock(&jobs->lock);
	for (r = jobs->runs; r != NULL && r->state != BACK; r = r->next)
		;
	if (r != NULL)
		r->state = TOLD;
	pthread_mutex_unlock(&jobs->lock);
	return r;
}

static void on_wake(uv_async_t *h)
{
	struct job_run *r;

	while ((r = take_back(h->data)) != NULL)
		r->done(r->user);
}

struct jobs *jobs_new(uv_loop_t *loop)
{
	struct jobs *jobs = mem_calloc(1, sizeof(*jobs));

	pthread_mutex_init(&jobs->lock, NULL);
	uv_async_init(loop, &jobs->wake, on_wake);
	jobs->wake.data = jobs;
	uv_unref((uv_handle_t *)&jobs->wake); /* an idle program may end */
	return jobs;
}

/* Signals are the loop's. */
static bool start_thread(struct job_run *r)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int status;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(&thread, &attributes, thread_main, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return status == 0;
}

static bool is_at_work(const struct jobs *jobs, const char *id)
{
	for (const struct job_run *r = jobs->runs; r != NULL; r = r->next) {
		if (strcmp(r->id, id) == 0 && (r->state == AT_WORK || r->state == GIVEN_UP))
			return true;
	}
	return false;
}

struct job_run *jobs_start(struct jobs *jobs, const char *id, struct check_job *job,
			   void (*done)(void *user), void *user, enum job_result *ret_why)
{
	struct job_run *r = mem_calloc(1, sizeof(*r));
	bool begun = false;

	*r = (struct job_run){jobs, NULL, job, mem_strdup(id), done, user, AT_WORK};
	pthread_mutex_lock(&jobs->lock);
	*ret_why = is_at_work(jobs, id) ? JOB_STUCK : JOB_REFUSED;
	if (*ret_why == JOB_REFUSED && jobs->threads < JOBS_MAX && start_thread(r)) {
		begun = true;
		r->next = jobs->runs;
		jobs->runs = r;
		jobs->threads++;
	}
	pthread_mutex_unlock(&jobs->lock);
	if (begun) {
		if (jobs->awaited++ == 0)
			uv_ref((uv_handle_t *)&jobs->wake);
		return r;
	}
	release(r);
	return NULL;
}

void jobs_end(struct job_run *r)
{
	struct jobs *jobs = r->owner;
	bool over;

	pthread_mutex_lock(&jobs->lock);
	assert(r->state != GIVEN_UP);
	over = r->state != AT_WORK;
	if (over)
		unlink_run(r);
	else
		r->state = GIVEN_UP;
	pthread_mutex_unlock(&jobs->lock);
	if (--jobs->awaited == 0)
		uv_unref((uv_handle_t *)&jobs->wake);
	if (over)
		release(r);
}

static void on_closed(uv_handle_t *h)
{
	struct jobs *jobs = h->data;
	bool last;

	pthread_mutex_lock(&jobs->lock);
	jobs->closed = true;
	last = jobs->threads == 0;
	pthread_mutex_unlock(&jobs->lock);
	free_if_last(jobs, last);
}

void jobs_free(struct jobs *jobs)
{
	if (jobs == NULL)
		return;
	pthread_mutex_lock(&jobs->lock);
	for (const struct job_run *r = jobs->runs; r != NULL; r = r->next)
		assert(r->state == GIVEN_UP);
	jobs->ending = true;
	pthread_mutex_unlock(&jobs->lock);
	uv_close((uv_handle_t *)&jobs->wake, on_closed);
}
