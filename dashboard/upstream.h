/* upstream.h - the collector as the board sees it: requests with the board's own token (or the operator's), which is read from
 * its file when it is first needed and again when the collector refuses it, or with the session of a person; its identity is read
 * as the token is. The board's token never leaves this file towards a browser or a log. */
#ifndef VIGIA_DASHBOARD_UPSTREAM_H
#define VIGIA_DASHBOARD_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

struct uv_loop_s;
struct upstream;

struct upstream_options {
	const char *collector; /* "https://127.0.0.1:7460", borrowed */
	bool is_tls;
	const char *identity; /* who must answer there; NULL: what identity_file says; borrowed */
	const char *identity_file;
	const char *token_file; /* borrowed */
	unsigned timeout_ms;
};
struct upstream_reply {
	long status; /* 0: no answer came */
	struct slice body; /* borrowed for the callback */
	const char *content_type; /* "" if none */
	unsigned retry_after_s; /* 0 if none */
	const char
		*error; /* "" or one sentence why there is no usable answer (status != 200 too) */
};
/* One request, with everything that may be said. */
struct upstream_call {
	const char *method; /* "GET", "POST", "DELETE" */
	const char *path; /* "/v1/..." */
	const char *session; /* a person's token, in whose name it goes; NULL: the board's */
	struct slice json; /* of a POST */
	size_t answer_max;
	unsigned timeout_ms; /* 0: that of the options */
};

enum err upstream_new(struct uv_loop_s *loop, const struct upstream_options *o,
		      struct upstream **ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Outstanding requests end first, with status 0. */
void upstream_free(struct upstream *u); /* accepts NULL */

/* `done` is called exactly once, possibly before this returns. A person's 401 or 403 is the person's, and says nothing of our token. */
void upstream_call(struct upstream *u, const struct upstream_call *call,
		   void (*done)(void *user, const struct upstream_reply *reply), void *user)
	NONNULL(1, 2, 3);

/* POST of a JSON body, answered as upstream_get answers. */
void upstream_post(struct upstream *u, const char *path, struct slice json, size_t answer_max,
		   void (*done)(void *user, const struct upstream_reply *reply), void *user)
	NONNULL(1, 2, 5);

/* GET of a path ("/v1/status"). */
void upstream_get(struct upstream *u, const char *path, size_t answer_max,
		  void (*done)(void *user, const struct upstream_reply *reply), void *user)
	NONNULL(1, 2, 4);

/* GET of a path whose answer does not end ("/v1/stream"): `part` gets what comes as it comes (first nothing: it has begun;
 * nothing may be asked in it), `done` is called once when it has ended or never began.
 * Nothing here judges its silence. NULL: `done` was called before this returns. */
struct upstream_stream;
struct upstream_stream *
upstream_stream(struct upstream *u, const char *path, void (*part)(void *user, struct slice bytes),
		void (*done)(void *user, const struct upstream_reply *reply), void *user)
	NONNULL(1, 2, 3, 4);
void upstream_stream_cancel(struct upstream_stream *s) NONNULL_ALL; /* no callback afterwards */

#endif
