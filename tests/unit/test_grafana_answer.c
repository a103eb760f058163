/* grafana_answer - the forms that the data source reads: names, series, tables, regions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/grafana_answer.h"

static const char status[] =
	"{\"now\":1760000000.5,\"services\":[{\"id\":\"prep\",\"name\":\"Difusión\",\"state\":"
	"\"down\","
	"\"degraded\":false,\"criticality\":\"high\",\"rto\":300,\"since\":1759999958.5,\"clock\":{"
	"\"left\":258}},"
	"{\"id\":\"sei\",\"name\":\"SEI\",\"state\":\"ok\",\"degraded\":true,\"criticality\":"
	"\"low\",\"rto\":60,"
	"\"since\":null,\"clock\":null}],\"components\":[{\"id\":\"dc/"
	"fw\",\"name\":\"FW\",\"site\":\"dc\",\"checks\":[{"
	"\"id\":\"dc/"
	"fw:ping\",\"vantages\":[{\"agent\":\"noc\",\"values\":{\"rtt\":0.1,\"loss\":0}}]}]}],"
	"\"agents\":[{\"id\":\"noc\"}]}";
static const char incidents[] = "{\"incidents\":[{\"id\":12,\"folio\":\"07\",\"state\":\"closed\","
				"\"stamp\":\"SIMULACRO 2\",\"real\":false,\"services\":["
				"\"prep\",\"sei\"],\"root\":\"dc/"
				"fw\",\"began\":1760000000.5,\"restored\":1760000100},{\"id\":13,"
				"\"folio\":\"08\",\"state\":"
				"\"confirmed\",\"stamp\":\"REAL\",\"real\":true,\"services\":[],"
				"\"root\":null,\"began\":1760005000,\"restored\":null}]}";

static struct buf out;

static int set_up(void **state)
{
	(void)state;
	buf_init(&out, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	buf_release(&out);
	return 0;
}

static const char *target(const char *json, const char *name)
{
	struct grafana_query q = {.from = 1, .to = 2};
	struct grafana_target t;

	assert_true(grafana_target_read(name, &t));
	snprintf(t.ref, sizeof(t.ref), "A");
	buf_reset(&out);
	assert_true(grafana_put_target(&out, slice_of(json), &t, &q));
	return buf_cstr(&out);
}

static void names_can_be_found(void **state)
{
	(void)state;
	assert_true(grafana_put_metrics(&out, slice_of(status), ""));
	assert_string_equal(buf_cstr(&out),
			    "[{\"label\":\"services\",\"value\":\"services\"},{\"label\":"
			    "\"incidents\",\"value\":\"incidents\"},"
			    "{\"label\":\"service prep state\",\"value\":\"service prep "
			    "state\"},{\"label\":\"service prep rto_left\","
			    "\"value\":\"service prep rto_left\"},{\"label\":\"service sei "
			    "state\",\"value\":\"service sei state\"},"
			    "{\"label\":\"service sei rto_left\",\"value\":\"service sei "
			    "rto_left\"},{\"label\":\"check dc/fw:ping rtt "
			    "noc\",\"value\":\"check dc/fw:ping rtt noc\"},{\"label\":\"check "
			    "dc/fw:ping loss noc\",\"value\":\"check "
			    "dc/fw:ping loss noc\"},{\"label\":\"check dc/fw:ping state "
			    "noc\",\"value\":\"check dc/fw:ping state noc\"}]");
	buf_reset(&out);
	assert_true(grafana_put_metrics(&out, slice_of(status), "RTT"));
	assert_string_equal(buf_cstr(&out),
			    "[{\"label\":\"check dc/fw:ping rtt noc\",\"value\":\"check "
			    "dc/fw:ping rtt noc\"}]");
	assert_false(grafana_put_metrics(&out, SLICE_LIT("[]"), ""));
	buf_reset(&out);
	assert_true(grafana_put_variable(&out, slice_of(status), "services"));
	assert_string_equal(buf_cstr(&out),
			    "[{\"__text\":\"Difusión\",\"__value\":\"prep\"},{\"__text\":"
			    "\"SEI\",\"__value\":\"sei\"}]");
	buf_reset(&out);
	assert_true(grafana_put_variable(&out, slice_of(status), "checks"));
	assert_string_equal(buf_cstr(&out),
			    "[{\"__text\":\"dc/fw:ping\",\"__value\":\"dc/fw:ping\"}]");
	assert_false(grafana_put_variable(&out, slice_of(status), "people"));
}

static void values_are_told_in_milliseconds(void **state)
{
	(void)state;
	assert_string_equal(target("{\"start\":10,\"step\":5,\"names\":[\"state\",\"bad\",\"rtt\"],"
				   "\"rows\":[[0,0,0.0012],"
				   "[null,null,null],[2,1,0.5]]}",
				   "check dc/fw:ping rtt noc"),
			    "{\"target\":\"check dc/fw:ping rtt "
			    "noc\",\"refId\":\"A\",\"datapoints\":[[0.0012,10000],"
			    "[null,15000],[0.5,20000]]}");
	assert_string_equal(
		target("{\"start\":10,\"step\":5,\"names\":[\"state\"],\"rows\":[[0]]}",
		       "check dc/fw:ping rtt noc"),
		"{\"target\":\"check dc/fw:ping rtt noc\",\"refId\":\"A\",\"datapoints\":[]}");
	assert_string_equal(target(status, "service prep state"),
			    "{\"target\":\"service prep "
			    "state\",\"refId\":\"A\",\"datapoints\":[[4,1760000000500]]}");
	assert_string_equal(target(status, "service sei state"),
			    "{\"target\":\"service sei "
			    "state\",\"refId\":\"A\",\"datapoints\":[[1,1760000000500]]}");
	assert_string_equal(target(status, "service prep rto_left"),
			    "{\"target\":\"service prep "
			    "rto_left\",\"refId\":\"A\",\"datapoints\":[[258,1760000000500]]}");
	assert_non_null(strstr(target(status, "service sei rto_left"),
			       "[[60,")); /* no clock runs: all of it */
	assert_non_null(strstr(target(status, "service nada state"), "\"datapoints\":[]"));
}

static void tables_have_their_columns(void **state)
{
	const char *text = target(status, "services");

	(void)state;
	assert_non_null(strstr(text, "\"type\":\"table\""));
	assert_non_null(strstr(text, "{\"text\":\"left (s)\",\"type\":\"number\"}"));
	assert_non_null(
		strstr(text, "[\"prep\",\"Difusión\",\"down\",\"high\",300,258,1759999958500]"));
	assert_non_null(strstr(text, "[\"sei\",\"SEI\",\"ok\",\"low\",60,null,null]"));
	text = target(incidents, "incidents");
	assert_non_null(strstr(
		text, "[\"07\",\"closed\",\"SIMULACRO 2\",\"prep, sei\",\"dc/fw\",1760000000500,"
		      "1760000100000]"));
}

static void incidents_are_regions(void **state)
{
	struct grafana_query q = {.from = 1760000050, .to = 1760001000};

	(void)state;
	assert_true(grafana_put_annotations(&out, slice_of(incidents), &q));
	assert_string_equal(
		buf_cstr(&out),
		"[{\"time\":1760000000500,\"title\":\"SIMULACRO 2 · Folio 07\",\"text\":\"prep, "
		"sei\","
		"\"tags\":[\"closed\",\"drill\"],\"timeEnd\":1760000100000,\"isRegion\":true}]");
	buf_reset(&out);
	q = (struct grafana_query){.from = 1760006000, .to = 1760007000};
	assert_true(grafana_put_annotations(&out, slice_of(incidents), &q));
	assert_non_null(strstr(buf_cstr(&out), "REAL · Folio 08")); /* it goes on */
	assert_null(strstr(buf_cstr(&out), "07"));
	assert_false(grafana_put_annotations(&out, SLICE_LIT("{}"), &q));
}

#define WITH_ROOM(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ROOM(names_can_be_found), WITH_ROOM(values_are_told_in_milliseconds),
		WITH_ROOM(tables_have_their_columns), WITH_ROOM(incidents_are_regions)};

	return cmocka_run_group_tests_name("grafana_answer", tests, NULL, NULL);
}
