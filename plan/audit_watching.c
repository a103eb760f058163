/* Components, checks, agents and channels: is everything looked at, by somebody who can tell? */
#include "plan/audit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"

/* An agent with nothing to send speaks so often (agent/uplink.h; the unit test compares), and what it sends may be that late:
 * the pause before a batch, the way, a turn of two loops. */
#define IDLE_US (5 * US_PER_S)
#define ON_THE_WAY_US (2 * US_PER_S)
enum { MICRO_1 = 1000000 };

/* --- components and channels --------------------------------------------------------------------- */

static void mark_need(const struct plan_need *need, bool *is_used)
{
	if (need == NULL)
		return;
	if (need->kind == NEED_COMPONENT)
		is_used[need->component] = true;
	for (size_t i = 0; i < need->child_count; i++)
		mark_need(&need->children[i], is_used);
}

static void mark_carriers(const uint32_t *carried_by, size_t count, bool *is_carrier)
{
	for (size_t i = 0; i < count; i++)
		is_carrier[carried_by[i]] = true;
}

static void audit_components(struct audit *a, struct arena *arena)
{
	const struct plan *p = a->p;
	bool *is_used = arena_calloc(arena, p->component_count, sizeof(*is_used));
	bool *is_carrier = arena_calloc(arena, p->component_count, sizeof(*is_carrier));

	for (uint32_t i = 0; i < p->service_count; i++)
		mark_need(p->services[i].needs, is_used);
	for (uint32_t i = 0; i < p->component_count; i++)
		mark_need(p->components[i].depends_on, is_used);
	for (uint32_t i = 0; i < p->annexes->tool_count; i++) {
		if (p->annexes->tools[i].component != PLAN_NONE)
			is_used[p->annexes->tools[i].component] = true;
	}
	for (uint32_t i = 0; i < p->check_count;
	     i++) { /* a cut or the age of a copy is read from it */
		if (p->use_first[i] != p->use_first[i + 1])
			is_used[p->checks[i].component] = true;
	}
	for (uint32_t i = 0; i < p->channel_count; i++)
		mark_carriers(p->channels[i].carried_by, p->channels[i].carried_count, is_carrier);
	for (uint32_t i = 0; i < p->person_count; i++) {
		for (size_t k = 0; k < p->people[i].contact_count; k++)
			mark_carriers(p->people[i].contacts[k].carried_by,
				      p->people[i].contacts[k].carried_count, is_carrier);
	}
	for (uint32_t i = 0; i < p->component_count; i++) {
		if (p->components[i].check_count == 0)
			audit_tell(a, is_carrier[i] ? AUDIT_CARRIER_UNWATCHED : AUDIT_UNWATCHED,
				   AT(COMPONENT, i),
				   is_carrier[i] ? "it carries calls and has no check"
						 : "it has no check");
		if (!is_used[i] && !is_carrier[i])
			audit_tell(a, AUDIT_UNUSED, AT(COMPONENT, i),
				   "no service, path, channel or tool needs it");
	}
}

static bool is_carried_by(const struct plan_channel *c, uint32_t component)
{
	for (size_t i = 0; i < c->carried_count; i++) {
		if (c->carried_by[i] == component)
			return true;
	}
	return false;
}

/* A component that every channel needs, or PLAN_NONE. */
static uint32_t common_carrier(const struct plan *p)
{
	for (size_t i = 0; p->channel_count > 0 && i < p->channels[0].carried_count; i++) {
		uint32_t component = p->channels[0].carried_by[i], n = 1;

		while (n < p->channel_count && is_carried_by(&p->channels[n], component))
			n++;
		if (n == p->channel_count)
			return component;
	}
	return PLAN_NONE;
}

static bool is_channel_used(const struct plan *p, uint32_t channel)
{
	for (uint32_t i = 0; i < p->person_count; i++) {
		for (size_t k = 0; k < p->people[i].contact_count; k++) {
			if (p->people[i].contacts[k].channel == channel)
				return true;
		}
	}
	return false;
}

static void audit_channels(struct audit *a)
{
	const struct plan *p = a->p;
	uint32_t carrier = common_carrier(p);

	if (carrier != PLAN_NONE)
		audit_tell(a, AUDIT_ONE_CARRIER, AT(COMPONENT, carrier),
			   "every channel, %u in all, is carried by it", p->channel_count);
	for (uint32_t i = 0; i < p->channel_count; i++) {
		const struct plan_channel *c = &p->channels[i];

		if (!is_channel_used(p, i))
			audit_tell(a, AUDIT_UNUSED_CHANNEL, AT(CHANNEL, i),
				   "nobody has a contact on it");
		if (c->carried_count == 0 && !c->by_hand && strcmp(c->type, "file") != 0)
			audit_tell(a, AUDIT_CARRIER_UNKNOWN, AT(CHANNEL, i),
				   "it leaves the machine, and what carries it is not said");
	}
}

/* --- agents -------------------------------------------------------------------------------------- */

/* The longest that a sound agent may leave the collector without a word. */
static int64_t longest_pause_us(const struct plan *p, uint32_t agent)
{
	int64_t pause = IDLE_US;

	for (uint32_t i = 0; i < p->vantage_count; i++) {
		const struct plan_check *c = &p->checks[p->vantages[i].check];

		if (p->vantages[i].agent == agent && c->interval_us + c->timeout_us < pause)
			pause = c->interval_us + c->timeout_us;
	}
	return pause + ON_THE_WAY_US;
}

static void audit_agents(struct audit *a)
{
	const struct plan *p = a->p;

	if (p->agent_count == 1 && p->check_count > 0)
		audit_tell(a, AUDIT_ONE_AGENT, AT(AGENT, 0),
			   "it alone runs every check of the plan, %u in all", p->check_count);
	for (uint32_t i = 0; i < p->agent_count; i++) {
		int64_t pause = longest_pause_us(p, i);

		if (p->agents[i].silent_us < pause)
			audit_tell(a, AUDIT_SILENT_AFTER_SHORT, AT(AGENT, i),
				   "silent_after %s is shorter than the pauses of an agent that is "
				   "well; it must be %s or more",
				   audit_duration(a, p->agents[i].silent_us),
				   audit_duration(a, pause));
		if (p->agent_count > 1 && p->agents[i].site != PLAN_NONE &&
		    !cause_is_looked_at(p, i))
			audit_tell(a, AUDIT_UNSEEN_SITE, AT(AGENT, i),
				   "nobody looks at site '%s' from another place",
				   p->sites[p->agents[i].site].id);
	}
}

/* What measures its agent's own machine stands under a component of another site. */
static void audit_own_machines(struct audit *a)
{
	const struct plan *p = a->p;

	for (uint32_t i = 0; i < p->vantage_count; i++) {
		const struct plan_check *c = &p->checks[p->vantages[i].check];
		uint32_t here = p->agents[p->vantages[i].agent].site;
		uint32_t there = p->components[c->component].site;

		if (c->schema->of_agent && here != PLAN_NONE && there != PLAN_NONE && here != there)
			audit_tell(a, AUDIT_HOST_ELSEWHERE, AT(CHECK, p->vantages[i].check),
				   "it measures the machine of agent '%s', which is at site '%s' "
				   "and not at '%s': it says nothing of component '%s'",
				   p->agents[p->vantages[i].agent].id, p->sites[here].id,
				   p->sites[there].id, p->components[c->component].id);
	}
}

/* All components of a service that counts are seen by one agent only, though the plan has several. */
static void audit_vantages(struct audit *a)
{
	const struct plan *p = a->p;

	for (uint32_t s = 0; p->agent_count > 1 && s < p->service_count; s++) {
		uint32_t agent = PLAN_NONE, checks = 0;
		bool is_one = p->services[s].criticality <= CRITICALITY_HIGH;

		for (uint32_t i = 0; i < p->vantage_count && is_one; i++) {
			const struct plan_check *c = &p->checks[p->vantages[i].check];

			if (!audit_need_uses(p, p->services[s].needs, c->component))
				continue;
			checks++;
			is_one = agent == PLAN_NONE || agent == p->vantages[i].agent;
			agent = p->vantages[i].agent;
		}
		if (is_one && checks > 0)
			audit_tell(a, AUDIT_SINGLE_VANTAGE, AT(SERVICE, s),
				   "its checks, %u in all, are run by one agent only", checks);
	}
}

/* --- thresholds ---------------------------------------------------------------------------------- */

struct term {
	char name[32];
	bool is_above, is_below; /* > or >=, < or <= */
	bool is_strict;
	int64_t micro;
	struct slice text;
};

/* Takes the next term off a condition that was compiled when the plan was read. */
static bool next_term(struct slice *rest, struct term *ret)
{
	struct slice item;
	size_t n = 0;

	if (!param_next_item(rest, &item))
		return false;
	*ret = (struct term){.text = item};
	while (n < item.n && (isalnum((unsigned char)item.p[n]) || item.p[n] == '_'))
		n++;
	if (n >= sizeof(ret->name))
		return true;
	memcpy(ret->name, item.p, n);
	while (n < item.n && item.p[n] == ' ')
		n++;
	if (n < item.n) {
		ret->is_above = item.p[n] == '>';
		ret->is_below = item.p[n] == '<';
		ret->is_strict = !(n + 1 < item.n && item.p[n + 1] == '=');
	}
	while (n < item.n && strchr("<>=! ", item.p[n]) != NULL)
		n++;
	if (parse_quantity_micro((struct slice){item.p + n, item.n - n}, &ret->micro) != ERR_OK)
		ret->is_above = ret->is_below = false;
	return true;
}

/* A time that a probe measures within its timeout, as opposed to an age or a date. */
static bool is_within_timeout(const struct value_desc *v)
{
	static const char *const names[] = {"rtt", "rtt_min",    "rtt_avg", "rtt_max", "connect",
					    "tls", "first_byte", "total",   "dns",     "jitter"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(v->name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool never_fires(const struct plan_check *c, const struct term *t)
{
	int index = schema_value_index(c->schema, slice_of(t->name));
	const struct value_desc *v;

	if (index < 0)
		return false;
	v = &c->schema->values[index];
	if (t->is_above && is_within_timeout(v))
		return t->micro >= c->timeout_us;
	if (t->is_above && (strcmp(v->name, "loss") == 0 || strstr(v->name, "_used") != NULL))
		return t->micro > MICRO_1 || (t->is_strict && t->micro == MICRO_1);
	if (t->is_below && strcmp(v->unit, "s") == 0)
		return t->micro < 0 || (t->is_strict && t->micro == 0);
	return false;
}

static void audit_never(struct audit *a, uint32_t check, const char *state, const char *text)
{
	const struct plan_check *c = &a->p->checks[check];
	struct slice rest = slice_of(text);
	struct term t;

	while (next_term(&rest, &t)) {
		if (never_fires(c, &t))
			audit_tell(a, AUDIT_NEVER_FIRES, AT(CHECK, check),
				   "%s: '%.*s' can never be met (timeout: %s)", state,
				   (int)t.text.n, t.text.p, audit_duration(a, c->timeout_us));
	}
}

static void audit_order(struct audit *a, uint32_t check)
{
	const struct plan_check *c = &a->p->checks[check];
	struct slice warnings = slice_of(c->warning_text);
	struct term w, t;

	while (next_term(&warnings, &w)) {
		struct slice criticals = slice_of(c->critical_text);

		while (next_term(&criticals, &t)) {
			if (strcmp(w.name, t.name) != 0 ||
			    !((w.is_above && t.is_above && w.micro >= t.micro) ||
			      (w.is_below && t.is_below && w.micro <= t.micro)))
				continue;
			audit_tell(a, AUDIT_WARNING_HIDDEN, AT(CHECK, check),
				   "whatever meets warning '%.*s' meets critical '%.*s' already",
				   (int)w.text.n, w.text.p, (int)t.text.n, t.text.p);
			return;
		}
	}
}

void audit_watching(struct audit *a)
{
	struct arena *arena = arena_new();

	audit_components(a, arena);
	audit_channels(a);
	audit_agents(a);
	audit_own_machines(a);
	audit_vantages(a);
	for (uint32_t i = 0; i < a->p->check_count; i++) {
		audit_never(a, i, "warning", a->p->checks[i].warning_text);
		audit_never(a, i, "critical", a->p->checks[i].critical_text);
		audit_order(a, i);
	}
	arena_free(arena);
}
