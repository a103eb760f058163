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
#include "base/files.h"

#define COMMON "\"interval\":10,\"retry_interval\":1,\"timeout\":2"
#define GOOD                                                                                       \
	"{\"id\":\"a:t\",\"type\":\"tcp\"," COMMON                                                 \
	",\"critical\":\"connect > 1s\",\"params\":{\"address\":\"192.0.2.1\",\"port\":\"22\"}}"
#define LIST(checks) "{\"plan\":\"p1\",\"agent\":\"dc\",\"checks\":[" checks "]}"

static enum err build(struct slice text, struct generation *g, struct err_info *info)
{
	struct findings f;
	struct secrets *none;
	enum err e;

	findings_init(&f);
	none = secrets_open(NULL, &f);
	e = generation_build(text, none, g, info);
	secrets_free(none);
	findings_release(&f);
	return e;
}

static void a_sound_list(void **state)
{
	struct generation g;
	struct err_info info;
	int64_t values[SCHEMA_VALUES_MAX] = {2 * MICRO};

	(void)state;
	assert_int_equal(build(slice_of(LIST(GOOD)), &g, &info), ERR_OK);
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
		assert_int_equal(build(slice_of(text), &g, &info), ERR_OK);
		assert_int_equal(g.count, 1);
		assert_string_equal(g.checks[0].id, "a:t");
		generation_release(&g);
	}
}

/* --- secrets ---------------------------------------------------------------------------------------------- */

#define DEVICE(id, community)                                                                      \
	"{\"id\":\"" id "\",\"type\":\"snmp-pair\"," COMMON                                        \
	",\"params\":{\"members\":\"{\\\"a\\\":\\\"192.0.2.1\\\"}\",\"community\":\"" community    \
	"\",\"values\":\"{\\\"own\\\":{\\\"oid\\\":\\\"1.3.6.1.4.1.99999.1.0\\\"}}\","             \
	"\"is_active\":\"4\",\"is_standby\":\"3\"}}"

static struct secrets *secrets_of(const char *text)
{
	struct err_info info;
	struct findings f;
	struct secrets *s;
	char path[64];

	snprintf(path, sizeof(path), "/tmp/vigia-unit-generation-%d", (int)getpid());
	assert_int_equal(files_replace(path, slice_of(text), 0600, &info), ERR_OK);
	findings_init(&f);
	s = secrets_open(path, &f);
	findings_release(&f);
	unlink(path);
	assert_non_null(s);
	return s;
}

static const struct param *row_of(const struct generation *g, size_t check, const char *key)
{
	return param_find(g->checks[check].type->schema.params, slice_of(key));
}

/* A check whose secret is not there is left out, the others run with theirs; the list itself holds references only. */
static void secrets_are_put_in(void **state)
{
	struct secrets *s = secrets_of("fw: palabra-1\n");
	struct generation g;
	struct err_info info;
	struct buf value;

	(void)state;
	assert_int_equal(generation_build(slice_of(LIST(DEVICE("a:x", "${secret:otra}") "," DEVICE(
						  "a:y", "${secret:fw}") "," GOOD)),
					  s, &g, &info),
			 ERR_OK);
	assert_int_equal(g.count, 2);
	assert_string_equal(g.checks[0].id, "a:y");
	buf_init(&value, 100);
	assert_true(param_get_text(row_of(&g, 0, "community"), g.checks[0].params, &value));
	assert_string_equal(buf_cstr(&value), "palabra-1");
	assert_string_equal(g.list.checks[1].params[1].value, "${secret:fw}");
	secrets_wipe(&value);
	generation_release(&g);
	secrets_free(s);
}

/* Also where the check could do without the value: what it would ask then is not what the plan says. */
static void a_missing_secret_is_never_an_empty_value(void **state)
{
	struct secrets *s = secrets_of("fw: palabra-1\n");
	struct generation g;
	struct err_info info;

	(void)state;
	assert_int_equal(generation_build(slice_of(LIST(DEVICE(
						  "a:x", "palabra\",\"user\":\"${secret:otra}"))),
					  s, &g, &info),
			 ERR_OK);
	assert_int_equal(g.count, 0);
	generation_release(&g);
	secrets_free(s);
}

static void missing_secrets_are_named(void **state)
{
	struct secrets *s = secrets_of("fw: palabra-1\n");
	struct err_info info;
	struct findings f;

	(void)state;
	findings_init(&f);
	assert_int_equal(
		generation_check_secrets(slice_of(LIST(DEVICE("a:x", "${secret:otra}") "," DEVICE(
						 "a:y", "${secret:fw}") "," GOOD)),
					 s, "checks.json", &f, &info),
		ERR_OK);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].code, "missing-secret");
	assert_string_equal(f.items[0].text,
			    "check 'a:x', community: the secrets file has no 'otra'; "
			    "the check is blind");
	assert_int_equal(generation_check_secrets(SLICE_LIT("<html>"), s, "x", &f, &info),
			 ERR_SYNTAX);
	findings_release(&f);
	secrets_free(s);
}

static void no_list_at_all(void **state)
{
	struct generation g;
	struct err_info info;

	(void)state;
	assert_int_equal(build(SLICE_LIT("<html>"), &g, &info), ERR_SYNTAX);
	assert_int_equal(build(SLICE_LIT("{\"plan\":\"p\"}"), &g, &info), ERR_SYNTAX);
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
		cmocka_unit_test(secrets_are_put_in),
		cmocka_unit_test(a_missing_secret_is_never_an_empty_value),
		cmocka_unit_test(missing_secrets_are_named),
		cmocka_unit_test(no_list_at_all),
		cmocka_unit_test(the_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
