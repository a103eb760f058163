#include "dashboard/viewers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "dashboard/ring.h"

struct viewer {
	struct viewers *all;
	struct viewer *next, *prev;
	struct http_stream *stream;
	uint64_t at, alive_told;
	bool values, greeted;
};

struct viewers {
	struct viewers_options options;
	struct viewers_stats stats;
	struct viewer *first;
	struct ring *facts, *values;
	struct http_part *greeting, *alive, *whole;
	uint64_t alive_number; /* of `alive`; 0: there is none yet */
	uint64_t at;
};

struct viewers *viewers_new(const struct viewers_options *o)
{
	struct viewers *vs = mem_calloc(1, sizeof(*vs));

	vs->options = *o;
	vs->facts = ring_new(o->kept_max, o->kept_bytes_max);
	vs->values = ring_new(o->kept_max, o->kept_bytes_max);
	/* How long a browser waits before it comes again by itself. */
	vs->greeting = http_part_new(SLICE_LIT("retry: 1000\n\n"));
	return vs;
}

void viewers_free(struct viewers *vs)
{
	if (vs == NULL)
		return;
	ring_free(vs->facts);
	ring_free(vs->values);
	http_part_release(vs->greeting);
	http_part_release(vs->alive);
	http_part_release(vs->whole);
	free(vs);
}

struct viewers_stats viewers_stats(const struct viewers *vs)
{
	return vs->stats;
}

void viewers_begin(struct viewers *vs, uint64_t at)
{
	ring_clear(vs->facts, at);
	ring_clear(vs->values, at);
	vs->at = at;
}

void viewers_push(struct viewers *vs, uint64_t at, bool is_values, struct http_part *part)
{
	ring_push(is_values ? vs->values : vs->facts, at, part);
	vs->at = at;
}

void viewers_skip_values(struct viewers *vs, uint64_t at)
{
	ring_clear(vs->values, at);
	vs->at = at;
}

void viewers_alive(struct viewers *vs, struct http_part *alive, struct http_part *whole)
{
	http_part_release(vs->alive);
	http_part_release(vs->whole);
	vs->alive = alive;
	vs->whole = whole;
	vs->alive_number++;
}

void viewers_wake(struct viewers *vs)
{
	for (struct viewer *v = vs->first; v != NULL; v = v->next)
		http_stream_wake(v->stream);
}

static bool is_behind(const struct viewer *v)
{
	return v->at < ring_floor(v->all->facts) ||
	       (v->values && v->at < ring_floor(v->all->values));
}

/* The next difference in this viewer's line, NULL if there is none. */
static struct http_part *next_delta(struct viewer *v)
{
	uint64_t facts_at = 0, values_at = 0;
	struct http_part *facts = ring_after(v->all->facts, v->at, &facts_at);
	struct http_part *values = v->values ? ring_after(v->all->values, v->at, &values_at) : NULL;

	if (facts != NULL && (values == NULL || facts_at < values_at)) {
		v->at = facts_at;
		return facts;
	}
	if (values != NULL)
		v->at = values_at;
	return values;
}

static struct http_part *next_part(void *user)
{
	struct viewer *v = user;
	struct viewers *vs = v->all;
	struct http_part *delta;

	if (!v->greeted) {
		v->greeted = true;
		return http_part_keep(vs->greeting);
	}
	if (is_behind(v) && vs->whole != NULL) {
		v->at = vs->at;
		vs->stats.wholes++;
		return http_part_keep(vs->whole);
	}
	delta = next_delta(v);
	if (delta != NULL) {
		vs->stats.deltas++;
		return http_part_keep(delta);
	}
	if (v->alive_told == vs->alive_number)
		return NULL;
	v->alive_told = vs->alive_number;
	return http_part_keep(vs->alive);
}

static void on_gone(void *user)
{
	struct viewer *v = user;
	struct viewers *vs = v->all;

	if (v->prev != NULL)
		v->prev->next = v->next;
	else
		vs->first = v->next;
	if (v->next != NULL)
		v->next->prev = v->prev;
	vs->stats.count--;
	vs->stats.with_values -= v->values;
	free(v);
}

bool viewers_answer(struct viewers *vs, struct http_request *r, uint64_t after, bool values)
{
	struct viewer *v;

	if (vs->stats.count >= vs->options.max)
		return false;
	v = mem_calloc(1, sizeof(*v));
	v->all = vs;
	v->at = after <= vs->at ? after : 0;
	v->values = values;
	v->next = vs->first;
	if (v->next != NULL)
		v->next->prev = v;
	vs->first = v;
	vs->stats.count++;
	vs->stats.with_values += values;
	v->stream = http_answer_parts(r, "text/event-stream", next_part, on_gone, v);
	return true;
}
