/* snmp_io.h - the SNMP driver of a program: carries out asks (checks/snmp_ask.h) on a libuv loop without ever blocking it.
 * One UDP socket per family for all devices and versions; net-snmp encodes and decodes (snmp_codec), the requests, their
 * retries and times are ours: its own sending blocks while it looks for the engine of a version 3 device, it believes
 * answers from any address, and its walks through the list of what is under way grow with it. Kept per device (address and
 * port, snmp_device): a queue in which asks take turns request by request, how many requests it bears at one time, how much
 * one answer of it holds (per table), its engine. One slow or dead device delays no other. Answers from another address than
 * the one asked are dropped and counted.
 *
 * Version 3: the engine is discovered by a request of ours; a device that comes back with another engine, or with older
 * boots, says so in a Report (or is silent, and is asked again who it is after two silent requests): the keys are localised
 * anew, the request is sent again, and the ask says `identity_changed`. Of pass phrases only their stretched and localised
 * keys are kept. */
#ifndef VIGIA_PROBING_SNMP_IO_H
#define VIGIA_PROBING_SNMP_IO_H

#include <stdint.h>

#include "base/attr.h"
#include "checks/snmp_ask.h"

struct uv_loop_s;
struct snmp_io;
struct snmp_run;

struct snmp_io_stats {
	uint64_t requests, answers, resent, timeouts;
	uint64_t strangers; /* answers from an address that was not asked */
	uint64_t late; /* answers to what is over: doubled, or too late */
	uint64_t malformed; /* packets that are no answer at all, or forged ones */
	uint64_t
		reports; /* version 3: usmStats (wrong keys, unknown user, out of the time window) */
	unsigned in_flight, devices, sessions; /* sessions: users with keys, of all devices */
};

/* Opens no socket yet: the first ask does. */
struct snmp_io *snmp_io_new(struct uv_loop_s *loop) NONNULL_ALL;
/* Carries the ask out until every item has its end, or `deadline_us` (uv_hrtime / 1000). `done` is called once, from the
 * loop, never from within this call. The ask and what it names live until then, or until snmp_io_cancel. */
struct snmp_run *snmp_io_run(struct snmp_io *io, struct snmp_ask *ask, int64_t deadline_us,
			     void (*done)(void *user), void *user) NONNULL(1, 2, 4);
/* What was answered so far stays in the ask; `done` is not called any more. */
void snmp_io_cancel(struct snmp_run *r) NONNULL_ALL;
struct snmp_io_stats snmp_io_stats(const struct snmp_io *io) NONNULL_ALL;
/* All requests under way at one time, over all devices; what is more waits its turn (default 500, at most 8,000). */
void snmp_io_set_ceiling(struct snmp_io *io, unsigned in_flight_max) NONNULL_ALL;
/* Cancels what is left; the memory goes when the loop has turned. */
void snmp_io_free(struct snmp_io *io);

#endif
