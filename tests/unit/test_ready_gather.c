/* ready_gather - the figures as they are in a world that we know.
 * wrap: collector_end_turn_soon
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
#include "base/micro.h"
#include "collector/ready_gather.h"
#include "tests/support/collector_world.h"
#include "tests/support/test_plan.h"

static struct ready_figures *f;
static struct ready_texts texts;
static const struct plan_look look = {
	.hash = "abc", .errors = 2, .accepted = 1, .disk = PLAN_DISK_DIFFERS};

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_serve(w);
	f = calloc(1, sizeof(*f));
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	collector_world_close(w);
	free(w);
	free(f);
	return 0;
}

static void gather(struct collector_world *w)
{
	ready_gather(&w->c, &look, "def", 3600 * US_PER_S, &texts, f);
}

static const struct ready_detail *first(const struct ready_count *c)
{
	assert_true(c->listed > 0);
	return &c->details[0];
}

static void a_world_at_its_start(void **state)
{
	struct collector_world *w = *state;

	gather(w);
	assert_int_equal(f->seats.all, 1);
	assert_int_equal(f->seats.bad, 0);
	assert_int_equal(f->seats_ahead.bad, 0);
	assert_int_equal(wall_diff_us(f->ahead_until, f->now), 24 * 3600 * US_PER_S);
	assert_int_equal(f->people.unknown, f->people.all);
	assert_string_equal(first(&f->people)->why, "never-called");
	assert_int_equal(f->channels.all, 1);
	assert_string_equal(first(&f->channels)->why, "never-used");
	assert_int_equal(f->services.unknown, 1);
	assert_int_equal(f->spare.unknown, 1);
	assert_int_equal(f->checks_seen.bad, 3);
	assert_int_equal(f->checks_well.all, 0);
	assert_int_equal(f->agents.bad, 2);
	assert_string_equal(first(&f->agents)->why, "never-seen");
	assert_int_equal(f->agent_clocks.unknown, 2);
	assert_int_equal(f->agent_versions.unknown, 2);
	assert_int_equal(f->incidents.all, 0);
	assert_int_equal(f->plan_errors, 2);
	assert_int_equal(f->plan_accepted, 1);
	assert_int_equal(f->disk_plan, READY_PLAN_DIFFERS);
	assert_true(wall_is_known(f->plan_applied));
	assert_int_equal(f->program, READY_PROGRAM_SAME);
	assert_false(f->tls);
	assert_int_equal(f->heartbeat, READY_BEAT_OFF);
	assert_false(wall_is_known(f->backup_at));
	assert_false(f->drill);
	assert_false(f->journal_failing);
}

static void a_failure_and_its_call(void **state)
{
	struct collector_world *w = *state;
	struct input in = {.kind = INPUT_DELIVERY}, act = {.kind = INPUT_ACT};
	struct view_incident i;

	collector_world_fail(w);
	in.u.delivery.call = w->effects.items[0].id;
	in.u.delivery.detail = "";
	in.u.delivery.what = DELIVERY_SENT;
	collector_world_input(w, &in);
	gather(w);
	assert_int_equal(f->services.bad, 1);
	assert_string_equal(first(&f->services)->what, "publicacion");
	assert_string_equal(first(&f->services)->why, "down");
	assert_int_equal(f->checks_well.bad, 1);
	assert_string_equal(first(&f->checks_well)->what, "web:http");
	assert_int_equal(f->incidents.bad, 1);
	assert_string_equal(first(&f->incidents)->what, "01");
	assert_string_equal(first(&f->incidents)->why, "confirmed");
	assert_int_equal(f->channels.bad + f->channels.unknown, 0);
	assert_string_equal(first(&f->people)->what, "mesa");
	assert_string_equal(first(&f->people)->why, "not-yet");
	in.u.delivery.what = DELIVERY_FAILED;
	collector_world_input(w, &in);
	view_incident(core_engine(w->c.core), 0, &i);
	act.u.act.incident = i.id;
	act.u.act.act = ACT_ENTERADO;
	act.u.act.person = plan_find_person(i.plan, SLICE_LIT("mesa"));
	act.u.act.recorded_by = PLAN_NONE;
	act.u.act.note = "";
	collector_world_input(w, &act);
	gather(w);
	assert_int_equal(f->channels.bad, 1);
	assert_string_equal(first(&f->channels)->why, "failed");
	for (size_t k = 0; k < f->people.listed; k++)
		assert_string_not_equal(f->people.details[k].what, "mesa"); /* she has answered */
	/* What was long ago proves nothing. */
	ready_gather(&w->c, &look, "def", -1, &texts, f);
	assert_string_equal(first(&f->people)->what, "mesa");
	assert_string_equal(first(&f->people)->why, "too-long-ago");
}

static void a_plan_with_gaps(void **state)
{
	static const char text[] =
		"people: [{id: ana, post: A, contacts: [{channel: c, to: a@example.org}]}, {id: "
		"beto, post: B, vacant: true, contacts: [{channel: c, to: b@example.org}]}]\n"
		"channels: [{id: c, type: file, path: /tmp/no-such}, {id: nadie, type: file, path: "
		"/tmp/no-such}]\n"
		"seats: [{id: libre, level: 1, titular: beto}, {id: dia, level: 2}, {id: noche, "
		"level: 2}]\n"
		"shifts: [{seat: dia, days: [mon, tue, wed, thu, fri, sat, sun], from: '08:00', "
		"until: '20:00', "
		"titular: ana}, {seat: noche, days: [mon, tue, wed, thu, fri, sat, sun], from: "
		"'20:00', until: "
		"'08:00', titular: ana}]\n"
		"agents: [{id: dc}]\n"
		"components: [{id: web, checks: [{id: p, type: tcp, address: 127.0.0.1, port: 9, "
		"from: [dc], interval: 5s}]}]\n"
		"services: [{id: s, rto: 1h, rpo: 4h, needs: web}]\n";
	struct collector_world *w = *state;
	struct input in = {.kind = INPUT_PLAN};

	in.u.plan.plan = test_plan_from_text(text);
	collector_world_input(w, &in);
	gather(w);
	/* Whatever the hour: of the two seats one is held now, and neither through the day. */
	assert_int_equal(f->seats.all, 3);
	assert_int_equal(f->seats.bad, 2);
	assert_string_equal(first(&f->seats)->what, "libre");
	assert_string_equal(first(&f->seats)->why, "vacant");
	assert_int_equal(f->seats_ahead.bad, 3);
	assert_string_equal(f->seats_ahead.details[1].what, "dia");
	assert_string_equal(f->seats_ahead.details[2].what, "noche");
	assert_int_equal(f->channels.all, 1); /* the one that nobody uses says nothing */
	assert_int_equal(f->backups.unknown, 1);
	assert_string_equal(first(&f->backups)->why, "not-measured");
}

static void the_last_backup(void **state)
{
	struct collector_world *w = *state;
	struct err_info info;

	assert_int_equal(files_replace(collector_world_path(w, "last-backup"),
				       SLICE_LIT("1780000000\n"), 0600, &info),
			 ERR_OK);
	gather(w);
	assert_int_equal(f->backup_at.us, 1780000000 * US_PER_S);
	assert_int_equal(files_replace(collector_world_path(w, "last-backup"),
				       SLICE_LIT("gestern\n"), 0600, &info),
			 ERR_OK);
	gather(w);
	assert_false(wall_is_known(f->backup_at));
}

static void alarms_of_the_watch(void **state)
{
	struct collector_world *w = *state;
	struct wall_time now = clock_now(&w->c.clock);

	alarm_raise(&w->c.alarms, ALARM_CLOCK_OFF, now, "x");
	alarm_raise(&w->c.alarms, ALARM_JOURNAL_DAMAGED, now, "x");
	alarm_raise(&w->c.alarms, ALARM_SERIES_DAMAGED, now, "x");
	alarm_raise(&w->c.alarms, ALARM_SERIES_FAILING, now, "x");
	w->c.disk = (struct disk){.full = true, .free = 7, .reserve = 50};
	w->c.hold_until = clock_mono();
	ready_gather(&w->c, &look, "", US_PER_S, &texts, f);
	assert_true(f->clock_alarm && f->journal_damaged && f->series_damaged && f->series_failing);
	assert_true(f->disk_full && f->series_paused);
	assert_int_equal(f->disk_free, 7);
	assert_int_equal(f->disk_wanted, 100);
	assert_int_equal(f->series_age_us, MICRO_NONE);
	assert_int_equal(f->program, READY_PROGRAM_NOT_KNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_world_at_its_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failure_and_its_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_plan_with_gaps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_last_backup, set_up, tear_down),
		cmocka_unit_test_setup_teardown(alarms_of_the_watch, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
