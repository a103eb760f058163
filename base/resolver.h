/* resolver.h - names to addresses on the loop, by c-ares: nothing ever resolves by blocking (LIBRARY_FACTS 1). */
#ifndef VIGIA_BASE_RESOLVER_H
#define VIGIA_BASE_RESOLVER_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct uv_loop_s;
struct resolver;

enum resolver_result { RESOLVER_OK, RESOLVER_UNKNOWN, RESOLVER_TIMEOUT, RESOLVER_FAILED };
enum { RESOLVER_ADDRESSES_MAX = 4, RESOLVER_ADDRESS_SIZE = 46 };

enum err resolver_new(struct uv_loop_s *loop, struct resolver **ret,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
void resolver_free(struct resolver *r); /* outstanding look-ups end as RESOLVER_FAILED */
/* Asks these servers ("ADDRESS:PORT,...") and not those of the system. ERR_SYNTAX if they are none. */
enum err resolver_use(struct resolver *r, const char *servers) NONNULL_ALL MUST_CHECK;
/* IPv4 addresses, or the IPv6 ones of a name that has no others. `done` may be called at once (hosts file). */
void resolver_find(struct resolver *r, const char *name,
		   void (*done)(void *user, enum resolver_result result,
				const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count),
		   void *user) NONNULL(1, 2, 3);

#endif
