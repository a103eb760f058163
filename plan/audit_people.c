/* Seats, groups and contacts: is somebody there for every decision, and only once? */
#include "plan/audit.h"

#include <ctype.h>
#include <string.h>

/* --- seats --------------------------------------------------------------------------------------- */

static void audit_seat(struct audit *a, uint32_t i)
{
	const struct plan *p = a->p;
	const struct plan_seat *s = &p->seats[i];

	if (s->titular == PLAN_NONE)
		return; /* shifts hold it (audit_shifts.c) */
	if (s->suplente == PLAN_NONE)
		audit_tell(a, AUDIT_NO_SUPLENTE, AT(SEAT, i), "it has no suplente");
	if (p->people[s->titular].is_vacant)
		audit_tell(a, AUDIT_VACANT_SEAT, AT(SEAT, i), "nobody holds the post '%s'",
			   p->people[s->titular].id);
	for (uint32_t k = 0; k < i; k++) {
		const struct plan_seat *b = &p->seats[k];

		if (s->suplente != PLAN_NONE && s->titular == b->suplente &&
		    s->suplente == b->titular)
			audit_tell(a, AUDIT_MUTUAL_SUPLENTES, AT_PAIR(SEAT, k, i),
				   "'%s' and '%s' cover each other in seats '%s' and '%s'",
				   p->people[b->titular].id, p->people[s->titular].id, b->id,
				   s->id);
	}
}

/* The seats of a person. */
struct roles {
	unsigned titular; /* of recovery teams */
	unsigned suplente, suplente_of_teams;
	bool on_level_1, on_level_2;
};

static struct roles roles_of(const struct plan *p, uint32_t person)
{
	struct roles r = {0};

	for (uint32_t i = 0; i < p->seat_count; i++) {
		const struct plan_seat *s = &p->seats[i];
		bool holds = s->titular == person, covers = s->suplente == person;

		r.titular += holds && s->level == 3;
		r.suplente += covers;
		r.suplente_of_teams += covers && s->level == 3;
		r.on_level_1 = r.on_level_1 || (holds && s->level == 1);
		r.on_level_2 = r.on_level_2 || ((holds || covers) && s->level == 2);
	}
	for (uint32_t g = 0; g < p->annexes->group_count; g++) {
		const struct plan_group *group = &p->annexes->groups[g];

		for (size_t t = 0; t < group->told_count && group->level == 1; t++) {
			for (size_t m = 0; m < group->told[t].member_count; m++)
				r.on_level_1 = r.on_level_1 || group->told[t].members[m] == person;
		}
	}
	return r;
}

static bool is_called(const struct plan *p, uint32_t person)
{
	for (uint32_t i = 0; i < p->seat_count; i++) {
		if (p->seats[i].titular == person || p->seats[i].suplente == person)
			return true;
	}
	for (uint32_t i = 0; i < p->shift_count; i++) {
		if (p->shifts[i].titular == person || p->shifts[i].suplente == person)
			return true;
	}
	for (uint32_t i = 0; i < p->policy_count; i++) {
		for (size_t k = 0; k < p->policies[i].step_count; k++) {
			const struct plan_step *s = &p->policies[i].steps[k];

			for (size_t t = 0; t < s->target_count; t++) {
				if (s->targets[t].kind == TARGET_PERSON &&
				    s->targets[t].index == person)
					return true;
			}
		}
	}
	return false;
}

/* Whoever keeps a record, answers for an acceptance or belongs to a group has a part without being called. */
static bool has_part(const struct plan_annexes *x, uint32_t person)
{
	for (uint32_t i = 0; i < x->record_count; i++) {
		if (x->records[i].keeper == person)
			return true;
	}
	for (uint32_t i = 0; i < x->accepted_count; i++) {
		if (x->accepted[i].by == person)
			return true;
	}
	for (uint32_t g = 0; g < x->group_count; g++) {
		for (size_t t = 0; t < x->groups[g].told_count; t++) {
			for (size_t m = 0; m < x->groups[g].told[t].member_count; m++) {
				if (x->groups[g].told[t].members[m] == person)
					return true;
			}
		}
	}
	return false;
}

static void audit_roles(struct audit *a, uint32_t i)
{
	struct roles r = roles_of(a->p, i);

	if (r.suplente > 1)
		audit_tell(a, AUDIT_OVERLOADED_SUPLENTE, AT(PERSON, i),
			   "it is the suplente of %u seats, %u of them recovery teams", r.suplente,
			   r.suplente_of_teams);
	if (r.suplente_of_teams + r.titular > 0 && r.on_level_1)
		audit_tell(a, AUDIT_DECIDES_AND_RECOVERS, AT(PERSON, i),
			   "it sits on level 1, and is the titular of %u recovery teams and the "
			   "suplente of %u",
			   r.titular, r.suplente_of_teams);
	if (r.titular > 1)
		audit_tell(a, AUDIT_TITULAR_OF_MANY, AT(PERSON, i),
			   "it is the titular of %u recovery teams", r.titular);
	if (r.on_level_1 && r.on_level_2)
		audit_tell(a, AUDIT_DECLARES_AND_AUTHORISES, AT(PERSON, i),
			   "it sits on level 1, which authorises, and on level 2, which declares");
	if (!is_called(a->p, i) && !has_part(a->p->annexes, i))
		audit_tell(a, AUDIT_UNSEATED, AT(PERSON, i),
			   "it has no seat, and no policy calls it");
}

/* --- groups -------------------------------------------------------------------------------------- */

static bool has_member(const struct plan_composition *c, uint32_t person)
{
	for (size_t i = 0; i < c->member_count; i++) {
		if (c->members[i] == person)
			return true;
	}
	return false;
}

static bool is_same(const struct plan_composition *x, const struct plan_composition *y)
{
	for (size_t i = 0; i < x->member_count; i++) {
		if (!has_member(y, x->members[i]))
			return false;
	}
	return x->member_count == y->member_count; /* nobody stands twice in one list */
}

static void audit_group(struct audit *a, uint32_t i)
{
	const struct plan_group *g = &a->p->annexes->groups[i];
	const struct plan_composition *first = NULL;

	for (size_t t = 0; t < g->told_count; t++) {
		const struct plan_composition *c = &g->told[t];

		if (c->member_count == 0)
			continue;
		if (first == NULL) {
			first = c;
		} else if (!is_same(first, c)) {
			audit_tell(a, AUDIT_GROUP_TWO_WAYS, AT(GROUP, i),
				   "it has %zu members in '%s' and %zu others in '%s'",
				   first->member_count, first->in, c->member_count, c->in);
			break;
		}
	}
	if (first == NULL)
		audit_tell(a, AUDIT_GROUP_EMPTY, AT(GROUP, i),
			   "it is named %zu times and has no members", g->told_count);
}

/* --- contacts ------------------------------------------------------------------------------------ */

static bool is_on(const struct plan *p, const struct plan_contact *c, uint32_t component)
{
	const struct plan_channel *channel = &p->channels[c->channel];

	for (size_t i = 0; i < c->carried_count; i++) {
		if (c->carried_by[i] == component)
			return true;
	}
	for (size_t i = 0; i < channel->carried_count; i++) {
		if (channel->carried_by[i] == component)
			return true;
	}
	return false;
}

/* A component that carries every contact of a person; PLAN_NONE if there is none. */
static uint32_t carrier_of_all(const struct plan *p, const struct plan_person *who)
{
	const struct plan_contact *first = &who->contacts[0];
	const struct plan_channel *channel = &p->channels[first->channel];

	for (size_t i = 0; i < first->carried_count + channel->carried_count; i++) {
		uint32_t component = i < first->carried_count
					     ? first->carried_by[i]
					     : channel->carried_by[i - first->carried_count];
		size_t n = 1;

		while (n < who->contact_count && is_on(p, &who->contacts[n], component))
			n++;
		if (n == who->contact_count)
			return component;
	}
	return PLAN_NONE;
}

/* Digits and what people put between them: a telephone, not a name or an address. */
static bool is_phone(const char *to)
{
	return to[0] != '\0' && strspn(to, "0123456789 +-().") == strlen(to);
}

static void audit_contacts(struct audit *a, uint32_t i)
{
	const struct plan *p = a->p;
	const struct plan_person *who = &p->people[i];
	uint32_t carrier = who->contact_count > 0 ? carrier_of_all(p, who) : PLAN_NONE;

	if (carrier != PLAN_NONE)
		audit_tell(a, AUDIT_ONE_WAY, AT(PERSON, i),
			   "each of its contacts, %zu in all, is carried by '%s'",
			   who->contact_count, p->components[carrier].id);
	for (size_t k = 0; k < who->contact_count; k++) {
		const char *to = who->contacts[k].to;
		char digits[32];

		if (!is_phone(to))
			continue;
		audit_digits(digits, sizeof(digits), to);
		/* Up to 5 digits: an extension. */
		if (strlen(digits) > 5 && audit_phone_fault(to) != NULL)
			audit_tell(a, AUDIT_CONTACT_FORMAT, AT(PERSON, i),
				   "'%s' on channel '%s' %s", to,
				   p->channels[who->contacts[k].channel].id, audit_phone_fault(to));
	}
}

static bool shares_contact(const struct plan_person *x, const struct plan_person *y,
			   const struct plan_contact **ret)
{
	for (size_t i = 0; i < x->contact_count; i++) {
		for (size_t k = 0; k < y->contact_count; k++) {
			if (x->contacts[i].channel == y->contacts[k].channel &&
			    strcmp(x->contacts[i].to, y->contacts[k].to) == 0) {
				*ret = &x->contacts[i];
				return true;
			}
		}
	}
	return false;
}

static void audit_shared_contacts(struct audit *a, uint32_t i)
{
	const struct plan_contact *c;

	for (uint32_t k = 0; k < i; k++) {
		if (!shares_contact(&a->p->people[i], &a->p->people[k], &c))
			continue;
		audit_tell(a, AUDIT_SHARED_CONTACT, AT_PAIR(PERSON, k, i),
			   "both are reached at '%s' on channel '%s'", c->to,
			   a->p->channels[c->channel].id);
	}
}

void audit_people(struct audit *a)
{
	for (uint32_t i = 0; i < a->p->seat_count; i++)
		audit_seat(a, i);
	for (uint32_t i = 0; i < a->p->person_count; i++) {
		audit_roles(a, i);
		audit_contacts(a, i);
		audit_shared_contacts(a, i);
	}
	for (uint32_t i = 0; i < a->p->annexes->group_count; i++)
		audit_group(a, i);
}
