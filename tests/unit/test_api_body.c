/* api_body - a small body: one error that says what and where; nothing is taken twice or unasked.
 *
 * wrap: collector_end_turn_soon
 */
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

#include "access/permission.h"
#include "tests/support/people_world.h"

/* Through the front door: POST /v1/accounts takes login, role and person. */
static void what_is_not_asked_for_is_said(void **state)
{
	static const struct {
		const char *body, *says;
	} told[] = {
		{"{\"login\":\"ana\",\"role\":\"desk\",\"rolle\":\"x\"}",
		 "there is no such member here"},
		{"{\"login\":\"ana\",\"role\":\"desk\",\"role\":\"viewer\"}",
		 "a member is given twice"},
		{"{\"login\":\"ana\"}", "'role' is missing"},
		{"", "'login' is missing"},
		{"{\"login\":7,\"role\":\"desk\"}", "Byte "},
		{"{\"login\":null,\"role\":\"desk\"}", "Byte "},
		{"[]", "Byte "},
		{"{\"login\":\"ana\",\"role\":\"desk\"} x", "Byte "},
	};
	struct collector_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(told); i++) {
		struct collector_world_answer a =
			people_ask(w, "POST", "/v1/accounts", w->operator_token, told[i].body);

		people_refused(a, 400, "malformed");
		if (strstr(a.body, told[i].says) == NULL)
			fail_msg("%s: %s", told[i].body, a.body);
	}
	people_opened(people_ask(w, "POST", "/v1/accounts", w->operator_token,
				 "{\"login\":\"ana\",\"role\":\"desk\",\"person\":null}"),
		      "\"invitation\"");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, people_set_up, people_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {CASE(what_is_not_asked_for_is_said)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
