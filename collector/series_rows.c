#include "collector/series_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/micro.h"

void series_rows_init(struct series_rows *r, size_t value_count)
{
	*r = (struct series_rows){.value_count = (uint8_t)value_count};
}

void series_rows_release(struct series_rows *r)
{
	free(r->rows);
	free(r->values);
	free(r->extras);
	series_rows_init(r, r->value_count);
}

int64_t series_rows_slot(int64_t t_us, int64_t slot_s)
{
	int64_t t = t_us / US_PER_S;

	return t - t % slot_s;
}

/* How much a state deserves to be drawn when others share its slot. */
static int badness(uint8_t state)
{
	switch ((enum health)state) {
	case HEALTH_CRITICAL:
		return 3;
	case HEALTH_WARNING:
		return 2;
	case HEALTH_BLIND:
		return 1;
	case HEALTH_OK:
		break;
	}
	return 0;
}

static void set_values(struct series_rows *r, size_t at, const int64_t *values, size_t n)
{
	int64_t *dst = r->values + at * r->value_count;

	for (size_t i = 0; i < r->value_count; i++)
		dst[i] = i < n ? values[i] : MICRO_NONE;
}

static void add_extra(struct series_rows *r, int64_t t, struct series_ref ref)
{
	r->extras = mem_grow(r->extras, r->extra_count, &r->extra_cap, sizeof(*r->extras));
	r->extras[r->extra_count++] = (struct series_extra){t, ref};
}

static void open_at(struct series_rows *r, size_t at)
{
	size_t stride = r->value_count;

	r->rows = mem_grow(r->rows, r->count, &r->cap, sizeof(*r->rows));
	if (r->values_cap < r->cap) {
		r->values_cap = r->cap;
		r->values = mem_realloc(r->values, r->cap, (stride + !stride) * sizeof(int64_t));
	}
	memmove(&r->rows[at + 1], &r->rows[at], (r->count - at) * sizeof(*r->rows));
	memmove(r->values + (at + 1) * stride, r->values + at * stride,
		(r->count - at) * stride * sizeof(int64_t));
	r->count++;
}

bool series_rows_add(struct series_rows *r, const struct series_row *row, const int64_t *values,
		     size_t value_count)
{
	size_t at = r->count;

	while (at > 0 && r->rows[at - 1].t > row->t)
		at--;
	if (at > 0 && r->rows[at - 1].t == row->t) {
		struct series_row *same = &r->rows[at - 1];

		add_extra(r, row->t, row->ref);
		if (row->since_ms < same->since_ms)
			same->since_ms = row->since_ms;
		if (badness(row->state) > badness(same->state)) {
			same->state = row->state;
			set_values(r, at - 1, values, value_count);
		}
		return false;
	}
	open_at(r, at);
	r->rows[at] = *row;
	set_values(r, at, values, value_count);
	return true;
}

void series_rows_take(struct series_rows *r, size_t n, struct series_rows *ret)
{
	struct series_rows rest;
	int64_t end;

	if (n == r->count) {
		*ret = *r;
		series_rows_init(r, ret->value_count);
		return;
	}
	end = r->rows[n].t;
	series_rows_init(&rest, r->value_count);
	for (size_t i = n; i < r->count; i++)
		series_rows_add(&rest, &r->rows[i], series_rows_values(r, i), r->value_count);
	*ret = *r;
	ret->count = n;
	ret->extra_count = 0;
	for (size_t i = 0; i < r->extra_count; i++) {
		if (r->extras[i].t < end)
			ret->extras[ret->extra_count++] = r->extras[i];
		else
			add_extra(&rest, r->extras[i].t, r->extras[i].ref);
	}
	*r = rest;
}

void series_rows_put_back(struct series_rows *r, struct series_rows *taken)
{
	struct series_rows newer = *r;

	*r = *taken;
	for (size_t i = 0; i < newer.count; i++)
		series_rows_add(r, &newer.rows[i], series_rows_values(&newer, i),
				newer.value_count);
	for (size_t i = 0; i < newer.extra_count; i++)
		add_extra(r, newer.extras[i].t, newer.extras[i].ref);
	series_rows_release(&newer);
	series_rows_init(taken, r->value_count);
}

void series_rows_copy(const struct series_rows *r, struct series_rows *ret)
{
	series_rows_init(ret, r->value_count);
	for (size_t i = 0; i < r->count; i++)
		series_rows_add(ret, &r->rows[i], series_rows_values(r, i), r->value_count);
}
