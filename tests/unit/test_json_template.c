/* json_template - whatever a message holds, what is sent is JSON again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_pull.h"
#include "plan/json_template.h"

static bool value_of(void *user, struct slice name, struct slice *ret)
{
	static const struct {
		const char *name, *json;
	} values[] = {
		{"message.text", "\"dijo \\\"no\\\"\\n\\u00f1\""},
		{"message.left", "-12.5"},
		{"message.real", "true"},
		{"message.seat", "null"},
		{"message.services", "[\"a\",\"b\"]"},
		{"message", "{\"a\":1}"},
	};

	(void)user;
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		if (slice_is(name, values[i].name)) {
			*ret = slice_of(values[i].json);
			return true;
		}
	}
	return false;
}

static void values_fit_where_they_stand(void **state)
{
	static const struct {
		const char *template, *want;
	} cases[] = {
		{"{\"t\": \"a ${message.text} b\"}", "{\"t\": \"a dijo \\\"no\\\"\\n\\u00f1 b\"}"},
		{"{\"t\": ${message.text}}", "{\"t\": \"dijo \\\"no\\\"\\n\\u00f1\"}"},
		{"[${message.left},${message.real},${message.seat}]", "[-12.5,true,null]"},
		{"[\"${message.left} ${message.real} ${message.seat}\"]", "[\"-12.5 true \"]"},
		{"[\"${message.services}\"]", "[\"[\\\"a\\\",\\\"b\\\"]\"]"},
		{"${message}", "{\"a\":1}"},
		{"[\"\\\"${message.left}\"]",
		 "[\"\\\"-12.5\"]"}, /* an escaped quote ends no string */
		{"[\"$5 {x} $\"]", "[\"$5 {x} $\"]"},
	};
	struct err_info info;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct json_pull in;

		buf_reset(&out);
		assert_int_equal(json_template_expand(slice_of(cases[i].template), value_of, NULL,
						      &out, &info),
				 ERR_OK);
		assert_string_equal(buf_cstr(&out), cases[i].want);
		in = json_pull_from(buf_slice(&out));
		json_skip(&in);
		json_end(&in);
		assert_null(in.error);
	}
	buf_release(&out);
}

static void limits_and_mistakes(void **state)
{
	struct err_info info;
	struct buf out;

	(void)state;
	buf_init(&out, 8);
	assert_int_equal(
		json_template_expand(SLICE_LIT("${message.text}"), value_of, NULL, &out, &info),
		ERR_TOO_LARGE);
	assert_int_equal(json_template_expand(SLICE_LIT("[${nada}]"), value_of, NULL, &out, &info),
			 ERR_NOT_FOUND);
	assert_int_equal(json_template_expand(SLICE_LIT("[${nada"), value_of, NULL, &out, &info),
			 ERR_SYNTAX);
	buf_release(&out);
}

static void a_plan_s_template_is_checked(void **state)
{
	static const struct {
		const char *template;
		enum err want;
		const char *says;
	} cases[] = {
		{"${message}", ERR_OK, ""},
		{"{\"a\": \"${message.folio}\", \"k\": \"${secret:k}\"}", ERR_OK, ""},
		{"{\"a\": \"${message.folios}\"}", ERR_NOT_FOUND,
		 "did you mean '${message.folio}'"},
		{"{\"a\": \"${zzzzzzzzz}\"}", ERR_NOT_FOUND, "write ${message.FIELD}"},
		{"{\"a\": \"${secret:a b}\"}", ERR_NOT_FOUND, "there is no '${secret:a b}'"},
		{"{\"a\": ${message.folio}", ERR_SYNTAX, "no JSON"},
		{"{\"a\": ${message.folio} 5}", ERR_SYNTAX, "no JSON"},
		{"", ERR_SYNTAX, "no JSON"},
		{"\"${message.text", ERR_SYNTAX, "has no '}'"},
	};
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		info.text[0] = '\0';
		assert_int_equal(json_template_check(slice_of(cases[i].template), &info),
				 cases[i].want);
		assert_non_null(strstr(info.text, cases[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_fit_where_they_stand),
		cmocka_unit_test(limits_and_mistakes),
		cmocka_unit_test(a_plan_s_template_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
