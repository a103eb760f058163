/* icmp_echo - requests are well formed; only replies of this burst are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "checks/icmp_echo.h"

static uint16_t sum_of(const unsigned char *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t)sum;
}

static void a_reply_tells_its_burst_and_others_are_not_taken(void **state)
{
	const struct icmp_echo_id mine = {7, 0x1122334455667788};
	struct icmp_echo_id got = {0};
	unsigned char p[200];
	uint16_t seq = 0;
	size_t n;

	(void)state;
	n = icmp_echo_write(p, 56, false, &mine, 300);
	assert_int_equal(n, 64);
	assert_int_equal(sum_of(p, n), 0xFFFF); /* RFC 1071: a sound packet sums to all ones */
	assert_false(icmp_echo_read(p, n, false, false, &got, &seq)); /* a request is no reply */
	p[0] = 0;
	assert_true(icmp_echo_read(p, n, false, false, &got, &seq));
	assert_int_equal(seq, 300);
	assert_int_equal(got.slot, 7);
	assert_int_equal(got.key, mine.key);
	for (size_t cut = 0; cut < ICMP_ECHO_HEADER + ICMP_ECHO_COOKIE; cut++)
		assert_false(icmp_echo_read(p, cut, false, false, &got, &seq));
	p[ICMP_ECHO_HEADER] ^= 1; /* another program's payload */
	assert_false(icmp_echo_read(p, n, false, false, &got, &seq));
}

static void the_ip_header_of_a_raw_socket_is_stepped_over(void **state)
{
	struct icmp_echo_id id = {3, 4};
	unsigned char p[200] = {0x45};
	uint16_t seq;

	(void)state;
	icmp_echo_write(p + 20, 56, false, &id, 1);
	p[20] = 0;
	assert_true(icmp_echo_read(p, 84, false, true, &id, &seq));
	p[0] = 0x4F; /* claims 60 bytes of header */
	assert_false(icmp_echo_read(p, 84, false, true, &id, &seq));
	p[0] = 0x41;
	assert_false(icmp_echo_read(p, 84, false, true, &id, &seq));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_tells_its_burst_and_others_are_not_taken),
		cmocka_unit_test(the_ip_header_of_a_raw_socket_is_stepped_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
