/* api_agents - an agent posts its own results and gets its own checks, nobody else's.
 * wrap: collector_end_turn_soon journal_commit series_add series_stats
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/api_impl.h"
#include "tests/support/collector_world.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"
#include "wire/result.h"

static bool disk_is_full;
static unsigned drawn;
static uint64_t pending_rows;

enum err __real_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info)
{
	return disk_is_full ? err_fail(info, ERR_NO_SPACE, "the disk is full")
			    : __real_journal_commit(j, info);
}

void __wrap_series_add(struct series *s, const struct sample *sample, struct series_ref ref);
void __wrap_series_add(struct series *s, const struct sample *sample, struct series_ref ref)
{
	(void)s;
	(void)sample;
	(void)ref;
	drawn++;
}

struct series_stats __wrap_series_stats(const struct series *s);
struct series_stats __wrap_series_stats(const struct series *s)
{
	(void)s;
	return (struct series_stats){.pending_rows = pending_rows};
}

static int set_up(void **state)
{
	static int nothing;
	struct collector_world *w = calloc(1, sizeof(*w));

	disk_is_full = false;
	drawn = 0;
	pending_rows = 0;
	collector_world_open(w);
	collector_world_serve(w);
	w->c.series = (struct series *)(void *)&nothing; /* never looked into: series_add is ours */
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	collector_world_close(*state);
	free(*state);
	return 0;
}

static struct collector_world_answer get(struct collector_world *w, const char *target,
					 const char *token, const char *headers)
{
	return collector_world_ask(
		w, &(struct collector_world_ask){
			   .method = "GET", .target = target, .token = token, .headers = headers});
}

static struct collector_world_answer post(struct collector_world *w, const char *target,
					  const char *token, const char *body)
{
	return collector_world_ask(
		w, &(struct collector_world_ask){
			   .method = "POST", .target = target, .token = token, .body = body});
}

/* One result of web:http that went wrong this moment. */
static const char *batch(struct collector_world *w, const char *agent)
{
	static char text[512];
	double now = (double)clock_now(&w->c.clock).us / 1e6;

	snprintf(text, sizeof(text),
		 "{\"agent\":\"%s\",\"boot\":\"b1\",\"now\":%.6f,\"results\":[{\"seq\":1,\"check\":"
		 "\"web:http\",\"t\":%.6f,\"outcome\":\"connect-refused\",\"values\":{}}]}",
		 agent, now, now - 0.1);
	return text;
}

/* While more rows wait than the disk takes an agent waits for its answer; what it sent is judged all the same. */
static void a_flood_is_slowed_down(void **state)
{
	struct collector_world *w = *state;
	const char *body = batch(w, "dc");
	struct http_raw peer;
	char text[1024];

	pending_rows = SERIES_PENDING_MAX + 1;
	http_raw_open(&peer, collector_world_loop(w), collector_world_port(w));
	snprintf(text, sizeof(text),
		 "POST /v1/results HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
		 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		 w->agent_token, strlen(body), body);
	http_raw_puts(&peer, text);
	while (w->c.api->held_count == 0)
		loop_turn(collector_world_loop(w));
	while (collector_world_count(w, "check.suspect") == 0)
		loop_turn(collector_world_loop(w));
	api_agents_release(w->c.api, false);
	assert_int_equal(w->c.api->held_count, 1);
	assert_false(http_raw_is_cut(&peer));
	assert_int_equal(peer.in.len, 0);
	pending_rows = 0;
	api_agents_release(w->c.api, false);
	assert_int_equal(w->c.api->held_count, 0);
	assert_true(http_raw_await(&peer, "\"received\":1", 1));
	http_raw_close(&peer);
}

/* --- results ---------------------------------------------------------------------------------- */

static void results_are_answered_after_their_commit(void **state)
{
	struct collector_world *w = *state;
	unsigned commits = w->commits;
	struct collector_world_answer a = post(w, "/v1/results", w->agent_token, batch(w, "dc"));
	struct wire_answer answer;
	struct err_info info;

	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.head, "\r\nContent-Type: application/json\r\n"));
	assert_int_equal(answer_decode(slice_of(a.body), &answer, &info), ERR_OK);
	assert_int_equal(answer.received, 1);
	assert_string_equal(answer.start, w->c.start_id);
	assert_string_equal(answer.plan, view_plan(core_engine(w->c.core))->hash);
	assert_int_equal(drawn, 1);
	assert_int_equal(collector_world_count(w, "check.suspect"), 1);
	assert_int_equal(w->commits, commits + 1);
	assert_false(journal_is_dirty(core_journal(w->c.core)));
}

static void what_changes_nothing_needs_no_commit(void **state)
{
	struct collector_world *w = *state;
	char text[512];
	unsigned commits;

	snprintf(text, sizeof(text), "%s", batch(w, "dc"));
	assert_int_equal(post(w, "/v1/results", w->agent_token, text).status, 200);
	commits = w->commits;
	assert_int_equal(post(w, "/v1/results", w->agent_token, text).status, 200);
	assert_int_equal(w->commits, commits);
	assert_int_equal(drawn, 1);
}

static void results_of_others_are_refused(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	a = post(w, "/v1/results", w->operator_token, batch(w, "dc"));
	collector_world_says(&a, 403, "not-yours", "Results are posted with an agent's token");
	a = post(w, "/v1/results", w->agent_token, batch(w, "lejos"));
	assert_int_equal(a.status, 403);
	assert_non_null(strstr(a.body, "\"error\":\"not-yours\""));
	a = post(w, "/v1/results", NULL, batch(w, "dc"));
	assert_int_equal(a.status, 401);
	a = post(w, "/v1/results", w->agent_token, "{\"agent\":\"dc\"");
	assert_int_equal(a.status, 400);
	assert_non_null(strstr(a.body, "\"error\":\"malformed\""));
	a = get(w, "/v1/results", w->agent_token, NULL);
	collector_world_says(&a, 405, "method", "This method is not for this path");
	assert_int_equal(drawn, 0);
	assert_int_equal(collector_world_count(w, "check.suspect"), 0);
}

static void without_a_journal_results_stay_with_the_agent(void **state)
{
	static const char later[] = "The journal cannot be written now; keep it and try again";
	struct collector_world *w = *state;
	struct collector_world_answer a;
	char text[512];

	snprintf(text, sizeof(text), "%s", batch(w, "dc"));
	disk_is_full = true;
	a = post(w, "/v1/results", w->agent_token, text);
	collector_world_says(&a, 503, "not-journalled", later);
	a = post(w, "/v1/results", w->agent_token, text);
	collector_world_says(&a, 503, "not-journalled", later);
	assert_int_equal(drawn, 1); /* the second was not even looked at */
	disk_is_full = false;
	collector_world_commit(w);
	assert_int_equal(post(w, "/v1/results", w->agent_token, text).status, 200);
	assert_int_equal(collector_world_count(w, "check.suspect"), 1);
}

/* --- checks ----------------------------------------------------------------------------------- */

static void an_agent_gets_its_checks(void **state)
{
	struct collector_world *w = *state;
	const char *hash = view_plan(core_engine(w->c.core))->hash;
	struct collector_world_answer a = get(w, "/v1/agents/dc/checks", w->agent_token, NULL);
	char etag[128], want[1024];

	assert_int_equal(a.status, 200);
	snprintf(etag, sizeof(etag), "\r\nETag: \"%s\"\r\n", hash);
	assert_non_null(strstr(a.head, etag));
	snprintf(want, sizeof(want),
		 "{\"plan\":\"%s\",\"agent\":\"dc\",\"checks\":["
		 "{\"id\":\"web:http\",\"type\":\"http\",\"interval\":5,\"retry_interval\":5,"
		 "\"timeout\":5,\"warning\":\"total > 500ms\",\"critical\":\"total > 2s\","
		 "\"params\":{\"url\":\"http://127.0.0.1:9/\"}},"
		 "{\"id\":\"net:ping\",\"type\":\"icmp\",\"interval\":5,\"retry_interval\":5,"
		 "\"timeout\":5,\"warning\":\"\",\"critical\":\"\","
		 "\"params\":{\"address\":\"127.0.0.1\"}}]}",
		 hash);
	assert_string_equal(a.body, want);
}

static void checks_that_the_agent_has_are_not_sent_again(void **state)
{
	struct collector_world *w = *state;
	const char *hash = view_plan(core_engine(w->c.core))->hash;
	struct collector_world_answer a;
	char header[160];

	snprintf(header, sizeof(header), "If-None-Match: \"%s\"\r\n", hash);
	a = get(w, "/v1/agents/dc/checks", w->agent_token, header);
	assert_int_equal(a.status, 304);
	assert_string_equal(a.body, "");
	assert_non_null(strstr(a.head, hash));
	a = get(w, "/v1/agents/dc/checks", w->agent_token, "If-None-Match: \"older\"\r\n");
	assert_int_equal(a.status, 200);
}

static void checks_of_others_are_not_told(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	a = get(w, "/v1/agents/lejos/checks", w->agent_token, NULL);
	collector_world_says(&a, 403, "not-yours", "This token is that of another agent");
	/* Nor whether there is such an agent. */
	a = get(w, "/v1/agents/nadie/checks", w->agent_token, NULL);
	collector_world_says(&a, 403, "not-yours", "This token is that of another agent");
	a = get(w, "/v1/agents/dc/checks", NULL, NULL);
	assert_int_equal(a.status, 401);
	a = get(w, "/v1/agents/nadie/checks", w->operator_token, NULL);
	collector_world_says(&a, 404, "not-found", "There is no such agent in the plan in force");
	a = get(w, "/v1/agents/lejos/checks", w->operator_token, NULL);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "\"checks\":[{\"id\":\"other:http\","));
	assert_null(strstr(a.body, "web:http"));
}

#define SERVED(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(a_flood_is_slowed_down),
		SERVED(results_are_answered_after_their_commit),
		SERVED(what_changes_nothing_needs_no_commit),
		SERVED(results_of_others_are_refused),
		SERVED(without_a_journal_results_stay_with_the_agent),
		SERVED(an_agent_gets_its_checks),
		SERVED(checks_that_the_agent_has_are_not_sent_again),
		SERVED(checks_of_others_are_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
