#include "base/tls_pin.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/cert.h"

/* The member of the chain that is pinned; the topmost one is told if there is none. */
static X509 *find_pinned(STACK_OF(X509) * chain, struct tls_pin *pin)
{
	struct identity id = {"nobody"};

	for (int i = 0; i < sk_X509_num(chain); i++) {
		if (cert_identity(sk_X509_value(chain, i), &id) &&
		    identity_set_has(pin->pins, id.text))
			return sk_X509_value(chain, i);
	}
	snprintf(pin->why, sizeof(pin->why), "this is another collector: it is %s, pinned is %s%s",
		 id.text, pin->pins->count > 0 ? pin->pins->items[0].text : "nobody",
		 pin->pins->count > 1 ? " (or another)" : "");
	return NULL;
}

static int verify_under(X509 *anchor, X509_STORE_CTX *shown, int *ret_error)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(shown);
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int ok = 0;

	*ret_error = X509_V_ERR_OUT_OF_MEM;
	if (store != NULL && ctx != NULL && X509_STORE_add_cert(store, anchor) == 1 &&
	    X509_STORE_CTX_init(ctx, store, X509_STORE_CTX_get0_cert(shown), chain) == 1) {
		X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN);
		X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_SERVER);
		ok = X509_verify_cert(ctx) == 1;
		*ret_error = X509_STORE_CTX_get_error(ctx);
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return ok;
}

static int verify(X509_STORE_CTX *ctx, void *user)
{
	struct tls_pin *pin = user;
	X509 *anchor = find_pinned(X509_STORE_CTX_get0_untrusted(ctx), pin);
	int error = X509_V_ERR_CERT_REJECTED, ok = 0;

	if (anchor != NULL) {
		ok = verify_under(anchor, ctx, &error);
		if (!ok)
			snprintf(pin->why, sizeof(pin->why),
				 "the collector's certificate is refused: %s%s",
				 X509_verify_cert_error_string(error),
				 error == X509_V_ERR_CERT_HAS_EXPIRED ||
						 error == X509_V_ERR_CERT_NOT_YET_VALID
					 ? " (is this machine's clock right?)"
					 : "");
	}
	X509_STORE_CTX_set_error(ctx, ok ? X509_V_OK : error);
	return ok;
}

static CURLcode on_context(CURL *easy, void *ssl_context, void *user)
{
	(void)easy;
	SSL_CTX_set_cert_verify_callback(ssl_context, verify, user);
	/* Nobody is verified again on a connection that outlives the transfer, and `user` with it. */
	SSL_CTX_set_options(ssl_context, SSL_OP_NO_RENEGOTIATION);
	return CURLE_OK;
}

void tls_pin_set_up(void *curl_easy, struct tls_pin *pin)
{
	CURL *easy = curl_easy;

	pin->why[0] = '\0';
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L); /* see the header */
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, pin);
}
