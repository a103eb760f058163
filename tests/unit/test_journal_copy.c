/* journal_copy - one moment of a journal that is being written to; whole, or not there. */
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

static char folder[64], path[96], to[96];
static struct journal *j;

static int set_up(void **state)
{
	struct err_info info;

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/journal.db", folder);
	snprintf(to, sizeof(to), "%s/copy.db", folder);
	return journal_open(path, false, &j, &info) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"journal.db", "journal.db.lock", "journal.db-wal",
					    "journal.db-shm", "copy.db"};
	char name[200];

	(void)state;
	journal_close(j);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/%s", folder, names[i]);
		unlink(name);
	}
	return rmdir(folder); /* nothing else was left behind */
}

static void append(void)
{
	struct err_info info;
	uint64_t seq;

	assert_int_equal(journal_append(j, (struct wall_time){1}, (struct wall_time){1},
					"test.entry", 1, SLICE_LIT("{\"x\":1}"), &seq, &info),
			 ERR_OK);
}

static void beside_a_writer(void **state)
{
	struct journal_head head, want;
	struct err_info info;

	(void)state;
	for (int n = 0; n < 500; n++)
		append();
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	want = journal_head(j);
	append(); /* not committed: it is not of this moment */
	assert_int_equal(journal_copy(path, to, &head, &info), ERR_OK);
	assert_memory_equal(&head, &want, sizeof(head));
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	assert_int_equal(journal_copy(path, to, &head, &info), ERR_DUPLICATE);
}

/* Other data bases of the folder are copied whatever they hold, never over something. */
static void another_data_base_is_copied_as_it_is(void **state)
{
	char source[128], target[160];
	struct err_info info;
	sqlite3 *db;
	int rows;

	(void)state;
	snprintf(source, sizeof(source), "/tmp/vigia-other-%ld.db", (long)getpid());
	snprintf(target, sizeof(target), "%s.copy", source);
	assert_int_equal(sqlite3_open(source, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a); INSERT INTO t VALUES(1),(2)", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(journal_copy_database(source, target, &info), ERR_OK);
	assert_int_equal(journal_copy_database(source, target, &info), ERR_DUPLICATE);
	sqlite3_close(db);
	assert_int_equal(sqlite3_open(target, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM t", NULL, NULL, NULL), SQLITE_OK);
	rows = sqlite3_changes(db);
	assert_int_equal(rows, 2);
	sqlite3_close(db);
	unlink(source);
	unlink(target);
	assert_int_equal(journal_copy_database(source, target, &info), ERR_IO);
	assert_int_equal(access(target, F_OK), -1);
}

static void what_is_no_journal_leaves_nothing(void **state)
{
	struct journal_head head;
	struct err_info info;
	char other[128];
	FILE *f;

	(void)state;
	assert_int_equal(journal_copy("/nowhere/journal.db", to, &head, &info), ERR_IO);
	assert_int_not_equal(access(to, F_OK), 0);
	snprintf(other, sizeof(other), "%s/journal.db.lock", folder);
	f = fopen(other, "we");
	assert_non_null(f);
	for (int n = 0; n < 2000; n++)
		fputs("this is no database", f);
	fclose(f);
	assert_int_equal(journal_copy(other, to, &head, &info), ERR_CORRUPT);
	assert_int_not_equal(access(to, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(beside_a_writer, set_up, tear_down),
		cmocka_unit_test(another_data_base_is_copied_as_it_is),
		cmocka_unit_test_setup_teardown(what_is_no_journal_leaves_nothing, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
