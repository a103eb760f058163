#include "collector/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/files.h"
#include "collector/series_file.h"
#include "collector/undo_slot.h"

enum { FILES_PER_JOB = 100, SETTLE_S = 2, PATH_SIZE = 4096 };

/* A row in the making and the results that it stands for. */
struct pending_row {
	struct series_row row;
	struct series_ref *refs;
	size_t ref_count, ref_cap;
};

struct series_entry {
	char *path, *check, *agent;
	struct series_layout layout;
	int64_t last; /* the file's last time; -1 = not looked at yet */
	struct pending_row *rows; /* rising t */
	size_t count, cap;
	bool queued, in_job;
	struct series_entry *next_queued;
};

struct read_request {
	struct read_request *next;
	struct series_entry *entry;
	int64_t start, end;
	unsigned points;
	void (*done)(void *user, enum err e, struct slice json);
	void *user;
	struct buf json;
	enum err err;
};

/* What the worker gets: copies; the loop's side is not touched by it. */
struct job_item {
	struct series_entry *entry;
	char *path;
	struct series_layout layout;
	int64_t last;
	struct series_row *rows;
	struct pending_row *taken; /* with their refs, for the loop's side */
	size_t count, late;
	enum err err;
	struct err_info info;
};
struct job {
	uv_work_t work;
	struct series *series;
	struct job_item *items;
	size_t count;
	struct read_request *read; /* carried out after the items */
};

struct series {
	uv_loop_t *loop;
	uv_timer_t timer;
	char *folder;
	struct series_options options;
	struct series_entry **entries, **by_vantage;
	size_t count, cap;
	uint32_t vantage_count;
	struct series_entry *first_queued;
	struct read_request *reads;
	struct undo_slot *undo;
	struct job *job;
	struct series_stats stats;
	uint64_t last_sync_ms;
	bool closing, flush_all;
	void (*flushed)(void *);
	void *flushed_user;
};

static void start_job(struct series *s);

/* --- files of vantages ------------------------------------------------------------------------------ */

static struct series_entry *find_entry(const struct series *s, const char *check, const char *agent)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->entries[i]->check, check) == 0 &&
		    strcmp(s->entries[i]->agent, agent) == 0)
			return s->entries[i];
	}
	return NULL;
}

static struct series_entry *new_entry(struct series *s, const char *check, const char *agent)
{
	struct series_entry *x = mem_calloc(1, sizeof(*x));
	char folder[PATH_SIZE], path[PATH_SIZE + 256];
	struct err_info info;

	snprintf(folder, sizeof(folder), "%s/%s", s->folder, check);
	for (char *p = folder + strlen(s->folder) + 1; *p != '\0'; p++) {
		if (*p == '/')
			*p = '.';
	}
	if (files_make_folder(folder, &info) != ERR_OK)
		log_event(LOG_ERROR, "series.folder", "text=%s", log_quote(info.text));
	snprintf(path, sizeof(path), "%s/%s.rrd", folder, agent);
	x->path = mem_strdup(path);
	x->check = mem_strdup(check);
	x->agent = mem_strdup(agent);
	x->last = -1;
	s->entries = mem_grow(s->entries, s->count, &s->cap, sizeof(struct series_entry *));
	s->entries[s->count++] = x;
	return x;
}

static int64_t whole_seconds(int64_t us)
{
	return us < US_PER_S ? 1 : (us + US_PER_S / 2) / US_PER_S;
}

void series_set_plan(struct series *s, const struct plan *plan)
{
	bool fresh = s->count == 0;

	free(s->by_vantage);
	s->vantage_count = plan->vantage_count;
	s->by_vantage = mem_calloc(plan->vantage_count, sizeof(struct series_entry *));
	for (uint32_t i = 0; i < plan->vantage_count; i++) {
		const struct plan_check *c = &plan->checks[plan->vantages[i].check];
		const char *agent = plan->agents[plan->vantages[i].agent].id;
		struct series_entry *x = fresh ? NULL : find_entry(s, c->id, agent);

		if (x == NULL)
			x = new_entry(s, c->id, agent);
		x->layout = (struct series_layout){c->schema, whole_seconds(c->interval_us),
						   whole_seconds(c->fresh_within_us) + 1};
		s->by_vantage[i] = x;
	}
}

void series_path(const struct series *s, uint32_t vantage, char *dst, size_t size)
{
	snprintf(dst, size, "%s", vantage < s->vantage_count ? s->by_vantage[vantage]->path : "");
}

/* --- rows in ---------------------------------------------------------------------------------------- */

static void queue_entry(struct series *s, struct series_entry *x)
{
	if (x->queued)
		return;
	x->queued = true;
	x->next_queued = s->first_queued;
	s->first_queued = x;
}

static void add_ref(struct pending_row *r, struct series_ref ref)
{
	r->refs = mem_grow(r->refs, r->ref_count, &r->ref_cap, sizeof(*r->refs));
	r->refs[r->ref_count++] = ref;
}

static int badness(uint8_t state)
{
	return state == HEALTH_CRITICAL  ? 3
	       : state == HEALTH_WARNING ? 2
	       : state == HEALTH_BLIND   ? 1
					 : 0;
}

static void fill_row(struct series_row *r, const struct sample *sample, int64_t t)
{
	r->t = t;
	r->state = (uint8_t)sample->health;
	r->value_count = sample->value_count;
	memcpy(r->values, sample->values, sizeof(r->values[0]) * sample->value_count);
}

void series_add(struct series *s, const struct sample *sample, struct series_ref ref)
{
	struct series_entry *x = s->by_vantage[sample->vantage];
	int64_t t = sample->t.us / US_PER_S;
	size_t at = x->count;

	while (at > 0 && x->rows[at - 1].row.t > t)
		at--;
	if (at > 0 && x->rows[at - 1].row.t == t) {
		struct pending_row *same = &x->rows[at - 1];

		s->stats.merged++;
		if (badness((uint8_t)sample->health) > badness(same->row.state))
			fill_row(&same->row, sample, t);
		add_ref(same, ref);
		return;
	}
	x->rows = mem_grow(x->rows, x->count, &x->cap, sizeof(*x->rows));
	memmove(&x->rows[at + 1], &x->rows[at], (x->count - at) * sizeof(*x->rows));
	x->rows[at] = (struct pending_row){0};
	fill_row(&x->rows[at].row, sample, t);
	add_ref(&x->rows[at], ref);
	x->count++;
	s->stats.pending_rows++;
	queue_entry(s, x);
}

/* --- the job ----------------------------------------------------------------------------------------- */

static void write_item(struct series *s, struct job_item *item)
{
	size_t skip = 0;

	if (item->last < 0)
		item->last = series_file_last(item->path);
	if (item->last == 0 && item->count > 0) {
		item->err =
			series_file_create(item->path, &item->layout, item->rows[0].t, &item->info);
		if (item->err != ERR_OK) {
			item->last = -1;
			return;
		}
		item->last = item->rows[0].t - 1;
	}
	while (skip < item->count && item->rows[skip].t <= item->last)
		skip++;
	item->late = skip;
	if (skip == item->count)
		return;
	item->err = series_file_update(item->path, &item->layout, s->undo, item->last,
				       item->rows + skip, item->count - skip, &item->info);
	item->last = item->err == ERR_OK ? item->rows[item->count - 1].t : -1;
}

static void job_work(uv_work_t *w)
{
	struct job *job = w->data;
	struct err_info info;

	for (size_t i = 0; i < job->count; i++)
		write_item(job->series, &job->items[i]);
	if (job->read != NULL)
		job->read->err =
			series_file_read(job->read->entry->path, job->read->start, job->read->end,
					 job->read->points, &job->read->json, &info);
}

/* Rows that could not be written come back to the front of their queue. */
static void give_back(struct series *s, struct job_item *item)
{
	struct series_entry *x = item->entry;

	for (size_t i = 0; i < item->count; i++) {
		x->rows = mem_grow(x->rows, x->count, &x->cap, sizeof(*x->rows));
		memmove(&x->rows[i + 1], &x->rows[i], (x->count - i) * sizeof(*x->rows));
		x->rows[i] = item->taken[i];
		x->count++;
	}
	s->stats.failed_files++;
	s->stats.disk_full = item->err == ERR_NO_SPACE;
	log_event(LOG_ERROR, "series.not-written", "text=%s", log_quote(item->info.text));
	queue_entry(s, x);
}

static void finish_item(struct series *s, struct job_item *item)
{
	item->entry->in_job = false;
	item->entry->last = item->last;
	if (item->err != ERR_OK) {
		give_back(s, item);
	} else {
		s->stats.rows += item->count - item->late;
		s->stats.dropped_late += item->late;
		s->stats.calls += item->late < item->count;
		s->stats.syncs += item->late < item->count;
		s->stats.pending_rows -= item->count;
		for (size_t i = 0; i < item->count; i++) {
			s->options.durable(s->options.user, item->taken[i].refs,
					   item->taken[i].ref_count);
			free(item->taken[i].refs);
		}
	}
	free(item->taken);
	free(item->rows);
	free(item->path);
}

static void finish_read(struct read_request *r)
{
	r->done(r->user, r->err, buf_slice(&r->json));
	buf_release(&r->json);
	free(r);
}

static void job_done(uv_work_t *w, int status)
{
	struct job *job = w->data;
	struct series *s = job->series;

	(void)status;
	s->job = NULL;
	for (size_t i = 0; i < job->count; i++)
		finish_item(s, &job->items[i]);
	s->last_sync_ms = uv_now(s->loop);
	if (job->read != NULL)
		finish_read(job->read);
	free(job->items);
	free(job);
	if (s->first_queued != NULL || s->reads != NULL)
		start_job(s);
	if (s->job == NULL && s->first_queued == NULL && s->flushed != NULL) {
		void (*done)(void *) = s->flushed;

		s->flushed = NULL;
		s->flush_all = false;
		done(s->flushed_user);
	}
}

/* Takes the rows of an entry that are due; false if none is. */
static bool take_rows(struct series *s, struct series_entry *x, struct job_item *ret, bool all)
{
	uv_timeval64_t now;
	size_t n = x->count;

	/* The last seconds may still get a worse result or an earlier one. */
	uv_gettimeofday(&now);
	while (!all && n > 0 && x->rows[n - 1].row.t > now.tv_sec - SETTLE_S)
		n--;
	if (n == 0)
		return false;
	*ret = (struct job_item){.entry = x,
				 .path = mem_strdup(x->path),
				 .layout = x->layout,
				 .last = x->last,
				 .count = n};
	ret->rows = mem_calloc(n, sizeof(*ret->rows));
	ret->taken = mem_calloc(n, sizeof(*ret->taken));
	for (size_t i = 0; i < n; i++) {
		ret->rows[i] = x->rows[i].row;
		ret->taken[i] = x->rows[i];
	}
	memmove(x->rows, x->rows + n, (x->count - n) * sizeof(*x->rows));
	x->count -= n;
	x->in_job = true;
	(void)s;
	return true;
}

static void start_job(struct series *s)
{
	struct series_entry *later = NULL;
	struct job *job;

	if (s->job != NULL)
		return;
	job = mem_calloc(1, sizeof(*job));
	job->series = s;
	job->items = mem_calloc(FILES_PER_JOB + 1, sizeof(*job->items));
	job->work.data = job;
	if (s->reads != NULL) {
		job->read = s->reads;
		s->reads = job->read->next;
		if (take_rows(s, job->read->entry, &job->items[job->count], true))
			job->count++;
	}
	while (s->first_queued != NULL && job->count < FILES_PER_JOB) {
		struct series_entry *x = s->first_queued;

		s->first_queued = x->next_queued;
		x->queued = false;
		if (x->count > 0 && !x->in_job &&
		    take_rows(s, x, &job->items[job->count], s->flush_all || s->closing))
			job->count++;
		if (x->count > 0) {
			x->next_queued = later;
			later = x;
		}
	}
	/* What is not due yet waits for the next flush. */
	while (later != NULL) {
		struct series_entry *x = later;

		later = x->next_queued;
		queue_entry(s, x);
	}
	if (job->count == 0 && job->read == NULL) {
		free(job->items);
		free(job);
		return;
	}
	s->job = job;
	uv_queue_work(s->loop, &job->work, job_work, job_done);
}

static void on_timer(uv_timer_t *t)
{
	start_job(t->data);
}

/* --- the outside -------------------------------------------------------------------------------------- */

enum err series_open(struct uv_loop_s *loop, const struct series_options *o, struct series **ret,
		     struct err_info *info)
{
	struct series *s = mem_calloc(1, sizeof(*s));
	bool restored = false;
	enum err e = undo_slot_open(o->folder, &s->undo, &restored, info);

	if (e != ERR_OK) {
		free(s);
		return e;
	}
	s->loop = loop;
	s->options = *o;
	s->folder = mem_strdup(o->folder);
	s->stats.restored_headers = restored;
	s->last_sync_ms = uv_now(loop);
	uv_timer_init(loop, &s->timer);
	s->timer.data = s;
	uv_timer_start(&s->timer, on_timer, (uint64_t)(o->flush_us / US_PER_MS),
		       (uint64_t)(o->flush_us / US_PER_MS));
	*ret = s;
	return ERR_OK;
}

void series_flush(struct series *s, void (*done)(void *user), void *user)
{
	s->flush_all = true;
	s->flushed = done;
	s->flushed_user = user;
	start_job(s);
	if (s->job == NULL && done != NULL) {
		s->flushed = NULL;
		s->flush_all = false;
		done(user);
	}
}

void series_read(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
		 unsigned points, void (*done)(void *user, enum err e, struct slice json),
		 void *user)
{
	struct read_request *r = mem_calloc(1, sizeof(*r)), **last = &s->reads;

	r->entry = s->by_vantage[vantage];
	r->start = start_s;
	r->end = end_s;
	r->points = points;
	r->done = done;
	r->user = user;
	buf_init(&r->json, 64 << 20);
	while (*last != NULL)
		last = &(*last)->next;
	*last = r;
	start_job(s);
}

struct series_stats series_stats(const struct series *s)
{
	struct series_stats stats = s->stats;

	stats.last_sync_age_us = (int64_t)(uv_now(s->loop) - s->last_sync_ms) * US_PER_MS;
	return stats;
}

static void free_entry(struct series_entry *x)
{
	for (size_t i = 0; i < x->count; i++)
		free(x->rows[i].refs);
	free(x->rows);
	free(x->path);
	free(x->check);
	free(x->agent);
	free(x);
}

void series_close(struct series *s)
{
	uint64_t before;

	s->closing = true;
	/* The loop still turns for us; a file that fails is not tried for ever. */
	do {
		before = s->stats.failed_files;
		start_job(s);
		while (s->job != NULL)
			uv_run(s->loop, UV_RUN_ONCE);
	} while (s->first_queued != NULL && s->stats.failed_files == before);
	uv_close((uv_handle_t *)&s->timer, NULL);
	uv_run(s->loop, UV_RUN_NOWAIT);
	for (size_t i = 0; i < s->count; i++)
		free_entry(s->entries[i]);
	free(s->entries);
	free(s->by_vantage);
	undo_slot_close(s->undo);
	free(s->folder);
	free(s);
}
