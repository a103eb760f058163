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

	assert_int_equal(tokens_enrol(p->t, "dc", first, &info), ERR_OK);
	who = tokens_identify(p->t, first);
	assert_int_equal(who.kind, PRINCIPAL_AGENT);
	assert_string_equal(who.agent, "dc");
	assert_int_equal(tokens_enrol(p->t, "dc", second, &info), ERR_OK);
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
	assert_int_equal(tokens_enrol(p->t, "", token, &info), ERR_SYNTAX);
}

static void an_enrolment_that_is_not_stored_changes_nothing(void **state)
{
	struct place *p = *state;
	char first[TOKEN_TEXT_SIZE], second[TOKEN_TEXT_SIZE];
	struct err_info info;

	assert_int_equal(tokens_enrol(p->t, "dc", first, &info), ERR_OK);
	assert_int_equal(mkdir(path(p, "tokens.json.new"), 0700),
			 0); /* in the way of the new file */
	assert_int_not_equal(tokens_enrol(p->t, "dc", second, &info), ERR_OK);
	assert_int_equal(tokens_identify(p->t, first).kind, PRINCIPAL_AGENT);
	assert_int_equal(tokens_identify(p->t, second).kind, PRINCIPAL_NONE);
	assert_int_not_equal(tokens_enrol(p->t, "new", second, &info), ERR_OK);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_start_makes_an_operator, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_enrolled_agent_is_known_until_it_enrols_again,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_by_accident, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_enrolment_that_is_not_stored_changes_nothing,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_digests_are_an_error, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
