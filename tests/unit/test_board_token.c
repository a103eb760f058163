/* board_token - made once, kept, private; a file that holds none is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "collector/board_token.h"

static void made_once_kept_and_private(void **state)
{
	char dir[] = "/tmp/vigia-unit-XXXXXX", path[64];
	struct sha256 first, again;
	struct err_info info;
	struct stat st;
	struct buf text;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/board.token", dir);
	assert_int_equal(board_token_open(dir, &first, &info), ERR_OK);
	assert_int_equal(board_token_open(dir, &again, &info), ERR_OK);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	buf_init(&text, 256);
	assert_int_equal(files_read(path, &text, &info), ERR_OK);
	assert_int_equal(text.len, 65);
	again = sha256_of((struct slice){text.data, 64}, SLICE_LIT(""));
	assert_memory_equal(&first, &again, sizeof(first)); /* the digest of what is in the file */
	buf_release(&text);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			files_replace(path, slice_of(i == 0 ? "" : "corto\n"), 0600, &info),
			ERR_OK);
		assert_int_equal(board_token_open(dir, &again, &info), ERR_CORRUPT);
		assert_non_null(strstr(info.text, "board.token"));
	}
	unlink(path);
	assert_int_equal(board_token_open(dir, &again, &info), ERR_OK);
	assert_memory_not_equal(&first, &again, sizeof(first));
	unlink(path);
	rmdir(dir);
	assert_int_not_equal(board_token_open(dir, &again, &info), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(made_once_kept_and_private)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
