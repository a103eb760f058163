#include "base/heap.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

void heap_init(struct heap *h)
{
	*h = (struct heap){0};
}

void heap_release(struct heap *h)
{
	free(h->nodes);
	*h = (struct heap){0};
}

void heap_reserve(struct heap *h, size_t count)
{
	if (count + 1 <= h->cap)
		return;
	h->cap = count + 1;
	h->nodes = mem_realloc(h->nodes, h->cap, sizeof(*h->nodes));
}

static bool is_before(const struct heap_node *a, const struct heap_node *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void set(struct heap *h, size_t i, struct heap_node *n)
{
	h->nodes[i] = n;
	n->place = i;
}

static void sift_up(struct heap *h, struct heap_node *n, size_t i)
{
	while (i > 1 && is_before(n, h->nodes[i / 2])) {
		set(h, i, h->nodes[i / 2]);
		i /= 2;
	}
	set(h, i, n);
}

static void sift_down(struct heap *h, struct heap_node *n, size_t i)
{
	while (2 * i <= h->count) {
		size_t child = 2 * i;

		if (child < h->count && is_before(h->nodes[child + 1], h->nodes[child]))
			child++;
		if (!is_before(h->nodes[child], n))
			break;
		set(h, i, h->nodes[child]);
		i = child;
	}
	set(h, i, n);
}

void heap_put(struct heap *h, struct heap_node *n, int64_t key)
{
	if (n->place != HEAP_ABSENT)
		heap_remove(h, n);
	if (h->count + 2 > h->cap)
		heap_reserve(h, h->cap ? h->cap * 2 : 16);
	n->key = key;
	n->order = h->next_order++;
	h->count++;
	sift_up(h, n, h->count);
}

void heap_remove(struct heap *h, struct heap_node *n)
{
	size_t i = n->place;
	struct heap_node *last;

	if (i == HEAP_ABSENT)
		return;
	assert(i <= h->count && h->nodes[i] == n);
	last = h->nodes[h->count--];
	n->place = HEAP_ABSENT;
	if (last == n)
		return;
	if (i > 1 && is_before(last, h->nodes[i / 2]))
		sift_up(h, last, i);
	else
		sift_down(h, last, i);
}
