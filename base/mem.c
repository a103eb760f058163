#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static NORETURN void out_of_memory(size_t count, size_t size)
{
	fprintf(stderr, "memory.exhausted count=%zu size=%zu\n", count, size);
	abort();
}

void *mem_calloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (p == NULL)
		out_of_memory(count, size);
	return p;
}

void *mem_realloc(void *old, size_t count, size_t size)
{
	void *p = reallocarray(old, count ? count : 1, size ? size : 1);

	if (p == NULL)
		out_of_memory(count, size);
	return p;
}

char *mem_strndup(const char *s, size_t n)
{
	char *p = mem_calloc(n + 1, 1);

	memcpy(p, s, n);
	return p;
}

char *mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

void *mem_grow(void *array, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return array;
	if (*cap > SIZE_MAX / 2)
		out_of_memory(*cap, size);
	*cap = *cap ? *cap * 2 : 8;
	return mem_realloc(array, *cap, size);
}
