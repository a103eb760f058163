/* component - the worst of its checks; behind a path that is down it is unreachable, and after
 * that it fails on its own only by news; what lies at the bottom of a failed path is the root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

enum { N = 4 };

/* An engine of four components with one check of one place each, and what they depend on. */
struct small {
	struct engine engine;
	struct plan plan;
	struct plan_component parts[N];
	struct plan_check checks[N];
	struct vantage_state vantages[N];
	struct vantage_soft soft[N];
	struct component_now now[N];
	struct plan_need leaves[N];
	struct event_list out;
};

static void build(struct small *s)
{
	static const char *const ids[N] = {"a:p", "b:p", "c:p", "d:p"};

	*s = (struct small){.plan = {.component_count = N, .check_count = N}};
	for (uint32_t i = 0; i < N; i++) {
		s->parts[i] = (struct plan_component){.check_first = i, .check_count = 1};
		s->checks[i] = (struct plan_check){
			.id = ids[i], .quorum = 1, .vantage_first = i, .vantage_count = 1};
		s->vantages[i] = (struct vantage_state){
			.state = CHECK_OK, .good = {5}, .began = WALL_UNKNOWN};
		s->now[i] =
			(struct component_now){COMPONENT_OK, {5}, WALL_UNKNOWN, WALL_UNKNOWN, {5}};
		s->leaves[i] = (struct plan_need){.kind = NEED_COMPONENT, .component = i};
	}
	s->plan.components = s->parts;
	s->plan.checks = s->checks;
	s->engine.plan = &s->plan;
	s->engine.vantages = s->vantages;
	s->engine.soft = s->soft;
	s->engine.components = s->now;
}

static void set_check(struct small *s, uint32_t i, enum check_state state, int64_t began)
{
	s->vantages[i].state = state;
	s->vantages[i].began = (struct wall_time){began};
	s->vantages[i].not_before = (struct wall_time){began - 1};
}

static void decide(struct small *s, int64_t now)
{
	struct turn t = {&s->engine, {now}, &s->out};

	event_list_reset(&s->out);
	component_decide(&t);
}

/* Decides and applies until nothing changes any more. */
static void settle(struct small *s, int64_t now)
{
	int rounds = 0;

	for (decide(s, now); s->out.count > 0; decide(s, now)) {
		assert_true(++rounds <= N + 1);
		for (size_t i = 0; i < s->out.count; i++)
			component_apply(&s->engine, &s->out.items[i]);
	}
}

/* --- its checks ------------------------------------------------------------------------------- */

static void it_is_the_worst_of_its_checks(void **state)
{
	/* From the best to the worst. */
	static const struct {
		enum check_state check;
		enum component_state component;
	} order[] = {
		{CHECK_OK, COMPONENT_OK},
		{CHECK_UNKNOWN, COMPONENT_UNKNOWN},
		{CHECK_WARNING, COMPONENT_WARNING},
		{CHECK_BLIND, COMPONENT_BLIND},
		{CHECK_CRITICAL, COMPONENT_CRITICAL},
	};
	size_t n = COUNT_OF(order);

	(void)state;
	for (size_t c = 0; c < n * n; c++) {
		size_t worst = c / n > c % n ? c / n : c % n;
		struct small s;

		build(&s);
		s.parts[0].check_count = 2;
		set_check(&s, 0, order[c / n].check, 100);
		set_check(&s, 1, order[c % n].check, 200);
		s.plan.component_count = 1;
		settle(&s, 300);
		if (s.now[0].state != order[worst].component)
			fail_msg("%s and %s: %s", check_state_word(order[c / n].check),
				 check_state_word(order[c % n].check),
				 component_state_word(s.now[0].state));
		event_list_release(&s.out);
	}
}

static void without_checks_nobody_sees_it(void **state)
{
	struct small s;

	(void)state;
	build(&s);
	s.parts[0].check_count = 0;
	decide(&s, 300);
	assert_int_equal(s.out.count, 1);
	assert_int_equal(s.out.items[0].to, COMPONENT_BLIND);
	assert_int_equal(s.out.items[0].at.us, 300);
	assert_string_equal(s.out.items[0].text, "");
	event_list_release(&s.out);
}

static void of_equally_bad_checks_the_first_to_fail_is_the_cause(void **state)
{
	struct small s;
	const struct event *ev;

	(void)state;
	build(&s);
	s.plan.component_count = 1;
	s.parts[0].check_count = 3;
	set_check(&s, 0, CHECK_CRITICAL, 120);
	set_check(&s, 1, CHECK_CRITICAL, 110);
	set_check(&s, 2, CHECK_WARNING, 50);
	decide(&s, 130);
	ev = &s.out.items[0];
	assert_int_equal(s.out.count, 1);
	assert_int_equal(ev->kind, EVENT_COMPONENT_STATE);
	assert_int_equal(ev->component, 0);
	assert_int_equal(ev->from, COMPONENT_OK);
	assert_int_equal(ev->to, COMPONENT_CRITICAL);
	assert_int_equal(ev->at.us, 110);
	assert_int_equal(ev->recorded.us, 130);
	assert_int_equal(ev->began.us, 110);
	assert_int_equal(ev->not_before.us, 109);
	assert_string_equal(ev->text, "b:p");
	component_apply(&s.engine, ev);
	assert_int_equal(s.now[0].since.us, 130);
	assert_int_equal(s.now[0].began.us, 110);
	assert_int_equal(s.now[0].not_before.us, 109);
	assert_int_equal(s.now[0].good.us, 5);
	event_list_release(&s.out);
}

static void a_beginning_that_nobody_knows_is_not_the_earliest(void **state)
{
	struct small s;

	(void)state;
	build(&s);
	s.plan.component_count = 1;
	s.parts[0].check_count = 2;
	set_check(&s, 0, CHECK_CRITICAL, 120);
	s.vantages[1].state = CHECK_CRITICAL;
	decide(&s, 130);
	assert_int_equal(s.out.items[0].began.us, 120);
	assert_string_equal(s.out.items[0].text, "a:p");
	event_list_release(&s.out);
}

static void it_is_good_again_since_the_last_of_its_checks_is(void **state)
{
	struct small s;
	const struct event *ev;

	(void)state;
	build(&s);
	s.plan.component_count = 1;
	s.parts[0].check_count = 2;
	s.now[0].state = COMPONENT_CRITICAL;
	s.now[0].began = (struct wall_time){110};
	s.vantages[0].good = (struct wall_time){170};
	s.vantages[1].good = (struct wall_time){150};
	decide(&s, 180);
	ev = &s.out.items[0];
	assert_int_equal(ev->to, COMPONENT_OK);
	assert_int_equal(ev->at.us, 170);
	assert_int_equal(ev->began.us, 170);
	assert_false(wall_is_known(ev->not_before));
	component_apply(&s.engine, ev);
	assert_int_equal(s.now[0].good.us, 170);
	assert_int_equal(s.now[0].began.us, 110);
	event_list_release(&s.out);
}

static void a_beginning_that_moves_is_said_of_what_fails_only(void **state)
{
	static const struct {
		enum check_state state;
		size_t events;
	} cases[] = {{CHECK_WARNING, 0}, {CHECK_CRITICAL, 1}, {CHECK_BLIND, 0}, {CHECK_OK, 0}};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small s;

		build(&s);
		set_check(&s, 0, cases[c].state, 100);
		settle(&s, 120);
		set_check(&s, 0, cases[c].state, 80);
		decide(&s, 130);
		assert_int_equal(s.out.count, cases[c].events);
		if (cases[c].events > 0) {
			assert_int_equal(s.out.items[0].from, s.out.items[0].to);
			assert_int_equal(s.out.items[0].began.us, 80);
			component_apply(&s.engine, &s.out.items[0]);
			assert_int_equal(s.now[0].since.us, 120); /* its state did not change */
			decide(&s, 140);
			assert_int_equal(s.out.count, 0);
		}
		event_list_release(&s.out);
	}
}

/* --- the path to it --------------------------------------------------------------------------- */

static void behind_a_path_that_is_down_what_fails_is_unreachable(void **state)
{
	static const struct {
		enum check_state own;
		enum component_state path, becomes;
		const char *why;
	} cases[] = {
		{CHECK_CRITICAL, COMPONENT_CRITICAL, COMPONENT_UNREACHABLE, "the path is down"},
		{CHECK_CRITICAL, COMPONENT_UNREACHABLE, COMPONENT_UNREACHABLE, "further below"},
		{CHECK_BLIND, COMPONENT_CRITICAL, COMPONENT_UNREACHABLE, "blind behind it too"},
		{CHECK_CRITICAL, COMPONENT_BLIND, COMPONENT_CRITICAL, "blind is not down"},
		{CHECK_CRITICAL, COMPONENT_WARNING, COMPONENT_CRITICAL, "a warning is served"},
		{CHECK_CRITICAL, COMPONENT_UNKNOWN, COMPONENT_CRITICAL, "not known to be down"},
		{CHECK_BLIND, COMPONENT_OK, COMPONENT_BLIND, "its own blindness"},
		{CHECK_OK, COMPONENT_CRITICAL, COMPONENT_OK, "it answers, whatever we think"},
		{CHECK_WARNING, COMPONENT_CRITICAL, COMPONENT_WARNING, "it answers"},
		{CHECK_UNKNOWN, COMPONENT_CRITICAL, COMPONENT_UNKNOWN, "no sample yet"},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small s;
		struct turn t = {&s.engine, {300}, &s.out};

		build(&s);
		s.parts[1].depends_on = &s.leaves[0];
		s.now[0].state = cases[c].path;
		set_check(&s, 1, cases[c].own, 100);
		component_decide(&t);
		for (size_t i = 0; i < s.out.count; i++) {
			if (s.out.items[i].component == 1)
				component_apply(&s.engine, &s.out.items[i]);
		}
		if (s.now[1].state != cases[c].becomes)
			fail_msg("%s: %s", cases[c].why, component_state_word(s.now[1].state));
		event_list_release(&s.out);
	}
}

static void one_of_two_paths_is_enough(void **state)
{
	struct small s;
	struct plan_need any;

	(void)state;
	build(&s);
	any = (struct plan_need){NEED_ANY, 0, 1, s.leaves, 2};
	s.parts[2].depends_on = &any;
	set_check(&s, 0, CHECK_CRITICAL, 90);
	set_check(&s, 2, CHECK_CRITICAL, 100);
	settle(&s, 120);
	assert_int_equal(s.now[2].state, COMPONENT_CRITICAL);
	set_check(&s, 1, CHECK_CRITICAL, 110);
	settle(&s, 130);
	assert_int_equal(s.now[2].state, COMPONENT_UNREACHABLE);
	event_list_release(&s.out);
}

static void after_its_path_came_back_it_fails_only_by_news(void **state)
{
	static const struct {
		bool heard;
		int64_t last;
		enum component_state becomes;
	} cases[] = {
		{false, 0, COMPONENT_UNREACHABLE},
		{true, 199, COMPONENT_UNREACHABLE},
		{true, 200, COMPONENT_UNREACHABLE}, /* the path came back at 200 */
		{true, 201, COMPONENT_CRITICAL},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small s;

		build(&s);
		s.parts[1].depends_on = &s.leaves[0];
		set_check(&s, 0, CHECK_CRITICAL, 100);
		set_check(&s, 1, CHECK_CRITICAL, 100);
		settle(&s, 110);
		assert_int_equal(s.now[1].state, COMPONENT_UNREACHABLE);
		set_check(&s, 0, CHECK_OK, 100);
		s.soft[1].has_sample = cases[c].heard;
		s.soft[1].last.t = (struct wall_time){cases[c].last};
		settle(&s, 200);
		assert_int_equal(s.now[0].state, COMPONENT_OK);
		assert_int_equal(s.now[1].state, cases[c].becomes);
		event_list_release(&s.out);
	}
}

static void what_answers_again_is_good_without_waiting_for_its_path(void **state)
{
	struct small s;

	(void)state;
	build(&s);
	s.parts[1].depends_on = &s.leaves[0];
	set_check(&s, 0, CHECK_CRITICAL, 100);
	set_check(&s, 1, CHECK_CRITICAL, 100);
	settle(&s, 110);
	set_check(&s, 1, CHECK_OK, 100);
	settle(&s, 120);
	assert_int_equal(s.now[0].state, COMPONENT_CRITICAL);
	assert_int_equal(s.now[1].state, COMPONENT_OK);
	event_list_release(&s.out);
}

/* --- the root --------------------------------------------------------------------------------- */

static void the_root_is_what_failed_at_the_bottom_of_the_path(void **state)
{
	/* 3 depends on 2, 2 on any of 0 and 1. */
	static const struct {
		enum component_state states[N];
		uint32_t of, root;
		const char *why;
	} cases[] = {
		{{COMPONENT_OK, COMPONENT_OK, COMPONENT_OK, COMPONENT_CRITICAL}, 3, 3, "itself"},
		{{COMPONENT_OK, COMPONENT_OK, COMPONENT_CRITICAL, COMPONENT_UNREACHABLE},
		 3,
		 2,
		 "one below"},
		{{COMPONENT_CRITICAL, COMPONENT_CRITICAL, COMPONENT_UNREACHABLE,
		  COMPONENT_UNREACHABLE},
		 3,
		 0,
		 "two below, the first that failed in the order of the plan"},
		{{COMPONENT_BLIND, COMPONENT_CRITICAL, COMPONENT_UNREACHABLE,
		  COMPONENT_UNREACHABLE},
		 3,
		 1,
		 "blind is no failure"},
		{{COMPONENT_OK, COMPONENT_OK, COMPONENT_OK, COMPONENT_UNREACHABLE},
		 3,
		 3,
		 "the path is back already"},
		{{COMPONENT_CRITICAL, COMPONENT_CRITICAL, COMPONENT_BLIND, COMPONENT_BLIND},
		 3,
		 3,
		 "only what is unreachable has a root elsewhere"},
		{{COMPONENT_UNREACHABLE, COMPONENT_OK, COMPONENT_OK, COMPONENT_OK},
		 0,
		 0,
		 "it depends on nothing"},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small s;
		struct plan_need any;
		uint32_t root;

		build(&s);
		any = (struct plan_need){NEED_ANY, 0, 1, s.leaves, 2};
		s.parts[2].depends_on = &any;
		s.parts[3].depends_on = &s.leaves[2];
		for (uint32_t i = 0; i < N; i++)
			s.now[i].state = cases[c].states[i];
		root = component_root(&s.engine, cases[c].of);
		if (root != cases[c].root)
			fail_msg("%s: %u", cases[c].why, root);
	}
}

static void a_child_pages_nobody_when_its_path_comes_back(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 4000);
	world_set(w, "switch:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	world_expect(w, "component.state component=switch to=critical began=@5 cause=switch:p");
	assert_int_equal(world_component(w, "fw-a"), COMPONENT_UNREACHABLE);
	assert_int_equal(world_component(w, "fw-b"), COMPONENT_OK);
	world_set(w, "switch:p", NULL, HEALTH_OK);
	world_until(w, 12000);
	world_expect(w, "component.state component=switch to=ok began=@11");
	/* The next second's sample of fw-a is newer: now it is its own failure. */
	world_until(w, 13000);
	world_expect(w, "component.state component=fw-a from=unreachable to=critical began=@5");
	assert_int_equal(view_incident_count(w->engine), 0); /* fw-b serves acceso */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_worst_of_its_checks),
		cmocka_unit_test(without_checks_nobody_sees_it),
		cmocka_unit_test(of_equally_bad_checks_the_first_to_fail_is_the_cause),
		cmocka_unit_test(a_beginning_that_nobody_knows_is_not_the_earliest),
		cmocka_unit_test(it_is_good_again_since_the_last_of_its_checks_is),
		cmocka_unit_test(a_beginning_that_moves_is_said_of_what_fails_only),
		cmocka_unit_test(behind_a_path_that_is_down_what_fails_is_unreachable),
		cmocka_unit_test(one_of_two_paths_is_enough),
		cmocka_unit_test(after_its_path_came_back_it_fails_only_by_news),
		cmocka_unit_test(what_answers_again_is_good_without_waiting_for_its_path),
		cmocka_unit_test(the_root_is_what_failed_at_the_bottom_of_the_path),
		cmocka_unit_test_setup_teardown(a_child_pages_nobody_when_its_path_comes_back,
						world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
