#include "play/agenda.h"

#include <stdlib.h>

#include "base/mem.h"

void agenda_put(struct agenda *a, struct agenda_item item)
{
	item.tie = a->rand != NULL ? rand_u64(a->rand) : a->put;
	a->put++;
	a->items = mem_grow(a->items, a->count, &a->cap, sizeof(*a->items));
	a->items[a->count++] = item;
}

static bool is_before(const struct agenda_item *x, const struct agenda_item *y)
{
	return x->t.us != y->t.us ? x->t.us < y->t.us : x->tie < y->tie;
}

/* A day has a few dozen at once: no heap. */
static const struct agenda_item *first_of(const struct agenda *a)
{
	const struct agenda_item *first = NULL;

	for (size_t i = 0; i < a->count; i++) {
		if (first == NULL || is_before(&a->items[i], first))
			first = &a->items[i];
	}
	return first;
}

struct wall_time agenda_next(const struct agenda *a)
{
	const struct agenda_item *first = first_of(a);

	return first != NULL ? first->t : WALL_NEVER;
}

bool agenda_take(struct agenda *a, struct wall_time now, struct agenda_item *ret)
{
	const struct agenda_item *first = first_of(a);

	if (first == NULL || first->t.us > now.us)
		return false;
	*ret = *first;
	a->items[first - a->items] = a->items[--a->count];
	return true;
}

static bool adopt(struct agenda_item *x, const struct plan *from, const struct plan *to)
{
	uint32_t *person = x->is_act ? &x->person : &x->effect.person;

	*person = plan_find_person(to, slice_of(from->people[*person].id));
	if (x->is_act && x->act == ACT_CALL_RESULT)
		x->hand = plan_find_person(to, slice_of(from->people[x->hand].id));
	if (!x->is_act)
		x->effect.channel =
			plan_find_channel(to, slice_of(from->channels[x->effect.channel].id));
	return *person != PLAN_NONE && x->hand != PLAN_NONE &&
	       (x->is_act || x->effect.channel != PLAN_NONE);
}

void agenda_adopt(struct agenda *a, uint64_t incident, const struct plan *from,
		  const struct plan *to)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct agenda_item x = a->items[i];
		bool of_it = (x.is_act ? x.incident : x.effect.incident) == incident;

		if (!of_it || adopt(&x, from, to))
			a->items[kept++] = x;
	}
	a->count = kept;
}

struct wall_time agenda_hand_is_free(const struct agenda *a, uint64_t incident, uint32_t hand)
{
	struct wall_time free = WALL_UNKNOWN;

	for (size_t i = 0; i < a->count; i++) {
		const struct agenda_item *x = &a->items[i];

		if (x->is_act && x->is_taken && x->incident == incident && x->hand == hand)
			free = wall_max(free, x->t);
	}
	return free;
}

void agenda_drop_messages(struct agenda *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->count; i++) {
		if (a->items[i].is_act)
			a->items[kept++] = a->items[i];
	}
	a->count = kept;
}

void agenda_release(struct agenda *a)
{
	free(a->items);
	*a = (struct agenda){0};
}
