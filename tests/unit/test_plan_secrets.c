/* plan_secrets - what the channels of a plan ask of the secrets file, and what of it is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "collector/plan_secrets.h"
#include "tests/support/test_plan.h"

static struct secrets *open_text(const char *text)
{
	struct err_info info;
	struct findings f;
	struct secrets *s;
	char path[64];

	snprintf(path, sizeof(path), "/tmp/vigia-unit-plan-secrets-%d", (int)getpid());
	assert_int_equal(files_replace(path, slice_of(text), 0600, &info), ERR_OK);
	findings_init(&f);
	s = secrets_open(path, &f);
	findings_release(&f);
	unlink(path);
	assert_non_null(s);
	return s;
}

static void a_plan_s_missing_secrets_are_named(void **state)
{
	struct plan *p = test_plan_from_text(
		"channels: [{id: g, type: webhook, url: 'https://x.example.org/${secret:a}', "
		"bearer: '${secret:b}', body: '[\"${secret:c}\"]', headers: {X: "
		"'${secret:d}'}}]\n");
	struct secrets *s = open_text("a: 1\n");
	struct findings f;

	(void)state;
	findings_init(&f);
	plan_secrets_check(s, p, "plan.yaml", &f);
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
		cmocka_unit_test(a_plan_s_missing_secrets_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
