/* totp.h - one-time codes (RFC 6238 over RFC 4226: SHA-1, 6 digits, steps of 30 s, one step of drift either way, no step twice), and
 * the secret as people's programs read it (base32, otpauth URI). Pure: time comes in as data. */
#ifndef VIGIA_ACCESS_TOTP_H
#define VIGIA_ACCESS_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "base/slice.h"

enum {
	TOTP_SECRET_SIZE = 20,
	TOTP_STEP_S = 30,
	TOTP_DIGITS = 6,
	TOTP_BASE32_SIZE = TOTP_SECRET_SIZE * 8 / 5 + 1,
	TOTP_URI_SIZE = 320
};

/* The code of one step: `digits` (1 to 9) of them, with leading zeros. */
void totp_code(char *dst, unsigned digits, struct slice secret, int64_t step) NONNULL(1);
/* Does `code` fit now and is it of a later step than *last_step? Then *last_step becomes its step. */
bool totp_accepts(const unsigned char secret[TOTP_SECRET_SIZE], struct slice code,
		  struct wall_time now, int64_t *last_step) NONNULL(1, 4);

void totp_base32(char dst[TOTP_BASE32_SIZE],
		 const unsigned char secret[TOTP_SECRET_SIZE]) NONNULL_ALL;
/* otpauth://totp/ISSUER:LOGIN?secret=...; issuer and login are percent-encoded. */
void totp_uri(char dst[TOTP_URI_SIZE], const char *issuer, const char *login,
	      const unsigned char secret[TOTP_SECRET_SIZE]) NONNULL_ALL;

#endif
