/* login, logout, whoami - what is secret is typed and sent once; the session is kept only when there is one; logging out forgets it whatever the
 * collector says.
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

static const struct command login = {.name = "login", .run = login_cmd_login},
			    logout = {.name = "logout", .run = login_cmd_logout},
			    whoami = {.name = "whoami", .run = login_cmd_whoami};
static char path[] = "/tmp/vigia-login-XXXXXX/session";
static const size_t folder_length = sizeof(path) - sizeof("/session");

static int make_folder(void **state)
{
	bool ok;

	(void)state;
	path[folder_length] = '\0';
	ok = mkdtemp(path) != NULL;
	path[folder_length] = '/';
	setenv("VIGIA_SESSION", path, 1);
	return ok ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	path[folder_length] = '\0';
	return rmdir(path);
}

static int set_up(void **state)
{
	(void)state;
	unlink(path);
	api_reset();
	return 0;
}

static enum err kept(struct person_file *p)
{
	struct err_info info;

	return person_file_read(p, &info);
}

static int run_login(const char *lang, bool invited)
{
	struct options o = {
		.command = &login,
		.values = {[OPTION_LANG] = lang, [OPTION_INVITED] = invited ? "" : NULL},
		.args = {"ana"},
		.arg_count = 1};

	return command_run(&o);
}

static void a_password_is_enough_where_no_code_is_wanted(void **state)
{
	struct person_file p;

	(void)state;
	secrets_typed[0] = "una frase larga";
	api_answers[0] = (struct api_answer){ERR_OK, "{\"token\":\"vs_1\",\"enrol\":false}", NULL};
	assert_int_equal(run_login("es", false), EXIT_OK);
	assert_string_equal(
		api_asked,
		"POST /v1/session {\"login\":\"ana\",\"password\":\"una frase larga\"}\n");
	assert_string_equal(command_out, "ana ha entrado en http://127.0.0.1:7460\n");
	assert_int_equal(kept(&p), ERR_OK);
	assert_string_equal(p.token, "vs_1");
	assert_string_equal(p.login, "ana");
	assert_string_equal(p.collector, "http://127.0.0.1:7460");
}

static void the_code_is_asked_for_when_it_is_wanted(void **state)
{
	struct person_file p;

	(void)state;
	secrets_typed[0] = "una frase larga";
	secrets_typed[1] = "123456";
	api_answers[0] = (struct api_answer){ERR_DENIED, "A code is wanted", "code-wanted"};
	api_answers[1] = (struct api_answer){ERR_OK, "{\"token\":\"vs_1\",\"enrol\":true}", NULL};
	assert_int_equal(run_login("en", false), EXIT_OK);
	assert_non_null(strstr(api_asked, "\"code\":\"123456\""));
	assert_string_equal(secrets_asked, "Password: |One-time code: |");
	assert_non_null(strstr(command_out, "Your role needs a one-time code"));
	assert_int_equal(kept(&p), ERR_OK);
}

static void an_invitation_sets_the_first_password(void **state)
{
	(void)state;
	secrets_typed[0] = "inv-1";
	secrets_typed[1] = "una frase larga";
	secrets_typed[2] = "una frase largo";
	assert_int_equal(run_login("en", true), EXIT_NO);
	assert_string_equal(command_errors,
			    "vigia: the two are not the same; nothing was changed\n");
	assert_string_equal(api_asked, "");
	set_up(state);
	secrets_typed[0] = "inv-1";
	secrets_typed[1] = secrets_typed[2] = "una frase larga";
	api_answers[0] = (struct api_answer){ERR_OK, "{\"token\":\"vs_2\"}", NULL};
	assert_int_equal(run_login("en", true), EXIT_OK);
	assert_string_equal(api_asked,
			    "POST /v1/session/invited {\"login\":\"ana\",\"password\":\"una "
			    "frase larga\",\"invitation\":\"inv-1\"}\n");
}

static void who_is_not_let_in_keeps_nothing(void **state)
{
	struct person_file p;

	(void)state;
	secrets_typed[0] = "x";
	api_answers[0] = (struct api_answer){ERR_DENIED, "Login or password are wrong", "wrong"};
	assert_int_equal(run_login("es", false), EXIT_NO);
	assert_string_equal(command_errors, "vigia: Login or password are wrong\n");
	assert_int_equal(kept(&p), ERR_NOT_FOUND);
	set_up(state);
	assert_int_equal(run_login("es", false), EXIT_UNUSABLE); /* left at the password */
	assert_string_equal(api_asked, "");
	set_up(state);
	secrets_typed[0] = "x";
	api_answers[0] = (struct api_answer){ERR_OK, "{}", NULL};
	assert_int_equal(run_login("es", false), EXIT_NO);
	assert_int_equal(kept(&p), ERR_NOT_FOUND);
}

static void logging_out_forgets_whatever_is_answered(void **state)
{
	static const struct api_answer answers[] = {{ERR_OK, "{}", NULL},
						    {ERR_DENIED, "over", "no-session"},
						    {ERR_IO, "no answer", NULL}};
	static const int codes[] = {EXIT_OK, EXIT_OK, EXIT_UNUSABLE};
	struct options o = {.command = &logout};
	struct err_info info;
	struct person_file p = {"http://127.0.0.1:7460", "", "ana", "vs_1"}, read;

	(void)state;
	assert_int_equal(command_run(&o), EXIT_NO);
	for (size_t i = 0; i < 3; i++) {
		set_up(state);
		assert_int_equal(person_file_write(&p, &info), ERR_OK);
		api_is_person = true;
		api_answers[0] = answers[i];
		assert_int_equal(command_run(&o), codes[i]);
		assert_string_equal(api_asked, "DELETE /v1/session \n");
		assert_int_equal(kept(&read), ERR_NOT_FOUND);
	}
}

static void it_tells_who_is_here(void **state)
{
	struct options o = {.command = &whoami, .values = {[OPTION_LANG] = "en"}};

	(void)state;
	assert_int_equal(command_run(&o), EXIT_NO);
	assert_non_null(strstr(command_errors, "nobody has logged in here"));
	set_up(state);
	api_is_person = true;
	api_answers[0] = (struct api_answer){
		ERR_OK,
		"{\"account\":{\"login\":\"ana\",\"role\":\"operator\",\"person\":\"mesa\"},"
		"\"rights\":[\"view\",\"report\"]}",
		NULL};
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(command_out, "ana  operator  as mesa\nrights: view report\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_password_is_enough_where_no_code_is_wanted, set_up),
		cmocka_unit_test_setup(the_code_is_asked_for_when_it_is_wanted, set_up),
		cmocka_unit_test_setup(an_invitation_sets_the_first_password, set_up),
		cmocka_unit_test_setup(who_is_not_let_in_keeps_nothing, set_up),
		cmocka_unit_test_setup(logging_out_forgets_whatever_is_answered, set_up),
		cmocka_unit_test_setup(it_tells_who_is_here, set_up),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
