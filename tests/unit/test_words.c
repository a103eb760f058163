/* words - every state and entry that the programs can write has a word in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cli/words.h"
#include "engine/event.h"
#include "engine/states.h"

static void has_both(const char *word)
{
	assert_true(strlen(words_of(word, true)) > 0);
	if (strcmp(words_of(word, false), word) == 0)
		fail_msg("'%s' has no word for people", word);
}

static void every_state_has_its_words(void **state)
{
	(void)state;
	for (int i = 0; i < CHECK_STATE_COUNT; i++)
		has_both(check_state_word((enum check_state)i));
	for (int i = 0; i < COMPONENT_STATE_COUNT; i++)
		has_both(component_state_word((enum component_state)i));
	for (int i = 0; i < SERVICE_STATE_COUNT; i++)
		has_both(service_state_word((enum service_state)i));
	for (int i = 0; i < INCIDENT_STATE_COUNT; i++)
		has_both(incident_state_word((enum incident_state)i));
	for (int i = 0; i < CALL_STATE_COUNT; i++)
		has_both(call_state_word((enum call_state)i));
	for (int i = 0; i < CALL_KIND_COUNT; i++)
		has_both(call_kind_word((enum call_kind)i));
	for (int i = 0; i < EVENT_KIND_COUNT; i++)
		has_both(event_kind_word((enum event_kind)i));
}

static void unknown_words_come_back(void **state)
{
	(void)state;
	assert_string_equal(words_of("something-new", false), "something-new");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_its_words),
		cmocka_unit_test(unknown_words_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
