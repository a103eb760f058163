#include "base/sha256.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/hex.h"

struct sha256 sha256_of(struct slice a, struct slice b)
{
	static EVP_MD *md; /* fetched once: a fetch costs more than a short digest */
	static EVP_MD_CTX *ctx; /* reused; all our programs hash on their one loop thread */
	struct sha256 h;

	if (md == NULL) {
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
		ctx = EVP_MD_CTX_new();
		if (md == NULL || ctx == NULL)
			abort();
	}
	if (EVP_DigestInit_ex2(ctx, md, NULL) != 1 || EVP_DigestUpdate(ctx, a.p, a.n) != 1 ||
	    EVP_DigestUpdate(ctx, b.p, b.n) != 1 || EVP_DigestFinal_ex(ctx, h.bytes, NULL) != 1)
		abort();
	return h;
}

struct sha256 sha256_hmac(struct slice key, struct slice message)
{
	unsigned n = SHA256_SIZE;
	struct sha256 h;

	if (HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)message.p, message.n,
		 h.bytes, &n) == NULL ||
	    n != SHA256_SIZE)
		abort();
	return h;
}

void sha256_hex(char dst[SHA256_HEX_SIZE], const struct sha256 *h)
{
	hex_encode(dst, h->bytes, SHA256_SIZE);
}
