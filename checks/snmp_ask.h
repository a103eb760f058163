/* snmp_ask.h - questions to one SNMP agent and its answers, as data: between those who ask (a check, a command) and the
 * driver (probing/snmp_io.h). Nothing here knows a library or a socket. RFC 3416 (operations), RFC 3411-3414 (version 3),
 * RFC 2578 (types). An ask is one unit of work: all its items go to the same agent, in as few requests as the agent bears. */
#ifndef VIGIA_CHECKS_SNMP_ASK_H
#define VIGIA_CHECKS_SNMP_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "base/verdict.h"

enum {
	SNMP_OID_PARTS_MAX = 128, /* RFC 2578 3.5 */
	SNMP_ITEMS_MAX = 512, /* of one ask */
	SNMP_ROWS_MAX = 20000, /* of one item */
	SNMP_TEXT_MAX = 2048 /* octets of one value that are kept */
};

struct snmp_oid {
	const uint32_t *parts;
	size_t count;
};

/* What a value says, whatever its tag: agents change tags between releases (a gauge that travels as Counter64). */
enum snmp_kind {
	SNMP_ABSENT, /* noSuchObject, noSuchInstance, endOfMibView; version 1: noSuchName */
	SNMP_NULL, /* answered, without a value */
	SNMP_SIGNED, /* Integer32 */
	SNMP_UNSIGNED, /* Counter32, Gauge32, TimeTicks, Counter64 */
	SNMP_FLOAT, /* net-snmp's opaque float and double */
	SNMP_OCTETS, /* any bytes: text, a MAC, a bit string */
	SNMP_ADDRESS, /* IpAddress, 4 octets */
	SNMP_NAME /* OBJECT IDENTIFIER */
};
struct snmp_value {
	enum snmp_kind kind;
	uint8_t tag; /* as on the wire, 0x41 = Counter32 ...: to tell a counter of 32 bits from one of 64 */
	union {
		int64_t i;
		uint64_t u;
		double f;
	};
	struct slice octets; /* SNMP_OCTETS, SNMP_ADDRESS */
	struct snmp_oid name; /* SNMP_NAME */
};
struct snmp_row {
	struct snmp_oid oid; /* whole */
	struct snmp_value value;
};

/* Who is asked, and as whom. The texts live as long as the ask. */
enum snmp_version { SNMP_VERSION_1, SNMP_VERSION_2C, SNMP_VERSION_3 };
enum snmp_auth {
	SNMP_AUTH_NONE,
	SNMP_AUTH_MD5,
	SNMP_AUTH_SHA1,
	SNMP_AUTH_SHA224,
	SNMP_AUTH_SHA256,
	SNMP_AUTH_SHA384,
	SNMP_AUTH_SHA512
};
enum snmp_priv {
	SNMP_PRIV_NONE,
	SNMP_PRIV_DES,
	SNMP_PRIV_AES128,
	SNMP_PRIV_AES192, /* key extension of draft-blumenthal */
	SNMP_PRIV_AES256,
	SNMP_PRIV_AES192_C, /* key extension of draft-reeder, as Cisco uses it */
	SNMP_PRIV_AES256_C
};
struct snmp_target {
	const char *address; /* numeric, IPv4 or IPv6 */
	uint16_t port;
	enum snmp_version version;
	const char *community; /* versions 1 and 2c */
	const char *user, *auth_secret, *priv_secret, *context; /* version 3 */
	enum snmp_auth auth;
	enum snmp_priv priv;
	int64_t try_us; /* wait so long for an answer to one request, then ask again */
	uint32_t retries; /* so many times */
	uint32_t outstanding_max; /* requests at one time; agents have one thread: 1 or 2 */
	uint32_t
		repetitions_max; /* rows of one answer to GETBULK, 1..100: where learning starts and never goes beyond */
	uint32_t oids_max; /* of one GET; 0 = what fits a packet of 1,400 octets */
};

enum snmp_ask_kind {
	SNMP_GET, /* one instance */
	SNMP_WALK /* everything below */
};
enum snmp_end {
	SNMP_END_NONE, /* not asked, or no answer yet */
	SNMP_END_WHOLE, /* answered to the end (a GET: also with SNMP_ABSENT) */
	SNMP_END_ROWS, /* rows_max reached: there is more */
	SNMP_END_SILENT, /* the last request got no answer: rows are those before it */
	SNMP_END_DISORDER, /* an OID was not greater than the one before it: the walk would never end */
	SNMP_END_REFUSED, /* authorizationError, genErr and the like */
	SNMP_END_MALFORMED /* the answer is none to what was asked */
};
struct snmp_item {
	enum snmp_ask_kind kind;
	struct snmp_oid oid;
	uint32_t rows_max; /* SNMP_WALK, 1..SNMP_ROWS_MAX */
	struct snmp_oid
		after; /* SNMP_WALK: goes on behind it, where an earlier one met rows_max; count 0: from the start */
	/* The answer, in the ask's arena. Of a GET: one row. */
	enum snmp_end end;
	struct snmp_row *rows;
	size_t row_count;
};

/* outcome: OUTCOME_OK as soon as anything was answered (look at the items' ends); else why nothing was:
 * ANSWER_TIMEOUT, CONNECT_REFUSED (the port is closed), SNMP_AUTH, SNMP_USER, ANSWER_MALFORMED, DESCRIPTORS_EXHAUSTED,
 * AGENT_FAULT. Partial results are kept in every case. */
struct snmp_ask {
	const struct snmp_target *target;
	struct snmp_item *items;
	size_t item_count;
	struct arena *memory; /* for the answers; of the asker */

	enum outcome outcome;
	int64_t rtt_us; /* of the first request that was answered at its first try; -1 = not known */
	uint32_t requests, resent; /* sent so far */
	bool identity_changed; /* the engine behind this address is not the one of last time, or its boots went back */
	char detail[160]; /* for people, "" if all is well */
};

/* "1.3.6.1.2.1" or ".1.3.6.1.2.1", every part 0..2^32-1, at least two. False: it is none. */
bool snmp_oid_parse(struct slice text, struct arena *memory, struct snmp_oid *ret) NONNULL(2, 3);
/* Without the leading dot; cut with "..." where it does not fit. */
void snmp_oid_format(struct snmp_oid oid, char *dst, size_t size) NONNULL(2);
bool snmp_oid_is_below(struct snmp_oid oid,
		       struct snmp_oid root); /* the root itself is not below */
int snmp_oid_compare(struct snmp_oid a, struct snmp_oid b); /* lexicographic: <0, 0, >0 */
struct snmp_oid snmp_oid_copy(struct arena *memory, struct snmp_oid oid) NONNULL(1);
/* Any integer, float, or text that begins with a number ("58.000000 C"), as micro (base/micro.h); MICRO_NONE: it is no
 * number, or beyond what micro holds. */
int64_t snmp_value_micro(const struct snmp_value *v) NONNULL_ALL;

#endif
