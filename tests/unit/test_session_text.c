/* session_text - the collector's word of a session, read; and what the page is told of it: never the token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard/session_text.h"

#define TOKEN "vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_de"
#define ACCOUNT "{\"login\":\"ana\",\"role\":\"operator\",\"locked_until\":null}"
#define WORD(token, rights, idle, enrol)                                                           \
	"{" token "\"account\":" ACCOUNT ",\"rights\":" rights                                     \
	",\"expires\":1800000000.5,\"idle\":" idle ",\"enrol\":" enrol ",\"more\":[{}]}"

static void the_word_is_read(void **state)
{
	struct session_text t;

	(void)state;
	assert_true(session_text_read(SLICE_LIT(WORD("\"token\":\"" TOKEN "\",",
						     "[\"view\",\"report\"]", "43200", "false")),
				      &t));
	assert_string_equal(t.token, TOKEN);
	assert_true(t.may_view && !t.enrol && !t.stays);
	assert_int_equal(t.expires.us, INT64_C(1800000000500000));
	assert_true(session_text_read(SLICE_LIT(WORD("", "[\"enrol\"]", "null", "true")), &t));
	assert_string_equal(t.token, "");
	assert_true(!t.may_view && t.enrol && t.stays);
	assert_true(session_text_read(SLICE_LIT(WORD("", "[\"view\"]", "0", "false")), &t));
	assert_true(t.may_view && t.stays);
}

static void what_is_no_word_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"{}",
		"[]",
		"{\"account\":null,\"rights\":[]}",
		"{\"account\":{},\"rights\":null}",
		"{\"account\":{},\"rights\":[]",
		"{\"account\":{},\"rights\":[]} x",
		"{\"account\":{},\"rights\":[],\"token\":\"vs_short\"}",
		"{\"account\":{},\"rights\":[],\"token\":7}",
		"{\"account\":{},\"rights\":[],\"token\":\"" TOKEN "\\r\\nSet-Cookie: a\"}",
		"{\"account\":{},\"rights\":[],\"enrol\":1}",
	};
	struct session_text t;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		if (session_text_read(slice_of(wrong[i]), &t))
			fail_msg("%s", wrong[i]);
	}
}

static void the_page_is_told_who_is_here(void **state)
{
	struct session_text t;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	assert_true(session_text_read(
		SLICE_LIT(WORD("\"token\":\"" TOKEN "\",", "[\"view\"]", "900", "false")), &t));
	session_text_put(&t, false, "abc", &b);
	assert_string_equal(
		buf_cstr(&b),
		"{\"account\":{\"login\":\"ana\",\"role\":\"operator\",\"locked_until\":null,"
		"\"rights\":[\"view\"]},\"open\":[],\"first\":false,\"enrol\":false,"
		"\"expires\":1800000000.5,\"request\":\"abc\"}");
	buf_reset(&b);
	session_text_put_nobody(true, true, "abc", &b);
	assert_string_equal(buf_cstr(&b),
			    "{\"account\":null,\"open\":[\"view\"],\"first\":true,\"enrol\":false,"
			    "\"expires\":null,\"request\":\"abc\"}");
	buf_release(&b);
}

static void the_token_is_left_out(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	session_text_put_without_token(
		SLICE_LIT("{\"a\":1,\"token\":\"" TOKEN "\",\"b\":{\"c\":[\"\\u00f1\"]}}"), &b);
	assert_string_equal(buf_cstr(&b), "{\"a\":1,\"b\":{\"c\":[\"\\u00f1\"]}}");
	/* Members stay as they came, whatever is in their names (found by fuzzing). */
	buf_reset(&b);
	session_text_put_without_token(
		SLICE_LIT("{\"token\":\"" TOKEN "\",\"to\x7f\xc3\xb1\":1,\"x\":2}"), &b);
	assert_string_equal(buf_cstr(&b), "{\"to\x7f\xc3\xb1\":1,\"x\":2}");
	buf_release(&b);
}

static void there_is_no_administrator_yet(void **state)
{
	(void)state;
	assert_true(session_text_is_first(SLICE_LIT("{\"first\":true}")));
	assert_false(session_text_is_first(SLICE_LIT("{\"first\":false}")));
	assert_false(session_text_is_first(SLICE_LIT("{\"first\":true")));
	assert_false(session_text_is_first(SLICE_LIT("{}")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_word_is_read),
		cmocka_unit_test(what_is_no_word_is_refused),
		cmocka_unit_test(the_page_is_told_who_is_here),
		cmocka_unit_test(the_token_is_left_out),
		cmocka_unit_test(there_is_no_administrator_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
