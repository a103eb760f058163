/* session_cookie.h - where a person's session stands in the browser (docs/PEOPLE.md "On the board"): the one cookie of the board. Pure. */
#ifndef VIGIA_DASHBOARD_SESSION_COOKIE_H
#define VIGIA_DASHBOARD_SESSION_COOKIE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

enum { SESSION_TOKEN_SIZE = 47 }; /* "vs_", 43 characters of base64url, NUL */

/* True for what may be a session's token; nothing else ever travels on to the collector. */
bool session_cookie_is_token(struct slice token);

/* The token in a Cookie header (may be NULL). False if there is none, if it is none, or if the cookie comes twice: then somebody has
 * put one beside ours. `is_secure` chooses the name: `__Host-vigia`, which no other host and no plain page can set, or `vigia` on plain
 * loopback. */
bool session_cookie_read(const char *header, bool is_secure, char ret[SESSION_TOKEN_SIZE])
	NONNULL(3);

/* Appends the header line that sets it: until the browser is closed, or, if it `stays`, as long as browsers keep one (the session's own end is
 * the collector's business): a wall comes back by itself after a power cut. The other takes it away. */
void session_cookie_put(struct buf *headers, bool is_secure, const char *token,
			bool stays) NONNULL_ALL;
void session_cookie_put_end(struct buf *headers, bool is_secure) NONNULL_ALL;

#endif
