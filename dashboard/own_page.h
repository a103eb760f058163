/* own_page.h - was a change asked for by a page of this board, or by one elsewhere that has made a browser send it (CSRF)? Pure. */
#ifndef VIGIA_DASHBOARD_OWN_PAGE_H
#define VIGIA_DASHBOARD_OWN_PAGE_H

#include <stdbool.h>

#include "base/attr.h"

/* How the board is reached. */
struct own_place {
	bool is_tls; /* of its own */
	const char *public_url; /* NULL, or the address before a proxy */
};
/* What a request says of where it comes from; NULL is what it does not say. */
struct own_claim {
	const char *host; /* of this board: board_is_own_host */
	const char *origin, *fetch_site; /* Origin, Sec-Fetch-Site: no page can forge them */
	const char *content_type; /* NULL: no body */
	const char *proof; /* X-Vigia-Request */
};

/* Does the browser speak TLS, to us or to the proxy before us? */
bool own_page_is_secure(const struct own_place *p, const char *host) NONNULL(1);

/* What a change must carry in X-Vigia-Request: of the session `token`, or of nobody's. Made of the token itself, so that it outlives a
 * restart of ours, and tells nothing of it. `key`: 32 bytes of chance, for whoever has no session yet. */
enum { OWN_PROOF_SIZE = 33 };
void own_page_proof(const unsigned char key[32], const char *token, char ret[OWN_PROOF_SIZE])
	NONNULL(1, 3);

/* NULL if the claim is that of a page of ours whose proof is `proof`; otherwise what is wrong with it. */
const char *own_page_trouble(const struct own_place *p, const struct own_claim *c,
			     const char *proof) NONNULL_ALL;

#endif
