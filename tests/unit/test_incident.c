/* incident - services that fail from one root join one incident; each has a clock that starts at
 * its first bad sample and that only evidence moves; soon after it is a new episode, later
 * another incident. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

/* web is bad from the next second on and confirmed with its third sample. */
static void fail_web_after(struct engine_world *w, int64_t ms)
{
	world_until(w, ms);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, ms + 3000);
}

/* web is good from the next second on, which the second good sample confirms. */
static void mend_web_after(struct engine_world *w, int64_t ms)
{
	world_until(w, ms);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, ms + 2000);
}

/* --- what it is ------------------------------------------------------------------------------- */

static void it_is_open_until_it_is_closed_or_was_false(void **state)
{
	(void)state;
	for (int s = 0; s < INCIDENT_STATE_COUNT; s++) {
		struct incident i = {.state = (enum incident_state)s};
		bool over = s == INCIDENT_CLOSED || s == INCIDENT_FALSE_ALARM;

		if (incident_is_open(&i) == over)
			fail_msg("%s", incident_state_word(i.state));
	}
}

static void a_clock_runs_from_the_opening_to_the_restoration(void **state)
{
	struct incident_service services[2] = {{.service = 3}, {.service = 5}};
	struct incident i = {.services = services, .service_count = 2};

	(void)state;
	assert_false(incident_has_running_clock(&i));
	services[1].starting = true;
	assert_true(incident_has_running_clock(&i));
	services[1].starting = false;
	services[1].running = true;
	assert_true(incident_has_running_clock(&i));
	assert_ptr_equal(incident_service_of(&i, 5), &services[1]);
	assert_null(incident_service_of(&i, 4));
	incident_free(NULL);
}

static void it_is_found_by_its_id_alone(void **state)
{
	struct engine_world *w = *state;
	const struct event *opened;

	fail_web_after(w, 4000);
	opened = world_expect(w, "incident.opened");
	assert_non_null(incident_find(w->engine, opened->seq));
	assert_int_equal(incident_find(w->engine, opened->seq)->folio, 1);
	assert_null(incident_find(w->engine, opened->seq + 1));
	assert_null(incident_find(w->engine, 0));
}

/* --- who joins whom --------------------------------------------------------------------------- */

static void its_clock_starts_at_the_first_bad_sample(void **state)
{
	struct engine_world *w = *state;
	struct view_service s;

	fail_web_after(w, 4000);
	world_expect(w, "incident.opened folio=1 incident_kind=down service=portal root=web "
			"began=@5 not_before=@4 drill=false");
	world_expect(w, "clock.started service=portal began=@5 not_before=@4 rto=100 "
			"breach_at=@105 estimated=false");
	world_expect(w, "incident.state from=suspect to=confirmed");
	s = world_service(w, "portal");
	assert_true(s.clock.running);
	assert_int_equal(world_ms(s.clock.breach_at), 105000);
	assert_int_equal(world_ms(world_incident(w, 0).confirmed), 7000);
	assert_int_equal(world_ms(world_incident(w, 0).began), 5000);
	assert_int_equal(world_ms(world_incident(w, 0).began_not_before), 4000);
}

static void only_what_fails_from_the_same_root_joins(void **state)
{
	static const struct {
		const char *checks[3]; /* that fail, one after the other */
		size_t incidents;
		const char *roots[2];
		size_t services[2];
		const char *why;
	} cases[] = {
		{{"web:p"}, 1, {"web"}, {2}, "two services need web"},
		{{"db:p"}, 1, {"db"}, {1}, "one needs db"},
		{{"web:p", "db:p"}, 1, {"web"}, {2}, "db adds no service that has not failed"},
		{{"db:p", "web:p"}, 2, {"db", "web"}, {1, 1}, "portal fails from another root"},
		{{"fw-a:p"}, 0, {NULL}, {0}, "one of two firewalls is no failure"},
		{{"switch:p", "fw-a:p", "fw-b:p"}, 1, {"switch"}, {1}, "what lies below is named"},
		{{"fw-a:p", "fw-b:p"}, 1, {"fw-a"}, {1}, "of two the one that failed first"},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct engine_world *w = world_open(world_plan);

		for (int k = 0; k < 3 && cases[c].checks[k] != NULL; k++) {
			world_until(w, 4000 + k * 5000);
			world_set(w, cases[c].checks[k], NULL, HEALTH_CRITICAL);
		}
		world_until(w, 20000);
		if (view_incident_count(w->engine) != cases[c].incidents)
			fail_msg("%s: %zu incidents", cases[c].why, view_incident_count(w->engine));
		for (size_t i = 0; i < cases[c].incidents; i++) {
			struct view_incident v = world_incident(w, i);

			assert_int_equal(v.folio, i + 1);
			assert_string_equal(v.plan->components[v.root].id, cases[c].roots[i]);
			if (v.service_count != cases[c].services[i])
				fail_msg("%s: %zu services", cases[c].why, v.service_count);
		}
		world_close(w);
	}
}

static void past_the_limit_new_failures_join_and_are_not_silent(void **state)
{
	struct engine_world *w = *state;

	w->engine->limits.incidents_open = 1;
	fail_web_after(w, 4000);
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_mark(w);
	world_until(w, 10000);
	world_never(w, "incident.opened");
	world_expect(w, "incident.joined service=acceso began=@8");
	world_expect(w, "clock.started service=acceso began=@8 breach_at=@208");
	assert_int_equal(view_incident_count(w->engine), 1);
	assert_int_equal(world_incident(w, 0).service_count, 3);
}

static void folios_have_two_digits_and_begin_again(void **state)
{
	struct engine_world *w = *state;

	w->engine->last_folio = 98;
	fail_web_after(w, 4000);
	world_expect(w, "incident.opened folio=99 service=portal");
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	world_expect(w, "incident.opened folio=1 service=acceso");
}

/* Nothing but a plan and components and services as they are put. */
static void put(struct engine *e, uint64_t seq, uint32_t component, uint32_t service, int64_t ms)
{
	struct event_list l = {0};
	struct event *ev =
		event_list_add(&l, EVENT_COMPONENT_STATE, world_time(ms), world_time(ms));

	ev->seq = seq;
	ev->component = component;
	ev->to = COMPONENT_CRITICAL;
	ev->began = world_time(ms);
	engine_apply(e, ev);
	ev = event_list_add(&l, EVENT_SERVICE_STATE, world_time(ms), world_time(ms));
	ev->seq = seq + 1;
	ev->service = service;
	ev->to = SERVICE_DOWN;
	ev->began = world_time(ms);
	engine_apply(e, ev);
	event_list_release(&l);
}

static void what_fails_in_one_moment_is_told_apart_by_root_and_folio(void **state)
{
	struct engine_world *w = *state;
	struct engine *e = world_replay(w);
	const struct plan *p = view_plan(e);
	struct event_list out = {0};
	struct turn t = {e, world_time(9000), &out};

	put(e, 101, plan_find_component(p, slice_of("web")), 0, 5000);
	put(e, 103, plan_find_component(p, slice_of("web")), 1, 5000);
	put(e, 105, plan_find_component(p, slice_of("fw-b")), 2, 6000);
	incident_decide(&t);
	/* consulta waits for the next call: then it joins. */
	assert_int_equal(out.count, 2);
	assert_int_equal(out.items[0].kind, EVENT_INCIDENT_OPENED);
	assert_int_equal(out.items[0].service, 0);
	assert_int_equal(out.items[0].number, 1);
	assert_int_equal(out.items[1].kind, EVENT_INCIDENT_OPENED);
	assert_int_equal(out.items[1].service, 2);
	assert_int_equal(out.items[1].number, 2);
	for (size_t i = 0; i < 2; i++) {
		out.items[i].seq = 107 + i;
		engine_apply(e, &out.items[i]);
	}
	event_list_reset(&out);
	incident_decide(&t);
	assert_int_equal(out.items[0].kind, EVENT_INCIDENT_JOINED);
	assert_int_equal(out.items[0].incident, 107);
	assert_int_equal(out.items[0].service, 1);
	event_list_release(&out);
	engine_free(e);
}

/* --- again ------------------------------------------------------------------------------------ */

static void soon_after_it_is_a_new_episode_later_another_incident(void **state)
{
	/* Restored at 21 s with a cool-down of 60 s; confirmed three seconds after the given
	 * moment. */
	static const struct {
		int64_t again_ms;
		const char *event;
		size_t incidents;
	} cases[] = {
		{24000, "incident.episode service=portal n=2", 1},
		{78000, "incident.episode service=portal n=2", 1},
		{79000, "incident.opened folio=2 service=portal", 2},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct engine_world *w = world_open(world_plan);

		fail_web_after(w, 4000);
		mend_web_after(w, 20000);
		world_mark(w);
		fail_web_after(w, cases[c].again_ms);
		world_expect(w, cases[c].event);
		assert_int_equal(view_incident_count(w->engine), cases[c].incidents);
		assert_true(world_service(w, "portal").clock.running);
		assert_int_equal(world_ms(world_service(w, "portal").clock.began),
				 cases[c].again_ms + 1000);
		world_close(w);
	}
}

static void a_new_episode_confirms_again_and_forgets_the_end(void **state)
{
	struct engine_world *w = *state;
	struct view_incident i;

	fail_web_after(w, 4000);
	mend_web_after(w, 20000);
	assert_int_equal(world_incident(w, 0).state, INCIDENT_RESTORED);
	assert_int_equal(world_act(w, "ana", ACT_RESUME, "", NULL), ERR_OK);
	assert_int_equal(world_act(w, "ana", ACT_CLOSE, "", NULL), ERR_OK);
	assert_int_equal(world_ms(world_incident(w, 0).closed), 22000);
	world_mark(w);
	fail_web_after(w, 30000);
	world_expect(w, "incident.state from=closed to=confirmed");
	i = world_incident(w, 0);
	assert_int_equal(i.episode, 2);
	assert_false(wall_is_known(i.restored));
	assert_false(wall_is_known(i.resumed));
	assert_false(wall_is_known(i.closed));
	assert_int_equal(world_ms(i.confirmed), 7000); /* the first time stays */
	world_expect(w, "call.intent person=ana kind=down");
}

static void what_is_over_leaves_memory_after_the_cool_down(void **state)
{
	struct engine_world *w = *state;

	fail_web_after(w, 4000);
	mend_web_after(w, 20000);
	assert_int_equal(world_act(w, "ana", ACT_CLOSE, "", NULL), ERR_OK); /* at 22 s */
	world_until(w, 79000);
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, 81000); /* opens at 81 s: 59 s after the end */
	assert_int_equal(view_incident_count(w->engine), 2);
	assert_int_equal(world_act(w, "ana", ACT_NOTE, "still there", NULL), ERR_OK);
	fail_web_after(w, 85000); /* opens at 88 s */
	assert_int_equal(view_incident_count(w->engine), 2);
	assert_int_equal(world_incident(w, 0).folio, 2);
	assert_int_equal(world_incident(w, 1).folio, 3);
}

/* --- clocks ----------------------------------------------------------------------------------- */

static void evidence_moves_the_beginning_and_with_it_the_end(void **state)
{
	struct engine_world *w = *state;
	struct view_service s;

	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	for (int64_t ms = 10000; ms <= 12000; ms += 1000)
		world_sample(w, "web:p", "dc", ms, HEALTH_CRITICAL);
	world_expect(w, "clock.started service=portal began=@10 not_before=@1 breach_at=@110");
	world_mark(w);
	world_backlog(w, "web:p", "dc", 6000, HEALTH_CRITICAL);
	world_never(w, "clock.corrected"); /* what was between is not known yet */
	world_backlog(w, "web:p", "dc", 8000, HEALTH_CRITICAL);
	world_expect(w, "clock.corrected service=portal from=@10 to=@6 not_before=@1");
	world_expect(w, "clock.corrected service=consulta from=@10 to=@6 not_before=@1");
	s = world_service(w, "portal");
	assert_int_equal(world_ms(s.clock.began), 6000);
	assert_int_equal(world_ms(s.clock.breach_at), 106000);
	assert_int_equal(world_ms(world_incident(w, 0).began), 6000);
	world_never(w, "clock.started");
	/* The same again says nothing new. */
	world_mark(w);
	world_backlog(w, "web:p", "dc", 8000, HEALTH_CRITICAL);
	world_never(w, "clock.corrected");
}

static void a_breach_is_said_at_its_moment_and_once(void **state)
{
	struct engine_world *w = *state;

	fail_web_after(w, 4000);
	assert_int_equal(world_ms(incident_deadline(w->engine)), 105000);
	world_until(w, 104999);
	world_never(w, "clock.breached");
	assert_false(world_service(w, "portal").clock.breached);
	world_until(w, 105000);
	assert_int_equal(world_count(w, "clock.breached service=portal breach_at=@105"), 1);
	assert_int_equal(world_count(w, "clock.breached"), 2);
	assert_true(world_service(w, "portal").clock.breached);
	assert_int_equal(incident_deadline(w->engine).us, WALL_NEVER.us);
	world_until(w, 120000);
	assert_int_equal(world_count(w, "clock.breached"), 2);
}

static void the_outage_ends_with_the_first_good_sample(void **state)
{
	struct engine_world *w = *state;

	fail_web_after(w, 4000);
	mend_web_after(w, 20000);
	world_expect(w, "clock.restored service=portal restored=@21 outage=16");
	world_expect(w, "clock.restored service=consulta restored=@21 outage=16");
	world_expect(w, "incident.state from=confirmed to=restored");
	assert_int_equal(world_ms(world_incident(w, 0).restored), 21000);
	assert_false(world_service(w, "portal").clock.running);
	assert_int_equal(world_ms(world_service(w, "portal").clock.restored), 21000);
}

static void the_incident_is_restored_with_its_last_service(void **state)
{
	struct engine_world *w = *state;

	fail_web_after(w, 4000);
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	mend_web_after(w, 20000);
	world_expect(w, "clock.restored service=portal restored=@21");
	world_never(w, "clock.restored service=consulta");
	world_never(w, "incident.state to=restored");
	world_set(w, "db:p", NULL, HEALTH_OK);
	world_until(w, 30000);
	world_expect(w, "clock.restored service=consulta restored=@23 outage=18");
	world_expect(w, "incident.state to=restored");
	assert_int_equal(world_ms(world_incident(w, 0).restored), 23000);
}

/* --- blind ------------------------------------------------------------------------------------ */

static void blind_for_longer_than_its_limit_is_an_incident(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 4000);
	world_cut(w, "dc", true);
	world_until(w, 9000);
	assert_int_equal(world_service(w, "portal").state, SERVICE_BLIND);
	assert_int_equal(world_ms(incident_deadline(w->engine)), 64000);
	world_until(w, 63999);
	world_never(w, "incident.opened");
	world_until(w, 64000);
	world_expect(w, "incident.opened incident_kind=blind service=portal began=@4");
	world_expect(w, "clock.started service=portal began=@4 breach_at=@104 estimated=true");
	assert_int_equal(world_incident(w, 0).kind, INCIDENT_KIND_BLIND);
	assert_true(world_service(w, "portal").clock.estimated);
}

static void a_start_begins_the_patience_with_blindness_anew(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 4000);
	world_cut(w, "dc", true);
	world_until(w, 30000);
	world_restart(w);
	assert_int_equal(world_ms(incident_deadline(w->engine)), 90000);
	world_until(w, 89999);
	world_never(w, "incident.opened");
	world_until(w, 90000);
	world_expect(w, "incident.opened incident_kind=blind service=portal began=@4");
}

static void blindness_that_ends_well_closes_itself_once_all_know(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 4000);
	world_cut(w, "dc", true);
	world_until(w, 66000);
	world_cut(w, "dc", false);
	w->delivery = WORLD_FAILS;
	world_until(w, 70000);
	world_expect(w, "incident.state to=restored");
	world_never(w, "incident.state to=closed"); /* the news has not arrived */
	w->delivery = WORLD_OK;
	world_until(w, 140000);
	world_expect(w, "call.intent kind=not-observed person=ana");
	world_expect(w, "incident.state from=restored to=closed");
	assert_int_equal(world_incident(w, 0).owed_up, 0);
}

static void blindness_that_was_an_outage_is_corrected(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 4000);
	world_cut(w, "dc", true);
	world_until(w, 70000);
	world_cut(w, "dc", false);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 80000);
	world_expect(w, "clock.corrected service=portal from=@4 to=@71 not_before=@4");
	assert_false(world_service(w, "portal").clock.estimated);
	assert_int_equal(world_ms(world_service(w, "portal").clock.breach_at), 171000);
	mend_web_after(w, 80000);
	world_never(w, "call.intent kind=not-observed");
	world_never(w, "incident.state to=closed");
	world_expect(w, "clock.restored service=portal restored=@81 outage=10");
	world_expect(w, "call.intent kind=up person=ana");
}

/* --- apply ------------------------------------------------------------------------------------ */

static void the_journal_is_the_truth_about_a_state(void **state)
{
	static const struct {
		enum incident_state from, to;
	} cases[] = {
		{INCIDENT_SUSPECT, INCIDENT_RESUMED}, /* our table has no such move */
		{INCIDENT_CLOSED, INCIDENT_FALSE_ALARM},
		{INCIDENT_CONFIRMED, INCIDENT_CLOSED},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct incident_service s = {.running = true};
		struct incident i = {.id = 7, .state = cases[c].from};
		struct incident *all[] = {&i};
		struct engine e = {.incidents = all, .incident_count = 1};
		struct event ev = {.kind = EVENT_INCIDENT_STATE, .at = {90}, .recorded = {90}};

		i.services = &s;
		i.service_count = 1;
		i.closed = i.resumed = WALL_UNKNOWN;
		ev.to = (int)cases[c].to;
		ev.incident = 8; /* not here: nothing happens */
		incident_apply(&e, &ev);
		assert_int_equal(i.state, cases[c].from);
		ev.incident = 7;
		incident_apply(&e, &ev);
		assert_int_equal(i.state, cases[c].to);
		assert_int_equal(i.resumed.us,
				 cases[c].to == INCIDENT_RESUMED ? 90 : WALL_UNKNOWN.us);
		assert_int_equal(i.closed.us,
				 cases[c].to != INCIDENT_RESUMED ? 90 : WALL_UNKNOWN.us);
		/* What is over has no clock: a false alarm, or a service that nothing measures. */
		assert_int_equal(s.running, cases[c].to == INCIDENT_RESUMED);
	}
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_open_until_it_is_closed_or_was_false),
		cmocka_unit_test(a_clock_runs_from_the_opening_to_the_restoration),
		IN_WORLD(it_is_found_by_its_id_alone),
		IN_WORLD(its_clock_starts_at_the_first_bad_sample),
		cmocka_unit_test(only_what_fails_from_the_same_root_joins),
		IN_WORLD(past_the_limit_new_failures_join_and_are_not_silent),
		IN_WORLD(folios_have_two_digits_and_begin_again),
		IN_WORLD(what_fails_in_one_moment_is_told_apart_by_root_and_folio),
		cmocka_unit_test(soon_after_it_is_a_new_episode_later_another_incident),
		IN_WORLD(a_new_episode_confirms_again_and_forgets_the_end),
		IN_WORLD(what_is_over_leaves_memory_after_the_cool_down),
		IN_WORLD(evidence_moves_the_beginning_and_with_it_the_end),
		IN_WORLD(a_breach_is_said_at_its_moment_and_once),
		IN_WORLD(the_outage_ends_with_the_first_good_sample),
		IN_WORLD(the_incident_is_restored_with_its_last_service),
		IN_WORLD(blind_for_longer_than_its_limit_is_an_incident),
		IN_WORLD(a_start_begins_the_patience_with_blindness_anew),
		IN_WORLD(blindness_that_ends_well_closes_itself_once_all_know),
		IN_WORLD(blindness_that_was_an_outage_is_corrected),
		cmocka_unit_test(the_journal_is_the_truth_about_a_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
