/* plan_channels - what the plan keeps of a channel, and that it reads back the same. Wrong ones: tests/fixtures/wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/instant.h"
#include "plan/plan_channel.h"
#include "plan/plan_file.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

static const char text[] =
	"channels:\n"
	"- {id: correo, type: smtp, url: 'smtp://mail.example.org:587', from: v@example.org, user: "
	"v,\n"
	"   password: '${secret:clave}', receipt_within: 10s}\n"
	"- id: gancho\n"
	"  type: webhook\n"
	"  url: https://hooks.example.org/${secret:camino}\n"
	"  headers: {X-A: uno, X-B: 'b ${secret:b}'}\n"
	"  timeout: 5s\n"
	"  at_once: 9\n"
	"  body: |\n"
	"    {\n"
	"      \"t\": \"${message.text}\"\n"
	"    }\n"
	"- {id: archivo, type: file, path: /x}\n"
	"people: [{id: m, post: M, contacts: [{channel: correo, to: m@example.org}]}]\n";

static void settings_come_back(void **state)
{
	struct plan *p = test_plan_from_text(text);
	struct arena *arena = arena_new();
	struct smtp_settings m;
	struct webhook_settings h;

	(void)state;
	plan_channel_settings(&p->channels[0], plan_channel_smtp_params, &m, arena);
	assert_string_equal(m.url, "smtp://mail.example.org:587");
	assert_string_equal(m.password, "${secret:clave}");
	assert_string_equal(m.reply_to, "");
	assert_int_equal(m.starttls, SMTP_STARTTLS_REQUIRED);
	assert_int_equal(m.limits.timeout_us, 10 * US_PER_S); /* no longer than receipt_within */
	assert_int_equal(m.limits.at_once, 4);
	plan_channel_settings(&p->channels[1], plan_channel_webhook_params, &h, arena);
	assert_string_equal(h.url, "https://hooks.example.org/${secret:camino}");
	assert_string_equal(h.success, "200-299");
	assert_string_equal(plan_channel_text(&p->channels[1], "body"),
			    "{   \"t\": \"${message.text}\" }");
	assert_string_equal(plan_channel_text(&p->channels[1], PLAN_CHANNEL_HEADER "X-B"),
			    "b ${secret:b}");
	assert_string_equal(plan_channel_text(&p->channels[1], "nada"), "");
	assert_int_equal(plan_channel_limits(&p->channels[1]).timeout_us, 5 * US_PER_S);
	assert_int_equal(plan_channel_limits(&p->channels[1]).at_once, 9);
	assert_int_equal(plan_channel_limits(&p->channels[2]).at_once, 1);
	arena_free(arena);
	plan_free(p);
}

static void the_expanded_plan_reads_back_the_same(void **state)
{
	struct plan *p = test_plan_from_text(text), *q;
	struct findings f;

	(void)state;
	findings_init(&f);
	q = plan_file_load_json(p->json, &test_schemas_list, &f);
	assert_non_null(q);
	assert_string_equal(p->hash, q->hash);
	assert_non_null(strstr(p->json.p, "\"password\":\"${secret:clave}\""));
	assert_non_null(
		strstr(p->json.p, "\"headers\":{\"X-A\":\"uno\",\"X-B\":\"b ${secret:b}\"}"));
	findings_release(&f);
	plan_free(p);
	plan_free(q);
}

static void an_address_that_could_speak_smtp_is_refused(void **state)
{
	static const char *const wrong[] = {
		"m",
		"@example.org",
		"m@",
		"m@example.org>",
		"m@exa mple.org",
		"m@example.org\\r\\nDATA",
		"\\u00f1@example.org",
		"m@.example.org",
		"m@example..org",
		"m\\\"@example.org",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct arena *arena;
		char whole[400];

		snprintf(whole, sizeof(whole),
			 "channels: [{id: c, type: smtp, url: 'smtp://127.0.0.1:25', from: "
			 "v@example.org}]\n"
			 "people: [{id: m, post: M, contacts: [{channel: c, to: \"%s\"}]}]\n",
			 wrong[i]);
		arena = arena_new();
		if (test_plan_complaints(whole, arena)[0] == '\0')
			fail_msg("'%s' was taken", wrong[i]);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_come_back),
		cmocka_unit_test(the_expanded_plan_reads_back_the_same),
		cmocka_unit_test(an_address_that_could_speak_smtp_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
