/* json_pull.h - strict pull reader for JSON (RFC 8259) that came from outside: no allocation, no
 * recursion on data, numbers in fixed point. The reader of the hot path (a batch of results) and of
 * journal bodies; everything else uses jansson. Measured reason: LIBRARY_FACTS 6.
 *
 *	struct json_pull in = json_pull_from(text);
 *	json_enter_object(&in);
 *	while (json_next_key(&in, &key)) {
 *		if (slice_is(key, "seq")) json_read_i64(&in, &seq);
 *		else json_skip(&in);
 *	}
 *	json_end(&in);
 *	if (in.error != NULL) ... in.offset says where
 *
 * The first error sticks: later calls return false / leave outputs untouched. Raw control bytes,
 * bad UTF-8, lone surrogates, NaN, leading zeros, trailing commas, depth > 32 are errors. */
#ifndef VIGIA_BASE_JSON_PULL_H
#define VIGIA_BASE_JSON_PULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "base/slice.h"

enum { JSON_PULL_DEPTH_MAX = 32 };

enum json_type {
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_STRING,
	JSON_NUMBER,
	JSON_BOOL,
	JSON_NULL,
	JSON_BAD
};

struct json_pull {
	const char *p, *end, *start;
	const char *error; /* NULL, or the first thing that was wrong (a static sentence) */
	size_t offset; /* where, valid with error */
	unsigned depth;
	bool first; /* nothing read yet at this level */
};

static inline struct json_pull json_pull_from(struct slice text)
{
	return (struct json_pull){.p = text.p, .end = text.p + text.n, .start = text.p};
}

/* What comes next; JSON_BAD on error or end. Consumes white space only. */
enum json_type json_peek(struct json_pull *in) NONNULL_ALL;

void json_enter_object(struct json_pull *in) NONNULL_ALL;
/* The next key of the object, raw between its quotes (keys with escapes are an error: ours have
 * none); false at '}' (consumed) or on error. */
bool json_next_key(struct json_pull *in, struct slice *ret_key) NONNULL_ALL;
void json_enter_array(struct json_pull *in) NONNULL_ALL;
/* True while another element follows; false at ']' (consumed) or on error. */
bool json_next_element(struct json_pull *in) NONNULL_ALL;

/* Values. A wrong type is an error. json_read_str decodes escapes into `dst` (NUL-terminated,
 * error if longer than size - 1); embedded NUL is an error. json_read_slice borrows the raw bytes
 * and refuses escapes: for ids and words. */
void json_read_str(struct json_pull *in, char *dst, size_t size) NONNULL_ALL;
void json_read_slice(struct json_pull *in, struct slice *ret) NONNULL_ALL;
void json_read_i64(struct json_pull *in, int64_t *ret) NONNULL_ALL;
void json_read_micro(struct json_pull *in, int64_t *ret) NONNULL_ALL; /* null -> MICRO_NONE */
void json_read_time(struct json_pull *in,
		    struct wall_time *ret) NONNULL_ALL; /* null -> WALL_UNKNOWN */
void json_read_bool(struct json_pull *in, bool *ret) NONNULL_ALL;
void json_skip(struct json_pull *in) NONNULL_ALL;
/* Skips one value and hands back its bytes. */
void json_read_raw(struct json_pull *in, struct slice *ret) NONNULL_ALL;

/* Nothing but white space may follow. */
void json_end(struct json_pull *in) NONNULL_ALL;
/* The caller's own complaint about what was just read. */
void json_complain(struct json_pull *in, const char *sentence) NONNULL_ALL;

#endif
