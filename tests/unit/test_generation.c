/* generation - the checks of an agent as one list: what can be carried out is, what cannot is left out, and the copy on disk
 * gives the same list again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/generation.h"

#define COMMON "\"interval\":10,\"retry_interval\":1,\"timeout\":2"
#define GOOD                                                                                       \
	"{\"id\":\"a:t\",\"type\":\"tcp\"," COMMON                                                 \
	",\"critical\":\"connect > 1s\",\"params\":{\"address\":\"192.0.2.1\",\"port\":\"22\"}}"
#define LIST(checks) "{\"plan\":\"p1\",\"agent\":\"dc\",\"checks\":[" checks "]}"

static void a_sound_list(void **state)
{
	struct generation g;
	struct err_info info;
	int64_t values[SCHEMA_VALUES_MAX] = {2 * MICRO};

	(void)state;
	assert_int_equal(generation_build(slice_of(LIST(GOOD)), &g, &info), ERR_OK);
	assert_int_equal(g.count, 1);
	assert_string_equal(g.list.plan, "p1");
	assert_string_equal(g.checks[0].id, "a:t");
	assert_string_equal(g.checks[0].type->schema.type, "tcp");
	assert_int_equal(g.checks[0].interval_us, 10000000);
	assert_int_equal(g.checks[0].timeout_us, 2000000);
	assert_true(judge_is_met(g.checks[0].critical, values, 1));
	assert_false(judge_is_met(g.checks[0].warning, values, 1));
	generation_release(&g);
	assert_null(g.arena);
}

/* A newer collector may know more than this agent: that must not stop what the agent can do. */
static void what_cannot_be_carried_out_is_left_out(void **state)
{
	static const char *const odd[] = {
		"{\"id\":\"b:x\",\"type\":\"telepathy\"," COMMON ",\"params\":{}}",
		"{\"id\":\"b:x\",\"type\":\"tcp\"," COMMON ",\"params\":{\"address\":\"h\"}}",
		"{\"id\":\"b:x\",\"type\":\"tcp\"," COMMON
		",\"params\":{\"address\":\"h\",\"port\":\"0\"}}",
		"{\"id\":\"b:x\",\"type\":\"tcp\"," COMMON
		",\"critical\":\"nonsense > 1\",\"params\":{\"address\":\"h\",\"port\":\"1\"}}",
	};
	struct generation g;
	struct err_info info;
	char text[2000];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(odd); i++) {
		snprintf(text, sizeof(text), LIST("%s," GOOD), odd[i]);
		assert_int_equal(generation_build(slice_of(text), &g, &info), ERR_OK);
		assert_int_equal(g.count, 1);
		assert_string_equal(g.checks[0].id, "a:t");
		generation_release(&g);
	}
}

static void no_list_at_all(void **state)
{
	struct generation g;
	struct err_info info;

	(void)state;
	assert_int_equal(generation_build(SLICE_LIT("<html>"), &g, &info), ERR_SYNTAX);
	assert_int_equal(generation_build(SLICE_LIT("{\"plan\":\"p\"}"), &g, &info), ERR_SYNTAX);
	assert_true(strlen(info.text) > 0);
}

static void the_copy(void **state)
{
	char folder[] = "/tmp/vigia-copy-XXXXXX", path[64];
	struct buf text;

	(void)state;
	assert_non_null(mkdtemp(folder));
	buf_init(&text, 1 << 20);
	assert_false(generation_read_copy(folder, &text));
	generation_write_copy(folder, slice_of(LIST(GOOD)));
	generation_write_copy(folder, slice_of(LIST(GOOD "," GOOD))); /* replaced whole */
	assert_true(generation_read_copy(folder, &text));
	assert_string_equal(buf_cstr(&text), LIST(GOOD "," GOOD));
	buf_release(&text);
	buf_init(&text, 10); /* larger than it may be */
	assert_false(generation_read_copy(folder, &text));
	buf_release(&text);
	snprintf(path, sizeof(path), "%s/checks.json", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0); /* nothing else is left in it */
	generation_write_copy(folder, SLICE_LIT("x")); /* a warning, no more */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_list),
		cmocka_unit_test(what_cannot_be_carried_out_is_left_out),
		cmocka_unit_test(no_list_at_all),
		cmocka_unit_test(the_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
