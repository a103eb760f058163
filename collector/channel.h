/* channel.h - the contract of a channel: takes one message, says at once or later what became of it. */
#ifndef VIGIA_COLLECTOR_CHANNEL_H
#define VIGIA_COLLECTOR_CHANNEL_H

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "engine/effect.h"
#include "engine/plan.h"

struct message {
	const struct effect *effect;
	const struct plan *plan; /* of the incident */
	struct wall_time at;
	struct slice json; /* the whole message as one JSON object (message.h) */
};

struct channel_type {
	const char *type;
	/* ERR_OK: delivered, with a receipt. Anything else: failed, `info` says why. */
	enum err (*send)(const struct plan_channel *channel, const struct message *m,
			 struct err_info *info);
};

extern const struct channel_type channel_file;

#endif
