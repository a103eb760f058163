/* password_work - two at once, a bounded queue, whoever is inside first, and nothing known once it is abandoned. */
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

#include "base/attr.h"
#include "collector/password_work.h"

struct place {
	uv_loop_t loop;
	struct password_work *w;
	char stored[SCRYPT_TEXT_SIZE];
	char order[128]; /* in which they were done */
	unsigned done, right, abandoned;
	char text[SCRYPT_TEXT_SIZE];
};
struct asker {
	struct place *p;
	char name;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err_info info;

	assert_int_equal(uv_loop_init(&p->loop), 0);
	p->w = password_work_new(&p->loop);
	assert_int_equal(scrypt_write(p->stored, SLICE_LIT("secreto"),
				      (struct scrypt_params){10, 8, 1}, &info),
			 ERR_OK);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	password_work_free(p->w);
	assert_int_equal(uv_loop_close(&p->loop), 0);
	free(p);
	return 0;
}

static void on_done(void *user, const struct password_result *r)
{
	struct asker *a = user;
	struct place *p = a->p;

	p->order[p->done++] = a->name;
	p->right += r->right;
	p->abandoned += r->abandoned;
	snprintf(p->text, sizeof(p->text), "%s", r->text);
}

static void what_is_right_is_right_and_weak_ones_are_written_anew(void **state)
{
	struct place *p = *state;
	struct asker a = {p, 'a'};

	assert_true(password_work_add(
		p->w, &(struct password_order){.stored = p->stored, .secret = "secreto"}, on_done,
		&a));
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(p->right, 1);
	assert_true(scrypt_is(p->text, SLICE_LIT("secreto")));
	assert_false(scrypt_is_outdated(p->text));
	assert_true(password_work_add(
		p->w, &(struct password_order){.stored = p->text, .secret = "otro"}, on_done, &a));
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(p->right, 1);
	assert_string_equal(p->text, "");
	/* Nobody's password is never right. */
	assert_true(password_work_add(p->w, &(struct password_order){.stored = "", .secret = ""},
				      on_done, &a));
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(p->right, 1);
	/* A new one only where the old one holds, or there was none. */
	assert_true(password_work_add(
		p->w,
		&(struct password_order){.stored = p->stored, .secret = "otro", .fresh = "nuevo"},
		on_done, &a));
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_string_equal(p->text, "");
	assert_true(
		password_work_add(p->w, &(struct password_order){.fresh = "nuevo"}, on_done, &a));
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(p->right, 2);
	assert_true(scrypt_is(p->text, SLICE_LIT("nuevo")));
	assert_int_equal(p->abandoned, 0);
}

static void whoever_is_inside_comes_first_and_has_room(void **state)
{
	struct place *p = *state;
	struct asker door = {p, 'd'}, inside = {p, 'i'};
	struct password_order o = {.stored = p->stored, .secret = "otro"};
	unsigned n = 0;

	while (n < 1000 && password_work_add(p->w, &o, on_done, &door))
		n++;
	assert_int_equal(n, PASSWORD_WORK_AT_ONCE + PASSWORD_WORK_WAITING_MAX);
	assert_int_equal(password_work_waiting(p->w), PASSWORD_WORK_WAITING_MAX);
	o.inside = true;
	assert_true(password_work_add(p->w, &o, on_done, &inside));
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(p->done, n + 1);
	/* It was begun as soon as one of those that ran had ended; a busy machine may let some that were begun after it end
	 * before it, but never the crowd. */
	assert_true(strchr(p->order, 'i') - p->order < PASSWORD_WORK_WAITING_MAX / 2);
	assert_int_equal(password_work_waiting(p->w), 0);
}

static void what_is_abandoned_is_not_known(void **state)
{
	struct place *p = *state;
	struct asker a = {p, 'a'};
	struct password_order o = {.stored = p->stored, .secret = "secreto"};

	for (int i = 0; i < 6; i++)
		assert_true(password_work_add(p->w, &o, on_done, &a));
	password_work_stop(p->w);
	assert_int_equal(p->abandoned, 6 - PASSWORD_WORK_AT_ONCE);
	assert_false(password_work_add(p->w, &o, on_done, &a));
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(p->done, 6);
	assert_int_equal(p->abandoned, 6);
	assert_int_equal(p->right, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_right_is_right_and_weak_ones_are_written_anew),
		CASE(whoever_is_inside_comes_first_and_has_room),
		CASE(what_is_abandoned_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
