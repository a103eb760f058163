/* account_store - what was committed is there again, whole; what is damaged is refused and left as it is. */
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

#include <sqlite3.h>

#include "access/account_store.h"
#include "base/buf.h"
#include "base/files.h"

struct place {
	char dir[64], path[128];
	struct account_store *s;
};
struct seen {
	struct account accounts[4];
	struct session sessions[4];
	struct access_note notes[4];
	unsigned account_count, session_count, note_count;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err_info info;

	snprintf(p->dir, sizeof(p->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/accounts.db", p->dir);
	assert_int_equal(account_store_open(p->path, &p->s, &info), ERR_OK);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	account_store_close(p->s);
	unlink(p->path);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void see_account(void *user, const struct account *a)
{
	struct seen *s = user;

	s->accounts[s->account_count++] = *a;
}
static void see_session(void *user, const struct session *x)
{
	struct seen *s = user;

	s->sessions[s->session_count++] = *x;
}
static void see_note(void *user, const struct access_note *n)
{
	struct seen *s = user;

	s->notes[s->note_count++] = *n;
}

static enum err read_all(struct place *p, struct seen *ret, struct err_info *info)
{
	struct account_store_reader r = {see_account, see_session, see_note, ret};

	*ret = (struct seen){0};
	return account_store_read(p->s, &r, info);
}

static void open_again(struct place *p)
{
	struct err_info info;

	account_store_close(p->s);
	p->s = NULL;
	assert_int_equal(account_store_open(p->path, &p->s, &info), ERR_OK);
}

static struct account ana(void)
{
	struct account a = {.login = "ana",
			    .role = ROLE_COORDINATOR,
			    .person = "utsi",
			    .state = ACCOUNT_DISABLED,
			    .password = "$scrypt$p",
			    .pin = "$scrypt$q",
			    .has_totp = true,
			    .totp_step = 77,
			    .created = {5},
			    .last_login = {6},
			    .by = "raiz",
			    .lock = {1, 2, {3}},
			    .pin_lock = {4, 0, {9}}};

	memset(a.totp, 0xA5, sizeof(a.totp));
	memset(a.invitation.bytes, 0x5A, sizeof(a.invitation.bytes));
	a.invitation_until.us = 11;
	return a;
}

static void what_was_committed_is_there_again_whole(void **state)
{
	struct place *p = *state;
	struct account a = ana(), plain = {.login = "eva", .role = ROLE_VIEWER};
	struct session x = {.id = "0011223344556677",
			    .login = "ana",
			    .from = "192.0.2.7",
			    .began = {1},
			    .used = {2}};
	struct access_note n = {.at = {12}, .text = "account-made ana"};
	struct err_info info;
	struct seen seen;

	memset(x.digest.bytes, 7, sizeof(x.digest.bytes));
	account_store_begin(p->s);
	account_store_put_account(p->s, &a);
	account_store_put_account(p->s, &plain);
	account_store_put_session(p->s, &x);
	account_store_put_note(p->s, &n);
	assert_int_equal(account_store_commit(p->s, &info), ERR_OK);
	assert_int_equal(n.id, 1);
	open_again(p);
	assert_int_equal(read_all(p, &seen, &info), ERR_OK);
	assert_int_equal(seen.account_count, 2);
	assert_memory_equal(&seen.accounts[0], &a, sizeof(a));
	assert_memory_equal(&seen.accounts[1], &plain, sizeof(plain));
	assert_int_equal(seen.session_count, 1);
	assert_string_equal(seen.sessions[0].from, "192.0.2.7");
	assert_true(digest_is(&seen.sessions[0].digest, &x.digest));
	assert_int_equal(seen.note_count, 1);
	assert_string_equal(seen.notes[0].text, "account-made ana");
	assert_int_equal(seen.notes[0].at.us, 12);
	/* What goes, goes; the numbers of notes go on. */
	account_store_begin(p->s);
	account_store_drop_session(p->s, x.id);
	account_store_drop_notes(p->s, 1);
	account_store_put_note(p->s, &n);
	assert_int_equal(account_store_commit(p->s, &info), ERR_OK);
	assert_int_equal(n.id, 2);
	assert_int_equal(read_all(p, &seen, &info), ERR_OK);
	assert_int_equal(seen.session_count, 0);
	assert_int_equal(seen.note_count, 1);
}

static void nobody_else_reads_the_file(void **state)
{
	struct place *p = *state;
	struct stat st;

	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	account_store_close(p->s);
	p->s = NULL;
	assert_int_equal(chmod(p->path, 0644), 0);
	open_again(p);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_change_that_fails_is_none(void **state)
{
	struct place *p = *state;
	struct account a = ana();
	struct err_info info;
	struct seen seen;
	sqlite3 *other;

	assert_int_equal(sqlite3_open(p->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	account_store_begin(p->s);
	account_store_put_account(p->s, &a);
	assert_int_equal(account_store_commit(p->s, &info), ERR_BUSY);
	assert_non_null(strstr(info.text, "accounts.db"));
	sqlite3_close(other);
	assert_int_equal(read_all(p, &seen, &info), ERR_OK);
	assert_int_equal(seen.account_count, 0);
	/* The next one is not the worse for it. */
	account_store_begin(p->s);
	account_store_put_account(p->s, &a);
	assert_int_equal(account_store_commit(p->s, &info), ERR_OK);
	assert_int_equal(read_all(p, &seen, &info), ERR_OK);
	assert_int_equal(seen.account_count, 1);
}

static void refused_and_left_alone(struct place *p, enum err expected)
{
	struct account_store *s = NULL;
	struct buf before, after;
	struct err_info info;

	buf_init(&before, 1 << 20);
	buf_init(&after, 1 << 20);
	assert_int_equal(files_read(p->path, &before, &info), ERR_OK);
	assert_int_equal(account_store_open(p->path, &s, &info), expected);
	assert_non_null(strstr(info.text, p->path));
	assert_int_equal(files_read(p->path, &after, &info), ERR_OK);
	assert_true(slice_eq(buf_slice(&before), buf_slice(&after)));
	buf_release(&before);
	buf_release(&after);
}

static void a_damaged_file_is_refused_and_left_as_it_is(void **state)
{
	struct place *p = *state;
	FILE *f;

	account_store_close(p->s);
	p->s = NULL;
	f = fopen(p->path, "r+e");
	assert_non_null(f);
	for (int i = 0; i < 8192; i++)
		fputc('x', f);
	fclose(f);
	refused_and_left_alone(p, ERR_CORRUPT);
}

static void exec_sql(struct place *p, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_later_version_or_another_program_is_refused(void **state)
{
	struct place *p = *state;

	account_store_close(p->s);
	p->s = NULL;
	exec_sql(p, "PRAGMA user_version=2");
	refused_and_left_alone(p, ERR_UNSUPPORTED);
	exec_sql(p, "PRAGMA user_version=1; PRAGMA application_id=7");
	refused_and_left_alone(p, ERR_CORRUPT);
}

static void a_row_that_makes_no_sense_is_named(void **state)
{
	struct place *p = *state;
	struct account a = ana();
	struct err_info info;
	struct seen seen;

	account_store_begin(p->s);
	account_store_put_account(p->s, &a);
	assert_int_equal(account_store_commit(p->s, &info), ERR_OK);
	exec_sql(p, "UPDATE account SET role='emperor'");
	assert_int_equal(read_all(p, &seen, &info), ERR_CORRUPT);
	assert_non_null(strstr(info.text, "ana"));
	exec_sql(p, "UPDATE account SET role='viewer', totp=x'00'");
	assert_int_equal(read_all(p, &seen, &info), ERR_CORRUPT);
	exec_sql(p, "UPDATE account SET totp=NULL, login='A B'");
	assert_int_equal(read_all(p, &seen, &info), ERR_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_committed_is_there_again_whole, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nobody_else_reads_the_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_change_that_fails_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_refused_and_left_as_it_is, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_later_version_or_another_program_is_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_row_that_makes_no_sense_is_named, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
