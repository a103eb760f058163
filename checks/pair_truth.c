#include "checks/pair_truth.h"

static bool is_same_unit(const struct pair_view *v)
{
	return v[0].answered && v[1].answered && v[0].self >= 0 && v[0].self == v[1].self;
}

/* The stronger claim, as enum pair_unit is ordered; nothing is weaker than anything. */
static enum pair_unit stronger(enum pair_unit a, enum pair_unit b)
{
	if (a == PAIR_UNKNOWN || b == PAIR_UNKNOWN)
		return a == PAIR_UNKNOWN ? b : a;
	return a < b ? a : b;
}

/* Its own word, or else that of the others. */
static enum pair_unit unit_of(const struct pair_view *v, int unit)
{
	enum pair_unit own = PAIR_UNKNOWN, others = PAIR_UNKNOWN;

	for (size_t i = 0; i < PAIR_UNITS; i++) {
		if (!v[i].answered)
			continue;
		if (v[i].self == unit)
			own = stronger(own, v[i].says[unit]);
		else
			others = stronger(others, v[i].says[unit]);
	}
	return own != PAIR_UNKNOWN ? own : others;
}

/* One that says NO decides, whatever the other says. */
static enum pair_fact worst(const struct pair_view *v,
			    enum pair_fact (*fact)(const struct pair_view *))
{
	enum pair_fact r = PAIR_NOT_TOLD;

	for (size_t i = 0; i < PAIR_UNITS; i++) {
		enum pair_fact f = v[i].answered ? fact(&v[i]) : PAIR_NOT_TOLD;

		if (f != PAIR_NOT_TOLD && r != PAIR_NO)
			r = f;
	}
	return r;
}

static enum pair_fact link_of(const struct pair_view *v)
{
	return v->link;
}

static enum pair_fact failover_of(const struct pair_view *v)
{
	if (v->off != PAIR_NOT_TOLD)
		return v->off == PAIR_YES ? PAIR_NO : PAIR_YES;
	for (size_t u = 0; u < PAIR_UNITS; u++) {
		if (v->says[u] == PAIR_ACTIVE || v->says[u] == PAIR_STANDBY)
			return PAIR_YES;
	}
	return PAIR_NOT_TOLD;
}

static enum pair_fact agree_of(const struct pair_view *v)
{
	enum pair_fact r = PAIR_NOT_TOLD;

	if (!v[0].answered || !v[1].answered || is_same_unit(v))
		return PAIR_NOT_TOLD;
	if ((v[0].off == PAIR_YES) != (v[1].off == PAIR_YES))
		return PAIR_NO;
	if (v[0].off == PAIR_YES)
		return PAIR_YES;
	for (size_t u = 0; u < PAIR_UNITS; u++) {
		if (v[0].says[u] == PAIR_UNKNOWN || v[1].says[u] == PAIR_UNKNOWN)
			continue;
		if (v[0].says[u] != v[1].says[u])
			return PAIR_NO;
		r = PAIR_YES;
	}
	return r;
}

static int count(const struct pair_truth *t, enum pair_unit what)
{
	return (t->unit[0] == what) + (t->unit[1] == what);
}

/* One active, one ready, nothing that speaks against it. Where a unit is unknown it may still be so, or be impossible. */
static enum pair_fact redundant_of(const struct pair_truth *t)
{
	int active = count(t, PAIR_ACTIVE), standby = count(t, PAIR_STANDBY);

	if (t->link == PAIR_NO || t->agree == PAIR_NO || count(t, PAIR_OUT) > 0 || active > 1 ||
	    standby > 1)
		return PAIR_NO;
	return active == 1 && standby == 1 ? PAIR_YES : PAIR_NOT_TOLD;
}

static void count_units(struct pair_truth *t)
{
	int active = count(t, PAIR_ACTIVE), standby = count(t, PAIR_STANDBY);
	bool all_known = count(t, PAIR_UNKNOWN) == 0;

	t->active = active > 0 || all_known ? active : -1;
	t->standby = standby > 0 || all_known ? standby : -1;
	if (t->active >= 0)
		t->active_unit =
			(t->unit[0] == PAIR_ACTIVE ? 1 : 0) + (t->unit[1] == PAIR_ACTIVE ? 2 : 0);
}

struct pair_truth pair_truth_of(const struct pair_view views[PAIR_UNITS], size_t watched)
{
	struct pair_truth t = {.active = -1,
			       .standby = -1,
			       .active_unit = -1,
			       .redundant = PAIR_NOT_TOLD,
			       .link = PAIR_NOT_TOLD,
			       .same_unit = is_same_unit(views)};

	t.answering = t.same_unit ? 1 : views[0].answered + views[1].answered;
	t.failover = worst(views, failover_of);
	t.agree = agree_of(views);
	if (t.failover ==
	    PAIR_NO) { /* each is on its own: what it says of roles and link means nothing */
		t.redundant = watched == PAIR_UNITS ? PAIR_NO : PAIR_NOT_TOLD;
		return t;
	}
	for (int u = 0; u < PAIR_UNITS; u++)
		t.unit[u] = unit_of(views, u);
	t.link = worst(views, link_of);
	count_units(&t);
	t.redundant = redundant_of(&t);
	return t;
}
