/* passage_path.h - which paths of the collector a person's browser may ask for, and how they are written once they were judged. Pure. */
#ifndef VIGIA_DASHBOARD_PASSAGE_PATH_H
#define VIGIA_DASHBOARD_PASSAGE_PATH_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

enum {
	PASSAGE_SEGMENTS_MAX = 6,
	PASSAGE_SEGMENT_MAX = 200, /* decoded */
	PASSAGE_QUERY_MAX = 2048
};

/* What is wrong with a path, or nothing. */
enum passage_trouble {
	PASSAGE_FINE,
	PASSAGE_MALFORMED, /* the path or the query: an escape, a dot segment, a control character, too long */
	PASSAGE_CLOSED /* never for a browser: agents' paths, streams, links, sessions */
};

/* Appends "/v1/…?…" for a target "/api/v1/…" and its query text ("" if none), each segment written anew in one form only: what the
 * collector reads is what was judged here. Nothing is appended unless it is fine. */
enum passage_trouble passage_path_put(const char *path, const char *query,
				      struct buf *out) NONNULL_ALL;

/* May `out` of passage_path_put be read by whoever may look without a log-in? Only what the wall and its pages show. */
bool passage_path_is_open(const char *collector_path) NONNULL_ALL;
/* Is it about one's own account, so that an answer may bring a new session? */
bool passage_path_is_own_account(const char *collector_path) NONNULL_ALL;

#endif
