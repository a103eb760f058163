/* answer_record - when people were called and answered, the same after the journal is folded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/answer_record.h"
#include "tests/support/collector_world.h"

static struct answer_times times(struct collector_world *w, const char *id)
{
	return answer_record_of(core_answers(w->c.core), id);
}

static void deliver(struct collector_world *w, enum delivery what)
{
	struct input in = {.kind = INPUT_DELIVERY};

	in.u.delivery.call = w->effects.items[0].id;
	in.u.delivery.what = what;
	in.u.delivery.detail = "";
	collector_world_input(w, &in);
	collector_world_commit(w);
}

static void called_and_answered(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));
	struct input in = {.kind = INPUT_ACT};
	struct view_incident i;
	struct answer_times before;

	(void)state;
	collector_world_open(w);
	assert_false(wall_is_known(times(w, "mesa").called));
	collector_world_fail(w);
	assert_true(wall_is_known(times(w, "mesa").called));
	assert_false(wall_is_known(times(w, "mesa").answered));
	assert_false(wall_is_known(times(w, "utsi").called));
	deliver(w, DELIVERY_SENT);
	deliver(w, DELIVERY_RECEIPT);
	assert_false(wall_is_known(times(w, "mesa").answered)); /* a machine took it */
	view_incident(core_engine(w->c.core), 0, &i);
	in.u.act.incident = i.id;
	in.u.act.act = ACT_ENTERADO;
	in.u.act.person = plan_find_person(i.plan, SLICE_LIT("mesa"));
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	collector_world_input(w, &in);
	collector_world_commit(w);
	assert_true(wall_is_known(times(w, "mesa").answered));
	before = times(w, "mesa");
	collector_world_restart(w);
	assert_int_equal(times(w, "mesa").answered.us, before.answered.us);
	assert_int_equal(times(w, "mesa").called.us, before.called.us);
	assert_false(wall_is_known(times(w, "nadie").answered));
	collector_world_close(w);
	free(w);
}

static void given_up(void **state)
{
	struct plan_person people[] = {{.id = "ana"}, {.id = "beto"}};
	struct plan p = {.people = people, .person_count = 2};
	struct answer_record *r = answer_record_new();
	struct event intent = {.kind = EVENT_CALL_INTENT, .seq = 7, .person = 1, .recorded = {5}};
	struct event missed = {.kind = EVENT_CALL_UNANSWERED, .seq = 9, .call = 7, .recorded = {8}};
	struct event other = {.kind = EVENT_CALL_UNANSWERED, .seq = 10, .call = 8, .recorded = {9}};

	(void)state;
	answer_record_note(r, &missed, &p); /* nobody knows the call */
	assert_false(wall_is_known(answer_record_of(r, "beto").missed));
	answer_record_note(r, &intent, &p);
	answer_record_note(r, &other, &p);
	assert_false(wall_is_known(answer_record_of(r, "beto").missed));
	answer_record_note(r, &missed, &p);
	assert_int_equal(answer_record_of(r, "beto").missed.us, 8);
	assert_int_equal(answer_record_of(r, "beto").called.us, 5);
	intent.person = PLAN_NONE;
	answer_record_note(r, &intent, &p);
	answer_record_note(r, &intent, NULL);
	assert_false(wall_is_known(answer_record_of(r, "ana").called));
	answer_record_free(r);
	answer_record_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(called_and_answered),
		cmocka_unit_test(given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
