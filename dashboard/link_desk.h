/* link_desk.h - /a/TOKEN: the page behind the link of a message. GET and HEAD only look, for mail scanners
 * follow links; POST of the page's own form acts, and is answered with 303 to the page that says what
 * was recorded. No cookie, no script. The token is in no log of ours. */
#ifndef VIGIA_DASHBOARD_LINK_DESK_H
#define VIGIA_DASHBOARD_LINK_DESK_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/http_server.h"

struct link_desk;
struct upstream;

enum { LINK_DESK_BODY_MAX = 4096 }; /* of a form */

struct link_desk *link_desk_new(struct upstream *u, unsigned outstanding_max) NONNULL_ALL;
void link_desk_free(struct link_desk *d); /* accepts NULL; after upstream_free */

/* True for a path that is the desk's: what begins with /a/. */
bool link_desk_is_path(const char *path) NONNULL_ALL;
/* Answers a request to such a path whose method is GET, HEAD or POST, now or later. */
void link_desk_answer(struct link_desk *d, struct http_request *r) NONNULL_ALL;

#endif
