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
#include "collector/secrets.h"
#include "tests/support/test_plan.h"

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

static void a_plan_s_missing_secrets_are_named(void **state)
{
	struct plan *p = test_plan_from_text(
		"channels: [{id: g, type: webhook, url: 'https://x.example.org/${secret:a}', "
		"bearer: '${secret:b}', body: '[\"${secret:c}\"]', headers: {X: "
		"'${secret:d}'}}]\n");
	char said[512];
	struct secrets *s = open_text("a: 1\n", 0600, said);
	struct findings f;

	(void)state;
	findings_init(&f);
	secrets_check_plan(s, p, "plan.yaml", &f);
	assert_int_equal(f.errors, 3);
	assert_string_equal(f.items[0].code, "missing-secret");
	assert_non_null(strstr(f.items[0].text, "channel 'g', bearer"));
	assert_non_null(strstr(f.items[0].text, "'b'"));
	findings_release(&f);
	secrets_free(s);
	plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_put_in),
		cmocka_unit_test(what_others_can_read_is_refused),
		cmocka_unit_test(a_complaint_never_holds_a_value),
		cmocka_unit_test(no_file_is_no_secrets),
		cmocka_unit_test(a_plan_s_missing_secrets_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
