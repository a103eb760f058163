#include "journal/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/mem.h"

/* "vigJ", so that file(1) and we know our own. */
enum { JOURNAL_APPLICATION_ID = 0x7669674A, JOURNAL_FORMAT = 1 };
/* What may wait in memory while the disk refuses (DESIGN 6); past it, appending fails. */
enum { PENDING_MAX = 1000000, PENDING_BYTES_MAX = 256 << 20, BUSY_TIMEOUT_MS = 100 };

/* SQLite rolls a transaction back by itself on some failures (full disk, I/O error). So the open
 * transaction lives here and is written whole by commit: trying again is then always possible. */
struct pending {
	uint64_t seq;
	struct wall_time at, recorded;
	char *kind, *body;
	size_t body_n;
	int version;
	struct sha256 hash;
};

struct journal {
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *commit, *rollback;
	int lock_fd; /* -1: read only */
	struct journal_head head, tip;
	struct wall_time recorded_head, recorded_tip;
	struct pending *pending;
	size_t pending_count, pending_cap, pending_bytes;
};

static const char schema[] =
	"CREATE TABLE entry(seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL,"
	" recorded_us INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,"
	" body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
	"CREATE TRIGGER entry_keeps BEFORE UPDATE ON entry BEGIN"
	" SELECT RAISE(ABORT, 'the journal is append-only'); END;"
	"CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN"
	" SELECT RAISE(ABORT, 'the journal is append-only'); END;";

static enum err fail_db(struct journal *j, struct err_info *info, const char *what)
{
	int rc = j->db != NULL ? sqlite3_extended_errcode(j->db) : SQLITE_NOMEM;
	enum err e = ERR_IO;

	switch (rc & 0xFF) {
	case SQLITE_FULL:
		e = ERR_NO_SPACE;
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		e = ERR_BUSY;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		e = ERR_CORRUPT;
		break;
	default:
		if (j->db != NULL && sqlite3_system_errno(j->db) == ENOSPC)
			e = ERR_NO_SPACE;
		break;
	}
	return err_fail(info, e, "%s: %s", what,
			e == ERR_NO_SPACE ? "the disk is full"
			: j->db != NULL   ? sqlite3_errmsg(j->db)
					  : "no memory");
}

/* --- digest and chain ---------------------------------------------------------------------------- */

struct sha256 journal_digest(uint64_t seq, struct wall_time at, struct wall_time recorded,
			     struct slice kind, int version, struct slice body)
{
	char head[192];
	int n;

	assert(kind.n <= 64);
	n = snprintf(head, sizeof(head), "%llu\n%lld\n%lld\n%.*s\n%d\n", (unsigned long long)seq,
		     (long long)at.us, (long long)recorded.us, (int)kind.n, kind.p, version);
	assert(n > 0 && (size_t)n < sizeof(head));
	return sha256_of((struct slice){head, (size_t)n}, body);
}

struct sha256 journal_link(const struct sha256 *previous, const struct sha256 *digest)
{
	return sha256_of((struct slice){(const char *)previous->bytes, SHA256_SIZE},
			 (struct slice){(const char *)digest->bytes, SHA256_SIZE});
}

/* --- open and close ------------------------------------------------------------------------------ */

static enum err take_lock(struct journal *j, const char *path, struct err_info *info)
{
	char lock[4096], pid[32] = "";
	int n = snprintf(lock, sizeof(lock), "%s.lock", path);

	if (n < 0 || (size_t)n >= sizeof(lock))
		return err_fail(info, ERR_TOO_LARGE, "the path of the journal is too long");
	j->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (j->lock_fd < 0)
		return err_fail_errno(info, ERR_IO, "%s", lock);
	if (flock(j->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return err_fail_errno(info, ERR_IO, "%s", lock);
		if (pread(j->lock_fd, pid, sizeof(pid) - 1, 0) < 0)
			pid[0] = '\0';
		pid[strcspn(pid, "\n")] = '\0';
		return err_fail(info, ERR_BUSY, "%s is in use by process %s", path,
				pid[0] ? pid : "(unknown)");
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(j->lock_fd, 0) < 0 || pwrite(j->lock_fd, pid, (size_t)n, 0) != n)
		return err_fail_errno(info, ERR_IO, "%s", lock);
	return ERR_OK;
}

static bool exec_sql(struct journal *j, const char *sql)
{
	return sqlite3_exec(j->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* A pragma's or query's one integer; -1 on failure. */
static int64_t query_i64(struct journal *j, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t v = -1;

	if (sqlite3_prepare_v2(j->db, sql, -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		v = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return v;
}

/* A journal on read-only media has no -wal beside it and nowhere to make a -shm: then nobody can be
 * writing, and SQLite may be told so. */
static int open_db(struct journal *j, const char *path, bool read_only)
{
	char wal[4096];
	char *uri;
	int rc;

	rc = sqlite3_open_v2(path, &j->db,
			     read_only ? SQLITE_OPEN_READONLY
				       : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			     NULL);
	if (rc != SQLITE_OK || !read_only || query_i64(j, "PRAGMA schema_version") >= 0)
		return rc;
	snprintf(wal, sizeof(wal), "%s-wal", path);
	if (sqlite3_errcode(j->db) != SQLITE_CANTOPEN || access(wal, F_OK) == 0 ||
	    strpbrk(path, "?#%") != NULL)
		return sqlite3_errcode(j->db);
	sqlite3_close(j->db);
	j->db = NULL;
	uri = sqlite3_mprintf("file:%s?immutable=1", path);
	rc = sqlite3_open_v2(uri, &j->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	sqlite3_free(uri);
	return rc;
}

static enum err create_or_check(struct journal *j, const char *path, bool read_only,
				struct err_info *info)
{
	int64_t id = query_i64(j, "PRAGMA application_id");
	char sql[sizeof(schema) + 128];

	if (id < 0)
		return fail_db(j, info, path);
	if (id == 0 && !read_only && query_i64(j, "SELECT count(*) FROM sqlite_master") == 0) {
		snprintf(sql, sizeof(sql),
			 "BEGIN IMMEDIATE; %s PRAGMA application_id=%d; PRAGMA user_version=%d; "
			 "COMMIT",
			 schema, JOURNAL_APPLICATION_ID, JOURNAL_FORMAT);
		return exec_sql(j, sql) ? ERR_OK : fail_db(j, info, path);
	}
	if (id != JOURNAL_APPLICATION_ID)
		return err_fail(info, ERR_CORRUPT, "%s is not a journal of Vigía", path);
	if (query_i64(j, "PRAGMA user_version") != JOURNAL_FORMAT)
		return err_fail(info, ERR_UNSUPPORTED, "%s was written by a later version", path);
	return ERR_OK;
}

static enum err prepare(struct journal *j, const char *path, struct err_info *info)
{
	const struct {
		sqlite3_stmt **at;
		const char *sql;
	} wanted[] = {
		{&j->begin, "BEGIN IMMEDIATE"},
		{&j->insert, "INSERT INTO entry(seq,at_us,recorded_us,kind,version,body,hash)"
			     " VALUES(?,?,?,?,?,?,?)"},
		{&j->commit, "COMMIT"},
		{&j->rollback, "ROLLBACK"},
	};

	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		if (sqlite3_prepare_v3(j->db, wanted[i].sql, -1, SQLITE_PREPARE_PERSISTENT,
				       wanted[i].at, NULL) != SQLITE_OK)
			return fail_db(j, info, path);
	}
	return ERR_OK;
}

static enum err load_head(struct journal *j, const char *path, struct err_info *info)
{
	sqlite3_stmt *s = NULL;
	enum err e = ERR_OK;
	int rc;

	if (sqlite3_prepare_v2(j->db,
			       "SELECT seq, hash, recorded_us FROM entry ORDER BY seq DESC LIMIT 1",
			       -1, &s, NULL) != SQLITE_OK)
		return fail_db(j, info, path);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW) {
		if (sqlite3_column_bytes(s, 1) != SHA256_SIZE) {
			e = err_fail(info, ERR_CORRUPT, "%s: the hash of the last entry is damaged",
				     path);
		} else {
			j->head.seq = (uint64_t)sqlite3_column_int64(s, 0);
			memcpy(j->head.hash.bytes, sqlite3_column_blob(s, 1), SHA256_SIZE);
			j->recorded_head.us = sqlite3_column_int64(s, 2);
		}
	} else if (rc != SQLITE_DONE) {
		e = fail_db(j, info, path);
	}
	sqlite3_finalize(s);
	j->tip = j->head;
	j->recorded_tip = j->recorded_head;
	return e;
}

static enum err open_steps(struct journal *j, const char *path, bool read_only,
			   struct err_info *info)
{
	enum err e;

	if (!read_only && (e = take_lock(j, path, info)) != ERR_OK)
		return e;
	if (open_db(j, path, read_only) != SQLITE_OK)
		return fail_db(j, info, path);
	sqlite3_busy_timeout(j->db, BUSY_TIMEOUT_MS);
	if (read_only) /* a reader leaves the files as they are, damaged ones above all */
		sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* Sorts and temporary tables never touch the disk that may be full. */
	if (!read_only && !exec_sql(j, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
				       "PRAGMA temp_store=MEMORY;"
				       "PRAGMA journal_size_limit=67108864"))
		return fail_db(j, info, path);
	if ((e = create_or_check(j, path, read_only, info)) != ERR_OK)
		return e;
	if (!read_only && (e = prepare(j, path, info)) != ERR_OK)
		return e;
	return load_head(j, path, info);
}

enum err journal_open(const char *path, bool read_only, struct journal **ret, struct err_info *info)
{
	struct journal *j = mem_calloc(1, sizeof(*j));
	enum err e;

	j->lock_fd = -1;
	j->recorded_head.us = INT64_MIN;
	e = open_steps(j, path, read_only, info);
	if (e != ERR_OK) {
		journal_close(j);
		return e;
	}
	*ret = j;
	return ERR_OK;
}

static void drop_pending(struct journal *j)
{
	for (size_t i = 0; i < j->pending_count; i++) {
		free(j->pending[i].kind);
		free(j->pending[i].body);
	}
	j->pending_count = 0;
	j->pending_bytes = 0;
}

void journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	drop_pending(j);
	free(j->pending);
	sqlite3_finalize(j->begin);
	sqlite3_finalize(j->insert);
	sqlite3_finalize(j->commit);
	sqlite3_finalize(j->rollback);
	sqlite3_close(j->db);
	if (j->lock_fd >= 0)
		close(j->lock_fd);
	free(j);
}

/* --- append and commit --------------------------------------------------------------------------- */

static enum err append(struct journal *j, uint64_t seq, struct wall_time at,
		       struct wall_time recorded, const char *kind, int version, struct slice body,
		       struct err_info *info)
{
	struct sha256 digest;
	struct pending *p;

	assert(j->lock_fd >= 0);
	if (body.n > BUF_MAX_EVENT || strlen(kind) > 64)
		return err_fail(info, ERR_TOO_LARGE, "an entry of %zu bytes", body.n);
	if (j->pending_count >= PENDING_MAX || j->pending_bytes + body.n > PENDING_BYTES_MAX)
		return err_fail(info, ERR_FULL, "%zu entries wait for the disk already",
				j->pending_count);
	j->pending = mem_grow(j->pending, j->pending_count, &j->pending_cap, sizeof(*j->pending));
	p = &j->pending[j->pending_count++];
	*p = (struct pending){.seq = seq,
			      .at = at,
			      .recorded = wall_max(recorded, j->recorded_tip),
			      .kind = mem_strdup(kind),
			      .body = mem_strndup(body.p, body.n),
			      .body_n = body.n,
			      .version = version};
	digest = journal_digest(p->seq, p->at, p->recorded, slice_of(kind), version, body);
	p->hash = journal_link(&j->tip.hash, &digest);
	j->pending_bytes += body.n;
	j->tip = (struct journal_head){p->seq, p->hash};
	j->recorded_tip = p->recorded;
	return ERR_OK;
}

enum err journal_append(struct journal *j, struct wall_time at, struct wall_time recorded,
			const char *kind, int version, struct slice body, uint64_t *ret_seq,
			struct err_info *info)
{
	enum err e = append(j, j->tip.seq + 1, at, recorded, kind, version, body, info);

	if (e == ERR_OK)
		*ret_seq = j->tip.seq;
	return e;
}

enum err journal_append_segment(struct journal *j, uint64_t seq, struct wall_time at,
				struct wall_time recorded, struct slice body, struct err_info *info)
{
	assert(seq > j->tip.seq && seq <= INT64_MAX);
	return append(j, seq, at, recorded, JOURNAL_SEGMENT, 1, body, info);
}

bool journal_follows(uint64_t before, const struct journal_entry *e)
{
	return e->seq == before + 1 || (e->seq > before && slice_is(e->kind, JOURNAL_SEGMENT));
}

static bool run(sqlite3_stmt *s)
{
	bool ok = sqlite3_step(s) == SQLITE_DONE;

	return sqlite3_reset(s) == SQLITE_OK && ok;
}

static bool insert(struct journal *j, const struct pending *p)
{
	sqlite3_stmt *s = j->insert;

	return sqlite3_bind_int64(s, 1, (int64_t)p->seq) == SQLITE_OK &&
	       sqlite3_bind_int64(s, 2, p->at.us) == SQLITE_OK &&
	       sqlite3_bind_int64(s, 3, p->recorded.us) == SQLITE_OK &&
	       sqlite3_bind_text(s, 4, p->kind, -1, SQLITE_STATIC) == SQLITE_OK &&
	       sqlite3_bind_int(s, 5, p->version) == SQLITE_OK &&
	       sqlite3_bind_text(s, 6, p->body, (int)p->body_n, SQLITE_STATIC) == SQLITE_OK &&
	       sqlite3_bind_blob(s, 7, p->hash.bytes, SHA256_SIZE, SQLITE_STATIC) == SQLITE_OK &&
	       run(s);
}

enum err journal_commit(struct journal *j, struct err_info *info)
{
	bool ok;

	if (j->pending_count == 0)
		return ERR_OK;
	ok = run(j->begin);
	for (size_t i = 0; ok && i < j->pending_count; i++)
		ok = insert(j, &j->pending[i]);
	if (!ok || !run(j->commit)) {
		enum err e = fail_db(j, info, "the journal cannot be written");

		/* Where SQLite rolled back by itself there is nothing left to roll back. */
		if (!sqlite3_get_autocommit(j->db))
			(void)run(j->rollback);
		return e;
	}
	sqlite3_clear_bindings(j->insert);
	drop_pending(j);
	j->head = j->tip;
	j->recorded_head = j->recorded_tip;
	return ERR_OK;
}

enum err journal_touch(struct journal *j, struct err_info *info)
{
	char sql[64];

	assert(j->pending_count == 0);
	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", JOURNAL_FORMAT);
	return exec_sql(j, sql) ? ERR_OK : fail_db(j, info, "the journal cannot be written");
}

bool journal_is_dirty(const struct journal *j)
{
	return j->pending_count != 0;
}

struct journal_head journal_head(const struct journal *j)
{
	return j->head;
}

struct journal_head journal_tip(const struct journal *j)
{
	return j->tip;
}

/* --- read ---------------------------------------------------------------------------------------- */

static struct slice column_slice(sqlite3_stmt *s, int i)
{
	const void *p = sqlite3_column_blob(s, i);

	return (struct slice){p != NULL ? p : "", (size_t)sqlite3_column_bytes(s, i)};
}

static enum err read_row(sqlite3_stmt *s, struct journal_entry *ret, struct err_info *info)
{
	struct slice hash = column_slice(s, 6);
	uint64_t seq = (uint64_t)sqlite3_column_int64(s, 0);
	int64_t version = sqlite3_column_int64(s, 4);

	*ret = (struct journal_entry){.seq = seq,
				      .at = {sqlite3_column_int64(s, 1)},
				      .recorded = {sqlite3_column_int64(s, 2)},
				      .kind = column_slice(s, 3),
				      .body = column_slice(s, 5),
				      .version = (int)version};
	if (hash.n != SHA256_SIZE || ret->kind.n > 64 || version < 0 || version > INT32_MAX)
		return err_fail(info, ERR_CORRUPT, "entry %llu: its columns are damaged",
				(unsigned long long)seq);
	memcpy(ret->hash.bytes, hash.p, SHA256_SIZE);
	return ERR_OK;
}

static enum err read_committed(struct journal *j, uint64_t after, journal_each_fn *each, void *user,
			       bool *go_on, struct err_info *info)
{
	static const char sql[] = "SELECT seq,at_us,recorded_us,kind,version,body,hash FROM entry"
				  " WHERE seq > ? ORDER BY seq";
	sqlite3_stmt *s = NULL;
	struct journal_entry entry;
	enum err e = ERR_OK;
	int rc = SQLITE_ROW;

	/* An own statement for each reading, so that `each` may read as well. */
	if (sqlite3_prepare_v2(j->db, sql, -1, &s, NULL) != SQLITE_OK)
		return fail_db(j, info, "the journal cannot be read");
	sqlite3_bind_int64(s, 1, (int64_t)after);
	while (*go_on && e == ERR_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		e = read_row(s, &entry, info);
		if (e == ERR_OK)
			*go_on = each(user, &entry);
	}
	if (e == ERR_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		e = fail_db(j, info, "the journal cannot be read");
	sqlite3_finalize(s);
	return e;
}

enum err journal_read(struct journal *j, uint64_t after, journal_each_fn *each, void *user,
		      struct err_info *info)
{
	bool go_on = true;
	enum err e;

	if (after > INT64_MAX)
		return ERR_OK;
	e = read_committed(j, after, each, user, &go_on, info);
	for (size_t i = 0; e == ERR_OK && go_on && i < j->pending_count; i++) {
		const struct pending *p = &j->pending[i];
		struct journal_entry entry = {
			p->seq,     p->at,  p->recorded, slice_of(p->kind), {p->body, p->body_n},
			p->version, p->hash};

		if (p->seq > after)
			go_on = each(user, &entry);
	}
	return e;
}

struct check {
	struct journal_head head;
	struct wall_time recorded;
	enum err err;
	struct err_info *info;
};

static bool check_entry(void *user, const struct journal_entry *e)
{
	struct check *c = user;
	struct sha256 digest, hash;

	if (!journal_follows(c->head.seq, e)) {
		c->err = err_fail(c->info, ERR_CORRUPT, "entry %llu is missing",
				  (unsigned long long)(c->head.seq + 1));
		return false;
	}
	digest = journal_digest(e->seq, e->at, e->recorded, e->kind, e->version, e->body);
	hash = journal_link(&c->head.hash, &digest);
	if (memcmp(hash.bytes, e->hash.bytes, SHA256_SIZE) != 0) {
		c->err = err_fail(c->info, ERR_CORRUPT, "entry %llu does not match the chain",
				  (unsigned long long)e->seq);
		return false;
	}
	if (e->recorded.us < c->recorded.us) {
		c->err = err_fail(c->info, ERR_CORRUPT,
				  "entry %llu was recorded before the one before it",
				  (unsigned long long)e->seq);
		return false;
	}
	c->head = (struct journal_head){e->seq, hash};
	c->recorded = e->recorded;
	return true;
}

enum err journal_check(struct journal *j, struct journal_head *ret_head, struct err_info *info)
{
	struct check c = {.recorded = {INT64_MIN}, .info = info};
	enum err e = journal_read(j, 0, check_entry, &c, info);

	*ret_head = c.head;
	return e == ERR_OK ? c.err : e;
}

enum err journal_check_pages(struct journal *j, struct err_info *info)
{
	sqlite3_stmt *s = NULL;
	enum err e = ERR_OK;
	int rc;

	if (sqlite3_prepare_v2(j->db, "PRAGMA quick_check(1)", -1, &s, NULL) != SQLITE_OK)
		return fail_db(j, info, "the journal cannot be read");
	rc = sqlite3_step(s);
	if (rc != SQLITE_ROW)
		e = fail_db(j, info, "the journal cannot be read");
	else if (strcmp((const char *)sqlite3_column_text(s, 0), "ok") != 0)
		e = err_fail(info, ERR_CORRUPT, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	return e;
}
