/* snmp_size.h - how much one answer of a device holds, learnt: halved when it was too much, grown again slowly. Counted in
 * varbinds: OIDs of a GET, or columns x repetitions of a GETBULK. That nothing at all is answered teaches nothing about
 * size (the device may be dead): it makes the next request a small one, which tells. */
#ifndef VIGIA_PROBING_SNMP_SIZE_H
#define VIGIA_PROBING_SNMP_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct snmp_size {
	uint16_t now, most;
	uint16_t good; /* the largest that was ever answered, 0 = none yet */
	uint16_t streak, patience; /* full answers since the last change; so many make it grow */
	uint8_t strikes; /* silences that a small request ended */
	bool doubt; /* the last request met silence */
};

/* 1 <= start <= most */
void snmp_size_init(struct snmp_size *s, unsigned start, unsigned most) NONNULL_ALL;
/* What the next request may ask, at least 1. `most` is today's limit of the plan. */
unsigned snmp_size_next(const struct snmp_size *s, unsigned most) NONNULL_ALL;
/* An answer came to a request for `n`. */
void snmp_size_answered(struct snmp_size *s, unsigned n) NONNULL_ALL;
/* `n` was too much: the device said so, or answered less at once afterwards. */
void snmp_size_failed(struct snmp_size *s, unsigned n) NONNULL_ALL;
/* All tries of a request met silence. */
void snmp_size_silent(struct snmp_size *s) NONNULL_ALL;

#endif
