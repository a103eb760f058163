/* tls_pair.h - certificates for tests, made now, and an HTTP server on the loopback that shows them. */
#ifndef VIGIA_TESTS_SUPPORT_TLS_PAIR_H
#define VIGIA_TESTS_SUPPORT_TLS_PAIR_H

#include "base/cert.h"
#include "base/http_client.h"
#include "base/http_server.h"
#include "base/identity.h"
#include "base/tls_server.h"

#include <uv.h>

struct tls_pair {
	uv_loop_t loop;
	struct cert_pair authority, server; /* the server's is good from a day ago on */
	struct identity identity;
	struct tls_server *tls;
	struct http_server *http;
	struct http_client *client;
	char url[64];
	unsigned served;
};

/* The server's certificate ends `lasts_s` from now. */
void tls_pair_start(struct tls_pair *p, int64_t lasts_s);
/* Another certificate under the same authority. */
void tls_pair_renew(struct tls_pair *p, int64_t lasts_s);
void tls_pair_stop(struct tls_pair *p);

/* A GET under these pins, by the pair's own client (which keeps its connection) or a fresh one. */
struct tls_pair_answer {
	enum err err;
	long status;
	char error[400];
};
struct tls_pair_answer tls_pair_get(struct tls_pair *p, const struct identity_set *pins,
				    bool fresh);

#endif
