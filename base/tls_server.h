/* tls_server.h - what a server shows in a TLS handshake (GnuTLS, beneath libmicrohttpd): chain and key, which may be
 * replaced while connections live; handshakes that begin afterwards show the new ones. TLS 1.2 and 1.3 only. */
#ifndef VIGIA_BASE_TLS_SERVER_H
#define VIGIA_BASE_TLS_SERVER_H

#include "base/attr.h"
#include "base/cert.h"
#include "base/err.h"

struct tls_server;
struct gnutls_pcert_st;
struct gnutls_privkey_st;

/* GnuTLS's priority string. */
extern const char tls_server_priorities[];

enum err tls_server_new(const struct cert_pair *p, struct tls_server **ret,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
/* On failure the old ones stay. */
enum err tls_server_replace(struct tls_server *t, const struct cert_pair *p,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
void tls_server_free(struct tls_server *t); /* no connection may be left */

/* For a handshake that begins now; they stay valid until tls_server_free. */
void tls_server_current(const struct tls_server *t, struct gnutls_pcert_st **ret_chain,
			unsigned *ret_count, struct gnutls_privkey_st **ret_key) NONNULL_ALL;

#endif
