/* lockout.h - how often somebody may be wrong: some attempts, then pauses that grow. Pure: time comes in as data. */
#ifndef VIGIA_ACCESS_LOCKOUT_H
#define VIGIA_ACCESS_LOCKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"

struct lockout_rule {
	unsigned attempts; /* wrong ones before the first pause */
	unsigned again; /* and before each pause after it */
	int64_t first_us, longest_us; /* a pause is twice as long as the one before */
};
/* Passwords and codes: five, then each wrong one costs 1, 2, 4, 8, 15, 15 ... minutes. PINs: five, then 15 minutes, and five again. */
extern const struct lockout_rule lockout_login, lockout_pin;

/* Zeroed: nothing was wrong. Kept with its account, so that a restart does not forget it. */
struct lockout {
	unsigned wrong; /* since the last right one, or the last pause */
	unsigned pauses; /* since the last right one */
	struct wall_time until; /* of the last pause; 0: none */
};

/* Is a pause on? Then how long it has to go (> 0); may be NULL. */
bool lockout_is_on(const struct lockout *l, struct wall_time now, int64_t *ret_left_us) NONNULL(1);
/* One more was wrong. True: a pause begins by it. */
bool lockout_wrong(struct lockout *l, const struct lockout_rule *rule,
		   struct wall_time now) NONNULL_ALL;
/* It was right. */
void lockout_clear(struct lockout *l) NONNULL_ALL;

/* Those of names that nobody has, so that they are told the same as names that somebody has. Bounded: where there is no more room the one
 * that was asked for longest ago gives way. Zeroed by its owner; `key` is a hash with a secret seed (rate_limit.h). */
enum { LOCKOUT_SETS = 256, LOCKOUT_WAYS = 4 };
struct lockout_table {
	struct lockout_slot {
		uint64_t key;
		struct wall_time asked;
		struct lockout lock;
	} slots[LOCKOUT_SETS][LOCKOUT_WAYS];
};
struct lockout *lockout_of(struct lockout_table *t, uint64_t key, struct wall_time now) NONNULL_ALL
	__attribute__((returns_nonnull));

#endif
