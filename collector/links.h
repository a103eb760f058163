/* links.h - acknowledging by a link in a message. The token of a call's link follows from a key of this
 * collector and from the call itself, so nothing is stored for it: it is the same when the call is sent
 * again and after a restart. The journal holds its SHA-256 only. Whoever has the link may acknowledge for
 * the person who was called, once, until `valid_us` after the call. */
#ifndef VIGIA_COLLECTOR_LINKS_H
#define VIGIA_COLLECTOR_LINKS_H

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/sha256.h"
#include "collector/link_token.h"
#include "engine/view.h"

enum { LINKS_KEY_SIZE = 32, LINKS_URL_SIZE = 512 };

struct links;

/* Reads FOLDER/links.key, or makes it: 32 random bytes, 0600, on the disk before this returns. ERR_CORRUPT if
 * the file holds anything else. `public_url` (NULL: messages carry no links) is copied, without a slash at
 * its end. */
enum err links_open(const char *folder, const char *public_url, int64_t valid_us,
		    struct links **ret, struct err_info *info) NONNULL(1, 4, 5) MUST_CHECK;
void links_close(struct links *l); /* accepts NULL; wipes the key */

/* The link that the message of a call carries. False and "" where it carries none: no public_url, the call
 * is over and forgotten, or asks for no answer (it works again, false alarm...). */
bool links_url(const struct links *l, const struct engine *e, uint64_t call,
	       char ret_url[LINKS_URL_SIZE]) NONNULL_ALL;
/* The digest of that link's token in hexadecimal, for the journal; "" where there is no link. */
void links_digest(const struct links *l, const struct engine *e, uint64_t call,
		  char ret_hex[SHA256_HEX_SIZE]) NONNULL_ALL;

struct link_found {
	struct view_incident incident; /* borrowed as in view.h */
	struct view_call call;
	struct wall_time until; /* then it is no link any more */
	char digest[SHA256_HEX_SIZE];
};
/* What a token stands for. False if it is not of a call in memory, has expired or is no token at all: none of
 * the three is told apart, by words or by the work it takes. */
bool links_find(const struct links *l, const struct engine *e, struct slice token,
		struct wall_time now, struct link_found *ret) NONNULL_ALL;

/* Somebody at `address` came with a token that links_find does not know. False: too many wrong ones came
 * from there, or from everywhere together; the next is looked at in *ret_wait_us. Right tokens are never held
 * up by it: many people may come from one address (a proxy, an office), and 128 bits are not guessed. */
bool links_take_wrong(struct links *l, struct slice address, struct mono_time now,
		      int64_t *ret_wait_us) NONNULL(1, 4);
struct links_stats {
	uint64_t wrong, limited, used;
};
struct links_stats links_stats(const struct links *l) NONNULL_ALL;
void links_count_used(struct links *l) NONNULL_ALL;

#endif
