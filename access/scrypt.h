/* scrypt.h - passwords and PINs as scrypt (RFC 7914), in a text that says its own parameters ("$scrypt$ln=15,r=8,p=1$SALT$HASH", base64
 * without padding), so that they can be raised later. Takes some 60 ms and 32 MiB: never on the loop. */
#ifndef VIGIA_ACCESS_SCRYPT_H
#define VIGIA_ACCESS_SCRYPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { SCRYPT_TEXT_SIZE = 128, SCRYPT_SALT_SIZE = 16, SCRYPT_HASH_SIZE = 32 };

struct scrypt_params {
	unsigned log2_n, r, p;
};
#define SCRYPT_NOW ((struct scrypt_params){15, 8, 1})

/* A fresh salt, these parameters. ERR_RANGE: parameters that we would not read back. */
enum err scrypt_write(char dst[SCRYPT_TEXT_SIZE], struct slice secret, struct scrypt_params params,
		      struct err_info *info) NONNULL(1, 4) MUST_CHECK;
/* Is it the secret behind `text`? Compared in constant time. False for a text that is none of ours, after the work of a whole one: whoever
 * has no password costs what others cost. */
bool scrypt_is(const char *text, struct slice secret) NONNULL(1);
/* Weaker than what we would write now: to be written anew when the secret is next seen. */
bool scrypt_is_outdated(const char *text) NONNULL_ALL;

#endif
