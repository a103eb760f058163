/* journal - the chain holds and what was acknowledged is there: after every failing write and sync
 * that a disk can give (a VFS below SQLite), after kill -9, beside readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "journal/journal.h"

static char dir[64];
static char path[128];

/* --- a disk that fails --------------------------------------------------------------------------- */

static sqlite3_vfs faulty_vfs;
static sqlite3_vfs *real_vfs;
/* The unix VFS has one table for files with locks and one for those without (the WAL). */
enum { TABLES_MAX = 4 };
static sqlite3_io_methods faulty_methods[TABLES_MAX];
static const sqlite3_io_methods *real_methods[TABLES_MAX];
static struct {
	int fail_at; /* the n-th write or sync from now fails; 0 = none */
	int count;
	int code; /* SQLITE_FULL, SQLITE_IOERR_WRITE ... */
	int times; /* how many from there on fail */
} fault;

static bool fails_now(void)
{
	fault.count++;
	return fault.fail_at != 0 && fault.count >= fault.fail_at &&
	       fault.count < fault.fail_at + fault.times;
}

static const sqlite3_io_methods *real_of(const sqlite3_file *f)
{
	return real_methods[f->pMethods - faulty_methods];
}

static int faulty_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 offset)
{
	if (!fails_now())
		return real_of(f)->xWrite(f, bytes, n, offset);
	/* A torn write: the first half gets there. */
	if (n > 1)
		(void)real_of(f)->xWrite(f, bytes, n / 2, offset);
	return fault.code;
}

static int faulty_sync(sqlite3_file *f, int flags)
{
	if (fails_now())
		return fault.code == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
	return real_of(f)->xSync(f, flags);
}

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	int rc = real_vfs->xOpen(real_vfs, name, f, flags, out);
	size_t i = 0;

	(void)vfs;
	if (rc != SQLITE_OK || f->pMethods == NULL)
		return rc;
	while (real_methods[i] != NULL && real_methods[i] != f->pMethods)
		assert_true(++i < TABLES_MAX);
	real_methods[i] = f->pMethods;
	faulty_methods[i] = *real_methods[i];
	faulty_methods[i].xWrite = faulty_write;
	faulty_methods[i].xSync = faulty_sync;
	f->pMethods = &faulty_methods[i];
	return rc;
}

static int set_up(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/vigia-journal-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/journal.db", dir);
	return 0;
}

static int tear_down(void **state)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	(void)state;
	while (d != NULL && (e = readdir(d)) != NULL) {
		char name[400];

		snprintf(name, sizeof(name), "%s/%s", dir, e->d_name);
		unlink(name);
	}
	closedir(d);
	return rmdir(dir);
}

/* --- helpers ------------------------------------------------------------------------------------- */

static struct journal *open_or_die(bool read_only)
{
	struct journal *j = NULL;
	struct err_info info = {0};

	if (journal_open(path, read_only, &j, &info) != ERR_OK)
		fail_msg("open: %s", info.text);
	return j;
}

static uint64_t append(struct journal *j, int64_t at, const char *body)
{
	struct err_info info;
	uint64_t seq = 0;

	assert_int_equal(journal_append(j, (struct wall_time){at}, (struct wall_time){at + 5},
					"act.note", 1, slice_of(body), &seq, &info),
			 ERR_OK);
	return seq;
}

static void commit(struct journal *j)
{
	struct err_info info = {0};

	if (journal_commit(j, &info) != ERR_OK)
		fail_msg("commit: %s", info.text);
}

static struct journal_head check(struct journal *j)
{
	struct journal_head head = {0};
	struct err_info info = {0};

	if (journal_check(j, &head, &info) != ERR_OK)
		fail_msg("check: %s", info.text);
	return head;
}

static void run_sql(const char *sql)
{
	sqlite3 *db;
	char *error = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* --- tests --------------------------------------------------------------------------------------- */

/* The vector is computed by hand with printf, sha256sum and xxd: see docs/JOURNAL.md. */
static void the_digest_is_that_of_the_document(void **state)
{
	struct sha256 zero = {{0}};
	struct sha256 d = journal_digest(1, (struct wall_time){1760000000100000},
					 (struct wall_time){1760000000200000},
					 SLICE_LIT("act.note"), 1, SLICE_LIT("{\"note\":\"x\"}"));
	struct sha256 h = journal_link(&zero, &d);
	char hex[SHA256_HEX_SIZE];

	(void)state;
	sha256_hex(hex, &d);
	assert_string_equal(hex,
			    "6fe5fa04a3defc773d2109b592e558387371e288673b090c81d8cb70d4dcc3dd");
	sha256_hex(hex, &h);
	assert_string_equal(hex,
			    "70ee9fb7209bb70abb4d6081981963189a4c7fd335588d2e1fb3b71c9d8ae5d1");
}

struct seen {
	uint64_t first, last, count;
	uint64_t stop_at;
	char body[64];
	int64_t recorded;
};
static bool see(void *user, const struct journal_entry *e)
{
	struct seen *s = user;

	if (s->count++ == 0)
		s->first = e->seq;
	s->last = e->seq;
	s->recorded = e->recorded.us;
	snprintf(s->body, sizeof(s->body), "%.*s", (int)e->body.n, e->body.p);
	return e->seq != s->stop_at;
}

static void appended_then_committed_then_read(void **state)
{
	struct journal *j = open_or_die(false);
	struct seen all = {0}, some = {.stop_at = 2};
	struct err_info info;
	struct journal_head tip;

	(void)state;
	assert_int_equal(append(j, 10, "{\"n\":1}"), 1);
	assert_true(journal_is_dirty(j));
	assert_int_equal(journal_head(j).seq, 0);
	commit(j);
	assert_false(journal_is_dirty(j));
	assert_int_equal(append(j, 20, "{\"n\":2}"), 2);
	assert_int_equal(append(j, 30, "{\"n\":\"\xC3\xB1\"}"), 3);
	assert_int_equal(journal_read(j, 0, see, &all, &info), ERR_OK);
	assert_int_equal(all.count, 3); /* two of them are not committed yet */
	assert_string_equal(all.body, "{\"n\":\"\xC3\xB1\"}");
	assert_int_equal(journal_read(j, 1, see, &some, &info), ERR_OK);
	assert_int_equal(some.count, 1);
	tip = journal_tip(j);
	commit(j);
	assert_memory_equal(&tip.hash, journal_head(j).hash.bytes, sizeof(tip.hash));
	journal_close(j);
	j = open_or_die(false);
	assert_int_equal(journal_head(j).seq, 3);
	assert_memory_equal(&tip.hash, check(j).hash.bytes, sizeof(tip.hash));
	journal_close(j);
}

static void the_time_of_recording_never_goes_back(void **state)
{
	struct journal *j = open_or_die(false);
	struct seen s = {0};
	struct err_info info;

	(void)state;
	append(j, 1000, "{}");
	commit(j);
	journal_close(j);
	j = open_or_die(false);
	append(j, 500, "{}");
	commit(j);
	assert_int_equal(journal_read(j, 1, see, &s, &info), ERR_OK);
	assert_int_equal(s.recorded, 1005);
	check(j);
	journal_close(j);
}

static void what_was_not_committed_is_gone(void **state)
{
	struct journal *j = open_or_die(false);

	(void)state;
	append(j, 1, "{}");
	commit(j);
	append(j, 2, "{}");
	journal_close(j);
	j = open_or_die(false);
	assert_int_equal(check(j).seq, 1);
	journal_close(j);
}

static void a_second_writer_is_told_who_has_it(void **state)
{
	struct journal *j = open_or_die(false), *other = NULL, *reader;
	struct err_info info = {0};
	char pid[32];

	(void)state;
	append(j, 1, "{}");
	commit(j);
	assert_int_equal(journal_open(path, false, &other, &info), ERR_BUSY);
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	assert_non_null(strstr(info.text, pid));
	reader = open_or_die(true);
	assert_int_equal(journal_head(reader).seq, 1);
	append(j, 2, "{}");
	commit(j); /* not held up by the reader */
	assert_int_equal(check(reader).seq, 2);
	journal_close(reader);
	journal_close(j);
	j = open_or_die(false);
	journal_close(j);
}

static void other_files_are_refused(void **state)
{
	struct journal *j = NULL;
	struct err_info info;
	FILE *f;

	(void)state;
	assert_int_not_equal(journal_open(path, true, &j, &info), ERR_OK);
	run_sql("CREATE TABLE mine(x)");
	assert_int_equal(journal_open(path, false, &j, &info), ERR_CORRUPT);
	f = fopen(path, "w");
	for (int i = 0; i < 200; i++)
		fputs("not a database", f);
	fclose(f);
	assert_int_equal(journal_open(path, false, &j, &info), ERR_CORRUPT);
	assert_null(j);
}

static void update_and_delete_are_refused(void **state)
{
	struct journal *j = open_or_die(false);
	sqlite3 *db;

	(void)state;
	append(j, 1, "{}");
	commit(j);
	journal_close(j);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_not_equal(sqlite3_exec(db, "UPDATE entry SET at_us=0", NULL, NULL, NULL),
			     SQLITE_OK);
	assert_int_not_equal(sqlite3_exec(db, "DELETE FROM entry", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void every_forged_column_is_found(void **state)
{
	static const struct {
		const char *sql, *said;
	} forgeries[] = {
		{"UPDATE entry SET at_us=at_us+1 WHERE seq=2", "entry 2 "},
		{"UPDATE entry SET recorded_us=recorded_us+1 WHERE seq=2", "entry 2 "},
		{"UPDATE entry SET kind='act.nota' WHERE seq=2", "entry 2 "},
		{"UPDATE entry SET version=2 WHERE seq=2", "entry 2 "},
		{"UPDATE entry SET body='{\"n\":1 }' WHERE seq=2", "entry 2 "},
		{"UPDATE entry SET hash=zeroblob(32) WHERE seq=2", "entry 2 "},
		{"UPDATE entry SET hash=x'00' WHERE seq=3", "entry 3"},
		{"DELETE FROM entry WHERE seq=2", "entry 2 is missing"},
		{"DELETE FROM entry WHERE seq=1", "entry 1 is missing"},
	};
	struct journal_head head;
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(forgeries); i++) {
		struct journal *j = open_or_die(false);

		for (int n = 0; n < 3; n++)
			append(j, n, "{\"n\":1}");
		commit(j);
		journal_close(j);
		run_sql("DROP TRIGGER entry_keeps; DROP TRIGGER entry_stays");
		run_sql(forgeries[i].sql);
		j = NULL;
		if (journal_open(path, true, &j, &info) == ERR_OK)
			assert_int_equal(journal_check(j, &head, &info), ERR_CORRUPT);
		if (strstr(info.text, forgeries[i].said) == NULL &&
		    strstr(info.text, "last entry") == NULL)
			fail_msg("%s: %s", forgeries[i].sql, info.text);
		journal_close(j);
		unlink(path);
	}
}

/* Commits ten times; each failure is tried again at once, as the collector does. Returns the number
 * of failed commits. */
static int ten_turns(struct journal *j, uint64_t *acknowledged)
{
	int failed = 0;

	for (int turn = 0; turn < 10; turn++) {
		struct err_info info;
		enum err e;

		for (int n = 0; n < 3; n++)
			append(j, turn * 10 + n, "{\"text\":\"some words to fill a page with\"}");
		for (int tries = 0; (e = journal_commit(j, &info)) != ERR_OK && tries < 8;
		     tries++) {
			assert_true(e == ERR_IO || e == ERR_NO_SPACE);
			assert_true(journal_is_dirty(j));
			assert_int_equal(journal_head(j).seq, *acknowledged);
			failed++;
		}
		assert_int_equal(e, ERR_OK);
		*acknowledged = journal_head(j).seq;
	}
	return failed;
}

static void a_failing_disk_loses_nothing(int code, int times)
{
	int failures = 0, n, writes = 0;

	for (n = 1; n == 1 || n <= writes; n++) {
		struct journal *j = open_or_die(false);
		uint64_t acknowledged = 0;

		fault.count = 0;
		fault.code = code;
		fault.times = times;
		fault.fail_at = n;
		failures += ten_turns(j, &acknowledged);
		fault.fail_at = 0;
		if (n == 1)
			writes = fault.count;
		assert_int_equal(acknowledged, 30);
		/* As after a crash: nothing of the first connection's memory is used. */
		assert_int_equal(check(j).seq, 30);
		journal_close(j);
		j = open_or_die(false);
		assert_int_equal(check(j).seq, 30);
		journal_close(j);
		unlink(path);
	}
	assert_true(failures >= 20); /* the disk did fail */
}

static void every_write_and_sync_may_fail(void **state)
{
	(void)state;
	real_vfs = sqlite3_vfs_find(NULL);
	faulty_vfs = *real_vfs;
	faulty_vfs.zName = "faulty";
	faulty_vfs.xOpen = faulty_open;
	assert_int_equal(sqlite3_vfs_register(&faulty_vfs, 1), SQLITE_OK);
	a_failing_disk_loses_nothing(SQLITE_IOERR_WRITE, 1);
	a_failing_disk_loses_nothing(SQLITE_FULL, 3);
	sqlite3_vfs_unregister(&faulty_vfs);
	assert_int_equal(sqlite3_vfs_register(real_vfs, 1), SQLITE_OK);
}

/* The child tells each commit through a pipe after it was acknowledged; the parent kills it at some
 * point and asks the file. */
static void write_until_killed(int out)
{
	struct journal *j = open_or_die(false);

	for (;;) {
		uint64_t seq = 0;

		for (int n = 0; n < 7; n++)
			seq = append(j, 1, "{\"text\":\"until the end\"}");
		commit(j);
		if (write(out, &seq, sizeof(seq)) != (ssize_t)sizeof(seq))
			_exit(1);
	}
}

static void kill_9_loses_nothing_acknowledged(void **state)
{
	uint64_t told = 0;

	(void)state;
	for (int round = 0; round < 10; round++) {
		int pipes[2], status;
		struct journal *j;
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(pipes[0]);
			write_until_killed(pipes[1]);
		}
		close(pipes[1]);
		for (int n = 0; n < 3 + round * 11; n++)
			assert_int_equal(read(pipes[0], &told, sizeof(told)), sizeof(told));
		kill(child, SIGKILL);
		while (read(pipes[0], &told, sizeof(told)) == (ssize_t)sizeof(told))
			;
		close(pipes[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		j = open_or_die(false);
		assert_true(check(j).seq >= told);
		assert_int_equal(check(j).seq % 7, 0); /* whole commits only */
		journal_close(j);
	}
}

static void a_journal_on_read_only_media_opens(void **state)
{
	struct journal *j = open_or_die(false);

	(void)state;
	append(j, 1, "{}");
	commit(j);
	journal_close(j);
	assert_int_equal(chmod(dir, 0500), 0);
	j = open_or_die(true);
	assert_int_equal(check(j).seq, 1);
	journal_close(j);
	assert_int_equal(chmod(dir, 0700), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digest_is_that_of_the_document),
		T(appended_then_committed_then_read),
		T(the_time_of_recording_never_goes_back),
		T(what_was_not_committed_is_gone),
		T(a_second_writer_is_told_who_has_it),
		T(other_files_are_refused),
		T(update_and_delete_are_refused),
		T(every_forged_column_is_found),
		T(every_write_and_sync_may_fail),
		T(kill_9_loses_nothing_acknowledged),
		T(a_journal_on_read_only_media_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
