/* parse - durations, sizes, quantities, addresses and dates as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/parse.h"

struct text_case {
	const char *text;
	enum err err;
	int64_t value;
};

static void check_table(const struct text_case *c, size_t n,
			enum err (*parse)(struct slice, int64_t *))
{
	for (size_t i = 0; i < n; i++) {
		int64_t got = 0;
		enum err e = parse(slice_of(c[i].text), &got);

		if (e != c[i].err || got != c[i].value)
			fail_msg("'%s': got %s %lld", c[i].text, err_word(e), (long long)got);
	}
}

static void durations(void **state)
{
	static const struct text_case cases[] = {
		{"5s", ERR_OK, 5000000},
		{"200ms", ERR_OK, 200000},
		{"1m30s", ERR_OK, 90000000},
		{"2h", ERR_OK, 7200000000},
		{"1w", ERR_OK, 604800000000},
		{"0", ERR_OK, 0},
		{"5", ERR_SYNTAX, 0},
		{"5 s", ERR_SYNTAX, 0},
		{"", ERR_SYNTAX, 0},
		{"30s1m", ERR_SYNTAX, 0},
		{"1s1s", ERR_SYNTAX, 0},
		{"-5s", ERR_SYNTAX, 0},
		{"1.5s", ERR_SYNTAX, 0},
		{"s", ERR_SYNTAX, 0},
		{"5S", ERR_SYNTAX, 0},
		{"99999999999w", ERR_RANGE, 0},
		{"99999999999999999999s", ERR_RANGE, 0},
	};

	(void)state;
	check_table(cases, COUNT_OF(cases), parse_duration_us);
}

static void sizes(void **state)
{
	static const struct text_case cases[] = {
		{"4096", ERR_OK, 4096}, {"64MiB", ERR_OK, 67108864},
		{"2kB", ERR_OK, 2000},  {"2K", ERR_SYNTAX, 0},
		{"MiB", ERR_SYNTAX, 0}, {"99999999999TiB", ERR_RANGE, 0},
	};

	(void)state;
	check_table(cases, COUNT_OF(cases), parse_size);
}

static void quantities(void **state)
{
	static const struct text_case cases[] = {
		{"50ms", ERR_OK, 50000},        {"5%", ERR_OK, 50000},
		{"0.5", ERR_OK, 500000},        {"-3", ERR_OK, -3000000},
		{"3d", ERR_OK, 259200000000},   {"1.5KiB", ERR_OK, 1536000000},
		{"10us", ERR_OK, 10},           {"5 ms", ERR_SYNTAX, 0},
		{"ms", ERR_SYNTAX, 0},          {"5xyz", ERR_SYNTAX, 0},
		{"9000000000TB", ERR_RANGE, 0},
	};

	(void)state;
	check_table(cases, COUNT_OF(cases), parse_quantity_micro);
}

static void dates(void **state)
{
	static const struct text_case cases[] = {
		{"1970-01-01", ERR_OK, 0},          {"2026-03-31", ERR_OK, 1774915200},
		{"2024-02-29", ERR_OK, 1709164800}, {"2025-02-29", ERR_RANGE, 0},
		{"2026-13-01", ERR_SYNTAX, 0},      {"2026-3-1", ERR_SYNTAX, 0},
		{"2026/03/31", ERR_SYNTAX, 0},
	};

	(void)state;
	check_table(cases, COUNT_OF(cases), parse_date);
}

struct address_case {
	const char *text, *host;
	enum err err;
	uint16_t port;
};

static void addresses(void **state)
{
	static const struct address_case cases[] = {
		{"127.0.0.1:7460", "127.0.0.1", ERR_OK, 7460},
		{"[::1]:80", "::1", ERR_OK, 80},
		{"noc.example.org:443", "noc.example.org", ERR_OK, 443},
		{"::1:80", "", ERR_SYNTAX, 0},
		{":80", "", ERR_SYNTAX, 0},
		{"host", "", ERR_SYNTAX, 0},
		{"host:", "", ERR_SYNTAX, 0},
		{"host:0", "", ERR_RANGE, 0},
		{"host:65536", "", ERR_RANGE, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char host[64] = "";
		uint16_t port = 0;
		enum err e = parse_host_port(slice_of(cases[i].text), host, sizeof(host), &port);

		if (e != cases[i].err || strcmp(host, cases[i].host) != 0 || port != cases[i].port)
			fail_msg("'%s': got %s '%s' %u", cases[i].text, err_word(e), host, port);
	}
	assert_true(parse_is_loopback("127.9.9.9"));
	assert_true(parse_is_loopback("::1"));
	assert_false(parse_is_loopback("192.0.2.1"));
	assert_false(parse_is_loopback("localhost"));
	assert_true(parse_is_address("2001:db8::1"));
	assert_false(parse_is_address("1.2.3"));
}

static void ids(void **state)
{
	(void)state;
	assert_true(parse_is_id(SLICE_LIT("catd-01"), ""));
	assert_true(parse_is_id(SLICE_LIT("dc/fw-a"), "/"));
	assert_true(parse_is_id(SLICE_LIT("dc/fw-a:ping"), "/:"));
	assert_false(parse_is_id(SLICE_LIT("dc/fw-a"), ""));
	assert_false(parse_is_id(SLICE_LIT("CATD"), ""));
	assert_false(parse_is_id(SLICE_LIT("-a"), ""));
	assert_false(parse_is_id(SLICE_LIT("a/"), "/"));
	assert_false(parse_is_id(SLICE_LIT(""), ""));
	assert_false(parse_is_id(SLICE_LIT("../x"), "/"));
	assert_false(parse_is_id(SLICE_LIT("a/../x"), "/"));
	assert_false(parse_is_id(SLICE_LIT("a/./x"), "/"));
	assert_false(parse_is_id(SLICE_LIT("a//x"), "/"));
	assert_false(parse_is_id(SLICE_LIT("a/-x"), "/"));
}

static void exact_durations_read_back(void **state)
{
	static const int64_t values[] = {0, 1, 1500, 200000, 5000000, 90000000, 604800000001};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		char text[64];
		int64_t back = -1;

		format_duration_exact(text, sizeof(text), values[i]);
		assert_int_equal(parse_duration_us(slice_of(text), &back), ERR_OK);
		assert_int_equal(back, values[i]);
	}
}

static void durations_for_people(void **state)
{
	char text[32];

	(void)state;
	format_duration(text, sizeof(text), 299000000);
	assert_string_equal(text, "4m 59s");
	format_duration(text, sizeof(text), -12000000);
	assert_string_equal(text, "-12s");
	format_duration(text, sizeof(text), 350000);
	assert_string_equal(text, "350ms");
	format_duration(text, sizeof(text), 3720000000);
	assert_string_equal(text, "1h 02m");
}

static void host_names(void **state)
{
	static const char *const good[] = {"a", "noc.example.org", "h-1", "A_b", "1.2.3"};
	static const char *const bad[] = {"", "-a", ".a", "a b", "a/b", "a:1", "a@b", "ñ", "a\n"};
	char longest[256];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(parse_is_host_name(good[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(parse_is_host_name(bad[i]));
	memset(longest, 'a', sizeof(longest));
	longest[254] = '\0';
	assert_false(parse_is_host_name(longest));
	longest[253] = '\0';
	assert_true(parse_is_host_name(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_names),
		cmocka_unit_test(durations),
		cmocka_unit_test(sizes),
		cmocka_unit_test(quantities),
		cmocka_unit_test(dates),
		cmocka_unit_test(addresses),
		cmocka_unit_test(ids),
		cmocka_unit_test(exact_durations_read_back),
		cmocka_unit_test(durations_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
