#include "dashboard/ring.h"

#include <stdlib.h>

#include "base/mem.h"

struct kept {
	uint64_t at;
	struct http_part *part;
};

struct ring {
	unsigned first, count, count_max;
	size_t bytes, bytes_max;
	uint64_t floor;
	struct kept kept[];
};

struct ring *ring_new(unsigned count_max, size_t bytes_max)
{
	struct ring *r = mem_calloc(1, sizeof(*r) + count_max * sizeof(r->kept[0]));

	r->count_max = count_max;
	r->bytes_max = bytes_max;
	return r;
}

static struct kept *nth(struct ring *r, unsigned i)
{
	return &r->kept[(r->first + i) % r->count_max];
}

static void drop_first(struct ring *r)
{
	struct kept *k = nth(r, 0);

	r->floor = k->at;
	r->bytes -= http_part_bytes(k->part).n;
	http_part_release(k->part);
	r->first = (r->first + 1) % r->count_max;
	r->count--;
}

void ring_clear(struct ring *r, uint64_t floor)
{
	while (r->count > 0)
		drop_first(r);
	r->floor = floor;
}

void ring_free(struct ring *r)
{
	if (r == NULL)
		return;
	ring_clear(r, 0);
	free(r);
}

void ring_push(struct ring *r, uint64_t at, struct http_part *part)
{
	size_t n = http_part_bytes(part).n;

	while (r->count > 0 && (r->count == r->count_max || r->bytes + n > r->bytes_max))
		drop_first(r);
	if (n > r->bytes_max) { /* nobody will be told by this; the whole is as cheap */
		http_part_release(part);
		r->floor = at;
		return;
	}
	r->count++;
	r->bytes += n;
	*nth(r, r->count - 1) = (struct kept){at, part};
}

uint64_t ring_floor(const struct ring *r)
{
	return r->floor;
}

size_t ring_bytes(const struct ring *r)
{
	return r->bytes;
}

struct http_part *ring_after(const struct ring *r, uint64_t at, uint64_t *ret_at)
{
	unsigned low = 0, high = r->count; /* the first whose position is larger */

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (r->kept[(r->first + middle) % r->count_max].at > at)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == r->count)
		return NULL;
	*ret_at = r->kept[(r->first + low) % r->count_max].at;
	return r->kept[(r->first + low) % r->count_max].part;
}
