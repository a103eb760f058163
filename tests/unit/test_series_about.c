/* series_about - what stands on a drawing: words and units of each value, limits, place, and whether it is real. The whole answer is
 * asked for over HTTP in test_api_views. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/series_about.h"
#include "tests/support/collector_world.h"

static void a_drawing_can_be_read_later(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));
	const struct engine *e;
	const struct plan *p;
	struct buf out;

	(void)state;
	collector_world_open(w);
	e = core_engine(w->c.core);
	p = view_plan(e);
	buf_init(&out, 1 << 16);
	series_about_put(&out, e,
			 p->checks[plan_find_check(p, SLICE_LIT("net:ping"))].vantage_first,
			 (struct wall_time){INT64_C(1760000000000000)});
	assert_int_equal(strncmp(buf_cstr(&out), ",\"about\":{\"check\":\"net:ping\",", 28), 0);
	assert_non_null(
		strstr(buf_cstr(&out), "\"type\":\"icmp\",\"from\":\"dc\",\"interval\":5,"));
	assert_non_null(strstr(buf_cstr(&out), "{\"name\":\"loss\",\"unit\":\"1\",\"words\":[]}"));
	assert_non_null(strstr(buf_cstr(&out), "\"limits\":[],\"institution\":\"Prueba\""));
	assert_non_null(strstr(buf_cstr(&out), "\"real\":true,\"stamp\":\"REAL\"}"));
	buf_release(&out);
	collector_world_close(w);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_drawing_can_be_read_later)};

	return cmocka_run_group_tests_name("series_about", tests, NULL, NULL);
}
