#include "tests/support/play_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

struct play_world *stage_open(void)
{
	struct play_world *w = play_new(&check_schemas, world_time(0));

	play_apply_plan(w, test_plan_from_text(world_plan));
	return w;
}

uint32_t stage_vantage(const struct play_world *w, const char *check)
{
	const struct plan *p = view_plan(w->engine);

	return p->checks[plan_find_check(p, slice_of(check))].vantage_first;
}

void stage_fail(struct play_world *w, const char *check)
{
	play_set(w, stage_vantage(w, check),
		 (struct play_source){HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED});
}

size_t stage_count(const struct play_world *w, const char *kind, const char *pair)
{
	char a[64], b[64];
	size_t n = 0;

	(void)snprintf(a, sizeof(a), "%s", kind);
	(void)snprintf(b, sizeof(b), "%s", pair);
	for (size_t i = 0; i < w->record.count; i++)
		n += record_matches(&w->record.entries[i], (char *[]){a, b},
				    pair[0] != '\0' ? 2 : 1);
	return n;
}
