/* gzip - one beginning with many ends; who takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/rand.h"
#include "dashboard/gzip.h"

static void expect(const struct buf *packed, struct slice begin, struct slice end)
{
	size_t n = begin.n + end.n;
	unsigned char *plain = malloc(n + 1);
	z_stream z = {.next_in = (unsigned char *)packed->data,
		      .avail_in = (uInt)packed->len,
		      .next_out = plain,
		      .avail_out = (uInt)n + 1};

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK); /* reads the sums at the end as well */
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, n);
	assert_memory_equal(plain, begin.p, begin.n);
	assert_memory_equal(plain + begin.n, end.p, end.n);
	inflateEnd(&z);
	free(plain);
}

static void whatever_begins_and_ends_comes_out_again(void **state)
{
	static const size_t lengths[] = {0, 1, 100, 16000, 16384, 70000, 300000};
	struct rand r;

	(void)state;
	rand_seed(&r, 7);
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		for (int kind = 0; kind < 2;
		     kind++) { /* text like ours; and what cannot be made shorter */
			char *text = malloc(lengths[i] + 1);
			struct gzip g;
			struct buf out;

			for (size_t k = 0; k < lengths[i]; k++)
				text[k] = kind == 0 ? "{\"state\":\"ok\"},"[k % 15]
						    : (char)rand_u64(&r);
			buf_init(&out, 1 << 20);
			assert_true(gzip_begin(&g, (struct slice){text, lengths[i]}, 1 << 20));
			gzip_put(&g, SLICE_LIT(",\"stale_for\":0}"), &out);
			expect(&out, (struct slice){text, lengths[i]},
			       SLICE_LIT(",\"stale_for\":0}"));
			buf_reset(&out);
			gzip_put(&g, SLICE_LIT(""), &out); /* the same beginning once more */
			expect(&out, (struct slice){text, lengths[i]}, SLICE_LIT(""));
			if (kind == 0 && lengths[i] > 1000)
				assert_true(out.len < lengths[i] / 10);
			buf_release(&out);
			gzip_release(&g);
			gzip_release(&g);
			free(text);
		}
	}
}

static void what_does_not_fit_is_told(void **state)
{
	struct gzip g;

	(void)state;
	assert_false(gzip_begin(&g, SLICE_LIT("0123456789abcdefghijklmnopqrstuvwxyz"), 20));
	gzip_release(&g);
}

static void who_takes_it_says_so(void **state)
{
	static const struct {
		const char *header;
		bool takes;
	} cases[] = {
		{NULL, false},
		{"", false},
		{"gzip", true},
		{"gzip, deflate, br, zstd", true},
		{"deflate,GZIP", true},
		{"br;q=1.0, gzip;q=0.8", true},
		{"x-gzip", false},
		{"gzip;q=0", false},
		{"gzip; q=0.000", false},
		{"gzip;q=0.001", true},
		{"identity", false},
		{"gzipped", false},
		{"*", false},
		{" , ,", false},
		{"gzip;", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (coding_is_accepted(cases[i].header, "gzip") != cases[i].takes)
			fail_msg("%s", cases[i].header);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_begins_and_ends_comes_out_again),
		cmocka_unit_test(what_does_not_fit_is_told),
		cmocka_unit_test(who_takes_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
