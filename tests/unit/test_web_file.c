/* web_file - the static files in the binary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard/web_file.h"

static const struct web_file *get(const char *path)
{
	const struct web_file *f = web_file_find(path);

	if (f == NULL)
		fail_msg("no %s", path);
	return f;
}

static bool is_path_byte(char c)
{
	return c != '\0' && strchr("abcdefghijklmnopqrstuvwxyz0123456789./-_", c) != NULL;
}

/* Every path that the page or one of its modules names must be there: nothing comes from elsewhere. */
static void whatever_is_named_is_there(void **state)
{
	unsigned named = 0;

	(void)state;
	for (size_t i = 0; i < web_files_count; i++) {
		const struct web_file *f = &web_files[i];
		const char *p = (const char *)f->bytes, *end = p + f->length;

		if (strncmp(f->path, "/lib/", 5) == 0)
			continue;
		for (; (p = memchr(p, '"', (size_t)(end - p))) != NULL; p++) {
			char path[64];
			size_t n = 0;

			while (p + 1 + n < end && n + 1 < sizeof(path) && is_path_byte(p[1 + n]))
				n++;
			memcpy(path, p + 1, n);
			path[n] = '\0';
			if (n < 2 || path[0] != '/' || p[1 + n] != '"' ||
			    strncmp(path, "/api", 4) == 0)
				continue;
			get(path);
			named++;
		}
	}
	assert_true(named > 20);
}

static void types_and_contents_fit(void **state)
{
	(void)state;
	assert_string_equal(get("/")->content_type, "text/html; charset=utf-8");
	assert_string_equal(get("/app.js")->content_type, "text/javascript; charset=utf-8");
	assert_string_equal(get("/lib/preact.js")->content_type, "text/javascript; charset=utf-8");
	assert_string_equal(get("/board.css")->content_type, "text/css; charset=utf-8");
	assert_string_equal(get("/es.json")->content_type, "application/json");
	assert_memory_equal(get("/")->bytes, "<!doctype html>", 15);
	for (size_t i = 0; i < web_files_count; i++) {
		assert_true(web_files[i].length > 0);
		assert_int_equal(web_files[i].etag[0], '"');
		assert_int_equal(strlen(web_files[i].etag), 34);
	}
}

static void only_exact_paths_are_found(void **state)
{
	static const char *const wrong[] = {"",        "/index.html", "//",        "/app.js/",
					    "/APP.JS", "/app.js?x",   "/%61pp.js", "/../app.js",
					    "/lib/",   "app.js"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_null(web_file_find(wrong[i]));
}

static void a_known_tag_is_recognised(void **state)
{
	static const unsigned char bytes[] = "x";
	const struct web_file f = {"/x", "text/plain", bytes, 1, "\"abc\""};

	(void)state;
	assert_true(web_file_is_known(&f, "\"abc\""));
	assert_true(web_file_is_known(&f, "W/\"abc\""));
	assert_true(web_file_is_known(&f, "\"zzz\" , \"abc\""));
	assert_true(web_file_is_known(&f, "\"zzz\",W/\"abc\" "));
	assert_true(web_file_is_known(&f, "*"));
	assert_false(web_file_is_known(&f, NULL));
	assert_false(web_file_is_known(&f, ""));
	assert_false(web_file_is_known(&f, "\"abcd\""));
	assert_false(web_file_is_known(&f, "\"ab\""));
	assert_false(web_file_is_known(&f, "abc"));
	assert_false(web_file_is_known(&f, "\"abc\"d"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_named_is_there),
		cmocka_unit_test(types_and_contents_fit),
		cmocka_unit_test(only_exact_paths_are_found),
		cmocka_unit_test(a_known_tag_is_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
