/* session.h - who is logged in: SHA-256 digests of tokens with their times, bounded. Pure: time comes in as data. How long a session
 * lasts is its account's role (role.h). */
#ifndef VIGIA_ACCESS_SESSION_H
#define VIGIA_ACCESS_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/credential.h"
#include "access/role.h"
#include "access/totp.h"
#include "base/attr.h"
#include "base/instant.h"
#include "base/sha256.h"

enum { SESSION_ID_SIZE = 17, SESSION_FROM_SIZE = 64, SESSIONS_MAX = 4096 };

struct session {
	struct sha256 digest;
	char id[SESSION_ID_SIZE]; /* names it in lists; opens nothing */
	char login[LOGIN_SIZE];
	char from[SESSION_FROM_SIZE]; /* address */
	enum role role;
	struct wall_time began, used;
	bool has_wanted; /* a one-time code is being set: the secret that was offered, in memory only */
	unsigned char wanted[TOTP_SECRET_SIZE];
	bool unsaved; /* the disk does not have it as it is: its owner's business */
};

/* When it ends if nobody uses it any more. */
struct wall_time session_expires(const struct session *s) NONNULL_ALL;

/* All of them, in no order. Zeroed: none. */
struct session_table {
	struct session *items;
	size_t count, cap;
};

/* NULL: no such token, or its time is over. Does not count as a use. */
struct session *session_find(struct session_table *t, const struct sha256 *digest,
			     struct wall_time now) NONNULL_ALL;
struct session *session_find_id(struct session_table *t, const char *id) NONNULL_ALL;
/* How many of `login`; the one that was used longest ago in *ret_oldest (NULL if none). */
size_t session_count_of(struct session_table *t, const char *login,
			struct session **ret_oldest) NONNULL_ALL;
/* Pointers into the table are good until the next of these two. NULL: SESSIONS_MAX are there. */
struct session *session_add(struct session_table *t, const struct session *s) NONNULL_ALL;
void session_drop(struct session_table *t, struct session *s) NONNULL_ALL;
void session_table_release(struct session_table *t) NONNULL_ALL;

#endif
