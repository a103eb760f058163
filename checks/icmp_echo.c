#include "checks/icmp_echo.h"

#include <assert.h>
#include <string.h>

enum { REQUEST_V4 = 8, REPLY_V4 = 0, REQUEST_V6 = 128, REPLY_V6 = 129 };
/* The payload: a mark of ours, the slot, the key. */
static const unsigned char mark[4] = {'V', 'i', 'g', 0xED};

/* RFC 1071. */
static uint16_t checksum(const unsigned char *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	if (n % 2 != 0)
		sum += (uint32_t)p[n - 1] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t)~sum;
}

size_t icmp_echo_write(unsigned char *dst, size_t size, bool v6, const struct icmp_echo_id *id,
		       uint16_t seq)
{
	size_t n = ICMP_ECHO_HEADER + size;
	uint16_t sum;

	assert(size >= ICMP_ECHO_COOKIE);
	memset(dst, 0, n);
	dst[0] = v6 ? REQUEST_V6 : REQUEST_V4;
	dst[4] = (unsigned char)(id->key >> 8);
	dst[5] = (unsigned char)id->key;
	dst[6] = (unsigned char)(seq >> 8);
	dst[7] = (unsigned char)seq;
	memcpy(dst + ICMP_ECHO_HEADER, mark, 4);
	memcpy(dst + ICMP_ECHO_HEADER + 4, &id->slot, 4);
	memcpy(dst + ICMP_ECHO_HEADER + 8, &id->key, 8);
	if (!v6) { /* over IPv6 the kernel fills it in */
		sum = checksum(dst, n);
		dst[2] = (unsigned char)(sum >> 8);
		dst[3] = (unsigned char)sum;
	}
	return n;
}

bool icmp_echo_read(const unsigned char *p, size_t n, bool v6, bool ip_header,
		    struct icmp_echo_id *ret_id, uint16_t *ret_seq)
{
	if (ip_header) {
		size_t header = n > 0 ? (size_t)(p[0] & 15) * 4 : 0;

		if (header < 20 || n < header)
			return false;
		p += header;
		n -= header;
	}
	if (n < ICMP_ECHO_HEADER + ICMP_ECHO_COOKIE || p[0] != (v6 ? REPLY_V6 : REPLY_V4) ||
	    p[1] != 0)
		return false;
	if (memcmp(p + ICMP_ECHO_HEADER, mark, 4) != 0)
		return false;
	memcpy(&ret_id->slot, p + ICMP_ECHO_HEADER + 4, 4);
	memcpy(&ret_id->key, p + ICMP_ECHO_HEADER + 8, 8);
	*ret_seq = (uint16_t)(p[6] << 8 | p[7]);
	return true;
}
