#include "collector/login_limits.h"

static const struct rate_limit per_address = {6 * US_PER_S, 10};
static const struct rate_limit per_login = {6 * US_PER_S, 20};

bool login_limits_take(struct login_limits *l, const char *address, struct mono_time now,
		       int64_t *ret_wait_us)
{
	return rate_table_take(&l->addresses, per_address,
			       rate_limit_key(l->seed, slice_of(address)), now, ret_wait_us);
}

void login_limits_give_back(struct login_limits *l, const char *address, struct mono_time now)
{
	rate_table_give_back(&l->addresses, per_address, rate_limit_key(l->seed, slice_of(address)),
			     now);
}

bool login_limits_begin(struct login_limits *l, const char *login, struct mono_time now,
			int64_t *ret_wait_us)
{
	return rate_table_take(&l->logins, per_login, rate_limit_key(l->seed, slice_of(login)), now,
			       ret_wait_us);
}

struct lockout *login_limits_stranger(struct login_limits *l, const char *login,
				      struct wall_time now)
{
	return lockout_of(&l->strangers, rate_limit_key(l->seed, slice_of(login)), now);
}
