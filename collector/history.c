#include "collector/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

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
	for (size_t i = 0; i < h->count; i++) {
		for (size_t k = 0; k < h->items[i].service_count; k++)
			free(h->items[i].services[k]);
		free(h->items[i].services);
		free((char *)(uintptr_t)h->items[i].root);
		free((char *)(uintptr_t)h->items[i].stamp);
	}
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

static void add_service(struct history_incident *i, const char *id)
{
	for (size_t k = 0; k < i->service_count; k++) {
		if (strcmp(i->services[k], id) == 0)
			return;
	}
	i->services = mem_realloc(i->services, i->service_count + 1, sizeof(*i->services));
	i->services[i->service_count++] = mem_strdup(id);
}

static void open_one(struct history *h, const struct event *ev, const struct plan *p)
{
	struct history_incident *i;

	h->items = mem_grow(h->items, h->count, &h->cap, sizeof(*h->items));
	i = &h->items[h->count++];
	*i = (struct history_incident){.id = ev->seq,
				       .last_seq = ev->seq,
				       .folio = (uint32_t)ev->number,
				       .episode = 1,
				       .state = INCIDENT_CONFIRMED,
				       .kind = (enum incident_kind)ev->to,
				       .began = ev->began,
				       .not_before = ev->not_before,
				       .confirmed = ev->recorded, /* not of a report: below */
				       .restored = WALL_UNKNOWN,
				       .resumed = WALL_UNKNOWN,
				       .closed = WALL_UNKNOWN};
	i->drill = ev->drill;
	if (ev->ref[0] != '\0')
		i->stamp = mem_strdup(ev->ref);
	if (i->kind == INCIDENT_KIND_REPORTED) {
		i->state = INCIDENT_SUSPECT;
		i->confirmed = WALL_UNKNOWN;
	}
	if (ev->component != PLAN_NONE)
		i->root = mem_strdup(p->components[ev->component].id);
	if (ev->service != PLAN_NONE)
		add_service(i, p->services[ev->service].id);
}

static void change_state(struct history_incident *i, const struct event *ev)
{
	i->state = (enum incident_state)ev->to;
	switch (i->state) {
	case INCIDENT_CLOSED:
	case INCIDENT_FALSE_ALARM:
		i->closed = ev->recorded;
		break;
	case INCIDENT_RESUMED:
		i->resumed = ev->at;
		break;
	case INCIDENT_CONFIRMED: /* it fails again */
		if (!wall_is_known(i->confirmed))
			i->confirmed = ev->recorded;
		i->restored = i->resumed = i->closed = WALL_UNKNOWN;
		break;
	case INCIDENT_SUSPECT:
	case INCIDENT_ACTIVATION_ASKED:
	case INCIDENT_AUTHORISED:
	case INCIDENT_DECLARED:
	case INCIDENT_DECLINED:
		break;
	case INCIDENT_RESTORED:
		if (!wall_is_known(i->restored))
			i->restored = ev->at; /* by word, and no clock ran */
		break;
	case INCIDENT_STATE_COUNT:
		break;
	}
}

/* What was reported is measured now. */
static void take_evidence(struct history_incident *i, const struct event *ev)
{
	i->kind = INCIDENT_KIND_DOWN;
	i->began = ev->began;
	i->not_before = ev->not_before;
}

/* Its services go on in the other. */
static void merge(struct history *h, const struct history_incident *from, uint64_t into)
{
	struct history_incident *to = find(h, into);

	for (size_t k = 0; to != NULL && to != from && k < from->service_count; k++)
		add_service(to, from->services[k]);
	if (to != NULL && to->kind == INCIDENT_KIND_REPORTED && from->kind != to->kind) {
		to->kind = from->kind;
		to->began = from->began;
		to->not_before = from->not_before;
	}
}

void history_note(struct history *h, const struct event *ev, const struct plan *plan)
{
	struct history_incident *i;

	if (ev->kind == EVENT_INCIDENT_OPENED) {
		open_one(h, ev, plan);
		return;
	}
	i = ev->incident != 0 ? find(h, ev->incident) : NULL;
	if (i == NULL)
		return;
	i->last_seq = ev->seq;
	switch ((int)ev->kind) {
	case EVENT_INCIDENT_JOINED:
		if (ev->service != PLAN_NONE)
			add_service(i, plan->services[ev->service].id);
		break;
	case EVENT_INCIDENT_PROMOTED:
		i->drill = false;
		free((char *)(uintptr_t)i->stamp);
		i->stamp = NULL;
		break;
	case EVENT_INCIDENT_EPISODE:
		i->episode = (uint32_t)ev->number;
		break;
	case EVENT_INCIDENT_STATE:
		change_state(i, ev);
		break;
	case EVENT_CLOCK_RESTORED:
		i->restored = ev->began;
		break;
	case EVENT_CLOCK_STARTED:
		if (i->kind == INCIDENT_KIND_REPORTED && !ev->estimated)
			take_evidence(i, ev);
		break;
	case EVENT_CLOCK_CORRECTED:
		if (i->kind == INCIDENT_KIND_REPORTED)
			take_evidence(i, ev);
		i->began = wall_min(i->began, ev->began);
		break;
	case EVENT_ACT_CONFIRM_REPORT:
		if (ev->service != PLAN_NONE)
			add_service(i, plan->services[ev->service].id);
		break;
	case EVENT_ACT_MERGE:
		merge(h, i, ev->entry);
		break;
	default:
		break;
	}
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
	char folio[16];

	snprintf(folio, sizeof(folio), "%02u", i->folio);
	json_kv_i64(j, "id", (int64_t)i->id);
	json_kv_str(j, "folio", folio);
	json_kv_str(j, "state", incident_state_word(i->state));
	json_kv_str(j, "kind", incident_kind_word(i->kind));
	json_kv_i64(j, "episode", i->episode);
	json_key(j, "services");
	json_open_array(j);
	for (size_t k = 0; k < i->service_count; k++)
		json_str(j, i->services[k]);
	json_close_array(j);
	json_kv_str(j, "root", i->root);
	json_kv_time(j, "began", i->began);
	json_kv_time(j, "not_before", i->not_before);
	json_kv_time(j, "confirmed", i->confirmed);
	json_kv_time(j, "restored", i->restored);
	json_kv_time(j, "resumed", i->resumed);
	json_kv_time(j, "closed", i->closed);
	json_kv_bool(j, "exhausted", false);
	json_kv_bool(j, "real", !i->drill);
	json_kv_str(j, "stamp", i->stamp != NULL ? i->stamp : i->drill ? "SIMULACRO" : "REAL");
	json_kv_i64(j, "owed_up", 0);
	json_key(j, "calls");
	json_open_array(j);
	json_close_array(j);
}
