/* Looks at who is on duty, who is away and what waits for the desk. */
#include "engine/desk.h"
#include "engine/duty.h"
#include "engine/shifts.h"
#include "engine/view.h"

_Static_assert((int)VIEW_DUTY_MAX == (int)DUTY_MAX, "all who answer for a seat");

size_t view_duty(const struct engine *e, uint32_t seat, struct wall_time now,
		 struct view_duty ret[VIEW_DUTY_MAX])
{
	struct duty_person d[DUTY_MAX];
	size_t n = duty_of_seat(e, e->plan, seat, now, d);

	for (size_t k = 0; k < n; k++)
		ret[k] = (struct view_duty){d[k].person, d[k].stands_for, d[k].away};
	return n;
}

struct wall_time view_duty_until(const struct engine *e, uint32_t seat, struct wall_time now)
{
	return seat_next_change(e->plan, seat, now);
}

size_t view_absence_count(const struct engine *e)
{
	return e->absence_count;
}

void view_absence(const struct engine *e, size_t index, struct view_absence *ret)
{
	const struct absence *a = &e->absences[index];

	*ret = (struct view_absence){a->person, a->other, a->since, a->until, a->seq, a->note};
}

size_t view_tasks(const struct engine *e, uint64_t *ret, size_t max)
{
	size_t n = 0;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t c = 0; c < i->call_count; c++) {
			if (!desk_is_open(i, &i->calls[c]))
				continue;
			if (n < max)
				ret[n] = i->calls[c].id;
			n++;
		}
	}
	return n;
}

struct view_siren view_siren(const struct engine *e)
{
	struct view_siren s = {false, false};

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		s.tree_exhausted =
			s.tree_exhausted || (i->exhausted && incident_has_running_clock(i));
		for (size_t c = 0; c < i->call_count && !s.call_by_hand; c++)
			s.call_by_hand =
				desk_is_open(i, &i->calls[c]) && i->calls[c].taken_by == PLAN_NONE;
	}
	return s;
}
