/* tls_config - none, given or own; plain HTTP never leaves loopback. */
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

#include "base/tls_config.h"

static bool read_text(const char *yaml, enum tls_mode absent, const char *host, struct arena *arena,
		      struct tls_config *ret, struct findings *f)
{
	const struct yaml_node *root;

	findings_init(f);
	root = yaml_doc_parse("x.yaml", slice_of(yaml), arena, f);
	assert_non_null(root);
	return tls_config_read(root, absent, host, arena, ret, f);
}

static void what_it_means(void **state)
{
	static const struct {
		const char *yaml;
		enum tls_mode absent;
		const char *host;
		const char *code; /* NULL: sound */
		enum tls_mode mode;
	} cases[] = {
		{"listen: x\n", TLS_OWN, "0.0.0.0", NULL, TLS_OWN},
		{"listen: x\n", TLS_NONE, "127.0.0.1", NULL, TLS_NONE},
		{"listen: x\n", TLS_NONE, "192.0.2.1", "not-loopback", TLS_NONE},
		{"tls: none\n", TLS_OWN, "::1", NULL, TLS_NONE},
		{"tls: none\n", TLS_OWN, "::", "not-loopback", TLS_NONE},
		{"tls: {cert: /c, key: /k}\n", TLS_NONE, "192.0.2.1", NULL, TLS_GIVEN},
		{"tls: {cert: /c}\n", TLS_OWN, "127.0.0.1", "missing-key", TLS_OWN},
		{"tls: {crt: /c, key: /k}\n", TLS_OWN, "127.0.0.1", "unknown-key", TLS_OWN},
		{"tls: {names: [noc.example.org]}\n", TLS_OWN, "192.0.2.1", NULL, TLS_OWN},
		{"tls: {names: noc}\n", TLS_OWN, "192.0.2.1", "not-a-list", TLS_OWN},
		{"tls: {names: ['a b']}\n", TLS_OWN, "192.0.2.1", "not-a-name", TLS_OWN},
		{"tls: {cert: /c, key: /k, names: [a]}\n", TLS_OWN, "127.0.0.1", "needless-key",
		 TLS_OWN},
		{"tls: off\n", TLS_OWN, "127.0.0.1", "syntax", TLS_OWN},
		{"tls: [none]\n", TLS_OWN, "127.0.0.1", "syntax", TLS_OWN},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_new();
		struct tls_config c;
		struct findings f;
		bool ok = read_text(cases[i].yaml, cases[i].absent, cases[i].host, arena, &c, &f);

		if (ok != (cases[i].code == NULL) || f.errors != (ok ? 0 : 1) ||
		    (!ok && strcmp(f.items[0].code, cases[i].code) != 0))
			fail_msg("%s on %s: %zu errors, %s", cases[i].yaml, cases[i].host, f.errors,
				 f.count > 0 ? f.items[0].code : "");
		if (ok)
			assert_int_equal(c.mode, cases[i].mode);
		findings_release(&f);
		arena_free(arena);
	}
}

static bool has(const struct tls_config *c, const char *name)
{
	for (size_t i = 0; i < c->names.count; i++) {
		if (strcmp(c->names.items[i], name) == 0)
			return true;
	}
	return false;
}

static void the_names_of_its_own_certificate(void **state)
{
	struct arena *arena = arena_new();
	struct tls_config c;
	struct findings f;
	char host[256] = "";

	(void)state;
	assert_true(read_text("tls: {names: [noc.example.org, 192.0.2.9]}\n", TLS_OWN, "192.0.2.1",
			      arena, &c, &f));
	assert_true(has(&c, "127.0.0.1") && has(&c, "::1") && has(&c, "localhost"));
	assert_true(has(&c, "192.0.2.1") && has(&c, "noc.example.org") && has(&c, "192.0.2.9"));
	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	assert_true(has(&c, host));
	findings_release(&f);
	assert_true(read_text("a: b\n", TLS_OWN, "0.0.0.0", arena, &c, &f));
	assert_false(has(&c, "0.0.0.0")); /* nobody calls that */
	findings_release(&f);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_means),
		cmocka_unit_test(the_names_of_its_own_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
