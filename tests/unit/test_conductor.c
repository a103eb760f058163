/* conductor - a scenario that names what the plan does not have is told with its place and nothing is played; faults are on record before
 * they are seen; the end is told once; a real incident forbids or ends it.
 * wrap: collector_end_turn_soon
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <uv.h>

#include "collector/conductor.h"
#include "collector/current_drill.h"
#include "journal/journal.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"

struct stage {
	struct collector_world w;
	uv_loop_t loop;
	char real[64], scenario[96];
	struct journal *j; /* of the real day */
	struct conductor *k;
	enum conductor_end how;
	unsigned overs;
};

static void happens(struct stage *s, const char *kind, const char *body)
{
	struct wall_time t = clock_system();
	struct err_info info;
	uint64_t seq;

	assert_int_equal(journal_append(s->j, t, t, kind, 1, slice_of(body), &seq, &info), ERR_OK);
	assert_int_equal(journal_commit(s->j, &info), ERR_OK);
}

static int set_up(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	char path[96];
	struct err_info info;

	collector_world_open(&s->w);
	uv_loop_init(&s->loop);
	s->w.c.loop = &s->loop;
	snprintf(s->real, sizeof(s->real), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(s->real) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/journal.db", s->real);
	assert_int_equal(journal_open(path, false, &s->j, &info), ERR_OK);
	happens(s, "collector.started", "{\"start\":\"a\"}");
	snprintf(s->scenario, sizeof(s->scenario), "%s/s.scn", s->real);
	s->w.c.config.drill.scenario = s->scenario;
	s->w.c.config.drill.real_data = s->real;
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"journal.db",      "journal.db-wal", "journal.db-shm",
					    "journal.db.lock", "journal.head",   "s.scn",
					    "drills"};
	struct stage *s = *state;
	char path[160];

	conductor_free(s->k);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&s->loop), 0);
	collector_world_close(&s->w);
	journal_close(s->j);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", s->real, names[i]);
		remove(path);
	}
	rmdir(s->real);
	free(s);
	return 0;
}

static void write_scenario(struct stage *s, const char *text)
{
	FILE *f = fopen(s->scenario, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void on_over(void *user, enum conductor_end how)
{
	struct stage *s = user;

	s->how = how;
	s->overs++;
}

static void begin(struct stage *s, const char *text)
{
	struct err_info info;

	write_scenario(s, text);
	if (conductor_start(&s->w.c, &s->k, &info) != ERR_OK)
		fail_msg("%s", info.text);
	conductor_on_over(s->k, on_over, s);
}

static void until_over(struct stage *s)
{
	for (int i = 0; i < 10000 && s->overs == 0; i++)
		loop_turn(&s->loop);
	assert_int_equal(s->overs, 1);
}

static void what_cannot_be_played_is_told(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"promise: x\n1 set no:such critical\n",
		 "s.scn:2:7: the plan has no check 'no:such'"},
		{"promise: x\n1 set web:http critical nadie\n",
		 "s.scn:2: the plan has no agent 'nadie' for this check"},
		{"promise: x\n1 cut nadie\n", "s.scn:2: the plan has no agent 'nadie'"},
		{"promise: x\n", "nothing happens in this scenario"},
	};
	struct stage *s = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err_info info = {0};

		write_scenario(s, cases[i].text);
		assert_int_equal(conductor_start(&s->w.c, &s->k, &info), ERR_SYNTAX);
		assert_null(s->k);
		if (strstr(info.text, cases[i].why) == NULL)
			fail_msg("%s", info.text);
	}
	assert_int_equal(collector_world_count(&s->w, "drill.started"), 0);
}

static void it_is_played_to_its_end(void **state)
{
	struct stage *s = *state;

	begin(s, "promise: cae el sitio\n0 set web:http critical\n0 cut lejos\n0 end\n");
	assert_int_equal(collector_world_count(&s->w, "drill.started"), 1);
	until_over(s);
	assert_int_equal(s->how, CONDUCTOR_DONE);
	assert_int_equal(collector_world_count(&s->w, "drill.fault"), 2);
	assert_int_equal(collector_world_count(&s->w, "drill.ended"), 1);
	conductor_end(s->k, CONDUCTOR_STOPPED, "again");
	assert_int_equal(collector_world_count(&s->w, "drill.ended"), 1);
}

static void a_real_incident_forbids_it(void **state)
{
	struct stage *s = *state;
	struct err_info info;

	happens(s, "incident.opened", "{\"folio\":3,\"incident_kind\":\"down\",\"drill\":false}");
	write_scenario(s, "promise: x\n0 set web:http critical\n");
	assert_int_equal(conductor_start(&s->w.c, &s->k, &info), ERR_BUSY);
	assert_string_equal(info.text, "a real incident is open (folio 03)");
	assert_int_equal(collector_world_count(&s->w, "drill.started"), 0);
}

static void a_real_incident_ends_it(void **state)
{
	struct stage *s = *state;

	begin(s, "promise: x\n0 set web:http critical\n60 end\n");
	happens(s, "incident.opened", "{\"folio\":3,\"incident_kind\":\"down\",\"drill\":false}");
	until_over(s);
	assert_int_equal(s->how, CONDUCTOR_PRE_EMPTED);
	assert_int_equal(collector_world_count(&s->w, "drill.fault"), 0);
}

static void another_drill_forbids_it(void **state)
{
	struct stage *s = *state;
	struct current_drill d;
	struct err_info info;
	int other;

	begin(s, "promise: x\n0 set web:http critical\n60 end\n");
	assert_true(current_drill_find(s->real, &d));
	assert_string_equal(d.folder, s->w.dir);
	assert_int_equal(
		conductor_check(&s->w.c.config.drill, view_plan(core_engine(s->w.c.core)), &info),
		ERR_BUSY);
	conductor_free(s->k);
	s->k = NULL;
	assert_false(current_drill_find(s->real, &d));
	assert_int_equal(current_drill_claim(s->real, s->real, &other, &info), ERR_OK);
	assert_int_equal(conductor_start(&s->w.c, &s->k, &info), ERR_BUSY);
	assert_non_null(strstr(info.text, "another drill is being played ("));
	current_drill_release(s->real, other);
	assert_int_equal(collector_world_count(&s->w, "drill.started"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_cannot_be_played_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_is_played_to_its_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_real_incident_forbids_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_real_incident_ends_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_drill_forbids_it, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
