/* roster - accounts and sessions in memory and on disk, and what the journal is to be told. */
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

#include "access/roster.h"

struct place {
	char dir[64], path[128];
	struct roster *r;
};

static struct wall_time at_s(int64_t s)
{
	return (struct wall_time){s * US_PER_S};
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err_info info;

	snprintf(p->dir, sizeof(p->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/accounts.db", p->dir);
	assert_int_equal(roster_open(p->path, at_s(1), &p->r, &info), ERR_OK);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	roster_close(p->r);
	unlink(p->path);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void open_again(struct place *p)
{
	struct err_info info;

	roster_close(p->r);
	assert_int_equal(roster_open(p->path, at_s(1), &p->r, &info), ERR_OK);
}

static struct account of(const char *login, enum role role)
{
	struct account a = {.role = role, .state = ACCOUNT_ACTIVE, .password = "$scrypt$x"};

	snprintf(a.login, sizeof(a.login), "%s", login);
	return a;
}

static void put(struct place *p, struct account a)
{
	struct err_info info;

	assert_int_equal(roster_put(p->r, &a, ROSTER_SESSIONS_STAY, NULL, at_s(1), NULL, &info),
			 ERR_OK);
}

static void begin(struct place *p, const char *login, int64_t now, char token[SESSION_TOKEN_SIZE])
{
	struct err_info info;

	assert_int_equal(roster_begin_session(p->r, login, "192.0.2.1", at_s(now), "logged-in",
					      token, &info),
			 ERR_OK);
}

static void sessions_outlive_a_restart_and_a_token_is_never_on_disk(void **state)
{
	struct place *p = *state;
	char token[SESSION_TOKEN_SIZE], line[4096];
	bool found = false;
	FILE *f;

	put(p, of("ana", ROLE_DESK));
	begin(p, "ana", 10, token);
	open_again(p);
	assert_string_equal(roster_session(p->r, token, at_s(11))->login, "ana");
	assert_string_equal(roster_session(p->r, token, at_s(11))->from, "192.0.2.1");
	assert_int_equal(roster_session(p->r, token, at_s(11))->role, ROLE_DESK);
	assert_null(roster_session(p->r, token, at_s(10 + 43200)));
	token[10] ^= 1;
	assert_null(roster_session(p->r, token, at_s(11)));
	assert_null(roster_session(p->r, NULL, at_s(11)));
	f = fopen(p->path, "re");
	while (fread(line, 1, sizeof(line), f) > 0)
		found = found || memmem(line, sizeof(line), token + 12, 30) != NULL;
	fclose(f);
	assert_false(found);
}

static void a_use_makes_it_last_and_is_kept(void **state)
{
	struct place *p = *state;
	char token[SESSION_TOKEN_SIZE];

	put(p, of("raiz", ROLE_ADMINISTRATOR));
	begin(p, "raiz", 10, token);
	assert_non_null(roster_use(p->r, token, at_s(800)));
	assert_non_null(roster_session(p->r, token, at_s(1600)));
	open_again(p); /* an orderly end keeps the use */
	assert_non_null(roster_session(p->r, token, at_s(1600)));
	assert_null(roster_use(p->r, token, at_s(1700)));
}

static void rights_that_change_end_sessions(void **state)
{
	struct place *p = *state;
	char here[SESSION_TOKEN_SIZE], there[SESSION_TOKEN_SIZE], hers[SESSION_TOKEN_SIZE];
	struct account a = of("ana", ROLE_DESK);
	struct err_info info;

	put(p, a);
	put(p, of("eva", ROLE_DESK));
	begin(p, "ana", 10, here);
	begin(p, "ana", 10, there);
	begin(p, "eva", 10, hers);
	assert_int_equal(roster_put(p->r, &a, ROSTER_SESSIONS_END_OTHERS,
				    roster_session(p->r, here, at_s(11))->id, at_s(11),
				    "password-set ana", &info),
			 ERR_OK);
	assert_non_null(roster_session(p->r, here, at_s(11)));
	assert_null(roster_session(p->r, there, at_s(11)));
	a.role = ROLE_VIEWER;
	assert_int_equal(roster_put(p->r, &a, ROSTER_SESSIONS_END, NULL, at_s(12), "role", &info),
			 ERR_OK);
	assert_null(roster_session(p->r, here, at_s(12)));
	open_again(p);
	assert_null(roster_session(p->r, here, at_s(12)));
	assert_null(roster_session(p->r, there, at_s(12)));
	assert_non_null(roster_session(p->r, hers, at_s(12)));
	assert_int_equal(roster_find(p->r, "ana")->role, ROLE_VIEWER);
}

static void a_change_that_is_not_stored_has_not_happened(void **state)
{
	struct place *p = *state;
	struct account a = of("ana", ROLE_DESK);
	char token[SESSION_TOKEN_SIZE], late[SESSION_TOKEN_SIZE];
	struct err_info info;
	sqlite3 *other;

	put(p, a);
	begin(p, "ana", 10, token);
	roster_note_taken(p->r);
	roster_notes_committed(p->r);
	assert_int_equal(sqlite3_open(p->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	a.role = ROLE_ADMINISTRATOR;
	assert_int_equal(roster_put(p->r, &a, ROSTER_SESSIONS_END, NULL, at_s(11), "role", &info),
			 ERR_BUSY);
	assert_int_equal(roster_find(p->r, "ana")->role, ROLE_DESK);
	assert_non_null(roster_session(p->r, token, at_s(11)));
	assert_null(roster_next_note(p->r));
	/* Whoever logs in now is let in, told of, and stored when it is possible. */
	assert_int_equal(roster_begin_session(p->r, "ana", "192.0.2.1", at_s(12), "logged-in ana",
					      late, &info),
			 ERR_OK);
	assert_non_null(roster_session(p->r, late, at_s(12)));
	assert_int_equal(roster_next_note(p->r)->id, 0);
	/* So is the end of one: over at once, and the error says that the disk has it. */
	assert_int_equal(roster_end_session(p->r, roster_session(p->r, token, at_s(12))->id,
					    at_s(12), NULL, &info),
			 ERR_BUSY);
	assert_null(roster_session(p->r, token, at_s(12)));
	sqlite3_close(other);
	assert_int_equal(roster_tidy(p->r, at_s(100), &info), ERR_OK);
	open_again(p);
	assert_non_null(roster_session(p->r, late, at_s(12)));
}

static void the_oldest_session_gives_way_and_the_rest_is_bounded(void **state)
{
	struct place *p = *state;
	char first[SESSION_TOKEN_SIZE], token[SESSION_TOKEN_SIZE];
	unsigned most = role_row(ROLE_DESK)->sessions;

	put(p, of("ana", ROLE_DESK));
	begin(p, "ana", 10, first);
	for (unsigned i = 0; i < most; i++)
		begin(p, "ana", 11 + i, token);
	assert_int_equal(roster_session_count(p->r), most);
	assert_null(roster_session(p->r, first, at_s(20)));
	assert_non_null(roster_session(p->r, token, at_s(100)));
	open_again(p);
	assert_int_equal(roster_session_count(p->r), most);
}

static void what_is_over_goes(void **state)
{
	struct place *p = *state;
	char token[SESSION_TOKEN_SIZE];
	struct err_info info;

	put(p, of("raiz", ROLE_ADMINISTRATOR));
	begin(p, "raiz", 10, token);
	assert_int_equal(roster_tidy(p->r, at_s(900), &info), ERR_OK);
	assert_int_equal(roster_session_count(p->r), 1);
	assert_int_equal(roster_tidy(p->r, at_s(910), &info), ERR_OK);
	assert_int_equal(roster_session_count(p->r), 0);
	open_again(p);
	assert_int_equal(roster_session_count(p->r), 0);
}

static void notes_stay_until_the_journal_has_them(void **state)
{
	struct place *p = *state;
	struct account a = of("ana", ROLE_DESK);
	struct err_info info;

	assert_int_equal(roster_put(p->r, &a, ROSTER_SESSIONS_STAY, NULL, at_s(5), "first", &info),
			 ERR_OK);
	assert_int_equal(roster_put(p->r, &a, ROSTER_SESSIONS_STAY, NULL, at_s(6), "second", &info),
			 ERR_OK);
	assert_string_equal(roster_next_note(p->r)->text, "first");
	roster_note_taken(p->r);
	open_again(p); /* taken, not committed: the power failed */
	assert_string_equal(roster_next_note(p->r)->text, "first");
	assert_int_equal(roster_next_note(p->r)->at.us, at_s(5).us);
	roster_note_taken(p->r);
	roster_notes_committed(p->r);
	open_again(p);
	assert_string_equal(roster_next_note(p->r)->text, "second");
	roster_note_taken(p->r);
	roster_notes_committed(p->r);
	assert_null(roster_next_note(p->r));
	open_again(p);
	assert_null(roster_next_note(p->r));
}

static void soft_changes_count_at_once_and_are_stored_soon(void **state)
{
	struct place *p = *state;
	struct account a = of("ana", ROLE_DESK);
	struct err_info info;

	put(p, a);
	a.lock.wrong = 4;
	roster_put_soft(p->r, &a, at_s(5), "locked ana");
	assert_int_equal(roster_find(p->r, "ana")->lock.wrong, 4);
	assert_string_equal(roster_next_note(p->r)->text, "locked ana");
	assert_int_equal(roster_tidy(p->r, at_s(6), &info), ERR_OK);
	open_again(p);
	assert_int_equal(roster_find(p->r, "ana")->lock.wrong, 4);
}

static void the_last_administrator_is_known(void **state)
{
	struct place *p = *state;
	struct account second = of("dos", ROLE_ADMINISTRATOR);

	assert_false(roster_has_administrator(p->r));
	put(p, of("ana", ROLE_COORDINATOR));
	assert_false(roster_has_administrator(p->r));
	put(p, of("uno", ROLE_ADMINISTRATOR));
	assert_true(roster_has_administrator(p->r));
	assert_true(roster_is_last_administrator(p->r, roster_find(p->r, "uno")));
	assert_false(roster_is_last_administrator(p->r, roster_find(p->r, "ana")));
	second.state = ACCOUNT_INVITED; /* cannot let anybody in yet */
	second.password[0] = '\0';
	put(p, second);
	assert_true(roster_is_last_administrator(p->r, roster_find(p->r, "uno")));
	second = of("dos", ROLE_ADMINISTRATOR);
	put(p, second);
	assert_false(roster_is_last_administrator(p->r, roster_find(p->r, "uno")));
}

static void a_code_that_was_offered_is_of_that_session(void **state)
{
	unsigned char secret[TOTP_SECRET_SIZE] = "secreto de la prueba";
	char token[SESSION_TOKEN_SIZE], other[SESSION_TOKEN_SIZE];
	struct place *p = *state;

	put(p, of("ana", ROLE_DESK));
	begin(p, "ana", 10, token);
	begin(p, "ana", 10, other);
	roster_offer_totp(p->r, roster_session(p->r, token, at_s(11))->id, secret);
	assert_memory_equal(roster_offered_totp(p->r, roster_session(p->r, token, at_s(11))->id),
			    secret, TOTP_SECRET_SIZE);
	assert_null(roster_offered_totp(p->r, roster_session(p->r, other, at_s(11))->id));
	assert_null(roster_offered_totp(p->r, "0000000000000000"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(sessions_outlive_a_restart_and_a_token_is_never_on_disk),
		CASE(a_use_makes_it_last_and_is_kept),
		CASE(rights_that_change_end_sessions),
		CASE(a_change_that_is_not_stored_has_not_happened),
		CASE(the_oldest_session_gives_way_and_the_rest_is_bounded),
		CASE(what_is_over_goes),
		CASE(notes_stay_until_the_journal_has_them),
		CASE(soft_changes_count_at_once_and_are_stored_soon),
		CASE(the_last_administrator_is_known),
		CASE(a_code_that_was_offered_is_of_that_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
