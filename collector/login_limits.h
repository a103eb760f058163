/* login_limits.h - how often somebody may be wrong at the door (docs/PEOPLE.md "Lock-out"): per address ten, then one in 6 s; per name of nobody
 * as per account. An address gets back what it took when it was right: a whole office may have one. Bounded memory; pure, time comes in. */
#ifndef VIGIA_COLLECTOR_LOGIN_LIMITS_H
#define VIGIA_COLLECTOR_LOGIN_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "access/lockout.h"
#include "base/attr.h"
#include "base/rate_limit.h"

struct login_limits {
	uint64_t seed; /* secret to the process: nobody chooses who shares a slot */
	struct rate_table addresses, logins;
	struct lockout_table strangers;
};

/* False: wait so long (> 0). */
bool login_limits_take(struct login_limits *l, const char *address, struct mono_time now,
		       int64_t *ret_wait_us) NONNULL_ALL;
void login_limits_give_back(struct login_limits *l, const char *address,
			    struct mono_time now) NONNULL_ALL;
/* One more session of this login: twenty at once, then one in 6 s. Each is an entry of the journal. */
bool login_limits_begin(struct login_limits *l, const char *login, struct mono_time now,
			int64_t *ret_wait_us) NONNULL_ALL;
/* The lock-out of a login that nobody has. */
struct lockout *login_limits_stranger(struct login_limits *l, const char *login,
				      struct wall_time now) NONNULL_ALL;

#endif
