/* api_links - what a link shows, what it does, once; wrong ones are all alike.
 * wrap: collector_end_turn_soon journal_commit
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/links.h"
#include "journal/journal.h"
#include "tests/support/collector_world.h"

static bool disk_is_full;

enum err __real_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info)
{
	return disk_is_full ? err_fail(info, ERR_NO_SPACE, "the disk is full")
			    : __real_journal_commit(j, info);
}

struct place {
	struct collector_world w;
	char path[128];
	uint64_t call;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	char url[LINKS_URL_SIZE];
	struct err_info info;

	disk_is_full = false;
	collector_world_open(&p->w);
	collector_world_fail(&p->w);
	p->call = p->w.effects.items[0].id;
	assert_int_equal(links_open(p->w.dir, "https://noc.example.org", 3600 * US_PER_S,
				    &p->w.c.links, &info),
			 ERR_OK);
	assert_true(links_url(p->w.c.links, core_engine(p->w.c.core), p->call, url));
	snprintf(p->path, sizeof(p->path), "/v1/links/%s", strrchr(url, '/') + 1);
	collector_world_serve(&p->w);
	*state = p;
	return 0;
}

/* Somebody says that it fails; nothing is measured and nobody has confirmed it. */
static int set_up_report(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct input in = {.kind = INPUT_ACT};
	struct view_incident i;
	char url[LINKS_URL_SIZE];
	struct err_info info;

	disk_is_full = false;
	collector_world_open(&p->w);
	collector_world_sample(&p->w, HEALTH_OK);
	in.u.act.act = ACT_REPORT;
	in.u.act.person = 1;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "no abre";
	in.u.act.args =
		(struct act_args){.given = ACT_HAS(WHAT) | ACT_HAS(SERVICE), .what = "other"};
	collector_world_input(&p->w, &in);
	/* Who reports knows; they pass it on, and mesa is called. */
	view_incident(core_engine(p->w.c.core), 0, &i);
	in.u.act.incident = i.id;
	in.u.act.act = ACT_NO_PUEDO;
	in.u.act.args = (struct act_args){0};
	collector_world_input(&p->w, &in);
	collector_world_commit(&p->w);
	assert_true(p->w.effects.count > 0);
	p->call = p->w.effects.items[0].id;
	assert_int_equal(links_open(p->w.dir, "https://noc.example.org", 3600 * US_PER_S,
				    &p->w.c.links, &info),
			 ERR_OK);
	assert_true(links_url(p->w.c.links, core_engine(p->w.c.core), p->call, url));
	snprintf(p->path, sizeof(p->path), "/v1/links/%s", strrchr(url, '/') + 1);
	collector_world_serve(&p->w);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	links_close(p->w.c.links);
	collector_world_close(&p->w);
	free(p);
	return 0;
}

static struct collector_world_answer post(struct place *p, const char *path, const char *body)
{
	return collector_world_ask(&p->w,
				   &(struct collector_world_ask){.method = "POST",
								 .target = path,
								 .token = p->w.operator_token,
								 .body = body});
}

static void has(const struct collector_world_answer *a, const char *text)
{
	if (strstr(a->body, text) == NULL)
		fail_msg("'%s' is not in %s", text, a->body);
}

static void a_link_shows_the_facts(void **state)
{
	static const char *const facts[] = {
		"\"real\":true",
		"\"institution\":\"Prueba\"",
		"\"folio\":\"01\"",
		"\"kind\":\"down\"",
		"\"state\":\"confirmed\"",
		"\"services\":[{\"id\":\"publicacion\",\"name\":\"Publicación\",\"state\":\"down\","
		"\"since\":",
		"\"restored\":null,\"left\":2",
		"\"estimated\":false,\"by_word\":false}]",
		"\"kind\":\"down\",\"at\":",
		"\"seat\":\"equipo\",\"person\":\"mesa\",\"post\":\"Mesa de ayuda\"}",
		"\"used\":null,\"possible\":[\"ack\",\"attend\",\"pass\"],\"why\":null,\"until\":",
	};
	struct place *p = *state;
	uint64_t before = collector_world_head(&p->w);
	struct collector_world_answer a = collector_world_get(&p->w, p->path);

	assert_int_equal(a.status, 200);
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		has(&a, facts[i]);
	assert_null(strstr(a.body, "mesa@example.org")); /* nobody's address */
	assert_int_equal(collector_world_head(&p->w), before);
}

static void a_report_that_nobody_has_confirmed_has_no_clock(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a = collector_world_get(&p->w, p->path);
	struct input in = {.kind = INPUT_ACT};

	has(&a, "\"kind\":\"reported\",\"state\":\"suspect\"");
	has(&a, "\"restored\":null,\"left\":null,\"estimated\":false,\"by_word\":true}]");
	in.u.act.incident = p->w.effects.items[0].incident;
	in.u.act.act = ACT_CONFIRM_REPORT;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	collector_world_input(&p->w, &in);
	collector_world_commit(&p->w);
	a = collector_world_get(&p->w, p->path);
	has(&a, "\"restored\":null,\"left\":29");
	has(&a, "\"estimated\":true,\"by_word\":true}]");
}

static void it_acts_once(void **state)
{
	struct place *p = *state;
	uint64_t seq = collector_world_head(&p->w) + 1;
	struct collector_world_answer a =
		post(p, p->path, "{\"act\":\"attend\",\"note\":\"voy\",\"from\":\"192.0.2.1\"}");
	char want[64];

	snprintf(want, sizeof(want), "{\"incident\":%llu,\"seq\":%llu,\"folio\":\"01\"}",
		 (unsigned long long)p->w.effects.items[0].incident, (unsigned long long)seq);
	assert_string_equal(a.body, want);
	assert_int_equal(a.status, 200);
	assert_int_equal(collector_world_count(&p->w, "ack.given"), 1);
	assert_false(journal_is_dirty(core_journal(p->w.c.core)));
	a = collector_world_get(&p->w, p->path);
	has(&a, "\"used\":{\"act\":\"attend\",\"at\":");
	has(&a, "\"possible\":[],\"why\":\"used\"");
	a = post(p, p->path, "{\"act\":\"ack\"}");
	collector_world_says(&a, 409, "used", "This link has served already");
	/* ... and that is not for the journal, however often. */
	assert_int_equal(collector_world_count(&p->w, "act.refused"), 0);
	assert_int_equal(links_stats(p->w.c.links).used, 1);
}

static void what_it_cannot_do(void **state)
{
	static const struct {
		const char *body, *text;
	} cases[] = {
		{"", "Byte 0: an object was expected"},
		{"{\"act\":\"attend\",\"as\":\"utsi\"}", "Byte 21: an unknown key"},
		{"{\"act\":\"authorize\"}",
		 "'act' must be ack, attend or pass; decisions are for the desk"},
		{"{\"act\":\"declare\"}",
		 "'act' must be ack, attend or pass; decisions are for the desk"},
		{"{\"act\":\"close\"}",
		 "'act' must be ack, attend or pass; decisions are for the desk"},
		{"{\"act\":\"\"}", "'act' must be ack, attend or pass; decisions are for the desk"},
		{"{}", "'act' must be ack, attend or pass; decisions are for the desk"},
	};
	struct place *p = *state;
	uint64_t before = collector_world_head(&p->w);

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct collector_world_answer a = post(p, p->path, cases[i].body);

		collector_world_says(&a, 400, "malformed", cases[i].text);
	}
	assert_int_equal(collector_world_head(&p->w), before);
}

static void an_incident_that_is_over_says_so(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a =
		post(p, "/v1/incidents/01/false-alarm",
		     "{\"as\":\"mesa\",\"recorded_by\":\"utsi\",\"note\":\"x\"}");

	assert_int_equal(a.status, 200);
	a = collector_world_get(&p->w, p->path);
	has(&a, "\"used\":null,\"possible\":[],\"why\":\"closed\"");
	a = post(p, p->path, "{\"act\":\"ack\"}");
	collector_world_says(&a, 409, "closed", "The incident is over");
	assert_int_equal(collector_world_count(&p->w, "act.refused"), 0);
}

static void wrong_links_are_all_alike_and_limited(void **state)
{
	static const char *const wrong[] = {"/v1/links/x",
					    "/v1/links/1-00000000000000000000000000000000",
					    "/v1/links/%2e%2fstatus", "/v1/links/1-0?from=::1"};
	struct place *p = *state;
	struct collector_world_answer a;
	const char *header;
	char target[192];

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		a = collector_world_get(&p->w, wrong[i]);
		collector_world_says(&a, 404, "not-found",
				     "There is no such link, or it has expired");
	}
	snprintf(target, sizeof(target), "%.*s0", (int)strlen(p->path) - 1, p->path);
	if (strcmp(target, p->path) == 0)
		target[strlen(target) - 1] = '1';
	a = post(p, target, "{\"act\":\"ack\",\"from\":\"192.0.2.7\"}");
	collector_world_says(&a, 404, "not-found", "There is no such link, or it has expired");
	for (int i = 1; i < 11; i++)
		a = post(p, target, "{\"act\":\"ack\",\"from\":\"192.0.2.7\"}");
	assert_int_equal(a.status, 429);
	has(&a, "\"error\":\"too-many\"");
	header = strstr(a.head, "Retry-After: ");
	assert_non_null(header);
	assert_in_range(header[13], '1', '6'); /* it took a while to get here */
	snprintf(target, sizeof(target), "\"retry_after\":%c}", header[13]);
	has(&a, target);
	/* The right one from the same address goes on. */
	a = post(p, p->path, "{\"act\":\"ack\",\"from\":\"192.0.2.7\"}");
	assert_int_equal(a.status, 200);
}

static void only_the_dashboard_asks(void **state)
{
	struct place *p = *state;
	struct collector_world_ask ask = {.method = "GET", .target = p->path};
	struct collector_world_answer a = collector_world_ask(&p->w, &ask);

	assert_int_equal(a.status, 401);
	ask.token = p->w.agent_token;
	a = collector_world_ask(&p->w, &ask);
	collector_world_says(&a, 403, "not-yours", "This needs an operator's token");
}

static void what_is_not_in_the_journal_was_not_recorded(void **state)
{
	static const char later[] = "The journal cannot be written now; keep it and try again";
	struct place *p = *state;
	struct collector_world_answer a;

	disk_is_full = true;
	collector_world_append(&p->w, "test", SLICE_LIT("{}")); /* waits for the disk */
	a = collector_world_get(&p->w, p->path);
	assert_int_equal(a.status, 200); /* the facts are there all the same */
	a = post(p, p->path, "{\"act\":\"ack\"}");
	collector_world_says(&a, 503, "not-journalled", later);
	/* It lies in memory: the page must not say that it is on record. */
	a = collector_world_get(&p->w, p->path);
	collector_world_says(&a, 503, "not-journalled", later);
	a = post(p, p->path, "{\"act\":\"ack\"}");
	collector_world_says(&a, 503, "not-journalled", later);
	disk_is_full = false;
	collector_world_commit(&p->w);
	a = collector_world_get(&p->w, p->path);
	has(&a, "\"used\":{\"act\":\"ack\"");
	assert_int_equal(collector_world_count(&p->w, "ack.given"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_link_shows_the_facts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_report_that_nobody_has_confirmed_has_no_clock,
						set_up_report, tear_down),
		cmocka_unit_test_setup_teardown(it_acts_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_it_cannot_do, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_incident_that_is_over_says_so, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(wrong_links_are_all_alike_and_limited, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(only_the_dashboard_asks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_in_the_journal_was_not_recorded, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
