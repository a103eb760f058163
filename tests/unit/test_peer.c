/* peer - a pin decides; without one, whom the spool met first. */
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

#include "agent/peer.h"
#include "base/files.h"

#define ID_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
static const struct identity a = {ID_A}, b = {ID_B}, nobody = {""};

static void a_pin_decides(void **state)
{
	struct agent_config c = {.data = "/nonexistent", .pins = {.items = {a}, .count = 1}};
	struct peer p;
	struct err_info info;

	(void)state;
	assert_int_equal(peer_open(&p, &c, &info), ERR_OK);
	assert_int_equal(peer_judge(&p, &a, &info), ERR_OK);
	assert_int_equal(peer_judge(&p, &b, &info), ERR_DENIED);
	assert_non_null(strstr(info.text, ID_A));
	assert_non_null(strstr(info.text, ID_B));
	assert_int_equal(peer_judge(&p, &nobody, &info), ERR_DENIED);
	c.pins.items[1] = b;
	c.pins.count = 2; /* while the collector changes its identity */
	assert_int_equal(peer_judge(&p, &b, &info), ERR_OK);
}

static void whom_it_met_first(void **state)
{
	char folder[] = "/tmp/vigia-unit-XXXXXX", file[64];
	struct agent_config c = {.data = folder};
	struct peer p;
	struct err_info info;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/collector.identity", folder);
	assert_int_equal(peer_open(&p, &c, &info), ERR_OK);
	assert_int_equal(peer_judge(&p, &nobody, &info), ERR_DENIED);
	assert_int_equal(peer_judge(&p, &a, &info), ERR_OK);
	assert_int_equal(peer_judge(&p, &b, &info), ERR_DENIED);
	assert_non_null(strstr(info.text, file)); /* what to do */
	assert_int_equal(peer_open(&p, &c, &info), ERR_OK); /* a restart */
	assert_int_equal(peer_judge(&p, &b, &info), ERR_DENIED);
	assert_int_equal(peer_judge(&p, &a, &info), ERR_OK);
	/* Damaged: nobody is believed. */
	assert_int_equal(truncate(file, 9), 0);
	assert_int_equal(peer_open(&p, &c, &info), ERR_SYNTAX);
	assert_int_equal(peer_judge(&p, &a, &info), ERR_DENIED);
	/* It cannot be kept: no answer counts. */
	assert_int_equal(unlink(file), 0);
	assert_int_equal(peer_open(&p, &c, &info), ERR_OK);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(peer_judge(&p, &a, &info), ERR_IO);
	assert_int_equal(peer_judge(&p, &a, &info), ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pin_decides),
		cmocka_unit_test(whom_it_met_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
