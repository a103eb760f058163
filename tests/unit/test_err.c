/* err - every code has a word and a sentence; failures are one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void every_code_speaks(void **state)
{
	(void)state;
	for (int i = 0; i < ERR_COUNT; i++) {
		assert_true(strlen(err_word((enum err)i)) > 0);
		assert_true(strlen(err_sentence((enum err)i)) > 0);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(err_word((enum err)i), err_word((enum err)k));
	}
}

static void failing_keeps_errno_and_cuts_long_text(void **state)
{
	struct err_info info;
	char long_text[1000];

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	errno = ENOENT;
	assert_int_equal(err_fail_errno(&info, ERR_IO, "open %s", "f"), ERR_IO);
	assert_string_equal(info.text, "open f: No such file or directory");
	assert_int_equal(info.sys_errno, ENOENT);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(err_fail(&info, ERR_FULL, "%s", long_text), ERR_FULL);
	assert_int_equal(strlen(info.text), sizeof(info.text) - 1);
	assert_int_equal(err_fail(NULL, ERR_FULL, "nobody listens"), ERR_FULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_speaks),
		cmocka_unit_test(failing_keeps_errno_and_cuts_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
