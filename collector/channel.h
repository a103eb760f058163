/* channel.h - the contract of a channel: takes one message, says once what became of it, at once or later. Nothing in it
 * blocks. effects.c holds the time limit and counts what is under way. */
#ifndef VIGIA_COLLECTOR_CHANNEL_H
#define VIGIA_COLLECTOR_CHANNEL_H

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "collector/facts.h"
#include "engine/input.h"

struct uv_loop_s;
struct http_client;
struct resolver;
struct secrets;

/* What sending needs. `http` and `resolver` are there for types that use the network. */
struct channel_env {
	struct uv_loop_s *loop;
	struct http_client *http;
	struct resolver *resolver;
	const struct secrets *secrets; /* of the moment: a reload replaces it; not kept */
	const char *journal; /* which journal this is, for ids that others keep: hex */
};

struct message {
	const struct facts *facts;
	const struct catalog *words; /* the language of `facts` */
	struct slice json; /* the whole message as one JSON object */
};

/* DELIVERY_SENT: it left, a receipt comes by another way. DELIVERY_RECEIPT: delivered, `detail` is what the other side said. FAILED: it was not taken. UNKNOWN: it may have been. */
typedef void channel_done_fn(void *user, enum delivery what, const char *detail);

struct channel_send; /* one under way; its own type in each channel */
struct channel_type {
	const char *type;
	bool uses_network;
	/* Begins; copies what it needs of channel and message. Calls `done` exactly once: before it returns (NULL then), or
	 * later, after which the send is gone. */
	struct channel_send *(*start)(const struct channel_env *env,
				      const struct plan_channel *channel, const struct message *m,
				      channel_done_fn *done, void *user);
	/* Ends it without `done`: says what is known at this moment. NULL for types that are always done at once. */
	enum delivery (*cancel)(struct channel_send *s);
};

extern const struct channel_type channel_file, channel_smtp, channel_webhook, channel_manual;

#endif
