/* Acts of people on incidents. */
#include <stdio.h>
#include <string.h>

#include "access/account.h"
#include "base/json_emit.h"
#include "base/json_pull.h"
#include "collector/api_impl.h"
#include "collector/api_who.h"
#include "engine/refusal.h"

enum { NOTE_MAX = 480, GIVEN_MAX = 16, GIVEN_BYTES_MAX = 128 };

struct act_body {
	char as[64], recorded_by[64], note[NOTE_MAX];
	char proof_word[32], pin[32];
	enum proof proof;
	/* The act's own parameters, read once the plan under which they are meant is known. */
	struct {
		struct slice key;
		char value[GIVEN_BYTES_MAX];
	} given[GIVEN_MAX];
	size_t given_count;
};

static void read_given(struct json_pull *in, struct slice key, struct act_body *ret)
{
	struct slice raw;

	if (ret->given_count == GIVEN_MAX) {
		json_complain(in, "there are too many keys");
		return;
	}
	ret->given[ret->given_count].key = key;
	if (json_peek(in) == JSON_NUMBER) {
		json_read_raw(in, &raw);
		if (raw.n >= GIVEN_BYTES_MAX)
			json_complain(in, "a number is too long");
		else
			memcpy(ret->given[ret->given_count].value, raw.p, raw.n);
	} else {
		json_read_str(in, ret->given[ret->given_count].value, GIVEN_BYTES_MAX);
	}
	ret->given_count++;
}

/* What another said or signed. */
static bool is_written_down(enum proof p)
{
	return p == PROOF_VOICE || p == PROOF_PAPER;
}

static bool complain(struct exchange *x, const char *sentence)
{
	http_answer_error(x->r, 400, "malformed", "%s", sentence);
	return false;
}

/* With an operator's token one acts oneself, or writes down what another said or signed. */
static bool settle_operator(struct exchange *x, struct act_body *b)
{
	if (b->as[0] == '\0')
		return complain(x, "'as' is missing: the person who acts");
	if (b->proof_word[0] == '\0')
		b->proof = PROOF_OPERATOR_TOKEN;
	else if (!proof_from_word(slice_of(b->proof_word), &b->proof) ||
		 (b->proof != PROOF_OPERATOR_TOKEN && !is_written_down(b->proof)))
		return complain(x, "proof: operator-token, or what you write down for another: "
				   "voice, paper");
	if (b->proof != PROOF_OPERATOR_TOKEN && b->recorded_by[0] == '\0')
		return complain(x, "'recorded_by' is missing: who heard it or holds the paper");
	return true;
}

/* With a session one acts as oneself, or writes down oneself what another said or signed. */
static bool settle_person(struct exchange *x, struct act_body *b)
{
	const char *own = x->account->person;

	if (own[0] == '\0') {
		http_answer_error(x->r, 409, "no-person",
				  "The account '%s' stands for nobody of the plan: it cannot act",
				  x->account->login);
		return false;
	}
	if (b->recorded_by[0] != '\0' && strcmp(b->recorded_by, own) != 0)
		return complain(x, "'recorded_by' is yourself: leave it out");
	if (b->proof_word[0] == '\0') {
		if (b->as[0] != '\0' && strcmp(b->as, own) != 0)
			return complain(x, "'as' is yourself: leave it out; what another said is "
					   "written down with proof voice or paper");
		b->proof = x->pin_proved ? PROOF_PIN : PROOF_SESSION;
		b->recorded_by[0] = '\0';
		snprintf(b->as, sizeof(b->as), "%s", own);
		return true;
	}
	if (!proof_from_word(slice_of(b->proof_word), &b->proof) || !is_written_down(b->proof))
		return complain(x, "proof: left out for what you do yourself, or what you write "
				   "down for another: voice, paper");
	if (b->as[0] == '\0' || strcmp(b->as, own) == 0)
		return complain(x, "'as' is whoever said or signed it, somebody else than you");
	snprintf(b->recorded_by, sizeof(b->recorded_by), "%s", own);
	return true;
}

static bool read_act(struct exchange *x, struct act_body *ret)
{
	struct json_pull in = json_pull_from(http_body(x->r));
	struct slice key;

	*ret = (struct act_body){0};
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "as"))
			json_read_str(&in, ret->as, sizeof(ret->as));
		else if (slice_is(key, "recorded_by"))
			json_read_str(&in, ret->recorded_by, sizeof(ret->recorded_by));
		else if (slice_is(key, "note"))
			json_read_str(&in, ret->note, sizeof(ret->note));
		else if (slice_is(key, "proof"))
			json_read_str(&in, ret->proof_word, sizeof(ret->proof_word));
		else if (slice_is(key, "pin") && x->account != NULL)
			json_read_str(&in, ret->pin, sizeof(ret->pin));
		else
			read_given(&in, key, ret);
	}
	json_end(&in);
	if (in.error != NULL) {
		http_answer_error(x->r, 400, "malformed", "Byte %zu: %s", in.offset, in.error);
		return false;
	}
	return x->account != NULL ? settle_person(x, ret) : settle_operator(x, ret);
}

/* Somebody was called in this incident. */
static bool has_a_call(const struct engine *e, const struct view_incident *i, const char *person)
{
	for (size_t n = 0; n < i->call_count; n++) {
		struct view_call k;

		view_call(e, i->id, n, &k);
		if (strcmp(i->plan->people[k.person].id, person) == 0)
			return true;
	}
	return false;
}

static unsigned right_of(enum act act)
{
	const struct act_permission *p = act_permission(slice_of(act_row(act)->name));

	return p != NULL ? p->right : 0; /* an act without a row is nobody's */
}

/* Whatever the body says: oneself, or written down for another. The operator's token is kept to its routes. */
static bool may_ever(const struct exchange *x, enum act act)
{
	return x->account == NULL ||
	       (right_of(act) != 0 && (x->rights & (right_of(act) | RIGHT_OPERATE)) != 0);
}

/* The gate before the plan's own rules (docs/PEOPLE.md "Rights"); false: answered, now or when the PIN has been looked at. */
static bool may_act(struct exchange *x, enum act act, const struct view_incident *i,
		    const struct act_body *b)
{
	const struct act_permission *p = act_permission(slice_of(act_row(act)->name));
	unsigned wanted = is_written_down(b->proof) ? (unsigned)RIGHT_OPERATE : right_of(act);

	if (x->account == NULL)
		return true;
	if (p == NULL || !api_has(x, wanted)) {
		api_who_refuse(x, wanted);
		return false;
	}
	if (p->own_call && i != NULL && !api_has(x, RIGHT_OPERATE) &&
	    !has_a_call(core_engine(x->c->core), i, x->account->person)) {
		http_answer_error(
			x->r, 403, "not-yours",
			"You were not called in this incident; a note is what you can give");
		return false;
	}
	if (!p->pin || x->pin_proved)
		return true;
	api_who_prove_pin(x, b->pin);
	return false;
}

/* The act's own parameters under the plan that they speak of; answers when one is wrong. */
static bool take_given(struct exchange *x, const struct act_body *b, const struct plan *plan,
		       struct input *in)
{
	struct err_info info = {0};
	enum err e = ERR_OK;

	for (size_t k = 0; k < b->given_count && e == ERR_OK; k++)
		e = act_args_read(&in->u.act.args, in->u.act.act, plan, in->now, b->given[k].key,
				  slice_of(b->given[k].value), &info);
	if (e == ERR_OK)
		e = act_args_check(&in->u.act.args, in->u.act.act, &info);
	if (e == ERR_OK)
		return true;
	http_answer_error(x->r, e == ERR_NOT_FOUND ? 404 : 400,
			  e == ERR_NOT_FOUND ? "not-found" : "malformed", "%s", info.text);
	return false;
}

unsigned api_acts_status(enum err e)
{
	switch ((int)e) {
	case ERR_NOT_FOUND:
		return 404;
	case ERR_DENIED:
		return 403;
	case ERR_SYNTAX:
		return 400;
	case ERR_WRONG_STATE:
	case ERR_DUPLICATE:
		return 409;
	default:
		return 503;
	}
}

void api_acts_answer(struct exchange *x, uint64_t incident, uint64_t seq)
{
	struct view_incident i;
	struct json_emit j;
	struct buf body;
	char folio[16];

	buf_init(&body, 1024);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_i64(&j, "incident", (int64_t)incident);
	json_kv_i64(&j, "seq", (int64_t)seq);
	if (incident != 0 && view_find_incident(core_engine(x->c->core), incident, &i)) {
		snprintf(folio, sizeof(folio), "%02u", i.folio);
		json_kv_str(&j, "folio", folio);
	}
	json_close_object(&j);
	api_answer_after_commit(x, &body);
}

/* The error's word tells a program what kind of refusal it is, `why` which rule said so. */
static void answer_refusal(struct exchange *x, enum err e, const char *sentence)
{
	const char *why = refusal_rule(slice_of(sentence));
	struct json_emit j;
	struct buf body;

	buf_init(&body, 4096);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "error", err_word(e));
	json_kv_str(&j, "text", sentence);
	if (why != NULL)
		json_kv_str(&j, "why", why);
	json_close_object(&j);
	http_answer(x->r, api_acts_status(e), "application/json", NULL, buf_slice(&body));
	buf_release(&body);
}

/* `incident` 0: an act of no incident, on the present plan. */
static void carry_act(struct exchange *x, uint64_t incident, const struct plan *plan, enum act act,
		      const struct act_body *b)
{
	struct input in = {.kind = INPUT_ACT, .now = clock_now(&x->c->clock)};
	struct err_info info = {0};
	uint64_t seq;
	enum err e;

	in.u.act.incident = incident;
	in.u.act.act = act;
	in.u.act.person = plan_find_person(plan, slice_of(b->as));
	in.u.act.recorded_by = b->recorded_by[0] != '\0'
				       ? plan_find_person(plan, slice_of(b->recorded_by))
				       : PLAN_NONE;
	in.u.act.proof = b->proof;
	in.u.act.note = b->note;
	if (in.u.act.person == PLAN_NONE ||
	    (b->recorded_by[0] != '\0' && in.u.act.recorded_by == PLAN_NONE)) {
		http_answer_error(x->r, 404, "not-found", "There is no person '%s' in the plan",
				  in.u.act.person == PLAN_NONE ? b->as : b->recorded_by);
		return;
	}
	if (!take_given(x, b, plan, &in))
		return;
	e = core_input(x->c->core, &in, &seq, &info);
	if (e != ERR_OK) {
		answer_refusal(x, e, info.text);
		collector_end_turn_soon(x->c);
		return;
	}
	/* A report has found its incident by now: the folio is what the caller is told. */
	api_acts_answer(x,
			act == ACT_REPORT ? view_incident_of_report(core_engine(x->c->core), seq)
					  : incident,
			seq);
}

static void post(struct exchange *x, struct slice name, enum act_place place,
		 const struct view_incident *i)
{
	struct act_body b;
	enum act act;

	if (!act_from_name(name, &act) || act_row(act)->place != place)
		http_answer_error(x->r, 404, "not-found", "There is no such act");
	else if (!may_ever(x, act))
		api_who_refuse(x, right_of(act));
	else if (core_stats(x->c->core).failing)
		api_answer_not_journalled(x->r);
	else if (read_act(x, &b) && may_act(x, act, i, &b))
		carry_act(x, i != NULL ? i->id : 0,
			  i != NULL ? i->plan : view_plan(core_engine(x->c->core)), act, &b);
}

void api_acts_post(struct exchange *x)
{
	struct view_incident i;

	if (api_find_incident(x, x->segments[1], &i))
		post(x, x->segments[2], ACT_PLACE_INCIDENT, &i);
	else
		http_answer_error(x->r, 404, "not-found", "There is no such incident in memory");
}

void api_acts_post_report(struct exchange *x)
{
	post(x, slice_of(act_row(ACT_REPORT)->name), ACT_PLACE_WORLD, NULL);
}

void api_acts_post_world(struct exchange *x)
{
	post(x, x->segments[1], ACT_PLACE_WORLD, NULL);
}
