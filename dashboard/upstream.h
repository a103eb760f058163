/* upstream.h - the collector as the board sees it: requests with the operator token, which is read from
 * its file when it is first needed and again when the collector refuses it; so is its identity. The token never leaves
 * this file towards a browser or a log. */
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
	const char
		*error; /* "" or one sentence why there is no usable answer (status != 200 too) */
};

enum err upstream_new(struct uv_loop_s *loop, const struct upstream_options *o,
		      struct upstream **ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Outstanding requests end first, with status 0. */
void upstream_free(struct upstream *u); /* accepts NULL */

/* POST of a JSON body, answered as upstream_get answers. */
void upstream_post(struct upstream *u, const char *path, struct slice json, size_t answer_max,
		   void (*done)(void *user, const struct upstream_reply *reply), void *user)
	NONNULL(1, 2, 5);

/* GET of a path ("/v1/status"). `done` is called exactly once, possibly before this returns. */
void upstream_get(struct upstream *u, const char *path, size_t answer_max,
		  void (*done)(void *user, const struct upstream_reply *reply), void *user)
	NONNULL(1, 2, 4);

#endif
