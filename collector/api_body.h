/* api_body.h - small request bodies: one JSON object of known texts. Private to api*.c. */
#ifndef VIGIA_COLLECTOR_API_BODY_H
#define VIGIA_COLLECTOR_API_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/slice.h"

struct http_request;

/* `dst` gets the text (NUL-terminated) and *given says that it was there; a member with `flag` takes true or false instead. */
struct api_member {
	const char *key;
	char *dst;
	size_t size;
	bool *flag;
	bool *given; /* may be NULL */
	bool needed;
	bool may_be_null; /* null counts as "" */
};
/* False: answered with 400 (what, where). An empty body is an empty object. */
bool api_body_read(struct http_request *r, const struct api_member *members,
		   size_t count) NONNULL_ALL;

#endif
