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
#include "tests/support/collector_world.h"

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_serve(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	collector_world_close(w);
	free(w);
	return 0;
}

static struct collector_world_answer ask(struct collector_world *w, const char *method,
					 const char *target, const char *token, const char *body)
{
	return collector_world_ask(
		w, &(struct collector_world_ask){
			   .method = method, .target = target, .token = token, .body = body});
}

static void refused(struct collector_world_answer a, int status, const char *word)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"error\":\"%s\"", word);
	if (a.status != status || strstr(a.body, text) == NULL)
		fail_msg("%d %s instead of %d %s", a.status, a.body, status, word);
}

static void opened(struct collector_world_answer a, const char *part)
{
	if (a.status != 200 || strstr(a.body, part) == NULL)
		fail_msg("%d %s instead of 200 with %s", a.status, a.body, part);
}
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
			ask(w, "POST", "/v1/accounts", w->operator_token, told[i].body);

		refused(a, 400, "malformed");
		if (strstr(a.body, told[i].says) == NULL)
			fail_msg("%s: %s", told[i].body, a.body);
	}
	opened(ask(w, "POST", "/v1/accounts", w->operator_token,
		   "{\"login\":\"ana\",\"role\":\"desk\",\"person\":null}"),
	       "\"invitation\"");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {CASE(what_is_not_asked_for_is_said)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
