/* grafana - in whose name the collector is asked, how often, and what becomes of its refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/grafana.h"
#include "tests/support/board_parts.h"

#define BEARER "Authorization: Bearer " FAKE_COLLECTOR_SESSION "\r\n"
#define RANGE "\"range\":{\"from\":\"2026-06-07T13:00:00Z\",\"to\":\"2026-06-07T14:00:00Z\"}"

static struct board_parts b;
static struct grafana *grafana;

static void handle(void *user, struct http_request *r)
{
	(void)user;
	grafana_answer(grafana, r);
}

static int set_up(void **state)
{
	(void)state;
	board_parts_start(&b, handle, NULL);
	grafana = grafana_new(&(struct grafana_options){
		.upstream = b.upstream, .headers = BOARD_PARTS_HEADERS, .outstanding_max = 4});
	return 0;
}

static void free_grafana(void *user)
{
	grafana_free(user);
}

static int tear_down(void **state)
{
	(void)state;
	return board_parts_stop(&b, free_grafana, grafana);
}

static int post(const char *path, const char *headers, const char *body, const char *says)
{
	return board_parts_ask(&b, "POST", path, headers, body, says);
}

static void only_its_own_paths(void **state)
{
	(void)state;
	assert_true(grafana_is_path("/grafana") && grafana_is_path("/grafana/") &&
		    grafana_is_path("/grafana/query"));
	assert_false(grafana_is_path("/grafanax") || grafana_is_path("/") ||
		     grafana_is_path("/api/query"));
	assert_int_equal(board_parts_ask(&b, "GET", "/grafana/", "", "", "ok\n"), 200);
	assert_int_equal(board_parts_ask(&b, "GET", "/grafana/query", BEARER, "", "not-found"),
			 404);
	assert_int_equal(post("/grafana/nothing", BEARER, "{}", "not-found"), 404);
	assert_int_equal(post("/grafana/metric-payload-options", BEARER, "{}", "[]"), 200);
}

static void the_token_of_the_account_goes_on_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(post("/grafana/query", "", "{}", "no-session"), 401);
	assert_int_equal(post("/grafana/query", "Cookie: vigia=" FAKE_COLLECTOR_SESSION "\r\n",
			      "{}", "no-session"),
			 401);
	assert_int_equal(post("/grafana/query",
			      "Authorization: Bearer " FAKE_COLLECTOR_TOKEN "\r\n", "{}",
			      "no-session"),
			 401);
	assert_int_equal(b.collector.statuses + b.collector.others, 0);
	b.collector.status = "{\"services\":[{\"id\":\"prep\"}],\"components\":[]}";
	assert_int_equal(
		post("/grafana/metrics", BEARER, "{\"metric\":\"prep\"}", "service prep state"),
		200);
	assert_string_equal(b.collector.last_token, "Bearer " FAKE_COLLECTOR_SESSION);
	assert_int_equal(post("/grafana/search", BEARER, "{\"target\":\"nada\"}", "[]"), 200);
	assert_int_equal(post("/grafana/variable", BEARER,
			      "{\"payload\":{\"target\":\"services\"}}", "\"__value\":\"prep\""),
			 200);
	assert_int_equal(post("/grafana/variable", BEARER, "{\"payload\":{\"target\":\"people\"}}",
			      "A variable lists"),
			 400);
}

static void a_panel_asks_the_status_once(void **state)
{
	(void)state;
	b.collector.status =
		"{\"now\":5,\"services\":[{\"id\":\"prep\",\"state\":\"ok\",\"rto\":60}]}";
	b.collector.other =
		"{\"start\":10,\"step\":5,\"names\":[\"state\",\"rtt\"],\"rows\":[[0,0.5]]}";
	assert_int_equal(
		post("/grafana/query", BEARER,
		     "{" RANGE ",\"targets\":[{\"refId\":\"A\",\"target\":\"service prep "
		     "state\"},{\"refId\":\"B\","
		     "\"target\":\"check dc/fw:ping rtt "
		     "dc\"},{\"refId\":\"C\",\"target\":\"service prep rto_left\"}]}",
		     "[{\"target\":\"service prep "
		     "state\",\"refId\":\"A\",\"datapoints\":[[0,5000]]},{\"target\":\"check "
		     "dc/fw:ping rtt "
		     "dc\",\"refId\":\"B\",\"datapoints\":[[0.5,10000]]},{\"target\":\"service "
		     "prep "
		     "rto_left\",\"refId\":\"C\",\"datapoints\":[[60,5000]]}]"),
		200);
	assert_int_equal(b.collector.statuses, 1);
	assert_int_equal(b.collector.others, 1);
	assert_string_equal(b.collector.last_path, "/v1/series");
	assert_string_equal(b.collector.last_query, "dc/fw:ping");
	assert_int_equal(post("/grafana/query", BEARER, "{\"targets\":[{\"target\":\"services\"}]}",
			      "range: from"),
			 400);
	assert_int_equal(post("/grafana/query", BEARER, "{" RANGE ",\"targets\":[]}", "\r\n\r\n[]"),
			 200);
	b.collector.other = "{\"incidents\":[]}";
	assert_int_equal(post("/grafana/annotations", BEARER,
			      "{" RANGE ",\"annotation\":{\"name\":\"x\"}}", "[]"),
			 200);
	assert_string_equal(b.collector.last_path, "/v1/incidents");
}

static void refusals_are_passed_on(void **state)
{
	static const char query[] = "{" RANGE ",\"targets\":[{\"target\":\"check a:b rtt dc\"}]}";

	(void)state;
	b.collector.code =
		404; /* nothing was ever drawn for it: an empty line, not a broken panel */
	assert_int_equal(post("/grafana/query", BEARER, query, "\"datapoints\":[]"), 200);
	b.collector.code = 403;
	assert_int_equal(post("/grafana/query", BEARER, query, "not-yours"), 403);
	b.collector.code = 401;
	assert_int_equal(post("/grafana/query", BEARER, query, "no-session"), 401);
	b.collector.code = 500;
	assert_int_equal(post("/grafana/query", BEARER, query, "collector-lost"), 502);
	b.collector.code = 200;
	b.collector.other = "nonsense";
	assert_int_equal(post("/grafana/query", BEARER, query, "makes no sense"), 502);
}

#define SERVED(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(only_its_own_paths),
		SERVED(the_token_of_the_account_goes_on_and_nothing_else),
		SERVED(a_panel_asks_the_status_once), SERVED(refusals_are_passed_on)};

	return cmocka_run_group_tests_name("grafana", tests, NULL, NULL);
}
