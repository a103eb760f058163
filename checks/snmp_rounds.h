/* snmp_rounds.h - the inside of a poll (checks/snmp_poll.h), between who asks (snmp_poll.c) and who works the answers out
 * (snmp_results.c). */
#ifndef VIGIA_CHECKS_SNMP_ROUNDS_H
#define VIGIA_CHECKS_SNMP_ROUNDS_H

#include "base/attr.h"
#include "checks/snmp_poll.h"
#include "checks/snmp_rate.h"

enum { SNMP_ROUNDS_MAX = 4 };

enum snmp_row_state {
	SNMP_ROW_WANTED, /* to be looked for */
	SNMP_ROW_FOUND, /* `index` */
	SNMP_ROW_NONE, /* no row says it */
	SNMP_ROW_SEVERAL, /* `matches` rows say it: none is chosen */
	SNMP_ROW_UNREAD, /* the column could not be read: `end` */
	SNMP_ROW_MOVING /* found, and somewhere else a moment later */
};
struct snmp_row_place {
	enum snmp_row_state state;
	struct snmp_oid index;
	size_t matches;
	enum snmp_end end;
	bool again; /* looked for a second time in this poll */
};
struct snmp_round {
	struct snmp_item *items;
	size_t count;
};
struct snmp_rounds {
	enum { ROUND_SEEK, ROUND_ASK, ROUND_SEEK_AGAIN, ROUND_ASK_AGAIN, ROUND_OVER } next;
	struct snmp_row_place *places; /* by key of the program */
	struct snmp_round asked[SNMP_ROUNDS_MAX];
	size_t asked_count;
	struct mono_time now;
	struct snmp_moment moment; /* of the round that asked for values */
	bool answered; /* anything at all */
	bool changed; /* another SNMP engine than last time */
	enum outcome outcome; /* of the last ask */
	char detail[160]; /* its */
};

/* What was answered to this, the newest first; NULL: it was not asked. */
const struct snmp_item *snmp_rounds_find(const struct snmp_rounds *r, enum snmp_ask_kind kind,
					 struct snmp_oid oid) NONNULL_ALL;
/* `column` and then `index`, in `arena`. */
struct snmp_oid snmp_oid_join(struct arena *arena, struct snmp_oid column, struct snmp_oid index)
	NONNULL(1);
/* Fills p->results, and remembers what the next poll compares with. */
void snmp_results_work_out(struct snmp_poll *p) NONNULL_ALL;

#endif
