/* snmp_memory.h - what is known of one device from poll to poll: where each row of a program stands, and the last reading of
 * each counter. */
#ifndef VIGIA_CHECKS_SNMP_MEMORY_H
#define VIGIA_CHECKS_SNMP_MEMORY_H

#include "base/attr.h"
#include "base/instant.h"
#include "checks/snmp_ask.h"
#include "checks/snmp_rate.h"

enum { SNMP_COUNTER_ROWS_MAX = 1024 }; /* of one value */

/* Where a row stood when it was looked for last. */
struct snmp_known_row {
	uint32_t *parts; /* NULL: not known */
	size_t count;
	struct mono_time learnt;
};
struct snmp_counter {
	struct snmp_oid index; /* in the block of its counters */
	struct snmp_reading reading;
};
/* All counters of one value, read in one poll. */
struct snmp_counters {
	struct snmp_counter
		*rows; /* in the order of their indexes; one block with the indexes behind them */
	size_t count;
	size_t alternative; /* which of the value's OIDs it was */
	unsigned barren; /* polls in a row without a growth */
	struct snmp_moment moment;
};

/* Lives in probe->memory; zeroed is empty. Belongs to one program and one device. */
struct snmp_memory {
	struct snmp_known_row *rows; /* by key of the program */
	struct snmp_counters *counters; /* by value of the program */
	size_t row_count, counter_count;
	uint64_t polls; /* begun */
	struct mono_time last; /* when something was answered */
};

/* Makes room for a program; what is there stays. */
void snmp_memory_prepare(struct snmp_memory *m, size_t rows, size_t counters) NONNULL_ALL;
void snmp_memory_learn(struct snmp_memory *m, size_t row, struct snmp_oid index,
		       struct mono_time now) NONNULL_ALL;
void snmp_memory_unlearn(struct snmp_memory *m, size_t row) NONNULL_ALL;
/* Replaces the readings of a value; `rows` are copied and in the order of their indexes. */
void snmp_memory_read(struct snmp_memory *m, size_t value, const struct snmp_counter *rows,
		      size_t count, size_t alternative, const struct snmp_moment *moment)
	NONNULL(1, 6);
/* The last reading with this index, NULL if there is none. */
const struct snmp_reading *snmp_memory_reading(const struct snmp_counters *c, struct snmp_oid index)
	NONNULL(1);
/* Another device answers, or it began anew: no reading holds, every row is looked for again. */
void snmp_memory_forget(struct snmp_memory *m) NONNULL_ALL;
/* Frees what it holds; zeroed afterwards: check_type.forget. */
void snmp_memory_release(struct snmp_memory *m) NONNULL_ALL;

#endif
