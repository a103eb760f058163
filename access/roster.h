/* roster.h - everybody with an account and everybody who is logged in: in memory, and on disk in DATA/accounts.db. What is on disk counts:
 * a change of an account that cannot be stored has not happened. A log-in is let through all the same (whoever is to mend a full disk must
 * be able to look); it is stored when the disk takes it. Each change carries a note for the journal (account_store.h). */
#ifndef VIGIA_ACCESS_ROSTER_H
#define VIGIA_ACCESS_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "access/account.h"
#include "access/account_store.h"
#include "access/session.h"
#include "base/attr.h"
#include "base/err.h"

struct roster;

enum { ROSTER_ACCOUNTS_MAX = 1000, ROSTER_NOTES_MAX = 4096 };

enum err roster_open(const char *path, struct wall_time now, struct roster **ret,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
void roster_close(struct roster *r); /* stores what is not stored yet */

/* --- accounts; pointers are good until the next change ------------------------------------------------- */
size_t roster_count(const struct roster *r) NONNULL_ALL;
const struct account *roster_at(const struct roster *r, size_t i) NONNULL_ALL;
const struct account *roster_find(const struct roster *r, const char *login) NONNULL_ALL;
/* Somebody is administrator, or invited to be: nobody else makes themselves one. */
bool roster_has_administrator(const struct roster *r) NONNULL_ALL;
/* The only one who could let others in. */
bool roster_is_last_administrator(const struct roster *r, const struct account *a) NONNULL_ALL;

enum roster_sessions { ROSTER_SESSIONS_STAY, ROSTER_SESSIONS_END, ROSTER_SESSIONS_END_OTHERS };
/* A new account, or what an old one is from now on. Its sessions end, all or all but `keep` (an id). `note` may be NULL.
 * ERR_FULL: ROSTER_ACCOUNTS_MAX. On failure nothing has changed. */
enum err roster_put(struct roster *r, const struct account *next, enum roster_sessions sessions,
		    const char *keep, struct wall_time now, const char *note, struct err_info *info)
	NONNULL(1, 2, 7) MUST_CHECK;
/* Counts of wrong attempts and the like: in force at once, on disk with the next roster_tidy, so that a wrong attempt takes no longer for a
 * login that somebody has than for one that nobody has. */
void roster_put_soft(struct roster *r, const struct account *next, struct wall_time now,
		     const char *note) NONNULL(1, 2);

/* --- sessions ------------------------------------------------------------------------------------------ */
/* Of an account that is there; its oldest one gives way where it has too many. ERR_FULL: too many in all. */
enum err roster_begin_session(struct roster *r, const char *login, const char *from,
			      struct wall_time now, const char *note,
			      char ret_token[SESSION_TOKEN_SIZE],
			      struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Whose it is; NULL: nobody's, or it is over. roster_use counts as a use of it. */
const struct session *roster_session(struct roster *r, const char *token, struct wall_time now)
	NONNULL(1);
const struct session *roster_use(struct roster *r, const char *token, struct wall_time now)
	NONNULL(1);
const struct session *roster_session_by_id(struct roster *r, const char *id) NONNULL_ALL;
size_t roster_session_count(const struct roster *r) NONNULL_ALL;
const struct session *roster_session_at(const struct roster *r, size_t i) NONNULL_ALL;
/* The secret of a one-time code that this session was offered and has not confirmed yet; NULL: none. */
void roster_offer_totp(struct roster *r, const char *id,
		       const unsigned char secret[TOTP_SECRET_SIZE]) NONNULL_ALL;
const unsigned char *roster_offered_totp(struct roster *r, const char *id) NONNULL_ALL;
/* Over at once; an error says that the disk still has it. */
enum err roster_end_session(struct roster *r, const char *id, struct wall_time now,
			    const char *note, struct err_info *info) NONNULL(1, 2, 5) MUST_CHECK;
/* Now and then: sessions whose time is over go, uses are stored. */
enum err roster_tidy(struct roster *r, struct wall_time now,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;

/* --- what the journal is to be told -------------------------------------------------------------------- */
/* The next that roster_note_taken has not been called for, oldest first; NULL: none. */
const struct access_note *roster_next_note(const struct roster *r) NONNULL_ALL;
void roster_note_taken(struct roster *r) NONNULL_ALL;
/* All that were taken are committed. */
void roster_notes_committed(struct roster *r) NONNULL_ALL;

#endif
