/* channel_webhook - one POST and what its answer, or the lack of one, means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_client.h"
#include "base/resolver.h"
#include "collector/channel.h"
#include "collector/secrets.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"
#include "tests/support/test_plan.h"

#define CHANNEL channel_webhook

/* A message of a failed service, and the last word about it. */
struct stage {
	struct collector_world w;
	uv_loop_t loop;
	struct channel_env env;
	struct secrets *secrets;
	struct resolver *resolver;
	struct arena *arena;
	struct facts facts;
	struct facts_input in;
	struct message m;
	struct plan *plan;
	unsigned said;
	enum delivery what;
	char detail[600];
	struct answerer peers[8]; /* they close with the loop */
	size_t peer_count;
};

static struct answerer *open_peer(struct stage *s, const char *answer)
{
	struct answerer *peer = &s->peers[s->peer_count++];

	answerer_start(peer, &s->loop, answer);
	return peer;
}

static int set_up(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct err_info info;
	struct findings f;

	collector_world_open(&s->w);
	collector_world_fail(&s->w);
	uv_loop_init(&s->loop);
	findings_init(&f);
	s->secrets = secrets_open(NULL, &f);
	findings_release(&f);
	s->env = (struct channel_env){
		.loop = &s->loop, .secrets = s->secrets, .journal = "0123456789abcdef0123"};
	assert_int_equal(http_client_new(&s->loop, &s->env.http, &info), ERR_OK);
	assert_int_equal(resolver_new(&s->loop, &s->resolver, &info), ERR_OK);
	s->env.resolver = s->resolver;
	s->arena = arena_new();
	s->in = (struct facts_input){.engine = core_engine(s->w.c.core),
				     .effect = &s->w.effects.items[0],
				     .now = clock_now(&s->w.c.clock),
				     .journalled = true,
				     .link = ""};
	assert_true(facts_build(&s->in, s->arena, &s->facts));
	s->m = (struct message){
		.facts = &s->facts,
		.json = SLICE_LIT("{\"text\":\"dijo \\\"no\\\"\",\"folio\":\"01\"}")};
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *s = *state;

	resolver_free(s->resolver);
	http_client_free(s->env.http);
	while (uv_run(&s->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&s->loop), 0);
	for (size_t i = 0; i < s->peer_count; i++)
		buf_release(&s->peers[i].asked); /* what came after its end */
	secrets_free(s->secrets);
	arena_free(s->arena);
	plan_free(s->plan);
	collector_world_close(&s->w);
	free(s);
	return 0;
}

static void on_done(void *user, enum delivery what, const char *detail)
{
	struct stage *s = user;

	s->said++;
	s->what = what;
	snprintf(s->detail, sizeof(s->detail), "%s", detail);
}

static struct channel_send *begin(struct stage *s, const char *type_and_more)
{
	char text[1000];

	plan_free(s->plan);
	snprintf(text, sizeof(text), "channels: [{id: c, type: %s}]\n", type_and_more);
	s->plan = test_plan_from_text(text);
	s->said = 0;
	return CHANNEL.start(&s->env, &s->plan->channels[0], &s->m, on_done, s);
}

static void await(struct stage *s)
{
	while (s->said == 0)
		loop_turn(&s->loop);
	assert_int_equal(s->said, 1);
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

		peer = open_peer(s, cases[i].answer);
		assert_non_null(begin_at(s, peer->port, cases[i].more));
		await(s);
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

	peer = open_peer(s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_non_null(begin_at(s, peer->port,
				 ", headers: {X-A: uno}, body: '{\"t\": \"a ${message.text}\"}'"));
	await(s);
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

	peer = open_peer(s, "");
	peer->cut = true;
	assert_non_null(begin_at(s, peer->port, ""));
	await(s);
	assert_int_equal(s->what, DELIVERY_UNKNOWN);
	answerer_stop(peer);
	peer = open_peer(s, NULL);
	send = begin_at(s, peer->port, "");
	while (peer->asked.len == 0)
		loop_turn(&s->loop);
	assert_int_equal(channel_webhook.cancel(send), DELIVERY_UNKNOWN);
	answerer_stop(peer);
	send = begin_at(s, free_port(), "");
	assert_int_equal(channel_webhook.cancel(send), DELIVERY_FAILED); /* nothing has left */
	assert_non_null(begin_at(s, free_port(), ""));
	await(s);
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
		cmocka_unit_test_setup_teardown(a_status_decides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_sent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_answer_is_unknown_once_the_request_has_left,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_missing_secret_is_said_at_once, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
