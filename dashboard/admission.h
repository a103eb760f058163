/* admission.h - who may look at the board. A person's session is the collector's to judge; its word is remembered for some seconds, so
 * that a hundred screens do not ask it for each look, and asked again as long as a stream lasts, which is cut when the session has
 * ended. While the collector is silent, whoever was in stays in: the screens must be able to say that it is silent. */
#ifndef VIGIA_DASHBOARD_ADMISSION_H
#define VIGIA_DASHBOARD_ADMISSION_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/http_server.h"
#include "base/slice.h"
#include "dashboard/dashboard_config.h"
#include "dashboard/own_page.h"
#include "dashboard/session_cookie.h"

struct uv_loop_s;
struct admission;
struct upstream;

struct admission_options {
	struct upstream *upstream; /* borrowed, as the rest */
	enum board_audience audience;
	const struct own_place *place;
	const char *headers; /* of every answer */
	unsigned fresh_ms; /* how long the collector's word is good */
	unsigned sessions_max; /* remembered at once */
};
struct admission_stats {
	unsigned sessions, lasting;
	uint64_t asked;
};

struct admission *admission_new(struct uv_loop_s *loop,
				const struct admission_options *o) NONNULL_ALL;
/* Asks nothing any more; before upstream_free. */
void admission_stop(struct admission *a) NONNULL_ALL;
/* Accepts NULL. After the end of the server; its handle closes on the loop. */
void admission_free(struct admission *a);

/* The session of the cookie; false: there is none. */
bool admission_token(const struct admission *a, const struct http_request *r,
		     char ret[SESSION_TOKEN_SIZE]) NONNULL_ALL;
/* May this peer look without a session? */
bool admission_is_open(const struct admission *a, const struct http_request *r) NONNULL_ALL;

/* Calls on(user, r) once it is known that `r` may look (right `view`), now or in a later turn; otherwise answers it: 401 `no-session`, 403
 * `not-yours`, 503. `lasting`: the answer is a stream, which is cut once the session is over. */
void admission_let(struct admission *a, struct http_request *r, bool lasting,
		   void (*on)(void *user, struct http_request *r), void *user) NONNULL(1, 2, 4);

/* Tokens are those of admission_token: SESSION_TOKEN_SIZE bytes.
 * What somebody else has heard: the collector's present word of a session; that it is over. */
void admission_learn(struct admission *a, const char *token, struct slice session) NONNULL(1, 2);
void admission_forget(struct admission *a, const char *token) NONNULL_ALL;
/* The last word, however old, while the collector is silent; false: none is known. Borrowed until the next call. */
bool admission_recall(const struct admission *a, const char *token, struct slice *ret) NONNULL_ALL;

/* Answers 401 `no-session`, and takes the cookie away. */
void admission_refuse(const struct admission *a, struct http_request *r) NONNULL_ALL;

struct admission_stats admission_stats(const struct admission *a) NONNULL_ALL;

#endif
