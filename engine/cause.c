/* Two-sided probing: why an agent is silent, and what its site shows from inside and from elsewhere. The evidence are
 * the checks of the site's components (plan_component.site) that agents of other places run. */
#include <string.h>

#include "engine/engine_state.h"

/* What failed longer than this before the silence has another reason than the silence. */
#define BEFORE_US (60 * US_PER_S)

enum look { LOOK_NOTHING, LOOK_ANSWERS, LOOK_FAILS, LOOK_FAILED_BEFORE };

/* What the places other than the site see of it. */
struct outlook {
	uint32_t lookers, answers, fails, before;
	uint32_t answering, failing; /* a component each, PLAN_NONE if none */
};

struct finding_of {
	enum agent_cause cause;
	uint32_t component;
	const char *why;
};

bool cause_looks_from_elsewhere(const struct plan *p, uint32_t vantage, uint32_t agent)
{
	uint32_t observer = p->vantages[vantage].agent, site = p->agents[agent].site;

	if (p->checks[p->vantages[vantage].check].schema->of_agent)
		return false; /* it sees itself, whatever component it is written under */
	return site != PLAN_NONE && observer != agent && p->agents[observer].site != site &&
	       p->components[p->checks[p->vantages[vantage].check].component].site == site;
}

bool cause_is_looked_at(const struct plan *p, uint32_t agent)
{
	for (uint32_t i = 0; i < p->vantage_count; i++) {
		if (cause_looks_from_elsewhere(p, i, agent))
			return true;
	}
	return false;
}

/* Something there has answered, whatever it said. */
static bool was_reached(enum outcome o)
{
	switch (o) {
	case OUTCOME_OK:
	case OUTCOME_CONNECT_REFUSED:
	case OUTCOME_CONNECT_RESET:
	case OUTCOME_TLS_FAILED:
	case OUTCOME_TLS_EXPIRED:
	case OUTCOME_TLS_UNTRUSTED:
	case OUTCOME_TLS_WRONG_NAME:
	case OUTCOME_ANSWER_CUT:
	case OUTCOME_ANSWER_MALFORMED:
	case OUTCOME_ANSWER_TOO_LARGE:
	case OUTCOME_STATUS_UNEXPECTED:
	case OUTCOME_BODY_MISMATCH:
	case OUTCOME_VALUE_MISSING:
	case OUTCOME_VALUE_THRESHOLD:
	case OUTCOME_SNMP_AUTH: /* it answered with a report */
	case OUTCOME_SNMP_USER:
		return true;
	case OUTCOME_CONNECT_TIMEOUT:
	case OUTCOME_CONNECT_UNREACHABLE:
	case OUTCOME_TLS_TIMEOUT:
	case OUTCOME_SEND_FAILED:
	case OUTCOME_ANSWER_TIMEOUT:
	case OUTCOME_ANSWER_NONE:
	case OUTCOME_NAME_UNKNOWN: /* says nothing of the target; not evidence that it is there */
	case OUTCOME_NAME_TIMEOUT:
	case OUTCOME_NAME_FAILED:
	case OUTCOME_RIGHT_MISSING:
	case OUTCOME_DESCRIPTORS_EXHAUSTED:
	case OUTCOME_LAG_OWN:
	case OUTCOME_AGENT_FAULT:
	case OUTCOME_DEVICE_MISSING: /* of the agent's own machine */
	case OUTCOME_DISK_READ_ONLY:
	case OUTCOME_DISK_FAILED:
	case OUTCOME_SERVICE_INACTIVE:
	case OUTCOME_SOURCE_MISSING:
	case OUTCOME_COUNT:
		break;
	}
	return false;
}

static bool says_nothing(enum outcome o)
{
	return outcome_class(o) == CLASS_BLIND || o == OUTCOME_NAME_UNKNOWN ||
	       o == OUTCOME_NAME_TIMEOUT || o == OUTCOME_NAME_FAILED ||
	       o == OUTCOME_DEVICE_MISSING || o == OUTCOME_DISK_READ_ONLY ||
	       o == OUTCOME_DISK_FAILED || o == OUTCOME_SERVICE_INACTIVE;
}

/* What one place saw since `after`. Only what is settled counts, and an answer only once it has held for `held_us`: what
 * has just come back proves nothing of an agent that is about to be heard. */
static enum look look_of(const struct engine *e, uint32_t vantage, struct wall_time after,
			 int64_t held_us)
{
	const struct vantage_state *v = &e->vantages[vantage];
	const struct vantage_soft *soft = &e->soft[vantage];

	if (e->agents[e->plan->vantages[vantage].agent].silent || !soft->has_sample ||
	    v->state == CHECK_BLIND || v->state == CHECK_UNKNOWN || v->suspect ||
	    says_nothing(soft->last.outcome))
		return LOOK_NOTHING;
	/* On its way back from a failure, or from not being reached at all: not settled. */
	if (v->state == CHECK_CRITICAL &&
	    was_reached(soft->last.outcome) != was_reached(v->outcome))
		return LOOK_NOTHING;
	if (was_reached(soft->last.outcome)) {
		struct wall_time since =
			wall_is_known(v->since) ? wall_add_us(v->since, held_us) : WALL_UNKNOWN;

		return soft->last.t.us >= wall_max(after, since).us ? LOOK_ANSWERS : LOOK_NOTHING;
	}
	if (v->state != CHECK_CRITICAL)
		return LOOK_NOTHING;
	if (wall_is_known(after) && v->began.us < after.us - held_us - BEFORE_US)
		return LOOK_FAILED_BEFORE;
	return LOOK_FAILS;
}

static void add_look(struct outlook *o, enum look look, uint32_t component)
{
	o->lookers++;
	switch (look) {
	case LOOK_ANSWERS:
		if (o->answers++ == 0)
			o->answering = component;
		break;
	case LOOK_FAILS:
		if (o->fails++ == 0)
			o->failing = component;
		break;
	case LOOK_FAILED_BEFORE:
		o->before++;
		break;
	case LOOK_NOTHING:
		break;
	}
}

static struct outlook look_at_site(const struct engine *e, uint32_t agent, struct wall_time after,
				   int64_t held_us)
{
	const struct plan *p = e->plan;
	struct outlook o = {.answering = PLAN_NONE, .failing = PLAN_NONE};

	for (uint32_t i = 0; p->agents[agent].site != PLAN_NONE && i < p->component_count; i++) {
		const struct plan_component *c = &p->components[i];

		for (uint32_t k = 0; c->site == p->agents[agent].site && k < c->check_count; k++) {
			const struct plan_check *check = &p->checks[c->check_first + k];

			for (uint32_t v = check->vantage_first;
			     v < check->vantage_first + check->vantage_count; v++) {
				if (cause_looks_from_elsewhere(p, v, agent))
					add_look(&o, look_of(e, v, after, held_us), i);
			}
		}
	}
	return o;
}

/* Another agent of the same site is heard: the link stands. */
static bool is_site_heard(const struct engine *e, uint32_t agent)
{
	const struct plan *p = e->plan;

	for (uint32_t i = 0; i < p->agent_count; i++) {
		const struct agent_now *a = &e->agents[i];

		if (i != agent && p->agents[i].site == p->agents[agent].site && !a->silent &&
		    a->seen && a->last_seen.us >= e->agents[agent].silent_since.us)
			return true;
	}
	return false;
}

static struct finding_of why_silent(const struct engine *e, uint32_t agent)
{
	const struct agent_now *a = &e->agents[agent];
	struct finding_of f = {CAUSE_UNKNOWN, PLAN_NONE, ""};
	struct outlook o =
		look_at_site(e, agent, a->silent_since, e->plan->agents[agent].silent_us);

	if (e->plan->agents[agent].site != PLAN_NONE && is_site_heard(e, agent)) {
		f.cause = CAUSE_AGENT_DEAD;
	} else if (o.answers > 0) {
		f.cause = o.fails > 0 ? CAUSE_PARTIAL : CAUSE_AGENT_DEAD;
		f.component = o.fails > 0 ? o.failing : o.answering;
	} else if (o.fails > 0) {
		f.cause = CAUSE_LINK_CUT;
		f.component = o.failing;
	} else if (a->cause != CAUSE_NONE && a->cause != CAUSE_UNKNOWN) {
		f = (struct finding_of){a->cause, a->cause_component, a->cause_why};
	} else {
		f.why = o.lookers == 0 ? "nobody-looks"
			: o.before > 0 ? "failed-before"
				       : "not-yet";
	}
	return f;
}

/* A component of the site as the agent itself and the others see it. */
static void compare(const struct engine *e, uint32_t agent, uint32_t component,
		    struct finding_of *far, struct finding_of *one_way)
{
	const struct plan_component *c = &e->plan->components[component];

	for (uint32_t k = 0; k < c->check_count; k++) {
		const struct plan_check *check = &e->plan->checks[c->check_first + k];
		uint32_t own = plan_find_vantage(e->plan, c->check_first + k, agent);
		uint32_t bad = 0, others = 0;
		enum check_state inside = own != PLAN_NONE ? e->vantages[own].state : CHECK_UNKNOWN;

		for (uint32_t v = check->vantage_first;
		     v < check->vantage_first + check->vantage_count; v++) {
			if (!cause_looks_from_elsewhere(e->plan, v, agent))
				continue;
			others++;
			bad += e->vantages[v].state == CHECK_CRITICAL;
		}
		if (others == 0 || bad < others)
			continue;
		if (inside == CHECK_CRITICAL)
			*far = (struct finding_of){CAUSE_FAR_SIDE_DOWN, component, ""};
		else if (inside == CHECK_OK || inside == CHECK_WARNING)
			*one_way = (struct finding_of){CAUSE_ONE_WAY, component, ""};
	}
}

static struct finding_of what_it_shows(const struct engine *e, uint32_t agent)
{
	const struct plan *p = e->plan;
	struct finding_of none = {CAUSE_NONE, PLAN_NONE, ""}, far = none, one_way = none;
	struct outlook o;

	for (uint32_t i = 0; p->agents[agent].site != PLAN_NONE && i < p->component_count; i++) {
		if (p->components[i].site == p->agents[agent].site)
			compare(e, agent, i, &far, &one_way);
	}
	if (one_way.cause == CAUSE_NONE)
		return far;
	/* One way only if nothing of the site can be reached from elsewhere. */
	o = look_at_site(e, agent, WALL_UNKNOWN, 0);
	return o.answers == 0 && o.fails > 0 ? one_way : far;
}

void cause_decide(const struct turn *t)
{
	const struct engine *e = t->e;

	for (uint32_t i = 0; i < e->plan->agent_count; i++) {
		const struct agent_now *a = &e->agents[i];
		struct finding_of f = a->silent ? why_silent(e, i) : what_it_shows(e, i);
		struct event *ev;

		if (f.cause == a->cause && strcmp(f.why, a->cause_why) == 0)
			continue;
		ev = turn_add(t, EVENT_AGENT_CAUSE, t->now);
		ev->agent = i;
		ev->from = (int)a->cause;
		ev->to = (int)f.cause;
		ev->component = f.component;
		event_set_text(ev, f.why);
	}
}

void cause_reset(struct agent_now *a)
{
	a->cause = CAUSE_NONE;
	a->cause_component = PLAN_NONE;
	memset(a->cause_why, 0, sizeof(a->cause_why));
}

void cause_count_silent(struct engine *e)
{
	e->silent_count = 0;
	for (uint32_t i = 0; i < e->plan->agent_count; i++)
		e->silent_count += e->agents[i].silent;
}

bool cause_wants(const struct engine *e, uint32_t vantage)
{
	for (uint32_t i = 0; e->silent_count > 0 && i < e->plan->agent_count; i++) {
		if (e->agents[i].silent && cause_looks_from_elsewhere(e->plan, vantage, i))
			return true;
	}
	return false;
}

/* --- in the timeline of an incident --------------------------------------------------------------- */

/* Whether a service is blind by this agent: one of its components is not seen from there. */
static bool blinds(const struct engine *e, const struct plan_need *need, uint32_t agent)
{
	const struct plan_component *c;

	if (need->kind != NEED_COMPONENT) {
		for (size_t i = 0; i < need->child_count; i++) {
			if (blinds(e, &need->children[i], agent))
				return true;
		}
		return false;
	}
	c = &e->plan->components[need->component];
	for (uint32_t k = 0; k < c->check_count; k++) {
		uint32_t v = plan_find_vantage(e->plan, c->check_first + k, agent);

		if (v != PLAN_NONE && e->vantages[v].state == CHECK_BLIND)
			return true;
	}
	return false;
}

uint32_t cause_blind_agents(const struct engine *e, uint32_t service, uint32_t *ret, uint32_t max)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->plan->agent_count && n < max; i++) {
		if (e->agents[i].silent && blinds(e, e->plan->services[service].needs, i))
			ret[n++] = i;
	}
	return n;
}

static const struct incident_cause *told_cause(const struct incident *in, uint32_t agent)
{
	for (size_t i = 0; i < in->cause_count; i++) {
		if (in->causes[i].agent == agent)
			return &in->causes[i];
	}
	return NULL;
}

static bool is_in_list(const struct event_list *l, uint64_t incident, uint32_t agent)
{
	for (size_t i = 0; i < l->count; i++) {
		if (l->items[i].kind == EVENT_INCIDENT_CAUSE && l->items[i].incident == incident &&
		    l->items[i].agent == agent)
			return true;
	}
	return false;
}

static void tell_incident(const struct turn *t, const struct incident *in, uint32_t agent)
{
	const struct agent_now *a = &t->e->agents[agent];
	const struct plan *p = t->e->plan;
	uint32_t there = plan_find_agent(in->plan, slice_of(p->agents[agent].id));
	const struct incident_cause *told;
	struct event *ev;

	if (there == PLAN_NONE || is_in_list(t->out, in->id, there))
		return;
	told = told_cause(in, there);
	if ((told != NULL && told->cause == a->cause) ||
	    (told == NULL && in->cause_count == INCIDENT_CAUSES_MAX))
		return;
	ev = turn_add(t, EVENT_INCIDENT_CAUSE, t->now);
	ev->incident = in->id;
	ev->agent = there;
	ev->to = (int)a->cause;
	if (a->cause_component != PLAN_NONE)
		ev->component = plan_find_component(in->plan,
						    slice_of(p->components[a->cause_component].id));
}

void cause_decide_incidents(const struct turn *t)
{
	const struct engine *e = t->e;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *in = e->incidents[k];

		if (in->kind != INCIDENT_KIND_BLIND || !incident_has_running_clock(in))
			continue;
		for (size_t i = 0; i < in->service_count; i++) {
			uint32_t agents[INCIDENT_CAUSES_MAX], n = 0;
			uint32_t service = in->services[i].current;

			if (service != PLAN_NONE && e->services[service].state == SERVICE_BLIND)
				n = cause_blind_agents(e, service, agents, INCIDENT_CAUSES_MAX);
			for (uint32_t a = 0; a < n; a++)
				tell_incident(t, in, agents[a]);
		}
	}
}

static void apply_to_incident(struct engine *e, const struct event *ev)
{
	struct incident *in = incident_find(e, ev->incident);
	struct incident_cause *c = NULL;

	if (in == NULL)
		return;
	for (size_t i = 0; i < in->cause_count; i++) {
		if (in->causes[i].agent == ev->agent)
			c = &in->causes[i];
	}
	if (c == NULL && in->cause_count < INCIDENT_CAUSES_MAX)
		c = &in->causes[in->cause_count++];
	if (c != NULL)
		*c = (struct incident_cause){ev->agent, (enum agent_cause)ev->to};
}

static void apply_to_agent(struct engine *e, const struct event *ev)
{
	struct agent_now *a = &e->agents[ev->agent];

	a->cause = (enum agent_cause)ev->to;
	a->cause_component = ev->component;
	memcpy(a->cause_why, ev->text, sizeof(a->cause_why) - 1);
	a->cause_why[sizeof(a->cause_why) - 1] = '\0';
}

void cause_apply(struct engine *e, const struct event *ev)
{
	if (ev->kind == EVENT_AGENT_CAUSE)
		apply_to_agent(e, ev);
	else
		apply_to_incident(e, ev);
}
