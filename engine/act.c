/* Acts of people: who may do what when, and what follows. What is refused is recorded as well (DESIGN 5). */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/adopt.h"
#include "engine/desk.h"
#include "engine/duty.h"
#include "engine/engine_state.h"
#include "engine/escalate.h"

void event_set_text(struct event *ev, const char *text)
{
	size_t n = strlen(text);

	if (n >= sizeof(ev->text)) {
		n = sizeof(ev->text) - 1;
		while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
			n--; /* never within a letter (UTF-8) */
	}
	memcpy(ev->text, text, n);
	ev->text[n] = '\0';
}

static void set_word(char *dst, size_t size, const char *word)
{
	size_t n = strlen(word);

	assert(n < size);
	memset(dst, 0, size);
	memcpy(dst, word, n);
}

void event_set_what(struct event *ev, const char *word)
{
	set_word(ev->what, sizeof(ev->what), word);
}

void event_set_ref(struct event *ev, const char *ref)
{
	set_word(ev->ref, sizeof(ev->ref), ref);
}

void event_set_link(struct event *ev, const char *link)
{
	size_t n = link != NULL ? strlen(link) : 0;

	assert(n < sizeof(ev->link));
	if (n > 0)
		memcpy(ev->link, link, n);
	ev->link[n] = '\0';
}

bool act_has_authorised(const struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->authoriser_count; k++) {
		if (i->authorisers[k] == person)
			return true;
	}
	return false;
}

static bool is_state(const struct incident *i, unsigned states)
{
	return (states & (1u << i->state)) != 0;
}
#define IN(s) (1u << INCIDENT_##s)

bool ack_is_live(const struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->ack_count; k++) {
		if (i->acks[k].person == person && !i->acks[k].expired &&
		    i->acks[k].act != ACT_NO_PUEDO)
			return true;
	}
	return false;
}

bool act_lacks_quorum(const struct incident *i)
{
	return i->state == INCIDENT_AUTHORISED && i->authoriser_count < act_quorum(i);
}

static struct refusal refuse_authorize(const struct turn *t, const struct incident *i,
				       uint32_t person)
{
	if (!duty_holds_level(t->e, i, person, 1, t->now))
		return (struct refusal){ERR_DENIED, "only a seat of level 1 authorises"};
	if (i->state == INCIDENT_DECLARED && ratify_is_pending(i))
		return REFUSED(WRONG_STATE, "it is declared already: ratify it");
	if (!is_state(i, IN(CONFIRMED) | IN(ACTIVATION_ASKED) | IN(DECLINED)) &&
	    !act_lacks_quorum(i))
		return (struct refusal){ERR_WRONG_STATE, "there is nothing to authorise now"};
	if (act_has_authorised(i, person))
		return (struct refusal){
			ERR_DUPLICATE,
			"this person has authorised already; distinct people are needed"};
	return ALLOWED;
}

static struct refusal refuse_declare(const struct turn *t, const struct incident *i,
				     uint32_t person)
{
	if (!duty_holds_level(t->e, i, person, 2, t->now))
		return (struct refusal){ERR_DENIED, "only the coordinator (level 2) declares"};
	if (act_has_authorised(i, person))
		return (struct refusal){ERR_DENIED, "nobody authorises what they declare"};
	if (act_lacks_quorum(i))
		return REFUSED(WRONG_STATE, "a service has joined for which more people of level 1 "
					    "must authorise");
	if (i->state != INCIDENT_AUTHORISED && !ratify_may_declare(t, i))
		return (struct refusal){ERR_WRONG_STATE, "level 1 has not authorised it"};
	return ALLOWED;
}

static struct refusal refuse_decline(const struct turn *t, const struct incident *i,
				     uint32_t person, const char *note)
{
	if (!duty_holds_level(t->e, i, person, 1, t->now) &&
	    !duty_holds_level(t->e, i, person, 2, t->now))
		return (struct refusal){ERR_DENIED, "only levels 1 and 2 decline"};
	if (ratify_is_pending(i) && !duty_holds_level(t->e, i, person, 1, t->now))
		return REFUSED(DENIED, "only level 1 refuses to ratify");
	if (ratify_is_pending(i) && person == i->ratification.declared_by)
		return REFUSED(DENIED, "nobody decides on what they declared");
	if (!ratify_is_pending(i) &&
	    !is_state(i, IN(CONFIRMED) | IN(ACTIVATION_ASKED) | IN(AUTHORISED)))
		return (struct refusal){ERR_WRONG_STATE, "there is nothing to decline now"};
	if (note[0] == '\0')
		return (struct refusal){ERR_SYNTAX, "a reason is needed (note)"};
	return ALLOWED;
}

static struct refusal refuse_false_alarm(const struct incident *i, const struct input *in)
{
	if (!is_state(i, IN(SUSPECT) | IN(CONFIRMED) | IN(ACTIVATION_ASKED) | IN(AUTHORISED) |
				 IN(DECLINED) | IN(RESTORED)))
		return (struct refusal){ERR_WRONG_STATE, "it cannot become a false alarm any more"};
	if (in->u.act.note[0] == '\0')
		return (struct refusal){ERR_SYNTAX, "the cause is needed (note)"};
	if (in->u.act.recorded_by == PLAN_NONE || in->u.act.recorded_by == in->u.act.person)
		return (struct refusal){
			ERR_DENIED,
			"a false alarm needs two people: who says it and who records it"};
	return ALLOWED;
}

/* It fails, and something measures that. */
static bool is_failing(const struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		if ((i->services[k].running || i->services[k].starting) &&
		    i->services[k].current != PLAN_NONE && !i->services[k].by_word)
			return true;
	}
	return false;
}

/* A person's word ends what only a word began. */
static bool is_held_by_word(const struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		if (i->services[k].running && i->services[k].by_word)
			return true;
	}
	return report_stands(i) && !i->word.operational;
}

static struct refusal refuse_end(const struct turn *t, const struct incident *i,
				 const struct input *in)
{
	enum act act = in->u.act.act;

	if (act == ACT_RESUME && !report_act_is_in_charge(t, i, in->u.act.person))
		return (struct refusal){
			ERR_DENIED, "operations are resumed by the word of the area's team, its "
				    "desk or the coordinator"};
	if (act == ACT_RESUME && i->state != INCIDENT_RESTORED)
		return (struct refusal){
			ERR_WRONG_STATE,
			"operations restart after the measured restoration; it is not restored"};
	if (is_failing(i))
		return (struct refusal){ERR_WRONG_STATE,
					"it still fails; a person cannot end what is measured"};
	if (act == ACT_CLOSE && is_held_by_word(i))
		return (struct refusal){
			ERR_WRONG_STATE,
			"somebody reported it: say first that it works (works), or false-alarm"};
	if (act == ACT_CLOSE && report_stands(i) && in->u.act.note[0] == '\0')
		return (struct refusal){ERR_SYNTAX, "how did it end? (note)"};
	if (act == ACT_CLOSE && wall_is_known(i->word.return_began) &&
	    !wall_is_known(i->word.return_done))
		return (struct refusal){
			ERR_WRONG_STATE,
			"the way back has begun and is not done (return what=done)"};
	/* A service that the plan has dropped is never seen to recover: its end is a person's word. */
	if (act == ACT_CLOSE && orders_owed(i) > 0)
		return (struct refusal){ERR_WRONG_STATE,
					"field posts were told to suspend or to wait, and nobody "
					"has told them to resume: order that first"};
	if (act == ACT_CLOSE && incident_has_running_clock(i))
		return ALLOWED;
	if (act == ACT_CLOSE && !is_state(i, IN(RESTORED) | IN(RESUMED) | IN(FALSE_ALARM)))
		return (struct refusal){ERR_WRONG_STATE, "it is not restored, or closed already"};
	return ALLOWED;
}

static bool acknowledges(enum act act)
{
	return act == ACT_ENTERADO || act == ACT_ATIENDO || act == ACT_NO_PUEDO;
}

static struct call *call_of(const struct incident *i, uint64_t id)
{
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].id == id)
			return &i->calls[k];
	}
	return NULL;
}

/* A link proves that somebody has the message, once. Decisions ask for more than that. */
static struct refusal refuse_link(const struct incident *i, const struct input *in)
{
	const struct call *c = call_of(i, in->u.act.call);

	if (c != NULL && c->kind == CALL_ORDER && in->u.act.act != ACT_ENTERADO)
		return (struct refusal){ERR_DENIED, "an order is confirmed here; who cannot carry "
						    "it out tells the desk"};
	if (!acknowledges(in->u.act.act))
		return (struct refusal){ERR_DENIED,
					"a link only acknowledges; decisions are for the desk"};
	if (c == NULL || c->person != in->u.act.person)
		return (struct refusal){ERR_DENIED, "the link is not of a call to this person"};
	if (c->link_used)
		return (struct refusal){ERR_DUPLICATE, "this link has served already"};
	if (c->id < i->promoted)
		return REFUSED(WRONG_STATE, "that message was of a drill; it is real now, and "
					    "another message has come");
	return ALLOWED;
}

static struct refusal refuse(const struct turn *t, const struct incident *i, const struct input *in)
{
	enum act act = in->u.act.act;

	switch ((int)act) {
	case ACT_ENTERADO:
	case ACT_ATIENDO:
	case ACT_NO_PUEDO:
		if (!incident_is_open(i))
			return (struct refusal){ERR_WRONG_STATE,
						"the incident is over; write a note instead"};
		return ALLOWED;
	case ACT_AUTHORIZE:
		return refuse_authorize(t, i, in->u.act.person);
	case ACT_DECLARE:
		return refuse_declare(t, i, in->u.act.person);
	case ACT_DECLINE:
		return refuse_decline(t, i, in->u.act.person, in->u.act.note);
	case ACT_FALSE_ALARM:
		return refuse_false_alarm(i, in);
	case ACT_RESUME:
	case ACT_CLOSE:
		return refuse_end(t, i, in);
	case ACT_NOTE:
		if (in->u.act.note[0] == '\0')
			return (struct refusal){ERR_SYNTAX, "the note is empty"};
		return ALLOWED;
	case ACT_ESCALATE:
		return escalate_refuse(t, i, in);
	case ACT_CALL_RESULT:
		return desk_refuse_result(i, in);
	case ACT_CONVENE:
	case ACT_WAIT:
		return gate_refuse(t, i, in);
	case ACT_RATIFY:
		return ratify_refuse(t, i, in);
	case ACT_CONFIRM:
	case ACT_DISPUTE:
		return confirm_refuse(i, in);
	case ACT_CHECK:
		return checklist_refuse(t, i, in);
	case ACT_NO_DRILL:
		return calendar_refuse(i, in);
	case ACT_ORDER:
	case ACT_CONFIRM_ORDER:
		return orders_refuse(t, i, in);
	default:
		break;
	}
	return (struct refusal){ERR_UNSUPPORTED, "no such act"};
}

/* --- what follows --------------------------------------------------------------------------------- */

static void fill_args(struct event *ev, const struct act_args *a)
{
	if (act_given(a, ACT_HAS(AT)))
		ev->at = a->at;
	if (act_given(a, ACT_HAS(UNTIL)))
		ev->until = a->until;
	if (act_given(a, ACT_HAS(FROM)))
		ev->began = a->from;
	if (act_given(a, ACT_HAS(SITES)))
		ev->posts = a->posts;
	if (act_given(a, ACT_HAS(N)))
		ev->number = a->n;
	if (act_given(a, ACT_HAS(ENTRY)))
		ev->entry = a->entry;
	if (act_given(a, ACT_HAS(OTHER)))
		ev->other = a->other;
	if (act_given(a, ACT_HAS(SERVICE)))
		ev->service = a->service;
	if (act_given(a, ACT_HAS(SEAT)))
		ev->seat = a->seat;
	if (act_given(a, ACT_HAS(SITE)))
		ev->site = a->site;
	if (act_given(a, ACT_HAS(COMPONENT)))
		ev->component = a->component;
	if (act_given(a, ACT_HAS(CHECK)))
		ev->check = a->check;
	memcpy(ev->what, a->what, sizeof(ev->what));
	memcpy(ev->via, a->via, sizeof(ev->via));
	memcpy(ev->ref, a->ref, sizeof(ev->ref));
}

struct event *act_add(const struct turn *t, const struct input *in, enum event_kind kind)
{
	struct event *ev = turn_add(t, kind, t->now);

	ev->incident = in->u.act.incident;
	ev->act = in->u.act.act;
	ev->person = in->u.act.person;
	ev->recorded_by =
		in->u.act.recorded_by == PLAN_NONE ? in->u.act.person : in->u.act.recorded_by;
	ev->proof = in->u.act.proof;
	ev->call = in->u.act.call;
	event_set_link(ev, in->u.act.link);
	event_set_text(ev, in->u.act.note);
	fill_args(ev, &in->u.act.args);
	return ev;
}

static struct wall_time ack_end(const struct turn *t, const struct incident *i)
{
	struct wall_time end = wall_add_us(t->now, ACK_LIFE_MAX_S * US_PER_S);

	for (size_t k = 0; k < i->service_count; k++) {
		struct wall_time at;
		uint32_t pct;

		if (calltree_next_mark(i, &i->services[k], &at, &pct) && at.us > t->now.us)
			end = wall_min(end, at);
	}
	return end;
}

void act_move(const struct turn *t, const struct incident *i, enum incident_state to)
{
	struct event *ev = turn_add(t, EVENT_INCIDENT_STATE, t->now);

	ev->incident = i->id;
	ev->from = (int)i->state;
	ev->to = (int)to;
}

size_t act_quorum(const struct incident *i)
{
	size_t quorum = 1;

	for (size_t k = 0; k < i->service_count; k++) {
		const struct plan_service *s = &i->plan->services[i->services[k].service];
		const struct plan_policy *p =
			s->policy != PLAN_NONE ? &i->plan->policies[s->policy] : NULL;

		for (size_t n = 0; p != NULL && n < p->step_count; n++) {
			if (p->steps[n].ask == ASK_ACTIVATE && p->steps[n].quorum > quorum)
				quorum = p->steps[n].quorum;
		}
	}
	return quorum;
}

/* Without level 1 it stands at once, is marked, and waits to be ratified. */
static void decide_declare(const struct turn *t, const struct incident *i, struct event *ev)
{
	uint32_t person = ev->person, recorded_by = ev->recorded_by;
	bool irregular = i->state != INCIDENT_AUTHORISED;

	event_set_what(ev, irregular ? "ratification-pending" : "");
	act_move(t, i, INCIDENT_DECLARED);
	if (irregular)
		ratify_begin(t, i, person, recorded_by, "level-1-silent");
}

static bool opens_or_holds(enum act act)
{
	return act == ACT_CONVENE || act == ACT_WAIT;
}

/* Who opens or holds the gate has answered: nobody need call them for that any more. */
static void add_answer(const struct turn *t, const struct incident *i, const struct input *in)
{
	struct event *ev = act_add(t, in, EVENT_ACK_GIVEN);

	ev->act = ACT_ENTERADO;
	ev->until = ack_end(t, i);
	ev->text[0] = '\0';
}

/* What level 1 refuses to ratify may be of an episode before: what is declared or authorised now is declined with it. */
static bool is_declined_whole(const struct incident *i)
{
	return !ratify_is_pending(i) || i->state == INCIDENT_DECLARED ||
	       i->state == INCIDENT_AUTHORISED;
}

static void decide_allowed(const struct turn *t, const struct incident *i, const struct input *in)
{
	struct event *ev = act_add(t, in, (enum event_kind)act_row(in->u.act.act)->event);

	report_act_follow(t, i, in, ev);
	switch ((int)in->u.act.act) {
	case ACT_ENTERADO:
	case ACT_ATIENDO:
	case ACT_NO_PUEDO:
		ev->until = ack_end(t, i);
		break;
	case ACT_AUTHORIZE:
		if (i->authoriser_count + 1 >= act_quorum(i) && i->state != INCIDENT_AUTHORISED)
			act_move(t, i, INCIDENT_AUTHORISED);
		break;
	case ACT_DECLARE:
		decide_declare(t, i, ev);
		break;
	case ACT_DECLINE:
		if (is_declined_whole(i))
			act_move(t, i, INCIDENT_DECLINED);
		ratify_decide_act(t, i, in);
		break;
	case ACT_RATIFY:
		ratify_decide_act(t, i, in);
		break;
	case ACT_WAIT:
		ev->until = gate_wait_until(i, t->now);
		break;
	case ACT_DISPUTE:
		confirm_decide_dispute(t, i, in);
		break;
	case ACT_CHECK:
		checklist_decide_act(i, in, ev);
		break;
	case ACT_FALSE_ALARM:
		act_move(t, i, INCIDENT_FALSE_ALARM);
		break;
	case ACT_RESUME:
		act_move(t, i, INCIDENT_RESUMED);
		if (act_given(&in->u.act.args, ACT_HAS(AT)))
			t->out->items[t->out->count - 1].at = in->u.act.args.at;
		break;
	case ACT_CLOSE:
		act_move(t, i, INCIDENT_CLOSED);
		break;
	case ACT_NO_DRILL:
		calendar_decide_promotion(t, i, "act");
		break;
	case ACT_ORDER:
	case ACT_CONFIRM_ORDER:
		orders_complete_act(t->e, i, in, ev);
		break;
	case ACT_ESCALATE:
		escalate_decide(t, i, in);
		break;
	case ACT_ADOPT:
		adopt_decide_act(t, i, ev);
		break;
	case ACT_CALL_RESULT:
		ev->call = in->u.act.args.entry;
		desk_decide_result(t, i, in, ack_end(t, i));
		break;
	default:
		break;
	}
	if (opens_or_holds(in->u.act.act))
		add_answer(t, i, in);
}

static enum err refuse_on_record(const struct turn *t, const struct input *in, struct refusal r,
				 struct err_info *info)
{
	struct event *ev = act_add(t, in, EVENT_ACT_REFUSED);

	ev->at = t->now;
	event_set_text(ev, r.why);
	return err_fail(info, r.err, "%s", r.why);
}

static struct refusal refuse_time(const struct input *in)
{
	const struct act_args *a = &in->u.act.args;

	if (act_given(a, ACT_HAS(AT)) && a->at.us > in->now.us)
		return REFUSED(SYNTAX, "that has not happened yet (at)");
	return ALLOWED;
}

/* Acts of no incident: on the present plan. */
static struct refusal refuse_world(const struct turn *t, const struct input *in)
{
	struct refusal r = refuse_time(in);

	if (r.why != NULL || report_act_refuse(t, NULL, in, &r))
		return r;
	switch ((int)in->u.act.act) {
	case ACT_WINDOW:
	case ACT_SILENCE:
	case ACT_SIGN:
	case ACT_UNSILENCE:
		return silence_refuse(t->e, in);
	case ACT_LEAVE:
		return duty_refuse_leave(t->e, in);
	case ACT_BACK:
		return duty_refuse_back(t->e, in);
	default:
		return REFUSED(UNSUPPORTED, "no such act");
	}
}

static void decide_world(const struct turn *t, const struct input *in)
{
	struct event *ev = act_add(t, in, (enum event_kind)act_row(in->u.act.act)->event);

	if (in->u.act.act == ACT_WINDOW || in->u.act.act == ACT_SILENCE)
		silence_complete_act(t->e, in, ev);
}

static enum err act_decide_world(const struct turn *t, const struct input *in,
				 struct err_info *info)
{
	struct refusal r;

	assert(in->u.act.person < t->e->plan->person_count);
	r = in->u.act.proof == PROOF_LINK
		    ? REFUSED(DENIED, "a link only acknowledges; decisions are for the desk")
		    : confirm_refuse_spoken(in);
	if (r.why == NULL)
		r = refuse_world(t, in);
	if (r.why == NULL) {
		decide_world(t, in);
		return ERR_OK;
	}
	return refuse_on_record(t, in, r, info);
}

struct refusal act_refuse(const struct turn *t, const struct incident *i, const struct input *in,
			  char lacks[static ADOPT_WHY_SIZE])
{
	struct refusal r = refuse_time(in);

	if (in->u.act.act == ACT_NO_DRILL && t->e->drill.running)
		r = REFUSED(WRONG_STATE,
			    "what fails here is played; tell the collector that watches");
	if (r.why == NULL)
		r = confirm_refuse_hands(i, in);
	if (r.why == NULL && in->u.act.act == ACT_ADOPT)
		r = adopt_refuse(t, i, in, lacks);
	else if (r.why == NULL && !report_act_refuse(t, i, in, &r) && !entries_refuse(t, i, in, &r))
		r = refuse(t, i, in);
	return r;
}

enum err act_decide(const struct turn *t, const struct input *in, struct err_info *info)
{
	const struct incident *i = incident_find(t->e, in->u.act.incident);
	char lacks[ADOPT_WHY_SIZE];
	struct refusal r;

	if (act_row(in->u.act.act)->place == ACT_PLACE_WORLD)
		return act_decide_world(t, in, info);
	if (i == NULL)
		return err_fail(info, ERR_NOT_FOUND, "there is no incident %llu in memory",
				(unsigned long long)in->u.act.incident);
	/* The shell resolves people under the incident's plan; anything else is its bug. */
	assert(in->u.act.person < i->plan->person_count);
	r = in->u.act.proof == PROOF_LINK ? refuse_link(i, in) : ALLOWED;
	if (r.why == NULL && orders_is_link(i, in))
		return orders_decide_link(t, i, in, info);
	if (r.why == NULL)
		r = act_refuse(t, i, in, lacks);
	if (r.why == NULL) {
		decide_allowed(t, i, in);
		return ERR_OK;
	}
	return refuse_on_record(t, in, r, info);
}

/* --- apply --------------------------------------------------------------------------------------- */

static bool can_still_be_answered(enum call_state s)
{
	return s == CALL_STATE_PENDING || s == CALL_STATE_SENT || s == CALL_STATE_UNKNOWN ||
	       s == CALL_STATE_RECEIVED || s == CALL_STATE_UNANSWERED;
}

struct ack *act_ack_of(struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->ack_count; k++) {
		if (i->acks[k].person == person)
			return &i->acks[k];
	}
	if (i->ack_count == ACKS_MAX) { /* the oldest gives way: it has expired first */
		memmove(&i->acks[0], &i->acks[1], sizeof(i->acks[0]) * (ACKS_MAX - 1));
		i->ack_count--;
	}
	return &i->acks[i->ack_count++];
}

static void apply_link(struct incident *i, const struct event *ev)
{
	struct call *c = call_of(i, ev->call);

	if (ev->proof != PROOF_LINK || c == NULL)
		return;
	c->link_used = true;
	c->link_act = ev->act;
	c->link_at = ev->recorded;
	c->link_seq = ev->seq;
}

static void apply_ack(struct incident *i, const struct event *ev)
{
	apply_link(i, ev);
	*act_ack_of(i, ev->person) = (struct ack){.person = ev->person,
						  .act = ev->act,
						  .seq = ev->seq,
						  .at = ev->recorded,
						  .expires = ev->until};
	for (size_t k = 0; k < i->call_count; k++) {
		struct call *c = &i->calls[k];

		if (c->person != ev->person || !can_still_be_answered(c->state) ||
		    c->kind == CALL_UP)
			continue;
		if (c->kind == CALL_ORDER)
			continue; /* an order is confirmed, or it is not */
		c->told = true;
		c->state =
			ev->act == ACT_NO_PUEDO ? CALL_STATE_UNANSWERED : CALL_STATE_ACKNOWLEDGED;
		c->state_since = ev->recorded;
	}
}

void act_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);

	if (i == NULL)
		return;
	if (ev->kind != EVENT_ACK_GIVEN)
		confirm_record(i, ev);
	switch ((int)ev->kind) {
	case EVENT_ACK_GIVEN:
		apply_ack(i, ev);
		break;
	case EVENT_ACT_AUTHORIZE:
		if (i->authoriser_count < DECIDERS_MAX)
			i->authorisers[i->authoriser_count++] = ev->person;
		break;
	case EVENT_ACT_DECLINE:
		i->authoriser_count = 0;
		break;
	case EVENT_ACT_RESTORE:
		i->word.works = ev->seq;
		break;
	case EVENT_ACT_DECLARE:
		i->declared_by = ev->person;
		i->declared_seq = ev->seq;
		break;
	case EVENT_ACT_CONVENE:
	case EVENT_ACT_WAIT:
		gate_apply(e, ev);
		break;
	case EVENT_ACT_RATIFY:
		ratify_apply(e, ev);
		break;
	case EVENT_ACT_CONFIRM:
	case EVENT_ACT_DISPUTE:
		confirm_apply(e, ev);
		break;
	case EVENT_CHECKLIST_STEP:
		checklist_apply(e, ev);
		break;
	case EVENT_ACT_CLOSE:
		entries_apply(e, ev);
		break;
	default:
		break;
	}
}

/* --- for acts that have files of their own -------------------------------------------------------- */

enum err act_refuse_on_record(const struct turn *t, const struct input *in, struct refusal r,
			      struct err_info *info)
{
	return refuse_on_record(t, in, r, info);
}

void act_apply_link(struct incident *i, const struct event *ev)
{
	apply_link(i, ev);
}
