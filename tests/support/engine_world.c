#include "tests/support/engine_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/micro.h"
#include "tests/support/test_plan.h"

enum { START_S = 1780000000, SETTLE_MAX_ROUNDS = 1024, SPEC_MAX = 256 };

const char world_plan[] =
	"institution: {name: Instituto de prueba}\n"
	"agents: [{id: dc}, {id: catd}, {id: far}]\n"
	"components:\n"
	"  - {id: switch, checks: [{id: p, type: tcp, address: a, port: 1, "
	"interval: 1s, fresh_within: 5s, from: [dc], confirm: 2, recover: 2}]}\n"
	"  - {id: fw-a, depends_on: [switch], checks: [{id: p, type: tcp, "
	"address: a, port: 1, interval: 1s, fresh_within: 5s, from: [dc], "
	"confirm: 2, recover: 2}]}\n"
	"  - {id: fw-b, depends_on: [switch], checks: [{id: p, type: tcp, "
	"address: a, port: 1, interval: 1s, fresh_within: 5s, from: [dc], "
	"confirm: 2, recover: 2}]}\n"
	"  - {id: web, checks: [{id: p, type: tcp, address: a, port: 1, "
	"interval: 1s, fresh_within: 5s, from: [dc], confirm: 3, recover: 2}]}\n"
	"  - {id: db, checks: [{id: p, type: tcp, address: a, port: 1, interval: "
	"1s, fresh_within: 5s, from: [dc, catd, far], confirm: 2, recover: 1, "
	"quorum: 2}]}\n"
	"services:\n"
	"  - {id: portal, rto: 100s, needs: web, policy: critica, team: mesa}\n"
	"  - {id: consulta, rto: 100s, needs: {all: [web, db]}, policy: critica, "
	"team: mesa}\n"
	"  - {id: acceso, rto: 200s, needs: {any: [fw-a, fw-b]}, policy: "
	"critica, team: mesa}\n"
	"people:\n"
	"  - {id: ana, post: P, contacts: [{channel: uno, to: a}, "
	"{channel: dos, to: a2}]}\n"
	"  - {id: beto, post: P, contacts: [{channel: uno, to: b}]}\n"
	"  - {id: ceci, post: P, contacts: [{channel: uno, to: c}]}\n"
	"  - {id: dario, post: P, contacts: [{channel: uno, to: d}]}\n"
	"  - {id: elsa, post: P, contacts: [{channel: uno, to: e}]}\n"
	"seats:\n"
	"  - {id: mesa, level: 0, titular: ana, suplente: beto}\n"
	"  - {id: coordinacion, level: 2, titular: ceci, suplente: dario}\n"
	"  - {id: crisis, level: 1, titular: elsa, suplente: dario}\n"
	"channels:\n"
	"  - {id: uno, type: file, path: uno.jsonl, receipt_within: 3s}\n"
	"  - {id: dos, type: file, path: dos.jsonl, receipt_within: 3s}\n"
	"policies:\n"
	"  - id: critica\n"
	"    repeat: 60s\n"
	"    steps:\n"
	"      - {at: confirmed, call: [\"seat:mesa\"], ack_within: 10s}\n"
	"      - {at: {pct: 40}, call: [\"seat:coordinacion\"], ack_within: 10s}\n"
	"      - {at: {pct: 60}, call: [\"level:1\"], ask: activate, ack_within: "
	"10s}\n"
	"cool_down: 60s\n";

int64_t world_ms(struct wall_time t)
{
	return wall_is_known(t) ? (t.us - START_S * US_PER_S) / US_PER_MS : INT64_MIN;
}

struct wall_time world_time(int64_t ms)
{
	return (struct wall_time){START_S * US_PER_S + ms * US_PER_MS};
}

/* --- inputs -------------------------------------------------------------------------------------- */

static void append(struct engine_world *w, struct event *ev)
{
	struct buf body;

	ev->seq = w->count + 1;
	buf_init(&body, BUF_MAX_EVENT);
	engine_encode(w->engine, ev, &body);
	w->events = mem_grow(w->events, w->count, &w->cap, sizeof(*w->events));
	w->events[w->count++] = (struct world_event){*ev, mem_strdup(buf_cstr(&body))};
	buf_release(&body);
	engine_reserve(w->engine, 1);
	engine_apply(w->engine, ev);
	engine_effects(w->engine, ev, &w->effects);
}

static void deliver_pending(struct engine_world *w)
{
	while (w->delivered < w->effects.count) {
		struct effect e = w->effects.items[w->delivered++];
		const struct plan *p = engine_plan_of(w->engine, e.incident, 0);
		bool fails =
			w->delivery == WORLD_FAILS &&
			(w->channel == NULL || strcmp(p->channels[e.channel].id, w->channel) == 0);

		if (w->delivery == WORLD_SILENT)
			continue;
		assert_int_equal(world_deliver(w, e.id, fails ? DELIVERY_FAILED : DELIVERY_SENT),
				 ERR_OK);
		if (!fails && w->delivery != WORLD_NO_RECEIPT && !p->channels[e.channel].by_hand)
			assert_int_equal(world_deliver(w, e.id, DELIVERY_RECEIPT), ERR_OK);
	}
}

enum err world_input(struct engine_world *w, struct input *in)
{
	struct input settle = {.kind = INPUT_SETTLE, .now = in->now};
	struct event_list list = {0};
	struct err_info info;
	enum err err = engine_decide(w->engine, in, &list, &w->refusal);
	int rounds = 0;

	while (list.count > 0) {
		for (size_t i = 0; i < list.count; i++)
			append(w, &list.items[i]);
		event_list_reset(&list);
		if (++rounds > SETTLE_MAX_ROUNDS)
			fail_msg("the engine does not settle");
		assert_int_equal(engine_decide(w->engine, &settle, &list, &info), ERR_OK);
	}
	event_list_release(&list);
	deliver_pending(w);
	return err;
}

void world_apply_plan(struct engine_world *w, const char *yaml)
{
	struct input in = {.kind = INPUT_PLAN, .now = w->now};
	struct plan *p = test_plan_from_text(yaml);

	free(w->health);
	free(w->value);
	free(w->cut);
	w->value = mem_calloc(p->vantage_count, sizeof(*w->value));
	for (uint32_t i = 0; i < p->vantage_count; i++)
		w->value[i] = MICRO_NONE;
	w->health = mem_calloc(p->vantage_count, sizeof(*w->health));
	w->cut = mem_calloc(p->agent_count, sizeof(*w->cut));
	in.u.plan.plan = p;
	assert_int_equal(world_input(w, &in), ERR_OK);
}

struct engine_world *world_open(const char *yaml)
{
	struct engine_world *w = mem_calloc(1, sizeof(*w));

	w->now = world_time(0);
	w->engine = engine_new(&engine_limits_default);
	world_apply_plan(w, yaml);
	return w;
}

void world_close(struct engine_world *w)
{
	struct engine *again = world_replay(w);
	bool same = engine_digest(again) == engine_digest(w->engine);

	engine_free(again);
	for (size_t i = 0; i < w->count; i++)
		free(w->events[i].body);
	free(w->events);
	free(w->effects.items);
	free(w->health);
	free(w->value);
	free(w->cut);
	engine_free(w->engine);
	free(w);
	if (!same)
		fail_msg("replay gives another digest");
}

int world_setup(void **state)
{
	*state = world_open(world_plan);
	return 0;
}

int world_teardown(void **state)
{
	world_close(*state);
	return 0;
}

void world_tick(struct engine_world *w, int64_t ms)
{
	struct input in = {.kind = INPUT_TICK, .now = world_time(ms)};

	w->now = in.now;
	assert_int_equal(world_input(w, &in), ERR_OK);
}

static bool feed_sample(struct engine_world *w, const struct sample *s)
{
	struct input in = {.kind = INPUT_SAMPLE, .now = w->now};

	in.u.sample = *s;
	if (!engine_observe(w->engine, s))
		return false;
	assert_int_equal(world_input(w, &in), ERR_OK);
	return true;
}

static struct sample make_sample(const struct engine_world *w, uint32_t vantage, enum health health)
{
	static const enum outcome outcomes[] = {[HEALTH_OK] = OUTCOME_OK,
						[HEALTH_WARNING] = OUTCOME_VALUE_THRESHOLD,
						[HEALTH_CRITICAL] = OUTCOME_CONNECT_REFUSED,
						[HEALTH_BLIND] = OUTCOME_RIGHT_MISSING};

	const struct plan *p = view_plan(w->engine);
	struct sample s = {.vantage = vantage,
			   .t = w->now,
			   .arrived = w->now,
			   .outcome = outcomes[health],
			   .health = health};

	if (w->value[vantage] == MICRO_NONE || (health != HEALTH_OK && health != HEALTH_WARNING))
		return s;
	s.value_count = (uint8_t)p->checks[p->vantages[vantage].check].schema->value_count;
	for (uint8_t i = 0; i < s.value_count; i++)
		s.values[i] = MICRO_NONE;
	s.values[0] = w->value[vantage];
	return s;
}

static void feed(struct engine_world *w)
{
	const struct plan *p = view_plan(w->engine);

	for (uint32_t a = 0; a < p->agent_count; a++) {
		struct input in = {.kind = INPUT_CONTACT, .now = w->now};

		in.u.contact.agent = a;
		if (!w->cut[a] && engine_contact(w->engine, a, w->now))
			assert_int_equal(world_input(w, &in), ERR_OK);
	}
	for (uint32_t v = 0; v < p->vantage_count; v++) {
		struct sample s = make_sample(w, v, w->health[v]);

		if (!w->cut[p->vantages[v].agent])
			feed_sample(w, &s);
	}
}

void world_until(struct engine_world *w, int64_t ms)
{
	while (world_ms(w->now) < ms) {
		int64_t second = world_ms(w->now) / 1000 * 1000 + 1000;
		struct wall_time next = wall_min(world_time(ms), world_time(second));
		struct wall_time due = engine_next_deadline(w->engine);

		if (due.us > w->now.us && due.us < next.us)
			next = due;
		w->now = next;
		if (next.us == world_time(second).us)
			feed(w);
		world_tick(w, world_ms(next));
	}
}

uint32_t world_vantage(const struct engine_world *w, const char *check, const char *agent)
{
	const struct plan *p = view_plan(w->engine);
	uint32_t c = plan_find_check(p, slice_of(check)), v;

	assert_int_not_equal(c, PLAN_NONE);
	if (agent == NULL)
		return p->checks[c].vantage_first;
	v = plan_find_vantage(p, c, plan_find_agent(p, slice_of(agent)));
	assert_int_not_equal(v, PLAN_NONE);
	return v;
}

void world_set(struct engine_world *w, const char *check, const char *agent, enum health health)
{
	uint32_t first = world_vantage(w, check, agent);
	const struct plan *p = view_plan(w->engine);
	uint32_t n = agent != NULL ? 1 : p->checks[p->vantages[first].check].vantage_count;

	for (uint32_t v = first; v < first + n; v++)
		w->health[v] = health;
}

void world_cut(struct engine_world *w, const char *agent, bool cut)
{
	uint32_t a = plan_find_agent(view_plan(w->engine), slice_of(agent));

	assert_int_not_equal(a, PLAN_NONE);
	w->cut[a] = cut;
}

bool world_sample(struct engine_world *w, const char *check, const char *agent, int64_t ms,
		  enum health health)
{
	struct sample s;

	w->now = wall_max(w->now, world_time(ms));
	s = make_sample(w, world_vantage(w, check, agent), health);
	s.t = world_time(ms);
	return feed_sample(w, &s);
}

bool world_backlog(struct engine_world *w, const char *check, const char *agent, int64_t ms,
		   enum health health)
{
	struct sample s = make_sample(w, world_vantage(w, check, agent), health);

	s.t = world_time(ms);
	s.backlog = true;
	return feed_sample(w, &s);
}

enum err world_act(struct engine_world *w, const char *person, enum act act, const char *note,
		   const char *by)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};
	struct view_incident i = world_incident(w, view_incident_count(w->engine) - 1);

	in.u.act.incident = i.id;
	in.u.act.act = act;
	in.u.act.person = plan_find_person(i.plan, slice_of(person));
	in.u.act.recorded_by = by != NULL ? plan_find_person(i.plan, slice_of(by)) : PLAN_NONE;
	in.u.act.proof = PROOF_OPERATOR_TOKEN;
	in.u.act.note = note;
	return world_input(w, &in);
}

enum err world_deliver(struct engine_world *w, uint64_t call, enum delivery what)
{
	struct input in = {.kind = INPUT_DELIVERY, .now = w->now};

	in.u.delivery.call = call;
	in.u.delivery.what = what;
	in.u.delivery.detail = what == DELIVERY_FAILED ? "refused" : "";
	return world_input(w, &in);
}

/* --- replay -------------------------------------------------------------------------------------- */

struct engine *world_replay(struct engine_world *w)
{
	struct engine *e = engine_new(&engine_limits_default);

	for (size_t i = 0; i < w->count; i++) {
		const struct world_event *r = &w->events[i];
		struct slice json = {"", 0};
		struct err_info info = {0};
		struct event ev;
		enum err err = engine_decode(e, i + 1, slice_of(event_kind_word(r->ev.kind)),
					     EVENT_VERSION, r->ev.at, r->ev.recorded,
					     slice_of(r->body), &ev, &json, &info);

		if (err != ERR_OK)
			fail_msg("entry %zu: %s", i + 1, info.text);
		if (ev.kind == EVENT_PLAN_APPLIED) {
			char *text = mem_strndup(json.p, json.n);

			ev.plan = test_plan_from_text(text);
			free(text);
		}
		engine_apply(e, &ev);
	}
	return e;
}

void world_restart(struct engine_world *w)
{
	struct input in = {.kind = INPUT_START, .now = w->now};
	struct engine *e = world_replay(w);
	struct effect_list pending = {0};

	engine_free(w->engine);
	w->engine = e;
	in.u.start.id = "again";
	in.u.start.version = "test";
	assert_int_equal(world_input(w, &in), ERR_OK);
	engine_pending(w->engine, &pending);
	for (size_t i = 0; i < pending.count; i++)
		assert_int_equal(world_deliver(w, pending.items[i].id, DELIVERY_UNKNOWN), ERR_OK);
	free(pending.items);
}

/* --- what happened ------------------------------------------------------------------------------- */

/* "@1.5" as it stands in a body. */
static void moment_text(const char *value, char *text, size_t size)
{
	int64_t micro = 0;
	size_t n;

	assert_int_equal(micro_parse(slice_of(value + 1), &micro), ERR_OK);
	micro += START_S * US_PER_S;
	snprintf(text, size, "%lld.%06lld", (long long)(micro / US_PER_S),
		 (long long)(micro % US_PER_S));
	for (n = strlen(text); text[n - 1] == '0'; n--)
		text[n - 1] = '\0';
	if (text[n - 1] == '.')
		text[n - 1] = '\0';
}

static bool has_pair(const char *body, const char *word)
{
	const char *eq = strchr(word, '=');
	char value[SPEC_MAX], text[SPEC_MAX * 2], number[SPEC_MAX * 2];
	const char *at;

	if (eq == NULL)
		fail_msg("'%s' is not key=value", word);
	snprintf(value, sizeof(value), "%s", eq + 1);
	if (eq[1] == '@')
		moment_text(eq + 1, value, sizeof(value));
	snprintf(text, sizeof(text), "\"%.*s\":\"%s\"", (int)(eq - word), word, value);
	snprintf(number, sizeof(number), "\"%.*s\":%s", (int)(eq - word), word, value);
	at = strstr(body, number);
	return strstr(body, text) != NULL ||
	       (at != NULL && strchr(",}", at[strlen(number)]) != NULL);
}

static bool matches(const struct world_event *r, const char *spec)
{
	char words[SPEC_MAX], *save = NULL;
	bool ok;

	snprintf(words, sizeof(words), "%s", spec);
	ok = strcmp(strtok_r(words, " ", &save), event_kind_word(r->ev.kind)) == 0;
	for (char *w = strtok_r(NULL, " ", &save); ok && w != NULL; w = strtok_r(NULL, " ", &save))
		ok = has_pair(r->body, w);
	return ok;
}

static void show_since_mark(const struct engine_world *w)
{
	for (size_t i = w->mark; i < w->count; i++)
		print_message("%8.3f %s %.240s\n", (double)world_ms(w->events[i].ev.recorded) / 1e3,
			      event_kind_word(w->events[i].ev.kind), w->events[i].body);
}

unsigned world_count(const struct engine_world *w, const char *spec)
{
	unsigned n = 0;

	for (size_t i = w->mark; i < w->count; i++)
		n += matches(&w->events[i], spec);
	return n;
}

void world_mark(struct engine_world *w)
{
	w->mark = w->count;
}

const struct event *world_expect(struct engine_world *w, const char *spec)
{
	for (size_t i = w->mark; i < w->count; i++) {
		if (matches(&w->events[i], spec)) {
			w->mark = i + 1;
			return &w->events[i].ev;
		}
	}
	show_since_mark(w);
	fail_msg("'%s' did not happen", spec);
	return NULL;
}

void world_never(const struct engine_world *w, const char *spec)
{
	if (world_count(w, spec) == 0)
		return;
	show_since_mark(w);
	fail_msg("'%s' happened", spec);
}

/* --- views --------------------------------------------------------------------------------------- */

struct view_check world_check(const struct engine_world *w, const char *id)
{
	uint32_t c = plan_find_check(view_plan(w->engine), slice_of(id));
	struct view_check v;

	assert_int_not_equal(c, PLAN_NONE);
	view_check(w->engine, c, &v);
	return v;
}

enum component_state world_component(const struct engine_world *w, const char *id)
{
	uint32_t c = plan_find_component(view_plan(w->engine), slice_of(id));
	struct view_component v;

	assert_int_not_equal(c, PLAN_NONE);
	view_component(w->engine, c, &v);
	return v.state;
}

struct view_service world_service(const struct engine_world *w, const char *id)
{
	uint32_t s = plan_find_service(view_plan(w->engine), slice_of(id));
	struct view_service v;

	assert_int_not_equal(s, PLAN_NONE);
	view_service(w->engine, s, w->now, &v);
	return v;
}

struct view_incident world_incident(const struct engine_world *w, size_t index)
{
	struct view_incident v;

	assert_true(index < view_incident_count(w->engine));
	view_incident(w->engine, index, &v);
	return v;
}

struct view_call world_call(const struct engine_world *w, const char *person)
{
	struct view_incident i = world_incident(w, view_incident_count(w->engine) - 1);
	struct view_call c = {0};

	for (size_t k = i.call_count; k-- > 0;) {
		view_call(w->engine, i.id, k, &c);
		if (strcmp(i.plan->people[c.person].id, person) == 0)
			return c;
	}
	fail_msg("%s was not called", person);
	return c;
}
