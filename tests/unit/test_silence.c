/* silence - windows and silences: who may, how long, four eyes; they end by themselves and are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/calendar_world.h"
#include "tests/support/test_plan.h"

static void each_refusal_has_its_reason(void **state)
{
	static const struct {
		enum act act;
		const char *person, *note, *given;
		enum err err;
		const char *why;
	} cases[] = {
		{ACT_SILENCE, "uno", "x", "component=web until=1m", ERR_DENIED,
		 "only who holds a seat silences"},
		{ACT_SILENCE, "ana", "x", "until=1m", ERR_SYNTAX,
		 "name one thing: check, component, site or service"},
		{ACT_SILENCE, "ana", "x", "component=web service=portal until=1m", ERR_SYNTAX,
		 "name one thing: check, component, site or service"},
		{ACT_SILENCE, "ana", "", "component=web until=1m", ERR_SYNTAX,
		 "the reason is needed (note)"},
		{ACT_SILENCE, "ana", "x", "component=web", ERR_SYNTAX, "it needs an end (until)"},
		{ACT_SILENCE, "ana", "x", "component=web until=2026-05-28T14:00", ERR_SYNTAX,
		 "its end lies in the past, or before its beginning"},
		{ACT_SILENCE, "ana", "x", "component=web until=14401s", ERR_SYNTAX,
		 "a silence lasts 4 hours at most; what is planned is a window"},
		{ACT_WINDOW, "ana", "x", "component=web until=604801s", ERR_SYNTAX,
		 "a window lasts 7 days at most"},
		{ACT_WINDOW, "ana", "x", "component=web from=367d until=368d", ERR_SYNTAX,
		 "it begins more than a year ahead; write it into the plan"},
		{ACT_WINDOW, "ana", "x", "component=web from=2h until=1h", ERR_SYNTAX,
		 "its end lies in the past, or before its beginning"},
		{ACT_SIGN, "beto", "", "entry=1", ERR_NOT_FOUND,
		 "this entry is no window or silence that still stands"},
		{ACT_UNSILENCE, "beto", "", "entry=1", ERR_NOT_FOUND,
		 "this entry is no window or silence that still stands"},
	};
	struct engine_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		world_mark(w);
		assert_int_equal(calendar_world_act(w, cases[i].person, cases[i].act, cases[i].note,
						    cases[i].given),
				 cases[i].err);
		assert_string_equal(w->refusal.text, cases[i].why);
		world_expect(w, "act.refused");
	}
	assert_int_equal(view_silence_count(w->engine), 0);
	/* At the very bounds it is taken. */
	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "component=web until=4h"),
			 ERR_OK);
	assert_int_equal(calendar_world_act(w, "ana", ACT_WINDOW, "x", "component=web until=7d"),
			 ERR_OK);
}

static void a_signature_takes_four_eyes(void **state)
{
	struct engine_world *w = *state;
	struct view_silence s;
	char entry[64];

	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x",
					    "service=votacion until=5m other=beto"),
			 ERR_OK);
	view_silence(w->engine, 0, &s);
	assert_true(s.needs_signature && !s.needs_coordinator && !s.in_force);
	snprintf(entry, sizeof(entry), "entry=%llu", (unsigned long long)s.id);
	assert_int_equal(calendar_world_act(w, "ana", ACT_SIGN, "", entry), ERR_DENIED);
	assert_int_equal(calendar_world_act(w, "beto", ACT_SIGN, "", entry), ERR_DENIED);
	assert_string_equal(w->refusal.text,
			    "nobody signs what they asked for: it takes four eyes");
	assert_int_equal(calendar_world_act(w, "uno", ACT_SIGN, "", entry), ERR_DENIED);
	assert_int_equal(calendar_world_act(w, "elsa", ACT_SIGN, "", entry), ERR_OK);
	view_silence(w->engine, 0, &s);
	assert_true(s.in_force && !s.needs_signature);
	assert_string_equal(s.signer, "elsa");
	assert_int_equal(calendar_world_act(w, "omar", ACT_SIGN, "", entry), ERR_WRONG_STATE);
}

static void a_later_freeze_binds_what_is_in_force(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	char *text = test_plan_read_file("tests/scenario/plans/calendar.yaml", arena);
	char *at = strstr(text, "from: \"2026-05-28T14:36:40\"");
	struct view_silence s;

	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "component=web until=9m"),
			 ERR_OK);
	world_until(w, 10000);
	view_silence(w->engine, 0, &s);
	assert_true(s.in_force);
	assert_non_null(at);
	memcpy(at, "from: \"2026-05-28T14:30:00\"", 27); /* the drill comes earlier now */
	world_apply_plan(w, text);
	view_silence(w->engine, 0, &s);
	assert_true(!s.in_force && s.needs_coordinator);
	arena_free(arena);
}

static void another_plan_keeps_what_it_still_knows(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	char *text = test_plan_read_file("tests/scenario/plans/calendar.yaml", arena);
	struct view_silence s;

	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "component=web until=5m"),
			 ERR_OK);
	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "site=central until=5m"),
			 ERR_OK);
	world_apply_plan(w, text);
	view_silence(w->engine, 1, &s);
	assert_true(s.in_force && s.kind == SCOPE_SITE);
	assert_int_equal(s.scope_index, plan_find_site(view_plan(w->engine), SLICE_LIT("central")));
	world_mark(w);
	world_apply_plan(w, world_plan); /* it has web, and no site; ana is there still */
	world_expect(w, "silence.ended why=plan");
	view_silence(w->engine, 0, &s);
	assert_true(s.in_force);
	assert_int_equal(s.scope_index,
			 plan_find_component(view_plan(w->engine), SLICE_LIT("web")));
	arena_free(arena);
}

static void what_failed_is_kept_for_the_end(void **state)
{
	struct engine_world *w = *state;
	struct view_silence_failed failed;
	uint64_t id;

	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "component=web until=1m"),
			 ERR_OK);
	id = calendar_world_newest(w, EVENT_ACT_SILENCE);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	assert_int_not_equal(world_service(w, "portal").silenced, 0);
	assert_true(world_service(w, "portal").clock.running);
	assert_true(world_incident(w, 0).silenced);
	assert_true(view_silence_failed(w->engine, id, 0, &failed));
	assert_string_equal(failed.service, "portal");
	assert_true(view_silence_failed(w->engine, id, 1, &failed));
	assert_false(view_silence_failed(w->engine, id, 2, &failed));
	world_never(w, "call.intent");
	world_until(w, 60000);
	assert_int_equal(world_service(w, "portal").silenced, 0);
	world_expect(w, "call.intent kind=down person=ana");
	world_expect(w, "call.intent kind=silence-ended person=omar incident=0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_refusal_has_its_reason, calendar_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_signature_takes_four_eyes, calendar_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_later_freeze_binds_what_is_in_force,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(another_plan_keeps_what_it_still_knows,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(what_failed_is_kept_for_the_end,
						calendar_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
