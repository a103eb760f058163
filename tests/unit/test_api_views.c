/* api_views - what can be looked at: status, incidents with their timelines, committed entries,
 * head, health, series. Looking changes nothing.
 * wrap: collector_end_turn_soon journal_commit series_read series_read_bands series_stats
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
/* Both libraries have a json_null; the one of jansson is not used here. */
#define json_null json_null_of_jansson
#include <jansson.h>
#undef json_null

#include "collector/effects.h"
#include "tests/support/collector_world.h"

static bool disk_is_full;

enum err __real_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info)
{
	return disk_is_full ? err_fail(info, ERR_NO_SPACE, "the disk is full")
			    : __real_journal_commit(j, info);
}

/* What the series were asked for, and what they answer. */
static struct {
	unsigned asked, points;
	uint32_t vantage, bands;
	int64_t start, end;
	enum err err;
} series;

void __wrap_series_read(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
			unsigned points, void (*done)(void *user, enum err e, struct slice json),
			void *user);
void __wrap_series_read(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
			unsigned points, void (*done)(void *user, enum err e, struct slice json),
			void *user)
{
	(void)s;
	series.asked++;
	series.vantage = vantage;
	series.start = start_s;
	series.end = end_s;
	series.points = points;
	done(user, series.err, series.err == ERR_OK ? SLICE_LIT("{\"rows\":[]}") : SLICE_LIT(""));
}

void __wrap_series_read_bands(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
			      unsigned points, uint32_t bands,
			      void (*done)(void *user, enum err e, struct slice json), void *user);
void __wrap_series_read_bands(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
			      unsigned points, uint32_t bands,
			      void (*done)(void *user, enum err e, struct slice json), void *user)
{
	series.bands = bands;
	__wrap_series_read(s, vantage, start_s, end_s, points, done, user);
}

struct series_stats __wrap_series_stats(const struct series *s);
struct series_stats __wrap_series_stats(const struct series *s)
{
	(void)s;
	return (struct series_stats){.rows = 71};
}

static int set_up(void **state)
{
	static int nothing;
	struct collector_world *w = calloc(1, sizeof(*w));

	disk_is_full = false;
	memset(&series, 0, sizeof(series));
	collector_world_open(w);
	collector_world_serve(w);
	w->c.series = (struct series *)(void *)&nothing; /* never looked into: its calls are ours */
	w->c.effects = effects_new(&w->c);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	effects_free(w->c.effects);
	collector_world_close(w);
	free(w);
	return 0;
}

static json_t *get_json(struct collector_world *w, const char *target)
{
	struct collector_world_answer a = collector_world_get(w, target);
	json_error_t error;
	json_t *root = json_loads(a.body, JSON_REJECT_DUPLICATES, &error);

	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.head, "\r\nContent-Type: application/json\r\n"));
	if (root == NULL)
		fail_msg("%s in %s", error.text, a.body);
	return root;
}

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static uint64_t the_incident(struct collector_world *w)
{
	struct view_incident i;

	view_incident(core_engine(w->c.core), 0, &i);
	return i.id;
}

/* The last call that was handed out is sent and received. */
static void deliver(struct collector_world *w)
{
	struct input in = {.kind = INPUT_DELIVERY};

	in.u.delivery.call = w->effects.items[w->effects.count - 1].id;
	in.u.delivery.detail = "";
	in.u.delivery.what = DELIVERY_SENT;
	collector_world_input(w, &in);
	in.u.delivery.what = DELIVERY_RECEIPT;
	collector_world_input(w, &in);
}

static void act(struct collector_world *w, enum act act, const char *note)
{
	struct input in = {.kind = INPUT_ACT};

	in.u.act.incident = the_incident(w);
	in.u.act.act = act;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = note;
	collector_world_input(w, &in);
}

/* Fails, is called about, is noted, restored, closed, called about again: all committed. */
static void have_an_incident(struct collector_world *w)
{
	collector_world_fail(w);
	deliver(w);
	act(w, ACT_NOTE, "\"uno\"\n<b>");
	collector_world_sample(w, HEALTH_OK);
	act(w, ACT_CLOSE, "");
	collector_world_commit(w);
	deliver(w);
	collector_world_commit(w);
}

/* An hour without data: another incident, of kind blind; the closed one leaves the engine's
 * memory. */
static void forget(struct collector_world *w)
{
	struct input tick = {.kind = INPUT_TICK,
			     .now = wall_add_us(clock_now(&w->c.clock), 3600 * US_PER_S)};
	struct err_info info;

	assert_int_equal(core_input(w->c.core, &tick, NULL, &info), ERR_OK);
	collector_world_commit(w);
	assert_int_equal(view_incident_count(core_engine(w->c.core)), 1);
}

/* --- who -------------------------------------------------------------------------------------- */

static void who_may_look(void **state)
{
	static const struct {
		const char *target;
		int nobody, agent;
	} cases[] = {
		{"/v1/status", 401, 403},      {"/v1/incidents", 401, 403},
		{"/v1/incidents/1", 401, 403}, {"/v1/events", 401, 403},
		{"/v1/series", 401, 403},      {"/v1/journal/head", 401, 403},
		{"/metrics", 200, 200},        {"/healthz", 200, 200},
		{"/v1/nothing", 401, 404},     {"/", 401, 404},
		{"/v1/healthz", 401, 404},
	};
	struct collector_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct collector_world_ask ask = {.method = "GET", .target = cases[i].target};

		print_message("%s\n", cases[i].target);
		assert_int_equal(collector_world_ask(w, &ask).status, cases[i].nobody);
		ask.token = w->agent_token;
		assert_int_equal(collector_world_ask(w, &ask).status, cases[i].agent);
	}
	assert_int_equal(series.asked, 0);
}

/* --- state ------------------------------------------------------------------------------------ */

static void the_status_has_all_its_parts(void **state)
{
	static const char *const keys[] = {
		"now",     "start",    "version",    "real",    "plan",         "head",
		"journal", "services", "components", "agents",  "incidents",    "owed_up",
		"alarms",  "watch",    "stamp",      "jornada", "next_jornada", "silences",
		"siren",   "tasks",    "duty",       "away",    "debts",        "cuts",
		"drill",   "sites"};
	struct collector_world *w = *state;
	uint64_t before = collector_world_head(w);
	json_t *s = get_json(w, "/v1/status");

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		assert_non_null(json_object_get(s, keys[i]));
	assert_int_equal(json_object_size(s), COUNT_OF(keys));
	assert_string_equal(text(s, "start"), w->c.start_id);
	assert_int_equal(json_array_size(json_object_get(s, "components")), 3);
	assert_int_equal(collector_world_head(w), before);
	json_decref(s);
}

static void health_is_that_of_the_journal(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_ask ask = {.method = "GET", .target = "/healthz"};
	struct collector_world_answer a = collector_world_ask(w, &ask);
	struct err_info info;

	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "ok\nidentity " COLLECTOR_WORLD_IDENTITY "\n");
	disk_is_full = true;
	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL); /* something to commit */
	assert_int_equal(core_commit(w->c.core, clock_now(&w->c.clock), &info), ERR_NO_SPACE);
	a = collector_world_ask(w, &ask);
	assert_int_equal(a.status, 503);
	assert_string_equal(
		a.body, "the journal cannot be written\nidentity " COLLECTOR_WORLD_IDENTITY "\n");
	disk_is_full = false;
	collector_world_commit(w);
	assert_int_equal(collector_world_ask(w, &ask).status, 200);
}

static void metrics_are_open_metrics(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_ask ask = {.method = "GET", .target = "/metrics"};
	struct collector_world_answer a = collector_world_ask(w, &ask);
	size_t n = strlen(a.body);

	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.head, "\r\nContent-Type: application/openmetrics-text; "
				       "version=1.0.0; charset=utf-8\r\n"));
	assert_true(n > 6);
	assert_string_equal(a.body + n - 6, "# EOF\n");
}

/* --- incidents -------------------------------------------------------------------------------- */

static const json_t *incidents(const json_t *root, size_t count)
{
	const json_t *list = json_object_get(root, "incidents");

	assert_int_equal(json_object_size(root), 1);
	assert_true(json_is_array(list));
	assert_int_equal(json_array_size(list), count);
	return json_array_get(list, 0);
}

static void the_list_shows_open_incidents(void **state)
{
	struct collector_world *w = *state;
	const json_t *i;
	json_t *root;

	assert_string_equal(collector_world_get(w, "/v1/incidents").body, "{\"incidents\":[]}");
	collector_world_fail(w);
	root = get_json(w, "/v1/incidents");
	i = incidents(root, 1);
	assert_int_equal(json_integer_value(json_object_get(i, "id")), the_incident(w));
	assert_string_equal(text(i, "folio"), "01");
	assert_string_equal(text(i, "state"), "confirmed");
	assert_int_equal(json_array_size(json_object_get(i, "calls")), 1);
	assert_null(json_object_get(i, "timeline"));
	json_decref(root);
}

static void closed_incidents_are_listed_when_all_are_wanted(void **state)
{
	struct collector_world *w = *state;
	const json_t *i;
	json_t *root, *before;

	have_an_incident(w);
	assert_string_equal(collector_world_get(w, "/v1/incidents").body, "{\"incidents\":[]}");
	root = get_json(w, "/v1/incidents?all=1");
	i = incidents(root, 1);
	assert_string_equal(text(i, "state"), "closed");
	assert_int_equal(json_array_size(json_object_get(i, "calls")), 2); /* down and up */
	before = json_deep_copy(i);
	json_object_set_new(before, "calls", json_array());
	json_decref(root);
	forget(w);
	root = get_json(w, "/v1/incidents");
	assert_string_equal(text(incidents(root, 1), "kind"), "blind");
	json_decref(root);
	root = get_json(w, "/v1/incidents?all=1");
	i = incidents(root, 2);
	assert_string_equal(text(i, "folio"), "01");
	assert_string_equal(text(i, "state"), "closed");
	assert_string_equal(text(i, "root"), "web");
	assert_true(json_is_array(json_object_get(i, "calls")));
	assert_int_equal(json_array_size(json_object_get(i, "calls")), 0);
	/* But for its calls it is listed as it was, after a restart too. */
	assert_true(json_equal(before, i));
	json_decref(root);
	collector_world_restart(w);
	root = get_json(w, "/v1/incidents?all=1");
	assert_true(json_equal(before, incidents(root, 2)));
	json_decref(root);
	json_decref(before);
}

/* The kinds of the timeline, each followed by a blank. */
static void timeline(struct collector_world *w, const char *target, char *dst, size_t size)
{
	json_t *root = get_json(w, target);
	const json_t *list = json_object_get(root, "timeline");
	json_int_t last = 0;

	assert_true(json_is_array(list));
	dst[0] = '\0';
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *e = json_array_get(list, i);
		size_t n = strlen(dst);

		assert_int_equal(json_object_size(e), 6);
		assert_true(json_integer_value(json_object_get(e, "seq")) > last);
		last = json_integer_value(json_object_get(e, "seq"));
		snprintf(dst + n, size - n, "%s ", text(e, "kind"));
		if (strcmp(text(e, "kind"), "act.note") == 0)
			assert_string_equal(text(json_object_get(e, "body"), "note"),
					    "\"uno\"\n<b>");
	}
	json_decref(root);
}

static const char story[] = "incident.opened clock.started incident.state step.fired call.intent "
			    "call.sent call.received act.note clock.restored incident.state "
			    "step.done call.stopped call.intent act.close incident.state "
			    "call.sent call.received ";

static void an_incident_tells_its_story(void **state)
{
	struct collector_world *w = *state;
	char kinds[1024], target[64];

	have_an_incident(w);
	snprintf(target, sizeof(target), "/v1/incidents/%llu", (unsigned long long)the_incident(w));
	timeline(w, target, kinds, sizeof(kinds));
	assert_string_equal(kinds, story);
	timeline(w, "/v1/incidents/01", kinds, sizeof(kinds));
	assert_string_equal(kinds, story);
	/* Also when the engine has forgotten it. */
	forget(w);
	timeline(w, target, kinds, sizeof(kinds));
	assert_string_equal(kinds, story);
	timeline(w, "/v1/incidents/1", kinds, sizeof(kinds));
	assert_string_equal(kinds, story);
}

static void a_timeline_ends_where_the_journal_is_committed(void **state)
{
	struct collector_world *w = *state;
	char before[1024], kinds[1024];

	collector_world_fail(w);
	timeline(w, "/v1/incidents/01", before, sizeof(before));
	act(w, ACT_NOTE, "\"uno\"\n<b>");
	assert_true(journal_is_dirty(core_journal(w->c.core)));
	timeline(w, "/v1/incidents/01", kinds, sizeof(kinds));
	assert_string_equal(kinds, before);
	collector_world_commit(w);
	timeline(w, "/v1/incidents/01", kinds, sizeof(kinds));
	assert_string_equal(kinds + strlen(before), "act.note ");
}

static void there_are_no_other_incidents(void **state)
{
	static const char *const targets[] = {"/v1/incidents/02", "/v1/incidents/0",
					      "/v1/incidents/-1", "/v1/incidents/web",
					      "/v1/incidents/99999999999999999999"};
	struct collector_world *w = *state;

	collector_world_fail(w);
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct collector_world_answer a = collector_world_get(w, targets[i]);

		collector_world_says(&a, 404, "not-found", "There is no such incident");
	}
}

/* --- journal ---------------------------------------------------------------------------------- */

/* The lines of an answer: one entry each, from first to last. */
static void lines_are(const struct collector_world_answer *a, uint64_t first, uint64_t last)
{
	const char *at = a->body;
	char want[48];

	assert_int_equal(a->status, 200);
	assert_non_null(strstr(a->head, "\r\nContent-Type: application/jsonl\r\n"));
	for (uint64_t seq = first; seq <= last; seq++) {
		int n = snprintf(want, sizeof(want),
				 "{\"seq\":%llu,\"at\":", (unsigned long long)seq);

		if (strncmp(at, want, (size_t)n) != 0)
			fail_msg("not %s: %.60s", want, at);
		at = strchr(at, '\n');
		assert_non_null(at);
		at++;
	}
	assert_string_equal(at, "");
}

static void entries_are_lines(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;
	uint64_t committed;

	for (int i = 0; i < 1500; i++)
		collector_world_append(w, "test.entry", SLICE_LIT("{\"n\":1}"));
	collector_world_commit(w);
	committed = collector_world_head(w);
	collector_world_append(w, "test.entry", SLICE_LIT("{\"n\":2}"));
	a = collector_world_get(w, "/v1/events?limit=10000");
	lines_are(&a, 1, committed);
	assert_non_null(strstr(a.body, ",\"kind\":\"test.entry\",\"version\":1,"
				       "\"body\":{\"n\":1}}\n"));
	a = collector_world_get(w, "/v1/events");
	lines_are(&a, 1, 1000);
	a = collector_world_get(w, "/v1/events?after=1000");
	lines_are(&a, 1001, committed);
	a = collector_world_get(w, "/v1/events?after=7&limit=3");
	lines_are(&a, 8, 10);
	a = collector_world_get(w, "/v1/events?after=none&limit=2.9");
	lines_are(&a, 1, 2);
	a = collector_world_get(w, "/v1/events?limit=0");
	lines_are(&a, 1, 0);
	a = collector_world_get(w, "/v1/events?after=99999999");
	lines_are(&a, 1, 0);
}

static void no_answer_holds_more_than_ten_thousand(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	for (int i = 0; i < 10100; i++)
		collector_world_append(w, "test.entry", SLICE_LIT("{}"));
	collector_world_commit(w);
	a = collector_world_get(w, "/v1/events?limit=20000");
	lines_are(&a, 1, 10000);
	a = collector_world_get(w, "/v1/events?limit=20000&after=10000");
	lines_are(&a, 10001, collector_world_head(w));
}

static void large_entries_come_in_several_answers(void **state)
{
	struct collector_world *w = *state;
	uint64_t before = collector_world_head(w);
	struct collector_world_answer a;
	struct buf body;
	char target[64];

	buf_init(&body, 6 << 20);
	buf_putc(&body, '"');
	while (body.len < (6 << 20) - 1)
		buf_putc(&body, 'x');
	buf_putc(&body, '"');
	for (int i = 0; i < 4; i++)
		collector_world_append(w, "test.entry", buf_slice(&body));
	buf_release(&body);
	collector_world_commit(w);
	snprintf(target, sizeof(target), "/v1/events?after=%llu", (unsigned long long)before);
	a = collector_world_get(w, target);
	lines_are(&a, before + 1, before + 3); /* the third passes 16 MiB */
	snprintf(target, sizeof(target), "/v1/events?after=%llu", (unsigned long long)before + 3);
	a = collector_world_get(w, target);
	lines_are(&a, before + 4, before + 4);
}

static void the_head_is_what_is_committed(void **state)
{
	struct collector_world *w = *state;
	struct journal_head h = journal_head(core_journal(w->c.core));
	char hex[SHA256_HEX_SIZE], want[128];

	sha256_hex(hex, &h.hash);
	snprintf(want, sizeof(want), "{\"seq\":%llu,\"hash\":\"%s\"}", (unsigned long long)h.seq,
		 hex);
	collector_world_append(w, "test.entry", SLICE_LIT("{}"));
	assert_string_equal(collector_world_get(w, "/v1/journal/head").body, want);
}

/* --- series ----------------------------------------------------------------------------------- */

static void a_series_is_asked_for_by_check_and_agent(void **state)
{
	static const struct {
		const char *query;
		int64_t start, end;
		unsigned points;
	} cases[] = {
		{"check=web:http&from=dc&start=100&end=200&points=7", 100, 200, 7},
		{"check=web%3Ahttp&start=100.75&end=200.25", 100, 200, 500},
		{"check=web:http&start=0&end=99999999999", 0, INT32_MAX, 500},
		{"check=web:http&start=1&end=2&points=300000", 1, 2, 200000},
		{"check=web:http&start=1&end=2&points=many", 1, 2, 500},
	};
	struct collector_world *w = *state;
	const struct plan *p = view_plan(core_engine(w->c.core));

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct collector_world_answer a;
		char target[128];

		snprintf(target, sizeof(target), "/v1/series?%s", cases[i].query);
		a = collector_world_get(w, target);
		assert_int_equal(a.status, 200);
		assert_string_equal(a.body, "{\"rows\":[]}");
		assert_int_equal(series.asked, i + 1);
		assert_int_equal(series.start, cases[i].start);
		assert_int_equal(series.end, cases[i].end);
		assert_int_equal(series.points, cases[i].points);
		assert_int_equal(
			series.vantage,
			p->checks[plan_find_check(p, SLICE_LIT("web:http"))].vantage_first);
	}
	collector_world_get(w, "/v1/series?check=web:http");
	assert_int_equal(series.end - series.start, 3600);
	collector_world_get(w, "/v1/series?check=other:http&start=1&end=2");
	assert_int_equal(series.vantage,
			 p->checks[plan_find_check(p, SLICE_LIT("other:http"))].vantage_first);
}

static void a_series_that_is_none_is_refused(void **state)
{
	static const char *const unknown[] = {"",
					      "?from=dc",
					      "?check=web",
					      "?check=web:ping&from=dc",
					      "?check=web:http&from=lejos",
					      "?check=web:http&from=nadie",
					      "?check=web:http&from="};
	static const char *const ranges[] = {"start=200&end=100", "start=100&end=100",
					     "start=99999999999"};
	struct collector_world *w = *state;
	struct collector_world_answer a;
	char target[128];

	for (size_t i = 0; i < COUNT_OF(unknown); i++) {
		snprintf(target, sizeof(target), "/v1/series%s", unknown[i]);
		a = collector_world_get(w, target);
		collector_world_says(&a, 404, "not-found",
				     "There is no such check at that agent (check=ID&from=AGENT)");
	}
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		snprintf(target, sizeof(target), "/v1/series?check=web:http&%s", ranges[i]);
		a = collector_world_get(w, target);
		collector_world_says(&a, 400, "malformed",
				     "start must lie before end (Unix seconds)");
	}
	assert_int_equal(series.asked, 0);
}

/* What stands on a drawing, and how the rows below a row are spread, only for who asks. */
static void a_series_tells_what_it_is_of(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	a = collector_world_get(w, "/v1/series?check=net:ping&start=1&end=2&bands=rtt,loss");
	assert_int_equal(a.status, 200);
	assert_int_equal(series.bands, 1 | 1 << 1);
	assert_string_equal(a.body, "{\"rows\":[]}");
	a = collector_world_get(w, "/v1/series?check=net:ping&start=1&end=2&bands=rtt,temp");
	collector_world_says(&a, 400, "malformed",
			     "bands= names a value that this check does not measure");
	a = collector_world_get(w, "/v1/series?check=web:http&start=1&end=2&about=1");
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body,
			       "{\"rows\":[],\"about\":{\"check\":\"web:http\",\"component\":"
			       "\"web\",\"name\":\"Sitio\",\"site\":null,"));
	assert_non_null(strstr(
		a.body, "\"limits\":[{\"state\":\"warning\",\"value\":\"total\",\"op\":\">\","
			"\"limit\":0.5},{\"state\":\"critical\",\"value\":\"total\",\"op\":\">\","
			"\"limit\":2}],\"institution\":\"Prueba\",\"code\":\"UTSI/PL/01\","
			"\"revision\":\"01\",\"real\":true,\"stamp\":\"REAL\"}}"));
	assert_non_null(strstr(a.body, "{\"name\":\"size\",\"unit\":\"B\",\"words\":[]}"));
}

static void the_topology_names_what_hangs_together(void **state)
{
	struct collector_world_answer a = collector_world_get(*state, "/v1/topology");

	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "{\"id\":\"web\",\"address\":null,\"depends_on\":[],"
				       "\"carries\":[\"publicacion\"]}"));
	assert_non_null(strstr(a.body, "{\"id\":\"other\",\"address\":null,\"depends_on\":[],"
				       "\"carries\":[]}"));
}

static void what_a_component_said_by_itself_is_told(void **state)
{
	struct collector_world *w = *state;
	struct input in = {.kind = INPUT_HEARD};
	struct collector_world_answer a;

	a = collector_world_get(w, "/v1/components/web/notifications");
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "{\"notifications\":[]}");
	in.u.heard = (struct heard_note){.vantage = 0,
					 .at = clock_now(&w->c.clock),
					 .what = "raised",
					 .severity = "major",
					 .name = "linkDown",
					 .text = "puerto \"7\"",
					 .source = "192.0.2.1",
					 .count = 2};
	collector_world_input(w, &in);
	a = collector_world_get(w, "/v1/components/web/notifications");
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "\"what\":\"raised\",\"severity\":\"major\",\"name\":"
				       "\"linkDown\",\"text\":\"puerto \\\"7\\\"\",\"source\":"
				       "\"192.0.2.1\",\"count\":2,\"late\":false,\"check\":"
				       "\"web:http\",\"agent\":"));
	a = collector_world_get(w, "/v1/components/nada/notifications");
	collector_world_says(&a, 404, "not-found",
			     "There is no such component in the plan in force");
	a = collector_world_get(w, "/v1/components/web");
	assert_int_equal(a.status, 404);
}

static void what_the_series_cannot_do_is_told(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_answer a;

	series.err = ERR_NOT_FOUND;
	a = collector_world_get(w, "/v1/series?check=web:http");
	collector_world_says(&a, 404, "not-found", "Nothing has been drawn for this check yet");
	series.err = ERR_CORRUPT;
	a = collector_world_get(w, "/v1/series?check=web:http");
	collector_world_says(&a, 500, "corrupt",
			     "The series could not be read: the stored data is damaged");
}

#define SERVED(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(who_may_look),
		SERVED(the_status_has_all_its_parts),
		SERVED(health_is_that_of_the_journal),
		SERVED(metrics_are_open_metrics),
		SERVED(the_list_shows_open_incidents),
		SERVED(closed_incidents_are_listed_when_all_are_wanted),
		SERVED(an_incident_tells_its_story),
		SERVED(a_timeline_ends_where_the_journal_is_committed),
		SERVED(there_are_no_other_incidents),
		SERVED(entries_are_lines),
		SERVED(no_answer_holds_more_than_ten_thousand),
		SERVED(large_entries_come_in_several_answers),
		SERVED(the_head_is_what_is_committed),
		SERVED(a_series_is_asked_for_by_check_and_agent),
		SERVED(a_series_that_is_none_is_refused),
		SERVED(a_series_tells_what_it_is_of),
		SERVED(the_topology_names_what_hangs_together),
		SERVED(what_a_component_said_by_itself_is_told),
		SERVED(what_the_series_cannot_do_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
