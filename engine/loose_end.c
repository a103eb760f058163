#include "engine/loose_end.h"

#include <stddef.h>
#include <string.h>

void loose_ends_keep(struct loose_ends *l, struct loose_end end)
{
	for (uint32_t i = 0; i < l->count; i++) {
		if (l->items[i].first.us == end.first.us) {
			l->items[i] = end;
			return;
		}
	}
	if (l->count == LOOSE_ENDS_MAX) {
		memmove(l->items, l->items + 1, (LOOSE_ENDS_MAX - 1) * sizeof(*l->items));
		l->count--;
	}
	l->items[l->count++] = end;
}

const struct loose_end *loose_ends_before(const struct loose_ends *l, struct wall_time t,
					  int64_t hole_us)
{
	for (uint32_t i = l->count; i-- > 0;) {
		const struct loose_end *end = &l->items[i];

		if (end->last.us < t.us)
			return wall_diff_us(t, end->last) <= hole_us ? end : NULL;
	}
	return NULL;
}
