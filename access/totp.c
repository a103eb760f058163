#include "access/totp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { SHA1_SIZE = 20, DRIFT_STEPS = 1 };

void totp_code(char *dst, unsigned digits, struct slice secret, int64_t step)
{
	unsigned char counter[8], mac[SHA1_SIZE];
	uint32_t number, modulus = 1;
	unsigned n = sizeof(mac), offset;
	char text[16];

	assert(digits >= 1 && digits <= 9);
	for (int i = 0; i < 8; i++)
		counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	if (HMAC(EVP_sha1(), secret.p, (int)secret.n, counter, sizeof(counter), mac, &n) == NULL)
		memset(mac, 0, sizeof(mac)); /* only without memory */
	offset = mac[SHA1_SIZE - 1] & 0x0F;
	number = ((uint32_t)(mac[offset] & 0x7F) << 24) | ((uint32_t)mac[offset + 1] << 16) |
		 ((uint32_t)mac[offset + 2] << 8) | mac[offset + 3];
	for (unsigned i = 0; i < digits; i++)
		modulus *= 10;
	snprintf(text, sizeof(text), "%010u", number % modulus);
	memcpy(dst, text + 10 - digits, digits + 1);
}

bool totp_accepts(const unsigned char secret[TOTP_SECRET_SIZE], struct slice code,
		  struct wall_time now, int64_t *last_step)
{
	const struct slice key = {(const char *)secret, TOTP_SECRET_SIZE};
	int64_t step = now.us / US_PER_S / TOTP_STEP_S, found = -1;
	char wanted[TOTP_DIGITS + 1];

	if (code.n != TOTP_DIGITS)
		return false;
	for (int64_t s = step - DRIFT_STEPS; s <= step + DRIFT_STEPS; s++) {
		totp_code(wanted, TOTP_DIGITS, key, s);
		if (CRYPTO_memcmp(wanted, code.p, TOTP_DIGITS) == 0 && s > *last_step && found < 0)
			found = s;
	}
	if (found < 0)
		return false;
	*last_step = found;
	return true;
}

void totp_base32(char dst[TOTP_BASE32_SIZE], const unsigned char secret[TOTP_SECRET_SIZE])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t n = 0;

	_Static_assert(TOTP_SECRET_SIZE % 5 == 0, "whole groups of five bytes");
	for (size_t i = 0; i < TOTP_SECRET_SIZE; i += 5) {
		uint64_t group = 0;

		for (size_t k = 0; k < 5; k++)
			group = group << 8 | secret[i + k];
		for (int k = 35; k >= 0; k -= 5)
			dst[n++] = digits[group >> k & 31];
	}
	dst[n] = '\0';
}

/* RFC 3986 "unreserved" as it is, all else escaped; what does not fit whole is left out. */
static size_t put_escaped(char *dst, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 4 <= size; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			dst[n++] = (char)c;
		else
			n += (size_t)snprintf(dst + n, size - n, "%%%02X", c);
	}
	dst[n] = '\0';
	return n;
}

void totp_uri(char dst[TOTP_URI_SIZE], const char *issuer, const char *login,
	      const unsigned char secret[TOTP_SECRET_SIZE])
{
	char i[64], l[64], base32[TOTP_BASE32_SIZE];

	put_escaped(i, sizeof(i), issuer);
	put_escaped(l, sizeof(l), login);
	totp_base32(base32, secret);
	snprintf(dst, TOTP_URI_SIZE,
		 "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30", i, l,
		 base32, i);
}
