#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/channel_stage.h"

struct answerer *stage_open_peer(struct stage *s, const char *answer)
{
	struct answerer *peer = &s->peers[s->peer_count++];

	answerer_start(peer, &s->loop, answer);
	return peer;
}

int stage_set_up(void **state)
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

int stage_tear_down(void **state)
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

struct channel_send *stage_begin(struct stage *s, const struct channel_type *type,
				 const char *type_and_more)
{
	char text[1000];

	plan_free(s->plan);
	snprintf(text, sizeof(text), "channels: [{id: c, type: %s}]\n", type_and_more);
	s->plan = test_plan_from_text(text);
	s->said = 0;
	return type->start(&s->env, &s->plan->channels[0], &s->m, on_done, s);
}

void stage_await(struct stage *s)
{
	while (s->said == 0)
		loop_turn(&s->loop);
	assert_int_equal(s->said, 1);
}
