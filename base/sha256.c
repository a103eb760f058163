#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

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

enum err sha256_of_file(const char *path, struct sha256 *ret, uint64_t *ret_size,
			struct err_info *info)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum err e = ERR_OK;
	uint64_t size = 0;
	char part[65536];
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		e = err_fail_errno(info, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "open %s", path);
		EVP_MD_CTX_free(ctx);
		return e;
	}
	if (ctx == NULL || EVP_DigestInit_ex2(ctx, EVP_sha256(), NULL) != 1)
		abort();
	while ((n = read(fd, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && EVP_DigestUpdate(ctx, part, (size_t)n) != 1)
			abort();
		size += n > 0 ? (uint64_t)n : 0;
	}
	if (n < 0)
		e = err_fail_errno(info, ERR_IO, "read %s", path);
	if (EVP_DigestFinal_ex(ctx, ret->bytes, NULL) != 1)
		abort();
	if (ret_size != NULL)
		*ret_size = size;
	close(fd);
	EVP_MD_CTX_free(ctx);
	return e;
}

void sha256_hex(char dst[SHA256_HEX_SIZE], const struct sha256 *h)
{
	hex_encode(dst, h->bytes, SHA256_SIZE);
}
