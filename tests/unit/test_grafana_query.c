/* grafana_query - the bodies that the data source sends, as they were recorded, and wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "dashboard/grafana_query.h"

/* As the plugin sends it with two targets of a panel. */
static const char recorded[] =
	"{\"app\":\"dashboard\",\"requestId\":\"Q100\",\"timezone\":\"browser\",\"panelId\":2,"
	"\"dashboardUID\":\"abc\",\"range\":{\"from\":\"2026-06-07T13:00:00.000Z\",\"to\":"
	"\"2026-06-07T14:00:00.250Z\",\"raw\":{\"from\":\"now-1h\",\"to\":\"now\"}},\"interval\":"
	"\"5s\","
	"\"intervalMs\":5000,\"maxDataPoints\":718,\"targets\":[{\"datasource\":{\"type\":"
	"\"simpod-json-datasource\",\"uid\":\"x\"},\"editorMode\":\"code\",\"payload\":\"\","
	"\"refId\":"
	"\"A\",\"target\":\"check dc/fw-a:ping rtt catd-01\"},{\"refId\":\"B\",\"target\":\"\"},"
	"{\"refId\":\"C\",\"target\":\"services\",\"hide\":true},{\"refId\":\"D\",\"target\":"
	"\"service prep rto_left\",\"type\":\"timeserie\"}],\"startTime\":1780840800250,"
	"\"scopedVars\":{\"__interval\":{\"text\":\"5s\",\"value\":\"5s\"}},\"adhocFilters\":[]}";

static void a_panel_is_read(void **state)
{
	struct grafana_query q;
	struct err_info info;

	(void)state;
	assert_int_equal(grafana_query_read(slice_of(recorded), &q, &info), ERR_OK);
	assert_int_equal(q.from, 1780837200);
	assert_int_equal(q.to, 1780840800);
	assert_int_equal(q.points, 718);
	assert_int_equal(q.count, 2); /* neither the empty row nor the hidden one */
	assert_int_equal(q.targets[0].kind, GRAFANA_CHECK);
	assert_string_equal(q.targets[0].id, "dc/fw-a:ping");
	assert_string_equal(q.targets[0].value, "rtt");
	assert_string_equal(q.targets[0].agent, "catd-01");
	assert_string_equal(q.targets[0].ref, "A");
	assert_int_equal(q.targets[1].kind, GRAFANA_SERVICE_LEFT);
	assert_string_equal(q.targets[1].id, "prep");
	assert_int_equal(grafana_query_read(SLICE_LIT(""), &q, &info), ERR_OK);
	assert_int_equal(q.count, 0);
	assert_int_equal(grafana_query_read(SLICE_LIT("{\"metric\":\"rtt\"}"), &q, &info), ERR_OK);
	assert_string_equal(q.search, "rtt");
	assert_int_equal(
		grafana_query_read(SLICE_LIT("{\"payload\":{\"target\":\"sites\"}}"), &q, &info),
		ERR_OK);
	assert_string_equal(q.search, "sites");
	assert_int_equal(grafana_query_read(SLICE_LIT("{\"maxDataPoints\":99999999}"), &q, &info),
			 ERR_OK);
	assert_int_equal(q.points, GRAFANA_POINTS_MAX);
}

static void wrong_ones_are_told(void **state)
{
#define RANGE "\"range\":{\"from\":\"2026-06-07T13:00:00Z\",\"to\":\"2026-06-07T14:00:00Z\"},"
	static const struct {
		const char *body, *says;
	} cases[] = {
		{"[", "no JSON object"},
		{"[]", "no JSON object"},
		{"{\"range\":{\"from\":\"now-1h\",\"to\":\"now\"}}",
		 "range: from and to must be of the form"},
		{"{\"range\":{\"from\":\"2026-06-07T13:00:00Z\"}}", "range: from and to"},
		{"{\"range\":{\"from\":\"2026-06-07T14:00:00Z\",\"to\":\"2026-06-07T13:00:00Z\"}}",
		 "to must lie after from"},
		{"{\"range\":{\"from\":\"2020-06-07T14:00:00Z\",\"to\":\"2026-06-07T13:00:00Z\"}}",
		 "two years"},
		{"{" RANGE "\"targets\":[{\"target\":\"rm -rf\"}]}",
		 "'rm -rf' is no metric of this board"},
		{"{" RANGE "\"targets\":[{\"target\":\"check a:b rtt&x=1 dc\"}]}", "is no metric"},
		{"{" RANGE "\"targets\":[{\"target\":\"check ../x rtt  dc\"}]}", "is no metric"},
		{"{" RANGE "\"targets\":[{\"target\":\"service prep colour\"}]}", "is no metric"},
		{"{" RANGE "\"targets\":[{\"target\":\"services now\"}]}", "is no metric"},
	};
	struct grafana_query q;
	struct err_info info;
	struct buf many;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		info = (struct err_info){0};
		if (grafana_query_read(slice_of(cases[i].body), &q, &info) == ERR_OK ||
		    strstr(info.text, cases[i].says) == NULL)
			fail_msg("%s: '%s'", cases[i].body, info.text);
	}
	buf_init(&many, 1 << 16);
	buf_puts(&many, "{\"targets\":[");
	for (int i = 0; i <= GRAFANA_TARGETS_MAX; i++)
		buf_puts(&many, i > 0 ? ",{\"target\":\"services\"}" : "{\"target\":\"services\"}");
	buf_puts(&many, "]}");
	assert_int_not_equal(grafana_query_read(buf_slice(&many), &q, &info), ERR_OK);
	assert_non_null(strstr(info.text, "at most 20"));
	buf_release(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_panel_is_read),
					   cmocka_unit_test(wrong_ones_are_told)};

	return cmocka_run_group_tests_name("grafana_query", tests, NULL, NULL);
}
