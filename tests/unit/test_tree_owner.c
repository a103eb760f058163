/* tree_owner - what a data folder's files were is what they are again; text that leads elsewhere moves nothing. */
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

#include "cli/tree.h"
#include "cli/tree_owner.h"

struct place {
	char root[64], from[80], to[80];
};

static void path_in(char dst[256], const char *folder, const char *name)
{
	snprintf(dst, 256, "%s/%s", folder, name);
}

static void make(const char *folder, const char *name, mode_t mode)
{
	struct err_info info;
	char path[256];
	FILE *f;

	path_in(path, folder, name);
	assert_int_equal(tree_make_folders(path, &info), ERR_OK);
	f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static mode_t mode_of(const char *folder, const char *name)
{
	struct stat st;
	char path[256];

	path_in(path, folder, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static int set_up(void **state)
{
	static struct place p;

	snprintf(p.root, sizeof(p.root), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(p.root));
	snprintf(p.from, sizeof(p.from), "%s/from", p.root);
	snprintf(p.to, sizeof(p.to), "%s/to", p.root);
	make(p.from, "identity", 0644);
	make(p.from, "operator.token", 0640);
	make(p.from, "tls/ca.key", 0600);
	make(p.from, "tls/deep/x", 0600);
	make(p.from, "tls-not", 0666);
	chmod(p.from, 0711);
	make(p.to, "identity", 0600);
	make(p.to, "operator.token", 0600);
	make(p.to, "tls/ca.key", 0600);
	make(p.to, "tls/deep/x", 0600);
	make(p.to, "tls-not", 0600);
	make(p.to, "gone", 0600);
	*state = &p;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"identity",   "operator.token", "tls/ca.key",
					    "tls/deep/x", "tls/deep",       "tls",
					    "tls-not",    "gone",           ""};
	struct place *p = *state;
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_in(path, p->from, names[i]);
		remove(path);
		path_in(path, p->to, names[i]);
		remove(path);
	}
	return rmdir(p->root);
}

static void modes_go_there_and_back(void **state)
{
	struct place *p = *state;
	char owner[TREE_OWNER_SIZE];
	struct err_info info;
	struct buf text;

	buf_init(&text, 1 << 16);
	assert_int_equal(tree_owner_put(p->to, p->from, &text, &info), ERR_OK);
	assert_null(strstr(buf_cstr(&text), "gone"));
	assert_non_null(strstr(buf_cstr(&text), " tls\n"));
	assert_non_null(strstr(buf_cstr(&text), " tls/deep\n"));
	assert_int_equal(strcmp(buf_cstr(&text) + text.len - 3, " .\n"), 0);
	assert_int_equal(tree_owner_apply(p->to, buf_cstr(&text), owner, &info), ERR_OK);
	assert_string_equal(owner, "");
	assert_int_equal(mode_of(p->to, "identity"), 0644);
	assert_int_equal(mode_of(p->to, "operator.token"), 0640);
	assert_int_equal(mode_of(p->to, "tls/ca.key"), 0600);
	assert_int_equal(mode_of(p->to, "tls"), 0700);
	assert_int_equal(mode_of(p->to, "tls-not"), 0644); /* nobody else writes */
	assert_int_equal(mode_of(p->to, "gone"), 0600);
	assert_int_equal(mode_of(p->to, "."), 0711);
	buf_release(&text);
}

static void an_owner_unknown_here_is_told(void **state)
{
	struct place *p = *state;
	char owner[TREE_OWNER_SIZE];
	struct err_info info;

	assert_int_equal(tree_owner_apply(p->to,
					  "0644 vigia-nobody:vigia-none identity\n"
					  "4755 vigia-nobody:vigia-none .\n",
					  owner, &info),
			 ERR_OK);
	assert_string_equal(owner, "vigia-nobody:vigia-none");
	assert_int_equal(mode_of(p->to, "identity"), 0644);
	assert_int_equal(mode_of(p->to, "."), 0755); /* never set-id */
}

/* As root only: owners are given by name. */
static void root_gives_owners(void **state)
{
	struct place *p = *state;
	char owner[TREE_OWNER_SIZE], path[256];
	struct err_info info;
	struct stat st;

	if (geteuid() != 0)
		skip();
	assert_int_equal(tree_owner_apply(p->to,
					  "0640 daemon:bin operator.token\n0711 daemon:daemon .\n",
					  owner, &info),
			 ERR_OK);
	assert_string_equal(owner, "");
	path_in(path, p->to, "operator.token");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_uid, 1);
	assert_int_equal(st.st_gid, 2);
	path_in(path, p->to, "gone"); /* no line: the folder's owner's */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_uid, 1);
}

static void what_is_not_of_the_form(void **state)
{
	static const char *const wrong[] = {"",
					    "0600 a:b x",
					    "0600 a:b x\n",
					    "zzzz a:b .\n",
					    "0600 ab .\n",
					    "0644 root:root ../from/tls/ca.key\n0711 root:root .\n",
					    "0644 root:root /etc/shadow\n0711 root:root .\n",
					    "0644 root:root tls/../../x\n0711 root:root .\n",
					    "0644 root:root tls//x\n0711 root:root .\n",
					    "\n0711 root:root .\n"};
	struct place *p = *state;
	char owner[TREE_OWNER_SIZE];
	struct err_info info;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (tree_owner_apply(p->to, wrong[i], owner, &info) != ERR_CORRUPT)
			fail_msg("%s", wrong[i]);
	}
	assert_int_equal(mode_of(p->from, "tls/ca.key"), 0600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(modes_go_there_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_owner_unknown_here_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(root_gives_owners, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_of_the_form, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
