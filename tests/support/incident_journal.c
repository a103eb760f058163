#include "tests/support/incident_journal.h"

#include <stdio.h>
#include <stdlib.h>

#define T0 INT64_C(1760000000000000)

static const struct {
	int64_t at_s, recorded_s;
	const char *kind, *body;
} rows[] = {
	{0, 0, "collector.started", "{\"start\":\"s1\",\"version\":\"0.1.0\"}"},
	{0, 0, "plan.applied", "{\"hash\":\"aa\",\"plan\":{\"services\":[]}}"},
	{1, 1, "plan.applied",
	 "{\"hash\":\"bb\",\"plan\":{\"institution\":{\"name\":\"Ñu, \\\"X\\\"\"}}}"},
	{2, 2, "agent.back", "{\"agent\":\"dc\",\"silent_since\":1760000000}"},
	{9, 9, "check.suspect",
	 "{\"check\":\"dc/"
	 "db:tcp\",\"agent\":\"dc\",\"outcome\":\"connect-refused\",\"state\":\"critical\","
	 "\"began\":1760000009,\"not_before\":1760000008}"},
	{10, 11, "check.suspect",
	 "{\"check\":\"dc/"
	 "web:http\",\"agent\":\"dc\",\"outcome\":\"connect-refused\",\"state\":\"critical\","
	 "\"began\":1760000010.25,\"not_before\":1760000009.25}"},
	{10, 13, "check.bad",
	 "{\"check\":\"dc/"
	 "web:http\",\"agent\":\"dc\",\"outcome\":\"connect-refused\",\"state\":\"critical\","
	 "\"began\":1760000010.25,\"not_before\":1760000009.25}"},
	{10, 13, "component.state",
	 "{\"component\":\"dc/"
	 "web\",\"from\":\"ok\",\"to\":\"critical\",\"began\":1760000010.25,\"not_before\":"
	 "1760000009.25,\"cause\":\"dc/web:http\"}"},
	{10, 13, "service.state",
	 "{\"service\":\"copaco\",\"from\":\"ok\",\"to\":\"down\",\"began\":1760000010.25,\"not_"
	 "before\":1760000009.25,\"by\":[\"dc/web\"]}"},
	{10, 13, "incident.opened",
	 "{\"folio\":7,\"incident_kind\":\"down\",\"service\":\"copaco\",\"root\":\"dc/"
	 "web\",\"began\":1760000010.25,\"not_before\":1760000009.25,\"drill\":false}"},
	{10, 13, "clock.started",
	 "{\"incident\":10,\"service\":\"copaco\",\"began\":1760000010.25,\"not_before\":"
	 "1760000009.25,\"rto\":60,\"breach_at\":1760000070.25,\"estimated\":false}"},
	{13, 13, "incident.state", "{\"incident\":10,\"from\":\"suspect\",\"to\":\"confirmed\"}"},
	{13, 13, "call.intent",
	 "{\"incident\":10,\"folio\":7,\"kind\":\"down\",\"service\":\"copaco\",\"step\":0,"
	 "\"seat\":\"mesa\",\"level\":2,\"person\":\"ana\",\"channel\":\"file\",\"to\":\"ana, "
	 "mesa\",\"contact\":0,\"attempt\":1,\"maybe_duplicate\":false,\"drill\":false}"},
	{13, 13, "call.intent",
	 "{\"incident\":10,\"folio\":7,\"kind\":\"down\",\"service\":\"copaco\",\"step\":0,"
	 "\"seat\":\"mesa\",\"level\":2,\"person\":\"beto\",\"channel\":\"file\",\"to\":\"b\","
	 "\"contact\":0,\"attempt\":1,\"maybe_duplicate\":false,\"drill\":false}"},
	{14, 14, "call.sent", "{\"call\":13,\"detail\":\"\"}"},
	{14, 14, "check.suspect",
	 "{\"check\":\"dc/"
	 "mail:tcp\",\"agent\":\"dc\",\"outcome\":\"connect-timeout\",\"state\":\"critical\","
	 "\"began\":1760000014,\"not_before\":null}"},
	{15, 15, "call.received", "{\"call\":13,\"detail\":\"250 2.0.0 \\u00e1 \\\\ ok\"}"},
	{15, 15, "call.failed", "{\"call\":14,\"detail\":\"no-receipt\"}"},
	{20, 20, "ack.given",
	 "{\"incident\":10,\"act\":\"no-puedo\",\"person\":\"beto\",\"recorded_by\":\"beto\","
	 "\"proof\":\"operator-token\",\"note\":\"\",\"expires\":null}"},
	{21, 21, "ack.given",
	 "{\"incident\":10,\"act\":\"enterado\",\"person\":\"ana\",\"recorded_by\":\"ana\","
	 "\"proof\":\"operator-token\",\"note\":\"en camino\",\"expires\":1760000900}"},
	{21, 21, "call.stopped", "{\"call\":13,\"why\":\"acknowledged\"}"},
	{70, 71, "clock.breached",
	 "{\"incident\":10,\"service\":\"copaco\",\"breach_at\":1760000070.25}"},
	{80, 82, "check.good",
	 "{\"check\":\"dc/web:http\",\"agent\":\"dc\",\"good\":1760000080.5}"},
	{80, 82, "component.state",
	 "{\"component\":\"dc/"
	 "web\",\"from\":\"critical\",\"to\":\"ok\",\"began\":1760000080.5,\"not_before\":null,"
	 "\"cause\":\"dc/web:http\"}"},
	{80, 82, "service.state",
	 "{\"service\":\"copaco\",\"from\":\"down\",\"to\":\"ok\",\"began\":1760000080.5,\"not_"
	 "before\":null,\"by\":[]}"},
	{80, 82, "clock.restored",
	 "{\"incident\":10,\"service\":\"copaco\",\"restored\":1760000080.5,\"outage\":70.25}"},
	{82, 82, "incident.state", "{\"incident\":10,\"from\":\"confirmed\",\"to\":\"restored\"}"},
	{82, 82, "call.intent",
	 "{\"incident\":10,\"folio\":7,\"kind\":\"up\",\"service\":\"copaco\",\"step\":null,"
	 "\"seat\":\"mesa\",\"level\":2,\"person\":\"ana\",\"channel\":\"file\",\"to\":\"ana, "
	 "mesa\",\"contact\":0,\"attempt\":1,\"maybe_duplicate\":false,\"drill\":false}"},
	{82, 82, "call.received", "{\"call\":28,\"detail\":\"\"}"},
	{90, 90, "act.resume",
	 "{\"incident\":10,\"person\":\"beto\",\"recorded_by\":\"ana\",\"proof\":\"operator-"
	 "token\",\"note\":\"operando\"}"},
	{95, 95, "act.close",
	 "{\"incident\":10,\"person\":\"beto\",\"recorded_by\":\"ana\",\"proof\":\"operator-"
	 "token\",\"note\":\"\"}"},
	{95, 95, "incident.state", "{\"incident\":10,\"from\":\"resumed\",\"to\":\"closed\"}"},
	{99, 99, "check.suspect",
	 "{\"check\":\"dc/"
	 "web:http\",\"agent\":\"dc\",\"outcome\":\"connect-refused\",\"state\":\"critical\","
	 "\"began\":1760000099,\"not_before\":null}"},
	{100, 100, "collector.stopped", "{\"start\":\"s1\"}"},
};
_Static_assert(COUNT_OF(rows) == INCIDENT_JOURNAL_END, "the header tells the last entry");

static void must(enum err e, const struct err_info *info)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "incident_journal: %s\n", info->text);
	abort();
}

void incident_journal_write(const char *path)
{
	struct journal *j = NULL;
	struct err_info info = {0};
	uint64_t seq;

	must(journal_open(path, false, &j, &info), &info);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		must(journal_append(j, (struct wall_time){T0 + rows[i].at_s * US_PER_S + 250000},
				    (struct wall_time){T0 + rows[i].recorded_s * US_PER_S + 300001},
				    rows[i].kind, 1, slice_of(rows[i].body), &seq, &info),
		     &info);
	must(journal_commit(j, &info), &info);
	journal_close(j);
}

void incident_journal_adopt(struct journal *j)
{
	static const struct {
		const char *kind, *body;
	} more[] = {
		{"plan.applied", "{\"hash\":\"cc\",\"plan\":{}}"},
		{"plan.applied", "{\"hash\":\"dd\",\"plan\":{}}"},
		{"act.adopt",
		 "{\"incident\":10,\"person\":\"ana\",\"recorded_by\":\"ana\",\"proof\":"
		 "\"operator-token\",\"note\":\"otro plan\",\"plan\":\"dd\"}"},
		{"act.note", "{\"incident\":10,\"person\":\"zoe\",\"recorded_by\":\"zoe\","
			     "\"proof\":\"operator-token\",\"note\":\"nueva\"}"},
		{"plan.applied", "{\"hash\":\"ee\",\"plan\":{}}"},
	};
	struct wall_time t = {T0 + 200 * US_PER_S};
	struct err_info info = {0};
	uint64_t seq;

	for (size_t i = 0; i < COUNT_OF(more); i++)
		must(journal_append(j, t, t, more[i].kind, 1, slice_of(more[i].body), &seq, &info),
		     &info);
	must(journal_commit(j, &info), &info);
}
