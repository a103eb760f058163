/* snmp_decoded.h - what net-snmp has decoded as our own rows (checks/snmp_ask.h), in memory that is used again. */
#ifndef VIGIA_PROBING_SNMP_DECODED_H
#define VIGIA_PROBING_SNMP_DECODED_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "checks/snmp_ask.h"

/* Zeroed is empty. */
struct snmp_decoded {
	struct snmp_row *items;
	size_t count, cap;
	uint32_t *parts; /* of all their OIDs */
	size_t part_cap;
};
/* `pdu` is the library's (netsnmp_pdu): octets stay its. */
void snmp_decoded_read(struct snmp_decoded *r, const void *pdu) NONNULL_ALL;
void snmp_decoded_release(struct snmp_decoded *r) NONNULL_ALL;
#endif
