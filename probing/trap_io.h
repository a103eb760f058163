/* trap_io.h - the sockets on which an agent hears SNMP traps and informs. They are opened before the program gives up its
 * rights (port 162), and read from the loop, a bounded number of packets a turn: no storm keeps a probe waiting. What comes
 * from nobody's address, or from one that sends too much, is not even decoded. Every drop is told and counted. */
#ifndef VIGIA_PROBING_TRAP_IO_H
#define VIGIA_PROBING_TRAP_IO_H

#include "base/attr.h"
#include "base/err.h"
#include "probing/trap_codec.h"

struct uv_loop_s;
struct trap_io;

enum { TRAP_LISTEN_MAX = 8 };
struct trap_io_stats {
	uint64_t packets, taken, informs;
	uint64_t dropped[TRAP_DROP_COUNT];
};
struct trap_io_events {
	/* Is anything expected from this address? */
	bool (*known)(void *user, const char *source);
	/* A notification; false: it is no check's (counted as unmatched). */
	bool (*heard)(void *user, const struct notification *n);
	/* Something was dropped; of a stranger or a flood once in a while only. */
	void (*dropped)(void *user, enum trap_drop why, const char *source);
	/* All packets of this turn have been told. */
	void (*drained)(void *user);
	void *user;
};

/* Binds; "ADDRESS:PORT" texts. ERR_DENIED for a port below 1024 says which right is missing. */
enum err trap_io_open(const char *const *listen, size_t count, struct trap_io **ret,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Begins to hear on the loop; `codec` is borrowed. */
void trap_io_start(struct trap_io *io, struct uv_loop_s *loop, struct trap_codec *codec,
		   const struct trap_io_events *events) NONNULL_ALL;
/* Another codec (a new configuration); what was to be answered with the old one is dropped: it comes again. */
void trap_io_set_codec(struct trap_io *io, struct trap_codec *codec) NONNULL_ALL;
/* Informs that were heard are answered now: what they said is kept. */
void trap_io_answer(struct trap_io *io) NONNULL_ALL;
struct trap_io_stats trap_io_stats(const struct trap_io *io) NONNULL_ALL;
/* The port that a socket is bound to (tests). */
uint16_t trap_io_port(const struct trap_io *io, size_t index) NONNULL_ALL;
/* Accepts NULL. The memory goes when the loop has turned, if it was started. */
void trap_io_free(struct trap_io *io);

#endif
