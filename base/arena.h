/* arena.h - a region that is freed whole: one per configuration generation (STYLE 3.5). */
#ifndef VIGIA_BASE_ARENA_H
#define VIGIA_BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena;

struct arena *arena_new(void) __attribute__((returns_nonnull));
void arena_free(struct arena *a); /* accepts NULL */
/* The same, and what it held is overwritten first: for what may hold secrets. */
void arena_wipe(struct arena *a);

/* Zeroed, aligned for any type; never NULL. Lives until arena_free. */
void *arena_calloc(struct arena *a, size_t count, size_t size) NONNULL(1)
	__attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s) NONNULL_ALL __attribute__((returns_nonnull));
char *arena_strndup(struct arena *a, const char *s, size_t n) NONNULL_ALL
	__attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...) NONNULL(1, 2) PRINTF_LIKE(2, 3)
	__attribute__((returns_nonnull));

/* Bytes handed out so far: for tests and /metrics. */
size_t arena_used(const struct arena *a) NONNULL_ALL;

#endif
