/* addresses.h - the addresses of the one collector: which is in use, which is tried next, and when. One that fails makes
 * room for the next; each waits longer after each failure of its own (with jitter, so that agents do not come in step).
 * Names are resolved on the loop. Who stands at another than the first asks from time to time whether that is back. */
#ifndef VIGIA_AGENT_ADDRESSES_H
#define VIGIA_AGENT_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent_config.h"
#include "base/attr.h"

struct uv_loop_s;
struct addresses;

/* Borrows the configuration. `ready`: a look-up that was waited for has ended. */
struct addresses *addresses_new(struct uv_loop_s *loop, const struct agent_config *config,
				void (*ready)(void *user), void *user) NONNULL(1, 2, 3);
void addresses_free(struct addresses *a);

/* What a request needs. */
struct address_use {
	const char *url; /* without a slash at the end */
	const char *connect_to; /* for a name: where it leads; NULL for a number */
};
enum address_state { ADDRESS_READY, ADDRESS_WAIT, ADDRESS_UNKNOWN /* the name leads nowhere */ };
/* The one in use. WAIT: `ready` will be called. */
enum address_state addresses_use(struct addresses *a, struct address_use *ret) NONNULL_ALL;
const char *addresses_url(const struct addresses *a) NONNULL_ALL;

/* The one in use failed: the next to be tried is in use; returns how many milliseconds to wait before. `refused`: the
 * collector itself did not want us; that need not be asked often. */
unsigned addresses_failed(struct addresses *a, bool refused) NONNULL_ALL;
void addresses_answered(struct addresses *a) NONNULL_ALL;
/* All may be tried at once again. */
void addresses_forgive(struct addresses *a) NONNULL_ALL;

/* Is it time to ask the first whether it is back? True at most once per interval; fills what the question needs. */
bool addresses_ask_first(struct addresses *a, struct address_use *ret) NONNULL_ALL;
/* It is. */
void addresses_return(struct addresses *a) NONNULL_ALL;

#endif
