/* html_text - what comes from outside stays text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/html_text.h"

static void text_means_itself(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"", ""},
		{"Publicación 1", "Publicación 1"},
		{"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"a\" onload='x' &amp;", "a&quot; onload=&#39;x&#39; &amp;amp;"},
		{"a\nb\x7f", "a\xEF\xBF\xBD"
			     "b\xEF\xBF\xBD"},
		{"\xC3", "\xEF\xBF\xBD"},
		{"\xC3<", "\xEF\xBF\xBD&lt;"},
		{"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;

		buf_init(&out, 1024);
		html_text_put(&out, slice_of(cases[i].in));
		assert_string_equal(buf_cstr(&out), cases[i].out);
		buf_release(&out);
	}
}

/* No byte, alone or in a row, lets anything out that could end a text or an attribute. */
static void no_bytes_get_out(void **state)
{
	char all[256];
	struct buf out;

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	buf_init(&out, 4096);
	html_text_put(&out, (struct slice){all, sizeof(all)});
	assert_null(strpbrk(buf_cstr(&out), "<>\"'"));
	assert_int_equal(strlen(buf_cstr(&out)), out.len);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_means_itself),
		cmocka_unit_test(no_bytes_get_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
