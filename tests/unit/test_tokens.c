/* tokens - who may call: digests only on disk, mode 0600, nobody by accident. */
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

#include "base/files.h"
#include "collector/tokens.h"

struct place {
	char dir[64];
	struct tokens *t;
};

static const char *path(const struct place *p, const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s/%s", p->dir, name);
	return text;
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err_info info;

	snprintf(p->dir, sizeof(p->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	assert_int_equal(tokens_open(p->dir, &p->t, &info), ERR_OK);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	tokens_close(p->t);
	unlink(path(p, "tokens.json"));
	unlink(path(p, "operator.token"));
	rmdir(p->dir);
	free(p);
	return 0;
}

static void read_text(const struct place *p, const char *name, char *dst, size_t size)
{
	struct err_info info;
	struct buf text;

	buf_init(&text, size - 1);
	assert_int_equal(files_read(path(p, name), &text, &info), ERR_OK);
	snprintf(dst, size, "%s", buf_cstr(&text));
	buf_release(&text);
}

static void the_first_start_makes_an_operator(void **state)
{
	struct place *p = *state;
	char token[128], digests[4096];
	struct stat st;

	read_text(p, "operator.token", token, sizeof(token));
	assert_int_equal(strlen(token), 65);
	token[64] = '\0';
	assert_int_equal(tokens_identify(p->t, token).kind, PRINCIPAL_OPERATOR);
	assert_int_equal(stat(path(p, "operator.token"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path(p, "tokens.json"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	read_text(p, "tokens.json", digests, sizeof(digests));
	assert_null(strstr(digests, token));
}

static void an_enrolled_agent_is_known_until_it_enrols_again(void **state)
{
	struct place *p = *state;
	char first[TOKEN_TEXT_SIZE], second[TOKEN_TEXT_SIZE], operator_token[128];
	struct err_info info;
	struct principal who;

	assert_int_equal(tokens_enrol(p->t, "dc", false, (struct wall_time){1000000}, first, &info),
			 ERR_OK);
	who = tokens_identify(p->t, first);
	assert_int_equal(who.kind, PRINCIPAL_AGENT);
	assert_string_equal(who.agent, "dc");
	assert_int_equal(
		tokens_enrol(p->t, "dc", false, (struct wall_time){1000000}, second, &info),
		ERR_OK);
	assert_int_equal(tokens_identify(p->t, first).kind, PRINCIPAL_NONE);
	tokens_close(p->t);
	p->t = NULL;
	assert_int_equal(tokens_open(p->dir, &p->t, &info), ERR_OK);
	assert_string_equal(tokens_identify(p->t, second).agent, "dc");
	assert_int_equal(tokens_identify(p->t, first).kind, PRINCIPAL_NONE);
	read_text(p, "operator.token", operator_token, sizeof(operator_token));
	operator_token[64] = '\0';
	assert_int_equal(tokens_identify(p->t, operator_token).kind, PRINCIPAL_OPERATOR);
}

static void nobody_by_accident(void **state)
{
	struct place *p = *state;
	char token[128], longer[400];
	struct err_info info;

	read_text(p, "operator.token", token, sizeof(token));
	assert_int_equal(tokens_identify(p->t, token).kind,
			 PRINCIPAL_NONE); /* with its line feed */
	token[64] = '\0';
	for (int i = 0; i < 64; i++) {
		char c = token[i];

		token[i] = c == '0' ? '1' : '0';
		if (token[i] != c)
			assert_int_equal(tokens_identify(p->t, token).kind, PRINCIPAL_NONE);
		token[i] = c;
	}
	token[63] = '\0';
	assert_int_equal(tokens_identify(p->t, token).kind, PRINCIPAL_NONE);
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(tokens_identify(p->t, longer).kind, PRINCIPAL_NONE);
	assert_int_equal(tokens_identify(p->t, "").kind, PRINCIPAL_NONE);
	assert_int_equal(tokens_identify(p->t, NULL).kind, PRINCIPAL_NONE);
	/* An empty agent id would be an operator. */
	assert_int_equal(tokens_enrol(p->t, "", false, (struct wall_time){1000000}, token, &info),
			 ERR_SYNTAX);
}

static void an_enrolment_that_is_not_stored_changes_nothing(void **state)
{
	struct place *p = *state;
	char first[TOKEN_TEXT_SIZE], second[TOKEN_TEXT_SIZE];
	struct err_info info;

	assert_int_equal(tokens_enrol(p->t, "dc", false, (struct wall_time){1000000}, first, &info),
			 ERR_OK);
	assert_int_equal(mkdir(path(p, "tokens.json.new"), 0700),
			 0); /* in the way of the new file */
	assert_int_not_equal(
		tokens_enrol(p->t, "dc", false, (struct wall_time){1000000}, second, &info),
		ERR_OK);
	assert_int_equal(tokens_identify(p->t, first).kind, PRINCIPAL_AGENT);
	assert_int_equal(tokens_identify(p->t, second).kind, PRINCIPAL_NONE);
	assert_int_not_equal(
		tokens_enrol(p->t, "new", false, (struct wall_time){1000000}, second, &info),
		ERR_OK);
	assert_int_equal(tokens_identify(p->t, second).kind, PRINCIPAL_NONE);
	rmdir(path(p, "tokens.json.new"));
}

static void damaged_digests_are_an_error(void **state)
{
	static const char *const texts[] = {"", "{",
					    "{\"tokens\":[{\"agent\":\"dc\",\"sha256\":\"12\"}]}",
					    "[]", "{\"tokens\":[{\"agent\":\"dc\"}]}"};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct tokens *t = NULL;
		struct err_info info;

		assert_int_equal(
			files_replace(path(p, "tokens.json"), slice_of(texts[i]), 0600, &info),
			ERR_OK);
		assert_int_equal(tokens_open(p->dir, &t, &info), ERR_CORRUPT);
		assert_null(t);
	}
}

static struct wall_time at(int64_t s)
{
	return (struct wall_time){s * US_PER_S};
}

static struct token_view view_of(const struct place *p, const char *agent)
{
	struct token_view v;

	for (size_t i = 0; i < tokens_count(p->t); i++) {
		if (tokens_at(p->t, i, &v) && strcmp(v.agent, agent) == 0)
			return v;
	}
	fail_msg("no key of %s", agent);
	return v;
}

static void reopen(struct place *p)
{
	struct err_info info;

	tokens_close(p->t);
	p->t = NULL;
	assert_int_equal(tokens_open(p->dir, &p->t, &info), ERR_OK);
}

/* A second reader of the folder, as a start after a power cut is. */
static void tokens_open_again_sees(const struct place *p, const char *good, const char *bad)
{
	struct err_info info;
	struct tokens *t;

	assert_int_equal(tokens_open(p->dir, &t, &info), ERR_OK);
	assert_int_equal(tokens_identify(t, good).kind, PRINCIPAL_AGENT);
	assert_int_equal(tokens_identify(t, bad).kind, PRINCIPAL_NONE);
	tokens_close(t);
}

static void a_rotation_ends_with_the_first_use_of_the_new_key(void **state)
{
	struct place *p = *state;
	char old[TOKEN_TEXT_SIZE], new[TOKEN_TEXT_SIZE];
	struct err_info info;

	assert_int_equal(tokens_enrol(p->t, "dc", true, at(1), old, &info), ERR_NOT_FOUND);
	assert_int_equal(tokens_count(p->t), 1); /* the operator's */
	assert_int_equal(tokens_enrol(p->t, "dc", false, at(1), old, &info), ERR_OK);
	assert_int_equal(tokens_enrol(p->t, "dc", true, at(50), new, &info), ERR_OK);
	reopen(p);
	for (int i = 0; i < 3; i++) /* the old one as often as it likes */
		assert_int_equal(tokens_use(p->t, old, at(100 + i)).kind, PRINCIPAL_AGENT);
	assert_int_equal(view_of(p, "dc").pending.us, at(50).us);
	assert_int_equal(view_of(p, "dc").used.us, at(102).us);
	/* Looking is not using. */
	assert_int_equal(tokens_identify(p->t, new).kind, PRINCIPAL_AGENT);
	assert_int_equal(tokens_identify(p->t, old).kind, PRINCIPAL_AGENT);
	assert_string_equal(tokens_use(p->t, new, at(200)).agent, "dc");
	assert_int_equal(tokens_use(p->t, old, at(201)).kind, PRINCIPAL_NONE);
	/* Durable at once: no close before this. */
	tokens_open_again_sees(p, new, old);
	assert_int_equal(view_of(p, "dc").pending.us, 0);
	assert_int_equal(view_of(p, "dc").enrolled.us, at(50).us);
}

static void a_revoked_key_is_void_and_known_as_such(void **state)
{
	struct place *p = *state;
	char token[TOKEN_TEXT_SIZE], pending[TOKEN_TEXT_SIZE], text[4096];
	struct err_info info;

	assert_int_equal(tokens_revoke(p->t, "dc", at(1), &info), ERR_NOT_FOUND);
	assert_int_equal(tokens_revoke(p->t, "", at(1), &info), ERR_NOT_FOUND); /* an operator */
	assert_int_equal(tokens_enrol(p->t, "dc", false, at(1), token, &info), ERR_OK);
	assert_int_equal(tokens_enrol(p->t, "dc", true, at(2), pending, &info), ERR_OK);
	assert_int_equal(tokens_revoke(p->t, "dc", at(3), &info), ERR_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tokens_use(p->t, token, at(4)).kind, PRINCIPAL_REVOKED);
		assert_int_equal(tokens_identify(p->t, token).kind, PRINCIPAL_REVOKED);
		assert_int_equal(tokens_use(p->t, pending, at(4)).kind, PRINCIPAL_NONE);
		reopen(p);
	}
	assert_int_equal(view_of(p, "dc").revoked.us, at(3).us);
	assert_int_equal(tokens_revoke(p->t, "dc", at(5), &info), ERR_NOT_FOUND);
	/* A program that knows nothing of revocation reads `sha256`: it must be no token's. */
	read_text(p, "tokens.json", text, sizeof(text));
	assert_non_null(strstr(text, "\"agent\":\"dc\",\"sha256\":\"000000000000"));
	assert_int_equal(tokens_enrol(p->t, "dc", false, at(6), pending, &info), ERR_OK);
	assert_int_equal(tokens_use(p->t, token, at(7)).kind, PRINCIPAL_NONE);
	assert_int_equal(tokens_use(p->t, pending, at(7)).kind, PRINCIPAL_AGENT);
}

static void a_revocation_that_is_not_stored_is_an_error(void **state)
{
	struct place *p = *state;
	char token[TOKEN_TEXT_SIZE];
	struct err_info info;

	assert_int_equal(tokens_enrol(p->t, "dc", false, at(1), token, &info), ERR_OK);
	assert_int_equal(mkdir(path(p, "tokens.json.new"), 0700), 0);
	assert_int_not_equal(tokens_revoke(p->t, "dc", at(2), &info), ERR_OK);
	assert_int_equal(tokens_identify(p->t, token).kind, PRINCIPAL_AGENT);
	rmdir(path(p, "tokens.json.new"));
}

static void files_of_older_versions_are_read(void **state)
{
	/* the digest of "abc" */
	static const char old[] =
		"{\"tokens\":[{\"agent\":\"dc\",\"sha256\":"
		"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}]}\n";
	struct place *p = *state;
	struct err_info info;

	assert_int_equal(files_replace(path(p, "tokens.json"), slice_of(old), 0600, &info), ERR_OK);
	tokens_close(p->t);
	p->t = NULL;
	assert_int_equal(tokens_open(p->dir, &p->t, &info), ERR_OK);
	assert_string_equal(tokens_use(p->t, "abc", at(9)).agent, "dc");
	assert_int_equal(view_of(p, "dc").enrolled.us, 0);
	assert_int_equal(view_of(p, "dc").used.us, at(9).us);
	reopen(p);
	assert_int_equal(view_of(p, "dc").used.us, at(9).us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_start_makes_an_operator, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_enrolled_agent_is_known_until_it_enrols_again,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rotation_ends_with_the_first_use_of_the_new_key,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_revoked_key_is_void_and_known_as_such, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_revocation_that_is_not_stored_is_an_error, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(files_of_older_versions_are_read, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nobody_by_accident, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_enrolment_that_is_not_stored_changes_nothing,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_digests_are_an_error, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
