#include "collector/channel_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Calls whose result may still come; an older one is forgotten. Ids are 63 characters at most. */
enum { CALLS_KEPT = 4096, ID_SIZE = 64, CHANNELS_MAX = 1000 };

struct known_channel {
	char id[ID_SIZE];
	struct channel_times times;
};
struct channel_record {
	struct known_channel *channels;
	size_t count, cap;
	struct {
		uint64_t call;
		uint32_t channel; /* index above */
	} calls[CALLS_KEPT]; /* by call % CALLS_KEPT */
};

struct channel_record *channel_record_new(void)
{
	return mem_calloc(1, sizeof(struct channel_record));
}

void channel_record_free(struct channel_record *r)
{
	if (r != NULL)
		free(r->channels);
	free(r);
}

static uint32_t index_of(struct channel_record *r, const char *id)
{
	struct known_channel *c;

	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->channels[i].id, id) == 0)
			return (uint32_t)i;
	}
	if (r->count == CHANNELS_MAX)
		return PLAN_NONE;
	r->channels = mem_grow(r->channels, r->count, &r->cap, sizeof(*r->channels));
	c = &r->channels[r->count];
	*c = (struct known_channel){.times = {WALL_UNKNOWN, WALL_UNKNOWN}};
	snprintf(c->id, sizeof(c->id), "%s", id);
	return (uint32_t)r->count++;
}

static struct channel_times *times_of_call(struct channel_record *r, uint64_t call)
{
	size_t at = (size_t)(call % CALLS_KEPT);

	if (call == 0 || r->calls[at].call != call || r->calls[at].channel == PLAN_NONE)
		return NULL;
	return &r->channels[r->calls[at].channel].times;
}

void channel_record_note(struct channel_record *r, const struct event *ev, const struct plan *plan)
{
	struct channel_times *t;

	switch ((int)ev->kind) {
	case EVENT_CALL_INTENT:
		if (plan == NULL || ev->channel == PLAN_NONE)
			return;
		r->calls[ev->seq % CALLS_KEPT].call = ev->seq;
		r->calls[ev->seq % CALLS_KEPT].channel =
			index_of(r, plan->channels[ev->channel].id);
		return;
	case EVENT_CALL_SENT:
	case EVENT_CALL_RECEIVED:
		if ((t = times_of_call(r, ev->call)) != NULL)
			t->success = wall_max(t->success, ev->recorded);
		return;
	case EVENT_CALL_FAILED:
		if ((t = times_of_call(r, ev->call)) != NULL)
			t->failure = wall_max(t->failure, ev->recorded);
		return;
	default:
		return;
	}
}

struct channel_times channel_record_of(const struct channel_record *r, const char *id)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->channels[i].id, id) == 0)
			return r->channels[i].times;
	}
	return (struct channel_times){WALL_UNKNOWN, WALL_UNKNOWN};
}
