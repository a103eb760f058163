/* web_file.h - the board's static files, which are part of the binary (written by tools/gen-web):
 * nothing is read from disk or fetched from elsewhere at run time. */
#ifndef VIGIA_DASHBOARD_WEB_FILE_H
#define VIGIA_DASHBOARD_WEB_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* One way of sending it. Each is another answer, so each has a tag of its own, in its quotes. bytes NULL: it would be no shorter so. */
struct web_form {
	const unsigned char *bytes;
	size_t length;
	const char *etag;
};
enum web_coding { WEB_PLAIN, WEB_GZIP, WEB_BROTLI, WEB_CODINGS };
struct web_file {
	const char *path; /* "/" is the page */
	const char *content_type;
	struct web_form forms[WEB_CODINGS]; /* the plain one is always there */
	bool first_view; /* needed before the first page is drawn, in Spanish */
};
/* The page as it is served below /p/: another than the first page is opened there. */
#define WEB_PAGE_ELSEWHERE "/p/"
extern const struct web_file web_files[];
extern const size_t web_files_count;
extern const char web_build[]; /* names all of them: another board has another one */

/* The file of exactly this path, NULL if there is none. */
const struct web_file *web_file_find(const char *path) NONNULL_ALL;

/* The shortest form that this Accept-Encoding (may be NULL) takes. */
enum web_coding web_file_coding(const struct web_file *f, const char *accept_encoding) NONNULL(1);
/* The value of Content-Encoding; NULL for the plain form. */
const char *web_coding_word(enum web_coding c);

/* True if the peer's If-None-Match (may be NULL) names what has this tag: a list of tags,
 * weak ones and '*' count (RFC 9110 s. 13.1.2). */
bool web_etag_is_known(const char *etag, const char *if_none_match) NONNULL(1);

#endif
