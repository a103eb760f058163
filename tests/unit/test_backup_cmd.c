/* backup_cmd - beside a running collector its series are held still and released, whatever happens; without one nobody
 * starts meanwhile; what is of one machine stays behind; what was begun never looks finished.
 * wrap: api_open api_call
 */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder_lock.h"
#include "cli/commands.h"
#include "cli/tree.h"
#include "journal/journal.h"
#include "tests/support/command.h"

static const struct command backup = {.name = "backup", .run = backup_cmd_run};
static const struct command restore = {.name = "restore", .run = restore_cmd_run};
static char folder[64];

static const char *at(const char *name)
{
	static char path[4][256];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[0]), "%s/%s", folder, name);
	return path[turn];
}

static void put(const char *name, const char *text)
{
	struct err_info info;
	FILE *f;

	assert_int_equal(tree_make_folders(at(name), &info), ERR_OK);
	f = fopen(at(name), "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	static const char *const files[] = {
		"lock",          "ballast",         "crash.slot",   "journal.head",
		"rrd/undo.slot", "operator.token",  "cursors.json", "rrd/web:http/dc.rrd",
		"tls/ca.key",    "cursors.json.new"};
	struct journal *j = NULL;
	struct err_info info;
	char name[100];
	uint64_t seq;

	(void)state;
	api_reset();
	snprintf(folder, sizeof(folder), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(name, sizeof(name), "data/%s", files[i]);
		put(name, files[i]);
	}
	put("collector.yaml", "data: data\n");
	put("plan/a.yaml", "x");
	put("plan/b/c.yaml", "y");
	assert_int_equal(journal_open(at("data/journal.db"), false, &j, &info), ERR_OK);
	assert_int_equal(journal_append(j, (struct wall_time){1}, (struct wall_time){1}, "test", 1,
					SLICE_LIT("{}"), &seq, &info),
			 ERR_OK);
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	journal_close(j);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int run_backup(const char *extra)
{
	char data[256], to[256], more[256];
	struct options o = {.command = &backup, .args = {data, more}, .arg_count = extra ? 2 : 1};

	snprintf(data, sizeof(data), "%s", at("data"));
	snprintf(to, sizeof(to), "%s", at("backup"));
	snprintf(more, sizeof(more), "%s", extra ? at(extra) : "");
	o.values[OPTION_OUTPUT] = to;
	o.values[OPTION_LANG] = "en";
	return command_run(&o);
}

static int run_restore(const char *from, const char *to_name)
{
	char source[256], to[256];
	struct options o = {.command = &restore, .args = {source}, .arg_count = 1};

	snprintf(source, sizeof(source), "%s", at(from));
	snprintf(to, sizeof(to), "%s", at(to_name));
	o.values[OPTION_TO] = to;
	o.values[OPTION_LANG] = "en";
	return command_run(&o);
}

static bool is_there(const char *name)
{
	return access(at(name), F_OK) == 0;
}

static void what_stands_is_locked_and_copied(void **state)
{
	struct err_info info;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(run_backup("plan"), EXIT_OK);
	assert_non_null(strstr(command_out, "journal up to entry 1"));
	assert_string_equal(api_asked, "");
	assert_true(is_there("data/last-backup")); /* when, for go or no-go */
	assert_false(is_there("backup/data/last-backup"));
	assert_true(is_there("backup/data/journal.db") && is_there("backup/data/operator.token") &&
		    is_there("backup/data/cursors.json") && is_there("backup/data/tls/ca.key") &&
		    is_there("backup/data/rrd/web:http/dc.rrd") &&
		    is_there("backup/extra/plan/b/c.yaml"));
	assert_false(is_there("backup/data/lock") || is_there("backup/data/ballast") ||
		     is_there("backup/data/crash.slot") || is_there("backup/data/journal.head") ||
		     is_there("backup/data/rrd/undo.slot") ||
		     is_there("backup/data/cursors.json.new") || is_there("backup.partial"));
	assert_int_equal(stat(at("backup"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	/* The lock was given back, and what is there is not written over. */
	assert_int_equal(folder_lock(at("data"), &fd, &info), ERR_OK);
	folder_unlock(fd);
	assert_int_equal(run_backup(NULL), EXIT_NO);
	assert_non_null(strstr(command_errors, "is there already"));
}

static void what_runs_is_held_still_and_released(void **state)
{
	struct err_info info;
	int fd;

	(void)state;
	assert_int_equal(folder_lock(at("data"), &fd, &info), ERR_OK);
	api_answers[0].text = "{\"held\":true}";
	api_answers[1].text = "{\"held\":false}";
	assert_int_equal(run_backup(NULL), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/series/hold?seconds=3600 \n"
				       "POST /v1/series/hold?seconds=0 \n");
	folder_unlock(fd);
}

static void a_failure_releases_and_leaves_no_backup(void **state)
{
	struct err_info info;
	int fd;

	(void)state;
	put("data/journal.db", "no database, and long enough not to be taken for an empty one");
	assert_int_equal(folder_lock(at("data"), &fd, &info), ERR_OK);
	api_answers[0].text = "{\"held\":true}";
	api_answers[1].text = "{\"held\":false}";
	assert_int_equal(run_backup(NULL), EXIT_NO);
	assert_non_null(strstr(api_asked, "seconds=0"));
	assert_false(is_there("backup") || is_there("data/last-backup"));
	folder_unlock(fd);
	/* What is left is named the next time. */
	assert_int_not_equal(run_backup(NULL), EXIT_OK);
	assert_non_null(strstr(command_errors, "backup.partial is left"));
}

static void the_way_back(void **state)
{
	struct journal *j = NULL;
	struct err_info info;

	(void)state;
	assert_int_equal(run_backup("collector.yaml"), EXIT_OK);
	assert_int_equal(run_restore("backup", "data"), EXIT_NO);
	assert_non_null(strstr(command_errors, "is not empty"));
	assert_int_equal(run_restore("nothing", "new"), EXIT_NO);
	assert_non_null(strstr(command_errors, "is no backup"));
	assert_int_equal(mkdir(at("new"), 0700), 0); /* empty ones are taken */
	assert_int_equal(run_restore("backup", "new"), EXIT_OK);
	assert_true(is_there("new/operator.token") && is_there("new/rrd/web:http/dc.rrd"));
	assert_false(is_there("new/journal.db.lock") || is_there("new/journal.db-wal") ||
		     is_there("new.partial"));
	assert_int_equal(journal_open(at("new/journal.db"), true, &j, &info), ERR_OK);
	assert_true(journal_head(j).seq > 1000); /* a segment of its own */
	journal_close(j);
	/* A journal that is sound but not the one of the manifest. */
	put("backup/manifest.json", "{\"format\":2}");
	assert_int_equal(run_restore("backup", "third"), EXIT_NO);
	assert_non_null(strstr(command_errors, "later version"));
	put("backup/manifest.json", "{");
	assert_int_equal(run_restore("backup", "third"), EXIT_NO);
	assert_non_null(strstr(command_errors, "manifest.json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_stands_is_locked_and_copied, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_runs_is_held_still_and_released, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_failure_releases_and_leaves_no_backup, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_way_back, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
