/* sight - telephones for whoever may see them, log-ins for the auditor; nothing else is touched. */
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

#include "access/permission.h"
#include "base/attr.h"
#include "collector/sight.h"

static const char *seen(const char *kind, const char *body, unsigned rights)
{
	static char text[1024];
	struct journal_entry e = {
		.seq = 7, .kind = slice_of(kind), .version = 1, .body = slice_of(body)};
	struct json_emit j;
	struct buf out;

	buf_init(&out, 4096);
	j = json_emit_to(&out);
	sight_write_entry(&j, &e, sight_of(rights));
	snprintf(text, sizeof(text), "%s", strstr(buf_cstr(&out), "\"body\":") + 7);
	text[strlen(text) - 1] = '\0';
	buf_release(&out);
	return text;
}

static void contacts_are_withheld_by_member(void **state)
{
	static const struct {
		const char *kind, *body, *without;
	} told[] = {
		{"call.intent", "{\"person\":\"ana\",\"to\":\"5550\",\"also\":[{\"to\":1}]}",
		 "{\"person\":\"ana\",\"to\":null,\"also\":[{\"to\":1}]}"},
		{"call.received", "{\"call\":7,\"detail\":\"250 for ana@example.org\"}",
		 "{\"call\":7,\"detail\":null}"},
		{"call.result", "{\"note\":\"llamar al 5551\",\"person\":\"ana\"}",
		 "{\"note\":null,\"person\":\"ana\"}"},
		{"ack.given", "{\"note\":\"x\"}", "{\"note\":null}"},
		{"plan.applied", "{\"hash\":\"a\",\"plan\":{\"people\":[]}}",
		 "{\"hash\":\"a\",\"plan\":null}"},
		{"component.state", "{\"from\":\"ok\",\"to\":\"critical\"}",
		 "{\"from\":\"ok\",\"to\":\"critical\"}"}, /* another kind of `to` */
		{"act.note", "{\"note\":\"x\"}", "{\"note\":\"x\"}"},
		{"call.intent", "not json", "null"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		assert_string_equal(seen(told[i].kind, told[i].body, RIGHT_VIEW), told[i].without);
		assert_string_equal(seen(told[i].kind, told[i].body, RIGHT_VIEW | RIGHT_AUDIT),
				    told[i].without);
		assert_string_equal(seen(told[i].kind, told[i].body, RIGHT_CONTACTS), told[i].body);
	}
}

static void who_logged_in_is_for_the_auditor(void **state)
{
	(void)state;
	assert_string_equal(seen("access.changed", "{\"text\":\"logged-in ana\"}", RIGHT_CONTACTS),
			    "{\"text\":null}");
	assert_string_equal(seen("access.changed", "{\"text\":\"logged-in ana\"}", RIGHT_AUDIT),
			    "{\"text\":\"logged-in ana\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contacts_are_withheld_by_member),
		cmocka_unit_test(who_logged_in_is_for_the_auditor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
