/* drill_links.h - links of a drill lead to the real dashboard, and so to the real collector, which does not know them: they follow from
 * the drill's own key. While a drill is being played, what the real collector does not know is passed on to the
 * drill's (drill_stage.h), and its answer is passed back. */
#ifndef VIGIA_COLLECTOR_DRILL_LINKS_H
#define VIGIA_COLLECTOR_DRILL_LINKS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/slice.h"

struct drill_links;
struct drill_stage;
struct http_request;

/* `stage` is borrowed and ends first: then whoever waits is answered with 503. `unknown` answers a request whose link the drill does not
 * know either (or there is no drill any more): one wrong link, of `address`. */
struct drill_links *drill_links_new(struct drill_stage *stage,
				    void (*unknown)(void *user, struct http_request *r,
						    const char *address),
				    void *user) NONNULL(1, 2);
/* True if it will be answered from here on, now or in a later turn; false if no drill is being played, or this is no token at all. The
 * link is that of the token; body and method are the request's. `address`: who came with it. */
bool drill_links_pass(struct drill_links *d, struct http_request *r, struct slice token,
		      const char *address) NONNULL(1, 2, 4);
void drill_links_free(struct drill_links *d); /* accepts NULL; after the stage has ended */

#endif
