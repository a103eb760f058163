/* dry_run_ask - what is asked of a dry-run: whole, or one sentence that says what is wrong and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/dry_run_ask.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct dry_run_ask ask;
static struct err_info info;

static enum err ask_of(const char *body)
{
	info = (struct err_info){0};
	return dry_run_ask_read(slice_of(body), &ask, &info);
}

static void wrong(const char *body, const char *part)
{
	if (ask_of(body) != ERR_SYNTAX || strstr(info.text, part) == NULL)
		fail_msg("%s: '%s', not '%s'", body, info.text, part);
}

static void what_is_asked(void **state)
{
	(void)state;
	assert_int_equal(ask_of("{\"service\":\"a/b\"}"), ERR_OK);
	assert_string_equal(ask.service, "a/b");
	assert_string_equal(ask.answers, "*=60s");
	assert_int_equal(ask.all_silent, 0);
	assert_int_equal(ask.at.us, 0);
	assert_int_equal(
		ask_of("{\"silent\":[\"ana\",\"beto\"],\"at\":1780000000.5,\"service\":\"s\"}"),
		ERR_OK);
	assert_string_equal(ask.answers, "*=60s,ana=silent,beto=silent");
	assert_int_equal(ask.at.us, 1780000000500000);
	assert_int_equal(ask_of("{\"service\":\"s\",\"answers\":\"*=5s\",\"silent\":[\"ana\"]}"),
			 ERR_OK);
	assert_string_equal(ask.answers, "*=5s,ana=silent"); /* who is silent wins */
	assert_int_equal(ask_of("{\"service\":\"s\",\"all\":true}"), ERR_OK);
	assert_string_equal(ask.answers, "*=silent");
	assert_int_equal(ask_of("{\"all_silent\":2}"), ERR_OK);
	assert_int_equal(ask.all_silent, 2);
	assert_string_equal(ask.service, "");
}

static void what_is_wrong_with_it(void **state)
{
	(void)state;
	wrong("", "the body, at octet 0");
	wrong("{\"service\":", "the body, at octet");
	wrong("{}", "'service' is missing");
	wrong("{\"service\":\"s\",\"quiet\":true}", "there is no such key");
	wrong("{\"service\":\"s\"} x", "the body, at octet");
	wrong("{\"service\":5}", "the body, at octet");
	wrong("{\"service\":\"s\",\"silent\":[\"a=b\"]}", "an id of a person");
	wrong("{\"service\":\"s\",\"silent\":\"ana\"}", "the body, at octet");
	wrong("{\"service\":\"s\",\"answers\":\"\"}", "'answers' is empty");
	wrong("{\"service\":\"s\",\"all_silent\":0}", "1, 2 or 3");
	wrong("{\"service\":\"s\",\"all_silent\":4}", "1, 2 or 3");
	wrong("{\"service\":\"s\",\"at\":5}", "from 2000 to 2100");
	wrong("{\"service\":\"s\",\"at\":null}", "from 2000 to 2100");
	wrong("{\"service\":\"s\",\"all\":true,\"silent\":[\"a\"]}",
	      "leave 'answers' and 'silent' out");
	wrong("{\"all_silent\":2,\"all\":true}", "leave 'silent' and 'all' out");
}

static void what_is_too_large(void **state)
{
	struct buf body CLEANUP(buf_release) = {0};

	(void)state;
	buf_init(&body, 1 << 20);
	buf_puts(&body, "{\"service\":\"s\",\"silent\":[");
	for (int i = 0; i < 400; i++)
		buf_printf(&body, "%s\"p%06d\"", i > 0 ? "," : "", i);
	buf_puts(&body, "]}");
	wrong(buf_cstr(&body), "too many names");
	for (int i = 0; i < DRY_RUN_BODY_MAX; i++)
		buf_putc(&body, ' ');
	wrong(buf_cstr(&body), "larger than");
}

static void names_are_looked_up(void **state)
{
	struct plan *p = test_plan_from_text(world_plan);

	(void)state;
	assert_int_equal(ask_of("{\"service\":\"portal\",\"silent\":[\"ana\"]}"), ERR_OK);
	assert_int_equal(dry_run_ask_check(&ask, p, &info), ERR_OK);
	assert_int_equal(ask_of("{\"service\":\"portl\"}"), ERR_OK);
	assert_int_equal(dry_run_ask_check(&ask, p, &info), ERR_NOT_FOUND);
	assert_non_null(strstr(info.text, "did you mean 'portal'"));
	assert_int_equal(ask_of("{\"service\":\"portal\",\"silent\":[\"anna\"]}"), ERR_OK);
	assert_int_equal(dry_run_ask_check(&ask, p, &info), ERR_NOT_FOUND);
	assert_int_equal(ask_of("{\"service\":\"portal\",\"answers\":\"ana=maybe\"}"), ERR_OK);
	assert_int_equal(dry_run_ask_check(&ask, p, &info), ERR_SYNTAX);
	assert_int_equal(ask_of("{\"all_silent\":1}"), ERR_OK);
	assert_int_equal(dry_run_ask_check(&ask, p, &info), ERR_OK);
	plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked),
		cmocka_unit_test(what_is_wrong_with_it),
		cmocka_unit_test(what_is_too_large),
		cmocka_unit_test(names_are_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
