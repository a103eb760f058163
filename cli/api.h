/* api.h - one synchronous request to the collector (docs/API.md): TLS to the identity that is expected (base/tls_pin.h), or
 * plain HTTP to a numeric loopback address: the operator's token travels in it. */
#ifndef VIGIA_CLI_API_H
#define VIGIA_CLI_API_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/identity.h"
#include "base/slice.h"
#include "cli/options.h"

enum { API_TIMEOUT_MS = 15000, API_ANSWER_MAX = 256 << 20 };

struct api {
	void *curl; /* reused for all requests */
	bool is_tls;
	char url[300]; /* without a slash at the end */
	char token[256]; /* "" : none is sent */
	struct identity_set pins;
	bool is_person; /* the token is the session of whoever logged in, not the operator's */
	char word[32]; /* of the last answer that was an error ("pin-wanted"), "" if it bore none */
};

/* Reads --collector, --token-file and --identity. Without --token-file, $VIGIA_TOKEN_FILE and --drill, and unless --collector names
 * another, whoever has logged in (person_file.h) acts as themselves. */
enum err api_open(const struct options *o, struct api *ret,
		  struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The same for who has neither token nor session yet: who answers there is known all the same. */
enum err api_open_nobody(const struct options *o, struct api *ret,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;
void api_close(struct api *a) NONNULL_ALL; /* CLEANUP(api_close), also after a failed open */

/* Appends the answer's body to `answer`. An answer other than 2xx is an error, told in the words of
 * the collector: ERR_NOT_FOUND, ERR_DENIED, ERR_WRONG_STATE, ERR_SYNTAX ... `body` may be empty: a
 * GET if `method` says so. */
enum err api_call(struct api *a, const char *method, const char *path, struct slice body,
		  struct buf *answer, struct err_info *info) NONNULL(1, 2, 3, 5, 6) MUST_CHECK;

/* Percent-encodes one segment of a path, '/' included. */
void api_put_segment(struct buf *path, const char *text) NONNULL_ALL;

#endif
