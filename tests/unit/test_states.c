/* states - every state, kind, act and proof has its own published word, and the words are those which
 * journals, exports and the API have always held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "engine/input.h"
#include "engine/states.h"

static void assert_words(const char *const *expected, size_t n, const char *(*word)(unsigned))
{
	for (unsigned i = 0; i < n; i++) {
		assert_string_equal(word(i), expected[i]);
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(word(i), word(k));
	}
}

#define WORDS_OF(name, type)                                                                       \
	static const char *name##_of(unsigned i)                                                   \
	{                                                                                          \
		return name((type)i);                                                              \
	}
WORDS_OF(check_state_word, enum check_state)
WORDS_OF(component_state_word, enum component_state)
WORDS_OF(service_state_word, enum service_state)
WORDS_OF(incident_state_word, enum incident_state)
WORDS_OF(incident_kind_word, enum incident_kind)
WORDS_OF(past_state_word, enum past_state)
WORDS_OF(call_state_word, enum call_state)
WORDS_OF(call_kind_word, enum call_kind)
WORDS_OF(agent_cause_word, enum agent_cause)
WORDS_OF(act_word, enum act)
WORDS_OF(proof_word, enum proof)

static void checks_components_and_services_have_their_words(void **state)
{
	static const char *const checks[] = {"unknown", "ok", "warning", "critical", "blind"};
	static const char *const components[] = {"unknown",  "ok",    "warning",
						 "critical", "blind", "unreachable"};
	static const char *const services[] = {"unknown", "ok", "degraded", "blind", "down"};

	(void)state;
	assert_int_equal(COUNT_OF(checks), CHECK_STATE_COUNT);
	assert_words(checks, COUNT_OF(checks), check_state_word_of);
	assert_int_equal(COUNT_OF(components), COMPONENT_STATE_COUNT);
	assert_words(components, COUNT_OF(components), component_state_word_of);
	assert_int_equal(COUNT_OF(services), SERVICE_STATE_COUNT);
	assert_words(services, COUNT_OF(services), service_state_word_of);
}

static void incidents_have_the_words_of_the_continuity_plan(void **state)
{
	static const char *const states[] = {
		"suspect",  "confirmed", "activation-asked", "authorised", "declared",
		"declined", "restored",  "resumed",          "closed",     "false-alarm"};
	static const char *const past[] = {"cleared", "suspect", "critical", "over", "placed"};
	static const char *const kinds[] = {"down", "blind", "catch-all", "reported", "past"};

	(void)state;
	assert_int_equal(COUNT_OF(states), INCIDENT_STATE_COUNT);
	assert_words(states, COUNT_OF(states), incident_state_word_of);
	assert_int_equal(COUNT_OF(kinds), INCIDENT_KIND_COUNT);
	assert_words(kinds, COUNT_OF(kinds), incident_kind_word_of);
	assert_int_equal(COUNT_OF(past), PAST_STATE_COUNT);
	assert_words(past, COUNT_OF(past), past_state_word_of);
}

static void calls_and_their_kinds_have_their_words(void **state)
{
	static const char *const states[] = {"pending",    "sent",         "unknown",
					     "received",   "acknowledged", "expired",
					     "unanswered", "failed",       "stopped"};
	static const char *const kinds[] = {
		"down",         "blind",        "flapping",  "update",       "mark",
		"ask",          "rto-breached", "up",        "not-observed", "false-alarm",
		"closed",       "drill-over",   "hand-over", "reported",     "report-complete",
		"due",          "system",       "no-drill",  "order",        "silence-ending",
		"silence-ended"};

	(void)state;
	assert_int_equal(COUNT_OF(states), CALL_STATE_COUNT);
	assert_words(states, COUNT_OF(states), call_state_word_of);
	assert_int_equal(COUNT_OF(kinds), CALL_KIND_COUNT);
	assert_words(kinds, COUNT_OF(kinds), call_kind_word_of);
}

static void causes_have_their_words(void **state)
{
	static const char *const causes[] = {"none",    "unknown",       "link-cut", "agent-dead",
					     "partial", "far-side-down", "one-way"};

	(void)state;
	assert_int_equal(COUNT_OF(causes), AGENT_CAUSE_COUNT);
	assert_words(causes, COUNT_OF(causes), agent_cause_word_of);
}

static void decisions_have_their_words(void **state)
{
	static const char *const gates[] = {"none", "shut", "held", "open"};
	static const char *const whys[] = {"person", "silence", "time"};
	static const char *const ratifications[] = {"none", "pending", "ratified", "refused",
						    "void"};
	static const char *const deeds[] = {"plain", "unconfirmed", "overdue", "confirmed",
					    "disputed"};
	static const char *const tasks[] = {"open", "done", "yes", "no", "skip"};

	(void)state;
	assert_int_equal(COUNT_OF(gates), GATE_STATE_COUNT);
	assert_int_equal(COUNT_OF(whys), GATE_WHY_COUNT);
	assert_int_equal(COUNT_OF(ratifications), RATIFICATION_STATE_COUNT);
	assert_int_equal(COUNT_OF(deeds), DEED_STATE_COUNT);
	assert_int_equal(COUNT_OF(tasks), TASK_STATE_COUNT);
	for (int k = 0; k < GATE_STATE_COUNT; k++)
		assert_string_equal(gate_state_word((enum gate_state)k), gates[k]);
	for (int k = 0; k < GATE_WHY_COUNT; k++)
		assert_string_equal(gate_why_word((enum gate_why)k), whys[k]);
	for (int k = 0; k < RATIFICATION_STATE_COUNT; k++)
		assert_string_equal(ratification_state_word((enum ratification_state)k),
				    ratifications[k]);
	for (int k = 0; k < DEED_STATE_COUNT; k++)
		assert_string_equal(deed_state_word((enum deed_state)k), deeds[k]);
	for (int k = 0; k < TASK_STATE_COUNT; k++)
		assert_string_equal(task_state_word((enum task_state)k), tasks[k]);
}

static void proofs_have_their_words(void **state)
{
	static const char *const proofs[] = {"operator-token", "link",  "pin",
					     "session",        "voice", "paper"};
	enum proof proof;

	(void)state;
	assert_int_equal(COUNT_OF(proofs), PROOF_COUNT);
	assert_words(proofs, COUNT_OF(proofs), proof_word_of);
	for (unsigned p = 0; p < PROOF_COUNT; p++) {
		assert_true(proof_from_word(slice_of(proofs[p]), &proof));
		assert_int_equal(proof, p);
	}
	assert_false(proof_from_word(SLICE_LIT("papel"), &proof));
}

static void the_word_of_an_event_leads_back_to_its_kind(void **state)
{
	(void)state;
	for (unsigned k = 0; k < EVENT_KIND_COUNT; k++) {
		const char *word = event_kind_word((enum event_kind)k);

		assert_int_equal(event_kind_from_word(slice_of(word)), k);
		assert_non_null(strchr(word, '.'));
	}
	assert_int_equal(event_kind_from_word(SLICE_LIT("call.inten")), EVENT_KIND_COUNT);
	assert_int_equal(event_kind_from_word(SLICE_LIT("")), EVENT_KIND_COUNT);
}

static void a_word_can_stand_in_a_file_name_and_in_json(void **state)
{
	static const struct {
		const char *(*word)(unsigned);
		unsigned n;
	} lists[] = {{check_state_word_of, CHECK_STATE_COUNT},
		     {component_state_word_of, COMPONENT_STATE_COUNT},
		     {service_state_word_of, SERVICE_STATE_COUNT},
		     {incident_state_word_of, INCIDENT_STATE_COUNT},
		     {incident_kind_word_of, INCIDENT_KIND_COUNT},
		     {past_state_word_of, PAST_STATE_COUNT},
		     {call_state_word_of, CALL_STATE_COUNT},
		     {call_kind_word_of, CALL_KIND_COUNT},
		     {agent_cause_word_of, AGENT_CAUSE_COUNT},
		     {act_word_of, ACT_COUNT},
		     {proof_word_of, PROOF_COUNT}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		for (unsigned k = 0; k < lists[i].n; k++) {
			const char *word = lists[i].word(k);

			assert_true(strlen(word) >= 2);
			assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz-"), strlen(word));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_components_and_services_have_their_words),
		cmocka_unit_test(incidents_have_the_words_of_the_continuity_plan),
		cmocka_unit_test(calls_and_their_kinds_have_their_words),
		cmocka_unit_test(causes_have_their_words),
		cmocka_unit_test(proofs_have_their_words),
		cmocka_unit_test(decisions_have_their_words),
		cmocka_unit_test(the_word_of_an_event_leads_back_to_its_kind),
		cmocka_unit_test(a_word_can_stand_in_a_file_name_and_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
