/* channel_record - a channel's last success and failure, by what became of its calls; the same after the journal is
 * folded; a call that is too old to be known changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collector/channel_record.h"
#include "tests/support/collector_world.h"

static void tell(struct collector_world *w, enum delivery what)
{
	struct input in = {.kind = INPUT_DELIVERY};

	in.u.delivery.call = w->effects.items[0].id;
	in.u.delivery.what = what;
	in.u.delivery.detail = "";
	collector_world_input(w, &in);
	collector_world_commit(w);
}

static struct channel_times times(struct collector_world *w)
{
	return channel_record_of(core_channels(w->c.core), "archivo");
}

static void what_became_of_its_calls(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));
	struct channel_times before;

	(void)state;
	collector_world_open(w);
	assert_false(wall_is_known(times(w).success));
	collector_world_fail(w);
	assert_false(wall_is_known(times(w).success)); /* intended, not sent */
	tell(w, DELIVERY_SENT);
	assert_true(wall_is_known(times(w).success));
	assert_false(wall_is_known(times(w).failure));
	tell(w, DELIVERY_FAILED);
	assert_true(wall_is_known(times(w).failure));
	before = times(w);
	collector_world_restart(w);
	assert_int_equal(times(w).success.us, before.success.us);
	assert_int_equal(times(w).failure.us, before.failure.us);
	assert_false(wall_is_known(channel_record_of(core_channels(w->c.core), "no").success));
	collector_world_close(w);
	free(w);
}

static void a_result_without_its_call(void **state)
{
	struct channel_record *r = channel_record_new();
	struct event ev = {.kind = EVENT_CALL_SENT, .seq = 9, .call = 7, .recorded = {5}};

	(void)state;
	channel_record_note(r, &ev, NULL);
	ev.call = 0;
	channel_record_note(r, &ev, NULL);
	ev.kind = EVENT_CALL_INTENT;
	channel_record_note(r, &ev, NULL);
	assert_false(wall_is_known(channel_record_of(r, "x").success));
	channel_record_free(r);
	channel_record_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_became_of_its_calls),
		cmocka_unit_test(a_result_without_its_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
