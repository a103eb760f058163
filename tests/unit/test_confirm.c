/* confirm - what another wrote down: who may write what, who confirms or disputes it, and what a dispute undoes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/decisions.h"

static struct incident *newest(const struct engine_world *w)
{
	return w->engine->incidents[w->engine->incident_count - 1];
}

static enum deed_state state_of(const struct engine_world *w, uint64_t seq)
{
	const struct incident *i = newest(w);

	for (size_t k = 0; k < i->deed_count; k++) {
		if (i->deeds[k].seq == seq)
			return i->deeds[k].state;
	}
	fail_msg("entry %llu is not kept", (unsigned long long)seq);
	return DEED_PLAIN;
}

static enum err on_entry(struct engine_world *w, const char *person, enum act act, uint64_t entry,
			 const char *note)
{
	char kv[48];

	snprintf(kv, sizeof(kv), "entry=%llu", (unsigned long long)entry);
	return decisions_act(w, person, act, NULL, PROOF_OPERATOR_TOKEN, note, kv, NULL);
}

static enum err spoken(struct engine_world *w, const char *person, enum act act, const char *by,
		       const char *note)
{
	return decisions_act(w, person, act, by, PROOF_VOICE, note, NULL);
}

static void asked(struct engine_world *w)
{
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	ACT_OK(w, "ceci", CONVENE, "");
	world_until(w, 10000);
}

static void what_needs_a_second_person(void **state)
{
	static const struct {
		enum act act;
		const char *person, *by;
		enum proof proof;
		enum deed_state then;
	} cases[] = {
		{ACT_AUTHORIZE, "elsa", NULL, PROOF_OPERATOR_TOKEN, DEED_PLAIN},
		{ACT_AUTHORIZE, "elsa", "elsa", PROOF_SESSION, DEED_PLAIN},
		{ACT_AUTHORIZE, "elsa", "ana", PROOF_VOICE, DEED_UNCONFIRMED},
		{ACT_AUTHORIZE, "elsa", "ana", PROOF_PAPER, DEED_UNCONFIRMED},
		{ACT_AUTHORIZE, "elsa", "ana", PROOF_OPERATOR_TOKEN, DEED_UNCONFIRMED},
		{ACT_NOTE, "elsa", "ana", PROOF_VOICE, DEED_PLAIN},
		{ACT_CONVENE, "ceci", "ana", PROOF_VOICE, DEED_PLAIN},
		{ACT_DECLINE, "gina", "ana", PROOF_VOICE, DEED_UNCONFIRMED},
		{ACT_FALSE_ALARM, "ceci", "ana", PROOF_OPERATOR_TOKEN, DEED_PLAIN},
		{ACT_FALSE_ALARM, "ceci", "ana", PROOF_VOICE, DEED_UNCONFIRMED},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		void *world;
		struct engine_world *w;

		decisions_setup(&world);
		w = world;
		world_set(w, "web:p", NULL, HEALTH_CRITICAL);
		world_until(w, 5000);
		assert_int_equal(decisions_act(w, cases[c].person, cases[c].act, cases[c].by,
					       cases[c].proof, "porque", NULL),
				 ERR_OK);
		if (state_of(w, newest(w)->deeds[0].seq) != cases[c].then)
			fail_msg("case %zu", c);
		world_close(w);
	}
}

static void hands(void **state)
{
	struct engine_world *w = *state;

	asked(w);
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, NULL, ""), ERR_SYNTAX);
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, "elsa", ""), ERR_SYNTAX);
	assert_int_equal(spoken(w, "elsa", ACT_ENTERADO, NULL, ""), ERR_SYNTAX);
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, "kike", ""), ERR_DENIED);
	assert_string_equal(w->refusal.text,
			    "only who holds a seat of the plan writes down decisions");
	world_expect(w, "act.refused act=authorize recorded_by=kike proof=voice");
	assert_int_equal(spoken(w, "elsa", ACT_ENTERADO, "kike", ""),
			 ERR_OK); /* an answer is safe */
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, "gina", ""), ERR_OK);
	ACT_REFUSED(w, "who authorises does not write down the word of another", "gina", AUTHORIZE,
		    "");
	ACT_OK(w, "hugo", AUTHORIZE, "");
	assert_int_equal(spoken(w, "ceci", ACT_DECLARE, "hugo", ""), ERR_DENIED);
	assert_int_equal(spoken(w, "ceci", ACT_DECLARE, "gina", ""), ERR_OK);
}

static void who_confirms(void **state)
{
	struct engine_world *w = *state;
	uint64_t seq;

	asked(w);
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, "ana", ""), ERR_OK);
	seq = decisions_entry(w, EVENT_ACT_AUTHORIZE);
	assert_int_equal(on_entry(w, "ana", ACT_CONFIRM, seq, ""), ERR_DENIED);
	assert_string_equal(w->refusal.text, "who wrote it down cannot confirm it");
	assert_int_equal(on_entry(w, "kike", ACT_CONFIRM, seq, ""), ERR_DENIED);
	assert_int_equal(on_entry(w, "beto", ACT_CONFIRM, seq - 1, ""), ERR_NOT_FOUND);
	assert_int_equal(on_entry(w, "beto", ACT_CONFIRM, seq + 9999, ""), ERR_NOT_FOUND);
	assert_int_equal(state_of(w, seq), DEED_UNCONFIRMED);
	assert_int_equal(on_entry(w, "beto", ACT_CONFIRM, seq, ""), ERR_OK);
	assert_int_equal(state_of(w, seq), DEED_CONFIRMED);
	assert_int_equal(on_entry(w, "ivan", ACT_CONFIRM, seq, ""), ERR_DUPLICATE);
	assert_int_equal(confirm_deadline(w->engine).us, WALL_NEVER.us);
	/* Whoever it is ascribed to has the last word, until they have confirmed it themselves. */
	assert_int_equal(on_entry(w, "elsa", ACT_DISPUTE, seq, "no fui yo"), ERR_OK);
	assert_int_equal(newest(w)->authoriser_count, 0);
	assert_int_equal(on_entry(w, "elsa", ACT_CONFIRM, seq, ""), ERR_WRONG_STATE);
	assert_int_equal(spoken(w, "gina", ACT_AUTHORIZE, "ana", ""), ERR_OK);
	seq = decisions_entry(w, EVENT_ACT_AUTHORIZE);
	assert_int_equal(on_entry(w, "gina", ACT_CONFIRM, seq, ""), ERR_OK);
	assert_int_equal(on_entry(w, "ana", ACT_DISPUTE, seq, "error"), ERR_WRONG_STATE);
	assert_string_equal(w->refusal.text, "who did it has confirmed it");
}

static void a_second_hand_does_not_confirm(void **state)
{
	struct engine_world *w = *state;
	char kv[48];

	asked(w);
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, "ana", ""), ERR_OK);
	snprintf(kv, sizeof(kv), "entry=%llu",
		 (unsigned long long)decisions_entry(w, EVENT_ACT_AUTHORIZE));
	assert_int_equal(decisions_act(w, "beto", ACT_CONFIRM, "ana", PROOF_VOICE, "", kv, NULL),
			 ERR_DENIED);
	assert_string_equal(w->refusal.text, "a confirmation is given by oneself");
	assert_int_equal(
		decisions_act(w, "beto", ACT_CONFIRM, "ana", PROOF_OPERATOR_TOKEN, "", kv, NULL),
		ERR_DENIED);
	assert_int_equal(decisions_act(w, "elsa", ACT_DISPUTE, "ana", PROOF_VOICE, "no", kv, NULL),
			 ERR_DENIED);
	assert_int_equal(decisions_act(w, "elsa", ACT_DISPUTE, "beto", PROOF_VOICE, "no", kv, NULL),
			 ERR_OK); /* by telephone, through somebody else */
}

static void its_time_is_a_deadline(void **state)
{
	struct engine_world *w = *state;
	uint64_t seq;

	asked(w);
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, "ana", ""), ERR_OK);
	seq = decisions_entry(w, EVENT_ACT_AUTHORIZE);
	assert_int_equal(world_ms(confirm_deadline(w->engine)), 610000);
	assert_true(confirm_is_awaited(newest(w)));
	world_restart(w);
	world_until(w, 611000);
	assert_int_equal(state_of(w, seq), DEED_OVERDUE);
	world_expect(w, "confirmation.overdue due=@610");
	assert_false(confirm_is_awaited(newest(w)));
	assert_int_equal(on_entry(w, "beto", ACT_CONFIRM, seq, ""), ERR_OK); /* late, but well */
	assert_int_equal(state_of(w, seq), DEED_CONFIRMED);
}

static void a_closed_incident_waits_for_it(void **state)
{
	struct engine_world *w = *state;
	uint64_t id;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	id = newest(w)->id;
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 10000);
	assert_int_equal(spoken(w, "ceci", ACT_CLOSE, "ana", ""), ERR_OK);
	world_until(w, 200000); /* the cool-down is over */
	world_set(w, "correo:p", NULL, HEALTH_CRITICAL);
	world_until(w, 205000);
	assert_non_null(incident_find(w->engine, id));
	world_set(w, "correo:p", NULL, HEALTH_OK);
	world_until(w, 700000);
	world_expect(w, "confirmation.overdue");
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 705000);
	assert_null(incident_find(w->engine, id));
}

static void a_disputed_decline_is_none(void **state)
{
	struct engine_world *w = *state;

	asked(w);
	assert_int_equal(spoken(w, "gina", ACT_DECLINE, "ana", "innecesario"), ERR_OK);
	assert_int_equal(newest(w)->state, INCIDENT_DECLINED);
	assert_int_equal(on_entry(w, "gina", ACT_DISPUTE, decisions_entry(w, EVENT_ACT_DECLINE),
				  "no fui yo"),
			 ERR_OK);
	assert_int_equal(newest(w)->state, INCIDENT_ACTIVATION_ASKED);
}

static void a_disputed_refusal_to_ratify_is_none(void **state)
{
	struct engine_world *w = *state;

	decisions_silence(w);
	ACT_OK(w, "ceci", DECLARE, "");
	assert_int_equal(spoken(w, "gina", ACT_DECLINE, "ana", "innecesario"), ERR_OK);
	assert_int_equal(newest(w)->state, INCIDENT_DECLINED);
	assert_int_equal(on_entry(w, "gina", ACT_DISPUTE, decisions_entry(w, EVENT_ACT_DECLINE),
				  "no fui yo"),
			 ERR_OK);
	assert_int_equal(newest(w)->state, INCIDENT_DECLARED);
	assert_true(ratify_is_pending(newest(w)));
}

static void a_disputed_ratification_is_asked_again(void **state)
{
	struct engine_world *w = *state;

	decisions_silence(w);
	ACT_OK(w, "ceci", DECLARE, "");
	ACT_OK(w, "elsa", RATIFY, "");
	assert_int_equal(spoken(w, "gina", ACT_RATIFY, "ana", ""), ERR_OK);
	assert_false(ratify_is_pending(newest(w)));
	assert_int_equal(
		on_entry(w, "ana", ACT_DISPUTE, decisions_entry(w, EVENT_ACT_RATIFY), "era otra"),
		ERR_OK);
	assert_true(ratify_is_pending(newest(w)));
	ACT_OK(w, "hugo", RATIFY, ""); /* elsa's word stands */
	assert_false(ratify_is_pending(newest(w)));
}

static void a_disputed_resumption_is_none(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 10000);
	assert_int_equal(spoken(w, "ceci", ACT_RESUME, "ana", ""), ERR_OK);
	world_until(w, 12000);
	assert_int_equal(newest(w)->state, INCIDENT_RESUMED);
	assert_int_equal(
		on_entry(w, "ceci", ACT_DISPUTE, decisions_entry(w, EVENT_ACT_RESUME), "no"),
		ERR_OK);
	assert_int_equal(newest(w)->state, INCIDENT_RESTORED);
	assert_false(wall_is_known(newest(w)->resumed));
}

static void notes_do_not_fill_the_memory(void **state)
{
	struct engine_world *w = *state;

	asked(w);
	for (int k = 0; k < DEEDS_MAX + 20; k++)
		ACT_OK(w, "ana", NOTE, "ñ");
	assert_int_equal(newest(w)->deed_count, DEEDS_MAX);
	assert_int_equal(spoken(w, "elsa", ACT_AUTHORIZE, "ana", ""), ERR_OK);
	assert_int_equal(newest(w)->deed_count, DEEDS_MAX + 1); /* a decision always */
}

static void a_note_is_cut_between_letters(void **state)
{
	struct engine_world *w = *state;
	char note[400];

	asked(w);
	memset(note, 0, sizeof(note));
	note[0] = 'x';
	for (size_t k = 1; k + 2 < sizeof(note); k += 2)
		memcpy(note + k, "ñ", 2);
	ACT_OK(w, "ana", NOTE, note);
	assert_int_equal(strlen(newest(w)->deeds[newest(w)->deed_count - 1].note) % 2, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, decisions_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_needs_a_second_person),
		T(hands),
		T(who_confirms),
		T(a_second_hand_does_not_confirm),
		T(its_time_is_a_deadline),
		T(a_closed_incident_waits_for_it),
		T(a_disputed_decline_is_none),
		T(a_disputed_refusal_to_ratify_is_none),
		T(a_disputed_ratification_is_asked_again),
		T(a_disputed_resumption_is_none),
		T(notes_do_not_fill_the_memory),
		T(a_note_is_cut_between_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
