/* series_band - percentiles are values that were measured; unknown rows count for nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "collector/series_band.h"

static char state_name[] = "state", bad_name[] = "bad", rtt_name[] = "rtt", loss_name[] = "loss";
static char *const names[] = {state_name, bad_name, rtt_name, loss_name};

static const char *band(const struct series_table *t, int64_t wide, uint32_t bands, struct buf *out)
{
	struct json_emit j;

	buf_init(out, 1 << 16);
	j = json_emit_to(out);
	json_open_object(&j);
	series_band_put(&j, t, wide, names, bands);
	json_close_object(&j);
	return buf_cstr(out);
}

static void percentiles_are_of_the_nearest_rank(void **state)
{
	double data[20 * 4];
	struct series_table t = {.first = 10, .step = 10, .rows = 20, .columns = 4, .mean = data};
	struct buf out;

	(void)state;
	/* 10, 9, .. 1 and then one value only, in ten rows each. */
	for (int i = 0; i < 20; i++) {
		data[i * 4] = data[i * 4 + 1] = data[i * 4 + 3] = 0;
		data[i * 4 + 2] = i < 10 ? 10 - i : i == 15 ? 7 : (double)NAN;
	}
	assert_string_equal(band(&t, 100, 1, &out),
			    "{\"bands\":{\"rtt\":{\"min\":[1,7],\"p10\":[1,7],\"p50\":[5,7],"
			    "\"p90\":[9,7],\"max\":[10,7]}}}");
	buf_release(&out);
}

static void what_is_unknown_stays_so(void **state)
{
	const double data[] = {0, 0, NAN, 1, 0, 0, NAN, NAN, 0, 0, 3, 1};
	struct series_table t = {.first = 10, .step = 10, .rows = 3, .columns = 4, .mean = data};
	struct buf out;

	(void)state;
	/* Two whole buckets of 20 s would end at 20 and 40; what is left at the end is one too. */
	assert_string_equal(
		band(&t, 20, 3, &out),
		"{\"bands\":{\"rtt\":{\"min\":[null,3],\"p10\":[null,3],\"p50\":[null,3],"
		"\"p90\":[null,3],\"max\":[null,3]},\"loss\":{\"min\":[1,1],\"p10\":[1,1],"
		"\"p50\":[1,1],\"p90\":[1,1],\"max\":[1,1]}}}");
	buf_release(&out);
}

static void extremes_come_from_their_archives(void **state)
{
	const double mean[] = {0, 0, 5, 0, 0, 0, 7, 0}, least[] = {0, 0, 1, 0, 0, 0, 2, 0},
		     most[] = {0, 0, 90, 0, 0, 0, 80, 0};
	struct series_table t = {.first = 300,
				 .step = 300,
				 .rows = 2,
				 .columns = 4,
				 .mean = mean,
				 .least = least,
				 .most = most};
	struct buf out;

	(void)state;
	assert_string_equal(band(&t, 600, 1, &out),
			    "{\"bands\":{\"rtt\":{\"min\":[1],\"p10\":[5],\"p50\":[5],"
			    "\"p90\":[7],\"max\":[90]}}}");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(percentiles_are_of_the_nearest_rank),
					   cmocka_unit_test(what_is_unknown_stays_so),
					   cmocka_unit_test(extremes_come_from_their_archives)};

	return cmocka_run_group_tests_name("series_band", tests, NULL, NULL);
}
