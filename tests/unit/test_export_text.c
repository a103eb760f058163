/* export_text - the canonical texts themselves, byte for byte: they are a published format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "journal/export_text.h"

#define Z "0000000000000000000000000000000000000000000000000000000000000000"
#define FIGURES                                                                                    \
	"{\"kind\":\"down\",\"root\":null,\"state\":\"suspect\",\"episodes\":1,\"began\":9.5,"     \
	"\"not_before\":null,\"confirmed\":null,\"first_page\":null,\"first_ack\":null,"           \
	"\"first_ack_by\":null,\"restored\":null,\"resumed\":null,\"closed\":null,"                \
	"\"outage\":null,\"rto\":null,\"breached\":false,\"services\":[{\"service\":\"a\","        \
	"\"began\":null,\"not_before\":null,\"restored\":null,\"outage\":null,\"rto\":null,"       \
	"\"breached\":false,\"estimated\":false,\"times\":0}],\"calls\":{\"total\":0,"             \
	"\"pending\":0,\"sent\":0,\"received\":0,\"unknown\":0,\"unanswered\":0,\"failed\":0,"     \
	"\"stopped\":0},\"told_down\":[],\"told_up\":[]}"
#define BODY                                                                                       \
	"{\"folio\":4,\"incident_kind\":\"down\",\"service\":\"a\",\"began\":9.5,\"drill\":true}"

static void fill(struct export_doc *d)
{
	struct export_entry *x;

	export_init(d);
	d->incident = 3;
	d->previous.seq = 1;
	d->head.seq = 3;
	export_add(d)->e.seq = 2;
	x = export_add(d);
	x->whole = true;
	x->e.seq = 3;
	x->e.at.us = 9500000;
	x->e.recorded.us = 10000001;
	x->e.kind = SLICE_LIT("incident.opened");
	x->e.body = SLICE_LIT(BODY);
	x->e.version = 1;
}

static void the_json_is_this(void **state)
{
	struct export_doc d CLEANUP(export_release);
	struct buf out CLEANUP(buf_release);

	(void)state;
	fill(&d);
	buf_init(&out, EXPORT_BYTES_MAX);
	export_text_write(&d, EXPORT_JSON, &out);
	assert_string_equal(
		buf_cstr(&out),
		"{\"format\":\"vigia-export-1\",\"nature\":\"SIMULACRO\",\"incident\":3,\"folio\":"
		"4,"
		"\"previous\":{\"seq\":1,\"hash\":\"" Z "\"},\"head\":{\"seq\":3,\"hash\":\"" Z
		"\"},\n"
		"\"figures\":" FIGURES ",\n\"entries\":[\n"
		"{\"seq\":2,\"digest\":\"" Z "\"},\n"
		"{\"seq\":3,\"at\":9.5,\"recorded\":10.000001,\"kind\":\"incident.opened\","
		"\"version\":1,\"body\":" BODY ",\"digest\":\"" Z "\",\"hash\":\"" Z "\"}\n]}\n");
}

static void the_csv_is_this(void **state)
{
	struct export_doc d CLEANUP(export_release);
	struct buf out CLEANUP(buf_release);
	const char *rows;

	(void)state;
	fill(&d);
	buf_init(&out, EXPORT_BYTES_MAX);
	export_text_write(&d, EXPORT_CSV, &out);
	assert_memory_equal(buf_cstr(&out), "# vigia-export-1\n# SIMULACRO,incident,3,folio,4\n",
			    45);
	rows = strstr(buf_cstr(&out), EXPORT_TEXT_TITLES);
	assert_non_null(rows);
	assert_string_equal(
		rows, EXPORT_TEXT_TITLES
		"\n2,,,,,,,,," Z "," Z ",\n"
		"3,9500000,1970-01-01T00:00:09.500000Z,1969-12-31 18:00:09,10000001,"
		"1970-01-01T00:00:10.000001Z,1969-12-31 18:00:10,incident.opened,1," Z "," Z ","
		"\"{\"\"folio\"\":4,\"\"incident_kind\"\":\"\"down\"\",\"\"service\"\":\"\"a\"\","
		"\"\"began\"\":9.5,\"\"drill\"\":true}\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_json_is_this),
		cmocka_unit_test(the_csv_is_this),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
