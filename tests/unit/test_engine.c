/* engine - inputs become entries, entries become state, nothing else does: a changed plan keeps
 * what it knows by id, an incident keeps its plan, effects leave once, and the same history has
 * the same digest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

#define FAST "interval: 1s, fresh_within: 5s, from: [dc], confirm: 1, recover: 1"
#define HEAD "institution: {name: I}\nagents: [{id: far}, {id: dc}]\ncomponents:\n"
#define WEB "  - {id: web, checks: [{id: p, type: tcp, address: a, port: 1, " FAST "}]}\n"
#define DB "  - {id: db, checks: [{id: p, type: tcp, address: a, port: 1, " FAST "}]}\n"
#define WEB_BY_HTTP "  - {id: web, checks: [{id: p, type: http, url: \"http://a\", " FAST "}]}\n"
#define PEOPLE                                                                                     \
	"people: [{id: ana, post: P, contacts: [{channel: uno, to: a}]}]\n"                        \
	"seats: [{id: mesa, level: 1, titular: ana}]\n"                                            \
	"channels: [{id: uno, type: file, path: u, receipt_within: 3s}]\n"
#define STEPS(more, rest)                                                                          \
	"policies: [{id: p, repeat: 60s, steps: [{at: confirmed, call: [\"seat:mesa\"], "          \
	"ack_within: 10s" rest "}" more "]}]\n"
#define CALLS PEOPLE STEPS("", "")
#define MARKS STEPS(", {at: {pct: 20}, call: [\"seat:mesa\"], ack_within: 10s}", "")
#define ASKS STEPS("", ", ask: activate")
#define PORTAL "services: [{id: portal, rto: 100s, needs: web, policy: p, team: mesa}]\n"
#define ARCHIVE "services: [{id: archive, rto: 100s, needs: db, policy: p, team: mesa}]\n"

static const char web_and_db[] = HEAD WEB DB PORTAL CALLS;
static const char web_and_db_apart[] =
	HEAD WEB DB "services: [{id: portal, rto: 100s, needs: web, policy: p, team: mesa}, "
		    "{id: archive, rto: 100s, needs: db, policy: p, team: mesa}]\n" CALLS;
static const char db_and_web[] = HEAD DB WEB PORTAL CALLS;
static const char by_http[] = HEAD WEB_BY_HTTP DB PORTAL CALLS;
static const char only_db[] = HEAD DB ARCHIVE CALLS;
static const char with_a_mark[] = HEAD WEB DB PORTAL PEOPLE MARKS;
static const char only_asks[] = HEAD WEB DB PORTAL PEOPLE ASKS;

/* --- before there is anything ----------------------------------------------------------------- */

static void without_a_plan_only_a_plan_and_a_start_are_heard(void **state)
{
	struct engine *e = engine_new(&engine_limits_default);
	struct plan *p = test_plan_from_text(web_and_db);
	struct event_list out = {0};
	struct err_info info;

	(void)state;
	engine_free(NULL);
	assert_null(view_plan(e));
	assert_int_equal(engine_next_deadline(e).us, WALL_NEVER.us);
	assert_null(engine_plan_of(e, 1, 1));
	for (int k = 0; k <= INPUT_SKIPPED; k++) {
		struct input in = {.kind = (enum input_kind)k, .now = world_time(0)};
		bool heard = k == INPUT_PLAN || k == INPUT_START;

		if (k == INPUT_PLAN)
			in.u.plan.plan = p;
		if (k == INPUT_START)
			in.u.start.id = "first";
		event_list_reset(&out);
		assert_int_equal(engine_decide(e, &in, &out, &info),
				 k == INPUT_ACT ? ERR_NOT_FOUND : ERR_OK);
		assert_int_equal(out.count, heard);
	}
	event_list_release(&out);
	plan_free(p);
	engine_free(e);
}

static void the_limits_are_those_of_the_design(void **state)
{
	(void)state;
	assert_int_equal(engine_limits_default.incidents_open, 200);
	assert_int_equal(engine_limits_default.calls_per_incident, 20000);
}

/* --- inputs that are only recorded ------------------------------------------------------------ */

static void what_is_only_recorded_says_what_it_was_told(void **state)
{
	struct engine_world *w = *state;
	struct input gap = {.kind = INPUT_GAP, .now = w->now};
	struct input stop = {.kind = INPUT_STOP, .now = w->now};
	struct input step = {.kind = INPUT_CLOCK_STEP, .now = w->now};
	struct input skipped = {.kind = INPUT_SKIPPED, .now = w->now};
	struct input access = {.kind = INPUT_ACCESS, .now = w->now};
	struct engine *before = world_replay(w);

	gap.u.gap.agent = 1;
	gap.u.gap.boot = "b1";
	gap.u.gap.from = 5;
	gap.u.gap.to = 9;
	gap.u.gap.reason = "spool full";
	assert_int_equal(world_input(w, &gap), ERR_OK);
	world_expect(w, "agent.gap agent=catd from=5 to=9");
	assert_string_equal(w->events[w->count - 1].ev.text, "b1 spool full");
	stop.u.start.id = "s-7";
	assert_int_equal(world_input(w, &stop), ERR_OK);
	world_expect(w, "collector.stopped start=s-7");
	step.u.clock.step_us = -2500000;
	assert_int_equal(world_input(w, &step), ERR_OK);
	world_expect(w, "clock.stepped step=-2.5");
	skipped.u.skipped.text = "sample";
	assert_int_equal(world_input(w, &skipped), ERR_OK);
	world_expect(w, "input.skipped text=sample");
	access.u.access.text = "revoked catd-77 operator-token";
	access.u.access.at = wall_add_us(w->now, -90 * US_PER_S); /* told after a start */
	assert_int_equal(world_input(w, &access), ERR_OK);
	assert_string_equal(w->events[w->count - 1].ev.text, "revoked catd-77 operator-token");
	assert_int_equal(w->events[w->count - 1].ev.at.us, access.u.access.at.us);
	/* None of it changes what is known. */
	before->last_seq = w->engine->last_seq;
	assert_int_equal(engine_digest(before), engine_digest(w->engine));
	engine_free(before);
}

static void a_contact_is_news_only_from_a_silent_agent(void **state)
{
	struct engine_world *w = *state;
	struct input in = {.kind = INPUT_CONTACT, .now = w->now};
	size_t before = w->count;

	in.u.contact.agent = 2;
	assert_int_equal(world_input(w, &in), ERR_OK);
	assert_int_equal(w->count, before);
	world_cut(w, "far", true);
	world_until(w, 20000);
	world_expect(w, "agent.silent agent=far");
	assert_true(engine_contact(w->engine, 2, w->now));
	in.now = w->now;
	assert_int_equal(world_input(w, &in), ERR_OK);
	world_expect(w, "agent.back agent=far silent_since=@15");
	assert_false(engine_contact(w->engine, 2, w->now));
}

/* --- deadlines -------------------------------------------------------------------------------- */

static void the_next_deadline_is_the_earliest_of_all_layers(void **state)
{
	struct engine_world *w = world_open(web_and_db);

	(void)state;
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 5000); /* freshness */
	world_until(w, 4000);
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 9000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	w->delivery = WORLD_SILENT;
	world_until(w, 5000);
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 8000); /* a receipt */
	world_close(w);
}

static void at_its_deadline_a_tick_decides_something(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 4000);
	world_cut(w, "dc", true); /* silence, blindness, an incident, calls, repetitions ... */
	for (int i = 0; i < 60; i++) {
		struct wall_time due = engine_next_deadline(w->engine);
		size_t before = w->count;

		if (due.us > world_time(1000000).us)
			break;
		assert_true(due.us > w->now.us);
		world_tick(w, world_ms(due));
		assert_true(w->count > before);
	}
	assert_int_equal(world_count(w, "incident.opened incident_kind=blind"), 1);
}

static void a_moment_that_has_passed_is_not_the_next_deadline(void **state)
{
	static const struct {
		const char *plan, *then; /* the plan that follows */
		uint32_t calls;
		bool authorise;
	} cases[] = {
		{web_and_db, only_db, 100, false}, /* the service of the incident is gone */
		{only_asks, NULL, 100, true}, /* exhausted, with nothing left to repeat */
		{with_a_mark, NULL, 1, false}, /* no more calls are allowed */
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct engine_world *w = world_open(cases[c].plan);

		w->engine->limits.calls_per_incident = cases[c].calls;
		world_set(w, "web:p", NULL, HEALTH_CRITICAL);
		world_until(w, 2000);
		if (cases[c].authorise)
			assert_int_equal(world_act(w, "ana", ACT_AUTHORIZE, "", NULL), ERR_OK);
		if (cases[c].then != NULL)
			world_apply_plan(w, cases[c].then);
		world_until(w, 150000);
		world_tick(w, 150000);
		assert_true(engine_next_deadline(w->engine).us > w->now.us);
		assert_int_equal(view_incident_count(w->engine), 1);
		world_close(w);
	}
}

/* --- another plan ----------------------------------------------------------------------------- */

static void another_plan_keeps_what_is_known_by_id(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	struct view_vantage v;

	(void)state;
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 6000);
	world_mark(w);
	world_apply_plan(w, db_and_web);
	assert_int_equal(world_count(w, "plan.applied"), 1);
	assert_int_equal(world_check(w, "web:p").state, CHECK_CRITICAL);
	assert_int_equal(world_ms(world_check(w, "web:p").began), 5000);
	assert_int_equal(world_check(w, "db:p").state, CHECK_OK);
	assert_int_equal(world_component(w, "web"), COMPONENT_CRITICAL);
	assert_int_equal(world_service(w, "portal").state, SERVICE_DOWN);
	assert_int_equal(world_service(w, "portal").incident, world_incident(w, 0).id);
	assert_int_equal(world_count(w, "service.state"), 0);
	/* The newest sample came along: the same one is not judged twice. */
	assert_false(world_sample(w, "web:p", "dc", 6000, HEALTH_OK));
	view_vantage(w->engine, world_vantage(w, "web:p", NULL), &v);
	assert_int_equal(world_ms(v.last.t), 6000);
	assert_int_equal(v.last.vantage, world_vantage(w, "web:p", NULL));
	world_close(w);
}

static void a_check_that_measures_otherwise_begins_anew(void **state)
{
	struct engine_world *w = world_open(web_and_db);

	(void)state;
	world_until(w, 4000);
	world_apply_plan(w, by_http);
	assert_int_equal(world_check(w, "web:p").state, CHECK_UNKNOWN);
	assert_int_equal(world_check(w, "db:p").state, CHECK_OK);
	/* Freshness of the new one counts from the plan on. */
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 9000);
	world_until(w, 5000);
	assert_int_equal(world_check(w, "web:p").state, CHECK_OK);
	world_close(w);
}

static void an_incident_keeps_its_plan_and_its_entries_speak_in_it(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	const struct plan *old;
	struct event_list out = {0};
	struct buf body;
	struct event *ev;
	struct view_incident i;

	(void)state;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	old = view_plan(w->engine);
	world_apply_plan(w, only_db);
	i = world_incident(w, 0);
	assert_ptr_equal(i.plan, old);
	assert_ptr_not_equal(view_plan(w->engine), old);
	assert_ptr_equal(engine_plan_of(w->engine, i.id, 0), old);
	assert_ptr_equal(engine_plan_of(w->engine, 0, world_call(w, "ana").id), old);
	assert_ptr_equal(engine_plan_of(w->engine, 0, 0), view_plan(w->engine));
	assert_ptr_equal(engine_plan_of(w->engine, 999, 0), view_plan(w->engine));
	ev = event_list_add(&out, EVENT_CLOCK_BREACHED, w->now, w->now);
	ev->service = 0;
	ev->incident = i.id;
	buf_init(&body, BUF_MAX_EVENT);
	engine_encode(w->engine, ev, &body);
	assert_non_null(strstr(buf_cstr(&body), "\"service\":\"portal\""));
	buf_reset(&body);
	ev->incident = 0;
	engine_encode(w->engine, ev, &body);
	assert_non_null(strstr(buf_cstr(&body), "\"service\":\"archive\""));
	buf_release(&body);
	event_list_release(&out);
	world_close(w);
}

static void a_plan_goes_when_nothing_needs_it_any_more(void **state)
{
	struct engine_world *w = world_open(web_and_db);

	(void)state;
	world_apply_plan(w, db_and_web);
	assert_int_equal(w->engine->plan_count, 1);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	world_apply_plan(w, web_and_db);
	assert_int_equal(w->engine->plan_count, 2); /* the incident runs under the older one */
	world_apply_plan(w, db_and_web);
	assert_int_equal(w->engine->plan_count, 2);
	world_close(w);
}

static void repair_and_close(struct engine_world *w)
{
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 10000);
	assert_int_equal(world_act(w, "ana", ACT_RESUME, "", NULL), ERR_OK);
	assert_int_equal(world_act(w, "ana", ACT_CLOSE, "", NULL), ERR_OK);
}

/* However often the plan changes: two incidents of one plan share it, and it goes with the last of them. */
static void the_plan_of_a_closed_incident_goes_after_the_cool_down(void **state)
{
	struct engine_world *w = world_open(web_and_db_apart);

	(void)state;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	assert_int_equal(w->engine->incident_count, 2);
	world_apply_plan(w, web_and_db);
	assert_int_equal(w->engine->plan_count, 2);
	world_close(w);

	w = world_open(web_and_db);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	repair_and_close(w);
	world_apply_plan(w, db_and_web);
	assert_int_equal(w->engine->plan_count, 2); /* it may still be opened again */
	world_until(w, 10000 + view_plan(w->engine)->cool_down_us / 1000 + 5000);
	world_apply_plan(w, web_and_db);
	assert_int_equal(w->engine->incident_count, 0);
	assert_int_equal(w->engine->plan_count, 1);
	world_close(w);
}

/* Nor need the plan change again: the next incident is enough. */
static void an_incident_that_opens_lets_old_plans_go(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	int64_t later;

	(void)state;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	repair_and_close(w);
	world_apply_plan(w, db_and_web);
	assert_int_equal(w->engine->plan_count, 2);
	later = 10000 + view_plan(w->engine)->cool_down_us / 1000 + 5000;
	world_until(w, later);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, later + 2000);
	assert_int_equal(w->engine->incident_count, 1);
	assert_int_equal(w->engine->plan_count, 1);
	world_close(w);
}

/* --- effects ---------------------------------------------------------------------------------- */

static void an_intent_asks_for_one_effect_and_nothing_else_does(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	const struct effect *f;
	struct view_call c;

	(void)state;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	assert_int_equal(world_count(w, "call.intent"), 1);
	assert_int_equal(w->effects.count, 1);
	f = &w->effects.items[0];
	c = world_call(w, "ana");
	assert_int_equal(f->id, c.id);
	assert_int_equal(f->incident, world_incident(w, 0).id);
	assert_int_equal(f->folio, 1);
	assert_int_equal(f->kind, CALL_DOWN);
	assert_int_equal(f->seat, 0);
	assert_int_equal(f->person, 0);
	assert_int_equal(f->channel, 0);
	assert_int_equal(f->service, 0);
	assert_int_equal(world_ms(f->at), 1000);
	assert_false(f->maybe_duplicate);
	assert_false(f->drill);
	world_close(w);
}

static void what_is_over_before_the_commit_does_not_leave(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	struct event intent;
	struct effect_list again = {0};

	(void)state;
	w->delivery = WORLD_SILENT;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 1000);
	intent = *world_expect(w, "call.intent");
	engine_effects(w->engine, &intent, &again);
	assert_int_equal(again.count, 1);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 2000);
	world_expect(w, "call.stopped");
	engine_effects(w->engine, &intent, &again);
	assert_int_equal(again.count, 1);
	free(again.items);
	world_close(w);
}

static void an_unknown_outcome_goes_again_with_the_same_number_marked(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	uint64_t id;

	(void)state;
	w->delivery = WORLD_SILENT;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 1000);
	id = w->effects.items[0].id;
	assert_int_equal(world_deliver(w, id, DELIVERY_UNKNOWN), ERR_OK);
	assert_int_equal(w->effects.count, 2);
	assert_int_equal(w->effects.items[1].id, id);
	assert_true(w->effects.items[1].maybe_duplicate);
	assert_int_equal(world_deliver(w, id, DELIVERY_SENT), ERR_OK);
	assert_int_equal(world_deliver(w, id, DELIVERY_UNKNOWN), ERR_OK); /* it is known by now */
	assert_int_equal(w->effects.count, 2);
	world_close(w);
}

static void after_a_replay_what_has_no_result_is_pending_and_marked(void **state)
{
	static const struct {
		enum delivery results[2];
		int count;
		size_t pending;
	} cases[] = {
		{{DELIVERY_SENT}, 0, 1},
		{{DELIVERY_UNKNOWN}, 1, 1},
		{{DELIVERY_SENT}, 1, 0},
		{{DELIVERY_SENT, DELIVERY_RECEIPT}, 2, 0},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct engine_world *w = world_open(web_and_db);
		struct effect_list pending = {0};
		struct engine *again;

		w->delivery = WORLD_SILENT;
		world_set(w, "web:p", NULL, HEALTH_CRITICAL);
		world_until(w, 1000);
		for (int i = 0; i < cases[c].count; i++)
			assert_int_equal(
				world_deliver(w, w->effects.items[0].id, cases[c].results[i]),
				ERR_OK);
		again = world_replay(w);
		engine_pending(again, &pending);
		assert_int_equal(pending.count, cases[c].pending);
		if (pending.count > 0) {
			assert_int_equal(pending.items[0].id, w->effects.items[0].id);
			assert_true(pending.items[0].maybe_duplicate);
		}
		free(pending.items);
		engine_free(again);
		world_close(w);
	}
}

/* --- memory ----------------------------------------------------------------------------------- */

static void room_is_made_before_not_while_applying(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	const struct incident *i;

	(void)state;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	engine_reserve(w->engine, 1000);
	i = incident_find(w->engine, world_incident(w, 0).id);
	assert_true(w->engine->incident_cap >= w->engine->incident_count + 1000);
	assert_true(i->call_cap >= i->call_count + 1000);
	world_close(w);
}

/* --- the digest ------------------------------------------------------------------------------- */

static void what_is_not_journalled_is_not_in_the_digest(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	struct sample s = {.t = world_time(6000), .arrived = world_time(6000)};
	uint64_t digest;

	(void)state;
	world_until(w, 4000);
	digest = engine_digest(w->engine);
	assert_false(engine_observe(w->engine, &s));
	assert_false(engine_contact(w->engine, 1, world_time(7000)));
	engine_reserve(w->engine, 10);
	assert_int_equal(engine_digest(w->engine), digest);
	world_close(w);
}

static void whatever_is_journalled_changes_the_digest(void **state)
{
	struct engine_world *w = world_open(web_and_db);
	struct engine *e;
	struct incident *i;
	uint64_t seen[8];
	size_t n = 0;

	(void)state;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	e = world_replay(w);
	i = e->incidents[0];
	seen[n++] = engine_digest(e);
	e->vantages[0].judged.us++;
	seen[n++] = engine_digest(e);
	e->components[0].began.us++;
	seen[n++] = engine_digest(e);
	e->agents[0].silent = true;
	seen[n++] = engine_digest(e);
	i->services[0].breached = true;
	seen[n++] = engine_digest(e);
	i->services[0].steps[0].done = true;
	seen[n++] = engine_digest(e);
	i->calls[0].told = false;
	seen[n++] = engine_digest(e);
	i->state = INCIDENT_DECLARED;
	seen[n++] = engine_digest(e);
	for (size_t a = 0; a < n; a++) {
		for (size_t b = a + 1; b < n; b++)
			assert_int_not_equal(seen[a], seen[b]);
	}
	engine_free(e);
	world_close(w);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_plan_only_a_plan_and_a_start_are_heard),
		cmocka_unit_test(the_limits_are_those_of_the_design),
		IN_WORLD(what_is_only_recorded_says_what_it_was_told),
		IN_WORLD(a_contact_is_news_only_from_a_silent_agent),
		cmocka_unit_test(the_next_deadline_is_the_earliest_of_all_layers),
		IN_WORLD(at_its_deadline_a_tick_decides_something),
		cmocka_unit_test(a_moment_that_has_passed_is_not_the_next_deadline),
		cmocka_unit_test(another_plan_keeps_what_is_known_by_id),
		cmocka_unit_test(a_check_that_measures_otherwise_begins_anew),
		cmocka_unit_test(an_incident_keeps_its_plan_and_its_entries_speak_in_it),
		cmocka_unit_test(a_plan_goes_when_nothing_needs_it_any_more),
		cmocka_unit_test(the_plan_of_a_closed_incident_goes_after_the_cool_down),
		cmocka_unit_test(an_incident_that_opens_lets_old_plans_go),
		cmocka_unit_test(an_intent_asks_for_one_effect_and_nothing_else_does),
		cmocka_unit_test(what_is_over_before_the_commit_does_not_leave),
		cmocka_unit_test(an_unknown_outcome_goes_again_with_the_same_number_marked),
		cmocka_unit_test(after_a_replay_what_has_no_result_is_pending_and_marked),
		cmocka_unit_test(room_is_made_before_not_while_applying),
		cmocka_unit_test(what_is_not_journalled_is_not_in_the_digest),
		cmocka_unit_test(whatever_is_journalled_changes_the_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
