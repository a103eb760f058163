/* host_proc - procfs as real kernels write it: old and new columns, lines that are missing, numbers past all bounds. What is
 * needed and not there is refused, never guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "checks/host_proc.h"

#define TEXT(s) slice_of(s)

static void processors_are_added_up(void **state)
{
	struct host_cpu c;

	(void)state;
	assert_true(host_proc_cpu(TEXT("cpu  10 1 5 80 3 2 8 7 9 9\ncpu0 1 1 1 1\ncpu1 1 1 1 1\n"
				       "intr 5\ncpu2 1 1 1 1\n"),
				  &c));
	assert_int_equal(c.user, 11);
	assert_int_equal(c.kernel, 15);
	assert_int_equal(c.idle, 80);
	assert_int_equal(c.iowait, 3);
	assert_int_equal(c.steal, 7);
	assert_int_equal(c.processors, 2); /* what comes after the first lines is no processor */
	assert_true(host_proc_cpu(TEXT("cpu 1 2 3 4 5\ncpu0 1 2 3 4 5"), &c)); /* before 2.6.11 */
	assert_int_equal(c.steal, 0);
	assert_true(host_proc_cpu(
		TEXT("cpu 99999999999999999999999 18446744073709551615 0 1\ncpu0 0 0 0 1\n"), &c));
	assert_true(c.user == UINT64_MAX);
}

static void processors_that_are_not_told(void **state)
{
	static const char *const texts[] = {"",
					    "cpu",
					    "cpu  1 2 3\ncpu0 1 2 3\n",
					    "cpu 1 2 3 4\n",
					    "cpu0 1 2 3 4\n",
					    "cpu a b c d\ncpu0 1\n",
					    "intr 5\n",
					    "cpu -1 2 3 4\ncpu0 1 2 3 4\n"};
	struct host_cpu c;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		if (host_proc_cpu(TEXT(texts[i]), &c))
			fail_msg("read '%s'", texts[i]);
	}
}

static void memory(void **state)
{
	struct host_memory m;

	(void)state;
	assert_true(host_proc_memory(TEXT("MemTotal: 100 kB\nMemFree: 1 kB\nMemAvailable:\t40 kB\n"
					  "SwapCached: 9 kB\nSwapTotal: 8 kB\nSwapFree: 2 kB\n"),
				     &m));
	assert_int_equal(m.total, 102400);
	assert_int_equal(m.available, 40960);
	assert_int_equal(m.swap_total, 8192);
	assert_int_equal(m.swap_free, 2048);
	/* A kernel before 3.14, a cut text, a number that is none: not measured, never a guess. */
	assert_false(host_proc_memory(
		TEXT("MemTotal: 100 kB\nMemFree: 1 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n"), &m));
	assert_false(host_proc_memory(TEXT("MemTotal: 100 kB\nMemAvai"), &m));
	assert_false(host_proc_memory(
		TEXT("MemTotal: x\nMemAvailable: 1\nSwapTotal: 0\nSwapFree: 0\n"), &m));
	assert_false(host_proc_memory(
		TEXT("MemTotal: 0\nMemAvailable: 0\nSwapTotal: 0\nSwapFree: 0\n"), &m));
	assert_true(host_proc_memory(TEXT("MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB\n"
					  "SwapTotal: 0 kB\nSwapFree: 0 kB\n"),
				     &m));
	assert_true(m.total == UINT64_MAX);
}

static void paging_load_uptime(void **state)
{
	struct host_paging p;
	int64_t load[3], up;

	(void)state;
	assert_true(host_proc_paging(TEXT("a 1\npswpin 7\npswpout 9\n"), &p));
	assert_int_equal(p.in, 7);
	assert_int_equal(p.out, 9);
	assert_false(host_proc_paging(TEXT("pswpin 7\npswpoutx 9\n"), &p));
	assert_true(host_proc_load(TEXT("0.08 1.5 100.25 1/99 4\n"), load));
	assert_int_equal(load[0], 80000);
	assert_int_equal(load[2], 100250000);
	assert_false(host_proc_load(TEXT("0.08 1.5\n0.5"), load));
	assert_false(host_proc_load(TEXT("0.08 -1.5 2"), load));
	assert_false(host_proc_load(TEXT(""), load));
	assert_true(host_proc_uptime(TEXT("12.34 5.6\n"), &up));
	assert_int_equal(up, 12340000);
	assert_false(host_proc_uptime(TEXT("\n"), &up));
}

#define TITLES "Inter-|   Receive  |  Transmit\n face |bytes packets errs drop|bytes\n"
#define ROW(n) " " n " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"

static void interfaces(void **state)
{
	struct host_links l;

	(void)state;
	assert_true(host_proc_links(TEXT(TITLES ROW("lo:") ROW("eth0:") ROW("br-1:77")), "", &l));
	assert_int_equal(l.count, 2);
	assert_string_equal(l.items[0].name, "eth0");
	assert_int_equal(l.items[0].in, 1);
	assert_int_equal(l.items[0].out, 9);
	assert_int_equal(l.items[0].errors, 3 + 11);
	assert_int_equal(l.items[0].drops, 4 + 12);
	assert_int_equal(l.items[1].in, 77); /* no blank after the colon */
	assert_true(host_proc_links(TEXT(TITLES ROW("lo:") ROW("eth0:")), "lo, eth9", &l));
	assert_int_equal(l.count, 1);
	assert_string_equal(l.items[0].name, "lo");
	assert_false(host_proc_links(TEXT(TITLES " eth0: 1 2 3\n"), "", &l));
	assert_false(host_proc_links(TEXT(ROW("a-name-of-16-byt:")), "", &l));
	assert_false(host_proc_links(TEXT(" : 1 2 3\n"), "", &l));
}

static void no_more_interfaces_than_there_is_room(void **state)
{
	char text[16384];
	size_t n = 0;
	struct host_links l;

	(void)state;
	for (int i = 0; i < HOST_LINKS_MAX + 5; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "veth%d: 1 2 3 4 5 6 7 8 9 10 11 12\n", i);
	assert_true(host_proc_links((struct slice){text, n}, "", &l));
	assert_int_equal(l.count, HOST_LINKS_MAX);
	assert_true(l.more);
}

static void figures(void **state)
{
	(void)state;
	assert_int_equal(host_share(1, 3), 333333);
	assert_int_equal(host_share(5, 3), MICRO);
	assert_int_equal(host_share(UINT64_MAX - 1, UINT64_MAX), MICRO - 1);
	assert_int_equal(host_rate(100, 150, 500000), 100 * MICRO);
	assert_int_equal(host_rate(7, 7, 1), 0);
	assert_int_equal(host_rate(150, 100, 500000), -1); /* began anew */
	assert_int_equal(host_rate(0, UINT64_MAX, 1), INT64_MAX);
	assert_int_equal(host_micro(3), 3 * MICRO);
	assert_int_equal(host_micro(UINT64_MAX), INT64_MAX);
}

static void files_are_read_whole(void **state)
{
	struct buf b CLEANUP(buf_release);

	(void)state;
	buf_init(&b, HOST_TEXT_MAX + (1 << 16));
	assert_int_equal(host_proc_read("tests/fixtures/host/proc", "loadavg", &b), ERR_OK);
	assert_string_equal(buf_cstr(&b), "0.50 1.00 2.25 3/456 7890\n");
	assert_int_equal(host_proc_read("tests/fixtures/host/proc", "uptime", &b), ERR_OK);
	assert_string_equal(buf_cstr(&b), "86400.50 172000.10\n");
	assert_int_equal(host_proc_read("tests/fixtures/host/proc", "nothing", &b), ERR_NOT_FOUND);
	assert_int_equal(host_proc_read("tests/fixtures/host/proc", "net", &b), ERR_IO);
	assert_int_equal(host_proc_read("/dev", "zero", &b), ERR_OK); /* has no end: bounded */
	assert_in_range(b.len, HOST_TEXT_MAX, HOST_TEXT_MAX + (1 << 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processors_are_added_up),
		cmocka_unit_test(processors_that_are_not_told),
		cmocka_unit_test(memory),
		cmocka_unit_test(paging_load_uptime),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(no_more_interfaces_than_there_is_room),
		cmocka_unit_test(figures),
		cmocka_unit_test(files_are_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
