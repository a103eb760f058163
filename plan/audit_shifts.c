/* Shifts: hours at which nobody holds a seat. */
#include "base/buf.h"
#include "base/timefmt.h"
#include "engine/shifts.h"
#include "plan/audit.h"

enum { GAPS_TOLD = 4 };
#define WEEK_US (7 * 86400 * US_PER_S)
/* Some Monday at midnight in Mexico City, long before any dated shift: the week as the weekly shifts make it. */
#define A_MONDAY_US (4 * 86400 * US_PER_S - MEXICO_CITY_OFFSET_S * US_PER_S)

/* The time that the shifts of a seat are to cover: a week, or from the first dated one to the last. */
static struct seat_gap span_of_shifts(const struct plan *p, uint32_t seat)
{
	struct seat_gap dated = {WALL_NEVER, {0}};

	for (uint32_t i = 0; i < p->shift_count; i++) {
		const struct plan_shift *s = &p->shifts[i];

		if (s->seat != seat)
			continue;
		if (!s->dated)
			return (struct seat_gap){{A_MONDAY_US}, {A_MONDAY_US + WEEK_US}};
		dated.from = wall_min(dated.from, (struct wall_time){s->from_us});
		dated.until = wall_max(dated.until, (struct wall_time){s->from_us + s->length_us});
	}
	return dated;
}

static void put_hour(struct buf *out, struct wall_time t)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	char text[TIMEFMT_SIZE];

	timefmt_local(text, t);
	if (t.us >= A_MONDAY_US && t.us <= A_MONDAY_US + WEEK_US)
		buf_printf(out, "%s %.5s", days[(t.us - A_MONDAY_US) / (WEEK_US / 7) % 7],
			   text + 11);
	else
		buf_printf(out, "%.16s", text);
}

static void put_gaps(struct buf *out, const struct seat_gap *gaps, size_t n)
{
	for (size_t k = 0; k < n && k < GAPS_TOLD; k++) {
		buf_puts(out, k > 0 ? ", " : "");
		put_hour(out, gaps[k].from);
		buf_puts(out, " to ");
		put_hour(out, gaps[k].until);
	}
	if (n > GAPS_TOLD)
		buf_printf(out, " and %zu more", n - GAPS_TOLD);
}

static void audit_gaps(struct audit *a, uint32_t seat)
{
	struct seat_gap span = span_of_shifts(a->p, seat), gaps[GAPS_TOLD];
	size_t n = seat_gaps(a->p, seat, span.from, span.until, gaps, GAPS_TOLD);
	struct buf text CLEANUP(buf_release);

	buf_init(&text, 1024);
	if (n == 0)
		return;
	put_gaps(&text, gaps, n);
	audit_tell(a, a->p->seats[seat].level > 0 ? AUDIT_SHIFT_GAP : AUDIT_DESK_SHIFT_GAP,
		   AT(SEAT, seat), "nobody holds it %s (Mexico City)", buf_cstr(&text));
}

/* From its opening to its end, wherever the shifts begin and end: also a day for which nobody has made any. Those that are
 * over are let be. */
static void audit_jornadas(struct audit *a, uint32_t seat)
{
	struct buf text CLEANUP(buf_release);

	buf_init(&text, 8192);
	for (uint32_t k = 0; k < a->p->jornada_count; k++) {
		const struct plan_jornada *d = &a->p->jornadas[k];
		struct seat_gap gaps[GAPS_TOLD];
		size_t n;

		if (d->until_us <= a->today_s * US_PER_S)
			continue;
		n = seat_gaps(a->p, seat, (struct wall_time){d->from_us},
			      (struct wall_time){d->until_us}, gaps, GAPS_TOLD);
		if (n == 0)
			continue;
		buf_printf(&text, "%sin '%s' ", text.len > 0 ? "; " : "", d->id);
		put_gaps(&text, gaps, n);
	}
	if (text.len > 0)
		audit_tell(a, AUDIT_JORNADA_GAP, AT(SEAT, seat), "nobody holds it %s (Mexico City)",
			   buf_cstr(&text));
}

void audit_shifts(struct audit *a)
{
	for (uint32_t i = 0; i < a->p->seat_count; i++) {
		audit_gaps(a, i);
		audit_jornadas(a, i);
	}
}
