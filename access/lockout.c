#include "access/lockout.h"

#include <stddef.h>

#define MINUTE_US (60 * US_PER_S)

const struct lockout_rule lockout_login = {5, 1, MINUTE_US, 15 * MINUTE_US};
const struct lockout_rule lockout_pin = {5, 5, 15 * MINUTE_US, 15 * MINUTE_US};

bool lockout_is_on(const struct lockout *l, struct wall_time now, int64_t *ret_left_us)
{
	int64_t left = wall_diff_us(l->until, now);

	if (left <= 0)
		return false;
	if (ret_left_us != NULL)
		*ret_left_us = left;
	return true;
}

static int64_t pause_us(const struct lockout_rule *rule, unsigned before)
{
	int64_t us = rule->first_us;

	for (unsigned i = 0; i < before && us < rule->longest_us; i++)
		us *= 2;
	return us < rule->longest_us ? us : rule->longest_us;
}

bool lockout_wrong(struct lockout *l, const struct lockout_rule *rule, struct wall_time now)
{
	l->wrong++;
	if (l->wrong < (l->pauses == 0 ? rule->attempts : rule->again))
		return false;
	l->until = wall_add_us(now, pause_us(rule, l->pauses));
	l->wrong = 0;
	if (l->pauses < 30)
		l->pauses++;
	return true;
}

void lockout_clear(struct lockout *l)
{
	*l = (struct lockout){0};
}

struct lockout *lockout_of(struct lockout_table *t, uint64_t key, struct wall_time now)
{
	struct lockout_slot *set = t->slots[key % LOCKOUT_SETS], *slot = &set[0];

	for (int i = 0; i < LOCKOUT_WAYS; i++) {
		if (set[i].key == key) {
			slot = &set[i];
			break;
		}
		if (set[i].asked.us < slot->asked.us)
			slot = &set[i];
	}
	if (slot->key != key)
		*slot = (struct lockout_slot){.key = key};
	slot->asked = now;
	return &slot->lock;
}
