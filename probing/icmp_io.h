/* icmp_io.h - the two ICMP sockets of a program, one per family, shared by all bursts. A datagram socket where the kernel
 * allows it (net.ipv4.ping_group_range), else a raw one (CAP_NET_RAW); opened once, so that the rights can be dropped
 * afterwards. Replies find their burst by the slot and the random key in the payload; they carry the kernel's time of
 * arrival (SO_TIMESTAMPNS), so that our own backlog is not measured as the target's. */
#ifndef VIGIA_PROBING_ICMP_IO_H
#define VIGIA_PROBING_ICMP_IO_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "checks/check.h"

struct uv_loop_s;
struct icmp_io;
struct icmp_run;

/* Never fails for want of a right: then bursts end with OUTCOME_RIGHT_MISSING. */
struct icmp_io *icmp_io_new(struct uv_loop_s *loop) NONNULL_ALL;
/* Which families can be probed now. */
bool icmp_io_has(const struct icmp_io *io, bool v6) NONNULL_ALL;
/* Sends `burst->count` requests, paced. `done` is called once, from the loop, when the last answer has come or at once if
 * nothing can be sent (burst->outcome says why). The burst must live until then, or until icmp_io_cancel. */
struct icmp_run *icmp_io_run(struct icmp_io *io, struct echo_burst *burst, void (*done)(void *user),
			     void *user) NONNULL(1, 2, 3);
/* What was counted so far stays in the burst; `done` is not called any more. */
void icmp_io_cancel(struct icmp_run *r) NONNULL_ALL;
/* Cancels what is left; the memory goes when the loop has turned. */
void icmp_io_free(struct icmp_io *io);

#endif
