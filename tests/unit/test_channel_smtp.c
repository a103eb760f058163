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

#include "base/http_client.h"
#include "base/resolver.h"
#include "collector/channel.h"
#include "collector/secrets.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"
#include "tests/support/test_plan.h"

#define CHANNEL channel_smtp

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
	await(s);
	assert_int_equal(s->what, DELIVERY_FAILED);
	assert_true(strlen(s->detail) > 0);
}

/* A server without STARTTLS gets no mail where it is required; what it said is told. */
static void a_server_without_starttls_gets_nothing(void **state)
{
	struct stage *s = *state;
	struct answerer *peer;
	char text[200];

	peer = open_peer(s, "220 x\r\n250 x\r\n");
	peer->at_once = true;
	snprintf(text, sizeof(text), "smtp, url: 'smtp://127.0.0.1:%u', from: v@example.org",
		 peer->port);
	assert_non_null(begin(s, text));
	await(s);
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

	peer = open_peer(s, NULL);
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
		cmocka_unit_test_setup_teardown(a_missing_secret_is_said_at_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nobody_listens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_server_without_starttls_gets_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_cancel_before_the_mail_is_a_failure, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
