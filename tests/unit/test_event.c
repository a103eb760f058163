/* event - one table writes and reads every kind: what was written is read back the same, in the
 * ids of the plan in force; what is not known, malformed or of a later program is refused by
 * name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_pull.h"
#include "engine/engine_state.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct plan *plan;
static const char series[] =
	"cuts: [{id: x, first: \"2026-05-28T12:00\", last: \"2026-05-28T13:00\", of: [{name: a, "
	"check: \"web:p\", value: connect}]}, {id: prep, first: \"2026-05-28T12:00\", last: "
	"\"2026-05-28T13:00\", of: [{name: a, check: \"web:p\", value: connect}, {name: b, check: "
	"\"db:p\", value: connect}, {name: c, check: \"fw-a:p\", value: connect}]}]\n";

static int set_up(void **state)
{
	(void)state;
	static const char more[] = "sites: [{id: central}]\n"
				   "field_posts: [{id: d1, site: central, person: ana}]\n"
				   "jornadas: [{id: dia, kind: real, from: 2026-06-07T07:00, "
				   "until: 2026-06-07T20:00}]\n";
	char text[16384];

	snprintf(text, sizeof(text), "%s%s%s", world_plan, more, series);
	plan = test_plan_from_text(text);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	plan_free(plan);
	return 0;
}

/* --- kinds and lists -------------------------------------------------------------------------- */

static void every_kind_has_a_word_of_its_own(void **state)
{
	static const char *const others[] = {"", "check", "check.ba", "check.bad ", "CHECK.BAD"};

	(void)state;
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		const char *word = event_kind_word((enum event_kind)k);

		assert_int_equal(event_kind_from_word(slice_of(word)), k);
		assert_non_null(strchr(word, '.'));
	}
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_int_equal(event_kind_from_word(slice_of(others[i])), EVENT_KIND_COUNT);
	assert_string_equal(event_kind_word(EVENT_ACT_FALSE_ALARM), "act.false-alarm");
}

static void an_event_begins_with_nothing_known(void **state)
{
	struct event_list l = {0};
	const struct event *ev;

	(void)state;
	for (int i = 0; i < 100; i++)
		event_list_add(&l, EVENT_CHECK_BAD, world_time(i), world_time(i + 1));
	assert_int_equal(l.count, 100);
	ev = &l.items[99];
	assert_int_equal(ev->seq, 0);
	assert_int_equal(ev->kind, EVENT_CHECK_BAD);
	assert_int_equal(world_ms(ev->at), 99);
	assert_int_equal(world_ms(ev->recorded), 100);
	assert_int_equal(ev->check, PLAN_NONE);
	assert_int_equal(ev->agent, PLAN_NONE);
	assert_int_equal(ev->component, PLAN_NONE);
	assert_int_equal(ev->service, PLAN_NONE);
	assert_int_equal(ev->step, PLAN_NONE);
	assert_int_equal(ev->seat, PLAN_NONE);
	assert_int_equal(ev->person, PLAN_NONE);
	assert_int_equal(ev->recorded_by, PLAN_NONE);
	assert_int_equal(ev->contact, PLAN_NONE);
	assert_int_equal(ev->channel, PLAN_NONE);
	assert_false(wall_is_known(ev->began));
	assert_false(wall_is_known(ev->not_before));
	assert_false(wall_is_known(ev->until));
	assert_string_equal(ev->text, "");
	assert_int_equal(ev->by_count, 0);
	assert_int_equal(ev->also_count, 0);
	assert_int_equal(ev->stands_for, PLAN_NONE);
	event_list_reset(&l);
	assert_int_equal(l.count, 0);
	assert_true(l.cap >= 100); /* the memory is kept */
	event_list_release(&l);
	assert_null(l.items);
	event_list_release(&l);
}

/* --- there and back --------------------------------------------------------------------------- */

#define LINK                                                                                       \
	"0123456789abcdef0123456789abcdef"                                                         \
	"0123456789abcdef0123456789abcdef"

/* Everything that any kind may carry. The states are those that every machine has. */
static void fill(struct event *ev)
{
	ev->check = 4;
	ev->agent = 1;
	ev->component = 2;
	ev->service = 1;
	ev->step = 2;
	ev->seat = 1;
	ev->person = 3;
	ev->recorded_by = 4;
	ev->contact = 0;
	ev->channel = 1;
	ev->cuts = 1;
	ev->cut_source = 2;
	ev->cut_late = 5;
	ev->cut_blind = 2;
	ev->incident = 71;
	ev->call = 72;
	ev->began = world_time(1500);
	ev->not_before = world_time(1250);
	ev->until = (struct wall_time){world_time(9000).us + 1};
	ev->outcome = OUTCOME_CONNECT_REFUSED;
	ev->from = 1;
	ev->to = 2;
	ev->number = 33;
	ev->seq_from = 5;
	ev->seq_to = 6;
	ev->call_kind = CALL_ASK;
	ev->act = ACT_DECLINE;
	ev->proof = PROOF_VOICE;
	ev->maybe_duplicate = ev->drill = ev->estimated = true;
	ev->attempt = 7;
	ev->level = 1;
	ev->by[0] = 3;
	ev->by[1] = 0;
	ev->by_count = 2;
	ev->site = ev->post = ev->jornada = 0;
	ev->other = 2;
	ev->entry = 73;
	post_set_add(&ev->posts, 0);
	memcpy(ev->what, "level-2", 8);
	memcpy(ev->ref, "eleccion", 9);
	ev->also[0] = 2;
	ev->also[1] = 0;
	ev->also_count = 2;
	ev->stands_for = 2;
	memcpy(ev->source, "2001:db8::1", 12);
	memcpy(ev->via, "via", 4);
	event_set_text(ev, "Falló \"algo\"\n");
	event_set_link(ev, LINK);
	ev->entry = 9;
	memcpy(ev->what, "eigen", sizeof("eigen"));
	memcpy(ev->ref, "SD-17", sizeof("SD-17"));
}

static void encode(const struct event *ev, char *ret, size_t size)
{
	struct buf body;

	buf_init(&body, BUF_MAX_EVENT);
	event_encode(ev, plan, &body);
	assert_true(body.len < size);
	memcpy(ret, buf_cstr(&body), body.len + 1);
	buf_release(&body);
}

static enum err decode(enum event_kind kind, const char *body, struct event *ret,
		       struct err_info *info)
{
	struct slice json = {"", 0};

	return event_decode(7, slice_of(event_kind_word(kind)), EVENT_VERSION, world_time(1),
			    world_time(2), slice_of(body), plan, ret, &json, info);
}

/* The entry is written, read, and written again. */
static void there_and_back(const struct event *ev)
{
	char first[2048], second[2048];
	struct event again;
	struct err_info info = {0};

	encode(ev, first, sizeof(first));
	if (decode(ev->kind, first, &again, &info) != ERR_OK)
		fail_msg("%s: %s", first, info.text);
	assert_int_equal(again.seq, 7);
	assert_int_equal(again.kind, ev->kind);
	assert_int_equal(world_ms(again.at), 1);
	assert_int_equal(world_ms(again.recorded), 2);
	encode(&again, second, sizeof(second));
	assert_string_equal(first, second);
}

static void every_kind_is_read_back_as_it_was_written(void **state)
{
	(void)state;
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		struct event_list l = {0};

		if (k == EVENT_PLAN_APPLIED)
			continue; /* see below */
		fill(event_list_add(&l, (enum event_kind)k, world_time(1), world_time(2)));
		there_and_back(&l.items[0]);
		/* ... and with nothing known, but for the words, which are always one of the
		 * list. */
		event_list_reset(&l);
		event_list_add(&l, (enum event_kind)k, world_time(1), world_time(2));
		there_and_back(&l.items[0]);
		event_list_release(&l);
	}
}

static void what_is_read_are_the_plan_s_indices_and_exact_moments(void **state)
{
	struct event_list l = {0};
	struct event again;
	struct err_info info;
	char body[2048];

	(void)state;
	fill(event_list_add(&l, EVENT_CALL_INTENT, world_time(1), world_time(2)));
	encode(&l.items[0], body, sizeof(body));
	assert_int_equal(decode(EVENT_CALL_INTENT, body, &again, &info), ERR_OK);
	assert_int_equal(again.incident, 71);
	assert_int_equal(again.number, 33);
	assert_int_equal(again.call_kind, CALL_ASK);
	assert_int_equal(again.service, 1);
	assert_int_equal(again.step, 2);
	assert_int_equal(again.seat, 1);
	assert_int_equal(again.level, 1);
	assert_int_equal(again.person, 3);
	assert_int_equal(again.channel, 1);
	assert_int_equal(again.contact, 0);
	assert_int_equal(again.attempt, 7);
	assert_true(again.maybe_duplicate);
	assert_true(again.drill);
	event_list_reset(&l);
	fill(event_list_add(&l, EVENT_CLOCK_STARTED, world_time(1), world_time(2)));
	encode(&l.items[0], body, sizeof(body));
	assert_int_equal(decode(EVENT_CLOCK_STARTED, body, &again, &info), ERR_OK);
	assert_int_equal(world_ms(again.began), 1500);
	assert_int_equal(again.until.us, world_time(9000).us + 1);
	assert_int_equal(again.number, 33);
	assert_true(again.estimated);
	event_list_release(&l);
}

/* What a journal of today is read by tomorrow: the keys of every kind, in their order. */
#define CUT_VERDICT "cuts number due state effect began late unseen "
#define DONE_BY "person recorded_by proof "
#define SILENCED "check component site service owner from until "
static const char *const keys[EVENT_KIND_COUNT] = {
	[EVENT_COLLECTOR_STARTED] = "start ",
	[EVENT_COLLECTOR_STOPPED] = "start ",
	[EVENT_PLAN_APPLIED] = "hash plan ",
	[EVENT_CLOCK_STEPPED] = "step ",
	[EVENT_INPUT_SKIPPED] = "text ",
	[EVENT_ACCESS_CHANGED] = "text ",
	[EVENT_DRILL_STARTED] = "promise ",
	[EVENT_DRILL_FAULT] = "check agent what ",
	[EVENT_DRILL_ENDED] = "what why ",
	[EVENT_AGENT_SILENT] = "agent last_seen ",
	[EVENT_AGENT_BACK] = "agent silent_since ",
	[EVENT_AGENT_GAP] = "agent from to reason ",
	[EVENT_AGENT_CAUSE] = "agent from to component why ",
	[EVENT_CHECK_SUSPECT] = "check agent outcome state began not_before ",
	[EVENT_CHECK_CLEARED] = "check agent ",
	[EVENT_CHECK_BAD] = "check agent outcome state began not_before ",
	[EVENT_CHECK_GOOD] = "check agent good ",
	[EVENT_CHECK_BLIND] = "check agent why last ",
	[EVENT_CHECK_PAST] = "check agent outcome state began not_before until estimated ",
	[EVENT_CHECK_FLAPPING] = "check began failures ",
	[EVENT_CHECK_STEADY] = "check state began failures ",
	[EVENT_COMPONENT_STATE] = "component from to began not_before cause ",
	[EVENT_SERVICE_STATE] = "service from to began not_before by cuts ",
	[EVENT_SERVICE_PAST] = "service root began not_before restored outage estimated ",
	[EVENT_SERVICE_EXPOSED] = "service began cause next count unseen ",
	[EVENT_SERVICE_COVERED] = "service began exposed ",
	[EVENT_INCIDENT_OPENED] = "folio incident_kind service root began not_before drill "
				  "jornada stamp entry ",
	[EVENT_INCIDENT_JOINED] = "incident service began not_before ",
	[EVENT_INCIDENT_EPISODE] = "incident service n ",
	[EVENT_NOTIFICATION_HEARD] =
		"component check agent what severity name text source count late ",
	[EVENT_NOTIFICATION_MORE] = "component check agent from count ",
	[EVENT_INCIDENT_NOTIFICATION] =
		"incident entry component what severity name text source count late ",
	[EVENT_INCIDENT_CAUSE] = "incident agent cause component ",
	[EVENT_INCIDENT_IMPACT] = "incident sites impact ",
	[EVENT_INCIDENT_STATE] = "incident from to ",
	[EVENT_CLOCK_STARTED] = "incident service began not_before rto breach_at estimated ",
	[EVENT_CLOCK_CORRECTED] = "incident service from to not_before ",
	[EVENT_CLOCK_FLAPPING] = "incident service began not_before breach_at ",
	[EVENT_CLOCK_STEADY] = "incident service state ",
	[EVENT_CLOCK_MARK] = "incident service step pct due ",
	[EVENT_CLOCK_BREACHED] = "incident service breach_at ",
	[EVENT_CLOCK_RESTORED] = "incident service restored outage ",
	[EVENT_STEP_FIRED] = "incident service step round ",
	[EVENT_STEP_DONE] = "incident service step why ",
	[EVENT_TREE_EXHAUSTED] = "incident round repeat_at ",
	[EVENT_SEAT_VACANT] = "incident service step seat ",
	[EVENT_CALL_INTENT] =
		"incident folio kind service step seat level person channel to contact "
		"attempt also stands_for maybe_duplicate drill entry post ",
	[EVENT_SHIFT_CHANGED] = "incident seat from to ",
	[EVENT_CALL_QUEUED] = "incident service step seat person channel full ",
	[EVENT_CALL_RESULT] = "incident call result " DONE_BY "note ",
	[EVENT_ABSENCE_BEGAN] = DONE_BY "other until note ",
	[EVENT_ABSENCE_ENDED] = DONE_BY "note ",
	[EVENT_ABSENCE_EXPIRED] = "person until ",
	[EVENT_ACT_ESCALATE] = "incident " DONE_BY "level note ",
	[EVENT_CALL_SENT] = "call detail link ",
	[EVENT_CALL_RECEIVED] = "call detail ",
	[EVENT_CALL_FAILED] = "call detail ",
	[EVENT_CALL_UNKNOWN] = "call detail link ",
	[EVENT_CALL_UNANSWERED] = "call detail ",
	[EVENT_CALL_STOPPED] = "call why ",
	[EVENT_ACK_GIVEN] = "incident act " DONE_BY "note expires call link ",
	[EVENT_CUT_DUE] = "cuts number due ",
	[EVENT_CUT_SHOWN] = "cuts number source backlog ",
	[EVENT_CUT_PUBLISHED] = "cuts number due ",
	[EVENT_CUT_LATE] = CUT_VERDICT,
	[EVENT_CUT_INCONSISTENT] = CUT_VERDICT,
	[EVENT_CUT_BLIND] = CUT_VERDICT,
	[EVENT_CUT_AWAITED] = CUT_VERDICT,
	[EVENT_CUT_CONSISTENT] = CUT_VERDICT,
	[EVENT_CUT_MISSING] = "cuts number due ",
	[EVENT_CUT_UNSEEN] = "cuts from to ",
	[EVENT_CUT_HOUR] = "cuts hour published needed unseen result ",
	[EVENT_CUT_OVER] = "cuts published missing unseen ",
	[EVENT_RPO_MET] = "service copy limit exceeded_at estimated ",
	[EVENT_RPO_EXCEEDED] = "service copy limit exceeded_at estimated ",
	[EVENT_RPO_BLIND] = "service copy limit exceeded_at estimated ",
	[EVENT_ACK_EXPIRED] = "incident person ",
	[EVENT_ACT_AUTHORIZE] = "incident " DONE_BY "note ",
	[EVENT_ACT_DECLARE] = "incident " DONE_BY "note irregular ",
	[EVENT_ACT_DECLINE] = "incident " DONE_BY "note ",
	[EVENT_ACT_FALSE_ALARM] = "incident " DONE_BY "note ",
	[EVENT_ACT_RESUME] = "incident " DONE_BY "note ",
	[EVENT_INCIDENT_REPORTED] = "incident entry service ",
	[EVENT_ACT_RESTORE] = "incident service " DONE_BY "note ",
	[EVENT_ACT_RETURN] = "incident " DONE_BY "what note ",
	[EVENT_ACT_REPORT] = DONE_BY "what via service site ref note ",
	[EVENT_ACT_CONFIRM_REPORT] = "incident service " DONE_BY "note ",
	[EVENT_ACT_CLASSIFY] = "incident " DONE_BY "what note ",
	[EVENT_ACT_COMPLETE] = "incident " DONE_BY "note ",
	[EVENT_ACT_MERGE] = "incident " DONE_BY "into folio note ",
	[EVENT_REPORT_CALLED] = "incident why rung ",
	[EVENT_REPORT_UNANSWERED] = "incident repeat_at ",
	[EVENT_ACT_ENTRY] = "incident " DONE_BY "what entry ref n other due note ",
	[EVENT_ACT_ACTION] = "incident " DONE_BY "what entry ref note ",
	[EVENT_ACT_FINAL_REPORT] = "incident " DONE_BY "ref note ",
	[EVENT_DEADLINE_SET] = "incident what due ",
	[EVENT_DEADLINE_DUE] = "incident what entry person due ",
	[EVENT_DEADLINE_DROPPED] = "incident ",
	[EVENT_ACT_CLOSE] = "incident " DONE_BY "note ",
	[EVENT_ACT_NOTE] = "incident " DONE_BY "note ",
	[EVENT_ACT_REFUSED] = "incident act " DONE_BY "why call link entry ",
	[EVENT_ACT_CONVENE] = "incident " DONE_BY "note ",
	[EVENT_ACT_WAIT] = "incident " DONE_BY "note until ",
	[EVENT_GATE_OPENED] = "incident service step why person ",
	[EVENT_ACT_RATIFY] = "incident " DONE_BY "note ",
	[EVENT_RATIFICATION_PENDING] = "incident person recorded_by why due ",
	[EVENT_RATIFICATION_ASKED] = "incident service step n ",
	[EVENT_RATIFICATION_OVERDUE] = "incident due ",
	[EVENT_RATIFICATION_ENDED] = "incident how ",
	[EVENT_ACT_CONFIRM] = "incident entry " DONE_BY "note ",
	[EVENT_ACT_DISPUTE] = "incident entry " DONE_BY "note ",
	[EVENT_CONFIRMATION_OVERDUE] = "incident entry due ",
	[EVENT_CHECKLIST_STARTED] = "incident service procedure activities next due ",
	[EVENT_CHECKLIST_STEP] = "incident service n what " DONE_BY "note ref next due ",
	[EVENT_CHECKLIST_OVERDUE] = "incident service n seat due ",
	[EVENT_JORNADA_BEGAN] = "jornada kind until ",
	[EVENT_JORNADA_ENDED] = "jornada why ",
	[EVENT_ACT_NO_DRILL] = "incident " DONE_BY "note ",
	[EVENT_INCIDENT_PROMOTED] = "incident why ",
	[EVENT_ACT_WINDOW] = SILENCED DONE_BY "note needs freeze ",
	[EVENT_ACT_SILENCE] = SILENCED DONE_BY "note needs freeze ",
	[EVENT_ACT_SIGN] = "entry " DONE_BY "note ",
	[EVENT_ACT_UNSILENCE] = "entry " DONE_BY "note ",
	[EVENT_WINDOW_OPENED] = "window " SILENCED "signed_by reason ",
	[EVENT_SILENCE_BEGAN] = "entry ",
	[EVENT_SILENCE_WARNED] = "entry ",
	[EVENT_SILENCE_ENDED] = "entry why ",
	[EVENT_INCIDENT_SILENCED] = "incident service entry until ",
	[EVENT_INCIDENT_UNSILENCED] = "incident service entry ",
	[EVENT_ACT_ORDER] = "incident what posts due " DONE_BY "note ",
	[EVENT_ORDER_CONFIRMED] = "incident entry posts " DONE_BY "note call link ",
	[EVENT_ORDER_COMPLETE] = "incident entry what ",
	[EVENT_ORDER_MISSING] = "incident entry posts due ",
	[EVENT_ACT_ADOPT] = "incident " DONE_BY "note plan ",
	[EVENT_CLOCK_RTO] = "incident service rto breach_at ",
};

static void every_kind_has_its_keys(void **state)
{
	(void)state;
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		struct event_list l = {0};
		struct json_pull in;
		struct slice key;
		struct buf body, got;

		buf_init(&body, BUF_MAX_EVENT);
		buf_init(&got, 1024);
		fill(event_list_add(&l, (enum event_kind)k, world_time(1), world_time(2)));
		l.items[0].plan = plan;
		event_encode(&l.items[0], plan, &body);
		in = json_pull_from(buf_slice(&body));
		json_enter_object(&in);
		while (json_next_key(&in, &key)) {
			buf_put(&got, key.p, key.n);
			buf_putc(&got, ' ');
			json_skip(&in);
		}
		json_end(&in);
		assert_null(in.error);
		assert_string_equal(buf_cstr(&got), keys[k]);
		buf_release(&body);
		buf_release(&got);
		event_list_release(&l);
	}
}

static void bodies_are_canonical_in_the_order_of_the_table(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *body;
	} cases[] = {
		{EVENT_CHECK_BAD,
		 "{\"check\":\"db:p\",\"agent\":\"catd\",\"outcome\":\"connect-refused\","
		 "\"state\":\"warning\",\"began\":1780000001.5,\"not_before\":1780000001.25}"},
		{EVENT_SERVICE_STATE,
		 "{\"service\":\"consulta\",\"from\":\"ok\",\"to\":\"degraded\","
		 "\"began\":1780000001.5,\"not_before\":1780000001.25,\"by\":[\"web\",\"switch\"],"
		 "\"cuts\":\"prep\"}"},
		{EVENT_CLOCK_BREACHED,
		 "{\"incident\":71,\"service\":\"consulta\",\"breach_at\":1780000009.000001}"},
		{EVENT_CLOCK_RESTORED, "{\"incident\":71,\"service\":\"consulta\","
				       "\"restored\":1780000001.5,\"outage\":0.000033}"},
		{EVENT_SEAT_VACANT, "{\"incident\":71,\"service\":\"consulta\",\"step\":2,"
				    "\"seat\":\"coordinacion\"}"},
		{EVENT_CALL_SENT,
		 "{\"call\":72,\"detail\":\"Falló \\\"algo\\\"\\n\",\"link\":\"" LINK "\"}"},
		{EVENT_ACT_REFUSED, "{\"incident\":71,\"act\":\"decline\",\"person\":\"dario\","
				    "\"recorded_by\":\"elsa\",\"proof\":\"voice\","
				    "\"why\":\"Falló \\\"algo\\\"\\n\",\"call\":72,\"link\":\"" LINK
				    "\",\"entry\":9}"},
		{EVENT_AGENT_GAP, "{\"agent\":\"catd\",\"from\":5,\"to\":6,"
				  "\"reason\":\"Falló \\\"algo\\\"\\n\"}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event_list l = {0};
		char body[2048];

		fill(event_list_add(&l, cases[i].kind, world_time(1), world_time(2)));
		encode(&l.items[0], body, sizeof(body));
		assert_string_equal(body, cases[i].body);
		event_list_release(&l);
	}
}

/* Bodies of before there were links, and of acts without one: not a byte else. */
static void what_came_later_is_left_out_where_it_says_nothing(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *body;
	} cases[] = {
		{EVENT_CALL_SENT, "{\"call\":72,\"detail\":\"\"}"},
		{EVENT_CALL_UNKNOWN, "{\"call\":72,\"detail\":\"\"}"},
		{EVENT_ACK_GIVEN, "{\"incident\":71,\"act\":\"enterado\",\"person\":\"dario\","
				  "\"recorded_by\":\"dario\",\"proof\":\"operator-token\","
				  "\"note\":\"\",\"expires\":null}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event ev;
		struct err_info info;
		char body[2048];

		assert_int_equal(decode(cases[i].kind, cases[i].body, &ev, &info), ERR_OK);
		assert_string_equal(ev.link, "");
		encode(&ev, body, sizeof(body));
		assert_string_equal(body, cases[i].body);
	}
}

static void a_digest_has_its_length_at_most(void **state)
{
	struct event ev;
	struct err_info info;

	(void)state;
	assert_int_equal(decode(EVENT_CALL_SENT,
				"{\"call\":1,\"detail\":\"\",\"link\":\"" LINK "\"}", &ev, &info),
			 ERR_OK);
	assert_string_equal(ev.link, LINK);
	assert_int_equal(decode(EVENT_CALL_SENT,
				"{\"call\":1,\"detail\":\"\",\"link\":\"" LINK "0\"}", &ev, &info),
			 ERR_CORRUPT);
}

static void what_is_not_known_is_null(void **state)
{
	struct event_list l = {0};
	struct event again;
	struct err_info info;
	char body[2048];

	(void)state;
	event_list_add(&l, EVENT_INCIDENT_OPENED, world_time(1), world_time(2));
	encode(&l.items[0], body, sizeof(body));
	assert_string_equal(body, "{\"folio\":0,\"incident_kind\":\"down\",\"service\":null,"
				  "\"root\":null,\"began\":null,\"not_before\":null,"
				  "\"drill\":false}");
	assert_int_equal(decode(EVENT_INCIDENT_OPENED, body, &again, &info), ERR_OK);
	assert_int_equal(again.component, PLAN_NONE);
	assert_false(wall_is_known(again.began));
	event_list_release(&l);
}

static void a_plan_is_carried_whole_with_its_hash(void **state)
{
	struct event ev = {.kind = EVENT_PLAN_APPLIED, .plan = plan}, again;
	struct slice json = {"", 0};
	struct err_info info;
	struct buf body;
	char hash[128];

	(void)state;
	snprintf(hash, sizeof(hash), "{\"hash\":\"%s\",\"plan\":{", plan->hash);
	buf_init(&body, BUF_MAX_EVENT);
	event_encode(&ev, NULL, &body); /* there may be no plan in force yet */
	assert_memory_equal(buf_cstr(&body), hash, strlen(hash));
	assert_int_equal(event_decode(1, SLICE_LIT("plan.applied"), EVENT_VERSION, world_time(0),
				      world_time(0), buf_slice(&body), NULL, &again, &json, &info),
			 ERR_OK);
	assert_null(again.plan);
	assert_int_equal(json.n, plan->json.n);
	assert_memory_equal(json.p, plan->json.p, json.n);
	buf_release(&body);
}

/* --- what is refused -------------------------------------------------------------------------- */

static void what_is_malformed_is_refused_with_its_place(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *body, *words;
	} cases[] = {
		{EVENT_AGENT_BACK, "{\"agent\":\"nobody\"}", "an id is not in the plan in force"},
		{EVENT_CHECK_GOOD, "{\"check\":\"db\"}", "an id is not in the plan in force"},
		{EVENT_INCIDENT_OPENED, "{\"service\":\"x\"}", "an id is not in the plan in force"},
		{EVENT_SEAT_VACANT, "{\"seat\":\"ana\"}", "an id is not in the plan in force"},
		{EVENT_ACK_EXPIRED, "{\"person\":\"mesa\"}", "an id is not in the plan in force"},
		{EVENT_CALL_INTENT, "{\"channel\":\"tres\"}", "an id is not in the plan in force"},
		{EVENT_SERVICE_STATE, "{\"by\":[\"web\",\"x\"]}",
		 "an id is not in the plan in force"},
		{EVENT_SERVICE_STATE, "{\"to\":\"critical\"}", "a word is not known"},
		{EVENT_CHECK_BAD, "{\"outcome\":\"tired\"}", "a word is not known"},
		{EVENT_ACK_GIVEN, "{\"act\":\"perhaps\"}", "a word is not known"},
		{EVENT_ACK_GIVEN, "{\"proof\":\"trust\"}", "a word is not known"},
		{EVENT_STEP_DONE, "{\"step\":-1}", "a number is out of range"},
		{EVENT_STEP_DONE, "{\"step\":4294967295}", "a number is out of range"},
		{EVENT_SERVICE_STATE,
		 "{\"by\":[\"web\",\"web\",\"web\",\"web\",\"web\",\"web\",\"web\",\"web\","
		 "\"web\"]}",
		 "a list is too long"},
		{EVENT_CALL_SENT, "{\"call\":72", ""},
		{EVENT_CALL_SENT, "{\"call\":72}x", ""},
		{EVENT_CALL_SENT, "", ""},
		{EVENT_CALL_SENT, "[]", ""},
		{EVENT_CALL_SENT, "{\"call\":\"72\"}", ""},
		{EVENT_CALL_SENT, "{\"detail\":7}", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event ev;
		struct err_info info = {0};
		char place[64];

		if (decode(cases[i].kind, cases[i].body, &ev, &info) != ERR_CORRUPT)
			fail_msg("%s was read", cases[i].body);
		snprintf(place, sizeof(place), "entry 7 (%s), byte ",
			 event_kind_word(cases[i].kind));
		assert_memory_equal(info.text, place, strlen(place));
		if (strstr(info.text, cases[i].words) == NULL)
			fail_msg("%s: %s", cases[i].body, info.text);
	}
}

static void what_a_later_program_wrote_is_refused_by_name(void **state)
{
	static const struct {
		const char *kind;
		int version;
		const char *text;
	} cases[] = {
		{"check.bad", 2, "entry 9: kind 'check.bad' version 2 is of a later program"},
		{"check.bad", 0, "entry 9: kind 'check.bad' version 0 is of a later program"},
		{"moon.full", 1, "entry 9: kind 'moon.full' version 1 is of a later program"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct event ev;
		struct err_info info;
		struct slice json;

		assert_int_equal(event_decode(9, slice_of(cases[i].kind), cases[i].version,
					      world_time(0), world_time(0), SLICE_LIT("{}"), plan,
					      &ev, &json, &info),
				 ERR_UNSUPPORTED);
		assert_string_equal(info.text, cases[i].text);
	}
}

static void keys_that_are_not_known_and_their_order_do_not_matter(void **state)
{
	struct event ev;
	struct err_info info;

	(void)state;
	assert_int_equal(decode(EVENT_INCIDENT_STATE,
				"{\"to\":\"closed\",\"why\":{\"a\":[1,2]},\"from\":\"resumed\","
				"\"incident\":71}",
				&ev, &info),
			 ERR_OK);
	assert_int_equal(ev.incident, 71);
	assert_int_equal(ev.from, INCIDENT_RESUMED);
	assert_int_equal(ev.to, INCIDENT_CLOSED);
}

static void ids_need_a_plan(void **state)
{
	struct event ev;
	struct err_info info;
	struct slice json;

	(void)state;
	assert_int_equal(event_decode(1, SLICE_LIT("agent.back"), EVENT_VERSION, world_time(0),
				      world_time(0), SLICE_LIT("{\"agent\":\"dc\"}"), NULL, &ev,
				      &json, &info),
			 ERR_CORRUPT);
	assert_non_null(strstr(info.text, "an id is not in the plan in force"));
}

static void a_text_is_read_back_up_to_its_bound(void **state)
{
	struct event_list l = {0};
	struct event *ev = event_list_add(&l, EVENT_ACT_NOTE, world_time(1), world_time(2));
	char text[EVENT_TEXT_MAX + 8], body[2 * EVENT_TEXT_MAX];
	struct err_info info;
	struct event again;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[EVENT_TEXT_MAX - 1] = '\0';
	event_set_text(ev, text);
	there_and_back(ev);
	text[EVENT_TEXT_MAX - 1] = 'a';
	text[EVENT_TEXT_MAX] = '\0';
	snprintf(body, sizeof(body), "{\"note\":\"%s\"}", text);
	assert_int_equal(decode(EVENT_ACT_NOTE, body, &again, &info), ERR_CORRUPT);
	memcpy(text + EVENT_TEXT_MAX - 2, "\xc3\xa9", 3);
	event_set_text(ev, text); /* cut between two letters */
	there_and_back(ev);
	event_list_release(&l);
}

/* --- whose plan ------------------------------------------------------------------------------- */

static void a_body_says_which_incident_and_call_it_is_about(void **state)
{
	static const struct {
		const char *body;
		uint64_t incident, call;
	} cases[] = {
		{"{\"incident\":71,\"service\":\"x\"}", 71, 0},
		{"{\"detail\":\"\",\"call\":72}", 0, 72},
		{"{\"call\":1,\"incident\":2}", 2, 1},
		{"{\"inner\":{\"incident\":5},\"list\":[{\"call\":6}]}", 0, 0},
		{"{\"incident_kind\":\"down\",\"calls\":3}", 0, 0},
		{"{}", 0, 0},
		{"", 0, 0},
		{"nothing", 0, 0},
		{"{\"incident\":\"71\"}", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t incident = 9, call = 9;

		event_peek_scope(slice_of(cases[i].body), &incident, &call);
		assert_int_equal(incident, cases[i].incident);
		assert_int_equal(call, cases[i].call);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_a_word_of_its_own),
		cmocka_unit_test(an_event_begins_with_nothing_known),
		cmocka_unit_test(every_kind_is_read_back_as_it_was_written),
		cmocka_unit_test(what_is_read_are_the_plan_s_indices_and_exact_moments),
		cmocka_unit_test(every_kind_has_its_keys),
		cmocka_unit_test(bodies_are_canonical_in_the_order_of_the_table),
		cmocka_unit_test(what_came_later_is_left_out_where_it_says_nothing),
		cmocka_unit_test(a_digest_has_its_length_at_most),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(a_plan_is_carried_whole_with_its_hash),
		cmocka_unit_test(what_is_malformed_is_refused_with_its_place),
		cmocka_unit_test(what_a_later_program_wrote_is_refused_by_name),
		cmocka_unit_test(keys_that_are_not_known_and_their_order_do_not_matter),
		cmocka_unit_test(ids_need_a_plan),
		cmocka_unit_test(a_text_is_read_back_up_to_its_bound),
		cmocka_unit_test(a_body_says_which_incident_and_call_it_is_about),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
