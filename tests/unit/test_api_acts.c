/* api_acts - an act of a person is journalled under its name before it is answered; what is
 * refused says why, and what cannot be read leaves no trace.
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

#include "access/role.h"
#include "tests/support/collector_world.h"
#include "tests/support/test_plan.h"

/* Seats of all three levels; two people of level 1 must authorise. */
static const char plan_text[] =
	"institution: {name: Prueba, code: UTSI/PL/01, revision: '02'}\n"
	"agents: [{id: dc}]\n"
	"components:\n"
	"  - {id: web, checks: [{id: http, type: http, url: 'http://127.0.0.1:9/', from: [dc], "
	"interval: 5s, confirm: 2}]}\n"
	"services:\n"
	"  - {id: publicacion, name: P, criticality: very-high, rto: 10m, needs: web, team: "
	"equipo,\n"
	"     policy: critica}\n"
	"people:\n"
	"  - {id: mesa, post: Mesa, contacts: [{channel: archivo, to: mesa@example.org}]}\n"
	"  - {id: utsi, post: Titular, contacts: [{channel: archivo, to: utsi@example.org}]}\n"
	"  - {id: primera, post: A, contacts: [{channel: archivo, to: a@example.org}]}\n"
	"  - {id: segunda, post: B, contacts: [{channel: archivo, to: b@example.org}]}\n"
	"seats:\n"
	"  - {id: equipo, level: 3, titular: mesa, suplente: utsi}\n"
	"  - {id: coordinador, level: 2, titular: utsi, suplente: mesa}\n"
	"  - {id: grupo-a, level: 1, titular: primera, suplente: segunda}\n"
	"  - {id: grupo-b, level: 1, titular: segunda, suplente: primera}\n"
	"channels: [{id: archivo, type: file, path: /nonexistent/m.jsonl, receipt_within: 5s}]\n"
	"policies:\n"
	"  - id: critica\n"
	"    repeat: 60s\n"
	"    steps:\n"
	"      - {at: confirmed, call: ['seat:equipo'], ack_within: 20s}\n"
	"      - {at: {pct: 40}, call: ['level:1'], parallel: true, ask: activate, quorum: 2, "
	"ack_within: 60s}\n";

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
	uint64_t incident;
	char number[32]; /* of the incident */
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct input plan = {.kind = INPUT_PLAN};
	struct view_incident i;

	disk_is_full = false;
	collector_world_open(&p->w);
	plan.u.plan.plan = test_plan_from_text(plan_text);
	collector_world_input(&p->w, &plan);
	collector_world_serve(&p->w);
	collector_world_fail(&p->w);
	view_incident(core_engine(p->w.c.core), 0, &i);
	p->incident = i.id;
	snprintf(p->number, sizeof(p->number), "%llu", (unsigned long long)i.id);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	collector_world_close(&p->w);
	free(p);
	return 0;
}

static struct collector_world_answer act(struct place *p, const char *incident, const char *word,
					 const char *body)
{
	char target[128];

	snprintf(target, sizeof(target), "/v1/incidents/%s/%s", incident, word);
	return collector_world_ask(&p->w,
				   &(struct collector_world_ask){.method = "POST",
								 .target = target,
								 .token = p->w.operator_token,
								 .body = body});
}

static struct collector_world_answer see(struct place *p, const char *query)
{
	char target[128];

	snprintf(target, sizeof(target), "/v1/incidents/%s%s", p->number, query);
	return collector_world_ask(
		&p->w, &(struct collector_world_ask){
			       .method = "GET", .target = target, .token = p->w.operator_token});
}

static uint64_t tip(struct place *p)
{
	return journal_tip(core_journal(p->w.c.core)).seq;
}

struct wanted {
	uint64_t seq;
	char kind[32], body[1024];
};

static bool keep_wanted(void *user, const struct journal_entry *e)
{
	struct wanted *w = user;

	if (e->seq != w->seq)
		return true;
	snprintf(w->kind, sizeof(w->kind), "%.*s", (int)e->kind.n, e->kind.p);
	snprintf(w->body, sizeof(w->body), "%.*s", (int)e->body.n, e->body.p);
	return false;
}

static struct wanted entry(struct place *p, uint64_t seq)
{
	struct wanted w = {.seq = seq};
	struct err_info info;

	assert_int_equal(journal_read(core_journal(p->w.c.core), 0, keep_wanted, &w, &info),
			 ERR_OK);
	return w;
}

static enum incident_state state_of(struct place *p)
{
	struct view_incident i;

	assert_true(view_find_incident(core_engine(p->w.c.core), p->incident, &i));
	return i.state;
}

static void an_act_is_journalled_before_it_is_answered(void **state)
{
	static const struct {
		const char *word, *body, *kind, *has;
	} cases[] = {
		{"attend", "{\"as\":\"mesa\"}", "ack.given",
		 "\"act\":\"atiendo\",\"person\":\"mesa\",\"recorded_by\":\"mesa\",\"proof\":"
		 "\"operator-token\""},
		{"pass", "{\"as\":\"mesa\",\"proof\":\"operator-token\"}", "ack.given",
		 "\"act\":\"no-puedo\""},
		{"ack", "{\"as\":\"mesa\",\"recorded_by\":\"utsi\"}", "ack.given",
		 "\"act\":\"enterado\",\"person\":\"mesa\",\"recorded_by\":\"utsi\""},
		{"note", "{\"note\":\"dijo: \\\"ya\\\" \\u00f1\\n\",\"as\":\"segunda\"}",
		 "act.note", "\"note\":\"dijo: \\\"ya\\\" ñ\\n\""},
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t seq = tip(p) + 1;
		struct collector_world_answer a = act(p, p->number, cases[i].word, cases[i].body);
		struct wanted e = entry(p, seq);
		char want[96];

		snprintf(want, sizeof(want), "{\"incident\":%s,\"seq\":%llu,\"folio\":\"01\"}",
			 p->number, (unsigned long long)seq);
		assert_string_equal(a.body, want);
		assert_int_equal(a.status, 200);
		assert_string_equal(e.kind, cases[i].kind);
		if (strstr(e.body, cases[i].has) == NULL)
			fail_msg("no %s in %s", cases[i].has, e.body);
		assert_false(journal_is_dirty(core_journal(p->w.c.core)));
	}
}

/* The word by which a page says it in its reader's language: in the answer, beside the entry, and before anybody has asked. */
static void a_refusal_has_the_word_of_its_rule(void **state)
{
	static const char why[] = "\"why\":\"not-authorised\"";
	struct place *p = *state;
	struct collector_world_answer a = act(p, p->number, "declare", "{\"as\":\"utsi\"}");

	assert_non_null(strstr(a.body, why));
	a = see(p, "");
	assert_non_null(strstr(a.body, "\"refusal\":\"not-authorised\""));
	assert_null(strstr(a.body, "\"may\""));
	a = see(p, "?as=utsi");
	assert_non_null(strstr(a.body, "\"may\":{\"as\":\"utsi\",\"recorded_by\":null,"));
	assert_non_null(strstr(a.body, why));
	assert_null(strstr(a.body, "\"post\":\"A\",\"why\""));
	a = see(p, "?as=segunda&recorded_by=primera&may=1");
	assert_non_null(strstr(a.body, "\"as\":\"segunda\",\"recorded_by\":\"primera\""));
	assert_non_null(strstr(a.body, "{\"person\":\"primera\",\"post\":\"A\",\"why\":null"));
	a = see(p, "?as=nadie");
	collector_world_says(&a, 404, "not-found", "There is no person 'nadie' in the plan (as)");
	a = act(p, p->number, "order", "{\"as\":\"utsi\"}");
	assert_null(strstr(a.body, "\"why\"")); /* no rule was asked */
}

/* One authoriser is not the quorum, and nobody does both. */
static void the_way_to_a_declaration(void **state)
{
	static const struct {
		const char *word, *as;
		int status;
		const char *error, *text;
		enum incident_state then;
	} steps[] = {
		{"authorize", "mesa", 403, "denied", "only a seat of level 1 authorises",
		 INCIDENT_CONFIRMED},
		{"declare", "utsi", 409, "wrong-state", "level 1 has not authorised it",
		 INCIDENT_CONFIRMED},
		{"authorize", "primera", 200, NULL, NULL, INCIDENT_CONFIRMED},
		{"authorize", "primera", 409, "duplicate",
		 "this person has authorised already; distinct people are needed",
		 INCIDENT_CONFIRMED},
		{"authorize", "segunda", 200, NULL, NULL, INCIDENT_AUTHORISED},
		{"declare", "segunda", 403, "denied", "only the coordinator (level 2) declares",
		 INCIDENT_AUTHORISED},
		{"declare", "utsi", 200, NULL, NULL, INCIDENT_DECLARED},
		{"decline", "primera", 409, "wrong-state", "there is nothing to decline now",
		 INCIDENT_DECLARED},
	};
	struct place *p = *state;
	unsigned refused = 0;
	char body[64];

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct collector_world_answer a;

		snprintf(body, sizeof(body), "{\"as\":\"%s\"}", steps[i].as);
		a = act(p, p->number, steps[i].word, body);
		if (steps[i].error != NULL)
			collector_world_says(&a, steps[i].status, steps[i].error, steps[i].text);
		assert_int_equal(a.status, steps[i].status);
		assert_int_equal(state_of(p), steps[i].then);
		/* Also the refusal is on record, and committed. */
		refused += steps[i].error != NULL;
		assert_int_equal(collector_world_count(&p->w, "act.refused"), refused);
		assert_false(journal_is_dirty(core_journal(p->w.c.core)));
	}
	assert_int_equal(collector_world_count(&p->w, "act.authorize"), 2);
	assert_int_equal(collector_world_count(&p->w, "act.declare"), 1);
}

static void a_refusal_names_act_person_and_reason(void **state)
{
	struct place *p = *state;
	uint64_t seq = tip(p) + 1;
	struct collector_world_answer a =
		act(p, p->number, "decline", "{\"as\":\"primera\",\"recorded_by\":\"mesa\"}");
	struct wanted e = entry(p, seq);

	collector_world_says(&a, 400, "syntax", "a reason is needed (note)");
	assert_string_equal(e.kind, "act.refused");
	assert_non_null(strstr(e.body, "\"act\":\"decline\",\"person\":\"primera\","
				       "\"recorded_by\":\"mesa\""));
	assert_non_null(strstr(e.body, "\"why\":\"a reason is needed (note)\""));
	a = act(p, p->number, "decline", "{\"as\":\"primera\",\"note\":\"no hace falta\"}");
	assert_int_equal(a.status, 200);
	assert_int_equal(state_of(p), INCIDENT_DECLINED);
}

static void an_incident_ends_by_the_measurement(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a = act(p, p->number, "resume", "{\"as\":\"utsi\"}");

	collector_world_says(
		&a, 409, "wrong-state",
		"operations restart after the measured restoration; it is not restored");
	a = act(p, p->number, "close", "{\"as\":\"utsi\"}");
	collector_world_says(&a, 409, "wrong-state",
			     "it still fails; a person cannot end what is measured");
	collector_world_sample(&p->w, HEALTH_OK);
	assert_int_equal(state_of(p), INCIDENT_RESTORED);
	a = act(p, p->number, "resume", "{\"as\":\"utsi\"}");
	assert_int_equal(a.status, 200);
	assert_int_equal(state_of(p), INCIDENT_RESUMED);
	a = act(p, p->number, "close", "{\"as\":\"utsi\"}");
	assert_int_equal(a.status, 200);
	assert_int_equal(state_of(p), INCIDENT_CLOSED);
	a = act(p, p->number, "close", "{\"as\":\"utsi\"}");
	collector_world_says(&a, 409, "wrong-state", "it is not restored, or closed already");
	a = act(p, p->number, "ack", "{\"as\":\"mesa\"}");
	collector_world_says(&a, 409, "wrong-state", "the incident is over; write a note instead");
	a = act(p, p->number, "note", "{\"as\":\"mesa\",\"note\":\"visto\"}");
	assert_int_equal(a.status, 200);
}

static void a_false_alarm_has_a_cause_and_two_names(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a = act(p, p->number, "false-alarm", "{\"as\":\"mesa\"}");

	collector_world_says(&a, 400, "syntax", "the cause is needed (note)");
	a = act(p, p->number, "false-alarm",
		"{\"as\":\"mesa\",\"recorded_by\":\"mesa\",\"note\":\"prueba\"}");
	collector_world_says(&a, 403, "denied",
			     "a false alarm needs two people: who says it and who records it");
	assert_int_equal(state_of(p), INCIDENT_CONFIRMED);
	a = act(p, p->number, "false-alarm",
		"{\"as\":\"mesa\",\"recorded_by\":\"utsi\",\"note\":\"prueba\"}");
	assert_int_equal(a.status, 200);
	assert_int_equal(state_of(p), INCIDENT_FALSE_ALARM);
}

static void what_cannot_be_read_leaves_no_trace(void **state)
{
	static const struct {
		const char *body, *text;
	} cases[] = {
		{"", "Byte 0: an object was expected"},
		{"[]", "Byte 0: an object was expected"},
		{"{}", "'as' is missing: the person who acts"},
		{"{\"note\":\"x\"}", "'as' is missing: the person who acts"},
		{"{\"as\":\"mesa\"", "Byte 12: a comma or the closing bracket was expected"},
		{"{\"as\":\"mesa\"} x", "Byte 14: something stands behind the end"},
		{"{\"as\":7}", "Byte 6: a string was expected"},
		{"{\"as\":\"mesa\",\"who\":1}", "ack takes no 'who'; it takes: note"},
		{"{\"as\":\"mesa\",\"proof\":\"pin\"}",
		 "proof: operator-token, or what you write down for another: voice, paper"},
		{"{\"as\":\"mesa\",\"proof\":\"voice\"}",
		 "'recorded_by' is missing: who heard it or holds the paper"},
	};
	struct place *p = *state;
	uint64_t before = tip(p);

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct collector_world_answer a = act(p, p->number, "ack", cases[i].body);

		collector_world_says(&a, 400, "malformed", cases[i].text);
	}
	assert_int_equal(tip(p), before);
}

static void a_note_has_an_end(void **state)
{
	struct place *p = *state;
	char note[512], body[600];

	for (size_t n = 479; n <= 480; n++) {
		struct collector_world_answer a;
		uint64_t before = tip(p);

		memset(note, 'n', n);
		note[n] = '\0';
		snprintf(body, sizeof(body), "{\"as\":\"mesa\",\"note\":\"%s\"}", note);
		a = act(p, p->number, "note", body);
		if (n < 480) {
			assert_int_equal(a.status, 200);
			assert_non_null(strstr(entry(p, before + 1).body, note));
			continue;
		}
		assert_int_equal(a.status, 400);
		assert_non_null(strstr(a.body, "a string is too long or holds a NUL"));
		assert_int_equal(tip(p), before);
	}
}

static void what_is_not_there_is_404(void **state)
{
	static const struct {
		const char *incident, *word, *body, *text;
	} cases[] = {
		{"4294967295", "ack", "{\"as\":\"mesa\"}", "There is no such incident in memory"},
		{"0", "ack", "{\"as\":\"mesa\"}", "There is no such incident in memory"},
		{"-1", "ack", "{\"as\":\"mesa\"}", "There is no such incident in memory"},
		{"web", "ack", "{\"as\":\"mesa\"}", "There is no such incident in memory"},
		{"01", "dance", "{\"as\":\"mesa\"}", "There is no such act"},
		{"01", "enterado", "{\"as\":\"mesa\"}", "There is no such act"},
		{"01", "ack", "{\"as\":\"nadie\"}", "There is no person 'nadie' in the plan"},
		{"01", "ack", "{\"as\":\"mesa\",\"recorded_by\":\"<b>\"}",
		 "There is no person '<b>' in the plan"},
		{"01", "ack", "{\"as\":\"a\\\"b\"}", "There is no person 'a\\\"b' in the plan"},
	};
	struct place *p = *state;
	uint64_t before = tip(p);

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct collector_world_answer a =
			act(p, cases[i].incident, cases[i].word, cases[i].body);

		collector_world_says(&a, 404, "not-found", cases[i].text);
	}
	assert_int_equal(tip(p), before);
}

static void an_incident_goes_by_its_folio_too(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a = act(p, "01", "ack", "{\"as\":\"mesa\"}");
	char want[64];

	snprintf(want, sizeof(want), "{\"incident\":%s,\"seq\":", p->number);
	assert_int_equal(a.status, 200);
	assert_memory_equal(a.body, want, strlen(want));
}

static void only_an_operator_acts(void **state)
{
	struct place *p = *state;
	struct collector_world_ask ask = {
		.method = "POST", .target = "/v1/incidents/01/ack", .body = "{\"as\":\"mesa\"}"};
	uint64_t before = tip(p);
	struct collector_world_answer a;

	assert_int_equal(collector_world_ask(&p->w, &ask).status, 401);
	ask.token = "of-nobody";
	assert_int_equal(collector_world_ask(&p->w, &ask).status, 401);
	ask.token = p->w.agent_token;
	a = collector_world_ask(&p->w, &ask);
	collector_world_says(&a, 403, "not-yours", "This needs an operator's token");
	ask.token = p->w.operator_token;
	ask.method = "PUT";
	a = collector_world_ask(&p->w, &ask);
	collector_world_says(&a, 405, "method", "This method is not for this path");
	assert_int_equal(tip(p), before);
}

static void without_a_journal_there_is_no_act(void **state)
{
	static const char later[] = "The journal cannot be written now; keep it and try again";
	struct place *p = *state;
	struct collector_world_answer a;
	uint64_t before = tip(p);

	disk_is_full = true;
	a = act(p, "01", "attend", "{\"as\":\"mesa\"}");
	collector_world_says(&a, 503, "not-journalled", later);
	/* Kept in memory: it may be recorded all the same (docs/API.md). What comes later is not
	 * even taken. */
	assert_int_equal(entry(p, before + 1).seq, before + 1);
	assert_string_equal(entry(p, before + 1).kind, "ack.given");
	before = tip(p);
	a = act(p, "01", "attend", "{\"as\":\"mesa\"}");
	collector_world_says(&a, 503, "not-journalled", later);
	assert_int_equal(tip(p), before);
	disk_is_full = false;
	collector_world_commit(&p->w);
	a = act(p, "01", "attend", "{\"as\":\"mesa\"}");
	assert_int_equal(a.status, 200);
	assert_int_equal(collector_world_count(&p->w, "ack.given"), 2);
}

#define WITH_INCIDENT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static struct collector_world_answer ask(struct place *p, const char *method, const char *target,
					 const char *body)
{
	return collector_world_ask(&p->w,
				   &(struct collector_world_ask){.method = method,
								 .target = target,
								 .token = p->w.operator_token,
								 .body = body});
}

static struct collector_world_answer act_as(struct place *p, const char *token, const char *name,
					    const char *body)
{
	char target[128];

	snprintf(target, sizeof(target), "/v1/incidents/01/%s", name);
	return collector_world_ask(
		&p->w, &(struct collector_world_ask){
			       .method = "POST", .target = target, .token = token, .body = body});
}

static void says(struct collector_world_answer a, int status, const char *part)
{
	if (a.status != status || strstr(a.body, part) == NULL)
		fail_msg("%d %s instead of %d %s", a.status, a.body, status, part);
}

/* With a session one is oneself; what another said is written down under one's own name. */
static void a_session_acts_as_its_own_person_only(void **state)
{
	char token[COLLECTOR_WORLD_TOKEN_SIZE], nobody[COLLECTOR_WORLD_TOKEN_SIZE];
	struct place *p = *state;

	collector_world_person(&p->w, "ana", ROLE_OPERATOR, "mesa", token);
	collector_world_person(&p->w, "sin", ROLE_OPERATOR, "", nobody);
	says(act_as(p, token, "attend", "{}"), 200, "\"seq\"");
	assert_non_null(
		strstr(collector_world_last(&p->w, "ack.given"),
		       "\"person\":\"mesa\",\"recorded_by\":\"mesa\",\"proof\":\"session\""));
	says(act_as(p, token, "note", "{\"as\":\"mesa\",\"note\":\"x\"}"), 200, "\"seq\"");
	says(act_as(p, token, "note", "{\"as\":\"utsi\",\"note\":\"x\"}"), 400, "'as' is yourself");
	says(act_as(p, token, "note", "{\"recorded_by\":\"utsi\",\"note\":\"x\"}"), 400,
	     "'recorded_by' is yourself");
	for (const char *const *proof =
		     (const char *const[]){"operator-token", "link", "pin", "session", "x", NULL};
	     *proof != NULL; proof++) {
		char body[128];

		snprintf(body, sizeof(body), "{\"note\":\"x\",\"proof\":\"%s\"}", *proof);
		says(act_as(p, token, "note", body), 400, "voice, paper");
	}
	says(act_as(p, token, "note", "{\"as\":\"utsi\",\"note\":\"x\",\"proof\":\"voice\"}"), 200,
	     "\"seq\"");
	assert_non_null(strstr(collector_world_last(&p->w, "act.note"),
			       "\"person\":\"utsi\",\"recorded_by\":\"mesa\",\"proof\":\"voice\""));
	says(act_as(p, token, "note", "{\"note\":\"x\",\"proof\":\"voice\"}"), 400,
	     "somebody else than you");
	says(act_as(p, nobody, "note", "{\"note\":\"x\"}"), 409, "\"no-person\"");
	says(act_as(p, token, "note", "{\"note\":\"x\",\"pim\":\"1\"}"), 400, "takes no 'pim'");
}

/* An operator does not decide; what the one who decides said on the telephone they write down, with their own PIN. */
static void a_decision_is_written_down_for_another_with_ones_own_pin(void **state)
{
	char token[COLLECTOR_WORLD_TOKEN_SIZE], desk[COLLECTOR_WORLD_TOKEN_SIZE];
	struct place *p = *state;

	collector_world_person(&p->w, "ana", ROLE_OPERATOR, "mesa", token);
	collector_world_person(&p->w, "eva", ROLE_DESK, "mesa", desk);
	says(act_as(p, token, "authorize", "{\"pin\":\"" COLLECTOR_WORLD_PIN "\"}"), 403,
	     "the right decide, which ana does not have");
	says(act_as(p, token, "authorize", "{\"as\":\"primera\",\"proof\":\"voice\"}"), 403,
	     "\"pin-wanted\"");
	says(act_as(p, desk, "note", "{\"as\":\"primera\",\"proof\":\"voice\",\"note\":\"x\"}"),
	     403, "the right operate");
	act_as(p, token, "authorize",
	       "{\"as\":\"primera\",\"proof\":\"voice\",\"pin\":\"" COLLECTOR_WORLD_PIN "\"}");
	if (collector_world_count(&p->w, "act.authorize") > 0)
		assert_non_null(strstr(collector_world_last(&p->w, "act.authorize"),
				       "\"person\":\"primera\",\"recorded_by\":\"mesa\",\"proof\":"
				       "\"voice\""));
	else
		assert_non_null(strstr(collector_world_last(&p->w, "act.refused"),
				       "\"person\":\"primera\",\"recorded_by\":\"mesa\",\"proof\":"
				       "\"voice\""));
}

static void whoever_only_reports_answers_their_own_calls(void **state)
{
	char called[COLLECTOR_WORLD_TOKEN_SIZE], other[COLLECTOR_WORLD_TOKEN_SIZE];
	struct place *p = *state;

	collector_world_person(&p->w, "eva", ROLE_DESK, "mesa", called); /* was called */
	collector_world_person(&p->w, "leo", ROLE_CRISIS, "segunda", other);
	says(act_as(p, other, "ack", "{}"), 403, "You were not called");
	says(act_as(p, other, "note", "{\"note\":\"x\"}"), 200, "\"seq\"");
	says(act_as(p, called, "ack", "{}"), 200, "\"seq\"");
}

/* The desk says the folio on the telephone: it comes back with the report. */
static void a_report_is_answered_with_its_folio(void **state)
{
	static const char elsewhere[] = "{\"as\":\"mesa\",\"what\":\"storm\",\"at\":\"5m\"}";
	static const char same[] =
		"{\"as\":\"mesa\",\"what\":\"service-unavailable\",\"service\":\"publicacion\"}";
	struct place *p = *state;
	struct collector_world_answer a = ask(p, "POST", "/v1/incidents", elsewhere);

	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "\"folio\":\"02\"}"));
	a = ask(p, "POST", "/v1/acts/report", same);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "\"folio\":\"01\"}")); /* it fails already */
	a = ask(p, "POST", "/v1/incidents", "{\"as\":\"mesa\"}");
	assert_int_equal(a.status, 400);
	assert_non_null(strstr(a.body, "report needs what"));
}

/* What people said is read back from the journal, the report that opened the incident too. */
static void the_final_report_comes_with_the_incident(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a =
		ask(p, "POST", "/v1/incidents",
		    "{\"as\":\"mesa\",\"what\":\"storm\",\"note\":\"lluvia\"}");

	assert_int_equal(a.status, 200);
	a = act(p, "2", "entry", "{\"as\":\"mesa\",\"what\":\"activity\",\"note\":\"sacos\"}");
	assert_int_equal(a.status, 200);
	a = ask(p, "GET", "/v1/incidents/2", NULL);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "\"reports\":[{\"seq\":"));
	assert_non_null(strstr(a.body, "\"final_report\":{\"start\":"));
	assert_non_null(strstr(a.body, "\"note\":\"lluvia\",\"ref\":null,\"what\":\"storm\""));
	assert_non_null(strstr(a.body, "\"activities\":[{\"seq\":"));
	assert_non_null(strstr(a.body, "\"note\":\"sacos\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_INCIDENT(an_act_is_journalled_before_it_is_answered),
		WITH_INCIDENT(the_way_to_a_declaration),
		WITH_INCIDENT(a_refusal_has_the_word_of_its_rule),
		WITH_INCIDENT(a_refusal_names_act_person_and_reason),
		WITH_INCIDENT(an_incident_ends_by_the_measurement),
		WITH_INCIDENT(a_false_alarm_has_a_cause_and_two_names),
		WITH_INCIDENT(what_cannot_be_read_leaves_no_trace),
		WITH_INCIDENT(a_note_has_an_end),
		WITH_INCIDENT(what_is_not_there_is_404),
		WITH_INCIDENT(an_incident_goes_by_its_folio_too),
		WITH_INCIDENT(only_an_operator_acts),
		WITH_INCIDENT(without_a_journal_there_is_no_act),
		WITH_INCIDENT(a_session_acts_as_its_own_person_only),
		WITH_INCIDENT(a_decision_is_written_down_for_another_with_ones_own_pin),
		WITH_INCIDENT(whoever_only_reports_answers_their_own_calls),
		WITH_INCIDENT(a_report_is_answered_with_its_folio),
		WITH_INCIDENT(the_final_report_comes_with_the_incident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
