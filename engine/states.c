#include "engine/states.h"

#include <assert.h>

#include "base/attr.h"
#include "engine/effect.h"
#include "engine/input.h"

#define X(sym, word) word,
static const char *const check_words[] = {CHECK_STATES(X)};
static const char *const component_words[] = {COMPONENT_STATES(X)};
static const char *const service_words[] = {SERVICE_STATES(X)};
static const char *const incident_words[] = {INCIDENT_STATES(X)};
static const char *const incident_kind_words[] = {INCIDENT_KINDS(X)};
static const char *const past_words[] = {PAST_STATES(X)};
static const char *const call_words[] = {CALL_STATES(X)};
static const char *const call_kind_words[] = {CALL_KINDS(X)};
static const char *const cut_words[] = {CUT_STATES(X)};
static const char *const rpo_words[] = {RPO_STATES(X)};
static const char *const agent_cause_words[] = {AGENT_CAUSES(X)};
static const char *const gate_words[] = {GATE_STATES(X)};
static const char *const gate_why_words[] = {GATE_WHYS(X)};
static const char *const ratification_words[] = {RATIFICATION_STATES(X)};
static const char *const deed_words[] = {DEED_STATES(X)};
static const char *const task_words[] = {TASK_STATES(X)};
#undef X
static const char *const proof_words[] = {"operator-token", "link",  "pin",
					  "session",        "voice", "paper"};
_Static_assert(COUNT_OF(proof_words) == PROOF_COUNT, "a word per proof");

const char *check_state_word(enum check_state s)
{
	assert((unsigned)s < CHECK_STATE_COUNT);
	return check_words[s];
}

const char *component_state_word(enum component_state s)
{
	assert((unsigned)s < COMPONENT_STATE_COUNT);
	return component_words[s];
}

const char *service_state_word(enum service_state s)
{
	assert((unsigned)s < SERVICE_STATE_COUNT);
	return service_words[s];
}

const char *incident_state_word(enum incident_state s)
{
	assert((unsigned)s < INCIDENT_STATE_COUNT);
	return incident_words[s];
}

const char *incident_kind_word(enum incident_kind k)
{
	assert((unsigned)k < INCIDENT_KIND_COUNT);
	return incident_kind_words[k];
}

const char *agent_cause_word(enum agent_cause c)
{
	assert((unsigned)c < AGENT_CAUSE_COUNT);
	return agent_cause_words[c];
}

const char *past_state_word(enum past_state s)
{
	assert((unsigned)s < PAST_STATE_COUNT);
	return past_words[s];
}

const char *gate_state_word(enum gate_state s)
{
	assert((unsigned)s < GATE_STATE_COUNT);
	return gate_words[s];
}

const char *gate_why_word(enum gate_why w)
{
	assert((unsigned)w < GATE_WHY_COUNT);
	return gate_why_words[w];
}

const char *ratification_state_word(enum ratification_state s)
{
	assert((unsigned)s < RATIFICATION_STATE_COUNT);
	return ratification_words[s];
}

const char *deed_state_word(enum deed_state s)
{
	assert((unsigned)s < DEED_STATE_COUNT);
	return deed_words[s];
}

const char *task_state_word(enum task_state s)
{
	assert((unsigned)s < TASK_STATE_COUNT);
	return task_words[s];
}

const char *cut_state_word(enum cut_state s)
{
	assert((unsigned)s < CUT_STATE_COUNT);
	return cut_words[s];
}

const char *rpo_state_word(enum rpo_state s)
{
	assert((unsigned)s < RPO_STATE_COUNT);
	return rpo_words[s];
}

const char *call_state_word(enum call_state s)
{
	assert((unsigned)s < CALL_STATE_COUNT);
	return call_words[s];
}

const char *call_kind_word(enum call_kind k)
{
	assert((unsigned)k < CALL_KIND_COUNT);
	return call_kind_words[k];
}

const char *proof_word(enum proof p)
{
	assert((unsigned)p < PROOF_COUNT);
	return proof_words[p];
}

bool proof_from_word(struct slice word, enum proof *ret)
{
	for (unsigned p = 0; p < PROOF_COUNT; p++) {
		if (slice_is(word, proof_words[p])) {
			*ret = (enum proof)p;
			return true;
		}
	}
	return false;
}
