/* fake_snmp_agent.h - an SNMP agent on a UDP socket of the loopback that answers as a test wants, lies included. Versions 1,
 * 2c, and 3 without authentication (engine, discovery, reports). Its encoder and decoder are its own: what the driver sends
 * is read by other eyes than the library's. */
#ifndef VIGIA_TESTS_SUPPORT_FAKE_SNMP_AGENT_H
#define VIGIA_TESTS_SUPPORT_FAKE_SNMP_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "base/attr.h"

enum { FAKE_OID_MAX = 40, FAKE_TEXT_MAX = 256 };
struct fake_row {
	uint32_t oid[FAKE_OID_MAX];
	size_t parts;
	uint8_t tag; /* as on the wire */
	int64_t number; /* of an integer tag */
	char text[FAKE_TEXT_MAX]; /* of OCTET STRING, IpAddress, Opaque: its bytes */
	size_t text_size;
};

enum fake_manner {
	FAKE_HONEST,
	FAKE_SILENT,
	FAKE_GARBAGE, /* random bytes */
	FAKE_TRUNCATED, /* the second half is missing */
	FAKE_LONG, /* the message says it is longer than it is */
	FAKE_LONG_VALUE, /* the last value says it is longer than the message */
	FAKE_BARE_VALUE, /* an integer without octets */
	FAKE_OTHER_PORT, /* answers from another port */
	FAKE_LOOP, /* GETNEXT and GETBULK answer the same rows for ever */
	FAKE_BACKWARDS, /* GETNEXT goes back after some rows */
	FAKE_EMPTY, /* no varbinds at all */
	FAKE_OTHER_OIDS, /* answers what was not asked */
	FAKE_TWICE /* every answer two times */
};

struct fake_agent {
	uv_loop_t *loop;
	uv_poll_t poll;
	int fd, other_fd;
	uint16_t port;
	struct fake_row *rows; /* in order, sorted by fake_agent_ready */
	size_t row_count, row_cap;
	/* How it behaves; may be changed at any time. */
	enum fake_manner manner;
	const char *community; /* others are met by silence; "public" */
	unsigned too_big_above; /* varbinds of an answer: tooBig if more were asked; 0 = never */
	unsigned silent_above; /* the same with silence */
	unsigned most; /* no more varbinds in an answer, without a word; 0 = no limit */
	unsigned skip; /* so many requests are not answered */
	unsigned delay_ms; /* of every answer */
	const char *refused; /* genErr at this OID (text) */
	uint8_t engine[32];
	size_t engine_size;
	uint32_t boots, time;
	bool no_reports; /* another engine than ours is met by silence, as some do */
	/* What it has seen */
	unsigned asked, gets, nexts, bulks, discoveries;
	unsigned last_varbinds, most_varbinds; /* that a request asked for */
	unsigned waiting, most_waiting; /* answers that are delayed */
};

/* Address: "127.0.0.1", "::1", or "0.0.0.0" (answers come from the address that was asked). */
void fake_agent_start(struct fake_agent *a, uv_loop_t *loop, const char *address) NONNULL_ALL;
/* Rows, in any order; fake_agent_ready sorts them. */
void fake_agent_number(struct fake_agent *a, const char *oid, uint8_t tag, int64_t v) NONNULL_ALL;
void fake_agent_text(struct fake_agent *a, const char *oid, const char *v) NONNULL_ALL;
void fake_agent_ready(struct fake_agent *a) NONNULL_ALL;
/* Drops all rows. */
void fake_agent_clear(struct fake_agent *a) NONNULL_ALL;
/* The loop must be turned afterwards. */
void fake_agent_stop(struct fake_agent *a) NONNULL_ALL;

#endif
