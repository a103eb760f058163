#include "base/cert.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/parse.h"
#include "base/rand.h"

enum { DAY_S = 86400, AUTHORITY_DAYS = 20 * 365 + 5, SERIAL_BYTES = 16, CHAIN_MAX = 8 };

/* --- names ---------------------------------------------------------------------------------------- */

enum err cert_names_add(struct cert_names *names, const char *name)
{
	size_t n = strlen(name);

	if (!parse_is_address(name) && !parse_is_host_name(name))
		return ERR_SYNTAX;
	for (size_t i = 0; i < names->count; i++) {
		if (strcasecmp(names->items[i], name) == 0)
			return ERR_OK;
	}
	if (names->count == CERT_NAMES_MAX)
		return ERR_FULL;
	memcpy(names->items[names->count++], name, n + 1);
	return ERR_OK;
}

void cert_pair_init(struct cert_pair *p)
{
	buf_init(&p->cert, CERT_FILE_MAX);
	buf_init(&p->key, CERT_FILE_MAX);
}

void cert_pair_release(struct cert_pair *p)
{
	if (p->key.data != NULL)
		explicit_bzero(p->key.data, p->key.cap);
	buf_release(&p->cert);
	buf_release(&p->key);
}

/* --- OpenSSL's objects ----------------------------------------------------------------------------- */

static void free_x509(X509 **x)
{
	X509_free(*x);
}

static void free_key(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

static void free_bio(BIO **b)
{
	BIO_free(*b);
}

/* One sentence of OpenSSL's own, and its queue is empty again. */
static enum err fail(struct err_info *info, enum err e, const char *what)
{
	char text[256] = "";
	unsigned long code = ERR_peek_last_error();

	if (code != 0)
		ERR_error_string_n(code, text, sizeof(text));
	ERR_clear_error();
	return err_fail(info, e, "%s%s%s", what, text[0] != '\0' ? ": " : "", text);
}

static void bio_to_buf(BIO *b, struct buf *out)
{
	char *p;
	long n = BIO_get_mem_data(b, &p);

	if (n > 0)
		buf_put(out, p, (size_t)n);
}

static bool put_cert(X509 *x, struct buf *out)
{
	BIO *b CLEANUP(free_bio) = BIO_new(BIO_s_mem());

	if (b == NULL || PEM_write_bio_X509(b, x) != 1)
		return false;
	bio_to_buf(b, out);
	return buf_is_ok(out);
}

static bool put_key(EVP_PKEY *k, struct buf *out)
{
	BIO *b CLEANUP(free_bio) = BIO_new(BIO_s_secmem());

	if (b == NULL || PEM_write_bio_PrivateKey(b, k, NULL, NULL, 0, NULL, NULL) != 1)
		return false;
	bio_to_buf(b, out);
	return buf_is_ok(out);
}

static BIO *reader(const struct buf *b)
{
	return BIO_new_mem_buf(buf_cstr(b), (int)b->len);
}

static EVP_PKEY *read_key(const struct buf *pem)
{
	BIO *b CLEANUP(free_bio) = reader(pem);

	/* "" as the password: an encrypted key fails and does not ask the terminal. */
	return b != NULL ? PEM_read_bio_PrivateKey(b, NULL, NULL, (void *)(uintptr_t) "") : NULL;
}

/* --- making ---------------------------------------------------------------------------------------- */

static bool add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;
	bool ok;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = e != NULL && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool set_serial(X509 *x)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *n;
	bool ok;

	rand_system(bytes, sizeof(bytes));
	bytes[0] = (bytes[0] & 0x7F) | 0x40; /* positive, of full length */
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;
	BN_free(n);
	return ok;
}

/* Subject names differ from certificate to certificate, so that nobody takes one authority for another. */
static bool set_subject(X509 *x, const char *what)
{
	X509_NAME *name = X509_get_subject_name(x);
	char text[64], id[9];

	rand_hex(id, 4);
	snprintf(text, sizeof(text), "%s %s", what, id);
	return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"Vigia",
					  -1, -1, 0) == 1 &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)text, -1,
					  -1, 0) == 1;
}

static X509 *begin(const char *subject, EVP_PKEY *key, int64_t now_s, int64_t lasts_s)
{
	X509 *x = X509_new();
	time_t from = (time_t)(now_s - DAY_S), to = (time_t)(now_s + lasts_s);

	/* A day back: the clocks of agents are not all right. */
	if (x != NULL && X509_set_version(x, 2) == 1 && set_serial(x) && set_subject(x, subject) &&
	    X509_time_adj_ex(X509_getm_notBefore(x), 0, 0, &from) != NULL &&
	    X509_time_adj_ex(X509_getm_notAfter(x), 0, 0, &to) != NULL &&
	    X509_set_pubkey(x, key) == 1)
		return x;
	X509_free(x);
	return NULL;
}

enum err cert_make_authority(int64_t now_s, struct cert_pair *ret, struct err_info *info)
{
	EVP_PKEY *key CLEANUP(free_key) = EVP_EC_gen("P-256");
	X509 *x CLEANUP(free_x509) = NULL;

	if (key != NULL)
		x = begin("collector", key, now_s, (int64_t)AUTHORITY_DAYS * DAY_S);
	if (x == NULL || X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 ||
	    !add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
	    !add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") ||
	    !add_extension(x, x, NID_subject_key_identifier, "hash") ||
	    X509_sign(x, key, EVP_sha256()) <= 0 || !put_cert(x, &ret->cert) ||
	    !put_key(key, &ret->key))
		return fail(info, ERR_IO, "the collector's authority could not be made");
	return ERR_OK;
}

static bool add_names(X509 *x, X509 *issuer, const struct cert_names *names)
{
	struct buf text CLEANUP(buf_release) = {0};

	buf_init(&text, CERT_NAMES_MAX * (CERT_NAME_SIZE + 8));
	for (size_t i = 0; i < names->count; i++)
		buf_printf(&text, "%s%s:%s", i > 0 ? "," : "",
			   parse_is_address(names->items[i]) ? "IP" : "DNS", names->items[i]);
	return text.len == 0 || add_extension(x, issuer, NID_subject_alt_name, buf_cstr(&text));
}

enum err cert_make_server(const struct cert_pair *authority, const struct cert_names *names,
			  int64_t now_s, int64_t lasts_s, struct cert_pair *ret,
			  struct err_info *info)
{
	BIO *b CLEANUP(free_bio) = reader(&authority->cert);
	X509 *issuer CLEANUP(free_x509) = b != NULL ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
	EVP_PKEY *issuer_key CLEANUP(free_key) = read_key(&authority->key);
	EVP_PKEY *key CLEANUP(free_key) = EVP_EC_gen("P-256");
	X509 *x CLEANUP(free_x509) = NULL;

	if (key != NULL && issuer != NULL && issuer_key != NULL)
		x = begin("server", key, now_s, lasts_s);
	if (x == NULL || X509_set_issuer_name(x, X509_get_subject_name(issuer)) != 1 ||
	    !add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
	    !add_extension(x, issuer, NID_key_usage, "critical,digitalSignature") ||
	    !add_extension(x, issuer, NID_ext_key_usage, "serverAuth") ||
	    !add_names(x, issuer, names) ||
	    !add_extension(x, issuer, NID_subject_key_identifier, "hash") ||
	    !add_extension(x, issuer, NID_authority_key_identifier, "keyid:always") ||
	    X509_sign(x, issuer_key, EVP_sha256()) <= 0 || !put_cert(x, &ret->cert) ||
	    !put_cert(issuer, &ret->cert) || !put_key(key, &ret->key))
		return fail(info, ERR_IO, "the server's certificate could not be made");
	return ERR_OK;
}

/* --- looking --------------------------------------------------------------------------------------- */

static int64_t seconds_of(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static bool has_name(const GENERAL_NAMES *have, const char *name)
{
	unsigned char address[16];
	int size = inet_pton(AF_INET, name, address) == 1    ? 4
		   : inet_pton(AF_INET6, name, address) == 1 ? 16
							     : 0;

	for (int i = 0; i < sk_GENERAL_NAME_num(have); i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(have, i);
		const ASN1_STRING *s = g->type == GEN_IPADD ? g->d.iPAddress
				       : g->type == GEN_DNS ? g->d.dNSName
							    : NULL;
		const unsigned char *data = s != NULL ? ASN1_STRING_get0_data(s) : NULL;

		if (s == NULL || (g->type == GEN_IPADD) != (size > 0))
			continue;
		if (size > 0 ? ASN1_STRING_length(s) == size &&
				       memcmp(data, address, (size_t)size) == 0
			     : ASN1_STRING_length(s) == (int)strlen(name) &&
				       strncasecmp((const char *)data, name, strlen(name)) == 0)
			return true;
	}
	return false;
}

static bool names_equal(X509 *x, const struct cert_names *names)
{
	GENERAL_NAMES *have = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	bool same = have != NULL && sk_GENERAL_NAME_num(have) == (int)names->count;

	for (size_t i = 0; same && i < names->count; i++)
		same = has_name(have, names->items[i]);
	GENERAL_NAMES_free(have);
	return same;
}

bool cert_identity(X509 *x, struct identity *ret)
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

	if (n <= 0)
		return false;
	*ret = identity_of_key((struct slice){(const char *)der, (size_t)n});
	OPENSSL_free(der);
	return true;
}

static enum err look_at_first(X509 *x, const struct cert_pair *p, const struct cert_names *names,
			      struct cert_facts *ret, struct err_info *info)
{
	EVP_PKEY *key CLEANUP(free_key) = read_key(&p->key);

	if (key == NULL)
		return fail(info, ERR_SYNTAX, "no private key in PEM without a password");
	if (X509_check_private_key(x, key) != 1)
		return fail(info, ERR_WRONG_STATE, "the key is not that of the certificate");
	ret->not_before_s = seconds_of(X509_get0_notBefore(x));
	ret->not_after_s = seconds_of(X509_get0_notAfter(x));
	ret->has_names = names != NULL && names_equal(x, names);
	return ERR_OK;
}

enum err cert_look(const struct cert_pair *p, const struct cert_names *names,
		   struct cert_facts *ret, struct err_info *info)
{
	BIO *b CLEANUP(free_bio) = reader(&p->cert);
	X509 *x CLEANUP(free_x509) = NULL;
	enum err e;

	*ret = (struct cert_facts){0};
	x = b != NULL ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
	if (x == NULL)
		return fail(info, ERR_SYNTAX, "no certificate in PEM");
	e = look_at_first(x, p, names, ret, info);
	for (int i = 1; e == ERR_OK; i++) {
		X509 *above = PEM_read_bio_X509(b, NULL, NULL, NULL);

		if (above == NULL)
			break;
		if (i == CHAIN_MAX || X509_check_issued(above, x) != X509_V_OK ||
		    X509_verify(x, X509_get0_pubkey(above)) != 1)
			e = fail(info, ERR_WRONG_STATE,
				 "a certificate is not signed by the one that follows it");
		X509_free(x);
		x = above;
	}
	if (e == ERR_OK && !cert_identity(x, &ret->identity))
		e = fail(info, ERR_SYNTAX, "the public key cannot be read");
	ERR_clear_error();
	return e;
}
