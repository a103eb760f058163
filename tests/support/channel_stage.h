/* channel_stage.h - a message of a failed service, a channel that shall send it, and the last word about it. */
#ifndef VIGIA_TESTS_CHANNEL_STAGE_H
#define VIGIA_TESTS_CHANNEL_STAGE_H

#include "base/http_client.h"
#include "base/resolver.h"
#include "collector/channel.h"
#include "base/secrets.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"
#include "tests/support/test_plan.h"

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

/* For cmocka: *state is the stage. */
int stage_set_up(void **state);
int stage_tear_down(void **state);
/* A peer that answers so to whoever connects; it closes with the loop. */
struct answerer *stage_open_peer(struct stage *s, const char *answer);
/* Begins to send the message by a channel of the plan text "TYPE, key: value..."; NULL: it has ended. */
struct channel_send *stage_begin(struct stage *s, const struct channel_type *type,
				 const char *type_and_more);
/* Turns the loop until the channel has said what became of it. */
void stage_await(struct stage *s);

#endif
