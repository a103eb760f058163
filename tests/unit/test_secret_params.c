/* secret_params - values stand where a row may refer, and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/secret_params.h"

struct asked {
	const char *address, *community, *pass;
};
static const struct param rows[] = {
	PARAM_STR(struct asked, address, "address", NULL, 0, ""),
	PARAM_STR(struct asked, community, "community", NULL, PARAM_REFERS, ""),
	PARAM_STR(struct asked, pass, "pass", NULL, PARAM_SECRET, ""),
	PARAM_END,
};

static const char *find(void *user, const char *key)
{
	const char *const *pairs = user;

	for (; *pairs != NULL; pairs += 2) {
		if (strcmp(pairs[0], key) == 0)
			return pairs[1];
	}
	return NULL;
}

static struct secrets *open_text(const char *text)
{
	struct err_info info;
	struct findings f;
	struct secrets *s;
	char path[64];

	snprintf(path, sizeof(path), "/tmp/vigia-unit-secret-params-%d", (int)getpid());
	assert_int_equal(files_replace(path, slice_of(text), 0600, &info), ERR_OK);
	findings_init(&f);
	s = secrets_open(path, &f);
	findings_release(&f);
	unlink(path);
	assert_non_null(s);
	return s;
}

static void values_stand_where_they_may(void **state)
{
	static const char *const pairs[] = {"address",
					    "x.${secret:uno}.example.org",
					    "community",
					    "pre-${secret:uno}",
					    "pass",
					    "${secret:dos}",
					    "not-in-the-table",
					    "${secret:uno}",
					    NULL};
	struct arena *arena = arena_new();
	struct secrets *secrets = open_text("uno: 1\ndos: clave\n");
	struct secret_params s = {.get = find,
				  .user = (void *)(uintptr_t)pairs,
				  .rows = rows,
				  .secrets = secrets,
				  .arena = arena};

	(void)state;
	assert_string_equal(secret_params_get(&s, "community"), "pre-1");
	assert_string_equal(secret_params_get(&s, "pass"), "clave");
	/* an address would carry it away */
	assert_string_equal(secret_params_get(&s, "address"), "x.${secret:uno}.example.org");
	assert_string_equal(secret_params_get(&s, "not-in-the-table"), "${secret:uno}");
	assert_null(secret_params_get(&s, "absent"));
	assert_int_equal(s.err, ERR_OK);
	secrets_free(secrets);
	arena_wipe(arena);
}

static void the_first_that_is_missing_is_told(void **state)
{
	static const char *const pairs[] = {"community", "${secret:tres}", "pass",
					    "${secret:cuatro}", NULL};
	struct arena *arena = arena_new();
	struct secrets *secrets = open_text("uno: 1\n");
	struct secret_params s = {.get = find,
				  .user = (void *)(uintptr_t)pairs,
				  .rows = rows,
				  .secrets = secrets,
				  .arena = arena};

	(void)state;
	assert_string_equal(secret_params_get(&s, "community"), "");
	assert_string_equal(secret_params_get(&s, "pass"), "");
	assert_int_equal(s.err, ERR_NOT_FOUND);
	assert_string_equal(s.info.text, "community: there is no secret 'tres'");
	secrets_free(secrets);
	arena_wipe(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stand_where_they_may),
		cmocka_unit_test(the_first_that_is_missing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
