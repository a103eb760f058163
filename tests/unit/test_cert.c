/* cert - an authority and what is under it; a chain that does not hold together is refused. */
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

#include "base/cert.h"

enum { DAY = 86400 };
static const int64_t now = 1780000000;

static void make(struct cert_pair *ca, struct cert_pair *server, struct cert_names *names)
{
	struct err_info info = {0};

	*names = (struct cert_names){.count = 0};
	assert_int_equal(cert_names_add(names, "127.0.0.1"), ERR_OK);
	assert_int_equal(cert_names_add(names, "::1"), ERR_OK);
	assert_int_equal(cert_names_add(names, "noc.example.org"), ERR_OK);
	cert_pair_init(ca);
	cert_pair_init(server);
	if (cert_make_authority(now, ca, &info) != ERR_OK ||
	    cert_make_server(ca, names, now, 90 * DAY, server, &info) != ERR_OK)
		fail_msg("%s", info.text);
}

static void a_server_under_an_authority(void **state)
{
	struct cert_pair ca CLEANUP(cert_pair_release), server CLEANUP(cert_pair_release),
		other CLEANUP(cert_pair_release);
	struct cert_facts above, facts;
	struct cert_names names, others;
	struct err_info info;

	(void)state;
	make(&ca, &server, &names);
	assert_int_equal(cert_look(&ca, NULL, &above, &info), ERR_OK);
	assert_int_equal(cert_look(&server, &names, &facts, &info), ERR_OK);
	assert_string_equal(facts.identity.text, above.identity.text);
	assert_true(facts.has_names);
	assert_int_equal(facts.not_after_s, now + 90 * DAY);
	assert_true(facts.not_before_s < now);
	assert_true(above.not_after_s > now + INT64_C(20) * 365 * DAY);
	/* One name more or less is another set. */
	others = names;
	others.count--;
	assert_int_equal(cert_look(&server, &others, &facts, &info), ERR_OK);
	assert_false(facts.has_names);
	others = names;
	assert_int_equal(cert_names_add(&others, "b.example.org"), ERR_OK);
	assert_int_equal(cert_look(&server, &others, &facts, &info), ERR_OK);
	assert_false(facts.has_names);
	/* No two authorities are one. */
	cert_pair_init(&other);
	assert_int_equal(cert_make_authority(now, &other, &info), ERR_OK);
	assert_int_equal(cert_look(&other, NULL, &facts, &info), ERR_OK);
	assert_string_not_equal(facts.identity.text, above.identity.text);
}

static void what_does_not_hold_together(void **state)
{
	struct cert_pair ca CLEANUP(cert_pair_release), server CLEANUP(cert_pair_release),
		ca2 CLEANUP(cert_pair_release), server2 CLEANUP(cert_pair_release);
	struct cert_pair mixed CLEANUP(cert_pair_release);
	struct cert_facts facts;
	struct cert_names names;
	struct err_info info;

	(void)state;
	make(&ca, &server, &names);
	make(&ca2, &server2, &names);
	cert_pair_init(&mixed);
	assert_int_equal(cert_look(&mixed, NULL, &facts, &info), ERR_SYNTAX); /* empty */
	buf_puts(&mixed.cert, buf_cstr(&server.cert));
	assert_int_equal(cert_look(&mixed, NULL, &facts, &info), ERR_SYNTAX);
	assert_non_null(strstr(info.text, "no private key"));
	buf_puts(&mixed.key, buf_cstr(&server2.key));
	assert_int_equal(cert_look(&mixed, NULL, &facts, &info), ERR_WRONG_STATE);
	assert_non_null(strstr(info.text, "not that of the certificate"));
	/* A server's certificate with another authority hung on behind. */
	buf_reset(&mixed.key);
	buf_puts(&mixed.key, buf_cstr(&server.key));
	buf_puts(&mixed.cert, buf_cstr(&ca2.cert));
	assert_int_equal(cert_look(&mixed, NULL, &facts, &info), ERR_WRONG_STATE);
	assert_non_null(strstr(info.text, "not signed by the one that follows"));
}

static void names_are_judged(void **state)
{
	struct cert_names names = {.count = 0};
	char name[16];

	(void)state;
	assert_int_equal(cert_names_add(&names, "a b"), ERR_SYNTAX);
	assert_int_equal(cert_names_add(&names, "x,DNS:y"), ERR_SYNTAX);
	assert_int_equal(cert_names_add(&names, ""), ERR_SYNTAX);
	assert_int_equal(cert_names_add(&names, "Noc"), ERR_OK);
	assert_int_equal(cert_names_add(&names, "noc"), ERR_OK);
	assert_int_equal(names.count, 1);
	for (int i = 1; i < CERT_NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "h%d", i);
		assert_int_equal(cert_names_add(&names, name), ERR_OK);
	}
	assert_int_equal(cert_names_add(&names, "onemore"), ERR_FULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_under_an_authority),
		cmocka_unit_test(what_does_not_hold_together),
		cmocka_unit_test(names_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
