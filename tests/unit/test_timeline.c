/* timeline - a body on one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/timeline.h"

static void says(const char *body, bool english, const char *text)
{
	struct buf out;

	buf_init(&out, 4096);
	timeline_put_text(&out, body, english);
	assert_string_equal(buf_cstr(&out), text);
	buf_release(&out);
}

static void the_parts_that_tell_the_story(void **state)
{
	(void)state;
	says("{\"incident\":4,\"from\":\"suspect\",\"to\":\"confirmed\"}", false,
	     "  sospecha  CONFIRMADO");
	says("{\"incident\":4,\"from\":\"suspect\",\"to\":\"confirmed\"}", true,
	     "  suspect  CONFIRMED");
	says("{\"service\":\"s\",\"pct\":40,\"due\":5.5}", false, "  s  40 %");
	says("{\"service\":\"s\",\"outage\":61.5}", false, "  s  1m 01s");
	says("{\"note\":\"a\\u001bb\",\"why\":\"\"}", false,
	     "  a?b"); /* nobody's note moves our cursor */
	says("{\"service\":\"s\",\"n\":3,\"what\":\"skip\",\"person\":\"ana\",\"note\":\"no "
	     "hay\",\"ref\":\"SD-17\"}",
	     false, "  s  n.º 3  ana  omitida  SD-17  no hay");
	says("{\"service\":\"s\",\"why\":\"quorum\"}", false, "  s  hay quórum");
	says("not a body", false, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parts_that_tell_the_story),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
