/* icmp_echo.h - echo requests and replies as bytes (RFC 792, RFC 4443). Pure. The payload begins with a cookie of
 * the burst, checked in every reply: the kernel overwrites the id on datagram sockets, and a raw socket sees
 * everybody's replies. */
#ifndef VIGIA_CHECKS_ICMP_ECHO_H
#define VIGIA_CHECKS_ICMP_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { ICMP_ECHO_HEADER = 8, ICMP_ECHO_COOKIE = 16 };

struct icmp_echo_id {
	unsigned char cookie[ICMP_ECHO_COOKIE];
};

/* Spreads a seed (time, place) over the cookie; it tells bursts apart, it is no secret. */
void icmp_echo_id_make(struct icmp_echo_id *id, int64_t seed) NONNULL_ALL;
/* Writes a request with `size` >= ICMP_ECHO_COOKIE bytes of payload; returns its whole length. */
size_t icmp_echo_write(unsigned char *dst, size_t size, bool v6, const struct icmp_echo_id *id,
		       uint16_t seq) NONNULL_ALL;
/* True if the packet is the reply to a request of this burst. `ip_header`: an IPv4 header stands before it. */
bool icmp_echo_read(const unsigned char *p, size_t n, bool v6, bool ip_header,
		    const struct icmp_echo_id *id, uint16_t *ret_seq) NONNULL_ALL;

#endif
