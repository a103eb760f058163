/* trust - the identity of a collector is there under every setting and survives; SIGHUP takes over what is new, never what is broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sys/stat.h>

#include <uv.h>

#include "base/files.h"
#include "base/tls_home.h"
#include "collector/trust.h"

struct world {
	uv_loop_t loop;
	struct collector c;
	char folder[64];
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	snprintf(w->folder, sizeof(w->folder), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	w->c.config.data = w->folder;
	w->c.loop = &w->loop;
	assert_int_equal(uv_loop_init(&w->loop), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	char command[128];

	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&w->loop), 0);
	snprintf(command, sizeof(command), "rm -rf %s", w->folder);
	free(w);
	return system(command);
}

static void open_and_close(struct world *w, enum tls_mode mode)
{
	struct trust *t = NULL;
	struct err_info info = {0};

	w->c.config.tls.mode = mode;
	w->c.identity.text[0] = '\0';
	if (trust_open(&w->c, &t, &info) != ERR_OK)
		fail_msg("%s", info.text);
	assert_int_equal(trust_server(t) == NULL, mode == TLS_NONE);
	assert_true(trust_left_us(t) > 300 * 86400 * US_PER_S);
	assert_true(trust_left_us(t) <= 366 * 86400 * US_PER_S);
	trust_close(t);
}

static void always_somebody_and_always_the_same(void **state)
{
	struct world *w = *state;
	struct identity id, told;
	struct err_info info;
	char path[96];

	open_and_close(w, TLS_NONE);
	id = w->c.identity;
	snprintf(path, sizeof(path), "%s/identity", w->folder);
	assert_int_equal(identity_read_file(path, &told, &info), ERR_OK);
	assert_string_equal(told.text, id.text);
	open_and_close(w, TLS_OWN); /* TLS is turned on: agents need no new pin */
	assert_string_equal(w->c.identity.text, id.text);
}

static void what_is_broken_is_not_taken_over(void **state)
{
	struct world *w = *state;
	struct err_info info = {0};
	struct identity id;
	struct trust *t;
	char path[96];

	w->c.config.tls.mode = TLS_OWN;
	assert_int_equal(trust_open(&w->c, &t, &info), ERR_OK);
	id = w->c.identity;
	snprintf(path, sizeof(path), "%s/tls/ca.key", w->folder);
	assert_int_equal(truncate(path, 10), 0);
	trust_renew(t); /* says certificate.not-renewed */
	assert_string_equal(w->c.identity.text, id.text);
	assert_non_null(trust_server(t));
	trust_close(t);
	assert_int_equal(trust_open(&w->c, &t, &info), ERR_CORRUPT);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(always_somebody_and_always_the_same),
		IN_FOLDER(what_is_broken_is_not_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
