/* final_report - what it says follows from the entries alone: corrected ones are left out, a measured hour takes the place of a reported one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "journal/final_report.h"

struct row {
	uint64_t seq;
	int64_t at;
	const char *kind, *body;
};

static struct buf written(const struct row *rows)
{
	struct final_report r;
	struct json_emit j;
	struct buf out;

	final_report_init(&r, 3);
	for (; rows->kind != NULL; rows++) {
		struct journal_entry e = {.seq = rows->seq,
					  .at = {rows->at * US_PER_S},
					  .kind = slice_of(rows->kind),
					  .body = slice_of(rows->body)};

		assert_true(final_report_wants(&e));
		final_report_add(&r, &e);
	}
	buf_init(&out, 65536);
	j = json_emit_to(&out);
	final_report_write(&r, &j);
	final_report_release(&r);
	return out;
}

static void has(const struct buf *out, const char *part)
{
	if (strstr(buf_cstr(out), part) == NULL)
		fail_msg("%s is not in %s", part, buf_cstr(out));
}

static const struct row whole[] = {
	{1, 5, "act.report", "{\"person\":\"flor\",\"what\":\"storm\",\"note\":\"de otro\"}"},
	{2, 10, "act.report",
	 "{\"person\":\"flor\",\"what\":\"storm\",\"via\":\"citizen\",\"ref\":\"S-1\",\"note\":"
	 "\"llu\\\"via\"}"},
	{3, 10, "incident.opened",
	 "{\"folio\":1,\"incident_kind\":\"reported\",\"began\":10,\"entry\":2}"},
	{4, 20, "act.entry",
	 "{\"incident\":3,\"person\":\"ana\",\"what\":\"activity\",\"n\":0,\"note\":\"uno\"}"},
	{5, 21, "act.entry",
	 "{\"incident\":3,\"person\":\"ana\",\"what\":\"activity\",\"entry\":4,\"note\":\"dos\"}"},
	{6, 22, "act.entry",
	 "{\"incident\":3,\"person\":\"ana\",\"what\":\"purchase\",\"n\":900,\"other\":\"elsa\","
	 "\"note\":\"planta\"}"},
	{7, 23, "act.entry",
	 "{\"incident\":3,\"person\":\"ana\",\"what\":\"improvement\",\"other\":\"gil\",\"due\":99,"
	 "\"note\":\"enlace\"}"},
	{8, 24, "act.entry",
	 "{\"incident\":3,\"person\":\"ana\",\"what\":\"area\",\"note\":\"DAOD\"}"},
	{9, 25, "act.entry",
	 "{\"incident\":3,\"person\":\"ana\",\"what\":\"withdrawn\",\"entry\":8,\"note\":\"no\"}"},
	{10, 30, "clock.started",
	 "{\"incident\":3,\"service\":\"a\",\"began\":12.5,\"estimated\":false}"},
	{11, 40, "incident.state", "{\"incident\":3,\"from\":\"confirmed\",\"to\":\"restored\"}"},
	{12, 45, "act.action", "{\"incident\":3,\"what\":\"done\",\"entry\":7}"},
	{13, 46, "act.return", "{\"incident\":3,\"what\":\"begin\"}"},
	{14, 47, "act.return", "{\"incident\":3,\"what\":\"done\"}"},
	{15, 50, "incident.state", "{\"incident\":3,\"from\":\"restored\",\"to\":\"resumed\"}"},
	{16, 60, "act.final-report", "{\"incident\":3,\"ref\":\"INF-7\"}"},
	{0},
};

static void all_that_people_said_is_in_it(void **state)
{
	struct buf out = written(whole);

	(void)state;
	has(&out, "\"start\":12.5,\"start_by\":\"measured\",\"end\":50,\"end_by\":\"resumed\"");
	has(&out, "\"reports\":[{\"seq\":2,\"at\":10,\"by\":\"flor\",\"note\":\"llu\\\"via\","
		  "\"ref\":\"S-1\",\"what\":\"storm\",\"via\":\"citizen\"}]");
	has(&out, "\"activities\":[{\"seq\":5,");
	has(&out, "\"areas\":[]");
	has(&out, "\"amount\":900,\"authorised_by\":\"elsa\"");
	has(&out, "\"owner\":\"gil\",\"due\":99,\"done\":45,\"verified\":null");
	has(&out, "\"return_began\":46,\"return_done\":47,\"handed_in\":60,\"ref\":\"INF-7\"");
	assert_null(strstr(buf_cstr(&out), "de otro"));
	assert_null(strstr(buf_cstr(&out), "\"uno\""));
	buf_release(&out);
}

static void what_fails_again_has_no_end_yet(void **state)
{
	static const struct row rows[] = {
		{3, 10, "incident.opened", "{\"incident_kind\":\"down\",\"began\":10}"},
		{4, 20, "incident.state", "{\"incident\":3,\"to\":\"restored\"}"},
		{5, 30, "incident.state", "{\"incident\":3,\"to\":\"confirmed\"}"},
		{0},
	};
	struct buf out = written(rows);

	(void)state;
	has(&out, "\"start\":10,\"start_by\":\"measured\",\"end\":null,\"end_by\":null");
	buf_release(&out);
}

static void a_word_stays_a_word(void **state)
{
	static const struct row rows[] = {
		{2, 10, "act.report", "{\"what\":\"storm\"}"},
		{3, 10, "incident.opened",
		 "{\"incident_kind\":\"reported\",\"began\":10,\"entry\":2}"},
		{4, 20, "clock.started", "{\"incident\":3,\"began\":8,\"estimated\":true}"},
		{5, 30, "incident.state", "{\"incident\":3,\"to\":\"closed\"}"},
		{0},
	};
	struct buf out = written(rows);

	(void)state;
	has(&out, "\"start\":10,\"start_by\":\"word\",\"end\":30,\"end_by\":\"closed\"");
	buf_release(&out);
}

static void there_is_an_end_to_what_it_takes(void **state)
{
	struct final_report r;
	struct journal_entry e = {.kind = slice_of("act.entry"),
				  .body = slice_of("{\"what\":\"activity\",\"note\":\"x\"}")};

	(void)state;
	final_report_init(&r, 3);
	for (e.seq = 1; e.seq < 2 * FINAL_REPORT_LINES_MAX; e.seq++)
		final_report_add(&r, &e);
	assert_int_equal(r.count, FINAL_REPORT_LINES_MAX);
	final_report_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_people_said_is_in_it),
		cmocka_unit_test(what_fails_again_has_no_end_yet),
		cmocka_unit_test(a_word_stays_a_word),
		cmocka_unit_test(there_is_an_end_to_what_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
