/* may - who may act now and what stands against the others: as the acts themselves would be answered, and nothing is recorded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "engine/may.h"
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

static uint32_t person_of(const struct engine_world *w, const char *id)
{
	struct view_incident i = world_incident(w, view_incident_count(w->engine) - 1);

	return plan_find_person(i.plan, slice_of(id));
}

static struct may may_by(const struct engine_world *w, const char *person, const char *hand)
{
	struct may m;

	assert_true(may_of(w->engine, world_incident(w, view_incident_count(w->engine) - 1).id,
			   w->now, person != NULL ? person_of(w, person) : PLAN_NONE,
			   hand != NULL ? person_of(w, hand) : PLAN_NONE, true, arena, &m));
	return m;
}

static const struct may_act *find(const struct may *m, enum act act, int64_t n)
{
	for (size_t k = 0; k < m->act_count; k++) {
		if (m->acts[k].act == act && (n == 0 || m->acts[k].n == n))
			return &m->acts[k];
	}
	fail_msg("act %s is not asked for", act_row(act)->name);
	abort();
}

/* So often is it asked for. */
static size_t count(const struct may *m, enum act act, int64_t n)
{
	size_t found = 0;

	for (size_t k = 0; k < m->act_count; k++)
		found += m->acts[k].act == act && (n == 0 || m->acts[k].n == n);
	return found;
}

static const char *why(const struct engine_world *w, const char *person, enum act act)
{
	struct may m = may_by(w, person, NULL);
	const struct may_act *a = find(&m, act, 0);

	return a->err == ERR_OK ? "may" : a->why;
}

/* "ceci dario", in the plan's order; "-" behind whom something stands against. */
static const char *people(const struct engine_world *w, enum act act)
{
	static char text[256];
	struct may m = may_by(w, NULL, NULL);
	const struct may_act *a = find(&m, act, 0);
	size_t n = 0;

	text[0] = '\0';
	if (a->anybody)
		return "anybody";
	for (size_t k = 0; k < a->person_count; k++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s", k > 0 ? " " : "",
				      m.plan->people[a->people[k].person].id,
				      a->people[k].why != NULL ? "-" : "");
	return text;
}

static void who_may_and_who_may_not(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_string_equal(why(w, "ceci", ACT_CONVENE), "may");
	assert_string_equal(why(w, "ana", ACT_CONVENE),
			    "only the coordinator (level 2) convenes or waits");
	assert_string_equal(why(w, "elsa", ACT_AUTHORIZE), "may");
	assert_string_equal(why(w, "ceci", ACT_DECLARE), "level 1 has not authorised it");
	assert_string_equal(why(w, "elsa", ACT_DECLARE), "only the coordinator (level 2) declares");
	assert_string_equal(why(w, "ivan", ACT_ENTERADO), "may");
	assert_string_equal(people(w, ACT_CONVENE), "ceci dario");
	assert_string_equal(people(w, ACT_AUTHORIZE), "elsa fabi gina hugo");
	assert_string_equal(people(w, ACT_DECLARE), "ceci- dario-");
	assert_string_equal(people(w, ACT_CLOSE), "anybody"); /* not yet, but whoever it is */
}

static void it_follows_what_was_decided(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	ACT_OK(w, "ceci", CONVENE, "");
	assert_string_equal(why(w, "dario", ACT_CONVENE), "level 1 has been convened already");
	ACT_OK(w, "elsa", AUTHORIZE, "");
	assert_string_equal(people(w, ACT_AUTHORIZE), "elsa- fabi gina hugo");
	ACT_OK(w, "gina", AUTHORIZE, "");
	assert_string_equal(people(w, ACT_DECLARE), "ceci dario");
	assert_string_equal(why(w, "ceci", ACT_RATIFY), "only a seat of level 1 ratifies");
}

/* Each answer that was foretold is the one that is given. */
static void what_is_foretold_is_what_is_answered(void **state)
{
	static const char *const everybody[] = {"ana",  "beto", "ceci", "dario", "elsa",
						"fabi", "gina", "hugo", "ivan"};
	static const enum act acts[] = {ACT_CONVENE, ACT_WAIT,    ACT_AUTHORIZE, ACT_DECLARE,
					ACT_RATIFY,  ACT_DECLINE, ACT_RESUME,    ACT_RESTORE,
					ACT_CLOSE,   ACT_NO_DRILL};
	struct engine_world *w = *state;
	size_t refused = 0;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	for (size_t a = 0; a < COUNT_OF(acts); a++) {
		for (size_t k = 0; k < COUNT_OF(everybody); k++) {
			struct may m = may_by(w, everybody[k], NULL);
			const struct may_act *told = find(&m, acts[a], 0);
			enum err e = decisions_act(w, everybody[k], acts[a], NULL,
						   PROOF_OPERATOR_TOKEN, "-", NULL);

			assert_int_equal(told->err, e);
			if (e != ERR_OK)
				assert_string_equal(told->why, w->refusal.text);
			refused += e != ERR_OK;
		}
	}
	assert_in_range(refused, 20, 89);
}

static void nothing_is_recorded(void **state)
{
	struct engine_world *w = *state;
	uint64_t before;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	before = engine_digest(w->engine);
	may_by(w, "ana", NULL);
	may_by(w, "ceci", "ana");
	assert_int_equal(engine_digest(w->engine), before);
}

static void what_another_writes_down(void **state)
{
	struct engine_world *w = *state;
	char entry[32];
	struct may m;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	ACT_OK(w, "ceci", CONVENE, "");
	ACT_OK(w, "elsa", AUTHORIZE, "");
	m = may_by(w, "gina", "ana");
	assert_int_equal(find(&m, ACT_AUTHORIZE, 0)->err, ERR_OK);
	m = may_by(w, "gina", "elsa");
	assert_string_equal(find(&m, ACT_AUTHORIZE, 0)->why,
			    "who authorises does not write down the word of another");
	assert_int_equal(decisions_act(w, "gina", ACT_AUTHORIZE, "ana", PROOF_VOICE, "", NULL),
			 ERR_OK);
	/* It waits for a second person: who wrote it down is none. */
	m = may_by(w, "gina", NULL);
	assert_int_equal(find(&m, ACT_CONFIRM, 0)->err, ERR_OK);
	m = may_by(w, "ana", NULL);
	assert_string_equal(find(&m, ACT_CONFIRM, 0)->why, "who wrote it down cannot confirm it");
	assert_int_equal(find(&m, ACT_CONFIRM, 0)->entry, decisions_entry(w, EVENT_ACT_AUTHORIZE));
	snprintf(entry, sizeof(entry), "entry=%llu",
		 (unsigned long long)decisions_entry(w, EVENT_ACT_AUTHORIZE));
	ACT_OK(w, "gina", CONFIRM, "", entry);
	m = may_by(w, "gina", NULL);
	assert_int_equal(count(&m, ACT_CONFIRM, 0), 0);
	assert_int_equal(count(&m, ACT_DISPUTE, 0), 0);
}

static void a_false_alarm_is_two_peoples(void **state)
{
	struct engine_world *w = *state;
	struct may m;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_string_equal(why(w, "ana", ACT_FALSE_ALARM), "may"); /* another writes it down */
	m = may_by(w, "ana", "ana");
	assert_int_not_equal(find(&m, ACT_FALSE_ALARM, 0)->err, ERR_OK);
	m = may_by(w, "ana", "ceci");
	assert_int_equal(find(&m, ACT_FALSE_ALARM, 0)->err, ERR_OK);
}

static void tasks_levels_and_other_incidents(void **state)
{
	struct engine_world *w = *state;
	struct may m;

	decisions_declare(w);
	m = may_by(w, "ana", NULL);
	assert_int_equal(find(&m, ACT_CHECK, 1)->err, ERR_OK);
	assert_string_equal(find(&m, ACT_CHECK, 1)->what, "done");
	assert_string_equal(find(&m, ACT_CHECK, 2)->what, "yes");
	for (int64_t n = 1; n <= 3; n++)
		assert_int_equal(count(&m, ACT_ESCALATE, n), 1);
	m = may_by(w, "elsa", NULL);
	assert_int_equal(find(&m, ACT_CHECK, 1)->err, ERR_DENIED);
	assert_string_equal(find(&m, ACT_ESCALATE, 1)->why,
			    "only the coordinator (level 2) or the desk calls a level ahead of its "
			    "mark");
	m = may_by(w, "ana", NULL);
	assert_int_equal(count(&m, ACT_CHECK, 1), 2); /* of each service's checklist */
	ACT_OK(w, "ana", CHECK, "", "n=1", "what=done", "service=portal");
	m = may_by(w, "ana", NULL);
	assert_int_equal(count(&m, ACT_CHECK, 1), 1);
	world_set(w, "correo:p", NULL, HEALTH_CRITICAL);
	world_until(w, 30000);
	m = may_by(w, "ana", NULL); /* of the newest, which is the other */
	assert_int_equal(count(&m, ACT_MERGE, 0), 1);
	assert_int_equal(find(&m, ACT_MERGE, (int64_t)world_incident(w, 0).id)->err, ERR_OK);
}

static void an_unknown_incident(void **state)
{
	struct engine_world *w = *state;
	struct may m;

	assert_false(may_of(w->engine, 4711, w->now, PLAN_NONE, PLAN_NONE, true, arena, &m));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_may_and_who_may_not),
		TEST(it_follows_what_was_decided),
		TEST(what_is_foretold_is_what_is_answered),
		TEST(nothing_is_recorded),
		TEST(what_another_writes_down),
		TEST(a_false_alarm_is_two_peoples),
		TEST(tasks_levels_and_other_incidents),
		TEST(an_unknown_incident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
