/* webhook_answer - the provider's id in an answer, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/webhook_answer.h"

static void ids_are_found(void **state)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{"{\"id\":\"m-77\"}", "m-77"},
		{" { \"x\": {\"id\": 1}, \"id\": 12345678901 } ", "12345678901"},
		{"{\"id\":\"a\\u0007\\u00f1\"}", "a???"},
		{"{\"id\":\"\"}", NULL},
		{"{\"id\":null}", NULL},
		{"{\"id\":[1]}", NULL},
		{"{\"id\":\"m\"", NULL},
		{"{\"id\":\"m\"} x", NULL},
		{"[\"id\"]", NULL},
		{"id=m", NULL},
		{"", NULL},
	};
	char id[WEBHOOK_ID_SIZE], longer[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool found = webhook_answer_id(slice_of(cases[i].body), "id", id);

		if (found != (cases[i].want != NULL) || (found && strcmp(id, cases[i].want) != 0))
			fail_msg("%s: %d '%s'", cases[i].body, found, id);
	}
	snprintf(longer, sizeof(longer), "{\"id\":\"%0300d\"}", 7);
	memset(id, 'x', sizeof(id));
	assert_false(webhook_answer_id(slice_of(longer), "id", id));
	assert_string_equal(id, ""); /* found by tests/fuzz/fuzz_webhook.c */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
