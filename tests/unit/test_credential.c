/* credential - what people may choose, and what is drawn for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/credential.h"
#include "base/attr.h"

static void logins_are_short_plain_words(void **state)
{
	static const struct {
		const char *login;
		bool sound;
	} told[] = {
		{"ana", true},
		{"a1", true},
		{"ana.lopez_2-b", true},
		{"0", false},
		{"a", false},
		{"", false},
		{"Ana", false},
		{".ana", false},
		{"-ana", false},
		{"ana lopez", false},
		{"ana\n", false},
		{"ana>b", false},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true}, /* 32 */
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"añb", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++)
		assert_int_equal(login_is_sound(told[i].login), told[i].sound);
}

static void passwords_are_long_and_not_the_login(void **state)
{
	char text[PASSWORD_SIZE + 8];

	(void)state;
	assert_null(password_trouble("cuatro palabras sin nexo", "ana"));
	assert_null(password_trouble("ññññññññññña", "ana")); /* 12 characters of more bytes */
	assert_non_null(password_trouble("ñññññññññññ", "ana")); /* 11 */
	assert_non_null(password_trouble("elevenchars", "ana"));
	assert_non_null(password_trouble("", "ana"));
	assert_non_null(password_trouble("ana.lopez.gomez", "ana.lopez.gomez"));
	assert_non_null(password_trouble("ANA.lopez.gomez", "ana.lopez.gomez"));
	assert_non_null(password_trouble("aaaaaaaaaaaaaaaa", "ana"));
	memset(text, 'x', sizeof(text));
	text[0] = 'y';
	text[PASSWORD_MAX] = '\0';
	assert_null(password_trouble(text, "ana"));
	text[PASSWORD_MAX] = 'x';
	text[PASSWORD_MAX + 1] = '\0';
	assert_non_null(password_trouble(text, "ana"));
}

static void pins_are_digits_without_a_pattern(void **state)
{
	static const struct {
		const char *pin;
		bool good;
	} told[] = {
		{"271828", true},  {"314159265358", true},
		{"27182", false},  {"3141592653589", false},
		{"000000", false}, {"123456", false},
		{"654321", false}, {"890123", false},
		{"210987", false}, {"12345a", false},
		{"", false},       {"112233", true},
		{"123457", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++)
		assert_int_equal(pin_trouble(told[i].pin) == NULL, told[i].good);
}

static void tokens_are_drawn_in_their_own_form(void **state)
{
	char a[SESSION_TOKEN_SIZE], b[SESSION_TOKEN_SIZE];

	(void)state;
	session_token_draw(a);
	session_token_draw(b);
	assert_int_equal(strlen(a), 46);
	assert_true(session_token_is_ours(a));
	assert_string_not_equal(a, b);
	b[20] = '+';
	assert_false(session_token_is_ours(b));
	b[20] = '\0';
	assert_false(session_token_is_ours(b));
	assert_false(session_token_is_ours("vs_"));
	assert_false(session_token_is_ours(""));
	memcpy(a, "vt_", 3);
	assert_false(session_token_is_ours(a));
}

static void one_time_codes_are_read_as_people_type_them(void **state)
{
	char code[ONE_TIME_CODE_SIZE], typed[64];
	struct sha256 of_code, of_typed;

	(void)state;
	one_time_code_draw(code);
	assert_int_equal(strlen(code), 23);
	assert_true(one_time_code_digest(code, &of_code));
	snprintf(typed, sizeof(typed), " %.5s%.5s %.5s-%.5s \n", code, code + 6, code + 12,
		 code + 18);
	for (char *c = typed; *c != '\0'; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	assert_true(one_time_code_digest(typed, &of_typed));
	assert_true(digest_is(&of_code, &of_typed));
	code[0] = code[0] == 'A' ? 'B' : 'A';
	assert_true(one_time_code_digest(code, &of_typed));
	assert_false(digest_is(&of_code, &of_typed));
	assert_false(one_time_code_digest("", &of_typed));
	assert_false(one_time_code_digest("AAAAA-AAAAA-AAAAA-AAAA", &of_typed));
	assert_false(one_time_code_digest("AAAAA-AAAAA-AAAAA-AAAAAA", &of_typed));
	assert_false(one_time_code_digest("AAAAA-AAAAA-AAAAA-AAAA1", &of_typed));
	assert_false(digest_is_none(&of_code));
	assert_true(digest_is_none(&(struct sha256){{0}}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins_are_short_plain_words),
		cmocka_unit_test(passwords_are_long_and_not_the_login),
		cmocka_unit_test(pins_are_digits_without_a_pattern),
		cmocka_unit_test(tokens_are_drawn_in_their_own_form),
		cmocka_unit_test(one_time_codes_are_read_as_people_type_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
