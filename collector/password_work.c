#include "collector/password_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <uv.h>

#include "access/credential.h"
#include "base/mem.h"

struct job {
	uv_work_t work;
	struct password_work *owner;
	struct job *next;
	bool checks, writes;
	char stored[SCRYPT_TEXT_SIZE], secret[PASSWORD_SIZE], fresh[PASSWORD_SIZE];
	/* what came of it */
	bool failed, right;
	char text[SCRYPT_TEXT_SIZE];
	void (*done)(void *user, const struct password_result *r);
	void *user;
};

struct queue {
	struct job *first, **last;
};

struct password_work {
	uv_loop_t *loop;
	struct queue inside, door;
	unsigned running;
	size_t waiting;
	bool stopped;
};

struct password_work *password_work_new(struct uv_loop_s *loop)
{
	struct password_work *w = mem_calloc(1, sizeof(*w));

	w->loop = loop;
	w->inside.last = &w->inside.first;
	w->door.last = &w->door.first;
	return w;
}

/* Where no memory is to be had for scrypt the answer is "not known", never "wrong". */
static void run(uv_work_t *work)
{
	struct job *j = CONTAINER_OF(work, struct job, work);
	struct err_info info;
	enum err e = ERR_OK;

	j->right = !j->checks || scrypt_is(j->stored, slice_of(j->secret));
	if (!j->right)
		return;
	if (j->writes)
		e = scrypt_write(j->text, slice_of(j->fresh), SCRYPT_NOW, &info);
	else if (j->checks && scrypt_is_outdated(j->stored))
		e = scrypt_write(j->text, slice_of(j->secret), SCRYPT_NOW, &info);
	j->failed = e != ERR_OK;
}

static void finish(struct job *j, bool abandoned)
{
	struct password_result r = {.abandoned = abandoned || j->failed,
				    .right = j->right && !abandoned && !j->failed,
				    .text = j->text};

	j->done(j->user, &r);
	OPENSSL_cleanse(j, sizeof(*j));
	free(j);
}

static void start_next(struct password_work *w);

static void on_done(uv_work_t *work, int status)
{
	struct job *j = CONTAINER_OF(work, struct job, work);
	struct password_work *w = j->owner;

	w->running--;
	finish(j, w->stopped || status != 0);
	start_next(w);
}

static struct job *take(struct queue *q)
{
	struct job *j = q->first;

	if (j == NULL)
		return NULL;
	q->first = j->next;
	if (q->first == NULL)
		q->last = &q->first;
	return j;
}

static struct job *take_next(struct password_work *w)
{
	struct job *j = take(&w->inside);

	if (j == NULL)
		j = take(&w->door);
	if (j != NULL)
		w->waiting--;
	return j;
}

static void start_next(struct password_work *w)
{
	struct job *j;

	while (!w->stopped && w->running < PASSWORD_WORK_AT_ONCE && (j = take_next(w)) != NULL) {
		w->running++;
		if (uv_queue_work(w->loop, &j->work, run, on_done) == 0)
			continue;
		w->running--;
		finish(j, true);
	}
}

bool password_work_add(struct password_work *w, const struct password_order *o,
		       void (*done)(void *user, const struct password_result *r), void *user)
{
	struct queue *q = o->inside ? &w->inside : &w->door;
	struct job *j;

	/* Whoever is inside is kept a part of the room: a crowd at the door cannot fill it. */
	if (w->stopped || w->waiting >= (o->inside ? 2 : 1) * PASSWORD_WORK_WAITING_MAX)
		return false;
	j = mem_calloc(1, sizeof(*j));
	*j = (struct job){.owner = w,
			  .checks = o->stored != NULL,
			  .writes = o->fresh != NULL,
			  .done = done,
			  .user = user};
	snprintf(j->stored, sizeof(j->stored), "%s", o->stored != NULL ? o->stored : "");
	snprintf(j->secret, sizeof(j->secret), "%s", o->secret != NULL ? o->secret : "");
	snprintf(j->fresh, sizeof(j->fresh), "%s", o->fresh != NULL ? o->fresh : "");
	*q->last = j;
	q->last = &j->next;
	w->waiting++;
	start_next(w);
	return true;
}

size_t password_work_waiting(const struct password_work *w)
{
	return w->waiting;
}

void password_work_stop(struct password_work *w)
{
	struct job *j;

	w->stopped = true;
	while ((j = take_next(w)) != NULL)
		finish(j, true);
}

void password_work_free(struct password_work *w)
{
	if (w == NULL)
		return;
	password_work_stop(w);
	while (w->running > 0)
		uv_run(w->loop, UV_RUN_ONCE);
	free(w);
}
