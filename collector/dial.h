/* dial.h - the address of a channel's server: a name is asked of c-ares, never of libcurl, and handed to libcurl as
 * CURLOPT_CONNECT_TO. */
#ifndef VIGIA_COLLECTOR_DIAL_H
#define VIGIA_COLLECTOR_DIAL_H

#include <stdint.h>

#include "base/attr.h"

struct resolver;
struct dial;

/* `connect_to`: "host:port:address:port", "" for a numeric host, NULL if the name is not known (`why` says it). May be
 * called before dial_start returns, which then returns NULL. */
typedef void dial_done_fn(void *user, const char *connect_to, const char *why);
struct dial *dial_start(struct resolver *r, const char *host, uint16_t port, dial_done_fn *done,
			void *user) NONNULL(1, 2, 4);
void dial_cancel(struct dial *d); /* accepts NULL; no callback afterwards */

/* A libcurl handle for the server that was dialled, with what holds for every channel: that address and no proxy of the
 * environment, these `protocols` only ("smtp,smtps"), a connection of its own, TLS 1.2 at least, verified by `ca_file`
 * ("": the system's bundle, in one file). The caller owns the handle and *ret_connect_to, which must outlive it. */
struct curl_slist;
void *dial_handle(const char *connect_to, const char *protocols, const char *ca_file,
		  struct curl_slist **ret_connect_to) NONNULL_ALL __attribute__((returns_nonnull));

#endif
