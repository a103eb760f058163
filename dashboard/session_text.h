/* session_text.h - what the collector says of a session (docs/PEOPLE.md "HTTP"), and what the board tells of it to its page. Pure. */
#ifndef VIGIA_DASHBOARD_SESSION_TEXT_H
#define VIGIA_DASHBOARD_SESSION_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/slice.h"
#include "dashboard/session_cookie.h"

struct session_text {
	struct slice account, rights; /* as they came: an object, a list */
	char token[SESSION_TOKEN_SIZE]; /* "" = none came along */
	bool may_view; /* the right `view` is among them */
	bool enrol; /* a one-time code is to be set before anything else */
	bool stays; /* it ends by no rest: a wall's */
	struct wall_time expires;
};

/* False if it is not that, or its token is none. */
bool session_text_read(struct slice json, struct session_text *ret) NONNULL(2);
/* True for {"first":true}. */
bool session_text_is_first(struct slice json);

/* Appends the answer of GET /api/session: of a session (its rights stand in the account), or of nobody. */
void session_text_put(const struct session_text *t, bool is_open, const char *proof,
		      struct buf *out) NONNULL_ALL;
void session_text_put_nobody(bool is_open, bool is_first, const char *proof,
			     struct buf *out) NONNULL_ALL;
/* Appends an object of the collector without its member "token". */
void session_text_put_without_token(struct slice json, struct buf *out) NONNULL(2);

#endif
