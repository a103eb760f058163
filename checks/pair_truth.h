/* pair_truth.h - two units that take over from one another, each with its own view of both: what is held for true
 * (docs/SNMP.md "How two views become one truth"). Pure; the order of the views makes no difference. */
#ifndef VIGIA_CHECKS_PAIR_TRUTH_H
#define VIGIA_CHECKS_PAIR_TRUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum pair_unit { /* by the strength of the claim, but for PAIR_UNKNOWN */
		 PAIR_UNKNOWN,
		 PAIR_ACTIVE,
		 PAIR_STANDBY, /* ready to take over */
		 PAIR_OUT /* neither: failed, off, not synchronised */
};
enum { PAIR_UNITS = 2 };
enum pair_fact { PAIR_NOT_TOLD = -1, PAIR_NO, PAIR_YES };

struct pair_view {
	bool answered;
	int self; /* which unit has answered: 0 or 1, -1 if it cannot be told */
	enum pair_unit says[PAIR_UNITS];
	enum pair_fact link, off; /* the link is up; failover is switched off */
};

/* Numbers are -1 where they cannot be known. */
struct pair_truth {
	int answering, active, standby;
	int active_unit; /* 0 none, 1 the first, 2 the second, 3 both */
	enum pair_fact redundant, link, agree, failover; /* failover: is it on? */
	enum pair_unit unit[PAIR_UNITS];
	bool same_unit; /* both answers are of one unit */
};

/* `watched`: how many of the two are asked. With 1 the second view has not answered. */
struct pair_truth pair_truth_of(const struct pair_view views[PAIR_UNITS],
				size_t watched) NONNULL_ALL;

#endif
