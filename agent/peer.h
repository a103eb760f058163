/* peer.h - who the collector must be for its word to count: one of the pinned identities, or, on plain loopback
 * without a pin, the one that this agent's spool met first, which is kept in DATA/collector.identity. */
#ifndef VIGIA_AGENT_PEER_H
#define VIGIA_AGENT_PEER_H

#include "agent/agent_config.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/identity.h"

struct peer {
	const struct agent_config *config; /* borrowed; may be replaced */
	struct identity met; /* "" = not yet */
};

/* ERR_SYNTAX, ERR_IO: what is kept cannot be read; nobody is believed then. */
enum err peer_open(struct peer *p, const struct agent_config *config,
		   struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Does an answer of this identity ("" = it told none) count? ERR_DENIED: no, with one sentence. Other errors: whom we
 * met could not be kept, so that it does not count either. */
enum err peer_judge(struct peer *p, const struct identity *told,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
