/* form - what our page sends is read, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard/form.h"

static char act[8], note[16];
static const struct form_field fields[] = {{"act", act, sizeof(act)}, {"note", note, sizeof(note)}};

static void sound_forms(void **state)
{
	static const struct {
		const char *body, *act, *note;
	} cases[] = {
		{"", "", ""},
		{"act=ack", "ack", ""},
		{"note=&act=ack", "ack", ""},
		{"act=ack&note=a+b%20c", "ack", "a b c"},
		{"act=ack&note=%C3%B1%2B%3D%26", "ack", "ñ+=&"},
		{"act=ack&note=a%0D%0Ab%09", "ack", "a  b "},
		{"%61ct=%61ck", "ack", ""},
		{"act=ack&note=a=b", "ack", "a=b"},
		{"note=123456789012345", "", "123456789012345"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_true(form_read(slice_of(cases[i].body), fields, COUNT_OF(fields)));
		assert_string_equal(act, cases[i].act);
		assert_string_equal(note, cases[i].note);
	}
}

static void nothing_else(void **state)
{
	static const char *const cases[] = {
		"act",
		"&act=ack",
		"act=ack&",
		"act=ack&&note=",
		"act=ack&act=ack",
		"act=ack&%61ct=x",
		"act=ack&who=mesa",
		"=ack",
		"act=%",
		"act=%4",
		"act=%zz",
		"act=%00",
		"act=12345678",
		"note=1234567890123456",
		"note=%C3",
		"note=%ED%A0%80",
		"note=%01",
		"note=%7F",
		"note=\xFF",
		"act=ack\nnote=x&note=y",
		"act=ack&a234567890123456789012345678901234567890=1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (form_read(slice_of(cases[i]), fields, COUNT_OF(fields)))
			fail_msg("'%s' is read", cases[i]);
		assert_string_equal(act, "");
		assert_string_equal(note, "");
	}
	assert_false(form_read((struct slice){"act=a\0k", 7}, fields, COUNT_OF(fields)));
}

static void only_one_media_type(void **state)
{
	static const struct {
		const char *type;
		bool ours;
	} cases[] = {
		{"application/x-www-form-urlencoded", true},
		{"Application/X-WWW-Form-Urlencoded; charset=UTF-8", true},
		{"application/x-www-form-urlencoded ;a", true},
		{"application/x-www-form-urlencodedx", false},
		{"multipart/form-data; boundary=x", false},
		{"text/plain", false},
		{"application/json", false},
		{"", false},
		{NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(form_is_type(cases[i].type), cases[i].ours);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_forms),
		cmocka_unit_test(nothing_else),
		cmocka_unit_test(only_one_media_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
