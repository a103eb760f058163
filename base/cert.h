/* cert.h - X.509 certificates by OpenSSL, as PEM text: a certification authority of our own, certificates for a
 * server under it, and what one must know of a chain before it is served. EC P-256 keys; times are given, never read. */
#ifndef VIGIA_BASE_CERT_H
#define VIGIA_BASE_CERT_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/identity.h"
#include "base/slice.h"

enum { CERT_NAMES_MAX = 32, CERT_NAME_SIZE = 256, CERT_FILE_MAX = 256 << 10 };

/* What a server answers to: numeric addresses and host names. */
struct cert_names {
	char items[CERT_NAMES_MAX][CERT_NAME_SIZE];
	size_t count;
};
/* Adds a name once; ERR_SYNTAX if it is neither an address nor a host name, ERR_FULL. */
enum err cert_names_add(struct cert_names *names, const char *name) NONNULL_ALL MUST_CHECK;

struct x509_st; /* OpenSSL's X509 */
/* The digest of its public key; false if that cannot be written. */
bool cert_identity(struct x509_st *x, struct identity *ret) NONNULL_ALL;

/* Certificate and private key in PEM; the key's memory is wiped by cert_pair_release. */
struct cert_pair {
	struct buf cert, key;
};
void cert_pair_init(struct cert_pair *p) NONNULL_ALL;
void cert_pair_release(struct cert_pair *p) NONNULL_ALL; /* CLEANUP(cert_pair_release) */

/* An authority with a new key, good from a day before `now_s` for twenty years. */
enum err cert_make_authority(int64_t now_s, struct cert_pair *ret,
			     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* A server's certificate with a new key under the authority; the authority's certificate follows it in `cert`. */
enum err cert_make_server(const struct cert_pair *authority, const struct cert_names *names,
			  int64_t now_s, int64_t lasts_s, struct cert_pair *ret,
			  struct err_info *info) NONNULL_ALL MUST_CHECK;

struct cert_facts {
	struct identity identity; /* of the topmost certificate */
	int64_t not_before_s, not_after_s; /* of the first one */
	bool has_names; /* the first one is good for exactly `names` */
};
/* Reads a chain, a server's own certificate first, and its key. ERR_SYNTAX: not PEM; ERR_WRONG_STATE: the key is not
 * that of the first certificate, or one is not signed by the next. */
enum err cert_look(const struct cert_pair *p, const struct cert_names *names,
		   struct cert_facts *ret, struct err_info *info) NONNULL(1, 3) MUST_CHECK;

#endif
