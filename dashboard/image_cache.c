#include "dashboard/image_cache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { ENTRIES_MAX = 256 };

struct entry {
	struct sha256 key;
	char *bytes; /* NULL: free */
	size_t n;
	uint64_t used;
};
struct image_cache {
	struct entry entries[ENTRIES_MAX];
	size_t bytes, bytes_max;
	uint64_t uses;
};

struct image_cache *image_cache_new(size_t bytes_max)
{
	struct image_cache *c = mem_calloc(1, sizeof(*c));

	c->bytes_max = bytes_max;
	return c;
}

static void drop(struct image_cache *c, struct entry *e)
{
	c->bytes -= e->n;
	free(e->bytes);
	*e = (struct entry){0};
}

void image_cache_free(struct image_cache *c)
{
	for (size_t i = 0; c != NULL && i < ENTRIES_MAX; i++)
		drop(c, &c->entries[i]);
	free(c);
}

static struct entry *find(struct image_cache *c, const struct sha256 *key)
{
	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		if (c->entries[i].bytes != NULL &&
		    memcmp(&c->entries[i].key, key, sizeof(*key)) == 0)
			return &c->entries[i];
	}
	return NULL;
}

bool image_cache_get(struct image_cache *c, const struct sha256 *key, struct slice *ret)
{
	struct entry *e = find(c, key);

	if (e == NULL)
		return false;
	e->used = ++c->uses;
	*ret = (struct slice){e->bytes, e->n};
	return true;
}

/* A free entry, or the one that was not used for longest; NULL never. */
static struct entry *oldest(struct image_cache *c, bool used_only)
{
	struct entry *best = NULL;

	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		struct entry *e = &c->entries[i];

		if (e->bytes == NULL && !used_only)
			return e;
		if (e->bytes != NULL && (best == NULL || e->used < best->used))
			best = e;
	}
	return best;
}

void image_cache_put(struct image_cache *c, const struct sha256 *key, struct slice image)
{
	struct entry *e = find(c, key);

	if (e != NULL || image.n == 0 || image.n > c->bytes_max / 4)
		return;
	while (c->bytes + image.n > c->bytes_max)
		drop(c, oldest(c, true));
	e = oldest(c, false);
	if (e->bytes != NULL)
		drop(c, e);
	*e = (struct entry){
		.key = *key, .bytes = mem_calloc(1, image.n), .n = image.n, .used = ++c->uses};
	memcpy(e->bytes, image.p, image.n);
	c->bytes += image.n;
}

size_t image_cache_bytes(const struct image_cache *c)
{
	return c->bytes;
}
