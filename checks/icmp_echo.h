/* icmp_echo.h - echo requests and replies as bytes (RFC 792, RFC 4443). Pure. The payload begins with the slot and the
 * key of the burst, checked in every reply: the kernel overwrites the id on datagram sockets, and a raw socket sees
 * everybody's replies. */
#ifndef VIGIA_CHECKS_ICMP_ECHO_H
#define VIGIA_CHECKS_ICMP_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { ICMP_ECHO_HEADER = 8, ICMP_ECHO_COOKIE = 16 };

struct icmp_echo_id {
	uint32_t slot; /* where the sender keeps the burst */
	uint64_t key; /* random */
};

/* Writes a request with `size` >= ICMP_ECHO_COOKIE bytes of payload; returns its whole length. */
size_t icmp_echo_write(unsigned char *dst, size_t size, bool v6, const struct icmp_echo_id *id,
		       uint16_t seq) NONNULL_ALL;
/* True if the packet is an echo reply with a payload of ours; whose it is the caller decides by the id. `ip_header`: an
 * IPv4 header stands before it. */
bool icmp_echo_read(const unsigned char *p, size_t n, bool v6, bool ip_header,
		    struct icmp_echo_id *ret_id, uint16_t *ret_seq) NONNULL_ALL;

#endif
