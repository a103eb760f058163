/* channel_manual - a call by hand is sent when the desk can see it; whether anybody answered it does not say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/channel.h"

struct said {
	unsigned times;
	enum delivery what;
};

static void on_done(void *user, enum delivery what, const char *detail)
{
	struct said *s = user;

	assert_string_equal(detail, "to the desk");
	s->times++;
	s->what = what;
}

static void it_is_sent_at_once_and_that_is_no_receipt(void **state)
{
	struct plan_channel channel = {.id = "mano", .type = "manual"};
	struct channel_env env = {.loop = NULL};
	struct message m = {.facts = NULL};
	struct said said = {0};

	(void)state;
	assert_false(channel_manual.uses_network);
	assert_null(channel_manual.start(&env, &channel, &m, on_done, &said));
	assert_int_equal(said.times, 1);
	assert_int_equal(said.what, DELIVERY_SENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_sent_at_once_and_that_is_no_receipt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
