/* probes - what is fed in bulk is what every single sample would have told: beside a world that draws each one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "play/world.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"
#include "base/rand.h"

/* world_plan as it is, or with checks that the bulk samples each four seconds only. */
static const char *plan_text(bool slow)
{
	static const char quick[] = "interval: 1s, fresh_within: 5s";
	static char text[8192];
	size_t n = 0;

	for (const char *p = world_plan; *p != '\0';) {
		bool here = slow && strncmp(p, quick, strlen(quick)) == 0;

		if (here)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      "interval: 4s, fresh_within: 9s");
		else
			text[n++] = *p;
		p += here ? strlen(quick) : 1;
	}
	text[n] = '\0';
	return text;
}

static struct play_world *open_world(bool slow)
{
	struct play_world *w = play_new(&check_schemas, world_time(0));

	play_apply_plan(w, test_plan_from_text(plan_text(slow)));
	return w;
}

static void compare(const struct play_world *w, const struct engine_world *each, uint64_t seed)
{
	for (size_t i = 0; i < each->count && i < w->record.count; i++) {
		if (strcmp(each->events[i].body, w->record.entries[i].body) != 0 ||
		    each->events[i].ev.recorded.us != w->record.entries[i].recorded.us)
			fail_msg("seed %llu, entry %zu: %lld %s, not %lld %s",
				 (unsigned long long)seed, i + 1,
				 (long long)world_ms(w->record.entries[i].recorded),
				 w->record.entries[i].body,
				 (long long)world_ms(each->events[i].ev.recorded),
				 each->events[i].body);
	}
	assert_int_equal(w->record.count, each->count);
}

/* The same random trouble in both, in odd milliseconds too. */
static void in_bulk_or_one_by_one(void **state)
{
	static const enum health healths[] = {HEALTH_OK, HEALTH_OK, HEALTH_CRITICAL, HEALTH_WARNING,
					      HEALTH_BLIND};
	static const enum outcome outcomes[] = {[HEALTH_OK] = OUTCOME_OK,
						[HEALTH_WARNING] = OUTCOME_VALUE_THRESHOLD,
						[HEALTH_CRITICAL] = OUTCOME_CONNECT_REFUSED,
						[HEALTH_BLIND] = OUTCOME_RIGHT_MISSING};

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct engine_world *each = world_open(plan_text(seed % 2 == 0));
		struct play_world *w = open_world(seed % 2 == 0);
		const struct plan *p = view_plan(w->engine);
		struct rand rand;
		int64_t ms = 0;

		rand_seed(&rand, seed);
		each->delivery =
			WORLD_NO_RECEIPT; /* both tell what became of messages in the same order */
		habits_channel(w->habits, "*")->how = PLAY_NO_RECEIPT;
		for (int n = 0; n < 40; n++) {
			uint32_t v = (uint32_t)rand_below(&rand, p->vantage_count);
			enum health h = healths[rand_below(&rand, COUNT_OF(healths))];

			ms += (int64_t)rand_below(&rand, 40000);
			world_until(each, ms);
			play_until(w, world_time(ms));
			if (rand_below(&rand, 4) == 0) {
				uint32_t a = (uint32_t)rand_below(&rand, p->agent_count);

				each->cut[a] = !each->cut[a];
				play_cut(w, a, each->cut[a]);
			} else {
				each->health[v] = h;
				play_set(w, v, (struct play_source){h, outcomes[h]});
			}
		}
		compare(w, each, seed);
		world_close(each);
		play_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_bulk_or_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
