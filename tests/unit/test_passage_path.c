/* passage_path - which paths pass, in which form they do, and what never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard/passage_path.h"

static void a_path_passes_in_one_form(void **state)
{
	static const struct {
		const char *path, *query;
		enum passage_trouble trouble;
		const char *out;
	} cases[] = {
		{"/api/v1/incidents", "", PASSAGE_FINE, "/v1/incidents"},
		{"/api/v1/incidents/7/declare", "", PASSAGE_FINE, "/v1/incidents/7/declare"},
		{"/api/v1/incidents", "all=1", PASSAGE_FINE, "/v1/incidents?all=1"},
		{"/api/v1/checks/dc%2Ffw-a%3aping", "", PASSAGE_FINE,
		 "/v1/checks/dc%2Ffw-a%3Aping"},
		{"/api/v1/%69ncidents", "", PASSAGE_FINE, "/v1/incidents"},
		{"/api/v1/a%20b/%C3%B1", "q=%C3%B1+a", PASSAGE_FINE, "/v1/a%20b/%C3%B1?q=%C3%B1+a"},
		{"/api/v1/a%3Fb%23c", "", PASSAGE_FINE, "/v1/a%3Fb%23c"},
		{"/api/v1/a%252e%252e", "", PASSAGE_FINE, "/v1/a%252e%252e"}, /* decoded once */
		{"/api/v1/", "", PASSAGE_MALFORMED, ""},
		{"/api/v1", "", PASSAGE_MALFORMED, ""},
		{"/api/v2/incidents", "", PASSAGE_MALFORMED, ""},
		{"/v1/incidents", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents/", "", PASSAGE_MALFORMED, ""},
		{"/api/v1//incidents", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents/../agents", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents/%2e%2e/agents", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents/%2E", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%2f..%2fagents", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/..%2fagents", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%2f", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%2f%2fy", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%5cy", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%00", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%0d%0aHost:%20y", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%7f", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%4", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/x%zz", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/%ff", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/%c0%ae%c0%ae/agents", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/a/b/c/d/e/f", "", PASSAGE_FINE, "/v1/a/b/c/d/e/f"},
		{"/api/v1/a/b/c/d/e/f/g", "", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a=%0d", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a=%00", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a=%7F", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a=%", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a b", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a=\"", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a#b", PASSAGE_MALFORMED, ""},
		{"/api/v1/incidents", "a=\xc3\xb1", PASSAGE_MALFORMED, ""},
		{"/api/v1/agents", "", PASSAGE_CLOSED, ""},
		{"/api/v1/%61gents/dc/enrol", "", PASSAGE_CLOSED, ""},
		{"/api/v1/results", "", PASSAGE_CLOSED, ""},
		{"/api/v1/stream", "after=1", PASSAGE_CLOSED, ""},
		{"/api/v1/links/x", "", PASSAGE_CLOSED, ""},
		{"/api/v1/session", "", PASSAGE_CLOSED, ""},
		{"/api/v1/session/first", "", PASSAGE_CLOSED, ""},
		{"/api/v1/sessions", "", PASSAGE_FINE, "/v1/sessions"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;

		buf_init(&out, 8192);
		if (passage_path_put(cases[i].path, cases[i].query, &out) != cases[i].trouble)
			fail_msg("%s?%s", cases[i].path, cases[i].query);
		assert_string_equal(buf_cstr(&out), cases[i].out);
		buf_release(&out);
	}
}

static void what_is_too_long_does_not_pass(void **state)
{
	char path[4096] = "/api/v1/", query[PASSAGE_QUERY_MAX + 2];
	struct buf out;

	(void)state;
	buf_init(&out, 8192);
	memset(path + 8, 'a', PASSAGE_SEGMENT_MAX);
	assert_int_equal(passage_path_put(path, "", &out), PASSAGE_FINE);
	path[8 + PASSAGE_SEGMENT_MAX] = 'a';
	assert_int_equal(passage_path_put(path, "", &out), PASSAGE_MALFORMED);
	memset(path + 8, 'a', sizeof(path) - 9);
	assert_int_equal(passage_path_put(path, "", &out), PASSAGE_MALFORMED);
	memset(query, 'a', sizeof(query));
	query[PASSAGE_QUERY_MAX] = '\0';
	assert_int_equal(passage_path_put("/api/v1/x", query, &out), PASSAGE_FINE);
	query[PASSAGE_QUERY_MAX] = 'a';
	query[PASSAGE_QUERY_MAX + 1] = '\0';
	assert_int_equal(passage_path_put("/api/v1/x", query, &out), PASSAGE_MALFORMED);
	buf_release(&out);
}

static void what_is_open_is_what_the_wall_shows(void **state)
{
	(void)state;
	assert_true(passage_path_is_open("/v1/incidents/7"));
	assert_true(passage_path_is_open("/v1/incidents?all=1"));
	assert_true(passage_path_is_open("/v1/series?check=a"));
	assert_false(passage_path_is_open("/v1/incidentsx"));
	assert_false(passage_path_is_open("/v1/events"));
	assert_false(passage_path_is_open("/v1/accounts"));
	assert_false(passage_path_is_open("/v1/plan"));
	assert_true(passage_path_is_own_account("/v1/account/totp"));
	assert_false(passage_path_is_own_account("/v1/accounts"));
	assert_false(passage_path_is_own_account("/v1/accounts/ana"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_passes_in_one_form),
		cmocka_unit_test(what_is_too_long_does_not_pass),
		cmocka_unit_test(what_is_open_is_what_the_wall_shows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
