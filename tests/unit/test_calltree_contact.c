/* calltree_contact - contacts in the plan's order, each once in a scope, those whose carrier is down last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/calltree.h"

enum { PBX, MAIL };

struct stage {
	struct component_now components[2];
	uint32_t pbx[1], mail[1];
	struct plan_channel channels[2];
	struct plan_contact contacts[3];
	struct plan_person person;
	struct plan plan;
	struct call calls[4];
	struct incident incident;
	struct engine engine;
	struct scope scope;
};

/* One person with three contacts: by voice over the pbx, by voice over nothing, by mail whose channel hangs on the server. */
static void build(struct stage *s)
{
	memset(s, 0, sizeof(*s));
	s->pbx[0] = PBX;
	s->mail[0] = MAIL;
	s->channels[1] = (struct plan_channel){.carried_by = s->mail, .carried_count = 1};
	s->contacts[0] = (struct plan_contact){.carried_by = s->pbx, .carried_count = 1};
	s->contacts[2] = (struct plan_contact){.channel = 1};
	s->person = (struct plan_person){.contacts = s->contacts, .contact_count = 3};
	s->plan = (struct plan){.people = &s->person, .person_count = 1, .channels = s->channels};
	s->incident = (struct incident){.plan = &s->plan, .calls = s->calls};
	s->engine = (struct engine){.plan = &s->plan, .components = s->components};
	s->scope = (struct scope){.seat = 3, .round = 1};
}

static void try_contact(struct stage *s, uint32_t contact)
{
	s->calls[s->incident.call_count++] =
		(struct call){.seat = 3, .round = 1, .contact = contact};
}

static uint32_t next(const struct stage *s)
{
	struct tries tries = tries_of_scope(&s->incident, &s->scope);

	return contact_next(&s->engine, &s->plan, &tries, 0);
}

static void contacts_are_tried_in_order_and_once(void **state)
{
	struct stage s;

	(void)state;
	build(&s);
	for (uint32_t k = 0; k < 3; k++) {
		assert_int_equal(next(&s), k);
		try_contact(&s, k);
	}
	assert_int_equal(next(&s), PLAN_NONE);
	s.scope.round = 2; /* everything again */
	assert_int_equal(next(&s), 0);
}

static void what_hangs_on_something_that_is_down_comes_last(void **state)
{
	struct stage s;

	(void)state;
	build(&s);
	s.components[PBX].state = COMPONENT_CRITICAL;
	assert_int_equal(next(&s), 1);
	try_contact(&s, 1);
	assert_int_equal(next(&s), 2);
	s.components[MAIL].state = COMPONENT_UNREACHABLE;
	assert_int_equal(next(&s), 0); /* both are down: the plan's order */
	try_contact(&s, 0);
	assert_int_equal(next(&s), 2);
}

static void under_another_plan_a_carrier_is_known_by_its_id(void **state)
{
	const struct plan_component old[] = {{.id = "pbx"}, {.id = "mail"}};
	struct plan_component now[] = {{.id = "mail"}, {.id = "pbx"}};
	struct plan other = {.components = now, .component_count = 2};
	struct stage s;

	(void)state;
	build(&s);
	s.plan.components = old;
	s.plan.component_count = 2;
	s.engine.plan = &other;
	s.components[0].state = COMPONENT_CRITICAL; /* of the plan in force: mail */
	assert_int_equal(next(&s), 0);
	s.components[1].state = COMPONENT_CRITICAL;
	assert_int_equal(next(&s), 1);
	now[1].id = "zzz"; /* nothing is known of it any more */
	assert_int_equal(next(&s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contacts_are_tried_in_order_and_once),
		cmocka_unit_test(what_hangs_on_something_that_is_down_comes_last),
		cmocka_unit_test(under_another_plan_a_carrier_is_known_by_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
