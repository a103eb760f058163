/* snmp_envelope.h - the outside of an SNMP message, read by us before anything else looks into it: whose request it
 * answers, and in version 3 which engine speaks (RFC 3412 6, RFC 3414 2.4). So a packet of a stranger never reaches the
 * library, and the engine of a device is discovered without the library's own way, which blocks. Nothing here decrypts or
 * believes: what is read is as the sender wrote it. */
#ifndef VIGIA_PROBING_SNMP_ENVELOPE_H
#define VIGIA_PROBING_SNMP_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { SNMP_ENGINE_MAX = 32, SNMP_DISCOVERY_MAX = 80 };
enum { SNMP_USER_MAX = 32 }; /* RFC 3414 2.4 */
enum { SNMP_PDU_RESPONSE = 0xa2, SNMP_PDU_TRAP_1 = 0xa4, SNMP_PDU_REPORT = 0xa8 };
enum { SNMP_FLAG_AUTH = 1, SNMP_FLAG_PRIV = 2, SNMP_FLAG_REPORTABLE = 4 };
/* Counters of 1.3.6.1.6.3.15.1.1 that a Report names. */
enum snmp_report {
	SNMP_REPORT_OTHER,
	SNMP_REPORT_LEVEL, /* usmStatsUnsupportedSecLevels */
	SNMP_REPORT_TIME, /* usmStatsNotInTimeWindows */
	SNMP_REPORT_USER, /* usmStatsUnknownUserNames */
	SNMP_REPORT_ENGINE, /* usmStatsUnknownEngineIDs */
	SNMP_REPORT_DIGEST, /* usmStatsWrongDigests */
	SNMP_REPORT_DECRYPT /* usmStatsDecryptionErrors */
};

struct snmp_envelope {
	int version; /* as on the wire: 0, 1, 3 */
	uint8_t pdu; /* its tag; 0 = encrypted */
	int32_t id; /* of the request (a trap of version 1 has none); version 3: of the message */
	/* Version 3 */
	uint8_t flags;
	uint8_t engine[SNMP_ENGINE_MAX];
	uint8_t engine_size;
	uint32_t boots, time;
	char user[SNMP_USER_MAX + 1]; /* up to its first NUL */
	enum snmp_report report; /* of an SNMP_PDU_REPORT */
};

/* False: it is no SNMP message, or does not end where it says. */
bool snmp_envelope_read(const void *packet, size_t n, struct snmp_envelope *ret) NONNULL_ALL;
/* A version 3 GET of nothing from nobody, to which every engine answers with a Report that names it. Returns its size. */
size_t snmp_discovery_write(uint8_t dst[SNMP_DISCOVERY_MAX], int32_t id) NONNULL_ALL;

#endif
