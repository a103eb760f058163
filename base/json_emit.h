/* json_emit.h - writes compact JSON into a buf: no floats (fixed point, micro.h), no allocation of
 * its own. Keys come out in the order of the calls; the caller's fixed order is what makes a
 * journal body canonical (DESIGN 6). RFC 8259; strings must be UTF-8, bad bytes become U+FFFD. */
#ifndef VIGIA_BASE_JSON_EMIT_H
#define VIGIA_BASE_JSON_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/slice.h"

struct json_emit {
	struct buf *out; /* borrowed */
	bool comma; /* the next value of this level needs a comma first */
};

static inline struct json_emit json_emit_to(struct buf *out)
{
	return (struct json_emit){.out = out};
}

void json_open_object(struct json_emit *j) NONNULL_ALL;
void json_close_object(struct json_emit *j) NONNULL_ALL;
void json_open_array(struct json_emit *j) NONNULL_ALL;
void json_close_array(struct json_emit *j) NONNULL_ALL;
void json_key(struct json_emit *j, const char *key) NONNULL_ALL;

/* Values; after json_key or inside an array. A NULL string is null. */
void json_str(struct json_emit *j, const char *s) NONNULL(1);
void json_slice(struct json_emit *j, struct slice s) NONNULL(1);
void json_i64(struct json_emit *j, int64_t v) NONNULL_ALL;
void json_micro(struct json_emit *j, int64_t micro) NONNULL_ALL;
/* Unix seconds with up to six decimals; WALL_UNKNOWN and WALL_NEVER are null. */
void json_time(struct json_emit *j, struct wall_time t) NONNULL_ALL;
void json_bool(struct json_emit *j, bool v) NONNULL_ALL;
void json_null(struct json_emit *j) NONNULL_ALL;
/* Bytes that are JSON already. */
void json_raw(struct json_emit *j, struct slice json) NONNULL(1);

/* Key and value in one call. */
void json_kv_str(struct json_emit *j, const char *key, const char *s) NONNULL(1, 2);
void json_kv_i64(struct json_emit *j, const char *key, int64_t v) NONNULL_ALL;
void json_kv_micro(struct json_emit *j, const char *key, int64_t micro) NONNULL_ALL;
void json_kv_time(struct json_emit *j, const char *key, struct wall_time t) NONNULL_ALL;
void json_kv_bool(struct json_emit *j, const char *key, bool v) NONNULL_ALL;

#endif
