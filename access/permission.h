/* permission.h - who may do what: the rights of each role, and for each act of the API the right that it needs and whether a PIN
 * goes with it (docs/PEOPLE.md). A gate before the plan's own rules, never instead of them. An act without a row is nobody's. Pure. */
#ifndef VIGIA_ACCESS_PERMISSION_H
#define VIGIA_ACCESS_PERMISSION_H

#include <stdbool.h>

#include "access/role.h"
#include "base/attr.h"
#include "base/slice.h"

/* X(symbol, word). ENROL is all that somebody may do who still has to set a one-time code. */
#define RIGHTS(X)                                                                                  \
	X(VIEW, "view")                                                                            \
	X(CONTACTS, "contacts")                                                                    \
	X(REPORT, "report")                                                                        \
	X(OPERATE, "operate")                                                                      \
	X(DECIDE, "decide")                                                                        \
	X(DRILL, "drill")                                                                          \
	X(PLAN, "plan")                                                                            \
	X(AUDIT, "audit")                                                                          \
	X(ADMINISTRATE, "administrate")                                                            \
	X(ENROL, "enrol")

enum right_number {
#define X(sym, word) RIGHT_NUMBER_##sym,
	RIGHTS(X)
#undef X
		RIGHT_COUNT
};
enum {
#define X(sym, word) RIGHT_##sym = 1u << RIGHT_NUMBER_##sym,
	RIGHTS(X)
#undef X
		RIGHTS_NONE = 0
};
const char *right_word(enum right_number r);

/* RIGHT_ bits. */
unsigned role_rights(enum role r);

struct act_permission {
	const char *act; /* its word in API and command line */
	unsigned right; /* one RIGHT_ bit */
	bool pin; /* the personal PIN goes with it */
	bool own_call; /* who has not RIGHT_OPERATE as well: only where they have been called themselves */
};
/* NULL: there is no such act, or nobody has said who may do it. */
const struct act_permission *act_permission(struct slice act);

#endif
