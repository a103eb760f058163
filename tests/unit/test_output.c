/* output - files appear whole or not at all; nobody's text moves our cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output.h"

static void control_characters_become_question_marks(void **state)
{
	struct buf out CLEANUP(buf_release);

	(void)state;
	buf_init(&out, 1000);
	output_put_clean(&out, "ñandú \x1b[2J\n\x7f \xC2\x9B"
			       "31m ok \xC2\xA1");
	assert_string_equal(buf_cstr(&out), "ñandú ?[2J?? ?31m ok ¡");
}

static void a_file_is_replaced_only_when_asked(void **state)
{
	char dir[] = "/tmp/vigia-output-XXXXXX", path[64], text[16] = "";
	struct err_info info;
	struct stat st;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	assert_int_equal(output_write_file(path, SLICE_LIT("one\n"), 0600, false, &info), ERR_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(output_write_file(path, SLICE_LIT("two\n"), 0600, false, &info),
			 ERR_DUPLICATE);
	assert_int_equal(output_write_file(path, SLICE_LIT("three\n"), 0600, true, &info), ERR_OK);
	f = fopen(path, "r");
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	assert_string_equal(text, "three\n");
	assert_int_equal(unlink(path), 0);
	/* Nothing was left beside it. */
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(output_write_file(path, SLICE_LIT("x"), 0600, true, &info), ERR_IO);
	assert_non_null(strstr(info.text, "No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_become_question_marks),
		cmocka_unit_test(a_file_is_replaced_only_when_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
