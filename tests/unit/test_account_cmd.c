/* account - what is asked of the collector for each command; what is secret is typed, twice where it is new; nobody's own account is changed with the operator's
 * token.
 * wrap: api_open api_open_nobody api_call ask_secret
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/commands.h"
#include "cli/person_file.h"
#include "tests/support/command.h"

static int set_up(void **state)
{
	(void)state;
	api_reset();
	return 0;
}

static int run(int (*f)(const struct options *o), const char *a, const char *b, const char *c)
{
	struct command command = {.name = "account", .run = f};
	struct options o = {.command = &command,
			    .values = {[OPTION_LANG] = "en"},
			    .args = {a, b, c},
			    .arg_count = (a != NULL ? 1u : 0u) + (b != NULL ? 1u : 0u) +
					 (c != NULL ? 1u : 0u)};

	return command_run(&o);
}

static void they_are_listed(void **state)
{
	(void)state;
	api_answers[0] = (struct api_answer){ERR_OK, "{\"accounts\":[]}", NULL};
	assert_int_equal(run(account_cmd_list, NULL, NULL, NULL), EXIT_OK);
	assert_string_equal(api_asked, "GET /v1/accounts \n");
	set_up(state);
	api_answers[0] = (struct api_answer){ERR_OK, "<html>", NULL};
	assert_int_equal(run(account_cmd_list, NULL, NULL, NULL), EXIT_NO);
	assert_string_equal(command_errors, "vigia: the answer is not a collector's\n");
}

static void one_is_added_and_changed(void **state)
{
	(void)state;
	api_answers[0] = (struct api_answer){
		ERR_OK, "{\"login\":\"ana\",\"role\":\"desk\",\"invitation\":\"k-1\"}", NULL};
	assert_int_equal(run(account_cmd_add, "ana", "role=desk", "person=mesa"), EXIT_OK);
	assert_string_equal(
		api_asked,
		"POST /v1/accounts {\"login\":\"ana\",\"role\":\"desk\",\"person\":\"mesa\"}\n");
	assert_non_null(strstr(command_out, "k-1"));
	set_up(state);
	api_answers[0] = (struct api_answer){ERR_OK, "{\"login\":\"ana\"}", NULL};
	assert_int_equal(run(account_cmd_change, "ana/../x", "state=disabled", "person="), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/accounts/ana%2F..%2Fx "
				       "{\"state\":\"disabled\",\"person\":null}\n");
	set_up(state);
	assert_int_equal(run(account_cmd_change, "ana", "disabled", NULL), EXIT_UNUSABLE);
	assert_string_equal(command_errors, "vigia: 'disabled' is not KEY=VALUE\n");
}

static void the_first_needs_the_code(void **state)
{
	(void)state;
	secrets_typed[0] = "c-1";
	secrets_typed[1] = secrets_typed[2] = "una frase larga";
	api_answers[0] = (struct api_answer){ERR_OK, "{}", NULL};
	assert_int_equal(run(account_cmd_first, "ana", NULL, NULL), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/session/first {\"login\":\"ana\",\"code\":\"c-1\","
				       "\"password\":\"una frase larga\"}\n");
}

static void what_is_ones_own_is_typed(void **state)
{
	(void)state;
	api_is_person = true;
	secrets_typed[0] = "la de ahora";
	secrets_typed[1] = secrets_typed[2] = "una frase larga";
	api_answers[0] = (struct api_answer){ERR_OK, "{}", NULL};
	assert_int_equal(run(account_cmd_password, NULL, NULL, NULL), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/account/password {\"password\":\"la de ahora\","
				       "\"new\":\"una frase larga\"}\n");
	set_up(state);
	api_is_person = true;
	secrets_typed[0] = "la de ahora";
	secrets_typed[1] = "271828";
	secrets_typed[2] = "271829";
	assert_int_equal(run(account_cmd_pin, NULL, NULL, NULL), EXIT_NO);
	assert_string_equal(command_errors,
			    "vigia: the two are not the same; nothing was changed\n");
	assert_string_equal(api_asked, "");
	set_up(state);
	assert_int_equal(run(account_cmd_pin, NULL, NULL, NULL), EXIT_NO);
	assert_non_null(strstr(command_errors, "nobody has logged in here"));
	assert_string_equal(secrets_asked, "");
}

static void codes_are_set_up_with_one_of_them(void **state)
{
	(void)state;
	api_is_person = true;
	secrets_typed[0] = "123456";
	api_answers[0] = (struct api_answer){
		ERR_OK, "{\"secret\":\"GEZDGNBV\",\"uri\":\"otpauth://totp/Vigia:ana\"}", NULL};
	api_answers[1] = (struct api_answer){ERR_OK, "{}", NULL};
	assert_int_equal(run(account_cmd_code, NULL, NULL, NULL), EXIT_OK);
	assert_string_equal(command_out, "Secret: GEZDGNBV\notpauth://totp/Vigia:ana\n"
					 "One-time codes are in force\n");
	assert_string_equal(api_asked, "POST /v1/account/totp {}\n"
				       "POST /v1/account/totp {\"code\":\"123456\"}\n");
}

/* More rights than before come under another token. */
static void a_session_that_begins_anew_is_gone_on_with(void **state)
{
	struct person_file p = {"http://127.0.0.1:7460", "", "ana", "vs_1"};
	char path[] = "/tmp/vigia-account-XXXXXX", file[64];
	struct err_info info;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(file, sizeof(file), "%s/session", path);
	setenv("VIGIA_SESSION", file, 1);
	assert_int_equal(person_file_write(&p, &info), ERR_OK);
	api_is_person = true;
	secrets_typed[0] = "123456";
	api_answers[0] = (struct api_answer){
		ERR_OK, "{\"secret\":\"GEZDGNBV\",\"uri\":\"otpauth://totp/Vigia:ana\"}", NULL};
	api_answers[1] = (struct api_answer){ERR_OK, "{\"token\":\"vs_2\"}", NULL};
	assert_int_equal(run(account_cmd_code, NULL, NULL, NULL), EXIT_OK);
	assert_int_equal(person_file_read(&p, &info), ERR_OK);
	assert_string_equal(p.token, "vs_2");
	assert_string_equal(p.login, "ana");
	assert_null(strstr(command_out, "vs_2"));
	unlink(file);
	rmdir(path);
	unsetenv("VIGIA_SESSION");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(they_are_listed, set_up),
		cmocka_unit_test_setup(one_is_added_and_changed, set_up),
		cmocka_unit_test_setup(the_first_needs_the_code, set_up),
		cmocka_unit_test_setup(what_is_ones_own_is_typed, set_up),
		cmocka_unit_test_setup(codes_are_set_up_with_one_of_them, set_up),
		cmocka_unit_test_setup(a_session_that_begins_anew_is_gone_on_with, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
