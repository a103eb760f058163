/* channel_smtp - how a send ends when there is no mail server as it should be. A whole mail to a real server, and servers
 * that misbehave at every moment: tests/system/test_channels.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/channel_stage.h"

static struct channel_send *begin(struct stage *s, const char *type_and_more)
{
	return stage_begin(s, &channel_smtp, type_and_more);
}

static void a_missing_secret_is_said_at_once(void **state)
{
	struct stage *s = *state;

	assert_null(
		begin(s, "smtp, url: 'smtp://127.0.0.1:9', from: v@example.org, user: v, password: "
			 "'${secret:nada}'"));
	assert_int_equal(s->said, 1);
	assert_int_equal(s->what, DELIVERY_FAILED);
	assert_string_equal(s->detail, "there is no secret 'nada'");
}

static void nobody_listens(void **state)
{
	struct stage *s = *state;
	char text[200];

	snprintf(text, sizeof(text),
		 "smtp, url: 'smtp://127.0.0.1:%u', from: v@example.org, starttls: none",
		 free_port());
	assert_non_null(begin(s, text));
	assert_int_equal(s->said, 0);
	stage_await(s);
	assert_int_equal(s->what, DELIVERY_FAILED);
	assert_true(strlen(s->detail) > 0);
}

/* A server without STARTTLS gets no mail where it is required; what it said is told. */
static void a_server_without_starttls_gets_nothing(void **state)
{
	struct stage *s = *state;
	struct answerer *peer;
	char text[200];

	peer = stage_open_peer(s, "220 x\r\n250 x\r\n");
	peer->at_once = true;
	snprintf(text, sizeof(text), "smtp, url: 'smtp://127.0.0.1:%u', from: v@example.org",
		 peer->port);
	assert_non_null(begin(s, text));
	stage_await(s);
	assert_int_equal(s->what, DELIVERY_FAILED);
	assert_null(strstr(buf_cstr(&peer->asked), "MAIL"));
	answerer_stop(peer);
}

static void a_cancel_before_the_mail_is_a_failure(void **state)
{
	struct stage *s = *state;
	struct answerer *peer;
	struct channel_send *send;
	char text[200];

	peer = stage_open_peer(s, NULL);
	snprintf(text, sizeof(text),
		 "smtp, url: 'smtp://127.0.0.1:%u', from: v@example.org, starttls: none",
		 peer->port);
	send = begin(s, text);
	while (peer->connections == 0)
		loop_turn(&s->loop);
	assert_int_equal(channel_smtp.cancel(send), DELIVERY_FAILED);
	assert_int_equal(s->said, 0);
	answerer_stop(peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_missing_secret_is_said_at_once, stage_set_up,
						stage_tear_down),
		cmocka_unit_test_setup_teardown(nobody_listens, stage_set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(a_server_without_starttls_gets_nothing,
						stage_set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(a_cancel_before_the_mail_is_a_failure, stage_set_up,
						stage_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
