/* brief - the facts of a decision: clock with its uncertainty, forecast, what was done, who answered, by which clause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/brief.h"
#include "tests/support/decisions.h"

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_new();
	return decisions_setup(state);
}

static int tear_down(void **state)
{
	arena_free(arena);
	return world_teardown(state);
}

static struct brief brief_at(const struct engine_world *w, size_t index)
{
	struct brief b;

	assert_true(brief_of(w->engine, world_incident(w, index).id, w->now, arena, &b));
	return b;
}

static struct brief brief(const struct engine_world *w)
{
	struct brief b;

	assert_true(brief_of(w->engine, world_incident(w, view_incident_count(w->engine) - 1).id,
			     w->now, arena, &b));
	return b;
}

static const struct brief_person *person(const struct brief *b, const char *id)
{
	for (size_t k = 0; k < b->person_count; k++) {
		if (strcmp(b->plan->people[b->people[k].person].id, id) == 0)
			return &b->people[k];
	}
	return NULL;
}

/* ... who must be there. */
static const struct brief_person *known(const struct brief *b, const char *id)
{
	const struct brief_person *p = person(b, id);

	if (p == NULL) {
		fail_msg("nobody is %s", id);
		abort();
	}
	return p;
}

static void the_clock_and_what_comes(void **state)
{
	struct engine_world *w = *state;
	struct brief b;

	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	assert_int_equal(brief_at(w, 0).services[0].failing, 1);
	assert_int_equal(brief_at(w, 0).services[0].recovered, 0); /* web never failed */
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 20000);
	b = brief_at(w, 0);
	assert_int_equal(b.service_count, 1); /* consulta: portal has a root of its own */
	assert_true(b.services[0].running);
	assert_int_equal(world_ms(b.services[0].began), 1000);
	assert_int_equal(world_ms(b.services[0].not_before),
			 INT64_MIN); /* nothing was good before */
	assert_int_equal(b.services[0].elapsed_us, 19 * US_PER_S);
	assert_int_equal(b.services[0].left_us, 281 * US_PER_S);
	assert_int_equal(world_ms(b.services[0].breach_at), 301000);
	assert_int_equal(b.services[0].checks, 2);
	assert_int_equal(b.services[0].failing, 2);
	assert_int_equal(b.services[0].recovered, 0);
	assert_int_equal(world_ms(b.services[0].next_at), 31000);
	assert_int_equal(b.services[0].next_pct, 10);
	assert_int_equal(b.urgent, 0);
	world_set(w, "db:p", NULL, HEALTH_OK);
	world_until(w, 25000);
	b = brief_at(w, 0);
	assert_int_equal(b.services[0].failing, 1);
	assert_int_equal(b.services[0].recovered, 1);
	world_until(w, 310000);
	b = brief_at(w, 0);
	assert_int_equal(b.services[0].left_us, -9 * US_PER_S);
	assert_true(b.services[0].breached);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 320000);
	b = brief_at(w, 0);
	assert_int_equal(b.urgent, PLAN_NONE);
	assert_int_equal(world_ms(b.services[0].restored), 311000);
	assert_int_equal(b.services[0].elapsed_us, 310 * US_PER_S); /* it stands */
	assert_int_equal(b.services[0].next_at.us, WALL_NEVER.us);
}

static void the_clause_and_the_gate(void **state)
{
	struct engine_world *w = *state;
	struct brief b;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	b = brief(w);
	assert_string_equal(b.plan->policies[b.clause.policy].id, "critica");
	assert_int_equal(b.clause.step, 2);
	assert_string_equal(b.plan->procedures[b.clause.procedure].id, "drp");
	assert_int_equal(world_ms(b.clause.mark), 121000);
	assert_int_equal(world_ms(b.clause.latest), 241000);
	assert_int_equal(b.clause.window_us, 30 * US_PER_S);
	assert_int_equal(b.gate, GATE_SHUT);
	assert_int_equal(world_ms(b.gate_until), 121000);
	ACT_OK(w, "ceci", WAIT, "");
	b = brief(w);
	assert_int_equal(b.gate, GATE_HELD);
	assert_int_equal(world_ms(b.gate_until), 181000);
	ACT_OK(w, "ceci", CONVENE, "");
	b = brief(w);
	assert_int_equal(b.gate, GATE_OPEN);
	assert_int_equal(b.gate_why, GATE_WHY_PERSON);
	assert_int_equal(b.clause.step, 2); /* the clause by which it was asked */
	assert_int_equal(b.quorum, 2);
}

static void who_answered(void **state)
{
	struct engine_world *w = *state;
	struct brief b;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	ACT_OK(w, "ana", ATIENDO, "");
	world_until(w, 20000);
	b = brief(w);
	assert_int_equal(b.person_count, 1);
	assert_true(known(&b, "ana")->answered);
	assert_int_equal(known(&b, "ana")->act, ACT_ATIENDO);
	assert_int_equal(world_ms(known(&b, "ana")->at), 4000);
	world_until(w, 31000);
	ACT_OK(w, "ceci", NO_PUEDO, "");
	world_until(w, 35000);
	b = brief(w);
	assert_false(known(&b, "ana")->answered); /* her answer ended with the mark */
	assert_false(known(&b, "ceci")->answered);
	assert_true(known(&b, "ceci")->passed);
	assert_int_equal(known(&b, "dario")->calls, 1);
	assert_int_equal(known(&b, "dario")->level, 2);
	assert_false(known(&b, "dario")->answered);
	assert_null(person(&b, "elsa"));
}

static void what_was_done_and_what_is_irregular(void **state)
{
	struct engine_world *w = *state;
	struct brief b;

	decisions_silence(w);
	assert_int_equal(brief(w).irregular, 0);
	ACT_OK(w, "ana", NOTE, "reinicié el equipo");
	assert_int_equal(decisions_act(w, "ceci", ACT_DECLARE, "ana", PROOF_VOICE, "", NULL),
			 ERR_OK);
	b = brief(w);
	assert_int_equal(b.deed_count, 3); /* convene, note, declare */
	assert_int_equal(b.deeds[1].act, ACT_NOTE);
	assert_string_equal(b.deeds[1].note, "reinicié el equipo");
	assert_int_equal(b.deeds[2].state, DEED_UNCONFIRMED);
	assert_int_equal(b.unconfirmed, 1);
	assert_int_equal(b.irregular, IRREGULAR_RATIFICATION);
	assert_int_equal(world_ms(b.ratification_due), 1870000);
	assert_string_equal(b.plan->people[b.declared_by].id, "ceci");
	assert_int_equal(b.checklist_count, 2);
	assert_int_equal(b.checklists[0].task_count, 6);
	assert_int_equal(b.checklists[0].next, 0);
	assert_string_equal(b.plan->seats[b.checklists[0].tasks[0].seat].id, "mesa");
	assert_int_equal(b.checklists[0].tasks[5].seat, PLAN_NONE); /* "CAT" */
	world_until(w, 2000000);
	b = brief(w);
	assert_int_equal(b.irregular, IRREGULAR_RATIFICATION | IRREGULAR_RATIFICATION_OVERDUE |
					      IRREGULAR_UNCONFIRMED);
	ACT_OK(w, "elsa", DECLINE, "no");
	assert_int_equal(brief(w).irregular &
				 (IRREGULAR_RATIFICATION | IRREGULAR_RATIFICATION_REFUSED),
			 IRREGULAR_RATIFICATION_REFUSED);
}

static void words_and_what_is_gone(void **state)
{
	struct engine_world *w = *state;
	struct brief b;

	assert_false(brief_of(w->engine, 4711, w->now, arena, &b));
	assert_string_equal(brief_irregular_word(0), "ratification-pending");
	assert_string_equal(brief_irregular_word(4), "act-disputed");
	assert_null(brief_irregular_word(5));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_clock_and_what_comes),
		T(the_clause_and_the_gate),
		T(who_answered),
		T(what_was_done_and_what_is_irregular),
		T(words_and_what_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
