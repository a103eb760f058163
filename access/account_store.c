#include "access/account_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/mem.h"

/* "vigA", beside the journal's "vigJ". */
enum { APPLICATION_ID = 0x76696741, FORMAT = 1, BUSY_TIMEOUT_MS = 100 };

static const char schema[] =
	"CREATE TABLE account(login TEXT PRIMARY KEY, role TEXT NOT NULL, person TEXT NOT NULL,"
	" state TEXT NOT NULL, password TEXT NOT NULL, pin TEXT NOT NULL, totp BLOB,"
	" totp_step INTEGER NOT NULL, invitation BLOB, invitation_until INTEGER NOT NULL,"
	" created INTEGER NOT NULL, last_login INTEGER NOT NULL, made_by TEXT NOT NULL,"
	" wrong INTEGER NOT NULL, pauses INTEGER NOT NULL, locked_until INTEGER NOT NULL,"
	" pin_wrong INTEGER NOT NULL, pin_pauses INTEGER NOT NULL,"
	" pin_locked_until INTEGER NOT NULL) STRICT;"
	"CREATE TABLE session(id TEXT PRIMARY KEY, digest BLOB NOT NULL, login TEXT NOT NULL,"
	" address TEXT NOT NULL, began INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;"
	"CREATE TABLE note(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
	" text TEXT NOT NULL) STRICT;";

enum statement {
	PUT_ACCOUNT,
	PUT_SESSION,
	DROP_SESSION,
	PUT_NOTE,
	DROP_NOTES,
	BEGIN,
	COMMIT,
	ROLLBACK,
	STATEMENT_COUNT
};
static const char *const statements[] = {
	[PUT_ACCOUNT] = "INSERT OR REPLACE INTO account VALUES"
			"(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
	[PUT_SESSION] = "INSERT OR REPLACE INTO session VALUES(?1,?2,?3,?4,?5,?6)",
	[DROP_SESSION] = "DELETE FROM session WHERE id=?1",
	[PUT_NOTE] = "INSERT INTO note(at,text) VALUES(?1,?2)",
	[DROP_NOTES] = "DELETE FROM note WHERE id<=?1",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};
_Static_assert(COUNT_OF(statements) == STATEMENT_COUNT, "a text per statement");

struct account_store {
	sqlite3 *db;
	sqlite3_stmt *st[STATEMENT_COUNT];
	char path[4096];
	enum err failed; /* of the open transaction */
	struct err_info why;
};

static enum err fail_db(struct account_store *s, struct err_info *info)
{
	int rc = s->db != NULL ? sqlite3_extended_errcode(s->db) : SQLITE_NOMEM;
	enum err e = ERR_IO;

	if ((rc & 0xFF) == SQLITE_FULL || (s->db != NULL && sqlite3_system_errno(s->db) == ENOSPC))
		e = ERR_NO_SPACE;
	else if ((rc & 0xFF) == SQLITE_CORRUPT || (rc & 0xFF) == SQLITE_NOTADB)
		e = ERR_CORRUPT;
	else if ((rc & 0xFF) == SQLITE_BUSY || (rc & 0xFF) == SQLITE_LOCKED)
		e = ERR_BUSY;
	return err_fail(info, e, "%s: %s", s->path,
			s->db != NULL ? sqlite3_errmsg(s->db) : "no memory");
}

/* --- open ------------------------------------------------------------------------------------------ */

static int on_integer(void *user, int n, char **values, char **names)
{
	(void)names;
	if (n == 1 && values[0] != NULL)
		*(int64_t *)user = strtoll(values[0], NULL, 10);
	return 0;
}

static enum err query(struct account_store *s, const char *sql, int64_t *ret, struct err_info *info)
{
	*ret = -1;
	if (sqlite3_exec(s->db, sql, on_integer, ret, NULL) != SQLITE_OK)
		return fail_db(s, info);
	return ERR_OK;
}

static int on_check(void *user, int n, char **values, char **names)
{
	(void)names;
	*(bool *)user = n == 1 && values[0] != NULL && strcmp(values[0], "ok") == 0;
	return 0;
}

static enum err check(struct account_store *s, struct err_info *info)
{
	int64_t format;
	bool sound = false;
	enum err e = query(s, "PRAGMA user_version", &format, info);

	if (e != ERR_OK)
		return e;
	if (format != FORMAT)
		return err_fail(info, ERR_UNSUPPORTED, "%s was written by a later version",
				s->path);
	if (sqlite3_exec(s->db, "PRAGMA quick_check(1)", on_check, &sound, NULL) != SQLITE_OK)
		return fail_db(s, info);
	return sound ? ERR_OK : err_fail(info, ERR_CORRUPT, "%s is damaged", s->path);
}

static enum err create_or_check(struct account_store *s, struct err_info *info)
{
	char sql[sizeof(schema) + 128];
	int64_t id, tables;
	enum err e = query(s, "PRAGMA application_id", &id, info);

	if (e == ERR_OK)
		e = query(s, "SELECT count(*) FROM sqlite_master", &tables, info);
	if (e != ERR_OK)
		return e;
	if (id == 0 && tables == 0) {
		snprintf(sql, sizeof(sql),
			 "BEGIN IMMEDIATE; %s PRAGMA application_id=%d; PRAGMA user_version=%d; "
			 "COMMIT",
			 schema, APPLICATION_ID, FORMAT);
		return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK
									       : fail_db(s, info);
	}
	if (id != APPLICATION_ID)
		return err_fail(info, ERR_CORRUPT, "%s holds no accounts of Vigía", s->path);
	return check(s, info);
}

/* Nobody else reads it, from its first byte on; SQLite gives its journal the same mode. */
static enum err make_private(const char *path, struct err_info *info)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct stat st;
	enum err e = ERR_OK;

	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "%s", path);
	if (fstat(fd, &st) < 0 || ((st.st_mode & 0077) != 0 && fchmod(fd, 0600) < 0))
		e = err_fail_errno(info, ERR_IO, "%s", path);
	close(fd);
	return e;
}

static enum err open_steps(struct account_store *s, struct err_info *info)
{
	enum err e = make_private(s->path, info);

	if (e != ERR_OK)
		return e;
	if (sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return fail_db(s, info);
	sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
	/* What was deleted is overwritten: an old password is nobody's to find. */
	if (sqlite3_exec(s->db,
			 "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"
			 "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"
			 "PRAGMA trusted_schema=OFF",
			 NULL, NULL, NULL) != SQLITE_OK)
		return fail_db(s, info);
	e = create_or_check(s, info);
	for (size_t i = 0; i < STATEMENT_COUNT && e == ERR_OK; i++) {
		if (sqlite3_prepare_v3(s->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &s->st[i], NULL) != SQLITE_OK)
			e = fail_db(s, info);
	}
	return e;
}

enum err account_store_open(const char *path, struct account_store **ret, struct err_info *info)
{
	struct account_store *s = mem_calloc(1, sizeof(*s));
	enum err e;

	snprintf(s->path, sizeof(s->path), "%s", path);
	e = open_steps(s, info);
	if (e != ERR_OK) {
		account_store_close(s);
		return e;
	}
	*ret = s;
	return ERR_OK;
}

void account_store_close(struct account_store *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(s->st[i]);
	sqlite3_close(s->db);
	free(s);
}

/* --- read ------------------------------------------------------------------------------------------ */

static bool get_text(sqlite3_stmt *st, int column, char *dst, size_t size)
{
	const unsigned char *text = sqlite3_column_text(st, column);
	int n = sqlite3_column_bytes(st, column);

	if (text == NULL || (size_t)n >= size || strlen((const char *)text) != (size_t)n)
		return false;
	memcpy(dst, text, (size_t)n + 1);
	return true;
}

/* A blob of just this size, or null. */
static bool get_blob(sqlite3_stmt *st, int column, unsigned char *dst, size_t n, bool *ret_is)
{
	*ret_is = sqlite3_column_type(st, column) != SQLITE_NULL;
	if (!*ret_is)
		return true;
	if ((size_t)sqlite3_column_bytes(st, column) != n)
		return false;
	memcpy(dst, sqlite3_column_blob(st, column), n);
	return true;
}

static bool get_lockout(sqlite3_stmt *st, int column, struct lockout *ret)
{
	int64_t wrong = sqlite3_column_int64(st, column),
		pauses = sqlite3_column_int64(st, column + 1);

	ret->until.us = sqlite3_column_int64(st, column + 2);
	if (wrong < 0 || wrong > 1000 || pauses < 0 || pauses > 1000)
		return false;
	ret->wrong = (unsigned)wrong;
	ret->pauses = (unsigned)pauses;
	return true;
}

static bool get_account(sqlite3_stmt *st, struct account *a)
{
	char role[32], state[32];
	bool has_invitation;

	if (!get_text(st, 0, a->login, sizeof(a->login)) || !login_is_sound(a->login) ||
	    !get_text(st, 1, role, sizeof(role)) || !role_from_word(slice_of(role), &a->role) ||
	    !get_text(st, 2, a->person, sizeof(a->person)) ||
	    !get_text(st, 3, state, sizeof(state)) ||
	    !account_state_from_word(slice_of(state), &a->state) ||
	    !get_text(st, 4, a->password, sizeof(a->password)) ||
	    !get_text(st, 5, a->pin, sizeof(a->pin)) ||
	    !get_blob(st, 6, a->totp, TOTP_SECRET_SIZE, &a->has_totp) ||
	    !get_blob(st, 8, a->invitation.bytes, SHA256_SIZE, &has_invitation) ||
	    !get_text(st, 12, a->by, sizeof(a->by)))
		return false;
	a->totp_step = sqlite3_column_int64(st, 7);
	a->invitation_until.us = sqlite3_column_int64(st, 9);
	a->created.us = sqlite3_column_int64(st, 10);
	a->last_login.us = sqlite3_column_int64(st, 11);
	return get_lockout(st, 13, &a->lock) && get_lockout(st, 16, &a->pin_lock);
}

static bool get_session(sqlite3_stmt *st, struct session *x)
{
	bool is;

	if (!get_text(st, 0, x->id, sizeof(x->id)) ||
	    !get_blob(st, 1, x->digest.bytes, SHA256_SIZE, &is) || !is ||
	    !get_text(st, 2, x->login, sizeof(x->login)) ||
	    !get_text(st, 3, x->from, sizeof(x->from)))
		return false;
	x->began.us = sqlite3_column_int64(st, 4);
	x->used.us = sqlite3_column_int64(st, 5);
	return true;
}

static bool tell_account(const struct account_store_reader *r, sqlite3_stmt *st)
{
	struct account a = {0};
	bool ok = get_account(st, &a);

	if (ok)
		r->account(r->user, &a);
	return ok;
}

static bool tell_session(const struct account_store_reader *r, sqlite3_stmt *st)
{
	struct session x = {0};
	bool ok = get_session(st, &x);

	if (ok)
		r->session(r->user, &x);
	return ok;
}

static bool tell_note(const struct account_store_reader *r, sqlite3_stmt *st)
{
	struct access_note n = {.id = sqlite3_column_int64(st, 0)};
	bool ok = get_text(st, 2, n.text, sizeof(n.text));

	n.at.us = sqlite3_column_int64(st, 1);
	if (ok)
		r->note(r->user, &n);
	return ok;
}

static enum err read_table(struct account_store *s, const struct account_store_reader *r,
			   const char *table,
			   bool (*tell)(const struct account_store_reader *, sqlite3_stmt *),
			   struct err_info *info)
{
	sqlite3_stmt *st = NULL;
	enum err e = ERR_OK;
	char sql[64];
	int rc;

	snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY 1", table);
	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return fail_db(s, info);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW && e == ERR_OK) {
		if (!tell(r, st))
			e = err_fail(info, ERR_CORRUPT, "%s: the %s '%.40s' cannot be read",
				     s->path, table, (const char *)sqlite3_column_text(st, 0));
	}
	if (e == ERR_OK && rc != SQLITE_DONE)
		e = fail_db(s, info);
	sqlite3_finalize(st);
	return e;
}

enum err account_store_read(struct account_store *s, const struct account_store_reader *reader,
			    struct err_info *info)
{
	enum err e = read_table(s, reader, "account", tell_account, info);

	if (e == ERR_OK)
		e = read_table(s, reader, "session", tell_session, info);
	if (e == ERR_OK)
		e = read_table(s, reader, "note", tell_note, info);
	return e;
}

/* --- write ----------------------------------------------------------------------------------------- */

static void note_failure(struct account_store *s)
{
	if (s->failed == ERR_OK)
		s->failed = fail_db(s, &s->why);
}

/* Runs it and makes it ready for the next time, with nothing left bound. */
static void run(struct account_store *s, enum statement which)
{
	sqlite3_stmt *st = s->st[which];

	if (s->failed == ERR_OK && sqlite3_step(st) != SQLITE_DONE)
		note_failure(s);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

void account_store_begin(struct account_store *s)
{
	s->failed = ERR_OK;
	run(s, BEGIN);
}

static void put_text(sqlite3_stmt *st, int i, const char *text)
{
	sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC);
}

static void put_lockout(sqlite3_stmt *st, int i, const struct lockout *l)
{
	sqlite3_bind_int64(st, i, l->wrong);
	sqlite3_bind_int64(st, i + 1, l->pauses);
	sqlite3_bind_int64(st, i + 2, l->until.us);
}

void account_store_put_account(struct account_store *s, const struct account *a)
{
	sqlite3_stmt *st = s->st[PUT_ACCOUNT];

	put_text(st, 1, a->login);
	put_text(st, 2, role_word(a->role));
	put_text(st, 3, a->person);
	put_text(st, 4, account_state_word(a->state));
	put_text(st, 5, a->password);
	put_text(st, 6, a->pin);
	if (a->has_totp)
		sqlite3_bind_blob(st, 7, a->totp, TOTP_SECRET_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(st, 8, a->totp_step);
	if (!digest_is_none(&a->invitation))
		sqlite3_bind_blob(st, 9, a->invitation.bytes, SHA256_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(st, 10, a->invitation_until.us);
	sqlite3_bind_int64(st, 11, a->created.us);
	sqlite3_bind_int64(st, 12, a->last_login.us);
	put_text(st, 13, a->by);
	put_lockout(st, 14, &a->lock);
	put_lockout(st, 17, &a->pin_lock);
	run(s, PUT_ACCOUNT);
}

void account_store_put_session(struct account_store *s, const struct session *x)
{
	sqlite3_stmt *st = s->st[PUT_SESSION];

	put_text(st, 1, x->id);
	sqlite3_bind_blob(st, 2, x->digest.bytes, SHA256_SIZE, SQLITE_STATIC);
	put_text(st, 3, x->login);
	put_text(st, 4, x->from);
	sqlite3_bind_int64(st, 5, x->began.us);
	sqlite3_bind_int64(st, 6, x->used.us);
	run(s, PUT_SESSION);
}

void account_store_drop_session(struct account_store *s, const char *id)
{
	put_text(s->st[DROP_SESSION], 1, id);
	run(s, DROP_SESSION);
}

void account_store_put_note(struct account_store *s, struct access_note *n)
{
	sqlite3_bind_int64(s->st[PUT_NOTE], 1, n->at.us);
	put_text(s->st[PUT_NOTE], 2, n->text);
	run(s, PUT_NOTE);
	if (s->failed == ERR_OK)
		n->id = sqlite3_last_insert_rowid(s->db);
}

void account_store_drop_notes(struct account_store *s, int64_t id)
{
	sqlite3_bind_int64(s->st[DROP_NOTES], 1, id);
	run(s, DROP_NOTES);
}

enum err account_store_commit(struct account_store *s, struct err_info *info)
{
	run(s, COMMIT);
	if (s->failed == ERR_OK)
		return ERR_OK;
	if (!sqlite3_get_autocommit(s->db)) { /* SQLite has not rolled back by itself */
		enum err failed = s->failed;

		s->failed = ERR_OK;
		run(s, ROLLBACK);
		s->failed = failed;
	}
	*info = s->why;
	return s->failed;
}
