/* What was measured against what really was: a model of its own (samples as they were heard or told later, in the order of their times;
 * confirm, for, recover, quorum; the diagram) gives the times in which each service was down, the journal the times that its clocks
 * counted. They may differ by one probe interval at either end. What the model does not know is left out, each for a reason that is
 * written where it is left out; how much was compared is printed at the end. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "journal/body.h"
#include "tests/sim/sim.h"

enum {
	TOLERANCE_S = 1, /* the interval of every check of these plans */
	FORGETS_S =
		12, /* a start of the collector forgets what is not confirmed yet, and what has not recovered yet */
	PROBATION_S = 60, /* cool_down of these plans */
	REMEMBERED = 8 /* outages of a vantage */
};

enum seen { SEEN_SERVED, SEEN_DOWN, SEEN_NOT };

/* --- what really was ------------------------------------------------------------------------------------------ */

struct model {
	const struct sim *sim;
	const struct plan *plan;
	int64_t from, to; /* seconds of the present plan */
	enum seen *vantages; /* by vantage, then second from `from` */
	enum seen *services; /* of one service */
};

static enum seen *of_vantage(const struct model *m, uint32_t vantage, int64_t t)
{
	return &m->vantages[(int64_t)vantage * (m->to - m->from) + t - m->from];
}

/* What the collector has ever heard of that second. */
static enum seen sample_of(const struct model *m, uint32_t vantage, int64_t t)
{
	const struct truth *was = &m->sim->truth[t];
	uint32_t agent = m->plan->vantages[vantage].agent;

	if ((was->cut[agent] && !was->told[agent]) || was->health[vantage] == HEALTH_BLIND)
		return SEEN_NOT;
	return was->health[vantage] == HEALTH_CRITICAL ? SEEN_DOWN : SEEN_SERVED;
}

struct debounce {
	enum seen state;
	uint32_t bad, good; /* runs */
	int64_t first_bad, first_good;
};

static void mark(const struct model *m, uint32_t vantage, int64_t from, int64_t to, enum seen what)
{
	for (int64_t t = from; t < to; t++)
		*of_vantage(m, vantage, t) = what;
}

static void take_bad(const struct model *m, uint32_t vantage, int64_t t, struct debounce *d)
{
	const struct plan_check *c = &m->plan->checks[m->plan->vantages[vantage].check];
	bool confirmed;

	d->good = 0;
	if (d->bad++ == 0)
		d->first_bad = t;
	confirmed = c->confirm_for_us > 0 ? (t - d->first_bad) * US_PER_S >= c->confirm_for_us
					  : d->bad >= c->confirm;
	if (confirmed && d->state != SEEN_DOWN) {
		d->state = SEEN_DOWN;
		mark(m, vantage, d->first_bad, t, SEEN_DOWN);
	}
}

static void take_good(const struct model *m, uint32_t vantage, int64_t t, struct debounce *d)
{
	const struct plan_check *c = &m->plan->checks[m->plan->vantages[vantage].check];

	d->bad = 0;
	if (d->good++ == 0)
		d->first_good = t;
	if (d->state == SEEN_DOWN && d->good < c->recover)
		return;
	if (d->state == SEEN_DOWN)
		mark(m, vantage, d->first_good, t, SEEN_SERVED);
	d->state = SEEN_SERVED;
}

static void model_vantage(const struct model *m, uint32_t vantage)
{
	struct debounce d = {.state = SEEN_NOT};

	for (int64_t t = m->from; t < m->to; t++) {
		switch (sample_of(m, vantage, t)) {
		case SEEN_DOWN:
			take_bad(m, vantage, t, &d);
			break;
		case SEEN_SERVED:
			take_good(m, vantage, t, &d);
			break;
		case SEEN_NOT: /* counting begins anew */
			d = (struct debounce){.state = SEEN_NOT};
			break;
		}
		*of_vantage(m, vantage, t) = d.state;
	}
}

static enum seen need_at(const struct model *m, const struct plan_need *need, int64_t t);

static enum seen component_at(const struct model *m, uint32_t component, int64_t t)
{
	const struct plan_component *c = &m->plan->components[component];
	bool unseen = c->depends_on != NULL && need_at(m, c->depends_on, t) != SEEN_SERVED;

	for (uint32_t k = 0; k < c->check_count; k++) {
		const struct plan_check *check = &m->plan->checks[c->check_first + k];
		uint32_t down = 0;

		for (uint32_t v = 0; v < check->vantage_count; v++) {
			enum seen s = *of_vantage(m, check->vantage_first + v, t);

			down += s == SEEN_DOWN;
			unseen = unseen || s == SEEN_NOT;
		}
		if (down >= check->quorum)
			return SEEN_DOWN;
	}
	return unseen ? SEEN_NOT : SEEN_SERVED;
}

static enum seen need_at(const struct model *m, const struct plan_need *need, int64_t t)
{
	size_t served = 0, unseen = 0;

	if (need->kind == NEED_COMPONENT)
		return component_at(m, need->component, t);
	for (size_t k = 0; k < need->child_count; k++) {
		enum seen s = need_at(m, &need->children[k], t);

		served += s == SEEN_SERVED;
		unseen += s == SEEN_NOT;
	}
	if (served >= need->at_least)
		return SEEN_SERVED;
	return served + unseen >= need->at_least ? SEEN_NOT : SEEN_DOWN;
}

/* Some part of it was not heard at that second: what was running then runs until the first good sample that came at once. */
static bool is_unheard(const struct model *m, const struct plan_need *need, int64_t t)
{
	const struct plan_component *c;

	for (size_t k = 0; need->kind != NEED_COMPONENT && k < need->child_count; k++) {
		if (is_unheard(m, &need->children[k], t))
			return true;
	}
	if (need->kind != NEED_COMPONENT)
		return false;
	c = &m->plan->components[need->component];
	for (uint32_t k = 0; k < c->check_count; k++) {
		const struct plan_check *check = &m->plan->checks[c->check_first + k];

		for (uint32_t v = 0; v < check->vantage_count; v++) {
			uint32_t vantage = check->vantage_first + v;

			if (m->sim->truth[t].cut[m->plan->vantages[vantage].agent])
				return true;
		}
	}
	return c->depends_on != NULL && is_unheard(m, c->depends_on, t);
}

/* So many outages of one vantage have ended since: the engine remembers the newest ones (OUTAGES_KNOWN_MAX), and does not judge by what it
 * has forgotten. */
static bool is_long_ago(const struct model *m, const struct plan_need *need, int64_t second)
{
	const struct plan_component *c;

	for (size_t k = 0; need->kind != NEED_COMPONENT && k < need->child_count; k++) {
		if (is_long_ago(m, &need->children[k], second))
			return true;
	}
	if (need->kind != NEED_COMPONENT)
		return false;
	c = &m->plan->components[need->component];
	for (uint32_t k = 0; k < c->check_count; k++) {
		const struct plan_check *check = &m->plan->checks[c->check_first + k];

		for (uint32_t v = check->vantage_first;
		     v < check->vantage_first + check->vantage_count; v++) {
			unsigned ended = 0;

			for (int64_t t = second + 1; t < m->to; t++)
				ended += *of_vantage(m, v, t - 1) == SEEN_DOWN &&
					 *of_vantage(m, v, t) != SEEN_DOWN;
			if (ended >= REMEMBERED)
				return true;
		}
	}
	return false;
}

/* The outage of that vantage which held in that second is not told to its end. */
static bool is_told_in_part(const struct model *m, uint32_t vantage, int64_t t)
{
	uint32_t agent = m->plan->vantages[vantage].agent;

	if (*of_vantage(m, vantage, t) != SEEN_DOWN)
		return false;
	while (t < m->to && *of_vantage(m, vantage, t) == SEEN_DOWN)
		t++;
	return t < m->to && *of_vantage(m, vantage, t) == SEEN_NOT && m->sim->truth[t].cut[agent];
}

/* What is not told to its end is on record, with all that hangs on it, when more is told. */
static bool hangs_on_more(const struct model *m, const struct plan_need *need, int64_t t)
{
	const struct plan_component *c;

	for (size_t k = 0; need->kind != NEED_COMPONENT && k < need->child_count; k++) {
		if (hangs_on_more(m, &need->children[k], t))
			return true;
	}
	if (need->kind != NEED_COMPONENT)
		return false;
	c = &m->plan->components[need->component];
	for (uint32_t k = 0; k < c->check_count; k++) {
		const struct plan_check *check = &m->plan->checks[c->check_first + k];

		for (uint32_t v = 0; v < check->vantage_count; v++) {
			if (is_told_in_part(m, check->vantage_first + v, t))
				return true;
		}
	}
	return false;
}

/* --- what was measured ---------------------------------------------------------------------------------------- */

/* A time that a clock counted. */
struct period {
	uint64_t incident;
	const char *service; /* id, in the plan that applies now */
	int64_t began, until; /* ms of the world */
	bool running, estimated;
	bool flapped;
	bool moved; /* late data, or flapping, has shown that more belongs to it */
	bool by_people; /* they began it, ended it or put it elsewhere */
};

struct periods {
	struct period *items;
	size_t count, cap;
};

/* The newest of that incident's clock. */
static struct period *period_of(struct periods *all, uint64_t incident, const char *service)
{
	for (size_t k = all->count; k-- > 0;) {
		if (all->items[k].incident == incident &&
		    strcmp(all->items[k].service, service) == 0)
			return &all->items[k];
	}
	return NULL;
}

static void clock_entry(struct periods *all, const struct event *ev, const char *service)
{
	struct period *p = period_of(all, ev->incident, service);
	bool was_estimated;

	switch ((int)ev->kind) {
	case EVENT_CLOCK_STARTED:
		all->items = mem_grow(all->items, all->count, &all->cap, sizeof(*all->items));
		all->items[all->count++] = (struct period){.incident = ev->incident,
							   .service = service,
							   .began = world_ms(ev->began),
							   .running = true,
							   .estimated = ev->estimated};
		return;
	case EVENT_CLOCK_CORRECTED:
	case EVENT_CLOCK_FLAPPING:
		if (p == NULL)
			return;
		was_estimated = p->estimated;
		/* Also down for sure, it may still be that nobody saw when it began. */
		p->estimated = p->estimated && p->began == world_ms(ev->began);
		p->began = world_ms(ev->began);
		p->moved = p->moved || !was_estimated;
		p->flapped = p->flapped || ev->kind == EVENT_CLOCK_FLAPPING;
		return;
	case EVENT_CLOCK_RESTORED:
		if (p == NULL)
			return;
		p->moved = p->moved || !p->running;
		p->until = world_ms(ev->began);
		p->running = false;
		return;
	default:
		return;
	}
}

/* What people do with a whole incident. */
static void word_entry(struct periods *all, const struct event *ev)
{
	bool ends = ev->kind == EVENT_INCIDENT_STATE &&
		    (ev->to == INCIDENT_CLOSED || ev->to == INCIDENT_FALSE_ALARM);

	for (size_t k = 0; k < all->count; k++) {
		struct period *p = &all->items[k];

		if (p->incident != ev->incident || !p->running)
			continue;
		if (ends) {
			p->until = world_ms(ev->recorded);
			p->running = false;
			p->by_people = true;
		} else if (ev->kind == EVENT_ACT_MERGE) {
			p->incident =
				ev->entry; /* it counts on there, or is counted there already */
			p->by_people = true;
		} else if (ev->kind == EVENT_ACT_RESTORE || ev->kind == EVENT_ACT_CONFIRM_REPORT) {
			p->by_people = true;
		}
	}
}

/* An id of an entry, as the present plan has it; NULL: it has none such. */
static const char *service_in(const struct plan *p, const char *body)
{
	struct slice id = body_word(slice_of(body), "service");
	uint32_t k = id.n > 0 ? plan_find_service(p, id) : PLAN_NONE;

	return k != PLAN_NONE ? p->services[k].id : NULL;
}

static struct periods read_periods(const struct model *m)
{
	struct periods all = {0};

	for (size_t k = 0; k < m->sim->world->count; k++) {
		const struct world_event *w = &m->sim->world->events[k];
		const char *service = service_in(m->plan, w->body);

		if (service != NULL)
			clock_entry(&all, &w->ev, service);
		word_entry(&all, &w->ev);
	}
	return all;
}

/* --- side by side --------------------------------------------------------------------------------------------- */

static int64_t moment(int64_t second)
{
	return (second + 1) * 1000;
}

static bool is_near(int64_t a, int64_t b)
{
	return a - b <= TOLERANCE_S * 1000 && b - a <= TOLERANCE_S * 1000;
}

/* Whether a start of the collector came so near that what was not decided yet was forgotten. */
static bool is_forgotten(const struct model *m, int64_t from, int64_t to)
{
	for (int64_t t = from - FORGETS_S; t <= to + FORGETS_S; t++) {
		if (t >= m->from && t < m->to && m->sim->truth[t].restarted)
			return true;
	}
	return from - FORGETS_S < m->from; /* another plan may forget as well */
}

/* Somebody called it a false alarm: what fails on is on probation. */
static bool is_on_probation(const struct model *m, const struct periods *all, const char *service,
			    int64_t from, int64_t to)
{
	for (size_t k = 0; k < all->count; k++) {
		const struct period *p = &all->items[k];

		if (p->by_people && !p->running && strcmp(p->service, service) == 0 &&
		    p->until <= moment(to) && p->until + PROBATION_S * 1000 >= moment(from))
			return true;
	}
	(void)m;
	return false;
}

static bool is_counted(const struct periods *all, const char *service, int64_t ms)
{
	for (size_t k = 0; k < all->count; k++) {
		const struct period *p = &all->items[k];

		if (strcmp(p->service, service) == 0 && p->began <= ms &&
		    (p->running || ms <= p->until))
			return true;
	}
	return false;
}

/* Every second that it was down, but for one at either end, is counted by some clock. */
static void must_be_counted(struct sim *s, const struct model *m, const struct periods *all,
			    const struct plan_service *service, int64_t from, int64_t to)
{
	if (is_forgotten(m, from, to) || is_on_probation(m, all, service->id, from, to))
		return;
	if (is_long_ago(m, service->needs, from))
		return;
	for (int64_t t = from; t < to; t++) {
		if (hangs_on_more(m, service->needs, t))
			return;
	}
	for (int64_t t = from + TOLERANCE_S; t < to - TOLERANCE_S; t++) {
		if (!is_counted(all, service->id, moment(t)))
			sim_broken_at(s, service->id, t, "an outage is not measured");
	}
	s->outages_compared++;
}

/* One outage may be on record in pieces, or be part of one that is flapping: another clock counts there as well. */
static bool is_joint(const struct periods *all, const struct period *p, int64_t ms)
{
	for (size_t k = 0; k < all->count; k++) {
		const struct period *o = &all->items[k];

		if (o != p && strcmp(o->service, p->service) == 0 &&
		    o->began <= ms + TOLERANCE_S * 1000 &&
		    (o->running || ms <= o->until + TOLERANCE_S * 1000))
			return true;
	}
	return false;
}

/* In a part of it nobody could see how it was: a clock may have counted on from before that. */
static bool has_unseen(const struct model *m, const struct period *p)
{
	for (int64_t t = m->from; t < m->to; t++) {
		if (m->services[t - m->from] == SEEN_NOT && moment(t) >= p->began &&
		    (p->running || moment(t) <= p->until))
			return true;
	}
	return false;
}

/* Of two incidents no second is counted by both; an estimate is no measurement, what people put together was counted apart, and a clock
 * goes to where its outage began and ended also over a part that has a record of its own. */
static void must_be_counted_once(struct sim *s, const struct model *m, const struct periods *all,
				 size_t index)
{
	const struct period *p = &all->items[index];

	for (size_t k = 0; k < index; k++) {
		const struct period *o = &all->items[k];
		int64_t from = o->began > p->began ? o->began : p->began;

		if (strcmp(o->service, p->service) != 0 || o->incident == p->incident ||
		    o->estimated || p->estimated || o->by_people || p->by_people || o->moved ||
		    p->moved)
			continue;
		if ((o->running || from + TOLERANCE_S * 1000 < o->until) &&
		    (p->running || from + TOLERANCE_S * 1000 < p->until) && !has_unseen(m, o) &&
		    !has_unseen(m, p))
			sim_broken_at(s, p->service, from / 1000 - 1, "a second is counted twice");
	}
}

static bool is_end_of_outage(const struct model *m, int64_t ms, bool began)
{
	for (int64_t t = m->from + 1; t < m->to; t++) {
		bool was = m->services[t - 1 - m->from] == SEEN_DOWN;
		bool is = m->services[t - m->from] == SEEN_DOWN;

		if (was != is && is == began && is_near(moment(t), ms))
			return true;
	}
	return false;
}

/* Whether all that could be seen around that moment was seen. */
static bool is_clear(const struct model *m, const struct plan_need *need, int64_t ms, bool heard)
{
	int64_t at = ms / 1000 - 1;

	for (int64_t t = at - 3; t <= at + 1; t++) {
		if (t < m->from || t >= m->to || m->services[t - m->from] == SEEN_NOT ||
		    hangs_on_more(m, need, t) || (heard && is_unheard(m, need, t)))
			return false;
	}
	return !is_forgotten(m, at, at);
}

/* A clock begins where an outage begins. It ends where one ends; a little later only if nobody was heard then. */
static void must_be_true(struct sim *s, const struct model *m, const struct periods *all,
			 const struct plan_service *service, const struct period *p)
{
	if (p->running || p->estimated || p->flapped || p->by_people)
		return;
	/* Samples of one second come one after the other: one member fails as another comes back. */
	if (p->until - p->began < TOLERANCE_S * 1000)
		return;
	/* A blind clock begins with the last that was heard, also of what turns out to be down. */
	if (is_clear(m, service->needs, p->began, false) && !is_joint(all, p, p->began) &&
	    !is_unheard(m, service->needs, p->began / 1000)) {
		if (!is_end_of_outage(m, p->began, true))
			sim_broken_at(s, service->id, p->began / 1000 - 1,
				      "a clock begins where no outage begins");
		s->beginnings_compared++;
	}
	if (is_clear(m, service->needs, p->until, true) && !is_joint(all, p, p->until)) {
		if (!is_end_of_outage(m, p->until, false))
			sim_broken_at(s, service->id, p->until / 1000 - 1,
				      "a clock ends where no outage ends");
		s->ends_compared++;
	}
}

static void compare_service(struct sim *s, struct model *m, const struct periods *all,
			    const struct plan_service *service)
{
	int64_t began = -1;

	for (int64_t t = m->from; t < m->to; t++)
		m->services[t - m->from] = need_at(m, service->needs, t);
	for (int64_t t = m->from; t < m->to; t++) {
		enum seen now = m->services[t - m->from];

		if (now == SEEN_DOWN && began < 0)
			began = t;
		if (now != SEEN_DOWN && began >= 0) {
			must_be_counted(s, m, all, service, began, t);
			began = -1;
		}
	}
	for (size_t k = 0; k < all->count; k++) {
		if (strcmp(all->items[k].service, service->id) != 0 ||
		    all->items[k].began <= moment(m->from))
			continue;
		must_be_counted_once(s, m, all, k);
		must_be_true(s, m, all, service, &all->items[k]);
	}
}

static bool has_cuts(const struct plan *p, uint32_t service)
{
	for (size_t k = 0; k < p->cuts_count; k++) {
		if (p->cuts[k].service == service)
			return true;
	}
	return false;
}

void look_at_measured(struct sim *s)
{
	const struct plan *p = sim_plan(s);
	struct model m = {.sim = s, .plan = p, .from = s->plan_second, .to = s->second};
	size_t seconds = m.to > m.from ? (size_t)(m.to - m.from) : 0;
	struct periods all;

	m.vantages = mem_calloc(p->vantage_count * seconds + 1, sizeof(*m.vantages));
	m.services = mem_calloc(seconds + 1, sizeof(*m.services));
	for (uint32_t v = 0; v < p->vantage_count; v++)
		model_vantage(&m, v);
	all = read_periods(&m);
	for (uint32_t k = 0; k < p->service_count; k++) {
		/* A publication has clocks of another kind: press_look. */
		if (!has_cuts(p, k))
			compare_service(s, &m, &all, &p->services[k]);
	}
	free(all.items);
	free(m.vantages);
	free(m.services);
}
