#include "access/role.h"

#include <assert.h>

static const struct role_row rows[] = {
#define X(sym, word, idle, whole, code, sessions)                                                  \
	[ROLE_##sym] = {word, idle, whole, ROLE_CODE_##code, sessions, ROLE_##sym == ROLE_VIEWER},
	ROLES(X)
#undef X
};

const struct role_row *role_row(enum role r)
{
	assert((unsigned)r < ROLE_COUNT);
	return &rows[r];
}

const char *role_word(enum role r)
{
	return role_row(r)->word;
}

bool role_from_word(struct slice word, enum role *ret)
{
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		if (slice_is(word, rows[r].word)) {
			*ret = (enum role)r;
			return true;
		}
	}
	return false;
}
