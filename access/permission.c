#include "access/permission.h"

#include <assert.h>

static const char *const words[] = {
#define X(sym, word) [RIGHT_NUMBER_##sym] = word,
	RIGHTS(X)
#undef X
};

static const unsigned rights[] = {
	[ROLE_VIEWER] = RIGHT_VIEW,
	[ROLE_OPERATOR] = RIGHT_VIEW | RIGHT_CONTACTS | RIGHT_REPORT | RIGHT_OPERATE | RIGHT_PLAN,
	[ROLE_DESK] = RIGHT_VIEW | RIGHT_REPORT,
	[ROLE_COORDINATOR] = RIGHT_VIEW | RIGHT_CONTACTS | RIGHT_REPORT | RIGHT_OPERATE |
			     RIGHT_DECIDE | RIGHT_DRILL | RIGHT_PLAN,
	[ROLE_CRISIS] = RIGHT_VIEW | RIGHT_CONTACTS | RIGHT_REPORT | RIGHT_DECIDE | RIGHT_PLAN,
	[ROLE_AUDITOR] = RIGHT_VIEW | RIGHT_CONTACTS | RIGHT_PLAN | RIGHT_AUDIT,
	[ROLE_ADMINISTRATOR] =
		RIGHT_VIEW | RIGHT_DRILL | RIGHT_PLAN | RIGHT_AUDIT | RIGHT_ADMINISTRATE,
	[ROLE_SERVICE] = RIGHT_VIEW,
};
_Static_assert(COUNT_OF(rights) == ROLE_COUNT, "a row per role");

static const struct act_permission acts[] = {
	{"report", RIGHT_REPORT, false, false},
	{"note", RIGHT_REPORT, false, false},
	{"entry", RIGHT_REPORT, false, false},
	{"leave", RIGHT_REPORT, false, false},
	{"back", RIGHT_REPORT, false, false},
	{"confirm-order", RIGHT_REPORT, false, false},
	/* Of oneself: whom it concerns and who may for others, the plan's rules say (engine/confirm.c). */
	{"confirm", RIGHT_REPORT, false, false},
	{"dispute", RIGHT_REPORT, false, false},
	{"ack", RIGHT_REPORT, false, true},
	{"attend", RIGHT_REPORT, false, true},
	{"pass", RIGHT_REPORT, false, true},

	{"works", RIGHT_OPERATE, false, false},
	{"return", RIGHT_OPERATE, false, false},
	{"confirm-report", RIGHT_OPERATE, false, false},
	{"classify", RIGHT_OPERATE, false, false},
	{"complete", RIGHT_OPERATE, false, false},
	{"merge", RIGHT_OPERATE, false, false},
	{"check", RIGHT_OPERATE, false, false},
	{"call-result", RIGHT_OPERATE, false, false},
	{"resume", RIGHT_OPERATE, false, false},
	{"action", RIGHT_OPERATE, false, false},
	{"escalate", RIGHT_OPERATE, false, false},
	{"window", RIGHT_OPERATE, false, false},
	{"silence", RIGHT_OPERATE, false, false},
	{"sign", RIGHT_OPERATE, true, false},
	{"unsilence", RIGHT_OPERATE, true, false},
	{"no-drill", RIGHT_OPERATE, true, false},

	{"convene", RIGHT_DECIDE, false, false},
	{"wait", RIGHT_DECIDE, false, false},
	{"authorize", RIGHT_DECIDE, true, false},
	{"declare", RIGHT_DECIDE, true, false},
	{"ratify", RIGHT_DECIDE, true, false},
	{"decline", RIGHT_DECIDE, true, false},
	{"false-alarm", RIGHT_DECIDE, true, false},
	{"order", RIGHT_DECIDE, true, false},
	{"adopt", RIGHT_DECIDE, true, false},
	{"close", RIGHT_DECIDE, false, false},
	{"final-report", RIGHT_DECIDE, false, false},
};

const char *right_word(enum right_number r)
{
	assert((unsigned)r < RIGHT_COUNT);
	return words[r];
}

unsigned role_rights(enum role r)
{
	assert((unsigned)r < ROLE_COUNT);
	return rights[r];
}

const struct act_permission *act_permission(struct slice act)
{
	for (size_t i = 0; i < COUNT_OF(acts); i++) {
		if (slice_is(act, acts[i].act))
			return &acts[i];
	}
	return NULL;
}
