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
#include "tests/support/play_stage.h"
#include "tests/support/test_plan.h"

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
	struct play_world *w = stage_open();
	struct err_info info = {0};
	char *body;

	(void)state;
	play_until(w, world_time(5000));
	stage_fail(w, "web:p");
	play_until(w, world_time(60000));
	assert_true(stage_count(w, "incident.opened", "") > 0);
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
