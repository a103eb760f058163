/* snmp_io_impl.h - between the two halves of the driver: snmp_io.c (asks, turns, ends) and snmp_request.c (one request with
 * its tries and what comes back). For nobody else. */
#ifndef VIGIA_PROBING_SNMP_IO_IMPL_H
#define VIGIA_PROBING_SNMP_IO_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/heap.h"
#include "base/rand.h"
#include "base/sha256.h"
#include "checks/snmp_ask.h"
#include "probing/snmp_device.h"
#include "probing/snmp_io.h"
#include "probing/snmp_socket.h"
#include "probing/snmp_work.h"

struct snmp_codec;

struct snmp_request {
	struct snmp_run *run;
	struct snmp_request *next_of_run;
	struct heap_node due;
	int64_t sent_us; /* the last try */
	uint32_t slot;
	uint16_t key;
	uint8_t sends; /* so far; the number of each travels in its id */
	uint8_t valid_from; /* answers to earlier ones no longer fit: the question was changed */
	uint8_t tries_left, syncs_left;
	bool discovery; /* asks for the engine, and nothing else */
	int error; /* errno that ICMP or the kernel told, 0 = none */
	uint32_t malformed_before; /* of the device */
	struct snmp_batch batch;
};

struct snmp_run {
	struct snmp_io *io;
	struct snmp_ask *ask;
	struct snmp_work *work;
	struct snmp_device *device; /* NULL: the address is none */
	struct snmp_run *next, *prev; /* turns at the device */
	struct snmp_request *requests;
	struct heap_node deadline;
	struct sha256 print; /* version 3 */
	uint32_t answered, silent; /* requests: understood answers; silences in a row */
	bool over; /* ends at the loop's next turn */
	bool engine_asked; /* a discovery was answered while this ran */
	enum outcome failure;
	union snmp_address stranger; /* who answered instead, if any: its family is set */
	void (*done)(void *user);
	void *user;
};

struct snmp_io {
	struct uv_loop_s *loop;
	struct snmp_timer *timer;
	struct snmp_sockets *sockets;
	struct snmp_codec *codec;
	struct snmp_keys *keys;
	struct snmp_devices devices;
	struct heap requests, runs; /* by due time, monotonic microseconds */
	struct snmp_request **slots; /* a request's place is part of its id */
	uint32_t *free_slots;
	uint32_t slot_count, free_count;
	unsigned in_flight, ceiling;
	struct snmp_device *first_waiting, *last_waiting; /* for the ceiling */
	struct snmp_io_stats stats;
	struct rand rand;
	bool closing;
	bool busy; /* in the loop: what is unsent leaves at the end of it */
};

int64_t snmp_io_now_us(void);
/* What the ask's outcome is unless something was answered, and what its detail says unless all was. */
PRINTF_LIKE(3, 4)
void snmp_run_tell(struct snmp_run *r, enum outcome o, const char *why, ...) NONNULL(1, 3);
/* The same, and the run ends at the loop's next turn. */
void snmp_run_fail(struct snmp_run *r, enum outcome o, const char *why) NONNULL_ALL;
/* Ends it now; others of its device take their turns. The run is gone, and whoever was told may have freed the driver. */
void snmp_run_finish(struct snmp_run *r) NONNULL_ALL;
/* As long as it has something to wait for it goes on. */
void snmp_run_go_on(struct snmp_run *r) NONNULL_ALL;
/* The device's asks send what they may. */
void snmp_device_pump(struct snmp_io *io, struct snmp_device *d) NONNULL_ALL;

/* Needs a device, a free place below the ceiling, and a socket. */
void snmp_request_discover(struct snmp_run *r) NONNULL_ALL;
void snmp_request_ask(struct snmp_run *r, const struct snmp_batch *b) NONNULL_ALL;
/* Its time is over. */
void snmp_request_due(struct snmp_request *q) NONNULL_ALL;
/* Nothing of it remains, answered or not. */
void snmp_request_release(struct snmp_request *q) NONNULL_ALL;
void snmp_request_packet(struct snmp_io *io, struct slice packet,
			 const union snmp_address *from) NONNULL_ALL;

#endif
