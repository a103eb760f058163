/* A channel of type manual: the desk makes the call. Sending it is showing it (collector/desk_tasks.h); what came of it a person
 * says by the act call-result. */
#include "collector/channel.h"

static struct channel_send *manual_start(const struct channel_env *env,
					 const struct plan_channel *channel,
					 const struct message *m, channel_done_fn *done, void *user)
{
	(void)env;
	(void)channel;
	(void)m;
	done(user, DELIVERY_SENT, "to the desk");
	return NULL;
}

const struct channel_type channel_manual = {.type = "manual", .start = manual_start};
