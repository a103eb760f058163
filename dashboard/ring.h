/* ring.h - the last differences of one layer, as they are sent: whoever was away for a while gets what it missed. Bounded by
 * count and by bytes; what is pushed out moves the floor up. Positions grow over all rings of a feed, so a ring has gaps. */
#ifndef VIGIA_DASHBOARD_RING_H
#define VIGIA_DASHBOARD_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/http_server.h"

struct ring;

struct ring *ring_new(unsigned count_max, size_t bytes_max) __attribute__((returns_nonnull));
void ring_free(struct ring *r); /* accepts NULL */

/* Takes the part (the caller's share of it). `at` is larger than that of all before. */
void ring_push(struct ring *r, uint64_t at, struct http_part *part) NONNULL_ALL;
/* Forgets everything; nothing up to `floor` can be had any more. */
void ring_clear(struct ring *r, uint64_t floor) NONNULL_ALL;

/* Everything after this position is here: whoever stands at it or later can go on. */
uint64_t ring_floor(const struct ring *r) NONNULL_ALL;
/* The first one after `at`, borrowed; NULL if there is none. */
struct http_part *ring_after(const struct ring *r, uint64_t at, uint64_t *ret_at) NONNULL_ALL;
size_t ring_bytes(const struct ring *r) NONNULL_ALL;

#endif
