/* snmp_pair.h - what a check of two units asks, compiled once (docs/SNMP.md "A pair"), and the views (checks/pair_truth.h) that
 * follow from what each of them answers. */
#ifndef VIGIA_CHECKS_SNMP_PAIR_H
#define VIGIA_CHECKS_SNMP_PAIR_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "checks/pair_truth.h"
#include "checks/snmp_poll.h"
#include "checks/snmp_program.h"

/* The values of the program that have a meaning. */
enum snmp_pair_role {
	SNMP_PAIR_UNIT_1,
	SNMP_PAIR_UNIT_2,
	SNMP_PAIR_OWN,
	SNMP_PAIR_PEER,
	SNMP_PAIR_LINK,
	SNMP_PAIR_OFF,
	SNMP_PAIR_ROLES
};
enum snmp_pair_addresses { SNMP_PAIR_OF_UNIT, SNMP_PAIR_OF_ROLE };

/* As they stand in the parameters: lists are texts, "9, 10". */
struct snmp_pair_texts {
	const char *members, *values, *is_active, *is_standby, *is_unknown, *is_up;
	int addresses; /* enum snmp_pair_addresses */
};
struct snmp_pair_numbers {
	const int64_t *items;
	size_t count;
};
struct snmp_pair {
	const struct snmp_program *program;
	const char *names[PAIR_UNITS], *addresses[PAIR_UNITS];
	size_t watched; /* 1 or 2 */
	int roles[SNMP_PAIR_ROLES]; /* index in the program, -1: not asked */
	bool addresses_move; /* with the active role: an address says nothing of the unit behind it */
	struct snmp_pair_numbers active, standby, unknown, up;
};

/* Everything lives in `arena`. A fault is one sentence that begins with its path ("members.b: ..."). */
enum err snmp_pair_compile(const struct snmp_pair_texts *t, struct arena *arena,
			   const struct snmp_pair **ret,
			   struct err_info *info) NONNULL_ALL MUST_CHECK;
/* `results` of a unit are those of its poll; NULL: it has not answered. */
void snmp_pair_views(const struct snmp_pair *p, const struct snmp_result *const results[PAIR_UNITS],
		     struct pair_view ret[PAIR_UNITS]) NONNULL_ALL;

#endif
