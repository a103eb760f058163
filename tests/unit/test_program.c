/* program - the digest of the file that runs, and whether it was replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <uv.h>

#include "collector/program.h"
#include "tests/support/probe_once.h"

static void the_digest_of_what_runs(void **state)
{
	struct sha256 digest;
	struct err_info info;
	char hex[SHA256_HEX_SIZE];
	struct program *p;
	uv_loop_t loop;

	(void)state;
	uv_loop_init(&loop);
	p = program_start(&loop);
	assert_string_equal(program_hash(p), "");
	while (program_hash(p)[0] == '\0')
		loop_turn(&loop);
	assert_int_equal(sha256_of_file("/proc/self/exe", &digest, NULL, &info), ERR_OK);
	sha256_hex(hex, &digest);
	assert_string_equal(program_hash(p), hex);
	assert_false(program_is_replaced());
	program_stop(p);
	program_stop(NULL);
	/* Given up while it is being read: its end comes later, and nothing is left. */
	program_stop(program_start(&loop));
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digest_of_what_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
