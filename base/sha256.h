/* sha256.h - SHA-256 (FIPS 180-4) by OpenSSL's EVP; one digest over up to two pieces, as the chain
 * needs it. The algorithm is fetched once. */
#ifndef VIGIA_BASE_SHA256_H
#define VIGIA_BASE_SHA256_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { SHA256_SIZE = 32, SHA256_HEX_SIZE = 65 };

struct sha256 {
	unsigned char bytes[SHA256_SIZE];
};

struct sha256 sha256_of(struct slice a, struct slice b);
/* HMAC-SHA-256 (RFC 2104) of one message. */
struct sha256 sha256_hmac(struct slice key, struct slice message);
/* Of all that a file holds; its size goes to *ret_size (may be NULL). Reads to the end whatever it takes. */
enum err sha256_of_file(const char *path, struct sha256 *ret, uint64_t *ret_size,
			struct err_info *info) NONNULL(1, 2, 4) MUST_CHECK;
void sha256_hex(char dst[SHA256_HEX_SIZE], const struct sha256 *h) NONNULL_ALL;

#endif
