#include "access/credential.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/rand.h"

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
enum { CODE_DIGITS = 20, CODE_GROUP = 5 };

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool login_is_sound(const char *login)
{
	size_t n = strlen(login);

	if (n < LOGIN_MIN || n > LOGIN_MAX || !is_letter_or_digit(login[0]))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_letter_or_digit(login[i]) && strchr("._-", login[i]) == NULL)
			return false;
	}
	return true;
}

/* Characters of UTF-8: bytes that begin one. */
static size_t count_characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

const char *password_trouble(const char *password, const char *login)
{
	size_t n = count_characters(password);

	if (n < PASSWORD_MIN)
		return "A password has at least 12 characters; four words that have nothing to do "
		       "with each other are a good one";
	if (n > PASSWORD_MAX || strlen(password) >= PASSWORD_SIZE)
		return "A password has at most 128 characters";
	if (strcasecmp(password, login) == 0)
		return "The login is not a password";
	if (password[strspn(password, (char[]){password[0], '\0'})] == '\0')
		return "One character again and again is not a password";
	return NULL;
}

const char *pin_trouble(const char *pin)
{
	size_t n = strlen(pin);
	bool same = true, up = true, down = true;

	if (n < PIN_MIN || n > PIN_MAX || strspn(pin, "0123456789") != n)
		return "A PIN has 6 to 12 digits";
	for (size_t i = 1; i < n; i++) {
		int step = (pin[i] - pin[i - 1] + 10) % 10;

		same = same && step == 0;
		up = up && step == 1;
		down = down && step == 9;
	}
	if (same)
		return "A PIN is not one digit again and again";
	if (up || down)
		return "A PIN is not a run such as 123456";
	return NULL;
}

/* --- drawn ----------------------------------------------------------------------------------------- */

void session_token_draw(char dst[SESSION_TOKEN_SIZE])
{
	unsigned char bytes[32];
	char text[64];

	rand_system(bytes, sizeof(bytes));
	EVP_EncodeBlock((unsigned char *)text, bytes, sizeof(bytes));
	memcpy(dst, "vs_", 3);
	for (size_t i = 0; i < 43; i++)
		dst[3 + i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	dst[SESSION_TOKEN_SIZE - 1] = '\0';
	OPENSSL_cleanse(bytes, sizeof(bytes));
	OPENSSL_cleanse(text, sizeof(text));
}

bool session_token_is_ours(const char *token)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789-_";

	return strncmp(token, "vs_", 3) == 0 && strlen(token) == SESSION_TOKEN_SIZE - 1 &&
	       strspn(token + 3, digits) == SESSION_TOKEN_SIZE - 4;
}

void one_time_code_draw(char dst[ONE_TIME_CODE_SIZE])
{
	unsigned char bytes[CODE_DIGITS];
	size_t n = 0;

	rand_system(bytes, sizeof(bytes));
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		if (i > 0 && i % CODE_GROUP == 0)
			dst[n++] = '-';
		dst[n++] = base32[bytes[i] & 31];
	}
	dst[n] = '\0';
	_Static_assert(CODE_DIGITS + CODE_DIGITS / CODE_GROUP == ONE_TIME_CODE_SIZE,
		       "dashes between the groups, and the end");
	OPENSSL_cleanse(bytes, sizeof(bytes));
}

bool one_time_code_digest(const char *typed, struct sha256 *ret)
{
	char digits[CODE_DIGITS + 1];
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;

		if (c == '-' || c == ' ' || c == '\n' || c == '\r')
			continue;
		if (n == CODE_DIGITS || strchr(base32, c) == NULL)
			return false;
		digits[n++] = c;
	}
	if (n != CODE_DIGITS)
		return false;
	*ret = sha256_of((struct slice){digits, n}, SLICE_LIT(""));
	OPENSSL_cleanse(digits, sizeof(digits));
	return true;
}

bool digest_is(const struct sha256 *a, const struct sha256 *b)
{
	return CRYPTO_memcmp(a->bytes, b->bytes, SHA256_SIZE) == 0;
}

bool digest_is_none(const struct sha256 *d)
{
	static const struct sha256 none;

	return digest_is(d, &none);
}
