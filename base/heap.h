/* heap.h - intrusive binary min-heap of deadlines. Equal keys come out in the order of their
 * insertion (as in libuv's timers), so that a run can be repeated exactly. */
#ifndef VIGIA_BASE_HEAP_H
#define VIGIA_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { HEAP_ABSENT = 0 };

struct heap_node {
	int64_t key;
	uint64_t order; /* tie-break, given by the heap */
	size_t place; /* 1-based position, HEAP_ABSENT when not in a heap */
};

struct heap {
	struct heap_node **nodes; /* nodes[1..count] */
	size_t count, cap;
	uint64_t next_order;
};

void heap_init(struct heap *h) NONNULL_ALL;
void heap_release(struct heap *h) NONNULL_ALL;
/* Makes room for `count` nodes, so that heap_put cannot allocate until then. */
void heap_reserve(struct heap *h, size_t count) NONNULL_ALL;
/* Inserts, or moves a node that is in this heap already. */
void heap_put(struct heap *h, struct heap_node *n, int64_t key) NONNULL_ALL;
void heap_remove(struct heap *h, struct heap_node *n) NONNULL_ALL; /* absent: nothing happens */
static inline struct heap_node *heap_top(const struct heap *h)
{
	return h->count ? h->nodes[1] : NULL;
}

#endif
