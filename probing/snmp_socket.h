/* snmp_socket.h - the UDP sockets of the SNMP driver, one per family for all devices: many packets a system call in both
 * directions, a large receive buffer (1,500 answers at once must not be lost), and what ICMP says of a packet of ours
 * (IP_RECVERR: a closed port is known at once). */
#ifndef VIGIA_PROBING_SNMP_SOCKET_H
#define VIGIA_PROBING_SNMP_SOCKET_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/slice.h"
#include "probing/snmp_device.h"

struct uv_loop_s;
struct snmp_sockets;

struct snmp_socket_events {
	/* From the loop; the bytes live until it returns. */
	void (*packet)(void *user, struct slice bytes, const union snmp_address *from);
	/* All packets that were there have been told. */
	void (*drained)(void *user);
	/* What was sent to `to` did not arrive; also from within snmp_sockets_send and _flush. */
	void (*failed)(void *user, const union snmp_address *to, int error);
	void *user;
};

struct snmp_sockets *snmp_sockets_new(struct uv_loop_s *loop,
				      const struct snmp_socket_events *events) NONNULL_ALL
	__attribute__((returns_nonnull));
/* 0, or the errno for which there is no socket of this address's family. Opened at its first use. */
int snmp_sockets_open(struct snmp_sockets *s, const union snmp_address *for_whom) NONNULL_ALL;
/* Leaves with snmp_sockets_flush, or earlier. The socket is open. */
void snmp_sockets_send(struct snmp_sockets *s, const union snmp_address *to,
		       struct slice packet) NONNULL_ALL;
bool snmp_sockets_has_unsent(const struct snmp_sockets *s) NONNULL_ALL;
void snmp_sockets_flush(struct snmp_sockets *s) NONNULL_ALL;
/* No event comes any more; the memory goes when the loop has turned. */
void snmp_sockets_free(struct snmp_sockets *s);

#endif
