#include "collector/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/files.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/series_file.h"
#include "collector/series_rows.h"
#include "collector/undo_slot.h"
#include "wire/series_name.h"

/* How rows go to disk. A tick looks for series that are due and begins a round over all of them; a round is a chain of
 * short jobs, between which reads have their turn; what a round has written becomes durable by one sync, which runs
 * beside the next round since it does not touch librrd. */
enum {
	TICK_MS = 500,
	/* One job: so much, where a file that is not known yet counts more (it may have to be made). */
	JOB_WEIGHT = 64,
	NEW_WEIGHT = 8,
	JOB_ROWS_PER_FILE = 1000,
	SETTLE_S = 2, /* after the end of a slot another result of it may come */
	SETTLE_MS = 2000, /* ... and after the arrival of a late one its neighbours */
	FORCE_MS =
		18000, /* then a slot is written though it is not over; DESIGN 3: durable within 30 s */
	EAGER_ROWS = 400000, /* waiting: a backlog comes in, memory first */
	RETRY_MS = 5000,
	SYNC_EACH_MAX = 64, /* more files than this: one sync of the whole file system */
	READ_MAX = 64 << 20,
	PATH_SIZE = 4096,
	/* So often the library may refuse a file that looks sound; then it is put aside as well. */
	FAILURES_MAX = 3,
	FUTURE_S = 86400, /* a newest row further ahead than this was drawn by a wrong clock */
	TROUBLE_SIZE = 400
};

struct series_entry {
	char *path;
	struct series_layout layout;
	struct series_facts facts;
	struct series_rows rows;
	bool in_job, touched, failing;
	bool refined; /* series_file_refine, once for each file and start */
	unsigned failures; /* of the library in a row, with a file that looks sound */
	uint64_t retry_ms; /* not before */
	struct series_entry *next_same; /* hash chain */
};

struct read_request {
	struct read_request *next;
	struct series_entry *entry;
	struct series_layout layout;
	struct series_range range;
	struct series_rows waiting;
	void (*done)(void *user, enum err e, struct slice json);
	void *user;
	struct buf json;
	enum err err;
	struct err_info info;
};

struct flush_request {
	struct flush_request *next;
	uint64_t round; /* over when this one is synced */
	void (*done)(void *user);
	void *user;
};

/* What the worker gets is its own: the loop's side does not touch it meanwhile. */
struct job_item {
	struct series_entry *entry; /* path only */
	struct series_layout layout;
	struct series_facts facts;
	struct series_rows rows;
	size_t late; /* leading rows that the file is past already */
	int64_t now_s;
	bool suspect; /* refused too often */
	bool was_set_aside, was_made;
	enum err err;
	struct err_info info;
};
struct job {
	uv_work_t work;
	struct series *series;
	struct job_item items[JOB_WEIGHT];
	size_t count;
	struct read_request *read; /* carried out after the items */
};

struct ref_list {
	struct series_ref *refs;
	size_t count, cap;
};
struct sync {
	uv_work_t work;
	struct series *series;
	struct series_entry **files;
	bool *coarse; /* per file: to be refined */
	size_t file_count;
	struct ref_list refs;
	uint64_t round;
	enum err err;
	struct err_info info;
};

struct series {
	uv_loop_t *loop;
	uv_timer_t timer;
	char *folder;
	struct series_options options;
	uint64_t hold_ms; /* complete rows wait so long for others of their file */
	struct series_entry **entries, **by_vantage, **buckets;
	size_t count, cap, bucket_count;
	uint32_t vantage_count;
	struct schema_pool shapes; /* a layout outlives the plan that it was made for */
	struct undo_slot *undo;
	struct job *job;
	struct sync *sync;
	bool in_round, closing, timer_closed, paused;
	uint64_t waiting; /* results in memory; those of one row too */
	char trouble[TROUBLE_SIZE];
	size_t round_at; /* entries before this had their turn */
	uint64_t round, synced_round; /* the last begun; the last whose rows are safe */
	struct read_request *reads;
	struct flush_request *flushes;
	struct ref_list written; /* not synced yet */
	struct series_entry **touched;
	size_t touched_count, touched_cap;
	struct series_stats stats;
	uint64_t last_sync_ms;
};

static void go_on(struct series *s);

/* --- files of vantages ------------------------------------------------------------------------------ */

static size_t hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static void rehash(struct series *s)
{
	s->bucket_count = 2 * s->cap + 1;
	free(s->buckets);
	s->buckets = mem_calloc(s->bucket_count, sizeof(struct series_entry *));
	for (size_t i = 0; i < s->count; i++) {
		struct series_entry *x = s->entries[i],
				    **head = &s->buckets[hash(x->path) % s->bucket_count];

		x->next_same = *head;
		*head = x;
	}
}

static struct series_entry *entry_of(struct series *s, const char *check, const char *agent,
				     const struct series_layout *layout)
{
	char path[PATH_SIZE];
	struct series_entry *x;
	struct buf text;

	buf_init(&text, sizeof(path));
	buf_printf(&text, "%s/", s->folder);
	series_name_put(&text, check, agent);
	snprintf(path, sizeof(path), "%s", buf_cstr(&text));
	buf_release(&text);
	x = s->bucket_count > 0 ? s->buckets[hash(path) % s->bucket_count] : NULL;
	while (x != NULL && strcmp(x->path, path) != 0)
		x = x->next_same;
	if (x != NULL)
		return x;
	x = mem_calloc(1, sizeof(*x));
	x->path = mem_strdup(path);
	x->facts.last = -1;
	series_rows_init(&x->rows, series_file_values(layout));
	if (s->count == s->cap) {
		s->entries = mem_grow(s->entries, s->count, &s->cap, sizeof(struct series_entry *));
		s->entries[s->count++] = x;
		rehash(s);
	} else {
		struct series_entry **head = &s->buckets[hash(path) % s->bucket_count];

		s->entries[s->count++] = x;
		x->next_same = *head;
		*head = x;
	}
	return x;
}

static bool is_same_shape(const struct series_layout *a, const struct series_layout *b)
{
	return schema_is_same(a->schema, b->schema) &&
	       series_file_values(a) == series_file_values(b);
}

/* Rows that wait keep the number of values that they were made for. */
static void set_layout(struct series_entry *x, const struct series_layout *layout)
{
	if (x->layout.schema != NULL && !is_same_shape(&x->layout, layout))
		x->facts.last = -1; /* the file is another type's */
	x->layout = *layout;
	if (x->rows.count == 0)
		series_rows_init(&x->rows, series_file_values(layout));
}

void series_set_plan(struct series *s, const struct plan *plan)
{
	free(s->by_vantage);
	s->vantage_count = plan->vantage_count;
	s->by_vantage = mem_calloc(plan->vantage_count + 1ul, sizeof(struct series_entry *));
	for (uint32_t i = 0; i < plan->vantage_count; i++) {
		const struct plan_check *c = &plan->checks[plan->vantages[i].check];
		int64_t interval_s = (c->interval_us + US_PER_S / 2) / US_PER_S;
		struct series_layout layout = {schema_pool_keep(&s->shapes, c->schema),
					       interval_s > 0 ? interval_s : 1, s->options.archives,
					       plan_measured_values(c)};

		s->by_vantage[i] =
			entry_of(s, c->id, plan->agents[plan->vantages[i].agent].id, &layout);
		set_layout(s->by_vantage[i], &layout);
	}
}

void series_path(const struct series *s, uint32_t vantage, char *dst, size_t size)
{
	snprintf(dst, size, "%s", vantage < s->vantage_count ? s->by_vantage[vantage]->path : "");
}

struct wall_time series_newest(const struct series *s, uint32_t vantage)
{
	struct series_facts facts;
	struct err_info info;
	const struct series_entry *x;

	if (vantage >= s->vantage_count)
		return WALL_UNKNOWN;
	x = s->by_vantage[vantage];
	if (series_file_look(x->path, &x->layout, &facts, &info) != ERR_OK)
		return WALL_UNKNOWN;
	return (struct wall_time){facts.last * US_PER_S};
}

void series_add(struct series *s, const struct sample *sample, struct series_ref ref)
{
	struct series_entry *x = s->by_vantage[sample->vantage];
	struct series_row row = {.t = series_rows_slot(sample->t.us, x->layout.interval_s),
				 .since_ms = uv_now(s->loop),
				 .state = (uint8_t)sample->health,
				 .ref = ref};

	if (s->waiting >= s->options.waiting_max) {
		s->stats.shed++;
		return;
	}
	s->waiting++;
	if (series_rows_add(&x->rows, &row, sample->values, sample->value_count))
		s->stats.pending_rows++;
	else
		s->stats.merged++;
}

/* --- what is due --------------------------------------------------------------------------------------- */

static bool takes_all(const struct series *s)
{
	return s->closing || s->flushes != NULL;
}

static int64_t now_s(const struct series *s)
{
	uv_timeval64_t wall;

	if (s->options.now_s != NULL)
		return s->options.now_s(s->options.user);
	uv_gettimeofday(&wall);
	return wall.tv_sec;
}

/* How many leading rows may be written now: those whose slot is over, or that waited long enough. */
static size_t complete_rows(const struct series *s, const struct series_entry *x)
{
	uint64_t now = uv_now(s->loop);
	int64_t wall_s = now_s(s);
	size_t n = x->rows.count;

	for (; n > 0; n--) {
		const struct series_row *r = &x->rows.rows[n - 1];

		if (now - r->since_ms >= FORCE_MS)
			break;
		if (r->t + x->layout.interval_s + SETTLE_S <= wall_s &&
		    now - r->since_ms >= SETTLE_MS)
			break;
	}
	return n;
}

static size_t due_rows(const struct series *s, const struct series_entry *x)
{
	uint64_t now = uv_now(s->loop);
	bool ripe = s->stats.pending_rows > EAGER_ROWS;
	size_t n = x->rows.count;

	if (takes_all(s))
		return n;
	if (n == 0 || now < x->retry_ms)
		return 0;
	for (size_t i = 0; i < n && !ripe; i++)
		ripe = now - x->rows.rows[i].since_ms >= s->hold_ms;
	if (ripe)
		n = complete_rows(s, x);
	return !ripe ? 0 : n > JOB_ROWS_PER_FILE ? JOB_ROWS_PER_FILE : n;
}

static void take(struct job *job, struct series_entry *x, size_t n)
{
	struct job_item *item = &job->items[job->count++];

	*item = (struct job_item){.entry = x,
				  .layout = x->layout,
				  .facts = x->facts,
				  .now_s = now_s(job->series),
				  .suspect = x->failures >= FAILURES_MAX};
	series_rows_take(&x->rows, n, &item->rows);
	if (x->rows.count == 0)
		series_rows_init(&x->rows, series_file_values(&x->layout));
	x->in_job = true;
}

/* --- the job: on a worker thread -------------------------------------------------------------------------- */

/* Before every writing: what happened to the file since must not be the end of us. */
static enum err look(struct job_item *item)
{
	const char *path = item->entry->path;
	enum err e = series_file_look(path, &item->layout, &item->facts, &item->info);

	if (e == ERR_OK && item->facts.last > item->now_s + FUTURE_S)
		e = err_fail(&item->info, ERR_CORRUPT, "%s was drawn by a clock that ran ahead",
			     path);
	if (e == ERR_OK && item->suspect)
		e = err_fail(&item->info, ERR_CORRUPT, "%s cannot be written though it looks sound",
			     path);
	return e;
}

static enum err make_ready(struct job_item *item)
{
	const char *path = item->entry->path;
	enum err e = look(item);

	if (e == ERR_CORRUPT || e == ERR_DENIED) {
		struct err_info why = item->info;

		e = series_file_set_aside(path, item->now_s, &item->info);
		if (e != ERR_OK)
			return e;
		item->was_set_aside = true;
		item->info = why;
		e = ERR_NOT_FOUND;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	e = series_file_create(path, &item->layout, item->rows.rows[0].t, &item->info);
	if (e != ERR_OK)
		return e;
	item->was_made = true;
	return series_file_look(path, &item->layout, &item->facts, &item->info);
}

static void write_item(struct series *s, struct job_item *item)
{
	item->err = make_ready(item);
	if (item->err != ERR_OK) {
		item->facts.last = -1;
		return;
	}
	/* Rows made before the plan gave the check another type hold other values: nothing to draw. */
	if (item->rows.value_count != series_file_values(&item->layout))
		item->late = item->rows.count;
	while (item->late < item->rows.count && item->rows.rows[item->late].t <= item->facts.last)
		item->late++;
	if (item->late < item->rows.count)
		item->err = series_file_update(item->entry->path, &item->layout, &item->facts,
					       s->undo, &item->rows, item->late, &item->info);
}

static void on_work(uv_work_t *w)
{
	struct job *job = w->data;
	struct read_request *r = job->read;

	for (size_t i = 0; i < job->count; i++)
		write_item(job->series, &job->items[i]);
	if (r != NULL)
		r->err = series_file_read(r->entry->path, &r->layout, &r->range, &r->waiting,
					  &r->json, &r->info);
}

/* --- the job: back on the loop ---------------------------------------------------------------------------- */

static void note_failure(struct series *s, struct job_item *item)
{
	struct series_entry *x = item->entry;

	s->stats.failed_files++;
	s->stats.disk_full = item->err == ERR_NO_SPACE;
	x->retry_ms = uv_now(s->loop) + RETRY_MS;
	if (item->err != ERR_NO_SPACE)
		x->failures++;
	snprintf(s->trouble, sizeof(s->trouble), "%.*s", TROUBLE_SIZE - 1, item->info.text);
	s->stats.failing_now += !x->failing;
	if (!x->failing)
		log_event(LOG_ERROR, "series.not-written", "text=%s", log_quote(item->info.text));
	x->failing = true;
	series_rows_put_back(&x->rows, &item->rows);
}

static void note_written(struct series *s, struct job_item *item)
{
	struct series_entry *x = item->entry;
	struct ref_list *l = &s->written;

	if (x->failing)
		log_event(LOG_NOTICE, "series.written-again", "file=%s", log_quote(x->path));
	s->stats.failing_now -= x->failing;
	x->failing = s->stats.disk_full = false;
	x->failures = 0;
	s->stats.rows += item->rows.count - item->late;
	s->stats.dropped_late += item->late;
	s->stats.calls += item->late < item->rows.count;
	s->stats.pending_rows -= item->rows.count;
	s->waiting -= item->rows.count + item->rows.extra_count;
	if (!x->touched && item->late < item->rows.count) {
		s->touched = mem_grow(s->touched, s->touched_count, &s->touched_cap,
				      sizeof(struct series_entry *));
		s->touched[s->touched_count++] = x;
		x->touched = true;
	}
	for (size_t i = 0; i < item->rows.count; i++) {
		l->refs = mem_grow(l->refs, l->count, &l->cap, sizeof(*l->refs));
		l->refs[l->count++] = item->rows.rows[i].ref;
	}
	for (size_t i = 0; i < item->rows.extra_count; i++) {
		l->refs = mem_grow(l->refs, l->count, &l->cap, sizeof(*l->refs));
		l->refs[l->count++] = item->rows.extras[i].ref;
	}
	series_rows_release(&item->rows);
}

static void end_flushes(struct series *s);

static void finish_item(struct series *s, struct job_item *item)
{
	item->entry->in_job = false;
	item->entry->facts = item->facts;
	if (!is_same_shape(&item->layout, &item->entry->layout))
		item->entry->facts.last = -1;
	if (item->was_made)
		item->entry->refined = false;
	if (item->was_set_aside) {
		s->stats.set_aside++;
		item->entry->failures = 0;
		snprintf(s->trouble, sizeof(s->trouble), "%.*s", TROUBLE_SIZE - 1, item->info.text);
		log_event(LOG_WARNING, "series.set-aside", "file=%s text=%s", item->entry->path,
			  log_quote(item->info.text));
	}
	if (item->err != ERR_OK)
		note_failure(s, item);
	else
		note_written(s, item);
}

static void on_work_done(uv_work_t *w, int status)
{
	struct job *job = w->data;
	struct series *s = job->series;
	struct read_request *r = job->read;

	(void)status;
	s->job = NULL;
	for (size_t i = 0; i < job->count; i++)
		finish_item(s, &job->items[i]);
	if (r != NULL) {
		if (r->err != ERR_OK && r->err != ERR_NOT_FOUND)
			log_event(LOG_ERROR, "series.not-read", "text=%s", log_quote(r->info.text));
		r->done(r->user, r->err, buf_slice(&r->json));
		series_rows_release(&r->waiting);
		buf_release(&r->json);
		free(r);
	}
	free(job);
	go_on(s);
	if (s->paused)
		end_flushes(s);
}

static void start_job(struct series *s)
{
	struct job *job = mem_calloc(1, sizeof(*job));
	size_t weight = 0;

	job->series = s;
	job->work.data = job;
	if (s->reads != NULL) {
		struct read_request *r = s->reads;
		size_t n = complete_rows(s, r->entry);

		s->reads = r->next;
		job->read = r;
		if (n > 0 && !s->paused && uv_now(s->loop) >= r->entry->retry_ms)
			take(job, r->entry, n);
		series_rows_copy(&r->entry->rows, &r->waiting);
	}
	for (; s->in_round && s->round_at < s->count && weight < JOB_WEIGHT - NEW_WEIGHT;
	     s->round_at++) {
		struct series_entry *x = s->entries[s->round_at];
		size_t n = x->in_job ? 0 : due_rows(s, x);

		if (n == 0)
			continue;
		weight += x->facts.last < 0 ? NEW_WEIGHT : 1;
		take(job, x, n);
	}
	if (s->round_at == s->count)
		s->in_round = false;
	if (job->count == 0 && job->read == NULL) {
		free(job);
		return;
	}
	s->job = job;
	uv_queue_work(s->loop, &job->work, on_work, on_work_done);
}

/* --- syncs ---------------------------------------------------------------------------------------------- */

static void sync_files(struct sync *y)
{
	if (y->file_count > SYNC_EACH_MAX) {
		y->err = files_sync_system(y->series->folder, &y->info);
		return;
	}
	for (size_t i = 0; i < y->file_count && y->err == ERR_OK; i++)
		y->err = series_file_sync(y->files[i]->path, &y->info);
}

static void on_sync(uv_work_t *w)
{
	struct sync *y = w->data;

	sync_files(y);
	for (size_t i = 0; i < y->file_count && y->err == ERR_OK; i++) {
		if (y->coarse[i])
			series_file_refine(y->files[i]->path);
	}
}

static void end_flushes(struct series *s)
{
	struct flush_request **at = &s->flushes;

	if (s->paused && (s->job != NULL || s->sync != NULL))
		return; /* whoever waits now waits for stillness */

	while (*at != NULL) {
		struct flush_request *f = *at;

		if (f->round > s->synced_round) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		if (f->done != NULL)
			f->done(f->user);
		free(f);
	}
}

static void on_sync_done(uv_work_t *w, int status)
{
	struct sync *y = w->data;
	struct series *s = y->series;

	(void)status;
	s->sync = NULL;
	if (y->err == ERR_OK) {
		s->stats.syncs++;
		s->last_sync_ms = uv_now(s->loop);
		for (size_t i = 0; i < y->file_count; i++)
			y->files[i]->refined = y->files[i]->refined || y->coarse[i];
		s->options.durable(s->options.user, y->refs.refs, y->refs.count);
	} else {
		/* Nothing is known of these rows now; the cursor stays, and so the agents keep the
		 * results and send them again to the next start. */
		s->stats.failed_files += y->file_count;
		s->stats.disk_full = y->err == ERR_NO_SPACE;
		log_event(LOG_ERROR, "series.not-synced", "results=%zu text=%s", y->refs.count,
			  log_quote(y->info.text));
	}
	s->synced_round = y->round;
	free(y->files);
	free(y->coarse);
	free(y->refs.refs);
	free(y);
	end_flushes(s);
	go_on(s);
}

/* Everything that was written so far, after the round's last job. */
static void start_sync(struct series *s)
{
	struct sync *y;

	if (s->written.count == 0) {
		s->synced_round = s->round;
		s->last_sync_ms = uv_now(s->loop);
		end_flushes(s);
		return;
	}
	y = mem_calloc(1, sizeof(*y));
	y->series = s;
	y->work.data = y;
	y->files = s->touched;
	y->file_count = s->touched_count;
	y->refs = s->written;
	y->round = s->round;
	y->coarse = mem_calloc(y->file_count, sizeof(*y->coarse));
	for (size_t i = 0; i < y->file_count; i++) {
		y->files[i]->touched = false;
		y->coarse[i] = !y->files[i]->refined;
	}
	s->touched = NULL;
	s->touched_count = s->touched_cap = 0;
	s->written = (struct ref_list){0};
	s->sync = y;
	uv_queue_work(s->loop, &y->work, on_sync, on_sync_done);
}

/* --- one thing after the other ------------------------------------------------------------------------------ */

static void go_on(struct series *s)
{
	if (s->job == NULL && (s->in_round || s->reads != NULL))
		start_job(s);
	if (s->job == NULL && !s->in_round && s->sync == NULL && s->synced_round < s->round)
		start_sync(s);
}

static void on_timer(uv_timer_t *t)
{
	struct series *s = t->data;

	/* Rows that a read wrote are synced with the next round, which need not find any. */
	if (!s->paused && !s->in_round && s->job == NULL &&
	    (s->stats.pending_rows > 0 || s->written.count > 0 || s->flushes != NULL)) {
		s->in_round = true;
		s->round_at = 0;
		s->round++;
	}
	go_on(s);
}

void series_pause(struct series *s, bool paused)
{
	s->paused = paused;
	if (!paused)
		return;
	s->in_round = false; /* what it has written is synced */
	/* Whoever waits for a flush is answered: nothing more will be written for now. */
	for (struct flush_request *f = s->flushes; f != NULL; f = f->next)
		f->round = f->round < s->round ? f->round : s->round;
	go_on(s);
}

const char *series_trouble(const struct series *s)
{
	return s->trouble;
}

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
	s->options.folder = s->folder;
	if (s->options.waiting_max == 0)
		s->options.waiting_max = SERIES_WAITING_MAX;
	s->hold_ms = (uint64_t)(o->flush_us / US_PER_MS) * 2 / 3;
	s->hold_ms = s->hold_ms < FORCE_MS ? s->hold_ms : FORCE_MS;
	s->stats.restored_headers = restored;
	s->last_sync_ms = uv_now(loop);
	uv_timer_init(loop, &s->timer);
	s->timer.data = s;
	uv_timer_start(&s->timer, on_timer, TICK_MS, TICK_MS);
	*ret = s;
	return ERR_OK;
}

void series_flush(struct series *s, void (*done)(void *user), void *user)
{
	struct flush_request *f = mem_calloc(1, sizeof(*f));

	*f = (struct flush_request){s->flushes, s->paused ? s->round : s->round + 1, done, user};
	s->flushes = f;
	on_timer(&s->timer);
	if (s->paused)
		end_flushes(s);
}

void series_read(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
		 unsigned points, void (*done)(void *user, enum err e, struct slice json),
		 void *user)
{
	series_read_bands(s, vantage, start_s, end_s, points, 0, done, user);
}

void series_read_bands(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
		       unsigned points, uint32_t bands,
		       void (*done)(void *user, enum err e, struct slice json), void *user)
{
	struct read_request *r = mem_calloc(1, sizeof(*r)), **last = &s->reads;

	r->entry = s->by_vantage[vantage];
	r->layout = r->entry->layout;
	r->range = (struct series_range){start_s, end_s, points, bands};
	r->done = done;
	r->user = user;
	buf_init(&r->json, READ_MAX);
	while (*last != NULL)
		last = &(*last)->next;
	*last = r;
	go_on(s);
}

struct series_stats series_stats(const struct series *s)
{
	struct series_stats stats = s->stats;

	stats.last_sync_age_us = (int64_t)(uv_now(s->loop) - s->last_sync_ms) * US_PER_MS;
	return stats;
}

static void on_timer_closed(uv_handle_t *h)
{
	((struct series *)h->data)->timer_closed = true;
}

static bool is_busy(const struct series *s)
{
	return s->job != NULL || s->sync != NULL || s->in_round || s->reads != NULL;
}

void series_close(struct series *s)
{
	s->closing = true;
	/* A round that runs may have passed over rows; the one after it takes all. What fails is not tried for
	 * ever: the agents still have it. */
	for (int i = 0; i < 2; i++) {
		on_timer(&s->timer);
		while (is_busy(s))
			uv_run(s->loop, UV_RUN_ONCE);
	}
	uv_close((uv_handle_t *)&s->timer, on_timer_closed);
	while (!s->timer_closed)
		uv_run(s->loop, UV_RUN_ONCE);
	for (size_t i = 0; i < s->count; i++) {
		series_rows_release(&s->entries[i]->rows);
		free(s->entries[i]->path);
		free(s->entries[i]);
	}
	free(s->entries);
	free(s->by_vantage);
	free(s->buckets);
	free(s->touched);
	free(s->written.refs);
	undo_slot_close(s->undo);
	schema_pool_release(&s->shapes);
	free(s->folder);
	free(s);
}
