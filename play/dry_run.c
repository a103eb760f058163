#include "play/dry_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { START_S = 1780000000, DETECTION_MAX_S = 3600, PIECES = 64 };

/* The same plan under a life of its own: a world frees what it is given. */
static const struct plan *share(const struct plan *p)
{
	struct arena *arena = arena_new();
	struct plan *copy = arena_calloc(arena, 1, sizeof(*copy));

	*copy = *p;
	copy->arena = arena;
	return copy;
}

/* --- what must fail ----------------------------------------------------------------------------------------- */

/* A set of components, one bool each. */
struct victims {
	bool *in;
	size_t count; /* SIZE_MAX: nothing that is watched takes it down */
};

static struct victims victims_new(const struct plan *p, size_t count)
{
	return (struct victims){mem_calloc(p->component_count, sizeof(bool)), count};
}

static void victims_join(const struct plan *p, struct victims *v, const struct victims *other)
{
	v->count = 0;
	for (uint32_t c = 0; c < p->component_count; c++) {
		v->in[c] = v->in[c] || other->in[c];
		v->count += v->in[c];
	}
}

static struct victims fewest(const struct plan *p, const struct plan_need *need);

/* Of the members, those `wanted` that cost the fewest. */
static struct victims cheapest(const struct plan *p, const struct plan_need *need, size_t wanted)
{
	struct victims *each = mem_calloc(need->child_count, sizeof(*each));
	struct victims all = victims_new(p, 0);

	for (size_t i = 0; i < need->child_count; i++)
		each[i] = fewest(p, &need->children[i]);
	for (size_t k = 0; k < wanted; k++) {
		size_t best = 0;

		for (size_t i = 1; i < need->child_count; i++) {
			if (each[best].in == NULL ||
			    (each[i].in != NULL && each[i].count < each[best].count))
				best = i;
		}
		if (each[best].in == NULL || each[best].count == SIZE_MAX) {
			all.count = SIZE_MAX;
			break;
		}
		victims_join(p, &all, &each[best]);
		free(each[best].in);
		each[best].in = NULL;
	}
	for (size_t i = 0; i < need->child_count; i++)
		free(each[i].in);
	free(each);
	return all;
}

static struct victims fewest(const struct plan *p, const struct plan_need *need)
{
	struct victims v;

	if (need->kind != NEED_COMPONENT)
		return cheapest(p, need, need->child_count - need->at_least + 1);
	v = victims_new(p, p->components[need->component].check_count > 0 ? 1 : SIZE_MAX);
	v.in[need->component] = true;
	return v;
}

static int64_t fail_components(struct dry_run *d, const struct plan *p)
{
	int64_t longest = US_PER_S;

	for (size_t i = 0; i < d->failed_count; i++) {
		const struct plan_component *c = &p->components[d->failed[i]];

		for (uint32_t k = 0; k < c->check_count; k++) {
			const struct plan_check *check = &p->checks[c->check_first + k];

			if (check->interval_us > longest)
				longest = check->interval_us;
		}
	}
	play_until(d->world, wall_add_us(d->world->start, longest));
	for (size_t i = 0; i < d->failed_count; i++) {
		const struct plan_component *c = &p->components[d->failed[i]];

		for (uint32_t k = 0; k < c->check_count; k++) {
			const struct plan_check *check = &p->checks[c->check_first + k];

			for (uint32_t v = 0; v < check->vantage_count; v++)
				play_set(
					d->world, check->vantage_first + v,
					(struct play_source){HEALTH_CRITICAL, OUTCOME_ANSWER_NONE});
		}
	}
	return longest;
}

static enum err choose_victims(const struct dry_run_setup *setup, struct dry_run *d,
			       struct err_info *info)
{
	const struct plan *p = setup->plan;
	struct victims v = fewest(p, p->services[setup->service].needs);

	for (uint32_t c = 0; v.count != SIZE_MAX && c < p->component_count; c++) {
		if (!v.in[c])
			continue;
		d->failed = mem_realloc(d->failed, d->failed_count + 1, sizeof(*d->failed));
		d->failed[d->failed_count++] = c;
	}
	free(v.in);
	return d->failed_count > 0
		       ? ERR_OK
		       : err_fail(
				 info, ERR_WRONG_STATE,
				 "%s cannot be seen to fail: too few of its components have checks",
				 p->services[setup->service].id);
}

/* --- the run ------------------------------------------------------------------------------------------------ */

static void find_clock(struct dry_run *d, uint32_t service)
{
	struct view_service v;

	view_service(d->world->engine, service, d->world->now, &v);
	if (!v.clock.running)
		return;
	d->incident = v.incident;
	d->began = v.clock.began;
	d->breach_at = v.clock.breach_at;
}

static void find_decision(struct dry_run *d)
{
	const struct record *r = &d->world->record;
	char incident[40], declared[] = "to=declared", declined[] = "to=declined";
	char kind[] = "incident.state";

	(void)snprintf(incident, sizeof(incident), "incident=%llu",
		       (unsigned long long)d->incident);
	for (size_t i = 0; i < r->count && !d->decided; i++) {
		bool yes = record_matches(&r->entries[i], (char *[]){kind, incident, declared}, 3);
		bool no = record_matches(&r->entries[i], (char *[]){kind, incident, declined}, 3);

		if (!yes && !no)
			continue;
		d->decided = true;
		d->decision = yes ? INCIDENT_DECLARED : INCIDENT_DECLINED;
		d->decided_at = r->entries[i].recorded;
	}
}

static bool is_stopped(const struct dry_run_setup *setup)
{
	return setup->stop != NULL && setup->stop(setup->user);
}

/* In pieces, so that it can be stopped: a long RTO with quick checks is much to play. */
static enum err play_out(const struct dry_run_setup *setup, struct dry_run *d, struct wall_time end,
			 struct err_info *info)
{
	int64_t piece = wall_diff_us(end, d->world->now) / PIECES + US_PER_S;

	while (d->world->now.us < end.us && !play_is_broken(d->world)) {
		struct wall_time next = wall_add_us(d->world->now, piece);

		if (is_stopped(setup))
			return err_fail(info, ERR_TIMEOUT, "it was stopped while it played");
		play_until(d->world, next.us < end.us ? next : end);
	}
	return ERR_OK;
}

enum err dry_run_play(const struct dry_run_setup *setup, struct dry_run *ret, struct err_info *info)
{
	const struct plan *p = setup->plan;
	int64_t rto = p->services[setup->service].rto_us;
	struct wall_time give_up;
	enum err e;

	*ret = (struct dry_run){.began = WALL_UNKNOWN, .decided_at = WALL_UNKNOWN};
	e = choose_victims(setup, ret, info);
	if (e != ERR_OK)
		return e;
	ret->world = play_new(setup->schemas, setup->start.us > 0
						      ? setup->start
						      : (struct wall_time){START_S * US_PER_S});
	play_set_pace(ret->world, PLAY_AS_PLANNED);
	play_teach(ret->world, setup->habits);
	play_apply_plan(ret->world, share(p));
	(void)fail_components(ret, p);
	ret->failed_at = ret->world->now;
	give_up = wall_add_us(ret->failed_at, DETECTION_MAX_S * US_PER_S);
	while (!wall_is_known(ret->began) && ret->world->now.us < give_up.us &&
	       !play_is_broken(ret->world)) {
		if (is_stopped(setup))
			return err_fail(info, ERR_TIMEOUT, "it was stopped while it played");
		play_until(ret->world, wall_add_us(ret->world->now, US_PER_S));
		find_clock(ret, setup->service);
	}
	if (play_is_broken(ret->world))
		return err_fail(info, ERR_WRONG_STATE, "%s", ret->world->broken.text);
	if (!wall_is_known(ret->began))
		return err_fail(info, ERR_WRONG_STATE,
				"%s does not fail though what it needs does (within an hour)",
				p->services[setup->service].id);
	e = play_out(setup, ret, wall_add_us(ret->breach_at, rto / 10 + 60 * US_PER_S), info);
	if (e != ERR_OK)
		return e;
	find_decision(ret);
	return play_is_broken(ret->world)
		       ? err_fail(info, ERR_WRONG_STATE, "%s", ret->world->broken.text)
		       : ERR_OK;
}

bool dry_run_is_in_time(const struct dry_run *d)
{
	return d->decided && d->decided_at.us <= d->breach_at.us;
}

void dry_run_release(struct dry_run *d)
{
	play_free(d->world);
	free(d->failed);
	*d = (struct dry_run){0};
}
