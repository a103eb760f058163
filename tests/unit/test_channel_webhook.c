/* channel_webhook - one POST and what its answer, or the lack of one, means. */
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
	return stage_begin(s, &channel_webhook, type_and_more);
}

static struct channel_send *begin_at(struct stage *s, uint16_t port, const char *more)
{
	char text[600];

	snprintf(text, sizeof(text), "webhook, url: 'http://127.0.0.1:%u/x'%s", port, more);
	return begin(s, text);
}

static void a_status_decides(void **state)
{
	static const struct {
		const char *answer, *more, *detail;
		enum delivery what;
	} cases[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "", "200", DELIVERY_RECEIPT},
		{"HTTP/1.1 202 OK\r\nContent-Length: 9\r\n\r\n{\"id\":12}", ", receipt_field: id",
		 "202 id=12", DELIVERY_RECEIPT},
		{"HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\n{}", ", success: '200'", "status 202",
		 DELIVERY_FAILED},
		{"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "", "status 500", DELIVERY_FAILED},
		{"HTTP/1.1 302 There\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n", "",
		 "status 302", DELIVERY_FAILED},
	};
	struct stage *s = *state;
	struct answerer *peer;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {

		peer = stage_open_peer(s, cases[i].answer);
		assert_non_null(begin_at(s, peer->port, cases[i].more));
		stage_await(s);
		assert_int_equal(s->what, cases[i].what);
		assert_string_equal(s->detail, cases[i].detail);
		assert_int_equal(peer->connections, 1);
		answerer_stop(peer);
	}
}

static void what_is_sent(void **state)
{
	struct stage *s = *state;
	struct answerer *peer;
	char id[40];

	peer = stage_open_peer(s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_non_null(begin_at(s, peer->port,
				 ", headers: {X-A: uno}, body: '{\"t\": \"a ${message.text}\"}'"));
	stage_await(s);
	assert_non_null(strstr(buf_cstr(&peer->asked), "POST /x HTTP/1.1\r\n"));
	assert_non_null(strstr(buf_cstr(&peer->asked), "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(buf_cstr(&peer->asked), "\r\nX-A: uno\r\n"));
	snprintf(id, sizeof(id), "vigia-call-%llu.0123456789abcdef\r\n",
		 (unsigned long long)s->w.effects.items[0].id);
	assert_non_null(strstr(buf_cstr(&peer->asked), id));
	assert_non_null(strstr(buf_cstr(&peer->asked), "\r\n\r\n{\"t\": \"a dijo \\\"no\\\"\"}"));
	answerer_stop(peer);
}

static void no_answer_is_unknown_once_the_request_has_left(void **state)
{
	struct stage *s = *state;
	struct answerer *peer;
	struct channel_send *send;

	peer = stage_open_peer(s, "");
	peer->cut = true;
	assert_non_null(begin_at(s, peer->port, ""));
	stage_await(s);
	assert_int_equal(s->what, DELIVERY_UNKNOWN);
	answerer_stop(peer);
	peer = stage_open_peer(s, NULL);
	send = begin_at(s, peer->port, "");
	while (peer->asked.len == 0)
		loop_turn(&s->loop);
	assert_int_equal(channel_webhook.cancel(send), DELIVERY_UNKNOWN);
	answerer_stop(peer);
	send = begin_at(s, free_port(), "");
	assert_int_equal(channel_webhook.cancel(send), DELIVERY_FAILED); /* nothing has left */
	assert_non_null(begin_at(s, free_port(), ""));
	stage_await(s);
	assert_int_equal(s->what, DELIVERY_FAILED);
}

static void a_missing_secret_is_said_at_once(void **state)
{
	struct stage *s = *state;

	assert_null(begin_at(s, 9, ", bearer: '${secret:nada}'"));
	assert_int_equal(s->what, DELIVERY_FAILED);
	assert_string_equal(s->detail, "there is no secret 'nada'");
	assert_null(begin_at(s, 9, ", body: '[\"${secret:nada}\"]'"));
	assert_string_equal(s->detail, "there is no '${secret:nada}'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_status_decides, stage_set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(what_is_sent, stage_set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(no_answer_is_unknown_once_the_request_has_left,
						stage_set_up, stage_tear_down),
		cmocka_unit_test_setup_teardown(a_missing_secret_is_said_at_once, stage_set_up,
						stage_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
