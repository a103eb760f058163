/* slice.h - borrowed bytes with a length; not NUL-terminated. The owner outlives the slice. */
#ifndef VIGIA_BASE_SLICE_H
#define VIGIA_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

#define SLICE_LIT(s) ((struct slice){"" s, sizeof(s) - 1})

static inline struct slice slice_of(const char *s)
{
	return (struct slice){s, strlen(s)};
}
static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}
static inline bool slice_is(struct slice a, const char *s)
{
	return slice_eq(a, slice_of(s));
}

#endif
