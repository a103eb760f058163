/* snmp_rate.h - how much a counter grew between two readings, and whether it may be said at all (RFC 2578 7.1.6, RFC 2863 3.1.5:
 * counters wrap, agents restart, interfaces lose continuity). There is no growth rather than a wrong one. */
#ifndef VIGIA_CHECKS_SNMP_RATE_H
#define VIGIA_CHECKS_SNMP_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "checks/snmp_ask.h"

/* When something was read, by our clock and by the device's. */
struct snmp_moment {
	struct mono_time at;
	bool has_uptime, has_boots;
	uint32_t uptime; /* sysUpTime, 1/100 s, begins anew after 497.1 days */
	uint32_t boots; /* snmpEngineBoots */
	uint64_t poll; /* counted from 1 */
};
struct snmp_reading {
	uint8_t bits; /* 32, 64: a counter; 0: something else that grows */
	uint64_t count; /* bits > 0 */
	double number; /* bits == 0 */
	bool has_break;
	uint32_t break_at; /* ifCounterDiscontinuityTime */
};

enum snmp_growth {
	SNMP_GROWTH_OK,
	SNMP_GROWTH_FIRST, /* nothing to compare with */
	SNMP_GROWTH_SOON, /* less than half a second since the last reading, which stays the one to compare with */
	SNMP_GROWTH_RESTART, /* the agent has restarted */
	SNMP_GROWTH_CLOCK, /* its clock and ours do not agree about the time between */
	SNMP_GROWTH_BREAK, /* the interface says that its counters are not continuous */
	SNMP_GROWTH_RESET, /* it went backwards, and that is no wrap */
	SNMP_GROWTH_GAP, /* 32 bits, and a poll between was lost: nobody knows how often it wrapped */
	SNMP_GROWTH_KIND /* another kind of number than last time */
};

/* False: it is no number. */
bool snmp_reading_of(const struct snmp_value *v, struct snmp_reading *ret) NONNULL_ALL;

/* May readings of these two moments be compared at all? OK, RESTART or CLOCK, and then how much time has passed: by the
 * device's clock, which stands in the same answer as the counters, else by ours. */
enum snmp_growth snmp_moment_compare(const struct snmp_moment *before,
				     const struct snmp_moment *now, int64_t *ret_us) NONNULL_ALL;
/* Growth between two readings of comparable moments. `falls`: what is no counter may have become less. */
enum snmp_growth snmp_reading_growth(const struct snmp_reading *before,
				     const struct snmp_reading *now, bool polls_lost, bool falls,
				     double *ret) NONNULL_ALL;

/* For people: "the agent has restarted". */
const char *snmp_growth_text(enum snmp_growth g);

/* Is `oid` a counter of IF-MIB (ifTable, ifXTable), a column or one of its instances? Then ret is the same of
 * ifCounterDiscontinuityTime, in `arena`. */
bool snmp_interface_break(struct snmp_oid oid, struct arena *arena, struct snmp_oid *ret)
	NONNULL(2, 3);

#endif
