/* drill_play - begins a process with the words of a drill, keeps what it says, tells of one that ended before it was one, and never begins two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "base/files.h"
#include "collector/current_drill.h"
#include "collector/drill_play.h"
#include "tests/support/probe_once.h"

struct place {
	uv_loop_t loop;
	uv_timer_t
		alive; /* a process that lives keeps no loop alive; a collector's has more to do */
	char folder[64], program[128];
	struct drill_play *d;
	char name[DRILL_NAME_SIZE];
};

/* In the program's place: what a shell does with the drill's words. */
static void put_program(struct place *p, const char *text)
{
	FILE *f = fopen(p->program, "we");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", text);
	fclose(f);
	assert_int_equal(chmod(p->program, 0700), 0);
}

static void on_alive(uv_timer_t *t)
{
	(void)t;
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	uv_loop_init(&p->loop);
	uv_timer_init(&p->loop, &p->alive);
	uv_timer_start(&p->alive, on_alive, 3600000, 0);
	snprintf(p->folder, sizeof(p->folder), "/tmp/vigia-play-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->program, sizeof(p->program), "%s/program", p->folder);
	p->d = drill_play_new(&(struct drill_play_options){&p->loop, p->program,
							   "/etc/vigia/collector.yaml", p->folder});
	*state = p;
	return 0;
}

static void remove_all(const struct place *p)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/drills/%s/journal.db", p->folder, p->name);
	unlink(path);
	snprintf(path, sizeof(path), "%s/drills/%s", p->folder, p->name);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/drills/%s.log", p->folder, p->name);
	unlink(path);
	snprintf(path, sizeof(path), "%s/drills/current", p->folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/drills", p->folder);
	rmdir(path);
	unlink(p->program);
	rmdir(p->folder);
}

static int tear_down(void **state)
{
	struct place *p = *state;

	drill_play_free(p->d);
	uv_close((uv_handle_t *)&p->alive, NULL);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&p->loop), 0);
	remove_all(p);
	free(p);
	return 0;
}

static enum err begin(struct place *p, bool to_file, struct err_info *info)
{
	return drill_play_begin(p->d, "/scenarios/portal.scn", to_file,
				(struct wall_time){INT64_C(1780000000) * US_PER_S}, p->name, info);
}

static void until_it_ended(struct place *p)
{
	while (drill_play_last(p->d).running)
		loop_turn(&p->loop);
}

static void log_says(const struct place *p, const char *want)
{
	char path[256];
	struct err_info info;
	struct buf text;

	snprintf(path, sizeof(path), "%s/drills/%s.log", p->folder, p->name);
	buf_init(&text, 4096);
	assert_int_equal(files_read(path, &text, &info), ERR_OK);
	assert_string_equal(buf_cstr(&text), want);
	buf_release(&text);
}

static void it_is_played_with_the_words_of_a_drill(void **state)
{
	struct place *p = *state;
	struct drill_play_last last;
	struct err_info info;
	char want[512];

	assert_string_equal(drill_play_last(p->d).name, "");
	put_program(p, "echo \"$@\"; mkdir \"$6\"; : >\"$6/journal.db\"");
	assert_int_equal(begin(p, true, &info), ERR_OK);
	assert_string_equal(p->name, "20260528-142640");
	assert_true(drill_play_last(p->d).running);
	until_it_ended(p);
	last = drill_play_last(p->d);
	assert_string_equal(last.name, p->name);
	assert_false(last.failed);
	snprintf(want, sizeof(want),
		 "-c /etc/vigia/collector.yaml --drill /scenarios/portal.scn --drill-folder "
		 "%s/drills/%s --drill-to-file\n",
		 p->folder, p->name);
	log_says(p, want);
}

static void people_are_called_unless_it_goes_to_a_file(void **state)
{
	struct place *p = *state;
	struct err_info info;

	put_program(p, "echo $# \"$7\"");
	assert_int_equal(begin(p, false, &info), ERR_OK);
	until_it_ended(p);
	log_says(p, "6 \n");
}

static void what_it_says_last_is_why_it_failed(void **state)
{
	struct place *p = *state;
	struct drill_play_last last;
	struct err_info info;

	put_program(p, "echo first; echo 'a real incident is open (folio 01)' >&2; exit 2");
	assert_int_equal(begin(p, false, &info), ERR_OK);
	until_it_ended(p);
	last = drill_play_last(p->d);
	assert_true(last.failed);
	assert_string_equal(last.why, "a real incident is open (folio 01)");
}

static void never_two(void **state)
{
	struct place *p = *state;
	struct err_info info;
	char other[DRILL_NAME_SIZE], folder[256];
	int fd;

	put_program(p, "i=0; while [ ! -e \"$6.end\" ] && [ $i -lt 600 ]; do sleep 0.05; "
		       "i=$((i+1)); done");
	assert_int_equal(begin(p, false, &info), ERR_OK);
	assert_int_equal(drill_play_begin(p->d, "/scenarios/b.scn", false,
					  (struct wall_time){US_PER_S}, other, &info),
			 ERR_BUSY);
	snprintf(folder, sizeof(folder), "%s/drills/%s.end", p->folder, p->name);
	fclose(fopen(folder, "we"));
	until_it_ended(p);
	unlink(folder);
	snprintf(folder, sizeof(folder), "%s/drills/%s.log", p->folder, p->name);
	unlink(folder);
	/* One that somebody began at the machine. */
	assert_int_equal(current_drill_claim(p->folder, p->folder, &fd, &info), ERR_OK);
	assert_int_equal(begin(p, false, &info), ERR_BUSY);
	assert_non_null(strstr(info.text, "another drill is being played"));
	current_drill_release(p->folder, fd);
}

static void two_of_one_second_have_two_names(void **state)
{
	struct place *p = *state;
	struct err_info info;
	char first[DRILL_NAME_SIZE], path[256];

	put_program(p, "exit 2");
	assert_int_equal(begin(p, false, &info), ERR_OK);
	until_it_ended(p);
	snprintf(first, sizeof(first), "%s", p->name);
	assert_int_equal(begin(p, false, &info), ERR_OK);
	until_it_ended(p);
	assert_string_equal(p->name, "20260528-142640-2");
	snprintf(path, sizeof(path), "%s/drills/%s.log", p->folder, first);
	assert_int_equal(unlink(path), 0);
}

static void what_cannot_be_started_is_told(void **state)
{
	struct place *p = *state;
	struct err_info info;

	assert_int_equal(begin(p, false, &info), ERR_IO);
	assert_non_null(strstr(info.text, "cannot be started"));
	assert_false(drill_play_last(p->d).running);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_played_with_the_words_of_a_drill, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(people_are_called_unless_it_goes_to_a_file, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_it_says_last_is_why_it_failed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(never_two, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_of_one_second_have_two_names, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_started_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
