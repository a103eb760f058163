/* service - a service follows its diagram: every change is said once, with the moment that the
 * diagram gives and with what has failed; a beginning that moves while it is down is said as
 * well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

enum { MEMBERS_MAX = 12 };

/* An engine of nothing but components, and one service that needs n of them. */
struct small {
	struct engine engine;
	struct plan plan;
	struct plan_service service;
	struct service_now now;
	struct service_design design;
	struct component_now members[MEMBERS_MAX];
	struct plan_need leaves[MEMBERS_MAX], needs;
	struct event_list out;
};

static void build(struct small *s, enum plan_need_kind kind, uint32_t n)
{
	*s = (struct small){.needs = {.kind = kind,
				      .at_least = kind == NEED_ANY ? 1 : n,
				      .children = s->leaves,
				      .child_count = n}};
	for (uint32_t i = 0; i < n; i++) {
		s->leaves[i] = (struct plan_need){.kind = NEED_COMPONENT, .component = i};
		s->members[i] = (struct component_now){
			COMPONENT_OK, {1}, WALL_UNKNOWN, WALL_UNKNOWN, {5 + i}};
	}
	s->now = (struct service_now){.state = SERVICE_UNKNOWN,
				      .since = WALL_UNKNOWN,
				      .began = WALL_UNKNOWN,
				      .not_before = WALL_UNKNOWN,
				      .good = WALL_UNKNOWN};
	s->service.needs = &s->needs;
	s->plan.services = &s->service;
	s->plan.service_count = 1;
	s->engine.plan = &s->plan;
	s->engine.services = &s->now;
	s->engine.designs = &s->design;
	s->engine.components = s->members;
}

static void fail_member(struct small *s, uint32_t i, enum component_state state, int64_t began)
{
	s->members[i].state = state;
	s->members[i].began = (struct wall_time){began};
	s->members[i].not_before = (struct wall_time){began - 1};
}

/* Decides at a moment; the one event, which is applied too, or NULL. */
static const struct event *turn_at(struct small *s, int64_t now)
{
	struct turn t = {&s->engine, {now}, &s->out};

	event_list_reset(&s->out);
	service_decide(&t);
	assert_true(s->out.count <= 1);
	if (s->out.count == 0)
		return NULL;
	service_apply(&s->engine, &s->out.items[0]);
	return &s->out.items[0];
}

static void every_change_is_said_once_and_nothing_else_is(void **state)
{
	static const struct {
		enum component_state first, second;
		enum service_state from, to;
	} cases[] = {
		{COMPONENT_OK, COMPONENT_OK, SERVICE_UNKNOWN, SERVICE_OK},
		{COMPONENT_OK, COMPONENT_OK, SERVICE_OK, SERVICE_OK},
		{COMPONENT_WARNING, COMPONENT_OK, SERVICE_OK, SERVICE_DEGRADED},
		{COMPONENT_OK, COMPONENT_WARNING, SERVICE_DEGRADED, SERVICE_DEGRADED},
		{COMPONENT_CRITICAL, COMPONENT_WARNING, SERVICE_DEGRADED, SERVICE_DOWN},
		{COMPONENT_BLIND, COMPONENT_OK, SERVICE_DOWN, SERVICE_BLIND},
		{COMPONENT_OK, COMPONENT_BLIND, SERVICE_BLIND, SERVICE_BLIND},
		{COMPONENT_UNREACHABLE, COMPONENT_BLIND, SERVICE_BLIND, SERVICE_DOWN},
		{COMPONENT_OK, COMPONENT_OK, SERVICE_DOWN, SERVICE_OK},
		{COMPONENT_OK, COMPONENT_UNKNOWN, SERVICE_OK, SERVICE_UNKNOWN},
	};
	struct small s;

	(void)state;
	build(&s, NEED_ALL, 2);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct event *ev;

		fail_member(&s, 0, cases[i].first, 100);
		fail_member(&s, 1, cases[i].second, 100);
		ev = turn_at(&s, 1000);
		assert_int_equal(s.now.state, cases[i].to);
		if (cases[i].from == cases[i].to) {
			assert_null(ev);
			continue;
		}
		assert_non_null(ev);
		assert_int_equal(ev->kind, EVENT_SERVICE_STATE);
		assert_int_equal(ev->service, 0);
		assert_int_equal(ev->from, cases[i].from);
		assert_int_equal(ev->to, cases[i].to);
		assert_int_equal(ev->recorded.us, 1000);
		assert_null(turn_at(&s, 1001));
	}
	event_list_release(&s.out);
}

static void a_failure_is_dated_by_the_diagram_not_by_the_clock(void **state)
{
	struct small s;
	const struct event *ev;

	(void)state;
	build(&s, NEED_ALL, 2);
	assert_non_null(turn_at(&s, 10));
	fail_member(&s, 1, COMPONENT_CRITICAL, 100);
	ev = turn_at(&s, 130);
	assert_int_equal(ev->at.us, 100);
	assert_int_equal(ev->began.us, 100);
	assert_int_equal(ev->not_before.us, 99);
	assert_int_equal(ev->by_count, 1);
	assert_int_equal(ev->by[0], 1);
	assert_int_equal(s.now.began.us, 100);
	assert_int_equal(s.now.not_before.us, 99);
	assert_int_equal(s.now.since.us, 130);
	assert_int_equal(s.now.good.us, 6); /* the last good time is kept beside it */
	event_list_release(&s.out);
}

static void a_return_is_dated_by_the_first_good_sample(void **state)
{
	struct small s;
	const struct event *ev;

	(void)state;
	build(&s, NEED_ALL, 1);
	fail_member(&s, 0, COMPONENT_CRITICAL, 100);
	assert_non_null(turn_at(&s, 130));
	s.members[0].state = COMPONENT_OK;
	s.members[0].good = (struct wall_time){170};
	ev = turn_at(&s, 200);
	assert_int_equal(ev->at.us, 170);
	assert_int_equal(ev->began.us, 170);
	assert_false(wall_is_known(ev->not_before));
	assert_int_equal(ev->by_count, 0);
	assert_int_equal(s.now.good.us, 170);
	assert_int_equal(s.now.since.us, 200);
	assert_int_equal(s.now.began.us, 100);
	event_list_release(&s.out);
}

static void what_nobody_can_date_is_dated_now(void **state)
{
	static const struct {
		enum component_state state;
		enum service_state to;
	} cases[] = {{COMPONENT_OK, SERVICE_OK},
		     {COMPONENT_CRITICAL, SERVICE_DOWN},
		     {COMPONENT_BLIND, SERVICE_BLIND}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct small s;
		const struct event *ev;

		build(&s, NEED_ALL, 1);
		s.members[0].state = cases[i].state;
		s.members[0].good = WALL_UNKNOWN;
		ev = turn_at(&s, 130);
		assert_int_equal(ev->to, cases[i].to);
		assert_int_equal(ev->at.us, 130);
		assert_false(wall_is_known(ev->began));
		assert_null(turn_at(&s, 140));
		event_list_release(&s.out);
	}
}

static void a_beginning_that_moves_is_said_while_it_is_down_only(void **state)
{
	struct small s;
	const struct event *ev;

	(void)state;
	build(&s, NEED_ALL, 2);
	fail_member(&s, 0, COMPONENT_CRITICAL, 100);
	assert_non_null(turn_at(&s, 130));
	fail_member(&s, 0, COMPONENT_CRITICAL, 80);
	ev = turn_at(&s, 150);
	assert_non_null(ev);
	assert_int_equal(ev->from, SERVICE_DOWN);
	assert_int_equal(ev->to, SERVICE_DOWN);
	assert_int_equal(ev->began.us, 80);
	assert_int_equal(s.now.began.us, 80);
	assert_int_equal(s.now.since.us, 130); /* it is down since then: nothing changed */
	/* A second member that fails later moves nothing: all needs the earliest. */
	fail_member(&s, 1, COMPONENT_CRITICAL, 140);
	assert_null(turn_at(&s, 160));
	fail_member(&s, 0, COMPONENT_BLIND, 80);
	s.members[1].state = COMPONENT_OK;
	assert_int_equal(turn_at(&s, 170)->to, SERVICE_BLIND);
	fail_member(&s, 0, COMPONENT_BLIND, 70);
	assert_null(turn_at(&s, 180));
	event_list_release(&s.out);
}

static void of_many_that_failed_the_first_eight_are_named(void **state)
{
	struct small s;
	const struct event *ev;

	(void)state;
	build(&s, NEED_ANY, MEMBERS_MAX);
	for (uint32_t i = 0; i < MEMBERS_MAX; i++)
		fail_member(&s, i, COMPONENT_UNREACHABLE, 100 + i);
	ev = turn_at(&s, 200);
	assert_int_equal(ev->began.us, 100 + MEMBERS_MAX - 1); /* any fails with its last */
	assert_int_equal(ev->by_count, EVENT_LIST_MAX);
	for (uint32_t i = 0; i < EVENT_LIST_MAX; i++)
		assert_int_equal(ev->by[i], i);
	event_list_release(&s.out);
}

static void services_over_the_same_component_change_together(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 4000);
	assert_int_equal(world_service(w, "portal").state, SERVICE_OK);
	world_mark(w);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 7000);
	world_expect(w, "component.state component=web to=critical began=@5");
	world_expect(w, "service.state service=portal from=ok to=down began=@5 not_before=@4");
	world_expect(w, "service.state service=consulta from=ok to=down began=@5 not_before=@4");
	world_never(w, "service.state service=acceso");
	assert_int_equal(world_ms(world_service(w, "portal").since), 7000);
	assert_int_equal(world_ms(world_service(w, "acceso").since), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_change_is_said_once_and_nothing_else_is),
		cmocka_unit_test(a_failure_is_dated_by_the_diagram_not_by_the_clock),
		cmocka_unit_test(a_return_is_dated_by_the_first_good_sample),
		cmocka_unit_test(what_nobody_can_date_is_dated_now),
		cmocka_unit_test(a_beginning_that_moves_is_said_while_it_is_down_only),
		cmocka_unit_test(of_many_that_failed_the_first_eight_are_named),
		cmocka_unit_test_setup_teardown(services_over_the_same_component_change_together,
						world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
