/* role.h - what kinds of accounts there are (docs/PEOPLE.md): one row each, with how long a session of theirs lasts and whether a
 * one-time code goes with the password. Pure. */
#ifndef VIGIA_ACCESS_ROLE_H
#define VIGIA_ACCESS_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"

#define ROLE_MINUTE INT64_C(60)
#define ROLE_HOUR (60 * ROLE_MINUTE)
#define ROLE_DAY (24 * ROLE_HOUR)

/* X(symbol, word, idle seconds (0: none), whole seconds, one-time code, sessions at once). Code: NEVER (not asked), IF_SET, NEEDED.
 * A viewer's account may be that of a whole room of screens. */
#define ROLES(X)                                                                                   \
	X(VIEWER, "viewer", 0, 30 * ROLE_DAY, NEVER, 256)                                          \
	X(OPERATOR, "operator", 12 * ROLE_HOUR, 14 * ROLE_HOUR, IF_SET, 16)                        \
	X(DESK, "desk", 12 * ROLE_HOUR, 14 * ROLE_HOUR, IF_SET, 16)                                \
	X(COORDINATOR, "coordinator", 4 * ROLE_HOUR, ROLE_DAY, NEEDED, 16)                         \
	X(CRISIS, "crisis", 4 * ROLE_HOUR, ROLE_DAY, NEEDED, 16)                                   \
	X(AUDITOR, "auditor", ROLE_HOUR, 12 * ROLE_HOUR, NEEDED, 16)                               \
	X(ADMINISTRATOR, "administrator", 15 * ROLE_MINUTE, 8 * ROLE_HOUR, NEEDED, 16)             \
	X(SERVICE, "service", 0, 365 * ROLE_DAY, NEVER, 1)

enum role {
#define X(sym, word, idle, whole, code, sessions) ROLE_##sym,
	ROLES(X)
#undef X
		ROLE_COUNT
};
enum role_code { ROLE_CODE_NEVER, ROLE_CODE_IF_SET, ROLE_CODE_NEEDED };

struct role_row {
	const char *word;
	int64_t idle_s, whole_s; /* idle 0: a session that nobody uses lasts its whole time */
	enum role_code code;
	unsigned sessions; /* of one account at once */
	bool goes_on; /* while it is used its whole time begins anew */
};
const struct role_row *role_row(enum role r) __attribute__((returns_nonnull));
const char *role_word(enum role r);
bool role_from_word(struct slice word, enum role *ret) NONNULL(2);

#endif
