#include "journal/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json_emit.h"

enum {
	PATH_SIZE = 4096,
	FILE_SIZE = PATH_SIZE + 32, /* with what SQLite and we put behind a name */
	COPY_COMMIT_EACH = 20000,
	/* No entry takes less in a file: its hash and its times alone are 48. */
	ENTRY_BYTES_MIN = 64
};

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* --- inspection: read only ------------------------------------------------------------------------- */

struct inspection {
	struct journal_head good;
	bool damaged;
	char reason[SEGMENT_REASON_SIZE];
	off_t bytes; /* of file and write-ahead log */
	bool is_there;
};

static off_t size_of(const char *path, const char *suffix)
{
	char file[FILE_SIZE];
	struct stat st;

	snprintf(file, sizeof(file), "%s%s", path, suffix);
	return stat(file, &st) == 0 ? st.st_size : -1;
}

static void call_damaged(struct inspection *x, const char *why)
{
	x->damaged = true;
	snprintf(x->reason, sizeof(x->reason), "%s", why);
	for (char *c = x->reason; *c != '\0'; c++) { /* one line that JSON holds as it is */
		if ((unsigned char)*c < ' ' || *c == '"' || *c == '\\')
			*c = ' ';
	}
}

struct look {
	uint64_t seq;
	struct sha256 hash;
	bool found;
};

static bool look_at(void *user, const struct journal_entry *e)
{
	struct look *l = user;

	l->found = e->seq == l->seq;
	if (l->found)
		l->hash = e->hash;
	return false;
}

/* Does the chain pass through the head that was committed? */
static enum err compare_witness(struct journal *j, const struct journal_head *witness,
				struct inspection *x, struct err_info *info)
{
	struct look l = {.seq = witness->seq};
	enum err e;

	if (witness->seq == 0)
		return ERR_OK;
	e = journal_read(j, witness->seq - 1, look_at, &l, info);
	if (e != ERR_OK)
		return e;
	if (!l.found) {
		x->damaged = true;
		snprintf(x->reason, sizeof(x->reason),
			 "it ends at entry %llu, but entry %llu had been committed",
			 (unsigned long long)x->good.seq, (unsigned long long)witness->seq);
	} else if (memcmp(l.hash.bytes, witness->hash.bytes, SHA256_SIZE) != 0) {
		x->damaged = true;
		snprintf(x->reason, sizeof(x->reason),
			 "entry %llu is not the one that had been committed",
			 (unsigned long long)witness->seq);
	}
	return ERR_OK;
}

static enum err inspect_open(struct journal *j, const struct journal_head *witness,
			     struct inspection *x, struct err_info *info)
{
	enum err e = journal_check(j, &x->good, info);

	/* Sectors that cannot be read are damage as well. */
	if (e == ERR_CORRUPT || e == ERR_IO) {
		call_damaged(x, info->text);
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = compare_witness(j, witness, x, info);
	if (e == ERR_OK && !x->damaged)
		e = journal_check_pages(j, info);
	if (e == ERR_CORRUPT || e == ERR_IO) {
		call_damaged(x, info->text);
		return ERR_OK;
	}
	return e;
}

static enum err inspect(const char *path, const struct journal_head *witness, bool used,
			struct inspection *x, struct err_info *info)
{
	off_t size = size_of(path, ""), log = size_of(path, "-wal");
	struct journal *j = NULL;
	enum err e;

	*x = (struct inspection){.is_there = size >= 0};
	x->bytes = (size > 0 ? size : 0) + (log > 0 ? log : 0);
	if (size <= 0) {
		if (used || witness->seq > 0)
			call_damaged(x, size < 0 ? "the file is gone" : "the file is empty");
		return ERR_OK;
	}
	e = journal_open(path, true, &j, info);
	if (e == ERR_OK)
		e = inspect_open(j, witness, x, info);
	else if (e == ERR_CORRUPT) {
		call_damaged(x, info->text);
		e = ERR_OK;
	}
	journal_close(j);
	return e;
}

/* --- the new segment --------------------------------------------------------------------------------- */

static void put_head(struct json_emit *j, const char *key, const struct journal_head *head)
{
	char hex[SHA256_HEX_SIZE];

	json_key(j, key);
	if (head->seq == 0) {
		json_null(j);
		return;
	}
	sha256_hex(hex, &head->hash);
	json_open_object(j);
	json_kv_i64(j, "seq", (int64_t)head->seq);
	json_kv_str(j, "hash", hex);
	json_close_object(j);
}

/* Numbers go on from the second at which the segment begins: it can be told from the number, and no number of an
 * entry that was lost comes twice (a gateway would take a new call for one that it has carried out). */
static uint64_t leap(const struct inspection *x, const struct journal_head *tip,
		     const struct journal_head *witness, struct wall_time now)
{
	uint64_t seq = tip->seq + 1 + (uint64_t)x->bytes / ENTRY_BYTES_MIN;

	if (witness->seq >= seq)
		seq = witness->seq + 1;
	return now.us / US_PER_S > (int64_t)seq ? (uint64_t)(now.us / US_PER_S) : seq;
}

struct copy {
	struct journal *to;
	uint64_t last, waiting;
	enum err err;
	struct err_info *info;
};

static bool copy_entry(void *user, const struct journal_entry *e)
{
	struct copy *c = user;
	char kind[65];
	uint64_t seq;

	if (e->seq > c->last)
		return false;
	snprintf(kind, sizeof(kind), "%.*s", (int)e->kind.n, e->kind.p);
	if (slice_is(e->kind, JOURNAL_SEGMENT))
		c->err =
			journal_append_segment(c->to, e->seq, e->at, e->recorded, e->body, c->info);
	else
		c->err = journal_append(c->to, e->at, e->recorded, kind, e->version, e->body, &seq,
					c->info);
	if (c->err == ERR_OK && ++c->waiting % COPY_COMMIT_EACH == 0)
		c->err = journal_commit(c->to, c->info);
	return c->err == ERR_OK && e->seq < c->last;
}

static enum err copy_good(const char *path, const struct inspection *x, struct journal *to,
			  struct err_info *info)
{
	struct copy c = {.to = to, .last = x->good.seq, .info = info};
	struct journal *from = NULL;
	struct journal_head tip;
	enum err e;

	if (x->good.seq == 0)
		return ERR_OK;
	e = journal_open(path, true, &from, info);
	if (e == ERR_OK)
		e = journal_read(from, 0, copy_entry, &c, info);
	journal_close(from);
	if (e == ERR_OK)
		e = c.err;
	tip = journal_tip(to);
	if (e == ERR_OK && (tip.seq != x->good.seq ||
			    memcmp(tip.hash.bytes, x->good.hash.bytes, SHA256_SIZE) != 0))
		e = err_fail(info, ERR_CORRUPT, "%s changes while it is read", path);
	return e;
}

static enum err append_words(struct journal *to, const struct inspection *x, const char *file,
			     const char *hash, const struct journal_head *witness,
			     struct wall_time now, struct err_info *info)
{
	struct journal_head tip = journal_tip(to);
	struct json_emit j;
	struct buf body;
	enum err e;

	buf_init(&body, 4096);
	j = json_emit_to(&body);
	json_open_object(&j);
	put_head(&j, "after", &tip);
	json_kv_str(&j, "reason", x->reason);
	json_kv_str(&j, "file", file);
	json_kv_str(&j, "sha256", hash);
	put_head(&j, "committed", witness);
	json_close_object(&j);
	e = journal_append_segment(to, leap(x, &tip, witness, now), now, now, buf_slice(&body),
				   info);
	buf_release(&body);
	return e;
}

/* --- files ------------------------------------------------------------------------------------------- */

static void drop(const char *path, const char *suffix)
{
	char file[FILE_SIZE];

	snprintf(file, sizeof(file), "%s%s", path, suffix);
	unlink(file);
}

static void drop_unfinished(const char *next)
{
	drop(next, "");
	drop(next, "-wal");
	drop(next, "-shm");
	drop(next, ".lock");
}

static enum err move(const char *from, const char *suffix, const char *to, struct err_info *info)
{
	char old[FILE_SIZE], new[FILE_SIZE];

	snprintf(old, sizeof(old), "%s%s", from, suffix);
	snprintf(new, sizeof(new), "%s%s", to, suffix);
	if (rename(old, new) != 0 && errno != ENOENT)
		return err_fail_errno(info, ERR_IO, "rename %s to %s", old, new);
	return ERR_OK;
}

/* The new file is whole; the old one is out of the way already or goes now. In this order: a write-ahead log must
 * never lie beside a file that is not its own. */
static enum err swap(const char *path, const char *aside, const char *next, struct err_info *info)
{
	enum err e = move(path, "", aside, info);

	if (e == ERR_OK)
		e = files_sync_folder_of(path, info);
	if (e == ERR_OK)
		e = move(path, "-wal", aside, info);
	drop(path, "-shm");
	if (e == ERR_OK)
		e = files_sync_folder_of(path, info);
	if (e == ERR_OK)
		e = move(next, "", path, info);
	drop(next, ".lock");
	return e == ERR_OK ? files_sync_folder_of(path, info) : e;
}

/* The name under which the last damaged file was put aside; false if there is none. */
static bool last_aside(const char *path, char ret[static PATH_SIZE])
{
	char pattern[PATH_SIZE];
	bool found = false;
	glob_t g = {0};

	snprintf(pattern, sizeof(pattern), "%s.damaged-*Z", path);
	if (glob(pattern, 0, NULL, &g) == 0 && g.gl_pathc > 0) {
		snprintf(ret, PATH_SIZE, "%s", g.gl_pathv[g.gl_pathc - 1]);
		found = true;
	}
	globfree(&g);
	return found;
}

static bool is_complete(const char *next)
{
	struct journal *j = NULL;
	struct err_info info;
	bool ok = size_of(next, "-wal") < 0 && journal_open(next, true, &j, &info) == ERR_OK &&
		  journal_head(j).seq > 0;

	journal_close(j);
	return ok;
}

/* The power failed in `swap`: only then a new file is there, whole, and the old one not. */
static enum err finish(const char *path, const char *next, struct err_info *info)
{
	char aside[PATH_SIZE];

	if (size_of(next, "") < 0)
		return ERR_OK;
	if (size_of(path, "") >= 0 || !is_complete(next)) {
		drop_unfinished(next);
		return ERR_OK;
	}
	if (!last_aside(path, aside))
		snprintf(aside, sizeof(aside), "%s.damaged-unknown", path);
	return swap(path, aside, next, info);
}

static void name_aside(const char *path, struct wall_time now, char ret[static PATH_SIZE])
{
	time_t s = (time_t)(now.us / US_PER_S);
	struct tm tm;

	gmtime_r(&s, &tm);
	snprintf(ret, PATH_SIZE, "%s.damaged-%04d%02d%02dT%02d%02d%02dZ", path, tm.tm_year + 1900,
		 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static enum err write_next(const char *path, const char *next, const struct inspection *x,
			   const char *aside, const struct journal_head *witness,
			   struct wall_time now, struct err_info *info)
{
	char hex[SHA256_HEX_SIZE] = "";
	struct journal *j = NULL;
	struct sha256 digest;
	enum err e = ERR_OK;

	drop_unfinished(next);
	if (x->is_there && (e = sha256_of_file(path, &digest, NULL, info)) == ERR_OK)
		sha256_hex(hex, &digest);
	if (e == ERR_OK)
		e = journal_open(next, false, &j, info);
	if (e == ERR_OK)
		e = copy_good(path, x, j, info);
	if (e == ERR_OK)
		e = append_words(j, x, x->is_there ? name_of(aside) : NULL,
				 x->is_there ? hex : NULL, witness, now, info);
	if (e == ERR_OK)
		e = journal_commit(j, info);
	journal_close(j); /* the last to close: the log is in the file, and gone */
	if (e == ERR_OK && size_of(next, "-wal") > 0)
		e = err_fail(info, ERR_IO, "%s could not be completed", next);
	drop(next, "-wal");
	drop(next, "-shm");
	if (e != ERR_OK)
		drop_unfinished(next);
	return e;
}

enum err segment_ensure(const char *path, const struct journal_head *witness, bool used,
			struct wall_time now, struct segment_report *ret, struct err_info *info)
{
	char next[PATH_SIZE], aside[PATH_SIZE];
	struct inspection x;
	enum err e;

	*ret = (struct segment_report){0};
	if (strlen(path) > PATH_SIZE - 64)
		return err_fail(info, ERR_TOO_LARGE, "the path of the journal is too long");
	snprintf(next, sizeof(next), "%s.segment", path);
	e = finish(path, next, info);
	if (e == ERR_OK)
		e = inspect(path, witness, used, &x, info);
	if (e != ERR_OK || !x.damaged)
		return e;
	name_aside(path, now, aside);
	e = write_next(path, next, &x, aside, witness, now, info);
	if (e == ERR_OK)
		e = swap(path, aside, next, info);
	if (e != ERR_OK)
		return e;
	ret->begun = true;
	ret->good = x.good;
	snprintf(ret->reason, sizeof(ret->reason), "%s", x.reason);
	if (x.is_there)
		snprintf(ret->aside, sizeof(ret->aside), "%.*s", SEGMENT_NAME_SIZE - 1,
			 name_of(aside));
	return ERR_OK;
}

enum err segment_begin(struct journal *j, const char *from, const char *reason,
		       struct wall_time now, struct err_info *info)
{
	struct journal_head none = {0};
	struct inspection x = {0};

	snprintf(x.reason, sizeof(x.reason), "%s", reason);
	return append_words(j, &x, from, NULL, &none, now, info);
}
