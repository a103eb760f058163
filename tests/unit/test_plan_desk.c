/* plan_desk - one look at a time serves whoever waits; it is kept as long as the plan and the day are the same.
 * wrap: collector_end_turn_soon plan_look_make
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/secrets.h"
#include "collector/plan_desk.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"
#include "tests/support/test_plan.h"

static unsigned made;

enum err __real_plan_look_make(const struct plan_look_ask *ask, struct plan_look *ret,
			       struct err_info *info);
enum err __wrap_plan_look_make(const struct plan_look_ask *ask, struct plan_look *ret,
			       struct err_info *info);
enum err __wrap_plan_look_make(const struct plan_look_ask *ask, struct plan_look *ret,
			       struct err_info *info)
{
	__atomic_add_fetch(&made, 1, __ATOMIC_SEQ_CST);
	return __real_plan_look_make(ask, ret, info);
}

static unsigned served, refused;
static char hash[SHA256_HEX_SIZE], why_text[200];

static void on_look(void *user, const struct plan_look *look, const char *why)
{
	(void)user;
	served += look != NULL;
	refused += look == NULL;
	if (look != NULL)
		snprintf(hash, sizeof(hash), "%s", look->hash);
	else
		snprintf(why_text, sizeof(why_text), "%s", why);
}

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_serve(w);
	made = served = refused = 0;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	collector_world_close(w);
	free(w);
	return 0;
}

static void until_served(struct collector_world *w, unsigned count)
{
	while (served + refused < count)
		loop_turn(collector_world_loop(w));
}

static void one_look_serves_all(void **state)
{
	struct collector_world *w = *state;
	struct plan_desk *d = plan_desk_new(&w->c);

	for (int i = 0; i < 5; i++)
		assert_true(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	assert_int_equal(served, 0);
	until_served(w, 5);
	assert_int_equal(made, 1);
	assert_string_equal(hash, view_plan(core_engine(w->c.core))->hash);
	assert_true(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	assert_int_equal(served, 6); /* at once, from what is kept */
	assert_true(plan_desk_ask(d, -1, on_look, NULL)); /* nothing is fresh enough */
	assert_int_equal(served, 6);
	until_served(w, 7);
	assert_int_equal(made, 2);
	plan_desk_stop(d);
	plan_desk_free(d);
}

static void another_plan_is_looked_at_anew(void **state)
{
	struct collector_world *w = *state;
	struct plan_desk *d = plan_desk_new(&w->c);
	struct input in = {.kind = INPUT_PLAN};

	assert_true(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	/* Another one comes into force while the first is looked at: whoever waits sees what is in force. */
	in.u.plan.plan = test_plan_from_text("agents: [{id: dc}]\n");
	collector_world_input(w, &in);
	until_served(w, 1);
	assert_int_equal(served, 1);
	assert_string_equal(hash, view_plan(core_engine(w->c.core))->hash);
	assert_int_equal(made, 2);
	plan_desk_stop(d);
	plan_desk_free(d);
}

static void a_missing_secret_would_be_refused(void **state)
{
	static const char text[] = "channels: [{id: w, type: webhook, url: 'https://example.org/', "
				   "bearer: '${secret:no}', body: '${message}'}]\n";
	struct collector_world *w = *state;
	struct plan_desk *d = plan_desk_new(&w->c);
	struct findings f;
	struct err_info info;
	struct input in = {.kind = INPUT_PLAN};

	findings_init(&f);
	w->c.secrets = secrets_open(NULL, &f);
	findings_release(&f);
	w->c.config.plan = strdup(collector_world_path(w, "p.yaml"));
	assert_int_equal(files_replace(w->c.config.plan, slice_of(text), 0600, &info), ERR_OK);
	in.u.plan.plan = test_plan_from_text(text);
	collector_world_input(w, &in);
	assert_true(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	until_served(w, 1);
	assert_int_equal(plan_desk_last(d)->disk, PLAN_DISK_REFUSED);
	assert_non_null(strstr(plan_desk_last(d)->disk_text, "missing-secret"));
	plan_desk_stop(d);
	plan_desk_free(d);
	secrets_free(w->c.secrets);
	w->c.secrets = NULL;
	free((char *)(uintptr_t)w->c.config.plan);
	w->c.config.plan = NULL;
}

static void too_many_wait(void **state)
{
	struct collector_world *w = *state;
	struct plan_desk *d = plan_desk_new(&w->c);

	for (int i = 0; i < PLAN_DESK_WAITING_MAX; i++)
		assert_true(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	assert_false(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	until_served(w, PLAN_DESK_WAITING_MAX);
	assert_int_equal(made, 1);
	plan_desk_stop(d);
	plan_desk_free(d);
}

static void it_ends_with_the_collector(void **state)
{
	struct collector_world *w = *state;
	struct plan_desk *d = plan_desk_new(&w->c);

	assert_true(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	plan_desk_stop(d);
	assert_int_equal(refused, 1);
	assert_true(plan_desk_ask(d, INT64_MAX, on_look, NULL));
	assert_int_equal(refused, 2);
	assert_string_equal(why_text, "the collector stops");
	plan_desk_free(d);
	plan_desk_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_look_serves_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_plan_is_looked_at_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_missing_secret_would_be_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(too_many_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_ends_with_the_collector, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
