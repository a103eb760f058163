/* rand.h - a seeded generator that is always passed in (xoshiro256**), and the system's entropy for
 * ids and tokens. The generator is not for secrets. */
#ifndef VIGIA_BASE_RAND_H
#define VIGIA_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct rand {
	uint64_t s[4];
};

void rand_seed(struct rand *r, uint64_t seed) NONNULL_ALL;
uint64_t rand_u64(struct rand *r) NONNULL_ALL;
uint64_t rand_below(struct rand *r, uint64_t bound) NONNULL_ALL; /* 0..bound-1, bound > 0 */

/* Fills with entropy of the kernel (getrandom); aborts if there is none. */
void rand_system(void *dst, size_t n) NONNULL_ALL;
/* `bytes` random bytes as 2*bytes hex digits and NUL. */
void rand_hex(char *dst, size_t bytes) NONNULL_ALL;

#endif
