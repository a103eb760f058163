/* tls_server - chain and key are replaced under living connections; what cannot be served changes nothing. */
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

#include "base/tls_server.h"
#include "tests/support/tls_pair.h"

enum { DAY = 86400 };

static void replaced_while_connections_live(void **state)
{
	struct identity_set pins;
	struct tls_pair p;

	(void)state;
	tls_pair_start(&p, 90 * DAY);
	pins = (struct identity_set){.items = {p.identity}, .count = 1};
	assert_int_equal(tls_pair_get(&p, &pins, false).status, 200);
	/* What new connections see now is refused: so they do see it. The old connection lives. */
	tls_pair_renew(&p, -3600);
	assert_int_equal(tls_pair_get(&p, &pins, true).err, ERR_DENIED);
	assert_int_equal(tls_pair_get(&p, &pins, false).status, 200);
	tls_pair_renew(&p, 90 * DAY);
	assert_int_equal(tls_pair_get(&p, &pins, true).status, 200);
	tls_pair_stop(&p);
}

static void what_cannot_be_served(void **state)
{
	struct cert_pair bad CLEANUP(cert_pair_release);
	struct identity_set pins;
	struct tls_server *t = NULL;
	struct tls_pair p;
	struct err_info info;

	(void)state;
	tls_pair_start(&p, 90 * DAY);
	pins = (struct identity_set){.items = {p.identity}, .count = 1};
	cert_pair_init(&bad);
	buf_puts(&bad.cert, "-----BEGIN CERTIFICATE-----\n");
	assert_int_equal(tls_server_new(&bad, &t, &info), ERR_SYNTAX);
	assert_null(t);
	assert_int_equal(tls_server_replace(p.tls, &bad, &info), ERR_SYNTAX);
	assert_int_equal(tls_pair_get(&p, &pins, true).status, 200);
	tls_pair_stop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaced_while_connections_live),
		cmocka_unit_test(what_cannot_be_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
