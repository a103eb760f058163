/* Acts of people on incidents. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "collector/api_impl.h"

enum { NOTE_MAX = 480, GIVEN_MAX = 16, GIVEN_BYTES_MAX = 128 };

struct act_body {
	char as[64], recorded_by[64], note[NOTE_MAX];
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

/* With an operator's token one acts oneself, or writes down what another said or signed. */
static bool is_taken(enum proof p)
{
	return p == PROOF_OPERATOR_TOKEN || p == PROOF_VOICE || p == PROOF_PAPER;
}

static bool read_act(struct exchange *x, struct act_body *ret)
{
	struct json_pull in = json_pull_from(http_body(x->r));
	char proof[32] = "operator-token";
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
			json_read_str(&in, proof, sizeof(proof));
		else
			read_given(&in, key, ret);
	}
	json_end(&in);
	if (in.error != NULL)
		http_answer_error(x->r, 400, "malformed", "Byte %zu: %s", in.offset, in.error);
	else if (ret->as[0] == '\0')
		http_answer_error(x->r, 400, "malformed", "'as' is missing: the person who acts");
	else if (!proof_from_word(slice_of(proof), &ret->proof) || !is_taken(ret->proof))
		http_answer_error(x->r, 400, "malformed",
				  "proof: operator-token, or what you write down for another: "
				  "voice, paper");
	else if (ret->proof != PROOF_OPERATOR_TOKEN && ret->recorded_by[0] == '\0')
		http_answer_error(x->r, 400, "malformed",
				  "'recorded_by' is missing: who heard it or holds the paper");
	else
		return true;
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
		http_answer_error(x->r, api_acts_status(e), err_word(e), "%s", info.text);
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
	else if (core_stats(x->c->core).failing)
		api_answer_not_journalled(x->r);
	else if (read_act(x, &b))
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
