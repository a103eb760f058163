/* plan_people - channels, people and seats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/instant.h"
#include "tests/support/test_plan.h"

static void who_sits_where_and_how_they_are_reached(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	const struct plan_seat *team = &p->seats[plan_find_seat(p, SLICE_LIT("equipo"))];
	const struct plan_seat *coordinator =
		&p->seats[plan_find_seat(p, SLICE_LIT("coordinador"))];
	const struct plan_person *mesa = &p->people[plan_find_person(p, SLICE_LIT("mesa"))];

	(void)state;
	assert_int_equal(team->level, 3);
	assert_string_equal(team->name, "equipo");
	assert_string_equal(p->people[team->titular].id, "dii");
	assert_string_equal(p->people[team->suplente].id, "mesa");
	assert_string_equal(coordinator->name, "Coordinador");
	assert_int_equal(coordinator->suplente, PLAN_NONE);
	assert_int_equal(p->seats[0].level, 0);
	assert_string_equal(mesa->post, "Mesa de ayuda");
	assert_int_equal(mesa->contact_count, 1);
	assert_string_equal(mesa->contacts[0].to, "mesa@example.org");
	assert_int_equal(mesa->contacts[0].carried_count, 1);
	assert_int_equal(mesa->contacts[0].carried_by[0],
			 plan_find_component(p, SLICE_LIT("dc/switch")));
	plan_free(p);
}

static void channels_have_their_times_and_carriers(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	struct plan *q = test_plan_from_text("channels: [{id: c, type: file, path: /x}]");

	(void)state;
	assert_string_equal(p->channels[0].type, "file");
	assert_int_equal(p->channels[0].receipt_within_us, 5 * US_PER_S);
	assert_int_equal(p->channels[0].carried_count, 1);
	assert_int_equal(q->channels[0].receipt_within_us, 60 * US_PER_S);
	assert_string_equal(q->channels[0].params[0].value, "/x");
	plan_free(p);
	plan_free(q);
}

static void contacts_keep_their_order(void **state)
{
	struct plan *p = test_plan_from_text(
		"people: [{id: m, post: M, contacts: [{channel: b, to: one}, {channel: a, to: "
		"two}, "
		"{channel: b, to: three}]}]\n"
		"channels: [{id: a, type: file, path: x}, {id: b, type: file, path: y}]\n");

	(void)state;
	assert_int_equal(p->people[0].contact_count, 3);
	assert_string_equal(p->people[0].contacts[0].to, "one");
	assert_int_equal(p->people[0].contacts[0].channel, 1);
	assert_string_equal(p->people[0].contacts[2].to, "three");
	plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_sits_where_and_how_they_are_reached),
		cmocka_unit_test(channels_have_their_times_and_carriers),
		cmocka_unit_test(contacts_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
