#include "collector/answer_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Calls whose end may still come; an older one is forgotten. Ids are 63 characters at most. */
enum { CALLS_KEPT = 4096, ID_SIZE = 64, PEOPLE_MAX = 10000 };

struct known_person {
	char id[ID_SIZE];
	struct answer_times times;
};
struct answer_record {
	struct known_person *people;
	size_t count, cap;
	struct {
		uint64_t call;
		uint32_t person; /* index above */
	} calls[CALLS_KEPT]; /* by call % CALLS_KEPT */
};

struct answer_record *answer_record_new(void)
{
	return mem_calloc(1, sizeof(struct answer_record));
}

void answer_record_free(struct answer_record *r)
{
	if (r != NULL)
		free(r->people);
	free(r);
}

static uint32_t index_of(struct answer_record *r, const char *id)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->people[i].id, id) == 0)
			return (uint32_t)i;
	}
	if (r->count == PEOPLE_MAX)
		return PLAN_NONE;
	r->people = mem_grow(r->people, r->count, &r->cap, sizeof(*r->people));
	r->people[r->count] =
		(struct known_person){.times = {WALL_UNKNOWN, WALL_UNKNOWN, WALL_UNKNOWN}};
	snprintf(r->people[r->count].id, ID_SIZE, "%s", id);
	return (uint32_t)r->count++;
}

static struct answer_times *times_of(struct answer_record *r, const struct plan *plan,
				     uint32_t person)
{
	uint32_t i = plan != NULL && person < plan->person_count
			     ? index_of(r, plan->people[person].id)
			     : PLAN_NONE;

	return i != PLAN_NONE ? &r->people[i].times : NULL;
}

static void note_intent(struct answer_record *r, const struct event *ev, const struct plan *plan)
{
	size_t at = (size_t)(ev->seq % CALLS_KEPT);
	struct answer_times *t = times_of(r, plan, ev->person);

	r->calls[at].call = t != NULL ? ev->seq : 0;
	if (t == NULL)
		return;
	r->calls[at].person = index_of(r, plan->people[ev->person].id);
	t->called = wall_max(t->called, ev->recorded);
}

static void note_missed(struct answer_record *r, const struct event *ev)
{
	size_t at = (size_t)(ev->call % CALLS_KEPT);
	struct answer_times *t;

	if (ev->call == 0 || r->calls[at].call != ev->call)
		return;
	t = &r->people[r->calls[at].person].times;
	t->missed = wall_max(t->missed, ev->recorded);
}

void answer_record_note(struct answer_record *r, const struct event *ev, const struct plan *plan)
{
	struct answer_times *t;

	switch ((int)ev->kind) {
	case EVENT_CALL_INTENT:
		note_intent(r, ev, plan);
		return;
	case EVENT_CALL_UNANSWERED:
		note_missed(r, ev);
		return;
	case EVENT_ACK_GIVEN:
		if ((t = times_of(r, plan, ev->person)) != NULL)
			t->answered = wall_max(t->answered, ev->recorded);
		return;
	default:
		return;
	}
}

struct answer_times answer_record_of(const struct answer_record *r, const char *id)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->people[i].id, id) == 0)
			return r->people[i].times;
	}
	return (struct answer_times){WALL_UNKNOWN, WALL_UNKNOWN, WALL_UNKNOWN};
}
