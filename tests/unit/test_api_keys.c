/* api_keys - a token made anew voids the one before, a rotated one leaves it good until the new one is used; a revoked one is
 * told so; the list shows no secret.
 * wrap: collector_end_turn_soon series_add
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/collector_world.h"

void __wrap_series_add(struct series *s, const struct sample *sample, struct series_ref ref);
void __wrap_series_add(struct series *s, const struct sample *sample, struct series_ref ref)
{
	(void)s;
	(void)sample;
	(void)ref;
}

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

static void take_token(const struct collector_world_answer *a, const char *agent,
		       char ret[TOKEN_TEXT_SIZE])
{
	char want[64];

	snprintf(want, sizeof(want), "{\"agent\":\"%s\",\"token\":\"", agent);
	assert_int_equal(a->status, 200);
	assert_memory_equal(a->body, want, strlen(want));
	snprintf(ret, TOKEN_TEXT_SIZE, "%.64s", a->body + strlen(want));
	assert_int_equal(strspn(ret, "0123456789abcdef"), 64);
	assert_string_equal(a->body + strlen(want) + 64,
			    "\",\"identity\":\"" COLLECTOR_WORLD_IDENTITY "\"}");
}

static void a_new_token_voids_the_old_one(void **state)
{
	struct collector_world *w = *state;
	char old[TOKEN_TEXT_SIZE], token[TOKEN_TEXT_SIZE], of_other[TOKEN_TEXT_SIZE];
	struct collector_world_answer a;

	snprintf(old, sizeof(old), "%s", w->agent_token);
	a = post(w, "/v1/agents/dc/enrol", w->operator_token, "");
	take_token(&a, "dc", token);
	assert_string_not_equal(token, old);
	assert_int_equal(get(w, "/v1/agents/dc/checks", old, NULL).status, 401);
	assert_int_equal(get(w, "/v1/agents/dc/checks", token, NULL).status, 200);
	/* Another agent's enrolment leaves it alone. */
	a = post(w, "/v1/agents/lejos/enrol", w->operator_token, "");
	take_token(&a, "lejos", of_other);
	assert_int_equal(get(w, "/v1/agents/dc/checks", token, NULL).status, 200);
	assert_int_equal(get(w, "/v1/agents/lejos/checks", of_other, NULL).status, 200);
	assert_int_equal(get(w, "/v1/agents/dc/checks", of_other, NULL).status, 403);
}

static void only_an_operator_enrols_and_only_agents_of_the_plan(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	a = post(w, "/v1/agents/dc/enrol", w->agent_token, "");
	collector_world_says(&a, 403, "not-yours", "This needs an operator's token");
	assert_int_equal(post(w, "/v1/agents/dc/enrol", "of-nobody", "").status, 401);
	a = post(w, "/v1/agents/na%22die/enrol", w->operator_token, "");
	collector_world_says(
		&a, 404, "not-found",
		"There is no agent 'na\\\"die' in the plan in force; add it under agents");
	a = get(w, "/v1/agents/dc/enrol", w->operator_token, NULL);
	collector_world_says(&a, 405, "method", "This method is not for this path");
	assert_int_equal(get(w, "/v1/agents/dc/checks", w->agent_token, NULL).status, 200);
}

static void a_token_that_cannot_be_stored_is_not_handed_out(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	/* A folder stands where the new file would be written. */
	assert_int_equal(remove(collector_world_path(w, "tokens.json")), 0);
	assert_int_equal(mkdir(collector_world_path(w, "tokens.json"), 0700), 0);
	a = post(w, "/v1/agents/lejos/enrol", w->operator_token, "");
	assert_int_equal(a.status, 503);
	assert_non_null(strstr(a.body, "{\"error\":\"not-stored\",\"text\":\""));
	assert_null(strstr(a.body, "token\":"));
}

static void a_rotated_key_leaves_the_old_one_good_until_it_is_used(void **state)
{
	struct collector_world *w = *state;
	char old[TOKEN_TEXT_SIZE], token[TOKEN_TEXT_SIZE];
	struct collector_world_answer a;

	snprintf(old, sizeof(old), "%s", w->agent_token);
	a = post(w, "/v1/agents/dc/enrol?rotate=1", w->operator_token, "");
	take_token(&a, "dc", token);
	assert_int_equal(collector_world_count(w, "access.changed"), 1);
	a = collector_world_get(w, "/v1/events");
	assert_non_null(strstr(a.body, "\"text\":\"rotated dc operator-token\""));
	assert_null(strstr(a.body, token));
	assert_int_equal(get(w, "/v1/agents/dc/checks", old, NULL).status, 200);
	a = collector_world_get(w, "/v1/agents");
	assert_null(strstr(a.body, "\"pending\":null"));
	assert_int_equal(get(w, "/v1/agents/dc/checks", token, NULL).status, 200);
	assert_int_equal(get(w, "/v1/agents/dc/checks", old, NULL).status, 401);
	a = collector_world_get(w, "/v1/agents");
	assert_non_null(strstr(a.body, "\"pending\":null"));
	assert_null(strstr(a.body, token));
	a = post(w, "/v1/agents/lejos/enrol?rotate=1", w->operator_token, "");
	collector_world_says(&a, 404, "not-found",
			     "agent 'lejos' has no key that could be rotated; enrol it");
}

static void a_revoked_agent_is_told_and_cut(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	a = post(w, "/v1/agents/dc/revoke", w->agent_token, "");
	collector_world_says(&a, 403, "not-yours", "This needs an operator's token");
	a = post(w, "/v1/agents/dc/revoke", w->operator_token, "");
	assert_int_equal(a.status, 200);
	assert_int_equal(collector_world_count(w, "access.changed"), 1);
	a = get(w, "/v1/agents/dc/checks", w->agent_token, NULL);
	assert_non_null(strstr(a.head, "Connection: close"));
	collector_world_says(&a, 401, "revoked", "The key of this agent was revoked");
	a = collector_world_get(w, "/v1/agents");
	assert_non_null(strstr(a.body, "{\"identity\":\"" COLLECTOR_WORLD_IDENTITY
				       "\",\"agents\":[{\"agent\":\"dc\",\"enrolled\":"));
	assert_null(strstr(a.body, "\"revoked\":null"));
	a = post(w, "/v1/agents/dc/revoke", w->operator_token, "");
	collector_world_says(&a, 404, "not-found", "agent 'dc' has no key");
}

#define SERVED(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(a_new_token_voids_the_old_one),
		SERVED(a_rotated_key_leaves_the_old_one_good_until_it_is_used),
		SERVED(a_revoked_agent_is_told_and_cut),
		SERVED(only_an_operator_enrols_and_only_agents_of_the_plan),
		SERVED(a_token_that_cannot_be_stored_is_not_handed_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
