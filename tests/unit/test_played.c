/* played - what a journal in memory tells: calls with their outcome, clocks, a timeline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks/check.h"
#include "cli/played.h"
#include "play/world.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct buf out;

static struct play_world *a_day(void)
{
	struct play_world *w = play_new(&check_schemas, world_time(0));
	const struct plan *p;
	uint32_t v;

	play_apply_plan(w, test_plan_from_text(world_plan));
	p = view_plan(w->engine);
	v = p->checks[plan_find_check(p, SLICE_LIT("web:p"))].vantage_first;
	*habits_person(w->habits, "beto") =
		(struct person_habit){.answer = ACT_ENTERADO, .answer_us = 2 * US_PER_S};
	play_until(w, world_time(5000));
	play_set(w, v, (struct play_source){HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED});
	play_until(w, world_time(120000));
	play_set(w, v, (struct play_source){HEALTH_OK, OUTCOME_OK});
	play_until(w, world_time(130000));
	buf_release(&out);
	buf_init(&out, 1 << 20);
	return w;
}

static void has(const char *part)
{
	if (strstr(buf_cstr(&out), part) == NULL)
		fail_msg("'%s' is not in:\n%s", part, buf_cstr(&out));
}

static void as_text(void **state)
{
	struct play_world *w = a_day();

	(void)state;
	played_put(&out, &w->record, false);
	has("CRONOLOGÍA\n");
	has("LLAMADAS\n  14:26:48  ana (mesa)  uno  CAÍDO: sin respuesta 14:26:58\n");
	has("beto (mesa)  uno  CAÍDO: enterado 14:27:00\n");
	has("RELOJES AL FINAL\n");
	has("portal  desde 14:26:46  RTO 1m 40s  restablecido a los 1m 55s  RTO REBASADO\n");
	assert_null(strstr(buf_cstr(&out), "plan en vigor")); /* nor every check's first word */
	play_free(w);
	buf_release(&out);
}

static void since_the_beginning(void **state)
{
	struct play_world *w = a_day();

	(void)state;
	played_put_since(&out, &w->record, world_time(6000), true);
	has("          2s  incident opened");
	has("calling  portal  a  ana  mesa  uno  DOWN\n");
	assert_null(strstr(buf_cstr(&out), "call sent"));
	play_free(w);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_text),
		cmocka_unit_test(since_the_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
