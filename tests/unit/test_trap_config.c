/* trap_config - `traps` of agent.yaml: what is sound, and where it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/trap_config.h"

static struct arena *arena;
static struct findings findings;
static struct trap_config config;

static void read_text(const char *text)
{
	const struct yaml_node *root;

	if (arena != NULL)
		arena_free(arena);
	arena = arena_new();
	findings_release(&findings);
	findings_init(&findings);
	root = yaml_doc_parse("agent.yaml", slice_of(text), arena, &findings);
	assert_non_null(root);
	trap_config_read(root, &config, arena, &findings);
}

static void a_sound_one_is_read(void **state)
{
	struct trap_config other;

	(void)state;
	read_text("listen: [0.0.0.0:162, '[::]:162']\ncommunities: ['${secret:trap}']\n"
		  "users:\n  - {user: asa, auth: sha-256, auth_secret: '${secret:a}', priv: "
		  "aes-256-c, "
		  "priv_secret: '${secret:p}', engine_id: [0x8000000001020304, 80000009AABB]}\n"
		  "  - {user: open}\n");
	assert_int_equal(findings.count, 0);
	assert_int_equal(config.listen_count, 2);
	assert_string_equal(config.listen[1], "[::]:162");
	assert_int_equal(config.community_count, 1);
	assert_string_equal(config.communities[0], "${secret:trap}");
	assert_int_equal(config.user_count, 2);
	assert_int_equal(config.users[0].auth, SNMP_AUTH_SHA256);
	assert_int_equal(config.users[0].priv, SNMP_PRIV_AES256_C);
	assert_string_equal(config.users[0].priv_secret, "${secret:p}");
	assert_int_equal(config.users[0].engine_count, 2);
	assert_int_equal(config.users[0].engines[0].size, 8);
	assert_int_equal(config.users[0].engines[0].bytes[7], 4);
	assert_int_equal(config.users[0].engines[1].size, 6);
	assert_int_equal(config.users[1].engine_count, 0);
	other = config;
	assert_true(trap_config_same_listen(&config, &other));
	other.listen[0] = "0.0.0.0:163";
	assert_false(trap_config_same_listen(&config, &other));
	other.listen_count = 1;
	assert_false(trap_config_same_listen(&config, &other));
	read_text("listen: 127.0.0.1:10162\ncommunities: public\n"); /* one without a list */
	assert_int_equal(findings.count, 0);
	assert_int_equal(config.listen_count, 1);
	assert_int_equal(config.community_count, 1);
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{"[1]", "a map with listen"},
		{"communities: a", "'listen' is missing"},
		{"listen: 0.0.0.0:162", "neither 'communities' nor 'users'"},
		{"listen: core.example.org:162\ncommunities: a", "no numeric ADDRESS:PORT"},
		{"listen: '162'\ncommunities: a", "no numeric ADDRESS:PORT"},
		{"listen: []\ncommunities: a", "a list of 1 to 8"},
		{"listen: 0.0.0.0:162\ncommunities: {a: b}", "communities: a list of 1 to 16"},
		{"listen: 0.0.0.0:162\ncomunities: a", "did you mean 'communities'"},
		{"listen: 0.0.0.0:162\nusers: a", "users: a list was expected"},
		{"listen: 0.0.0.0:162\nusers: [a]", "users: a map"},
		{"listen: 0.0.0.0:162\nusers: [{auth: sha}]", "'user' is missing"},
		{"listen: 0.0.0.0:162\nusers: [{user: a, auth: sha}]", "auth and auth_secret"},
		{"listen: 0.0.0.0:162\nusers: [{user: a, priv: aes, priv_secret: b}]",
		 "privacy needs authentication"},
		{"listen: 0.0.0.0:162\nusers: [{user: a, priv_secret: b}]", "priv and priv_secret"},
		{"listen: 0.0.0.0:162\nusers: [{user: a}, {user: a}]", "stands here twice"},
		{"listen: 0.0.0.0:162\nusers: [{user: a, engine_id: 80x}]", "'80x' is not 5 to 32"},
		{"listen: 0.0.0.0:162\nusers: [{user: a, engine_id: '80000000'}]",
		 "is not 5 to 32"},
		{"listen: 0.0.0.0:162\nusers: [{user: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}]",
		 "more than 32"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		read_text(cases[i].text);
		assert_true(findings.errors > 0);
		if (strstr(findings.items[0].text, cases[i].told) == NULL)
			fail_msg("%s: %s", cases[i].text, findings.items[0].text);
	}
	findings_release(&findings);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_sound_one_is_read),
					   cmocka_unit_test(what_is_wrong_is_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
