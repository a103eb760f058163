/* notification.h - one SNMP notification as data: a trap of version 1, a notification of version 2c or 3, an inform. Whatever
 * its version it is told in the words of version 2 (RFC 3584 3.1), and found under both spellings of what was born in
 * version 1: enterprise.0.specific, as that mapping makes it, and enterprise.specific, as many MIBs of today write it. */
#ifndef VIGIA_CHECKS_NOTIFICATION_H
#define VIGIA_CHECKS_NOTIFICATION_H

#include "base/attr.h"
#include "checks/snmp_ask.h"

/* Slices and rows are borrowed from whoever decoded it. */
struct notification {
	bool inform; /* the sender waits for an answer */
	const char *source; /* the sender's address, numeric */
	char said
		[16]; /* IPv4 address that it claims itself: agent-addr, snmpTrapAddress.0; "" if none */
	struct snmp_oid oid; /* what happened */
	const struct snmp_row *rows; /* its values; without what every notification has */
	size_t count;
};

/* Takes what every notification of version 2 begins with (sysUpTime.0, snmpTrapOID.0) off its rows, and what a proxy adds at
 * the end (snmpTrapAddress.0 and its like), and fills oid, said, rows. False: it does not say what happened. */
bool notification_from_v2(const struct snmp_row *rows, size_t count, struct notification *ret)
	NONNULL(3);
/* RFC 3584 3.1: generic 0..5 are those of SNMPv2-MIB, all else is enterprise.0.specific. Fills oid, whose parts stand in
 * `memory`; false: no such trap. */
bool notification_from_v1(struct snmp_oid enterprise, int64_t generic, int64_t specific,
			  uint32_t memory[SNMP_OID_PARTS_MAX], struct notification *ret)
	NONNULL(4, 5);

/* Are they the same notification, however each of them is spelled? */
bool notification_is(struct snmp_oid a, struct snmp_oid b);
/* The first value whose OID is `oid` or below it, NULL if there is none. */
const struct snmp_row *notification_find(const struct notification *n,
					 struct snmp_oid oid) NONNULL_ALL;
/* A value as clean text of one line, cut at a character's boundary. Bytes that are no text are hexadecimal. Returns its
 * length. */
size_t notification_value_text(const struct snmp_value *v, char *dst, size_t size) NONNULL_ALL;

#endif
