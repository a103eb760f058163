/* rate_limit.h - how often something may happen, in all or per address, in bounded memory: each allowance is
 * one instant (the virtual scheduling algorithm of ITU-T I.371, known as GCRA). Pure: time comes in as data,
 * memory is the caller's, who zeroes it. */
#ifndef VIGIA_BASE_RATE_LIMIT_H
#define VIGIA_BASE_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "base/slice.h"

/* `burst` at once (at least 1), then one per interval. */
struct rate_limit {
	int64_t interval_us;
	unsigned burst;
};

/* One allowance. */
struct rate_bucket {
	struct mono_time due; /* when all of it will be there again */
};
/* Takes one if there is one. Otherwise false, and in how long there will be (> 0). */
bool rate_bucket_take(struct rate_bucket *b, struct rate_limit limit, struct mono_time now,
		      int64_t *ret_wait_us) NONNULL_ALL;

/* An allowance for each of many keys. Where there is no more room the key that has used the least of
 * its allowance gives way: a flood from ever new addresses is for a bucket over all of them. */
enum { RATE_TABLE_SETS = 256, RATE_TABLE_WAYS = 4 };
struct rate_table {
	struct rate_slot {
		uint64_t key;
		struct rate_bucket bucket;
	} slots[RATE_TABLE_SETS][RATE_TABLE_WAYS];
};
bool rate_table_take(struct rate_table *t, struct rate_limit limit, uint64_t key,
		     struct mono_time now, int64_t *ret_wait_us) NONNULL_ALL;

/* Gives back one that was taken and did no harm. */
void rate_table_give_back(struct rate_table *t, struct rate_limit limit, uint64_t key,
			  struct mono_time now) NONNULL_ALL;

/* The key of an address as text: IPv4 whole, IPv6 by its /64, IPv4 within IPv6 as IPv4; anything else by its
 * bytes. `seed` is secret to the process, so that nobody can choose who shares a slot. Never 0. */
uint64_t rate_limit_key(uint64_t seed, struct slice address);

#endif
