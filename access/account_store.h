/* account_store.h - accounts, sessions and what the journal has not been told yet, in one SQLite file (0600). A change is one
 * transaction: begin, what belongs together, commit; the first failure sticks and commit reports it, with nothing changed on disk.
 *
 * A note says what the journal is to be told of a change and is written in the same transaction: after a power cut either neither
 * is there or both are, and what is still here at a start is told then (docs/ARCHITECTURE.md). */
#ifndef VIGIA_ACCESS_ACCOUNT_STORE_H
#define VIGIA_ACCESS_ACCOUNT_STORE_H

#include "access/account.h"
#include "access/session.h"
#include "base/attr.h"
#include "base/err.h"

struct account_store;

/* `text` is the journal's entry, in its words. */
enum { ACCESS_NOTE_SIZE = 320 };
struct access_note {
	int64_t id; /* grows; 0: not on disk */
	struct wall_time at;
	char text[ACCESS_NOTE_SIZE];
};

/* Makes the file where there is none. ERR_CORRUPT: it is damaged or none of ours; ERR_UNSUPPORTED: of a later version; ERR_IO. It is left as
 * it is then. */
enum err account_store_open(const char *path, struct account_store **ret,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
void account_store_close(struct account_store *s);

/* Everything, row by row; ERR_CORRUPT names the row that cannot be read. */
struct account_store_reader {
	void (*account)(void *user, const struct account *a);
	void (*session)(void *user, const struct session *s); /* role is its account's: not set */
	void (*note)(void *user, const struct access_note *n);
	void *user;
};
enum err account_store_read(struct account_store *s, const struct account_store_reader *reader,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;

void account_store_begin(struct account_store *s) NONNULL_ALL;
void account_store_put_account(struct account_store *s, const struct account *a) NONNULL_ALL;
void account_store_put_session(struct account_store *s, const struct session *x) NONNULL_ALL;
void account_store_drop_session(struct account_store *s, const char *id) NONNULL_ALL;
/* Gives it its id. */
void account_store_put_note(struct account_store *s, struct access_note *n) NONNULL_ALL;
/* The journal has them: all up to `id`. */
void account_store_drop_notes(struct account_store *s, int64_t id) NONNULL_ALL;
enum err account_store_commit(struct account_store *s,
			      struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
