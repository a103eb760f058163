/* credential.h - what people choose (login, password, PIN) and what is drawn for them (session tokens, one-time codes): rules and texts.
 * Of what is drawn only the SHA-256 is kept. */
#ifndef VIGIA_ACCESS_CREDENTIAL_H
#define VIGIA_ACCESS_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/sha256.h"
#include "base/slice.h"

enum {
	LOGIN_MIN = 2,
	LOGIN_MAX = 32,
	LOGIN_SIZE = LOGIN_MAX + 1,
	PASSWORD_MIN = 12, /* characters, as people count them */
	PASSWORD_MAX = 128,
	PASSWORD_SIZE = 4 * PASSWORD_MAX + 1,
	PIN_MIN = 6,
	PIN_MAX = 12,
	PIN_SIZE = PIN_MAX + 1,
	SESSION_TOKEN_SIZE = 3 + 43 + 1, /* "vs_" and 256 bits in base64url */
	ONE_TIME_CODE_SIZE = 24 /* 20 digits of base32 (100 bits) in groups of five */
};

/* 2 to 32 of [a-z0-9._-], a letter or digit first. */
bool login_is_sound(const char *login) NONNULL_ALL;
/* NULL, or the sentence that says what is wrong. */
const char *password_trouble(const char *password, const char *login) NONNULL_ALL;
const char *pin_trouble(const char *pin) NONNULL_ALL;

void session_token_draw(char dst[SESSION_TOKEN_SIZE]) NONNULL_ALL;
bool session_token_is_ours(const char *token) NONNULL_ALL;
void one_time_code_draw(char dst[ONE_TIME_CODE_SIZE]) NONNULL_ALL;
/* Of a one-time code as people type it: case, dashes and blanks do not count. False for what cannot be one. */
bool one_time_code_digest(const char *typed, struct sha256 *ret) NONNULL_ALL;

/* In constant time. */
bool digest_is(const struct sha256 *a, const struct sha256 *b) NONNULL_ALL;
bool digest_is_none(const struct sha256 *d) NONNULL_ALL; /* all zero: there is none */

#endif
