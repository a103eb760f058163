/* snmp_codec.h - requests to packets and packets to answers, by net-snmp's encoder and decoder (0.1 us a varbind). No
 * socket, no clock, no memory of what was asked. */
#ifndef VIGIA_PROBING_SNMP_CODEC_H
#define VIGIA_PROBING_SNMP_CODEC_H

#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"
#include "checks/snmp_ask.h"

struct snmp_codec;
struct snmp_user;

enum snmp_operation { SNMP_OP_GET, SNMP_OP_NEXT, SNMP_OP_BULK };
struct snmp_question {
	enum snmp_version version;
	enum snmp_operation operation;
	int32_t id; /* of the request, and in version 3 of the message */
	const struct snmp_oid *oids;
	size_t count;
	uint32_t repetitions; /* SNMP_OP_BULK, of every OID */
	const char *community; /* versions 1 and 2c */
	const char *context; /* version 3, may be NULL */
	struct snmp_user *user; /* version 3: entered */
};
enum snmp_read {
	SNMP_READ_ANSWER,
	SNMP_READ_REPORT, /* version 3, and it is authentic if the user authenticates */
	SNMP_READ_FORGED, /* its keys, user, level or time are not those of the engine that was asked */
	SNMP_READ_MALFORMED /* or no answer at all */
};
/* What was answered; lives until the next call of the codec. */
struct snmp_answer {
	int32_t id;
	int32_t error, error_index; /* RFC 3416 error-status and error-index */
	const struct snmp_row *rows;
	size_t count;
};

struct snmp_codec *snmp_codec_new(void) __attribute__((returns_nonnull));
void snmp_codec_free(struct snmp_codec *c); /* accepts NULL */
/* The packet, valid until the next call; empty: it cannot be built (and this would be our fault). */
struct slice snmp_codec_write(struct snmp_codec *c, const struct snmp_question *q) NONNULL_ALL;
/* Reads what answers a question of this version, as this user (entered). */
enum snmp_read snmp_codec_read(struct snmp_codec *c, enum snmp_version version,
			       struct snmp_user *user, struct slice packet, struct snmp_answer *ret)
	NONNULL(1, 5);

#endif
