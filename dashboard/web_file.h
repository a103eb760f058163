/* web_file.h - the board's static files, which are part of the binary (written by tools/gen-web):
 * nothing is read from disk or fetched from elsewhere at run time. */
#ifndef VIGIA_DASHBOARD_WEB_FILE_H
#define VIGIA_DASHBOARD_WEB_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct web_file {
	const char *path; /* "/" is the page */
	const char *content_type;
	const unsigned char *bytes;
	size_t length;
	const char *etag; /* in its quotes */
};
extern const struct web_file web_files[];
extern const size_t web_files_count;

/* The file of exactly this path, NULL if there is none. */
const struct web_file *web_file_find(const char *path) NONNULL_ALL;

/* True if the peer's If-None-Match (may be NULL) names the file's present content: a list of tags,
 * weak ones and '*' count (RFC 9110 s. 13.1.2). */
bool web_file_is_known(const struct web_file *f, const char *if_none_match) NONNULL(1);

#endif
