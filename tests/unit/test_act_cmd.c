/* act_cmd - an act goes to the incident that was named, or to the only open one, under the
 * person's name; nothing is sent for nobody.
 * wrap: api_open api_call ask_secret
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/api.h"
#include "cli/commands.h"
#include "tests/support/command.h"

static const struct command ack = {.name = "ack", .run = act_cmd_run},
			    false_alarm = {.name = "false-alarm", .run = act_cmd_run};

static int set_up(void **state)
{
	(void)state;
	api_reset();
	return 0;
}

static void answer_is(size_t i, enum err e, const char *text)
{
	api_answers[i].err = e;
	api_answers[i].text = text;
}

static void an_act_needs_a_name(void **state)
{
	struct options o = {.command = &ack, .args = {"07"}, .arg_count = 1};

	(void)state;
	assert_int_equal(command_run(&o), EXIT_NO);
	assert_string_equal(command_errors, "vigia: ack needs --as PERSON (an id of the plan's "
					    "people), or log in: vigia login\n");
	assert_string_equal(command_out, "");
	assert_string_equal(api_asked, "");
}

static void an_act_goes_to_the_incident_that_is_named(void **state)
{
	static const struct {
		const char *incident, *asked;
	} cases[] = {
		{"07",
		 "POST /v1/incidents/07/ack {\"as\":\"mesa\",\"proof\":\"operator-token\"}\n"},
		{"../status?x=1", "POST /v1/incidents/..%2Fstatus%3Fx%3D1/ack "
				  "{\"as\":\"mesa\",\"proof\":\"operator-token\"}\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct options o = {.command = &ack,
				    .values[OPTION_AS] = "mesa",
				    .args = {cases[i].incident},
				    .arg_count = 1};

		set_up(state);
		answer_is(0, ERR_OK, "{\"incident\":10,\"seq\":31}");
		assert_int_equal(command_run(&o), EXIT_OK);
		assert_string_equal(api_asked, cases[i].asked);
		assert_string_equal(command_out, "incidente 10: ack asentado (entrada 31)\n");
		assert_string_equal(command_errors, "");
	}
}

static void all_that_was_said_is_sent(void **state)
{
	struct options o = {.command = &false_alarm,
			    .values = {[OPTION_AS] = "mesa",
				       [OPTION_RECORDED_BY] = "utsi",
				       [OPTION_PROOF] = "voice",
				       [OPTION_NOTE] = "dijo \"ya\"\nñ",
				       [OPTION_LANG] = "en"},
			    .args = {"10"},
			    .arg_count = 1};

	(void)state;
	answer_is(0, ERR_OK, "{\"incident\":10,\"seq\":31}");
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/incidents/10/false-alarm {\"as\":\"mesa\","
				       "\"recorded_by\":\"utsi\",\"note\":\"dijo \\\"ya\\\"\\nñ\","
				       "\"proof\":\"voice\"}\n");
	assert_string_equal(command_out, "incident 10: false-alarm recorded (entry 31)\n");
}

static void the_answer_as_it_came(void **state)
{
	struct options o = {.command = &ack,
			    .values = {[OPTION_AS] = "mesa", [OPTION_JSON] = ""},
			    .args = {"10"},
			    .arg_count = 1};

	(void)state;
	answer_is(0, ERR_OK, "{\"incident\":10,\"seq\":31}");
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(command_out, "{\"incident\":10,\"seq\":31}\n");
}

static void without_a_number_it_is_the_only_open_one(void **state)
{
	struct options o = {.command = &ack, .values[OPTION_AS] = "mesa"};

	(void)state;
	answer_is(0, ERR_OK,
		  "{\"incidents\":[{\"id\":3,\"folio\":\"01\",\"state\":\"closed\"},"
		  "{\"id\":10,\"folio\":\"02\",\"state\":\"confirmed\"}]}");
	answer_is(1, ERR_OK, "{\"incident\":10,\"seq\":31}");
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(api_asked, "GET /v1/incidents \nPOST /v1/incidents/10/ack "
				       "{\"as\":\"mesa\",\"proof\":\"operator-token\"}\n");
}

static void it_is_not_guessed_which(void **state)
{
	static const struct {
		enum err err;
		const char *text, *said;
		int code;
	} cases[] = {
		{ERR_OK, "{\"incidents\":[]}",
		 "vigia: no incident is open; name one (vigia incidents --all)\n", EXIT_NO},
		{ERR_OK,
		 "{\"incidents\":[{\"id\":3,\"folio\":\"01\",\"state\":\"confirmed\"},"
		 "{\"id\":10,\"folio\":\"02\",\"state\":\"declared\"}]}",
		 "vigia: 2 incidents are open, name one: 01 02\n", EXIT_NO},
		{ERR_OK, "<html>", "vigia: the answer is not a collector's\n", EXIT_UNUSABLE},
		{ERR_IO, "no answer", "vigia: no answer\n", EXIT_UNUSABLE},
	};
	struct options o = {.command = &ack, .values[OPTION_AS] = "mesa"};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		set_up(state);
		answer_is(0, cases[i].err, cases[i].text);
		assert_int_equal(command_run(&o), cases[i].code);
		assert_string_equal(command_errors, cases[i].said);
		assert_string_equal(api_asked, "GET /v1/incidents \n");
		assert_string_equal(command_out, "");
	}
}

static void what_is_refused_is_told(void **state)
{
	static const struct {
		enum err err;
		int code;
	} cases[] = {
		{ERR_WRONG_STATE, EXIT_NO}, {ERR_DENIED, EXIT_NO}, {ERR_NOT_FOUND, EXIT_NO},
		{ERR_SYNTAX, EXIT_NO},      {ERR_BUSY, EXIT_NO},   {ERR_IO, EXIT_UNUSABLE},
	};
	struct options o = {
		.command = &ack, .values[OPTION_AS] = "mesa", .args = {"07"}, .arg_count = 1};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		set_up(state);
		answer_is(0, cases[i].err, "level 1 has not authorised it");
		assert_int_equal(command_run(&o), cases[i].code);
		assert_string_equal(command_errors, "vigia: level 1 has not authorised it\n");
		assert_string_equal(command_out, "");
	}
}

static void without_a_token_nothing_is_asked(void **state)
{
	struct options o = {.command = &ack, .values[OPTION_AS] = "mesa"};

	(void)state;
	api_open_fails = ERR_DENIED;
	assert_int_equal(command_run(&o), EXIT_NO);
	assert_string_equal(command_errors, "vigia: no token\n");
	assert_string_equal(api_asked, "");
}

/* Who has logged in needs no name; another is named when something is written down for them. */
static void who_has_logged_in_acts_as_themselves(void **state)
{
	struct options o = {.command = &ack, .args = {"07"}, .arg_count = 1};

	(void)state;
	api_is_person = true;
	answer_is(0, ERR_OK, "{\"incident\":7,\"seq\":31}");
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/incidents/07/ack {}\n");
	set_up(state);
	api_is_person = true;
	o.values[OPTION_AS] = "elsa";
	o.values[OPTION_PROOF] = "voice";
	answer_is(0, ERR_OK, "{\"incident\":7,\"seq\":31}");
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(api_asked,
			    "POST /v1/incidents/07/ack {\"as\":\"elsa\",\"proof\":\"voice\"}\n");
	assert_string_equal(secrets_asked, "");
}

static void the_pin_is_asked_for_when_it_is_wanted(void **state)
{
	struct options o = {.command = &false_alarm,
			    .values = {[OPTION_NOTE] = "x", [OPTION_LANG] = "en"},
			    .args = {"07"},
			    .arg_count = 1};

	(void)state;
	api_is_person = true;
	api_answers[0] = (struct api_answer){ERR_DENIED, "This needs your PIN", "pin-wanted"};
	api_answers[1] = (struct api_answer){ERR_DENIED, "The PIN is wrong", "pin-wrong"};
	answer_is(2, ERR_OK, "{\"incident\":7,\"seq\":31}");
	secrets_typed[0] = "111222";
	secrets_typed[1] = "271828";
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(
		api_asked,
		"POST /v1/incidents/07/false-alarm {\"note\":\"x\"}\n"
		"POST /v1/incidents/07/false-alarm {\"note\":\"x\",\"pin\":\"111222\"}\n"
		"POST /v1/incidents/07/false-alarm {\"note\":\"x\",\"pin\":\"271828\"}\n");
	assert_string_equal(secrets_asked, "Your PIN: |Your PIN: |");
	assert_string_equal(command_errors, "vigia: The PIN is wrong\n");
	/* Left: nothing more is sent. */
	set_up(state);
	api_is_person = true;
	api_answers[0] = (struct api_answer){ERR_DENIED, "This needs your PIN", "pin-wanted"};
	assert_int_equal(command_run(&o), EXIT_UNUSABLE);
	assert_string_equal(command_errors, "vigia: left; nothing was sent\n");
	assert_int_equal(api_answered, 1);
}

static void a_note_has_an_end(void **state)
{
	static char note[70000];
	struct options o = {.command = &ack,
			    .values = {[OPTION_AS] = "mesa", [OPTION_NOTE] = note},
			    .args = {"07"},
			    .arg_count = 1};

	(void)state;
	memset(note, 'n', sizeof(note) - 1);
	assert_int_equal(command_run(&o), EXIT_NO);
	assert_string_equal(command_errors, "vigia: the note is too long\n");
	assert_string_equal(api_asked, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_act_needs_a_name, set_up),
		cmocka_unit_test_setup(an_act_goes_to_the_incident_that_is_named, set_up),
		cmocka_unit_test_setup(all_that_was_said_is_sent, set_up),
		cmocka_unit_test_setup(the_answer_as_it_came, set_up),
		cmocka_unit_test_setup(without_a_number_it_is_the_only_open_one, set_up),
		cmocka_unit_test_setup(it_is_not_guessed_which, set_up),
		cmocka_unit_test_setup(what_is_refused_is_told, set_up),
		cmocka_unit_test_setup(without_a_token_nothing_is_asked, set_up),
		cmocka_unit_test_setup(who_has_logged_in_acts_as_themselves, set_up),
		cmocka_unit_test_setup(the_pin_is_asked_for_when_it_is_wanted, set_up),
		cmocka_unit_test_setup(a_note_has_an_end, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
