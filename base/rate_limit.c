#include "base/rate_limit.h"

#include <arpa/inet.h>
#include <string.h>

bool rate_bucket_take(struct rate_bucket *b, struct rate_limit limit, struct mono_time now,
		      int64_t *ret_wait_us)
{
	int64_t due = b->due.us > now.us ? b->due.us : now.us;
	int64_t wait = due - now.us - (int64_t)(limit.burst - 1) * limit.interval_us;

	if (wait > 0) {
		*ret_wait_us = wait;
		return false;
	}
	b->due.us = due + limit.interval_us;
	return true;
}

bool rate_table_take(struct rate_table *t, struct rate_limit limit, uint64_t key,
		     struct mono_time now, int64_t *ret_wait_us)
{
	struct rate_slot *set = t->slots[key % RATE_TABLE_SETS], *slot = &set[0];

	for (int i = 0; i < RATE_TABLE_WAYS; i++) {
		if (set[i].key == key) {
			slot = &set[i];
			break;
		}
		if (set[i].bucket.due.us < slot->bucket.due.us)
			slot = &set[i];
	}
	if (slot->key != key)
		*slot = (struct rate_slot){.key = key};
	return rate_bucket_take(&slot->bucket, limit, now, ret_wait_us);
}

void rate_table_give_back(struct rate_table *t, struct rate_limit limit, uint64_t key,
			  struct mono_time now)
{
	struct rate_slot *set = t->slots[key % RATE_TABLE_SETS];

	for (int i = 0; i < RATE_TABLE_WAYS; i++) {
		if (set[i].key == key && set[i].bucket.due.us > now.us)
			set[i].bucket.due.us -= limit.interval_us;
	}
}

/* FNV-1a, then a good stir (the finalizer of MurmurHash3): the low bits choose the set. */
static uint64_t hash(uint64_t h, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(1099511628211);
	h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	h ^= h >> 33;
	return h != 0 ? h : 1;
}

uint64_t rate_limit_key(uint64_t seed, struct slice address)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	char text[INET6_ADDRSTRLEN];
	unsigned char a[16];

	if (address.n < sizeof(text)) {
		memcpy(text, address.p, address.n);
		text[address.n] = '\0';
		if (inet_pton(AF_INET, text, a) == 1)
			return hash(seed, a, 4);
		if (inet_pton(AF_INET6, text, a) == 1)
			return memcmp(a, mapped, sizeof(mapped)) == 0 ? hash(seed, a + 12, 4)
								      : hash(seed, a, 8);
	}
	return hash(seed, (const unsigned char *)address.p, address.n);
}
