/* relay.h - how the collector's answer becomes the board's: its status, its words, what it is and when to try again; nothing of the
 * board's own token, and a new session only as a cookie. */
#ifndef VIGIA_DASHBOARD_RELAY_H
#define VIGIA_DASHBOARD_RELAY_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/http_server.h"
#include "base/slice.h"

struct session_text;
struct upstream_reply;

/* With whose token it was asked: a person's refusals are the person's; those of our own token are trouble between us and the collector. */
enum relay_asker { RELAY_PERSON, RELAY_OWN };

/* `headers` are sent with every answer. */
void relay_answer(struct http_request *r, const char *headers, const struct upstream_reply *reply,
		  enum relay_asker asker) NONNULL_ALL;
/* Answers with `body` less its token, which goes into the cookie. `t` is what session_text_read found in it. */
void relay_session(struct http_request *r, const char *headers, bool is_secure, struct slice body,
		   const struct session_text *t) NONNULL(1, 2, 5);
/* 502 `collector-lost`; with another header line. */
void relay_lost(struct http_request *r, const char *headers, const char *why) NONNULL_ALL;
void relay_lost_with(struct http_request *r, const char *headers, const char *more,
		     const char *why) NONNULL_ALL;
/* 503 `busy`: too much waits for the collector. */
void relay_busy(struct http_request *r, const char *headers) NONNULL_ALL;

/* Appends the peer's address as a query's value. */
void relay_put_address(struct buf *out, const struct http_request *r) NONNULL_ALL;
/* True if the body is an error of this word. */
bool relay_is_error(struct slice body, const char *word) NONNULL(2);

#endif
