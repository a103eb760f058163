/* score_text - six columns, a dash where nothing is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/micro.h"
#include "cli/score_text.h"

static void what_is_not_known_is_a_dash(void **state)
{
	struct score_service v = {.began = {100 * MICRO},
				  .known = {103 * MICRO},
				  .called = {104 * MICRO},
				  .answered = WALL_UNKNOWN,
				  .decided = WALL_UNKNOWN,
				  .outage_us = MICRO_NONE,
				  .rto_us = 60 * MICRO};
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	score_text_put_moments(&out, &v);
	assert_string_equal(buf_cstr(&out), "         3s         4s          -          -"
					    "          -     1m 00s");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_not_known_is_a_dash)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
