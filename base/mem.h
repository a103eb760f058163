/* mem.h - allocation that does not fail: after start-up a lack of memory ends the process in this
 * one place (STYLE 3.5); the supervisor restarts it and the journal makes that safe. */
#ifndef VIGIA_BASE_MEM_H
#define VIGIA_BASE_MEM_H

#include <stddef.h>

#include "base/attr.h"

/* Zeroed memory for `count` x `size` bytes; aborts on overflow or lack of memory. */
void *mem_calloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* Grows or shrinks; the new part is not zeroed. `p` may be NULL. */
void *mem_realloc(void *p, size_t count, size_t size) __attribute__((returns_nonnull));
char *mem_strdup(const char *s) NONNULL(1) __attribute__((returns_nonnull));
char *mem_strndup(const char *s, size_t n) NONNULL(1) __attribute__((returns_nonnull));

/* Makes room for one more element in a growing array: `*array` has `count` used of `*cap`.
 * Doubles; the new part is not zeroed. */
void *mem_grow(void *array, size_t count, size_t *cap, size_t size) NONNULL(3)
	__attribute__((returns_nonnull)) MUST_CHECK;

#endif
