/* snmp_params - who asks must be complete, and comes to the driver as written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/snmp_params.h"

struct holder {
	int before;
	struct snmp_params snmp;
};
static const struct param table[] = {SNMP_PARAMS(struct holder, snmp), PARAM_END};

/* "key=value" texts, NULL at the end. */
static struct snmp_params fill(struct arena *a, const char *const *texts)
{
	struct holder h = {0};
	struct err_info info;

	param_set_defaults(table, &h, a);
	for (; *texts != NULL; texts++) {
		struct slice key = {*texts, strcspn(*texts, "=")};
		const struct param *row = param_find(table, key);

		assert_non_null(row);
		if (param_set(row, &h, slice_of(*texts + key.n + 1), a, &info) != ERR_OK)
			fail_msg("%s: %s", *texts, info.text);
	}
	return h.snmp;
}
#define FILL(...) fill(a, (const char *const[]){__VA_ARGS__, NULL})

static void what_does_not_fit_is_told(void **state)
{
	struct arena *a = arena_new();
	const struct {
		struct snmp_params p;
		const char *told; /* NULL: it fits */
	} rows[] = {
		{FILL("community=lab"), NULL},
		{FILL("version=1", "community=lab"), NULL},
		{FILL("version=2c"), "community: versions 1 and 2c need one"},
		{FILL("community="), "community: versions 1 and 2c need one"},
		{FILL("community=lab", "user=x"),
		 "version: user, auth, priv and context are version 3's"},
		{FILL("community=lab", "auth=sha"), "version: user, auth"},
		{FILL("community=lab", "context=vlan-1"), "version: user, auth"},
		{FILL("version=3", "user=x"), NULL},
		{FILL("version=3", "user=x", "context=vlan-1"), NULL},
		{FILL("version=3"), "user: version 3 needs one"},
		{FILL("version=3", "user=x", "community=lab"), "community: version 3 has none"},
		{FILL("version=3", "user=x", "auth=sha-256", "auth_secret=long enough"), NULL},
		{FILL("version=3", "user=x", "auth=sha-256"), "auth_secret: 'auth' needs it"},
		{FILL("version=3", "user=x", "auth_secret=long enough"),
		 "auth_secret: without 'auth' nobody uses it"},
		{FILL("version=3", "user=x", "auth=md5", "auth_secret=short"),
		 "auth_secret: SNMP wants 8 characters or more"},
		{FILL("version=3", "user=x", "priv=aes", "priv_secret=long enough"),
		 "priv: SNMP encrypts only with 'auth'"},
		{FILL("version=3", "user=x", "auth=md5", "auth_secret=long enough", "priv=aes"),
		 "priv_secret: 'priv' needs it"},
		{FILL("version=3", "user=x", "auth=md5", "auth_secret=long enough", "priv=aes",
		      "priv_secret=short"),
		 "priv_secret: SNMP wants 8"},
		{FILL("version=3", "user=x", "auth=md5", "auth_secret=long enough", "priv=aes",
		      "priv_secret=long as well"),
		 NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err_info info = {0};
		enum err e = snmp_params_validate(&rows[i].p, &info);

		if (rows[i].told == NULL
			    ? e != ERR_OK
			    : strncmp(info.text, rows[i].told, strlen(rows[i].told)) != 0)
			fail_msg("row %zu: '%s'", i, info.text);
		/* no secret is told */
		assert_null(strstr(info.text, "long"));
		assert_null(strstr(info.text, "short"));
	}
	arena_free(a);
}

static void words_mean_what_they_say(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_int_equal(FILL("version=3").version, SNMP_VERSION_3);
	assert_int_equal(FILL("auth=none").auth, SNMP_AUTH_NONE);
	assert_int_equal(FILL("auth=md5").auth, SNMP_AUTH_MD5);
	assert_int_equal(FILL("auth=sha").auth, SNMP_AUTH_SHA1);
	assert_int_equal(FILL("auth=sha-224").auth, SNMP_AUTH_SHA224);
	assert_int_equal(FILL("auth=sha-256").auth, SNMP_AUTH_SHA256);
	assert_int_equal(FILL("auth=sha-384").auth, SNMP_AUTH_SHA384);
	assert_int_equal(FILL("auth=sha-512").auth, SNMP_AUTH_SHA512);
	assert_int_equal(FILL("priv=des").priv, SNMP_PRIV_DES);
	assert_int_equal(FILL("priv=aes").priv, SNMP_PRIV_AES128);
	assert_int_equal(FILL("priv=aes-192").priv, SNMP_PRIV_AES192);
	assert_int_equal(FILL("priv=aes-256").priv, SNMP_PRIV_AES256);
	assert_int_equal(FILL("priv=aes-192-c").priv, SNMP_PRIV_AES192_C);
	assert_int_equal(FILL("priv=aes-256-c").priv, SNMP_PRIV_AES256_C);
	arena_free(a);
}

static void the_driver_gets_what_was_written(void **state)
{
	struct arena *a = arena_new();
	struct snmp_params p =
		FILL("version=3", "user=vigia", "auth=sha", "auth_secret=aaaaaaaa", "priv=aes",
		     "priv_secret=bbbbbbbb", "context=vlan-7", "port=1161", "tries=4",
		     "try_timeout=700ms", "repetitions=20", "oids_max=3", "outstanding=2");
	struct snmp_target t = snmp_params_target(&p, "192.0.2.1"), d;

	(void)state;
	assert_string_equal(t.address, "192.0.2.1");
	assert_int_equal(t.port, 1161);
	assert_int_equal(t.version, SNMP_VERSION_3);
	assert_string_equal(t.user, "vigia");
	assert_int_equal(t.auth, SNMP_AUTH_SHA1);
	assert_string_equal(t.auth_secret, "aaaaaaaa");
	assert_int_equal(t.priv, SNMP_PRIV_AES128);
	assert_string_equal(t.priv_secret, "bbbbbbbb");
	assert_string_equal(t.context, "vlan-7");
	assert_int_equal(t.retries, 3);
	assert_int_equal(t.try_us, 700000);
	assert_int_equal(t.repetitions_max, 20);
	assert_int_equal(t.oids_max, 3);
	assert_int_equal(t.outstanding_max, 2);
	p = FILL("community=lab");
	d = snmp_params_target(&p, "192.0.2.1");
	assert_int_equal(d.version, SNMP_VERSION_2C);
	assert_string_equal(d.community, "lab");
	assert_int_equal(d.port, 161);
	assert_int_equal(d.retries, 1);
	assert_int_equal(d.try_us, 2000000);
	assert_int_equal(d.repetitions_max, 10);
	assert_int_equal(d.outstanding_max, 1);
	assert_int_equal(d.oids_max, 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_is_told),
		cmocka_unit_test(words_mean_what_they_say),
		cmocka_unit_test(the_driver_gets_what_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
