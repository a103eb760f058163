#include "collector/history.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "collector/status.h"

enum { PICTURE_SIZE_MAX = 64 << 20 };

struct history {
	struct history_incident *items;
	size_t count, cap;
};

struct history *history_new(void)
{
	return mem_calloc(1, sizeof(struct history));
}

void history_free(struct history *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->count; i++)
		free(h->items[i].picture);
	free(h->items);
	free(h);
}

static struct history_incident *find(const struct history *h, uint64_t id)
{
	size_t low = 0, high = h->count; /* ids rise */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->items[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < h->count && h->items[low].id == id ? &h->items[low] : NULL;
}

/* As it stands when it leaves, which nothing changes any more: acts on what is gone are refused. */
static void keep(struct history *h, const struct engine *e, size_t index, struct wall_time now)
{
	struct history_incident *i;
	struct view_incident v;
	struct json_emit j;
	struct buf b;

	view_incident(e, index, &v);
	i = find(h, v.id);
	assert(i != NULL && i->picture == NULL);
	buf_init(&b, PICTURE_SIZE_MAX);
	j = json_emit_to(&b);
	status_write_incident_to_keep(&j, e, &v, now);
	i->picture = mem_strdup(buf_cstr(&b));
	buf_release(&b);
}

void history_note(struct history *h, const struct engine *e, const struct event *ev)
{
	struct history_incident *named;

	if (ev->kind == EVENT_INCIDENT_OPENED || ev->kind == EVENT_PLAN_APPLIED) {
		for (size_t i = 0; i < view_incident_count(e); i++) {
			if (view_incident_leaves(e, i, ev->recorded))
				keep(h, e, i, ev->recorded);
		}
	}
	if (ev->kind == EVENT_INCIDENT_OPENED) {
		h->items = mem_grow(h->items, h->count, &h->cap, sizeof(*h->items));
		h->items[h->count++] = (struct history_incident){
			.id = ev->seq, .last_seq = ev->seq, .folio = (uint32_t)ev->number};
		return;
	}
	named = ev->incident != 0 ? find(h, ev->incident) : NULL;
	if (named != NULL)
		named->last_seq = ev->seq;
}

size_t history_count(const struct history *h)
{
	return h->count;
}

const struct history_incident *history_at(const struct history *h, size_t index)
{
	return &h->items[index];
}

const struct history_incident *history_find(const struct history *h, uint64_t number)
{
	const struct history_incident *i = find(h, number);

	for (size_t k = h->count; i == NULL && k-- > 0;) {
		if (h->items[k].folio == number)
			i = &h->items[k];
	}
	return i;
}

void history_write_fields(struct json_emit *j, const struct history_incident *i)
{
	json_raw(j, slice_of(i->picture)); /* members, one after the other */
}
