/* cuts_service - a publication weighs on its service beside the components: the earlier beginning counts, the later good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/test_plan.h"

static const char yaml[] =
	"agents: [{id: dc}]\n"
	"components:\n"
	"  - {id: a, checks: [{id: p, type: tcp, address: a, port: 1, from: [dc], interval: 1s}]}\n"
	"  - {id: b, checks: [{id: p, type: tcp, address: a, port: 1, from: [dc], interval: 1s}]}\n"
	"services: [{id: x, rto: 1h, needs: a}, {id: y, rto: 1h, needs: a}]\n"
	"cuts:\n"
	"  - {id: uno, service: x, first: \"2026-05-28T12:00\", last: \"2026-05-28T13:00\", by: "
	"number, of: [{name: b, check: \"b:p\", value: connect}]}\n"
	"  - {id: dos, service: x, first: \"2026-05-28T12:00\", last: \"2026-05-28T13:00\", by: "
	"number, of: [{name: a, check: \"a:p\", value: connect}]}\n";

struct stage {
	struct engine e;
	struct cuts_now cuts[2];
};

static int set_up(void **state)
{
	static struct stage s;

	s = (struct stage){.e.cuts = s.cuts};
	s.e.plan = test_plan_from_text(yaml);
	for (int i = 0; i < 2; i++)
		s.cuts[i] = (struct cuts_now){
			.effect = SERVICE_OK, .began = WALL_UNKNOWN, .good = WALL_UNKNOWN};
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *s = *state;

	plan_free((struct plan *)(uintptr_t)s->e.plan);
	return 0;
}

static struct diagram_result well(int64_t good)
{
	return (struct diagram_result){.state = SERVICE_OK,
				       .began = WALL_UNKNOWN,
				       .not_before = WALL_UNKNOWN,
				       .good = {good}};
}

static struct diagram_result down_since_50(void)
{
	return (struct diagram_result){
		.state = SERVICE_DOWN, .began = {50}, .not_before = {49}, .good = WALL_UNKNOWN};
}

static void down_since_it_was_due(void **state)
{
	struct stage *s = *state;
	struct diagram_result r = well(5);

	s->cuts[0].effect = SERVICE_DOWN;
	s->cuts[0].began.us = 100;
	s->cuts[0].late = 1;
	assert_int_equal(cuts_weigh(&s->e, 0, &r), 0);
	assert_int_equal(r.state, SERVICE_DOWN);
	assert_int_equal(r.began.us, 100);
	assert_false(wall_is_known(r.not_before));
	assert_int_equal(cuts_root(&s->e, 0), 1);
	/* The other service has nothing to do with it. */
	r = well(5);
	assert_int_equal(cuts_weigh(&s->e, 1, &r), PLAN_NONE);
	assert_int_equal(r.state, SERVICE_OK);
	assert_int_equal(cuts_root(&s->e, 1), PLAN_NONE);
}

static void the_earlier_beginning_counts(void **state)
{
	struct stage *s = *state;
	struct diagram_result r = down_since_50();

	s->cuts[0].effect = SERVICE_DOWN;
	s->cuts[0].began.us = 100;
	assert_int_equal(cuts_weigh(&s->e, 0, &r), PLAN_NONE);
	assert_int_equal(r.began.us, 50);
	assert_int_equal(r.not_before.us, 49);
	s->cuts[1].effect = SERVICE_DOWN;
	s->cuts[1].began.us = 20;
	assert_int_equal(cuts_weigh(&s->e, 0, &r), 1);
	assert_int_equal(r.began.us, 20);
}

static void blind_and_degraded_do_not_hide_worse(void **state)
{
	struct stage *s = *state;
	struct diagram_result r = well(5);

	s->cuts[0].effect = SERVICE_DEGRADED;
	assert_int_equal(cuts_weigh(&s->e, 0, &r), 0);
	assert_int_equal(r.state, SERVICE_DEGRADED);
	s->cuts[1].effect = SERVICE_BLIND;
	s->cuts[1].began.us = 70;
	assert_int_equal(cuts_weigh(&s->e, 0, &r), 1);
	assert_int_equal(r.state, SERVICE_BLIND);
	assert_int_equal(r.began.us, 70);
	r = down_since_50();
	assert_int_equal(cuts_weigh(&s->e, 0, &r), PLAN_NONE);
	assert_int_equal(r.state, SERVICE_DOWN);
}

static void good_since_the_last_of_both(void **state)
{
	struct stage *s = *state;
	struct diagram_result r = well(5);

	s->cuts[0].good.us = 80;
	assert_int_equal(cuts_weigh(&s->e, 0, &r), PLAN_NONE);
	assert_int_equal(r.good.us, 80);
	r = well(90);
	assert_int_equal(cuts_weigh(&s->e, 0, &r), PLAN_NONE);
	assert_int_equal(r.good.us, 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(down_since_it_was_due, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_earlier_beginning_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(blind_and_degraded_do_not_hide_worse, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(good_since_the_last_of_both, set_up, tear_down)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
