#include "journal/journal_copy.h"

#include <stdio.h>
#include <unistd.h>

#include <sqlite3.h>

enum { BUSY_MS = 5000, PATH_SIZE = 4200 };

static enum err fail_db(sqlite3 *db, const char *path, struct err_info *info)
{
	int rc = sqlite3_errcode(db);

	return err_fail(info,
			rc == SQLITE_FULL                             ? ERR_NO_SPACE
			: rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB ? ERR_CORRUPT
								      : ERR_IO,
			"%s: %s", path, sqlite3_errmsg(db));
}

static enum err copy_pages(sqlite3 *from, sqlite3 *to, const char *path, struct err_info *info)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc;

	if (b == NULL)
		return fail_db(to, path, info);
	rc = sqlite3_backup_step(b, -1); /* all at once: one moment */
	if (sqlite3_backup_finish(b) != SQLITE_OK || rc != SQLITE_DONE)
		return fail_db(to, path, info);
	return ERR_OK;
}

static void drop(const char *path, const char *suffix)
{
	char file[PATH_SIZE];

	snprintf(file, sizeof(file), "%s%s", path, suffix);
	unlink(file);
}

static enum err check_copy(const char *path, struct journal_head *ret_head, struct err_info *info)
{
	struct journal *j = NULL;
	enum err e = journal_open(path, true, &j, info);

	if (e == ERR_OK)
		e = journal_check(j, ret_head, info);
	journal_close(j);
	drop(path, "-shm"); /* nobody has written to it */
	drop(path, "-wal");
	return e;
}

enum err journal_copy_database(const char *from, const char *to, struct err_info *info)
{
	sqlite3 *source = NULL, *target = NULL;
	enum err e = ERR_OK;

	if (access(to, F_OK) == 0)
		return err_fail(info, ERR_DUPLICATE, "%s is there already", to);
	if (sqlite3_open_v2(from, &source, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		e = fail_db(source, from, info);
	else if (sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
		 SQLITE_OK)
		e = fail_db(target, to, info);
	if (e == ERR_OK) {
		sqlite3_db_config(source, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		sqlite3_busy_timeout(source, BUSY_MS);
		e = copy_pages(source, target, to, info);
	}
	sqlite3_close(target);
	sqlite3_close(source);
	if (e != ERR_OK)
		drop(to, "");
	return e;
}

enum err journal_copy(const char *from, const char *to, struct journal_head *ret_head,
		      struct err_info *info)
{
	enum err e = journal_copy_database(from, to, info);

	if (e != ERR_OK)
		return e;
	e = check_copy(to, ret_head, info);
	if (e != ERR_OK)
		drop(to, "");
	return e;
}
