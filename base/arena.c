#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Blocks grow: a small configuration takes a page, a large plan few calls of malloc. */
enum { BLOCK_FIRST = 4000, BLOCK_MAX = 64 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct arena_block *head;
	size_t used, next_block;
};

struct arena *arena_new(void)
{
	struct arena *a = mem_calloc(1, sizeof(*a));

	a->next_block = BLOCK_FIRST;
	return a;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	while (a->head != NULL) {
		struct arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	free(a);
}

void arena_wipe(struct arena *a)
{
	for (struct arena_block *b = a != NULL ? a->head : NULL; b != NULL; b = b->next)
		explicit_bzero(b->bytes, b->used);
	arena_free(a);
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t need;
	void *p;

	if (__builtin_mul_overflow(count, size, &need) || need > SIZE_MAX / 2)
		abort();
	need = (need + align - 1) / align * align;
	if (a->head == NULL || a->head->size - a->head->used < need) {
		size_t room = need > a->next_block ? need : a->next_block;
		struct arena_block *b = mem_calloc(1, sizeof(*b) + room);

		a->next_block = a->next_block * 2 < BLOCK_MAX ? a->next_block * 2 : BLOCK_MAX;
		b->size = room;
		b->next = a->head;
		a->head = b;
	}
	p = a->head->bytes + a->head->used;
	a->head->used += need;
	a->used += need;
	assert(a->head->used <= a->head->size);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_calloc(a, n + 1, 1);

	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	p = arena_calloc(a, (size_t)n + 1, 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
