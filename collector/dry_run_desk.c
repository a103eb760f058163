#include "collector/dry_run_desk.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/findings.h"
#include "base/mem.h"
#include "checks/check.h"
#include "collector/turn.h"
#include "plan/plan_file.h"
#include "play/told_json.h"

#define OTHERS "*=60s"

/* One play under way: everything that the work reads is its own. */
struct job {
	uv_work_t work;
	struct dry_run_desk *desk; /* NULL: nobody wants it any more */
	struct dry_run_ask ask;
	char *json; /* the plan in force */
	size_t size;
	bool contacts;
	int64_t limit_us;
	struct mono_time began;
	atomic_bool stop;
	void (*done)(void *user, enum err e, struct slice json, const char *why);
	void *user;
	struct buf out;
	enum err err;
	struct err_info info;
};
struct dry_run_desk {
	struct collector *c;
	struct job *job;
	int64_t limit_us;
	bool stopped;
};

struct dry_run_desk *dry_run_desk_new(struct collector *c)
{
	struct dry_run_desk *d = mem_calloc(1, sizeof(*d));

	d->c = c;
	d->limit_us = DRY_RUN_LIMIT_S * US_PER_S;
	return d;
}

void dry_run_desk_limit(struct dry_run_desk *d, int64_t us)
{
	d->limit_us = us;
}

/* --- the work ------------------------------------------------------------------------------------------ */

static bool is_over(void *user)
{
	struct job *job = user;

	return atomic_load(&job->stop) || mono_diff_us(clock_mono(), job->began) > job->limit_us;
}

static enum err play_day(struct job *job, const struct dry_run_setup *setup)
{
	struct json_emit j = json_emit_to(&job->out);
	struct dry_run d;
	enum err e = dry_run_play(setup, &d, &job->info);

	if (e == ERR_OK)
		told_put_dry_run(&j, setup, &d, job->ask.answers, job->contacts);
	dry_run_release(&d);
	return e;
}

static enum err prove_one(struct job *job, const struct dry_run_setup *setup, struct json_emit *j,
			  bool *holds)
{
	struct silent_proof f;
	enum err e = silent_prove(setup, (size_t)job->ask.all_silent, &f, &job->info);

	if (e == ERR_OK)
		told_put_proof(j, setup->plan, setup->service, &f);
	*holds = *holds && f.failing_count == 0;
	silent_proof_release(&f);
	return e;
}

static enum err prove(struct job *job, struct dry_run_setup *setup, bool only)
{
	struct json_emit j = json_emit_to(&job->out);
	uint32_t from = only ? setup->service : 0;
	uint32_t to = only ? setup->service + 1 : setup->plan->service_count;
	enum err e = ERR_OK;
	bool holds = true;

	json_open_object(&j);
	json_kv_i64(&j, "silent", job->ask.all_silent);
	json_kv_str(&j, "answers", job->ask.answers);
	json_key(&j, "services");
	json_open_array(&j);
	for (setup->service = from; setup->service < to && e == ERR_OK; setup->service++)
		e = prove_one(job, setup, &j, &holds);
	json_close_array(&j);
	json_kv_bool(&j, "holds", holds);
	json_close_object(&j);
	return e;
}

static enum err play(struct job *job, const struct plan *plan, struct habits *habits)
{
	bool only = job->ask.service[0] != '\0';
	struct dry_run_setup setup = {.plan = plan,
				      .habits = habits,
				      .schemas = &check_schemas,
				      .start = job->ask.at,
				      .stop = is_over,
				      .user = job};
	enum err e = dry_run_read_answers(OTHERS, plan, habits, &job->info);

	if (e == ERR_OK)
		e = dry_run_read_answers(job->ask.answers, plan, habits, &job->info);
	if (e == ERR_OK && only)
		e = dry_run_find_service(plan, job->ask.service, &setup.service, &job->info);
	if (e == ERR_OK)
		e = job->ask.all_silent != 0 ? prove(job, &setup, only) : play_day(job, &setup);
	if (e == ERR_OK && !buf_is_ok(&job->out))
		e = err_fail(&job->info, ERR_TOO_LARGE, "the answer is larger than %d MiB",
			     DRY_RUN_ANSWER_MAX >> 20);
	return e;
}

static void on_work(uv_work_t *work)
{
	struct job *job = CONTAINER_OF(work, struct job, work);
	struct habits *habits = habits_new();
	struct findings f CLEANUP(findings_release);
	struct plan *plan;

	findings_init(&f);
	plan = plan_file_load_json((struct slice){job->json, job->size}, &check_schemas, &f);
	if (plan == NULL)
		job->err = err_fail(&job->info, ERR_CORRUPT,
				    "the plan of the journal does not load: %s",
				    f.count > 0 ? f.items[0].text : "unknown");
	else
		job->err = play(job, plan, habits);
	plan_free(plan);
	habits_free(habits);
}

static void on_done(uv_work_t *work, int status)
{
	struct job *job = CONTAINER_OF(work, struct job, work);

	(void)status;
	if (job->desk != NULL) {
		job->desk->job = NULL;
		job->done(job->user, job->err, buf_slice(&job->out), job->info.text);
	}
	buf_release(&job->out);
	free(job->json);
	free(job);
}

/* --- asking -------------------------------------------------------------------------------------------- */

bool dry_run_desk_play(struct dry_run_desk *d, const struct dry_run_ask *ask, bool contacts,
		       void (*done)(void *user, enum err e, struct slice json, const char *why),
		       void *user)
{
	const struct plan *p = view_plan(core_engine(d->c->core));
	struct job *job;

	if (d->job != NULL || d->stopped || p == NULL)
		return false;
	job = mem_calloc(1, sizeof(*job));
	job->desk = d;
	job->ask = *ask;
	job->json = mem_realloc(NULL, p->json.n, 1);
	memcpy(job->json, p->json.p, p->json.n);
	job->size = p->json.n;
	job->contacts = contacts;
	job->limit_us = d->limit_us;
	job->began = clock_mono();
	job->done = done;
	job->user = user;
	buf_init(&job->out, DRY_RUN_ANSWER_MAX);
	d->job = job;
	uv_queue_work(d->c->loop, &job->work, on_work, on_done);
	return true;
}

void dry_run_desk_stop(struct dry_run_desk *d)
{
	struct job *job = d->job;

	d->stopped = true;
	d->job = NULL;
	if (job == NULL)
		return;
	job->desk = NULL;
	atomic_store(&job->stop, true);
	job->done(job->user, ERR_CLOSED, SLICE_LIT(""), "the collector stops");
}

void dry_run_desk_free(struct dry_run_desk *d)
{
	if (d != NULL && d->job != NULL) {
		atomic_store(&d->job->stop, true);
		d->job->desk = NULL;
	}
	free(d);
}
