/* image_cache.h - drawings that may be wanted again, by the digest of all that they show. Bounded; what was not wanted for longest goes. */
#ifndef VIGIA_DASHBOARD_IMAGE_CACHE_H
#define VIGIA_DASHBOARD_IMAGE_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/sha256.h"
#include "base/slice.h"

struct image_cache;

struct image_cache *image_cache_new(size_t bytes_max) __attribute__((returns_nonnull));
void image_cache_free(struct image_cache *c); /* accepts NULL */
/* False if it is not there. The image is borrowed until the next put. */
bool image_cache_get(struct image_cache *c, const struct sha256 *key,
		     struct slice *ret) NONNULL_ALL;
/* Copies it; one larger than a quarter of the cache is not kept. */
void image_cache_put(struct image_cache *c, const struct sha256 *key, struct slice image)
	NONNULL(1, 2);
size_t image_cache_bytes(const struct image_cache *c) NONNULL_ALL;

#endif
