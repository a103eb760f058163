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

static void a_reply_of_this_burst_is_taken_and_no_other(void **state)
{
	struct icmp_echo_id mine, other;
	unsigned char p[200];
	uint16_t seq = 0;
	size_t n;

	(void)state;
	icmp_echo_id_make(&mine, 1);
	icmp_echo_id_make(&other, 2);
	n = icmp_echo_write(p, 56, false, &mine, 300);
	assert_int_equal(n, 64);
	assert_int_equal(sum_of(p, n), 0xFFFF); /* RFC 1071: a sound packet sums to all ones */
	assert_false(icmp_echo_read(p, n, false, false, &mine, &seq)); /* a request is no reply */
	p[0] = 0;
	assert_true(icmp_echo_read(p, n, false, false, &mine, &seq));
	assert_int_equal(seq, 300);
	assert_false(icmp_echo_read(p, n, false, false, &other, &seq));
	for (size_t cut = 0; cut < ICMP_ECHO_HEADER + ICMP_ECHO_COOKIE; cut++)
		assert_false(icmp_echo_read(p, cut, false, false, &mine, &seq));
}

static void the_ip_header_of_a_raw_socket_is_stepped_over(void **state)
{
	struct icmp_echo_id id;
	unsigned char p[200] = {0x45};
	uint16_t seq;

	(void)state;
	icmp_echo_id_make(&id, 3);
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
		cmocka_unit_test(a_reply_of_this_burst_is_taken_and_no_other),
		cmocka_unit_test(the_ip_header_of_a_raw_socket_is_stepped_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
