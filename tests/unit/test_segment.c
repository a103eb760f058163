/* segment - a damaged journal goes on: what is good is kept, the rest is named; killed at any step, the next call ends it.
 * wrap: rename unlink fsync sqlite3_close
 */
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "journal/journal_copy.h"
#include "journal/segment.h"
#include "journal/verify.h"

enum { ENTRIES = 30 };
static char folder[64], path[96];
static const struct wall_time now = {INT64_C(1795260000) * 1000000};
static int dies_at,
	steps; /* the n-th call that changes a folder ends the process before, or after, it */

static void step(void)
{
	if (dies_at != 0 && ++steps == dies_at)
		_exit(77);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	int rc;

	step();
	rc = __real_rename(from, to);
	step();
	return rc;
}

int __real_unlink(const char *name);
int __wrap_unlink(const char *name);
int __wrap_unlink(const char *name)
{
	int rc;

	step();
	rc = __real_unlink(name);
	step();
	return rc;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	step();
	return __real_fsync(fd);
}

int __real_sqlite3_close(sqlite3 *db);
int __wrap_sqlite3_close(sqlite3 *db);
int __wrap_sqlite3_close(sqlite3 *db)
{
	int rc;

	step();
	rc = __real_sqlite3_close(db);
	step();
	return rc;
}

static void append(struct journal *j, int n)
{
	struct err_info info;
	char body[64];
	uint64_t seq;

	snprintf(body, sizeof(body), "{\"n\":%d}", n);
	assert_int_equal(journal_append(j, (struct wall_time){n}, (struct wall_time){n},
					"test.entry", 1, slice_of(body), &seq, &info),
			 ERR_OK);
}

static struct journal_head make(void)
{
	struct journal *j = NULL;
	struct journal_head head;
	struct err_info info;

	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	for (int n = 1; n <= ENTRIES; n++)
		append(j, n);
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	head = journal_head(j);
	journal_close(j);
	return head;
}

static void empty_folder(void)
{
	char name[400];
	struct dirent *d;
	DIR *dir = opendir(folder);

	while ((d = readdir(dir)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", folder, d->d_name);
		__real_unlink(name);
	}
	closedir(dir);
}

static int set_up(void **state)
{
	(void)state;
	dies_at = 0;
	snprintf(folder, sizeof(folder), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/journal.db", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	empty_folder();
	return rmdir(folder);
}

/* Changes the body of an entry below SQLite's and the triggers' knowledge. */
static void spoil(int n)
{
	char sql[200];
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	snprintf(sql, sizeof(sql),
		 "DROP TRIGGER entry_keeps; UPDATE entry SET body='{}' WHERE seq=%d", n);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	__real_sqlite3_close(db);
}

struct seen {
	unsigned count, segments;
	uint64_t last, segment_at;
};

static bool look(void *user, const struct journal_entry *e)
{
	struct seen *s = user;

	if (slice_is(e->kind, JOURNAL_SEGMENT)) {
		s->segments++;
		s->segment_at = e->seq;
	} else {
		s->count++;
	}
	s->last = e->seq;
	return true;
}

static struct seen seen(void)
{
	struct journal *j = NULL;
	struct journal_head head;
	struct err_info info;
	struct seen s = {0};

	assert_int_equal(journal_open(path, true, &j, &info), ERR_OK);
	assert_int_equal(journal_check(j, &head, &info), ERR_OK);
	assert_int_equal(journal_read(j, 0, look, &s, &info), ERR_OK);
	journal_close(j);
	return s;
}

static size_t asides(void)
{
	char pattern[128];
	glob_t g = {0};
	size_t n = 0;

	snprintf(pattern, sizeof(pattern), "%s.damaged-*Z", path);
	if (glob(pattern, 0, NULL, &g) == 0)
		n = g.gl_pathc;
	globfree(&g);
	return n;
}

static struct segment_report ensure(const struct journal_head *witness)
{
	struct segment_report r;
	struct err_info info = {0};

	if (segment_ensure(path, witness, true, now, &r, &info) != ERR_OK)
		fail_msg("%s", info.text);
	return r;
}

static void what_is_sound_is_left_alone(void **state)
{
	struct journal_head none = {0}, head = make();
	struct segment_report r;
	struct err_info info;

	(void)state;
	assert_false(ensure(&none).begun);
	assert_false(ensure(&head).begun);
	assert_int_equal(seen().count, ENTRIES);
	/* A first start finds nothing, and that is no damage. */
	empty_folder();
	assert_int_equal(segment_ensure(path, &none, false, now, &r, &info), ERR_OK);
	assert_false(r.begun);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void a_broken_chain(void **state)
{
	struct journal_head head = make();
	struct segment_report r;
	struct seen s;

	(void)state;
	spoil(21);
	r = ensure(&head);
	assert_true(r.begun);
	assert_int_equal(r.good.seq, 20);
	assert_non_null(strstr(r.reason, "entry 21"));
	s = seen();
	assert_int_equal(s.count, 20);
	assert_int_equal(s.segments, 1);
	assert_int_equal(s.segment_at, 1795260000); /* the second of its beginning */
	assert_int_equal(asides(), 1);
	head.seq = 0; /* and the new one is sound */
	assert_false(ensure(&head).begun);
}

/* Every entry can be read and the chain holds, but the next write would go into a page that is in use. */
static void pages_that_are_not_sound(void **state)
{
	static const unsigned char free_list[8] = {0, 0, 0, 2,
						   0, 0, 0, 1}; /* the tree's own root */
	struct journal_head none = {0};
	int fd;

	(void)state;
	make();
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(pwrite(fd, free_list, sizeof(free_list), 32), sizeof(free_list));
	close(fd);
	assert_true(ensure(&none).begun);
	assert_int_equal(seen().count, ENTRIES);
	assert_int_equal(asides(), 1);
}

static void numbers_never_come_twice(void **state)
{
	struct journal_head head = make();
	struct segment_report r;
	struct err_info info;

	(void)state;
	spoil(21);
	/* A clock that stands in 1970 gives no number: then beyond whatever the file may have held. */
	assert_int_equal(segment_ensure(path, &head, true, (struct wall_time){0}, &r, &info),
			 ERR_OK);
	assert_true(seen().segment_at > 21 + ENTRIES);
	/* A witness far ahead is passed as well. */
	empty_folder();
	head = make();
	head.seq = INT64_C(2000000000);
	r = ensure(&head);
	assert_true(r.begun);
	assert_int_equal(seen().segment_at, 2000000001);
	assert_int_equal(seen().count, ENTRIES);
}

static void a_segment_of_segments(void **state)
{
	struct journal_head none = {0};
	struct journal *j = NULL;
	struct err_info info;

	(void)state;
	make();
	spoil(21);
	assert_true(ensure(&none).begun);
	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	for (int n = 100; n < 110; n++)
		append(j, n);
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	journal_close(j);
	spoil(1795260005);
	{
		struct segment_report r;

		assert_int_equal(segment_ensure(path, &none, true,
						(struct wall_time){now.us + 90 * US_PER_S}, &r,
						&info),
				 ERR_OK);
		assert_true(r.begun);
	}
	assert_int_equal(seen().segments, 2);
	assert_int_equal(seen().count, 24);
	assert_int_equal(asides(), 2);
}

static void killed_at_every_step(void **state)
{
	struct journal_head none = {0};
	unsigned died = 0;

	(void)state;
	for (int n = 1; n < 200; n++) {
		int status;
		pid_t child;

		empty_folder();
		make();
		spoil(21);
		child = fork();
		if (child == 0) {
			struct segment_report r;
			struct err_info info;

			steps = 0;
			dies_at = n;
			_exit(segment_ensure(path, &none, true, now, &r, &info) == ERR_OK ? 0 : 1);
		}
		waitpid(child, &status, 0);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 0)
			break;
		assert_int_equal(WEXITSTATUS(status), 77);
		died++;
		(void)ensure(&none);
		assert_int_equal(seen().count, 20);
		assert_int_equal(seen().segments, 1);
		assert_int_equal(asides(), 1);
	}
	assert_true(died > 15 && died < 199);
}

static void a_copy_is_whole_or_not_there(void **state)
{
	struct journal_head head, want = make();
	struct err_info info;
	char to[128];

	(void)state;
	snprintf(to, sizeof(to), "%s/copy.db", folder);
	assert_int_equal(journal_copy(path, to, &head, &info), ERR_OK);
	assert_memory_equal(&head, &want, sizeof(head));
	assert_int_equal(journal_copy(path, to, &head, &info), ERR_DUPLICATE);
	__real_unlink(to);
	spoil(7);
	assert_int_equal(journal_copy(path, to, &head, &info), ERR_CORRUPT);
	assert_int_not_equal(access(to, F_OK), 0);
}

/* True, and yet something was lost: verify names the break, and refuses a head of what was lost. */
static void verify_tells(void **state)
{
	struct journal_head head = make(), none = {0};
	struct verify_result r;
	struct journal *j = NULL;
	struct err_info info;

	(void)state;
	spoil(21);
	assert_true(ensure(&none).begun);
	assert_int_equal(journal_open(path, true, &j, &info), ERR_OK);
	assert_int_equal(verify_journal(j, NULL, &r, &info), ERR_OK);
	assert_int_equal(r.entries, 21);
	assert_int_equal(r.breaks, 1);
	assert_int_equal(r.break_after, 20);
	assert_int_equal(r.break_at, 1795260000);
	assert_non_null(strstr(r.break_reason, "entry 21"));
	assert_non_null(strstr(r.break_file, "journal.db.damaged-"));
	assert_int_equal(verify_journal(j, &head, &r, &info), ERR_CORRUPT);
	assert_non_null(
		strstr(info.text, "entry 30 was lost: a new segment begins at entry 1795260000"));
	journal_close(j);
}

static void restored_ones_begin_a_segment(void **state)
{
	struct journal *j = NULL;
	struct err_info info;

	(void)state;
	make();
	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	assert_int_equal(segment_begin(j, "copy", "restored", now, &info), ERR_OK);
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	append(j, 100);
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	assert_int_equal(journal_head(j).seq, 1795260001);
	journal_close(j);
	assert_int_equal(seen().segments, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_sound_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_broken_chain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pages_that_are_not_sound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(numbers_never_come_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_segment_of_segments, set_up, tear_down),
		cmocka_unit_test_setup_teardown(killed_at_every_step, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_copy_is_whole_or_not_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(verify_tells, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restored_ones_begin_a_segment, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
