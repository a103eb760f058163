#include "base/tls_server.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "base/mem.h"
#include "base/sha256.h"

enum { CHAIN_MAX = 8 };

const char tls_server_priorities[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-3DES-CBC:%SERVER_PRECEDENCE";

/* All are kept to the end: a handshake that began under one may still be under way, and a year has few. */
struct shown {
	struct shown *before;
	struct sha256 digest; /* of the PEM text */
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned count;
	gnutls_privkey_t key;
};

struct tls_server {
	struct shown *now;
};

static void shown_free(struct shown *s)
{
	for (unsigned i = 0; i < s->count; i++)
		gnutls_pcert_deinit(&s->chain[i]);
	if (s->key != NULL)
		gnutls_privkey_deinit(s->key);
	free(s);
}

static gnutls_datum_t datum_of(const struct buf *b)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)buf_cstr(b), (unsigned)b->len};
}

static enum err load(const struct cert_pair *p, struct shown **ret, struct err_info *info)
{
	gnutls_datum_t cert = datum_of(&p->cert), key = datum_of(&p->key);
	struct shown *s = mem_calloc(1, sizeof(*s));
	unsigned count = CHAIN_MAX;
	int rc = gnutls_privkey_init(&s->key);

	if (rc == 0)
		rc = gnutls_privkey_import_x509_raw(s->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (rc == 0) {
		rc = gnutls_pcert_list_import_x509_raw(s->chain, &count, &cert, GNUTLS_X509_FMT_PEM,
						       GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
		s->count = rc == 0 ? count : 0;
	}
	if (rc != 0) {
		shown_free(s);
		return err_fail(info, ERR_SYNTAX, "the certificate cannot be served: %s",
				gnutls_strerror(rc));
	}
	s->digest = sha256_of(buf_slice(&p->cert), buf_slice(&p->key));
	*ret = s;
	return ERR_OK;
}

enum err tls_server_new(const struct cert_pair *p, struct tls_server **ret, struct err_info *info)
{
	struct tls_server *t = mem_calloc(1, sizeof(*t));
	enum err e = load(p, &t->now, info);

	if (e != ERR_OK) {
		free(t);
		return e;
	}
	*ret = t;
	return ERR_OK;
}

enum err tls_server_replace(struct tls_server *t, const struct cert_pair *p, struct err_info *info)
{
	struct shown *fresh;
	enum err e = load(p, &fresh, info);

	if (e != ERR_OK)
		return e;
	if (memcmp(&fresh->digest, &t->now->digest, sizeof(fresh->digest)) == 0) {
		shown_free(fresh);
		return ERR_OK;
	}
	fresh->before = t->now;
	t->now = fresh;
	return ERR_OK;
}

void tls_server_free(struct tls_server *t)
{
	if (t == NULL)
		return;
	while (t->now != NULL) {
		struct shown *before = t->now->before;

		shown_free(t->now);
		t->now = before;
	}
	free(t);
}

void tls_server_current(const struct tls_server *t, gnutls_pcert_st **ret_chain,
			unsigned *ret_count, gnutls_privkey_t *ret_key)
{
	*ret_chain = t->now->chain;
	*ret_count = t->now->count;
	*ret_key = t->now->key;
}
