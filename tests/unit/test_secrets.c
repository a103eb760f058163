/* secrets - a private file of values; what stands in the plan is replaced at the moment of use only. */
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

#include "base/files.h"
#include "base/secrets.h"

static char path[64];

static struct secrets *open_text(const char *text, mode_t mode, char said[512])
{
	struct err_info info;
	struct findings f;
	struct secrets *s;

	snprintf(path, sizeof(path), "/tmp/vigia-unit-secrets-%d", (int)getpid());
	assert_int_equal(files_replace(path, slice_of(text), 0600, &info), ERR_OK);
	assert_int_equal(chmod(path, mode), 0);
	findings_init(&f);
	s = secrets_open(path, &f);
	snprintf(said, 512, "%s", f.count > 0 ? f.items[0].text : "");
	assert_true((s == NULL) == (f.errors > 0));
	findings_release(&f);
	unlink(path);
	return s;
}

static void values_are_put_in(void **state)
{
	char said[512];
	struct secrets *s = open_text("uno: \"a\\\"b\"\ndos: 22\n", 0600, said);
	struct err_info info;
	struct buf out;

	(void)state;
	assert_string_equal(secrets_get(s, SLICE_LIT("uno")), "a\"b");
	assert_null(secrets_get(s, SLICE_LIT("tres")));
	buf_init(&out, 100);
	assert_int_equal(secrets_expand(s, "x ${secret:uno}-${secret:dos}", &out, &info), ERR_OK);
	assert_string_equal(buf_cstr(&out), "x a\"b-22");
	assert_int_equal(secrets_expand(s, "${secret:tres}", &out, &info), ERR_NOT_FOUND);
	assert_string_equal(info.text, "there is no secret 'tres'");
	secrets_wipe(&out);
	secrets_free(s);
	secrets_free(NULL);
}

static void what_others_can_read_is_refused(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0660, 0644};
	char said[512];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		assert_null(open_text("a: b\n", modes[i], said));
		assert_non_null(strstr(said, "chmod 0600"));
	}
}

static void a_complaint_never_holds_a_value(void **state)
{
	static const char *const wrong[] = {
		"a b: valor-secreto\n",       "a: [valor-secreto]\n",     "- valor-secreto\n",
		"a: \"valor-secreto\\nx\"\n", "a: 1\na: valor-secreto\n", "a: \"valor-secreto\n",
	};
	char said[512];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_null(open_text(wrong[i], 0600, said));
		assert_null(strstr(said, "valor-secreto"));
	}
}

static void no_file_is_no_secrets(void **state)
{
	struct findings f;
	struct secrets *s;

	(void)state;
	findings_init(&f);
	s = secrets_open(NULL, &f);
	assert_non_null(s);
	assert_null(secrets_get(s, SLICE_LIT("x")));
	secrets_free(s);
	assert_null(secrets_open("/nonexistent/secrets", &f));
	assert_int_equal(f.errors, 1);
	findings_release(&f);
}

static void what_a_text_asks_for(void **state)
{
	char said[512];
	struct secrets *s = open_text("a: 1\nb: 2\n", 0600, said);
	struct slice name;

	(void)state;
	assert_true(secrets_has_all(s, SLICE_LIT("${secret:a} x ${secret:b}"), &name));
	assert_true(secrets_has_all(s, SLICE_LIT("no reference"), &name));
	assert_false(secrets_has_all(s, SLICE_LIT("${secret:a} ${secret:c}"), &name));
	assert_true(slice_is(name, "c"));
	secrets_free(s);
}

static void a_file_that_says_the_same(void **state)
{
	static const struct {
		const char *text;
		bool same;
	} others[] = {
		{"a: 1\nb: 2\n", true},  {"b: 2\n# turned\na: 1\n", true}, {"a: 1\n", false},
		{"a: 1\nb: 3\n", false}, {"a: 1\nb: 2\nc: 3\n", false},    {"a: 1\nc: 2\n", false},
	};
	char said[512];
	struct secrets *s = open_text("a: 1\nb: 2\n", 0600, said), *other;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		other = open_text(others[i].text, 0600, said);
		assert_int_equal(secrets_same(s, other), others[i].same);
		assert_int_equal(secrets_same(other, s), others[i].same);
		secrets_free(other);
	}
	secrets_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_put_in),
		cmocka_unit_test(what_others_can_read_is_refused),
		cmocka_unit_test(a_complaint_never_holds_a_value),
		cmocka_unit_test(no_file_is_no_secrets),
		cmocka_unit_test(what_a_text_asks_for),
		cmocka_unit_test(a_file_that_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
