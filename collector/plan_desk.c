#include "collector/plan_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/findings.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/plan_secrets.h"
#include "collector/turn.h"

enum { DAY_S = 86400 };

struct waiting {
	int64_t max_age_us;
	void (*done)(void *user, const struct plan_look *look, const char *why);
	void *user;
};
/* One look under way: everything that the work reads is its own. */
struct job {
	uv_work_t work;
	struct plan_desk *desk; /* NULL: nobody wants it any more */
	struct plan_look_ask ask;
	char *path, *json, hash[SHA256_HEX_SIZE];
	struct plan_look look;
	struct err_info info;
	enum err err;
};
struct plan_desk {
	struct collector *c;
	struct plan_look look;
	bool has_look, stopped;
	struct mono_time looked_at;
	struct job *job;
	struct waiting waiting[PLAN_DESK_WAITING_MAX];
	size_t count;
};

struct plan_desk *plan_desk_new(struct collector *c)
{
	struct plan_desk *d = mem_calloc(1, sizeof(*d));

	d->c = c;
	return d;
}

static int64_t today_s(const struct plan_desk *d)
{
	return clock_now(&d->c->clock).us / US_PER_S;
}

static bool is_true(const struct plan_desk *d, const struct plan *p)
{
	return d->has_look && strcmp(d->look.hash, p->hash) == 0 &&
	       d->look.day == today_s(d) / DAY_S;
}

static bool is_good_for(const struct plan_desk *d, const struct plan *p, int64_t max_age_us)
{
	return is_true(d, p) && mono_diff_us(clock_mono(), d->looked_at) <= max_age_us;
}

/* --- the work ------------------------------------------------------------------------------------------ */

static void on_work(uv_work_t *work)
{
	struct job *job = CONTAINER_OF(work, struct job, work);

	job->err = plan_look_make(&job->ask, &job->look, &job->info);
}

static void job_free(struct job *job)
{
	plan_look_release(&job->look);
	free(job->path);
	free(job->json);
	free(job);
}

/* A reload would refuse it for a secret that is missing; the secrets are the loop's. */
static void look_at_secrets(struct plan_desk *d, struct plan_look *l)
{
	struct findings f;

	findings_init(&f);
	if (l->on_disk != NULL && d->c->secrets != NULL)
		plan_secrets_check(d->c->secrets, l->on_disk, d->c->config.plan, &f);
	if (f.errors > 0) {
		l->disk = PLAN_DISK_REFUSED;
		l->disk_hash[0] = '\0';
		snprintf(l->disk_text, sizeof(l->disk_text), "%s: %s: %s", f.items[0].file,
			 f.items[0].code, f.items[0].text);
	}
	findings_release(&f);
	plan_free(l->on_disk);
	l->on_disk = NULL;
}

static void start(struct plan_desk *d);

/* Those whom this look serves are answered; for the others it was too old already when it ended. */
static void serve(struct plan_desk *d, const char *why)
{
	const struct plan *p = view_plan(core_engine(d->c->core));
	struct waiting now[PLAN_DESK_WAITING_MAX];
	size_t count = d->count;

	memcpy(now, d->waiting, count * sizeof(now[0]));
	d->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (why != NULL)
			now[i].done(now[i].user, NULL, why);
		else if (p != NULL && is_true(d, p))
			now[i].done(now[i].user, &d->look, NULL);
		else
			d->waiting[d->count++] = now[i];
	}
	if (d->count > 0)
		start(d);
}

static void on_done(uv_work_t *work, int status)
{
	struct job *job = CONTAINER_OF(work, struct job, work);
	struct plan_desk *d = job->desk;

	(void)status;
	if (d == NULL) {
		job_free(job);
		return;
	}
	d->job = NULL;
	if (job->err == ERR_OK) {
		look_at_secrets(d, &job->look);
		if (d->has_look)
			plan_look_release(&d->look);
		d->look = job->look;
		job->look = (struct plan_look){0};
		d->has_look = true;
		d->looked_at = clock_mono();
	} else {
		log_event(LOG_ERROR, "plan.not-read", "text=%s", log_quote(job->info.text));
	}
	serve(d, job->err == ERR_OK ? NULL : "the plan in force could not be read");
	job_free(job);
}

static void start(struct plan_desk *d)
{
	const struct plan *p = view_plan(core_engine(d->c->core));
	struct job *job = mem_calloc(1, sizeof(*job));

	job->desk = d;
	job->path = d->c->config.plan != NULL ? mem_strdup(d->c->config.plan) : NULL;
	job->json = mem_realloc(NULL, p->json.n, 1);
	memcpy(job->json, p->json.p, p->json.n);
	snprintf(job->hash, sizeof(job->hash), "%s", p->hash);
	job->ask = (struct plan_look_ask){.path = job->path,
					  .json = {job->json, p->json.n},
					  .hash = job->hash,
					  .today_s = today_s(d)};
	d->job = job;
	uv_queue_work(d->c->loop, &job->work, on_work, on_done);
}

/* --- asking -------------------------------------------------------------------------------------------- */

bool plan_desk_ask(struct plan_desk *d, int64_t max_age_us,
		   void (*done)(void *user, const struct plan_look *look, const char *why),
		   void *user)
{
	const struct plan *p = view_plan(core_engine(d->c->core));

	if (p == NULL || d->stopped) {
		done(user, NULL, p == NULL ? "no plan is in force yet" : "the collector stops");
		return true;
	}
	if (is_good_for(d, p, max_age_us)) {
		done(user, &d->look, NULL);
		return true;
	}
	if (d->count == PLAN_DESK_WAITING_MAX)
		return false;
	d->waiting[d->count++] = (struct waiting){max_age_us, done, user};
	if (d->job == NULL)
		start(d);
	return true;
}

const struct plan_look *plan_desk_last(const struct plan_desk *d)
{
	return d->has_look ? &d->look : NULL;
}

void plan_desk_stop(struct plan_desk *d)
{
	d->stopped = true;
	serve(d, "the collector stops");
	if (d->job != NULL)
		d->job->desk = NULL;
	d->job = NULL;
}

void plan_desk_free(struct plan_desk *d)
{
	if (d == NULL)
		return;
	if (d->job != NULL)
		d->job->desk = NULL;
	if (d->has_look)
		plan_look_release(&d->look);
	free(d);
}
