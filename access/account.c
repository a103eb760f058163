#include "access/account.h"

#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "access/permission.h"

static const char *const state_words[] = {
#define X(sym, word) [ACCOUNT_##sym] = word,
	ACCOUNT_STATES(X)
#undef X
};

const char *account_state_word(enum account_state s)
{
	assert((unsigned)s < ACCOUNT_STATE_COUNT);
	return state_words[s];
}

bool account_state_from_word(struct slice word, enum account_state *ret)
{
	for (unsigned s = 0; s < ACCOUNT_STATE_COUNT; s++) {
		if (slice_is(word, state_words[s])) {
			*ret = (enum account_state)s;
			return true;
		}
	}
	return false;
}

bool account_asks_code(const struct account *a)
{
	return a->has_totp && role_row(a->role)->code != ROLE_CODE_NEVER;
}

bool account_must_enrol(const struct account *a)
{
	return !a->has_totp && role_row(a->role)->code == ROLE_CODE_NEEDED;
}

bool account_is_open(const struct account *a)
{
	return a->state == ACCOUNT_ACTIVE && a->role != ROLE_SERVICE && a->password[0] != '\0';
}

bool account_is_active_administrator(const struct account *a)
{
	return a->role == ROLE_ADMINISTRATOR && account_is_open(a);
}

unsigned account_rights(const struct account *a)
{
	return account_must_enrol(a) ? RIGHT_ENROL : role_rights(a->role);
}

bool account_is_invited_with(const struct account *a, const char *typed, struct wall_time now)
{
	struct sha256 digest;

	return a->state == ACCOUNT_INVITED && !digest_is_none(&a->invitation) &&
	       wall_diff_us(a->invitation_until, now) > 0 && one_time_code_digest(typed, &digest) &&
	       digest_is(&digest, &a->invitation);
}

void account_invite(struct account *a, struct wall_time now, char ret_code[ONE_TIME_CODE_SIZE])
{
	one_time_code_draw(ret_code);
	if (!one_time_code_digest(ret_code, &a->invitation))
		assert(!"what we draw is one");
	a->invitation_until = wall_add_us(now, ACCOUNT_INVITATION_US);
	a->state = ACCOUNT_INVITED;
	OPENSSL_cleanse(a->password, sizeof(a->password));
}
