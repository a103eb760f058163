/* dial - names by c-ares, numeric addresses at once, and none after a cancel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/resolver.h"
#include "collector/dial.h"
#include "tests/support/probe_once.h"

struct seen {
	unsigned count;
	char to[400], why[400];
	bool known;
};

static void on_dialled(void *user, const char *connect_to, const char *why)
{
	struct seen *s = user;

	s->count++;
	s->known = connect_to != NULL;
	snprintf(s->to, sizeof(s->to), "%s", connect_to != NULL ? connect_to : "");
	snprintf(s->why, sizeof(s->why), "%s", why);
}

static void close_loop(uv_loop_t *loop, struct resolver *r)
{
	resolver_free(r);
	while (uv_run(loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(loop), 0);
}

static void an_address_needs_nobody(void **state)
{
	struct err_info info;
	struct resolver *r;
	struct seen s = {0};
	uv_loop_t loop;

	(void)state;
	uv_loop_init(&loop);
	assert_int_equal(resolver_new(&loop, &r, &info), ERR_OK);
	assert_null(dial_start(r, "192.0.2.1", 25, on_dialled, &s));
	assert_int_equal(s.count, 1);
	assert_true(s.known);
	assert_string_equal(s.to, "");
	close_loop(&loop, r);
}

static void a_name_is_looked_up(void **state)
{
	struct err_info info;
	struct resolver *r;
	struct seen s = {0};
	uv_loop_t loop;

	(void)state;
	uv_loop_init(&loop);
	assert_int_equal(resolver_new(&loop, &r, &info), ERR_OK);
	(void)dial_start(r, "localhost", 587, on_dialled, &s);
	while (s.count == 0)
		loop_turn(&loop);
	assert_true(s.known);
	assert_non_null(strstr(s.to, "localhost:587:"));
	close_loop(&loop, r);
}

static void after_a_cancel_nothing_is_said(void **state)
{
	struct err_info info;
	struct resolver *r;
	struct seen s = {0};
	struct dial *d;
	uv_loop_t loop;
	char silent[40];

	(void)state;
	uv_loop_init(&loop);
	assert_int_equal(resolver_new(&loop, &r, &info), ERR_OK);
	snprintf(silent, sizeof(silent), "127.0.0.1:%u", free_port());
	assert_int_equal(resolver_use(r, silent), ERR_OK);
	d = dial_start(r, "mail.example.org", 25, on_dialled, &s);
	assert_non_null(d);
	dial_cancel(d);
	dial_cancel(NULL);
	close_loop(&loop, r);
	assert_int_equal(s.count, 0);
}

static void a_name_that_is_not_known_is_said(void **state)
{
	struct err_info info;
	struct resolver *r;
	struct seen s = {0};
	uv_loop_t loop;
	char silent[40];

	(void)state;
	uv_loop_init(&loop);
	assert_int_equal(resolver_new(&loop, &r, &info), ERR_OK);
	snprintf(silent, sizeof(silent), "127.0.0.1:%u", free_port());
	assert_int_equal(resolver_use(r, silent), ERR_OK);
	(void)dial_start(r, "mail.example.org", 25, on_dialled, &s);
	resolver_free(r); /* ends it as failed */
	while (uv_run(&loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(s.count, 1);
	assert_false(s.known);
	assert_non_null(strstr(s.why, "the name 'mail.example.org'"));
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_needs_nobody),
		cmocka_unit_test(a_name_is_looked_up),
		cmocka_unit_test(after_a_cancel_nothing_is_said),
		cmocka_unit_test(a_name_that_is_not_known_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
