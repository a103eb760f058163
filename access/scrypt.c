#include "access/scrypt.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/parse.h"
#include "base/rand.h"

/* What a text may ask of us: up to 512 MiB. */
enum { LOG2_N_MIN = 10, LOG2_N_MAX = 18, R_MAX = 16, P_MAX = 4 };

struct parsed {
	struct scrypt_params params;
	unsigned char salt[SCRYPT_SALT_SIZE], hash[SCRYPT_HASH_SIZE];
};

static bool are_sound(struct scrypt_params p)
{
	return p.log2_n >= LOG2_N_MIN && p.log2_n <= LOG2_N_MAX && p.r >= 1 && p.r <= R_MAX &&
	       p.p >= 1 && p.p <= P_MAX;
}

static bool derive(unsigned char hash[SCRYPT_HASH_SIZE], struct slice secret,
		   const unsigned char *salt, struct scrypt_params p)
{
	uint64_t n = UINT64_C(1) << p.log2_n;
	uint64_t memory = 128 * p.r * (n + p.p + 2) + (1 << 20);

	return EVP_PBE_scrypt(secret.p, secret.n, salt, SCRYPT_SALT_SIZE, n, p.r, p.p, memory, hash,
			      SCRYPT_HASH_SIZE) == 1;
}

/* --- text ------------------------------------------------------------------------------------------ */

enum { SALT_DIGITS = 22, HASH_DIGITS = 43 };

/* base64 without its padding; returns how many digits. */
static size_t put_base64(char *dst, const unsigned char *bytes, int n)
{
	size_t digits = (size_t)EVP_EncodeBlock((unsigned char *)dst, bytes, n);

	while (digits > 0 && dst[digits - 1] == '=')
		dst[--digits] = '\0';
	return digits;
}

/* Exactly `n` bytes from their digits. */
static bool read_base64(unsigned char *dst, int n, struct slice digits)
{
	unsigned char padded[64], bytes[64];
	size_t whole = (digits.n + 3) / 4 * 4;
	int got;

	if (whole >= sizeof(padded) || (size_t)(n * 8 + 5) / 6 != digits.n)
		return false;
	memset(padded, '=', sizeof(padded));
	memcpy(padded, digits.p, digits.n);
	got = EVP_DecodeBlock(bytes, padded, (int)whole);
	if (got < n)
		return false;
	memcpy(dst, bytes, (size_t)n);
	return true;
}

static bool take_word(struct slice *rest, const char *word)
{
	size_t n = strlen(word);

	if (rest->n < n || memcmp(rest->p, word, n) != 0)
		return false;
	*rest = (struct slice){rest->p + n, rest->n - n};
	return true;
}

static bool take_number(struct slice *rest, unsigned *ret)
{
	struct slice digits = {rest->p, 0};
	int64_t v;

	while (digits.n < rest->n && digits.n < 3 && rest->p[digits.n] >= '0' &&
	       rest->p[digits.n] <= '9')
		digits.n++;
	if (parse_i64(digits, 1, 999, &v) != ERR_OK)
		return false;
	*ret = (unsigned)v;
	*rest = (struct slice){rest->p + digits.n, rest->n - digits.n};
	return true;
}

static bool parse(const char *text, struct parsed *ret)
{
	struct slice rest = slice_of(text);

	if (!take_word(&rest, "$scrypt$ln=") || !take_number(&rest, &ret->params.log2_n) ||
	    !take_word(&rest, ",r=") || !take_number(&rest, &ret->params.r) ||
	    !take_word(&rest, ",p=") || !take_number(&rest, &ret->params.p) ||
	    !take_word(&rest, "$") || !are_sound(ret->params))
		return false;
	if (rest.n != SALT_DIGITS + 1 + HASH_DIGITS || rest.p[SALT_DIGITS] != '$')
		return false;
	return read_base64(ret->salt, SCRYPT_SALT_SIZE, (struct slice){rest.p, SALT_DIGITS}) &&
	       read_base64(ret->hash, SCRYPT_HASH_SIZE,
			   (struct slice){rest.p + SALT_DIGITS + 1, HASH_DIGITS});
}

enum err scrypt_write(char dst[SCRYPT_TEXT_SIZE], struct slice secret, struct scrypt_params params,
		      struct err_info *info)
{
	unsigned char salt[SCRYPT_SALT_SIZE], hash[SCRYPT_HASH_SIZE];
	char salt_text[SALT_DIGITS + 3], hash_text[HASH_DIGITS + 2];

	if (!are_sound(params))
		return err_fail(info, ERR_RANGE, "scrypt: ln=%u,r=%u,p=%u is not in use",
				params.log2_n, params.r, params.p);
	rand_system(salt, sizeof(salt));
	if (!derive(hash, secret, salt, params))
		return err_fail(info, ERR_IO, "scrypt failed (%u MiB of memory are needed)",
				(unsigned)((UINT64_C(128) * params.r << params.log2_n) >> 20));
	put_base64(salt_text, salt, SCRYPT_SALT_SIZE);
	put_base64(hash_text, hash, SCRYPT_HASH_SIZE);
	snprintf(dst, SCRYPT_TEXT_SIZE, "$scrypt$ln=%u,r=%u,p=%u$%s$%s", params.log2_n, params.r,
		 params.p, salt_text, hash_text);
	OPENSSL_cleanse(hash, sizeof(hash));
	return ERR_OK;
}

bool scrypt_is(const char *text, struct slice secret)
{
	unsigned char hash[SCRYPT_HASH_SIZE];
	struct parsed p = {.params = SCRYPT_NOW};
	bool is_ours = parse(text, &p), same;

	if (!is_ours)
		p = (struct parsed){.params = SCRYPT_NOW};
	if (!derive(hash, secret, p.salt, p.params))
		return false;
	same = CRYPTO_memcmp(hash, p.hash, sizeof(hash)) == 0;
	OPENSSL_cleanse(hash, sizeof(hash));
	return is_ours && same;
}

bool scrypt_is_outdated(const char *text)
{
	struct parsed p;

	return parse(text, &p) && (p.params.log2_n < SCRYPT_NOW.log2_n ||
				   p.params.r < SCRYPT_NOW.r || p.params.p < SCRYPT_NOW.p);
}
