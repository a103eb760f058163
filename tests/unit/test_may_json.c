/* may_json - who may act, for the desk: the rule's word, its sentence and the people of the plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/may_json.h"
#include "tests/support/decisions.h"

static void says(const struct engine_world *w, const char *person, bool people,
		 const char *const *wanted, size_t n)
{
	struct view_incident i = world_incident(w, 0);
	uint32_t who = person != NULL ? plan_find_person(i.plan, slice_of(person)) : PLAN_NONE;
	struct arena *arena = arena_new();
	struct json_emit j;
	struct buf text;
	struct may m;

	buf_init(&text, 1 << 20);
	j = json_emit_to(&text);
	assert_true(may_of(w->engine, i.id, w->now, who, PLAN_NONE, people, arena, &m));
	json_open_object(&j);
	may_json_put(&j, &m, who, PLAN_NONE);
	json_close_object(&j);
	assert_true(buf_is_ok(&text));
	for (size_t k = 0; k < n; k++) {
		if (strstr(buf_cstr(&text), wanted[k]) == NULL)
			fail_msg("'%s' is not in\n%s", wanted[k], buf_cstr(&text));
	}
	assert_true(people || strstr(buf_cstr(&text), "\"post\"") == NULL);
	buf_release(&text);
	arena_free(arena);
}

static void the_rule_has_its_word(void **state)
{
	static const char *const wanted[] = {
		"{\"may\":{\"as\":\"ceci\",\"recorded_by\":null,\"acts\":[{\"act\":\"ack\","
		"\"what\":null,"
		"\"n\":null,\"entry\":null,\"service\":null,\"allowed\":true,\"why\":null,\"text\":"
		"null,"
		"\"anybody\":false,\"people\":[]}",
		"{\"act\":\"declare\",\"what\":null,\"n\":null,\"entry\":null,\"service\":null,"
		"\"allowed\":false,\"why\":\"not-authorised\",\"text\":\"level 1 has not "
		"authorised it\"",
		"{\"act\":\"escalate\",\"what\":null,\"n\":3,"};
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	says(w, "ceci", false, wanted, COUNT_OF(wanted));
}

static void the_people_of_the_plan(void **state)
{
	static const char *const wanted[] = {
		"\"as\":null",
		"{\"act\":\"convene\",\"what\":null,\"n\":null,\"entry\":null,\"service\":null,"
		"\"allowed\":null,\"why\":null,\"text\":null,\"anybody\":false,\"people\":[{"
		"\"person\":"
		"\"ceci\",\"post\":",
		"\"why\":\"not-authorised\"", "\"anybody\":true,\"people\":[]"};
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	says(w, NULL, true, wanted, COUNT_OF(wanted));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, decisions_setup, world_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_rule_has_its_word),
		TEST(the_people_of_the_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
