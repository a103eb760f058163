/* current_drill - one drill of a collector at a time; what a drill that died left behind is none; who looks disturbs nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/current_drill.h"

struct place {
	char data[64], folder[96], other[96], file[96];
	int held;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->data, sizeof(p->data), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(p->data) == NULL)
		return -1;
	snprintf(p->folder, sizeof(p->folder), "%s/d1", p->data);
	snprintf(p->other, sizeof(p->other), "%s/d2", p->data);
	snprintf(p->file, sizeof(p->file), "%s/drills/current", p->data);
	mkdir(p->folder, 0700);
	mkdir(p->other, 0700);
	p->held = -1;
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char path[96];

	current_drill_release(p->data, p->held);
	unlink(p->file);
	snprintf(path, sizeof(path), "%s/drills", p->data);
	rmdir(path);
	rmdir(p->folder);
	rmdir(p->other);
	rmdir(p->data);
	free(p);
	return 0;
}

static void claim(struct place *p)
{
	struct err_info info;

	if (current_drill_claim(p->data, p->folder, &p->held, &info) != ERR_OK)
		fail_msg("%s", info.text);
}

static void json_is(struct place *p, const char *want, size_t n)
{
	struct json_emit j;
	struct buf out;

	buf_init(&out, 4096);
	j = json_emit_to(&out);
	json_open_array(&j);
	current_drill_write(p->data, &j);
	json_close_array(&j);
	assert_memory_equal(buf_cstr(&out), want, n);
	buf_release(&out);
}

static void it_is_there_while_it_is_played(void **state)
{
	struct place *p = *state;
	struct current_drill d;
	char want[160];

	assert_false(current_drill_find(p->data, &d));
	json_is(p, "[null]", 6);
	claim(p);
	assert_true(current_drill_find(p->data, &d));
	assert_string_equal(d.folder, p->folder);
	assert_true(wall_is_known(d.since));
	snprintf(want, sizeof(want), "[{\"folder\":\"%s\",\"since\":", p->folder);
	json_is(p, want, strlen(want));
	current_drill_release(p->data, p->held);
	p->held = -1;
	assert_false(current_drill_find(p->data, &d));
	assert_int_not_equal(access(p->file, F_OK), 0);
}

static void there_is_one_at_a_time(void **state)
{
	struct place *p = *state;
	struct err_info info;
	struct current_drill d;
	int second = 7;

	assert_int_equal(current_drill_check(p->data, &info), ERR_OK);
	claim(p);
	assert_int_equal(current_drill_check(p->data, &info), ERR_BUSY);
	assert_int_equal(current_drill_claim(p->data, p->other, &second, &info), ERR_BUSY);
	assert_non_null(strstr(info.text, "another drill is being played ("));
	assert_non_null(strstr(info.text, p->folder));
	assert_int_equal(second, -1);
	/* ... and the first one is still what is played. */
	assert_true(current_drill_find(p->data, &d));
	assert_string_equal(d.folder, p->folder);
}

static void who_died_plays_nothing(void **state)
{
	struct place *p = *state;
	struct current_drill d;
	struct err_info info;
	int status;
	pid_t child = fork();

	if (child == 0) {
		int fd;

		_exit(current_drill_claim(p->data, p->other, &fd, &info) == ERR_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(access(p->file, F_OK), 0); /* left behind */
	assert_false(current_drill_find(p->data, &d));
	assert_int_equal(current_drill_check(p->data, &info), ERR_OK);
	claim(p);
	assert_true(current_drill_find(p->data, &d));
	assert_string_equal(d.folder, p->folder);
}

static void a_link_in_its_place_is_not_followed(void **state)
{
	struct place *p = *state;
	struct current_drill d;
	struct err_info info;
	char path[96], elsewhere[96];
	int fd;

	snprintf(path, sizeof(path), "%s/drills", p->data);
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", p->data);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(symlink(elsewhere, p->file), 0);
	assert_int_equal(current_drill_claim(p->data, p->folder, &fd, &info), ERR_IO);
	assert_int_not_equal(access(elsewhere, F_OK), 0);
	assert_false(current_drill_find(p->data, &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_there_while_it_is_played, set_up, tear_down),
		cmocka_unit_test_setup_teardown(there_is_one_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_died_plays_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_link_in_its_place_is_not_followed, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
