/* session_desk.h - /api/session: who is here, logging in, the first administrator, an invitation taken up, logging out (docs/PEOPLE.md "On
 * the board"). The token goes into the cookie and is in no body, page or log of ours. */
#ifndef VIGIA_DASHBOARD_SESSION_DESK_H
#define VIGIA_DASHBOARD_SESSION_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/http_server.h"
#include "dashboard/own_page.h"

struct admission;
struct session_desk;
struct upstream;
struct uv_loop_s;

enum { SESSION_DESK_BODY_MAX = 4096 };

struct session_desk_options {
	struct uv_loop_s *loop;
	struct upstream *upstream; /* borrowed, as the rest */
	struct admission *admission;
	const struct own_place *place;
	const char *headers; /* of every answer */
	unsigned outstanding_max;
};

struct session_desk *session_desk_new(const struct session_desk_options *o) NONNULL_ALL;
void session_desk_free(struct session_desk *d); /* accepts NULL; after upstream_free */

/* True for a path of the desk: /api/session and what stands below it. */
bool session_desk_is_path(const char *path) NONNULL_ALL;
/* Answers such a request whose method is GET, POST or DELETE, now or later. */
void session_desk_answer(struct session_desk *d, struct http_request *r) NONNULL_ALL;

/* What a change that comes with this request's cookie must carry in X-Vigia-Request. */
void session_desk_proof(const struct session_desk *d, const struct http_request *r,
			char ret[OWN_PROOF_SIZE]) NONNULL_ALL;

#endif
