/* api_plan - the plan, its names and dry-runs over HTTP: who may, what is not sent twice, what is refused.
 * wrap: collector_end_turn_soon
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/permission.h"
#include "collector/api_impl.h"
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

static struct collector_world_answer post(struct collector_world *w, const char *body)
{
	return collector_world_ask(w, &(struct collector_world_ask){.method = "POST",
								    .target = "/v1/plan/dry-run",
								    .token = w->operator_token,
								    .body = body});
}

static void whoever_may(void **state)
{
	static const char *const paths[] = {"/v1/plan", "/v1/plan/names"};
	struct collector_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		struct collector_world_answer a;

		a = collector_world_ask(w, &(struct collector_world_ask){.method = "GET",
									 .target = paths[i],
									 .token = w->agent_token});
		assert_int_equal(a.status, 403);
		a = collector_world_ask(
			w, &(struct collector_world_ask){.method = "GET", .target = paths[i]});
		assert_int_equal(a.status, 401);
		a = collector_world_get(w, paths[i]);
		assert_int_equal(a.status, 200);
	}
}

static void what_is_known_is_not_sent_again(void **state)
{
	static const char *const paths[] = {"/v1/plan", "/v1/plan/names"};
	struct collector_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		struct collector_world_answer a = collector_world_get(w, paths[i]);
		const char *etag = strstr(a.head, "\r\nETag: ");
		char headers[400];

		assert_non_null(etag);
		snprintf(headers, sizeof(headers), "If-None-Match: %.*s\r\n",
			 (int)strcspn(etag + 8, "\r"), etag + 8);
		a = collector_world_ask(w, &(struct collector_world_ask){.method = "GET",
									 .target = paths[i],
									 .token = w->operator_token,
									 .headers = headers});
		assert_int_equal(a.status, 304);
		assert_string_equal(a.body, "");
	}
}

static void a_refusal_is_told_and_sent_anew(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a = collector_world_get(w, "/v1/plan");
	char etag[300];

	assert_non_null(strstr(a.body, "\"refused\":null,\"on_disk\":{\"state\":\"refused\""));
	snprintf(etag, sizeof(etag), "%.*s", (int)strcspn(strstr(a.head, "ETag: ") + 6, "\r"),
		 strstr(a.head, "ETag: ") + 6);
	w->c.refusal.refused = true;
	w->c.refusal.count = 1;
	w->c.refusal.at = (struct wall_time){5 * US_PER_S};
	snprintf(w->c.refusal.text, sizeof(w->c.refusal.text), "plan.yaml:1");
	a = collector_world_get(w, "/v1/plan");
	assert_non_null(strstr(a.body, "\"refused\":{\"at\":5,\"text\":\"plan.yaml:1\"}"));
	assert_null(strstr(a.head, etag));
	assert_non_null(strstr(a.body, "\"contacts\":true"));
	assert_non_null(strstr(a.body, "mesa@example.org"));
	assert_null(strstr(a.body, "messages.jsonl")); /* where a channel writes is its own */
}

static void who_sees_contacts(void **state)
{
	struct exchange x = {.rights = RIGHT_VIEW | RIGHT_PLAN | RIGHT_CONTACTS};

	(void)state;
	assert_true(api_plan_shows_contacts(&x));
	x.rights = RIGHT_VIEW | RIGHT_PLAN;
	assert_false(api_plan_shows_contacts(&x));
	x.rights = 0;
	assert_false(api_plan_shows_contacts(&x));
}

static void dry_runs(void **state)
{
	struct collector_world *w = *state;
	uint64_t head = collector_world_head(w);
	struct collector_world_answer a = post(w, "{\"service\":\"publicacion\"}");

	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "\"service\":\"publicacion\",\"rto\":300"));
	a = post(w, "{\"service\":\"publicacion\",\"all_silent\":1}");
	assert_int_equal(a.status, 200);
	a = post(w, "{\"service\":\"publicaciom\"}");
	collector_world_says(&a, 404, "not-found",
			     "the plan has no service 'publicaciom'; did you mean 'publicacion'?");
	a = post(w, "{\"service\":\"publicacion\",\"answers\":\"mesa\"}");
	assert_int_equal(a.status, 400);
	a = post(w, "nonsense");
	assert_int_equal(a.status, 400);
	assert_int_equal(collector_world_head(w), head); /* nothing of it is journalled */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whoever_may, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_known_is_not_sent_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refusal_is_told_and_sent_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_sees_contacts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(dry_runs, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
