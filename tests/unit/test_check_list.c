/* test_check_list.c - what an agent is told to probe is taken whole, or refused whole with its reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/instant.h"
#include "wire/check_list.h"

#define TIMES "\"interval\":5,\"retry_interval\":1,\"timeout\":1"
#define CHECK "\"id\":\"dc/fw-a:ping\",\"type\":\"icmp\"," TIMES
#define LIST(checks) "{\"plan\":\"p1\",\"agent\":\"dc\",\"checks\":[" checks "]}"

/* A literal longer than its text must not help: the slice is copied to its exact size. */
static enum err decode(const char *text, struct arena *arena, struct wire_check_list *list,
		       struct err_info *info)
{
	struct buf exact;
	enum err e;

	buf_init(&exact, 1 << 26);
	buf_puts(&exact, text);
	info->text[0] = '\0';
	e = check_list_decode(buf_slice(&exact), arena, list, info);
	buf_release(&exact); /* all that the list names must be in the arena */
	return e;
}

static void a_list_is_read_whole(void **state)
{
	struct arena *arena = arena_new();
	struct wire_check_list list;
	struct err_info info;

	(void)state;
	assert_int_equal(
		decode(LIST("{" CHECK ",\"warning\":\"rtt > 50ms\",\"critical\":\"loss > 40%\","
			    "\"params\":{\"address\":\"192.0.2.1\",\"count\":\"5\"}},"
			    "{\"params\":{},\"timeout\":0.25,\"retry_interval\":1.5,"
			    "\"interval\":60,\"type\":\"http\",\"id\":\"dc/portal:http\"}"),
		       arena, &list, &info),
		ERR_OK);
	assert_string_equal(list.plan, "p1");
	assert_string_equal(list.agent, "dc");
	assert_int_equal(list.count, 2);
	assert_string_equal(list.checks[0].id, "dc/fw-a:ping");
	assert_string_equal(list.checks[0].type, "icmp");
	assert_string_equal(list.checks[0].warning, "rtt > 50ms");
	assert_string_equal(list.checks[0].critical, "loss > 40%");
	assert_int_equal(list.checks[0].interval_us, 5 * US_PER_S);
	assert_int_equal(list.checks[0].retry_interval_us, US_PER_S);
	assert_int_equal(list.checks[0].timeout_us, US_PER_S);
	assert_int_equal(list.checks[0].param_count, 2);
	assert_string_equal(list.checks[0].params[0].key, "address");
	assert_string_equal(list.checks[0].params[0].value, "192.0.2.1");
	assert_string_equal(list.checks[0].params[1].key, "count");
	assert_string_equal(list.checks[0].params[1].value, "5");
	assert_string_equal(list.checks[1].id, "dc/portal:http");
	assert_string_equal(list.checks[1].warning, "");
	assert_string_equal(list.checks[1].critical, "");
	assert_int_equal(list.checks[1].interval_us, 60 * US_PER_S);
	assert_int_equal(list.checks[1].retry_interval_us, 3 * US_PER_S / 2);
	assert_int_equal(list.checks[1].timeout_us, US_PER_S / 4);
	assert_int_equal(list.checks[1].param_count, 0);
	arena_free(arena);
}

static void an_agent_may_have_nothing_to_probe(void **state)
{
	struct arena *arena = arena_new();
	struct wire_check_list list;
	struct err_info info;

	(void)state;
	assert_int_equal(decode(LIST(""), arena, &list, &info), ERR_OK);
	assert_int_equal(list.count, 0);
	arena_free(arena);
}

static void what_a_later_collector_adds_is_passed_over(void **state)
{
	struct arena *arena = arena_new();
	struct wire_check_list list;
	struct err_info info;

	(void)state;
	assert_int_equal(decode("{\"new\":{\"a\":[1]},\"checks\":[{" CHECK
				",\"quorum\":2}],\"plan\":\"p\"}",
				arena, &list, &info),
			 ERR_OK);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.agent, "");
	arena_free(arena);
}

static void texts_are_decoded(void **state)
{
	struct arena *arena = arena_new();
	struct wire_check_list list;
	struct err_info info;

	(void)state;
	assert_int_equal(decode(LIST("{" CHECK ",\"params\":{\"body\":\"\\u00bfqu\\u00e9? "
				     "\\\"x\\\"\"}}"),
				arena, &list, &info),
			 ERR_OK);
	assert_string_equal(list.checks[0].params[0].value, "¿qué? \"x\"");
	arena_free(arena);
}

static void durations_have_bounds(void **state)
{
	static const struct {
		const char *interval;
		int64_t us; /* 0: refused */
	} cases[] = {
		{"0.001", US_PER_MS},
		{"0.25", US_PER_S / 4},
		{"0.0333333", 33333},
		{"604800", 7 * 86400 * US_PER_S},
		{"6.048e5", 7 * 86400 * US_PER_S},
		{"0", 0},
		{"0.0001", 0},
		{"-5", 0},
		{"604801", 0},
		{"1e300", 0},
		{"\"5\"", 0},
		{"null", 0},
		{"true", 0},
		{"[5]", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_new();
		struct wire_check_list list;
		struct err_info info;
		struct buf text;
		enum err e;

		buf_init(&text, 4096);
		buf_printf(&text,
			   "{\"plan\":\"p\",\"checks\":[{\"id\":\"a:b\",\"type\":\"tcp\","
			   "\"interval\":%s,\"retry_interval\":1,\"timeout\":1}]}",
			   cases[i].interval);
		e = decode(buf_cstr(&text), arena, &list, &info);
		if (e != (cases[i].us == 0 ? ERR_SYNTAX : ERR_OK))
			fail_msg("interval %s: %s %s", cases[i].interval, err_word(e), info.text);
		if (e == ERR_OK)
			assert_int_equal(list.checks[0].interval_us, cases[i].us);
		else
			assert_non_null(strstr(info.text, "check 'a:b'"));
		buf_release(&text);
		arena_free(arena);
	}
}

static void what_is_wrong_is_refused_and_said(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"", "line 1"},
		{"{\"plan\":\"p\",\n\"checks\":[}", "line 2"},
		{LIST("") "x", "line 1"},
		{"[]", "no list of checks"},
		{"{}", "no list of checks"},
		{"{\"plan\":\"p\"}", "no list of checks"},
		{"{\"plan\":\"p\",\"checks\":{}}", "no list of checks"},
		{"{\"checks\":[]}", "no list of checks"},
		{"{\"plan\":\"\",\"checks\":[]}", "no list of checks"},
		{"{\"plan\":7,\"checks\":[]}", "no list of checks"},
		{"{\"plan\":\"p\",\"plan\":\"q\",\"checks\":[]}", "duplicate"},
		{LIST("5"), "check ''"},
		{LIST("{\"type\":\"icmp\"," TIMES "}"), "check ''"},
		{LIST("{\"id\":\"\",\"type\":\"icmp\"," TIMES "}"), "check ''"},
		{LIST("{\"id\":\"a:b\"," TIMES "}"), "check 'a:b'"},
		{LIST("{\"id\":\"a:b\",\"type\":\"tcp\",\"interval\":5,\"timeout\":1}"),
		 "check 'a:b'"},
		{LIST("{" CHECK "},{\"id\":\"second:x\",\"type\":\"tcp\"}"), "check 'second:x'"},
		{LIST("{" CHECK ",\"params\":{\"port\":80}}"),
		 "check 'dc/fw-a:ping': parameter 'port' is not text"},
		{LIST("{" CHECK ",\"params\":{\"port\":null}}"), "parameter 'port' is not text"},
		{LIST("{\"id\":\"a\\u0000b\",\"type\":\"icmp\"," TIMES "}"), "line 1"},
		{LIST("{\"id\":\"\xff\",\"type\":\"icmp\"," TIMES "}"), "line 1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_new();
		struct wire_check_list list;
		struct err_info info;
		enum err e = decode(cases[i].text, arena, &list, &info);

		if (e != ERR_SYNTAX || strstr(info.text, cases[i].why) == NULL)
			fail_msg("%s\ngave %s: %s", cases[i].text, err_word(e), info.text);
		arena_free(arena);
	}
}

static enum err decode_many(size_t count, size_t *ret_count, struct err_info *info)
{
	struct arena *arena = arena_new();
	struct wire_check_list list;
	struct buf text;
	enum err e;

	buf_init(&text, 1 << 26);
	buf_puts(&text, "{\"plan\":\"p\",\"checks\":[");
	for (size_t i = 0; i < count; i++)
		buf_printf(&text, "%s{\"id\":\"c%zu:t\",\"type\":\"tcp\"," TIMES "}",
			   i > 0 ? "," : "", i);
	buf_puts(&text, "]}");
	assert_true(buf_is_ok(&text));
	e = check_list_decode(buf_slice(&text), arena, &list, info);
	*ret_count = e == ERR_OK ? list.count : 0;
	if (e == ERR_OK)
		assert_string_equal(list.checks[count - 1].type, "tcp");
	buf_release(&text);
	arena_free(arena);
	return e;
}

static void a_list_has_a_ceiling(void **state)
{
	struct err_info info;
	size_t count;

	(void)state;
	assert_int_equal(decode_many(CHECK_LIST_MAX, &count, &info), ERR_OK);
	assert_int_equal(count, CHECK_LIST_MAX);
	assert_int_equal(decode_many(CHECK_LIST_MAX + 1, &count, &info), ERR_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_whole),
		cmocka_unit_test(an_agent_may_have_nothing_to_probe),
		cmocka_unit_test(what_a_later_collector_adds_is_passed_over),
		cmocka_unit_test(texts_are_decoded),
		cmocka_unit_test(durations_have_bounds),
		cmocka_unit_test(what_is_wrong_is_refused_and_said),
		cmocka_unit_test(a_list_has_a_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
