/* account.h - one account (docs/PEOPLE.md): what is known of it, and what follows for whoever logs in with it. No I/O. */
#ifndef VIGIA_ACCESS_ACCOUNT_H
#define VIGIA_ACCESS_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "access/credential.h"
#include "access/lockout.h"
#include "access/role.h"
#include "access/scrypt.h"
#include "access/totp.h"
#include "base/attr.h"
#include "base/instant.h"
#include "base/sha256.h"
#include "base/slice.h"

#define ACCOUNT_STATES(X)                                                                          \
	X(INVITED, "invited") /* has a one-time code with which to set a password */               \
	X(ACTIVE, "active")                                                                        \
	X(DISABLED, "disabled")
enum account_state {
#define X(sym, word) ACCOUNT_##sym,
	ACCOUNT_STATES(X)
#undef X
		ACCOUNT_STATE_COUNT
};
const char *account_state_word(enum account_state s);
bool account_state_from_word(struct slice word, enum account_state *ret) NONNULL(2);

enum { ACCOUNT_PERSON_SIZE = 64 };
#define ACCOUNT_INVITATION_US (24 * ROLE_HOUR * US_PER_S)

struct account {
	char login[LOGIN_SIZE];
	enum role role;
	char person[ACCOUNT_PERSON_SIZE]; /* id of the plan; "": acts on nothing */
	enum account_state state;
	char password[SCRYPT_TEXT_SIZE], pin[SCRYPT_TEXT_SIZE]; /* "": none */
	bool has_totp;
	unsigned char totp[TOTP_SECRET_SIZE];
	int64_t totp_step; /* the last that was accepted */
	struct sha256 invitation; /* none: all zero */
	struct wall_time invitation_until;
	struct wall_time created, last_login; /* 0: never */
	char by[LOGIN_SIZE]; /* who made it */
	struct lockout lock, pin_lock;
	bool unsaved; /* the disk does not have it as it is: its owner's business */
};

/* A one-time code is asked for when this account logs in. */
bool account_asks_code(const struct account *a) NONNULL_ALL;
/* It has to set one before anything else. */
bool account_must_enrol(const struct account *a) NONNULL_ALL;
/* May be logged in as now, given the right password. */
bool account_is_open(const struct account *a) NONNULL_ALL;
/* Counts as somebody who can let others in. */
bool account_is_active_administrator(const struct account *a) NONNULL_ALL;
/* What a session of it may do: RIGHT_ bits (permission.h). */
unsigned account_rights(const struct account *a) NONNULL_ALL;

/* The invitation as typed is this account's and still good. */
bool account_is_invited_with(const struct account *a, const char *typed,
			     struct wall_time now) NONNULL_ALL;
/* Draws a new one, good from now on for its time; no password any more. */
void account_invite(struct account *a, struct wall_time now,
		    char ret_code[ONE_TIME_CODE_SIZE]) NONNULL_ALL;

#endif
