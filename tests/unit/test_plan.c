/* plan - finders, and when a step is due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/instant.h"
#include "engine/plan.h"
#include "tests/support/test_plan.h"

static struct plan *whole(void)
{
	return test_plan_from_file("tests/fixtures/plan/whole.yaml");
}

static void everything_is_found_by_its_id(void **state)
{
	struct plan *p = whole();

	(void)state;
	for (uint32_t i = 0; i < p->agent_count; i++)
		assert_int_equal(plan_find_agent(p, slice_of(p->agents[i].id)), i);
	for (uint32_t i = 0; i < p->component_count; i++)
		assert_int_equal(plan_find_component(p, slice_of(p->components[i].id)), i);
	for (uint32_t i = 0; i < p->check_count; i++)
		assert_int_equal(plan_find_check(p, slice_of(p->checks[i].id)), i);
	for (uint32_t i = 0; i < p->service_count; i++)
		assert_int_equal(plan_find_service(p, slice_of(p->services[i].id)), i);
	for (uint32_t i = 0; i < p->person_count; i++)
		assert_int_equal(plan_find_person(p, slice_of(p->people[i].id)), i);
	for (uint32_t i = 0; i < p->seat_count; i++)
		assert_int_equal(plan_find_seat(p, slice_of(p->seats[i].id)), i);
	for (uint32_t i = 0; i < p->channel_count; i++)
		assert_int_equal(plan_find_channel(p, slice_of(p->channels[i].id)), i);
	plan_free(p);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct plan *p = whole();
	const struct plan empty = {0};

	(void)state;
	assert_int_equal(plan_find_check(p, SLICE_LIT("dc/fw-a:pin")), PLAN_NONE);
	assert_int_equal(plan_find_check(p, SLICE_LIT("")), PLAN_NONE);
	assert_int_equal(plan_find_check(&empty, SLICE_LIT("dc/fw-a:ping")), PLAN_NONE);
	assert_int_equal(plan_find_agent(p, SLICE_LIT("d")), PLAN_NONE);
	assert_int_equal(plan_find_agent(p, SLICE_LIT("dcx")), PLAN_NONE);
	assert_int_equal(plan_find_component(p, SLICE_LIT("dc")), PLAN_NONE);
	plan_free(p);
}

static void a_check_measures_what_it_is_told_to_read(void **state)
{
	static const char *const with[] = {"value_json", "value_header", NULL};
	static const struct check_schema some = {
		.type = "x", .value_count = 5, .extra_count = 2, .extra_with = with};
	static const struct check_schema all = {.type = "y", .value_count = 5};
	static const struct plan_kv sets[] = {{"url", "u"}, {"value_header", "Date"}};
	static const struct plan_kv nothing[] = {{"value_json", ""}};

	(void)state;
	assert_int_equal(plan_measured_values(&(struct plan_check){.schema = &all}), 5);
	assert_int_equal(plan_measured_values(&(struct plan_check){.schema = &some}), 3);
	assert_int_equal(plan_measured_values(&(struct plan_check){
				 .schema = &some, .params = nothing, .param_count = 1}),
			 3);
	assert_int_equal(plan_measured_values(&(struct plan_check){
				 .schema = &some, .params = sets, .param_count = 2}),
			 5);
	assert_int_equal(plan_measured_values(&(struct plan_check){
				 .schema = &some, .params = sets, .param_count = 1}),
			 3);
}

static void vantages_are_found_by_check_and_agent(void **state)
{
	struct plan *p = whole();
	uint32_t both = plan_find_check(p, SLICE_LIT("dc/fw-a:ping"));
	uint32_t one = plan_find_check(p, SLICE_LIT("dc/fw-a:web"));

	(void)state;
	for (uint32_t agent = 0; agent < 2; agent++) {
		uint32_t v = plan_find_vantage(p, both, agent);

		assert_int_not_equal(v, PLAN_NONE);
		assert_int_equal(p->vantages[v].check, both);
		assert_int_equal(p->vantages[v].agent, agent);
	}
	assert_int_equal(plan_find_vantage(p, one, 1), PLAN_NONE);
	plan_free(p);
}

static void a_step_is_due_at_its_part_of_the_rto(void **state)
{
	static const struct {
		struct plan_step step;
		int64_t rto_s, after_us;
		const char *why;
	} cases[] = {
		{{.at = AT_CONFIRMED, .pct = 50}, 300, 0, "confirmed is at once"},
		{{.at = AT_PCT, .pct = 10}, 300, 30 * US_PER_S, "10 % of 5 m"},
		{{.at = AT_PCT, .pct = 10, .min_us = 60 * US_PER_S}, 300, 60 * US_PER_S, "min"},
		{{.at = AT_PCT, .pct = 40, .max_us = 600 * US_PER_S}, 7200, 600 * US_PER_S, "max"},
		{{.at = AT_PCT, .pct = 100}, 1, US_PER_S, "the RTO itself"},
		{{.at = AT_PCT, .pct = 33}, 1, 330000, "no rounding to seconds"},
		{{.at = AT_PCT, .pct = 1000}, 36288000, INT64_C(362880000000000), "no overflow"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t got = plan_step_after_us(&cases[i].step, cases[i].rto_s * US_PER_S);

		if (got != cases[i].after_us)
			fail_msg("%s: %lld", cases[i].why, (long long)got);
	}
}

static void nothing_is_freed_as_well(void **state)
{
	(void)state;
	plan_free(NULL);
}

/* By id, by name, in capitals; the id as it is written wins over another seat's name. */
static void an_activity_names_a_seat_as_people_write_it(void **state)
{
	const struct plan_seat seats[] = {{.id = "mesa", .name = "cat"},
					  {.id = "cat", .name = "Centro de atención"}};
	struct plan p = {.seats = seats, .seat_count = 2};

	(void)state;
	assert_int_equal(plan_find_actor(&p, SLICE_LIT("cat")), 1);
	assert_int_equal(plan_find_actor(&p, SLICE_LIT("MESA")), 0);
	assert_int_equal(plan_find_actor(&p, SLICE_LIT("centro de atención")), 1);
	assert_int_equal(plan_find_actor(&p, SLICE_LIT("Centro")), PLAN_NONE);
	assert_int_equal(plan_find_actor(&p, SLICE_LIT("mesa de ayuda")), PLAN_NONE);
	assert_int_equal(plan_find_actor(&p, SLICE_LIT("")), PLAN_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_activity_names_a_seat_as_people_write_it),
		cmocka_unit_test(everything_is_found_by_its_id),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(vantages_are_found_by_check_and_agent),
		cmocka_unit_test(a_check_measures_what_it_is_told_to_read),
		cmocka_unit_test(a_step_is_due_at_its_part_of_the_rto),
		cmocka_unit_test(nothing_is_freed_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
