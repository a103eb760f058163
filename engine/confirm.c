/* Acts that somebody else wrote down. A decision that was said on the telephone or signed on paper counts at once, since an RTO of
 * five minutes does not wait; a second person, or whoever gave it, has to confirm it, and whoever it is ascribed to
 * may say that it never was. Nobody gets through a second hand what they could not do alone. */
#include <string.h>

#include "base/mem.h"
#include "engine/engine_state.h"

static bool is_decision(enum act act)
{
	return act == ACT_AUTHORIZE || act == ACT_DECLARE || act == ACT_DECLINE ||
	       act == ACT_FALSE_ALARM || act == ACT_RESUME || act == ACT_CLOSE ||
	       act == ACT_RATIFY || act == ACT_RESTORE;
}

/* The journal names the kind, not the act. */
static enum act act_of(enum event_kind kind)
{
	for (int a = 0; a < ACT_COUNT; a++) {
		if (act_row((enum act)a)->event == (int)kind)
			return (enum act)a;
	}
	return ACT_NOTE;
}

static bool is_second_hand(enum proof p)
{
	return p == PROOF_VOICE || p == PROOF_PAPER;
}

/* A false alarm has its second name from the beginning, unless it was only heard. */
static bool needs_confirmation(const struct event *ev)
{
	enum act act = act_of(ev->kind);

	if (!is_decision(act) || ev->recorded_by == ev->person)
		return false;
	return is_second_hand(ev->proof) || act != ACT_FALSE_ALARM;
}

static bool holds_seat(const struct plan *p, uint32_t person)
{
	for (uint32_t k = 0; k < p->seat_count; k++) {
		if (p->seats[k].titular == person || p->seats[k].suplente == person)
			return true;
	}
	for (uint32_t k = 0; k < p->shift_count; k++) {
		if (p->shifts[k].titular == person || p->shifts[k].suplente == person)
			return true;
	}
	return false;
}

static struct deed *deed_of(const struct incident *i, uint64_t seq)
{
	for (size_t k = i->deed_count; k-- > 0;) {
		if (i->deeds[k].seq == seq)
			return &i->deeds[k];
	}
	return NULL;
}

/* The authorisation of somebody that counts still, and was written down by this person. */
static bool has_recorded_authorisation(const struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->deed_count; k++) {
		const struct deed *d = &i->deeds[k];

		if (d->act == ACT_AUTHORIZE && d->state != DEED_DISPUTED &&
		    d->recorded_by == person && d->person != person &&
		    act_has_authorised(i, d->person))
			return true;
	}
	return false;
}

struct refusal confirm_refuse_spoken(const struct input *in)
{
	uint32_t hand = in->u.act.recorded_by;

	if (is_second_hand(in->u.act.proof) && (hand == PLAN_NONE || hand == in->u.act.person))
		return REFUSED(SYNTAX, "what was said or signed is written down by somebody else: "
				       "name who (recorded_by)");
	return ALLOWED;
}

struct refusal confirm_refuse_hands(const struct incident *i, const struct input *in)
{
	uint32_t person = in->u.act.person, hand = in->u.act.recorded_by;
	bool other = hand != PLAN_NONE && hand != person;
	struct refusal spoken = confirm_refuse_spoken(in);

	if (spoken.why != NULL)
		return spoken;
	if (other && is_decision(in->u.act.act) && !holds_seat(i->plan, hand))
		return REFUSED(DENIED, "only who holds a seat of the plan writes down decisions");
	if (in->u.act.act == ACT_AUTHORIZE &&
	    ((other && act_has_authorised(i, hand)) || has_recorded_authorisation(i, person)))
		return REFUSED(DENIED, "who authorises does not write down the word of another");
	if (in->u.act.act == ACT_DECLARE &&
	    (has_recorded_authorisation(i, person) || (other && act_has_authorised(i, hand))))
		return REFUSED(DENIED, "one person does not authorise and declare, with their own "
				       "name or by writing down another's");
	return ALLOWED;
}

/* --- confirming, disputing ------------------------------------------------------------------------------ */

static struct refusal refuse_confirm(const struct incident *i, const struct deed *d,
				     const struct input *in)
{
	uint32_t person = in->u.act.person, hand = in->u.act.recorded_by;

	if (is_second_hand(in->u.act.proof) || (hand != PLAN_NONE && hand != person))
		return REFUSED(DENIED, "a confirmation is given by oneself");
	if (person == d->recorded_by)
		return REFUSED(DENIED, "who wrote it down cannot confirm it");
	if (person != d->person && !holds_seat(i->plan, person))
		return REFUSED(DENIED, "only who holds a seat of the plan confirms for others");
	if (d->state == DEED_CONFIRMED)
		return REFUSED(DUPLICATE, "it is confirmed already");
	return ALLOWED;
}

static struct refusal refuse_dispute(const struct deed *d, const struct input *in)
{
	uint32_t person = in->u.act.person;

	if (person != d->person && person != d->recorded_by)
		return REFUSED(DENIED,
			       "only who is said to have done it, or wrote it down, disputes it");
	if (in->u.act.recorded_by != PLAN_NONE && in->u.act.recorded_by == d->recorded_by &&
	    person != d->recorded_by)
		return REFUSED(DENIED, "who wrote it down does not write down its dispute");
	if (d->state == DEED_CONFIRMED && d->second == d->person)
		return REFUSED(WRONG_STATE, "who did it has confirmed it");
	if (in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "a reason is needed (note)");
	return ALLOWED;
}

struct refusal confirm_refuse(const struct incident *i, const struct input *in)
{
	const struct deed *d = act_given(&in->u.act.args, ACT_HAS(ENTRY))
				       ? deed_of(i, in->u.act.args.entry)
				       : NULL;

	if (d == NULL)
		return REFUSED(NOT_FOUND, "that entry is no act of this incident (entry)");
	if (d->state == DEED_PLAIN)
		return REFUSED(WRONG_STATE, "that act was not written down by another");
	if (d->state == DEED_DISPUTED)
		return REFUSED(WRONG_STATE, "it is disputed already");
	return in->u.act.act == ACT_CONFIRM ? refuse_confirm(i, d, in) : refuse_dispute(d, in);
}

/* Is it the newest of its kind that nobody disputed? Older ones have been overtaken. */
static bool is_last(const struct incident *i, const struct deed *d)
{
	for (size_t k = i->deed_count; k-- > 0;) {
		if (i->deeds[k].act == d->act && i->deeds[k].state != DEED_DISPUTED)
			return &i->deeds[k] == d;
	}
	return false;
}

static void undo_authorize(const struct turn *t, const struct incident *i, const struct deed *d)
{
	if (!act_has_authorised(i, d->person) || i->authoriser_count > act_quorum(i))
		return;
	if (i->state == INCIDENT_AUTHORISED)
		act_move(t, i, INCIDENT_ACTIVATION_ASKED);
	else if (i->state == INCIDENT_DECLARED && i->declared_by != PLAN_NONE &&
		 !ratify_is_pending(i) && i->ratification.state != RATIFICATION_RATIFIED)
		ratify_begin(t, i, i->declared_by, PLAN_NONE, "disputed");
}

static void undo_declare(const struct turn *t, const struct incident *i, const struct deed *d)
{
	if (i->declared_seq != d->seq)
		return;
	if (ratify_is_pending(i))
		ratify_end(t, i, ratification_state_word(RATIFICATION_VOID));
	if (i->state == INCIDENT_DECLARED)
		act_move(t, i,
			 i->authoriser_count >= act_quorum(i) ? INCIDENT_AUTHORISED
							      : INCIDENT_ACTIVATION_ASKED);
}

static void undo_decline(const struct turn *t, const struct incident *i, const struct deed *d)
{
	bool refused = i->ratification.state == RATIFICATION_REFUSED;

	if (!is_last(i, d))
		return;
	if (refused)
		ratify_begin(t, i, i->ratification.declared_by, i->ratification.recorded_by,
			     "disputed");
	if (i->state == INCIDENT_DECLINED)
		act_move(t, i, refused ? INCIDENT_DECLARED : INCIDENT_ACTIVATION_ASKED);
}

void confirm_decide_dispute(const struct turn *t, const struct incident *i, const struct input *in)
{
	const struct deed *d = deed_of(i, in->u.act.args.entry);

	if (d == NULL)
		return;
	switch ((int)d->act) {
	case ACT_AUTHORIZE:
		undo_authorize(t, i, d);
		break;
	case ACT_DECLARE:
		undo_declare(t, i, d);
		break;
	case ACT_DECLINE:
		undo_decline(t, i, d);
		break;
	case ACT_RATIFY:
		if (i->ratification.state == RATIFICATION_RATIFIED &&
		    i->ratification.ratifier_count <= act_quorum(i))
			ratify_begin(t, i, i->ratification.declared_by, i->ratification.recorded_by,
				     "disputed");
		break;
	case ACT_RESUME:
		if (i->state == INCIDENT_RESUMED && is_last(i, d))
			act_move(t, i, INCIDENT_RESTORED);
		break;
	case ACT_RESTORE:
		report_act_undo_restore(t, i, d->seq);
		break;
	default: /* a false alarm: its probation is over; a closing stays, marked */
		break;
	}
}

/* --- time ----------------------------------------------------------------------------------------------- */

void confirm_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		for (size_t n = 0; n < i->deed_count; n++) {
			const struct deed *d = &i->deeds[n];
			struct event *ev;

			if (d->state != DEED_UNCONFIRMED || d->due.us > t->now.us)
				continue;
			ev = turn_add(t, EVENT_CONFIRMATION_OVERDUE, t->now);
			ev->incident = i->id;
			ev->entry = d->seq;
			ev->until = d->due;
		}
	}
}

bool confirm_is_awaited(const struct incident *i)
{
	for (size_t n = 0; n < i->deed_count; n++) {
		if (i->deeds[n].state == DEED_UNCONFIRMED)
			return true;
	}
	return false;
}

struct wall_time confirm_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t n = 0; n < i->deed_count; n++) {
			if (i->deeds[n].state == DEED_UNCONFIRMED)
				d = wall_min(d, i->deeds[n].due);
		}
	}
	return d;
}

/* --- apply ---------------------------------------------------------------------------------------------- */

/* As much of the note as fits, never half a letter (UTF-8). */
static void keep_note(struct deed *d, const char *note)
{
	size_t n = strlen(note);

	if (n >= sizeof(d->note)) {
		n = sizeof(d->note) - 1;
		while (n > 0 && ((unsigned char)note[n] & 0xC0) == 0x80)
			n--;
	}
	memcpy(d->note, note, n);
	d->note[n] = '\0';
}

void confirm_record(struct incident *i, const struct event *ev)
{
	struct deed *d;

	if (i->deed_count >= DEEDS_MAX && !is_decision(act_of(ev->kind)))
		return; /* the journal has it */
	i->deeds = mem_grow(i->deeds, i->deed_count, &i->deed_cap, sizeof(*i->deeds));
	d = &i->deeds[i->deed_count++];
	*d = (struct deed){.seq = ev->seq,
			   .act = act_of(ev->kind),
			   .proof = ev->proof,
			   .person = ev->person,
			   .recorded_by = ev->recorded_by,
			   .second = PLAN_NONE,
			   .at = ev->recorded,
			   .due = WALL_NEVER};
	keep_note(d, ev->text);
	if (needs_confirmation(ev)) {
		d->state = DEED_UNCONFIRMED;
		d->due = wall_add_us(ev->recorded, CONFIRM_WITHIN_S * US_PER_S);
	}
}

static size_t remove_person(uint32_t *people, size_t n, uint32_t person)
{
	size_t kept = 0;

	for (size_t k = 0; k < n; k++) {
		if (people[k] != person)
			people[kept++] = people[k];
	}
	return kept;
}

static void apply_dispute(struct incident *i, const struct deed *d)
{
	struct ratification *r = &i->ratification;

	if (d->act == ACT_AUTHORIZE)
		i->authoriser_count = remove_person(i->authorisers, i->authoriser_count, d->person);
	else if (d->act == ACT_RATIFY)
		r->ratifier_count = remove_person(r->ratifiers, r->ratifier_count, d->person);
	else if (d->act == ACT_RESUME && i->state == INCIDENT_RESUMED && is_last(i, d))
		i->resumed = WALL_UNKNOWN;
	else if (d->act == ACT_RESTORE)
		report_act_apply_undo(i, d->seq);
	else if (d->act == ACT_FALSE_ALARM)
		i->dismissed = WALL_UNKNOWN;
}

void confirm_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct deed *d = i != NULL ? deed_of(i, ev->entry) : NULL;

	if (d == NULL)
		return;
	switch ((int)ev->kind) {
	case EVENT_ACT_CONFIRM:
		d->state = DEED_CONFIRMED;
		d->second = ev->person;
		break;
	case EVENT_ACT_DISPUTE:
		apply_dispute(i, d);
		d->state = DEED_DISPUTED;
		d->second = ev->person;
		break;
	case EVENT_CONFIRMATION_OVERDUE:
		d->state = DEED_OVERDUE;
		break;
	default:
		break;
	}
}

uint64_t confirm_digest(const struct incident *i)
{
	uint64_t h = i->declared_seq;

	for (size_t k = 0; k < i->deed_count; k++)
		h = decisions_mix(decisions_mix(h, i->deeds[k].seq),
				  (uint64_t)i->deeds[k].act << 8 | (uint64_t)i->deeds[k].state);
	for (size_t k = 0; k < i->authoriser_count; k++)
		h = decisions_mix(h, i->authorisers[k]);
	return h;
}
