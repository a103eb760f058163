/* tls_home.h - the folder DATA/tls: ca.pem, ca.key (0600), cert.pem, cert.key (0600), and DATA/identity beside it. The
 * authority is made once, whole or not at all; it is the collector's identity, so nothing here ever replaces it. The
 * server's certificate under it is made anew when it is about to expire, lacks a name or is damaged: nobody pins that. */
#ifndef VIGIA_BASE_TLS_HOME_H
#define VIGIA_BASE_TLS_HOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/cert.h"
#include "base/err.h"
#include "base/identity.h"

enum { TLS_HOME_RENEW_DAYS = 60, TLS_HOME_LASTS_DAYS = 365 };

struct tls_home {
	struct cert_pair served; /* chain and key for the server */
	struct identity identity;
	int64_t not_after_s;
	const char *renewed; /* why the server's certificate was made anew; NULL = it was not */
	bool is_new; /* the authority was made just now */
	bool has_changed; /* DATA/identity told another identity before */
};
void tls_home_release(struct tls_home *h) NONNULL_ALL; /* CLEANUP(tls_home_release) */

/* Reads the folder, makes what may be made, writes DATA/identity. ERR_CORRUPT: authority half there, damaged or gone
 * although there was one. */
enum err tls_home_open(const char *data, const struct cert_names *names, int64_t now_s,
		       struct tls_home *ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The same for a certificate and key that an institution gave: read, verified, DATA/identity written. */
enum err tls_home_open_given(const char *data, const char *cert_file, const char *key_file,
			     int64_t now_s, struct tls_home *ret,
			     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Only reads and judges such a pair; no file is written. */
enum err tls_home_read_given(const char *cert_file, const char *key_file, int64_t now_s,
			     struct tls_home *ret, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
