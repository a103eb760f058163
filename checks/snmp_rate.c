#include "checks/snmp_rate.h"

#include <math.h>
#include <string.h>

#include "base/micro.h"

enum { TAG_COUNTER32 = 0x41, TAG_COUNTER64 = 0x46 };
#define TICK_US INT64_C(10000)
#define TICKS_ALL (INT64_C(1) << 32)
#define TICKS_MINUTE INT64_C(6000)
/* An answer that was asked for twice may be this late; clocks differ by far less than a hundredth. */
#define LATE_US (5 * US_PER_S)

bool snmp_reading_of(const struct snmp_value *v, struct snmp_reading *ret)
{
	struct snmp_reading r = {0};
	int64_t micro;

	if (v->kind == SNMP_UNSIGNED && (v->tag == TAG_COUNTER32 || v->tag == TAG_COUNTER64)) {
		r.bits = v->tag == TAG_COUNTER32 ? 32 : 64;
		r.count = v->u;
	} else if (v->kind == SNMP_UNSIGNED) {
		r.number = (double)v->u;
	} else if (v->kind == SNMP_SIGNED) {
		r.number = (double)v->i;
	} else if (v->kind == SNMP_FLOAT) {
		if (!isfinite(v->f))
			return false;
		r.number = v->f;
	} else {
		micro = snmp_value_micro(v);
		if (micro == MICRO_NONE)
			return false;
		r.number = (double)micro / (double)MICRO;
	}
	*ret = r;
	return true;
}

/* Ticks between two readings of the device's clock, as far as it tells; false: it has begun anew. A clock that fell has
 * wrapped only if it was about to. */
static bool ticks_between(uint32_t before, uint32_t now, int64_t own_us, int64_t *ret)
{
	*ret = (int64_t)now - (int64_t)before;
	if (now >= before)
		return true;
	if ((int64_t)before + own_us / TICK_US < TICKS_ALL - TICKS_MINUTE)
		return false;
	*ret += TICKS_ALL;
	return true;
}

enum snmp_growth snmp_moment_compare(const struct snmp_moment *before,
				     const struct snmp_moment *now, int64_t *ret_us)
{
	int64_t own_us = mono_diff_us(now->at, before->at), ticks, apart;

	if (before->has_boots && now->has_boots && before->boots != now->boots)
		return SNMP_GROWTH_RESTART;
	*ret_us = own_us;
	if (!before->has_uptime || !now->has_uptime)
		return before->has_uptime == now->has_uptime ? SNMP_GROWTH_OK : SNMP_GROWTH_CLOCK;
	if (!ticks_between(before->uptime, now->uptime, own_us, &ticks))
		return SNMP_GROWTH_RESTART;
	apart = ticks * TICK_US - own_us;
	if (apart < 0)
		apart = -apart;
	if (apart > LATE_US + own_us / 100)
		return SNMP_GROWTH_CLOCK;
	*ret_us = ticks * TICK_US;
	return SNMP_GROWTH_OK;
}

enum snmp_growth snmp_reading_growth(const struct snmp_reading *before,
				     const struct snmp_reading *now, bool polls_lost, bool falls,
				     double *ret)
{
	uint64_t grown = now->count - before->count;

	if (before->bits != now->bits)
		return SNMP_GROWTH_KIND;
	if (before->has_break != now->has_break || before->break_at != now->break_at)
		return SNMP_GROWTH_BREAK;
	if (now->bits == 0) {
		if (now->number < before->number && !falls)
			return SNMP_GROWTH_RESET;
		*ret = now->number - before->number;
		return SNMP_GROWTH_OK;
	}
	if (now->bits == 32 && polls_lost)
		return SNMP_GROWTH_GAP;
	if (now->count < before->count) {
		/* One that fills more than half its range between two polls cannot be told from one that began anew. */
		grown &= UINT32_MAX;
		if (now->bits == 64 || grown > UINT32_MAX / 2)
			return SNMP_GROWTH_RESET;
	}
	*ret = (double)grown;
	return SNMP_GROWTH_OK;
}

const char *snmp_growth_text(enum snmp_growth g)
{
	switch (g) {
	case SNMP_GROWTH_OK:
		return "";
	case SNMP_GROWTH_FIRST:
		return "needs one more poll";
	case SNMP_GROWTH_SOON:
		return "polled again within half a second";
	case SNMP_GROWTH_RESTART:
		return "the agent has restarted";
	case SNMP_GROWTH_CLOCK:
		return "the device's clock and ours disagree";
	case SNMP_GROWTH_BREAK:
		return "the interface's counters began anew";
	case SNMP_GROWTH_RESET:
		return "the counter went backwards";
	case SNMP_GROWTH_GAP:
		return "a poll was lost, and 32 bits may have wrapped";
	case SNMP_GROWTH_KIND:
		return "the counter changed its width";
	}
	return "";
}

bool snmp_interface_break(struct snmp_oid oid, struct arena *arena, struct snmp_oid *ret)
{
	static const uint32_t table[] = {1, 3, 6, 1, 2, 1, 2, 2, 1};
	static const uint32_t more[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1};
	const struct snmp_oid if_table = {table, COUNT_OF(table)},
			      ifx_table = {more, COUNT_OF(more)};
	const bool in_first = snmp_oid_is_below(oid, if_table);
	size_t at, rest;
	uint32_t *parts;

	if (!in_first && !snmp_oid_is_below(oid, ifx_table))
		return false;
	at = in_first ? COUNT_OF(table) : COUNT_OF(more);
	/* ifInOctets to ifOutErrors; ifInMulticastPkts to ifHCOutBroadcastPkts */
	if (in_first ? oid.parts[at] < 10 || oid.parts[at] > 20
		     : oid.parts[at] < 2 || oid.parts[at] > 13)
		return false;
	rest = oid.count - at - 1;
	parts = arena_calloc(arena, COUNT_OF(more) + 1 + rest, sizeof(*parts));
	memcpy(parts, more, sizeof(more));
	parts[COUNT_OF(more)] = 19;
	memcpy(parts + COUNT_OF(more) + 1, oid.parts + at + 1, rest * sizeof(*parts));
	*ret = (struct snmp_oid){parts, COUNT_OF(more) + 1 + rest};
	return true;
}
