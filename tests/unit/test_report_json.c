/* report_json - what was reported and what is owed, as the API says it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/report_json.h"
#include "tests/support/report_world.h"

static void of_incident(struct engine_world *w, struct buf *out)
{
	struct view_incident i = world_incident(w, 0);
	struct json_emit j;

	buf_init(out, 65536);
	j = json_emit_to(out);
	json_open_object(&j);
	report_json_put(&j, w->engine, &i);
	report_json_put_debts(&j, w->engine, w->now);
	json_close_object(&j);
}

static void has(const struct buf *out, const char *part)
{
	if (strstr(buf_cstr(out), part) == NULL)
		fail_msg("%s is not in %s", part, buf_cstr(out));
}

static void a_report_with_all_that_was_said(void **state)
{
	struct engine_world *w = *state;
	struct buf out;

	report_say(w, 0, "flor",
		   "report what=tablet-failure via=ccv site=central ref=F-1 service=urnas", "x");
	of_incident(w, &out);
	has(&out,
	    "\"what\":\"tablet-failure\",\"name\":\"Falla de tableta\",\"procedure\":\"tabletas\","
	    "\"via\":\"ccv\",\"service\":\"urnas\",\"site\":\"central\",\"ref\":\"F-1\",\"person\":"
	    "\"flor\",\"note\":\"x\"}]");
	has(&out, "\"report_count\":1,\"class\":\"technical\",\"complete\":false");
	has(&out, "\"merged_into\":null,\"return_began\":null");
	has(&out, "\"debts\":[]");
	buf_release(&out);
}

static void a_debt_with_its_owner_and_date(void **state)
{
	struct engine_world *w = *state;
	struct buf out;

	world_until(w, 5000);
	report_say(w, 0, "flor", "report what=other", "");
	report_say(w, 0, "ana", "entry what=improvement other=gil until=100s", "x");
	report_say(w, 0, "ana", "restore", "ya");
	report_say(w, 0, "ana", "close", "");
	world_until(w, 200000);
	of_incident(w, &out);
	has(&out, "\"what\":\"improvement\",\"entry\":");
	has(&out, "\"person\":\"gil\",\"due\":1780000105,\"overdue\":true}");
	has(&out, "\"what\":\"report\",\"entry\":null,\"person\":null,\"due\":1780000305,"
		  "\"overdue\":false}");
	has(&out, "\"report_due\":1780000305,\"report_handed_in\":false");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_report_with_all_that_was_said, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_debt_with_its_owner_and_date, report_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
