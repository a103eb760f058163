#include "base/rand.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/hex.h"

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = *x += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

void rand_seed(struct rand *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&seed);
}

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

/* xoshiro256** (Blackman and Vigna 2018). */
uint64_t rand_u64(struct rand *r)
{
	uint64_t result = rotl(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;

	r->s[2] ^= r->s[0];
	r->s[3] ^= r->s[1];
	r->s[1] ^= r->s[2];
	r->s[0] ^= r->s[3];
	r->s[2] ^= t;
	r->s[3] = rotl(r->s[3], 45);
	return result;
}

uint64_t rand_below(struct rand *r, uint64_t bound)
{
	uint64_t limit, v;

	assert(bound > 0);
	limit = UINT64_MAX - UINT64_MAX % bound;
	do {
		v = rand_u64(r);
	} while (v >= limit);
	return v % bound;
}

void rand_system(void *dst, size_t n)
{
	unsigned char *p = dst;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got <= 0)
			abort();
		p += got;
		n -= (size_t)got;
	}
}

void rand_hex(char *dst, size_t bytes)
{
	unsigned char raw[64];

	assert(bytes <= sizeof(raw));
	rand_system(raw, bytes);
	hex_encode(dst, raw, bytes);
}
