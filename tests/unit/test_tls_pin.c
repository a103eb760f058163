/* tls_pin - a chain with a pinned member that is good, and nothing else, is the collector; the host name plays no part. */
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

#include "base/tls_pin.h"
#include "tests/support/tls_pair.h"

enum { DAY = 86400 };

static struct identity_set only(struct identity id)
{
	return (struct identity_set){.items = {id}, .count = 1};
}

static void the_pinned_one_is_believed(void **state)
{
	struct identity_set pins, two;
	struct tls_pair p;

	(void)state;
	tls_pair_start(&p, 90 * DAY);
	pins = only(p.identity);
	assert_int_equal(tls_pair_get(&p, &pins, false).status, 200);
	/* The server's own certificate may be pinned as well: it is a member of the chain. */
	two = (struct identity_set){.items = {identity_of_key(SLICE_LIT("x")), p.identity},
				    .count = 2};
	assert_int_equal(tls_pair_get(&p, &two, true).status, 200);
	tls_pair_stop(&p);
}

static void others_are_not(void **state)
{
	struct identity_set other = only(identity_of_key(SLICE_LIT("x"))), none = {.count = 0};
	struct tls_pair_answer a;
	struct tls_pair p;

	(void)state;
	tls_pair_start(&p, 90 * DAY);
	a = tls_pair_get(&p, &other, true);
	assert_int_equal(a.err, ERR_DENIED);
	assert_non_null(strstr(a.error, "another collector"));
	assert_non_null(strstr(a.error, p.identity.text));
	assert_non_null(strstr(a.error, other.items[0].text));
	assert_int_equal(tls_pair_get(&p, &none, true).err, ERR_DENIED);
	assert_int_equal(tls_pair_get(&p, NULL, true).err,
			 ERR_DENIED); /* forgotten is not trusted */
	assert_int_equal(p.served, 0);
	tls_pair_stop(&p);
}

static void an_expired_one_is_refused_for_its_date(void **state)
{
	struct tls_pair_answer a;
	struct identity_set pins;
	struct tls_pair p;

	(void)state;
	tls_pair_start(&p, -3600);
	pins = only(p.identity);
	a = tls_pair_get(&p, &pins, true);
	assert_int_equal(a.err, ERR_DENIED);
	assert_non_null(strstr(a.error, "expired"));
	assert_non_null(strstr(a.error, "clock"));
	assert_int_equal(p.served, 0);
	tls_pair_stop(&p);
}

/* The pinned certificate is public: whoever shows it without having signed anything is nobody. */
static void a_borrowed_authority_helps_nobody(void **state)
{
	struct identity_set pins;
	struct cert_pair shown CLEANUP(cert_pair_release);
	struct tls_pair_answer a;
	struct tls_pair good, evil;
	struct err_info info;
	const char *own;

	(void)state;
	tls_pair_start(&good, 90 * DAY);
	pins = only(good.identity);
	tls_pair_start(&evil, 90 * DAY);
	cert_pair_init(&shown);
	own = buf_cstr(&evil.server.cert);
	buf_put(&shown.cert, own, (size_t)(strstr(own + 10, "-----BEGIN") - own));
	buf_puts(&shown.cert, buf_cstr(&good.authority.cert));
	buf_puts(&shown.key, buf_cstr(&evil.server.key));
	/* GnuTLS wants chains in order; served without its own authority it is one certificate and a stranger. */
	if (tls_server_replace(evil.tls, &shown, &info) == ERR_OK) {
		a = tls_pair_get(&evil, &pins, true);
		assert_int_equal(a.err, ERR_DENIED);
		assert_int_equal(evil.served, 0);
	}
	tls_pair_stop(&evil);
	tls_pair_stop(&good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pinned_one_is_believed),
		cmocka_unit_test(others_are_not),
		cmocka_unit_test(an_expired_one_is_refused_for_its_date),
		cmocka_unit_test(a_borrowed_authority_helps_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
