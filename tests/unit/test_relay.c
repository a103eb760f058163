/* relay - how the collector's answer becomes the board's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_server.h"
#include "dashboard/relay.h"
#include "dashboard/upstream.h"
#include "tests/support/board_parts.h"
#include "tests/support/probe_once.h"

static struct board_parts b;
static struct upstream_reply reply;
static enum relay_asker asker;

static void handle(void *user, struct http_request *r)
{
	(void)user;
	relay_answer(r, BOARD_PARTS_HEADERS, &reply, asker);
}

static int set_up(void **state)
{
	(void)state;
	board_parts_start(&b, handle, NULL);
	asker = RELAY_PERSON;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return board_parts_stop(&b, NULL, NULL);
}

static int ask(struct upstream_reply what, const char *text)
{
	reply = what;
	return board_parts_ask(&b, "GET", "/", "", "", text);
}

static void a_browser_is_told_only_types_that_it_does_not_run(void **state)
{
	static const char *const types[][2] = {
		{"application/json", "application/json"},
		{"text/csv; charset=utf-8", "text/csv"},
		{"TEXT/PLAIN", "text/plain"},
		{"text/html", "application/octet-stream"},
		{"text/javascript", "application/octet-stream"},
		{"application/json-x", "application/octet-stream"},
		{"", "application/octet-stream"},
	};
	char line[128];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		assert_int_equal(ask((struct upstream_reply){.status = 200,
							     .body = SLICE_LIT("the body"),
							     .content_type = types[i][0],
							     .error = ""},
				     "the body"),
				 200);
		snprintf(line, sizeof(line), "Content-Type: %s\r\n", types[i][1]);
		if (!board_parts_said(&b, line))
			fail_msg("%s: %s", types[i][0], buf_cstr(&b.p.in));
	}
}

static void whose_refusal_it_is(void **state)
{
	const struct upstream_reply none = {.status = 401,
					    .body = SLICE_LIT("{\"error\":\"no-token\"}"),
					    .content_type = "application/json",
					    .error = "our token"};
	const struct upstream_reply not_ours = {.status = 403,
						.body = SLICE_LIT("{\"error\":\"not-yours\"}"),
						.content_type = "application/json",
						.error = "our token"};

	(void)state;
	assert_int_equal(ask(not_ours, "not-yours"), 403);
	asker = RELAY_OWN;
	assert_int_equal(ask(none, "our token"), 502);
	assert_int_equal(ask(not_ours, "our token"), 502);
	assert_true(board_parts_said(&b, "collector-lost"));
	assert_int_equal(ask((struct upstream_reply){.status = 0,
						     .content_type = "",
						     .error = "no answer came"},
			     "no answer came"),
			 502);
	assert_int_equal(
		ask((struct upstream_reply){.status = 101, .content_type = "", .error = "odd"},
		    "odd"),
		502);
}

static void a_word_is_found(void **state)
{
	(void)state;
	assert_true(relay_is_error(SLICE_LIT("{\"text\":\"x\",\"error\":\"no-session\"}"),
				   "no-session"));
	assert_false(relay_is_error(SLICE_LIT("{\"text\":\"no-session\"}"), "no-session"));
	assert_false(relay_is_error(SLICE_LIT("{\"error\":\"no-session\""), "no-session"));
	assert_false(relay_is_error(SLICE_LIT(""), "no-session"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_browser_is_told_only_types_that_it_does_not_run,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(whose_refusal_it_is, set_up, tear_down),
		cmocka_unit_test(a_word_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
