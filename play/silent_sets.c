#include "play/silent_sets.h"

#include <stdlib.h>

#include "base/mem.h"

/* How the day of a set of silent people went. */
struct day {
	bool known, decided, in_time;
	int64_t after_us;
	uint64_t called; /* bits of candidates */
};
struct prover {
	const struct dry_run_setup *setup;
	uint32_t candidates[SILENT_PEOPLE_MAX]; /* bit -> person of the plan */
	size_t count, side; /* side: count + 1, the last index means "none" */
	struct day *days; /* side x side x side */
	struct silent_proof *proof;
	struct err_info *info;
};

/* --- whom the policy can call ------------------------------------------------------------------------------- */

static bool add(struct prover *v, uint32_t person)
{
	for (size_t i = 0; i < v->count; i++) {
		if (v->candidates[i] == person)
			return true;
	}
	if (person == PLAN_NONE)
		return true;
	if (v->count == SILENT_PEOPLE_MAX)
		return false;
	v->candidates[v->count++] = person;
	return true;
}

/* Whoever may hold it at some hour. */
static bool add_seat(struct prover *v, const struct plan *p, uint32_t seat)
{
	bool ok = seat == PLAN_NONE ||
		  (add(v, p->seats[seat].titular) && add(v, p->seats[seat].suplente));

	for (uint32_t k = 0; k < p->shift_count && ok; k++)
		ok = p->shifts[k].seat != seat ||
		     (add(v, p->shifts[k].titular) && add(v, p->shifts[k].suplente));
	return ok;
}

static bool add_target(struct prover *v, const struct plan *p, const struct plan_target *t)
{
	bool ok = true;

	switch (t->kind) {
	case TARGET_SEAT:
		return add_seat(v, p, t->index);
	case TARGET_TEAM:
		return add_seat(v, p, p->services[v->setup->service].team);
	case TARGET_LEVEL:
		for (uint32_t s = 0; s < p->seat_count && ok; s++)
			ok = p->seats[s].level != t->index || add_seat(v, p, s);
		return ok;
	case TARGET_PERSON:
		return add(v, t->index);
	}
	return true;
}

/* Where anything is called by hand, it matters who sits at the desk. */
static bool add_desk(struct prover *v, const struct plan *p)
{
	bool by_hand = false, ok = true;

	for (uint32_t c = 0; c < p->channel_count; c++)
		by_hand = by_hand || p->channels[c].by_hand;
	for (uint32_t s = 0; s < p->seat_count && ok && by_hand; s++)
		ok = p->seats[s].level != 0 || add_seat(v, p, s);
	return ok;
}

static enum err too_many(const struct prover *v, const struct plan_service *s)
{
	return err_fail(v->info, ERR_TOO_LARGE,
			"the policy of %s can call more than %d people, with those at the desk",
			s->id, SILENT_PEOPLE_MAX);
}

static enum err find_candidates(struct prover *v)
{
	const struct plan *p = v->setup->plan;
	const struct plan_service *s = &p->services[v->setup->service];
	const struct plan_policy *policy = s->policy != PLAN_NONE ? &p->policies[s->policy] : NULL;

	for (size_t i = 0; policy != NULL && i < policy->step_count; i++) {
		const struct plan_step *step = &policy->steps[i];

		v->proof->asks = v->proof->asks || step->ask != ASK_NONE;
		for (size_t k = 0; k < step->target_count; k++) {
			if (!add_target(v, p, &step->targets[k]))
				return too_many(v, s);
		}
	}
	if (!add_desk(v, p))
		return too_many(v, s);
	v->proof->people = v->count;
	return ERR_OK;
}

/* --- days --------------------------------------------------------------------------------------------------- */

static struct day *day_of(struct prover *v, uint64_t silent)
{
	size_t index = 0, n = 0;

	for (size_t i = 0; i < v->count; i++) {
		if ((silent >> i & 1) != 0) {
			index = index * v->side + i;
			n++;
		}
	}
	for (; n < SILENT_MAX; n++)
		index = index * v->side + v->count;
	return &v->days[index];
}

/* Any call in any incident: what happens elsewhere could matter too. Who made it by hand counts like who was called. */
static uint64_t called_in(const struct prover *v, const struct dry_run *d)
{
	uint64_t called = 0;

	for (size_t k = 0; k < view_incident_count(d->world->engine); k++) {
		struct view_incident i;

		view_incident(d->world->engine, k, &i);
		for (size_t c = 0; c < i.call_count; c++) {
			struct view_call call;

			view_call(d->world->engine, i.id, c, &call);
			for (size_t b = 0; b < v->count; b++)
				called |= (uint64_t)(v->candidates[b] == call.person ||
						     v->candidates[b] == call.taken_by)
					  << b;
		}
	}
	return called;
}

static enum err play_day(struct prover *v, uint64_t silent, struct day *ret)
{
	struct habits *habits = habits_copy(v->setup->habits);
	struct dry_run_setup setup = *v->setup;
	struct dry_run d;
	enum err e;

	for (size_t i = 0; i < v->count; i++) {
		if ((silent >> i & 1) != 0)
			*habits_person(habits, v->setup->plan->people[v->candidates[i]].id) =
				PERSON_SILENT;
	}
	setup.habits = habits;
	e = dry_run_play(&setup, &d, v->info);
	if (e == ERR_OK)
		*ret = (struct day){.known = true,
				    .decided = d.decided,
				    .in_time = dry_run_is_in_time(&d),
				    .after_us = d.decided ? wall_diff_us(d.decided_at, d.began) : 0,
				    .called = called_in(v, &d)};
	v->proof->played++;
	dry_run_release(&d);
	habits_free(habits);
	return e;
}

static enum err find_day(struct prover *v, uint64_t silent, const struct day **ret)
{
	struct day *day = day_of(v, silent);
	enum err e = ERR_OK;

	*ret = day;
	if (day->known)
		return ERR_OK;
	for (size_t i = 0; i < v->count; i++) {
		const struct day *without;

		if ((silent >> i & 1) == 0)
			continue;
		e = find_day(v, silent & ~(UINT64_C(1) << i), &without);
		if (e != ERR_OK)
			return e;
		if ((without->called >> i & 1) == 0) {
			*day = *without; /* who is never called cannot be missed */
			return ERR_OK;
		}
	}
	return play_day(v, silent, day);
}

/* --- all sets ----------------------------------------------------------------------------------------------- */

static bool has_failing_part(struct prover *v, uint64_t silent)
{
	for (uint64_t part = (silent - 1) & silent; silent != 0; part = (part - 1) & silent) {
		const struct day *d = day_of(v, part);

		if (d->known && !d->in_time)
			return true;
		if (part == 0)
			break;
	}
	return false;
}

static void judge(struct prover *v, uint64_t silent, const struct day *d)
{
	struct silent_proof *p = v->proof;
	struct silent_set set = {.decided = d->decided, .after_us = d->after_us};

	p->sets++;
	if (d->in_time) {
		p->worst_us = d->after_us > p->worst_us ? d->after_us : p->worst_us;
		return;
	}
	set.minimal = !has_failing_part(v, silent);
	for (size_t i = 0; i < v->count; i++) {
		if ((silent >> i & 1) != 0)
			set.people[set.count++] = v->candidates[i];
	}
	p->failing = mem_grow(p->failing, p->failing_count, &p->failing_cap, sizeof(*p->failing));
	p->failing[p->failing_count++] = set;
}

/* Every set of just `size` people: bits from `from` on are added to `silent`. */
static enum err all_of_size(struct prover *v, uint64_t silent, size_t from, size_t size)
{
	const struct day *d;
	enum err e = ERR_OK;

	if (size == 0) {
		e = find_day(v, silent, &d);
		if (e == ERR_OK)
			judge(v, silent, d);
		return e;
	}
	for (size_t i = from; i + size <= v->count && e == ERR_OK; i++)
		e = all_of_size(v, silent | UINT64_C(1) << i, i + 1, size - 1);
	return e;
}

enum err silent_prove(const struct dry_run_setup *setup, size_t n, struct silent_proof *ret,
		      struct err_info *info)
{
	struct prover v = {.setup = setup, .proof = ret, .info = info};
	enum err e;

	*ret = (struct silent_proof){0};
	e = find_candidates(&v);
	v.side = v.count + 1;
	if (e == ERR_OK && ret->asks) {
		v.days = mem_calloc(v.side * v.side * v.side, sizeof(*v.days));
		for (size_t size = 0; size <= n && size <= v.count && e == ERR_OK; size++)
			e = all_of_size(&v, 0, 0, size);
		free(v.days);
	}
	return e;
}

void silent_proof_release(struct silent_proof *p)
{
	free(p->failing);
	*p = (struct silent_proof){0};
}
