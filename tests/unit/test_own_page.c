/* own_page - which changes were asked for by a page of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard/own_page.h"

#define TOKEN "vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_de"

static const struct own_place plain = {0}, tls = {.is_tls = true},
			      proxied = {.public_url = "https://noc.example.org/"};

static void the_browser_speaks_tls_to_us_or_to_the_proxy(void **state)
{
	static const struct own_place by_hand = {.public_url = "http://noc.example.org"};

	(void)state;
	assert_true(own_page_is_secure(&tls, "192.0.2.1:7461"));
	assert_true(own_page_is_secure(&proxied, "NOC.example.org"));
	assert_false(own_page_is_secure(&proxied, "127.0.0.1:7461")); /* past the proxy */
	assert_false(own_page_is_secure(&proxied, "noc.example.org.evil.example.org"));
	assert_false(own_page_is_secure(&proxied, NULL));
	assert_false(own_page_is_secure(&by_hand, "noc.example.org"));
	assert_false(own_page_is_secure(&plain, "localhost:7461"));
}

static void where_a_change_comes_from(void **state)
{
	static const char json[] = "application/json", host[] = "127.0.0.1:7461";
	static const struct {
		const struct own_place *place;
		const char *host, *origin, *site, *type;
		bool fine;
	} cases[] = {
		{&plain, host, "http://127.0.0.1:7461", "same-origin", json, true},
		{&plain, host, "http://127.0.0.1:7461", NULL, json, true},
		{&plain, host, NULL, "same-origin", json, true},
		{&plain, host, "http://127.0.0.1:7461", NULL, "application/json; charset=utf-8",
		 true},
		{&plain, host, "http://127.0.0.1:7461", NULL, NULL, true}, /* no body */
		{&plain, host, NULL, NULL, json, false},
		{&plain, host, "null", NULL, json, false},
		{&plain, host, "", NULL, json, false},
		{&plain, host, "https://127.0.0.1:7461", NULL, json, false},
		{&plain, host, "http://127.0.0.1:7462", NULL, json, false},
		{&plain, host, "http://127.0.0.1", NULL, json, false},
		{&plain, host, "http://127.0.0.1:7461.evil.example.org", NULL, json, false},
		{&plain, host, "http://127.0.0.1:7461/", NULL, json, false},
		{&plain, host, "http://evil.example.org", "same-origin", json, false},
		{&plain, host, "http://127.0.0.1:7461", "cross-site", json, false},
		{&plain, host, "http://127.0.0.1:7461", "same-site", json, false},
		{&plain, host, NULL, "none", json, false},
		{&plain, host, "http://127.0.0.1:7461", NULL, "text/plain", false},
		{&plain, host, "http://127.0.0.1:7461", NULL, "", false},
		{&plain, host, "http://127.0.0.1:7461", NULL, "application/jsonx", false},
		{&plain, host, "http://127.0.0.1:7461", NULL, "application/x-www-form-urlencoded",
		 false},
		{&tls, "192.0.2.1:7461", "https://192.0.2.1:7461", NULL, json, true},
		{&tls, "192.0.2.1:7461", "http://192.0.2.1:7461", NULL, json, false},
		{&proxied, "noc.example.org", "https://noc.example.org", NULL, json, true},
		{&proxied, host, "https://noc.example.org", NULL, json, true},
		{&proxied, host, "http://127.0.0.1:7461", NULL, json, true},
		{&proxied, "noc.example.org", "https://noc.example.or", NULL, json, false},
		{&proxied, "noc.example.org", "https://noc.example.org.evil.example.org", NULL,
		 json, false},
		{&proxied, NULL, "http://", NULL, json, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct own_claim c = {.host = cases[i].host,
					    .origin = cases[i].origin,
					    .fetch_site = cases[i].site,
					    .content_type = cases[i].type,
					    .proof = "abc"};

		if ((own_page_trouble(cases[i].place, &c, "abc") == NULL) != cases[i].fine)
			fail_msg("case %zu: %s", i,
				 cases[i].origin != NULL ? cases[i].origin : "-");
	}
}

static void the_proof_is_that_of_the_session(void **state)
{
	static const unsigned char key[32] = {1}, other_key[32] = {2};
	struct own_claim c = {.host = "a:1", .fetch_site = "same-origin"};
	char proof[OWN_PROOF_SIZE], again[OWN_PROOF_SIZE], other[OWN_PROOF_SIZE];

	(void)state;
	own_page_proof(key, TOKEN, proof);
	own_page_proof(other_key, TOKEN, again);
	assert_string_equal(proof, again); /* a restart changes nothing for who is logged in */
	assert_int_equal(strlen(proof), OWN_PROOF_SIZE - 1);
	own_page_proof(key, "vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_dE", other);
	assert_string_not_equal(proof, other);
	own_page_proof(key, NULL, again);
	own_page_proof(other_key, NULL, other);
	assert_string_not_equal(again, other);
	assert_null(strstr(TOKEN, proof));
	assert_non_null(own_page_trouble(&plain, &c, proof));
	c.proof = "";
	assert_non_null(own_page_trouble(&plain, &c, proof));
	c.proof = again;
	assert_non_null(own_page_trouble(&plain, &c, proof));
	c.proof = proof;
	assert_null(own_page_trouble(&plain, &c, proof));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_browser_speaks_tls_to_us_or_to_the_proxy),
		cmocka_unit_test(where_a_change_comes_from),
		cmocka_unit_test(the_proof_is_that_of_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
