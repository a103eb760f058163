/* record - a journal in memory reads back as the same engine. */
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

static struct play_world *open_world(void)
{
	struct play_world *w = play_new(&check_schemas, world_time(0));

	play_apply_plan(w, test_plan_from_text(world_plan));
	return w;
}

UNUSED static uint32_t vantage_of(const struct play_world *w, const char *check)
{
	const struct plan *p = view_plan(w->engine);

	return p->checks[plan_find_check(p, slice_of(check))].vantage_first;
}

UNUSED static void fails(struct play_world *w, const char *check)
{
	play_set(w, vantage_of(w, check),
		 (struct play_source){HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED});
}

UNUSED static size_t count_of(const struct play_world *w, const char *kind, const char *pair)
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

static bool matches(const struct record_entry *e, const char *spec)
{
	char text[128], *words[8], *save = NULL;
	size_t n = 0;

	(void)snprintf(text, sizeof(text), "%s", spec);
	for (char *w = strtok_r(text, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	return record_matches(e, words, n);
}

static void an_entry_matches_by_kind_and_pairs(void **state)
{
	char body[] = "{\"service\":\"s\",\"pct\":40,\"at\":4}";
	struct record_entry e = {.kind = EVENT_CLOCK_MARK, .body = body};

	(void)state;
	assert_true(matches(&e, "clock.mark"));
	assert_true(matches(&e, "clock.mark service=s pct=40"));
	assert_false(matches(&e, "clock.mark pct=4"));
	assert_false(matches(&e, "clock.mark service"));
	assert_false(matches(&e, "clock.breached"));
}

static void what_is_folded_again_is_the_same_engine(void **state)
{
	struct play_world *w = open_world();
	struct err_info info = {0};
	char *body;

	(void)state;
	play_until(w, world_time(5000));
	fails(w, "web:p");
	play_until(w, world_time(60000));
	assert_true(count_of(w, "incident.opened", "") > 0);
	assert_true(play_replays(w, &info));
	body = strstr(w->record.entries[w->record.count - 1].body, "\"");
	body[0] = 'x';
	assert_false(play_replays(w, &info));
	assert_non_null(strstr(info.text, "does not read back"));
	play_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_matches_by_kind_and_pairs),
		cmocka_unit_test(what_is_folded_again_is_the_same_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
