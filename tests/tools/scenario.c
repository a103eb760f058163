/* Plays scenario files through the very engine of the collector: probe results and people in, events out. No I/O but
 * the files themselves; a minute of the plan takes milliseconds. Grammar: tests/scenario/README.md. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/micro.h"
#include "base/parse.h"
#include "checks/check.h"
#include "engine/engine.h"
#include "engine/view.h"
#include "plan/plan_file.h"

enum {
	LINE_MAX_SIZE = 1024,
	WORDS_MAX = 24,
	STEP_US = 1000000,
	SETTLE_MAX_ROUNDS = 64,
	START_S = 1780000000
};

struct recorded {
	enum event_kind kind;
	struct wall_time at, recorded;
	char *body;
};
struct source {
	enum health health;
	enum outcome outcome;
};
enum delivery_mode { MODE_OK, MODE_FAIL, MODE_SILENT, MODE_NO_RECEIPT, MODE_UNKNOWN };

struct stage {
	const char *file;
	unsigned line;
	struct engine *engine;
	struct recorded *events;
	size_t count, cap, cursor;
	struct source *sources;
	bool *cut; /* agents that do not report */
	struct wall_time *drawn; /* per vantage: the newest sample in the series */
	bool off; /* the collector has no power until it starts again */
	struct wall_time now, start;
	enum delivery_mode mode;
	char failing_channel[64];
	struct effect_list pending;
	char promise[256];
	bool failed;
};

static void fail(struct stage *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void fail(struct stage *s, const char *fmt, ...)
{
	va_list ap;

	printf("%s:%u: ", s->file, s->line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	s->failed = true;
}

static struct plan *load_plan(struct stage *s, const char *name)
{
	char path[1024];
	const char *slash = strrchr(s->file, '/');
	struct findings f;
	struct plan *p;

	snprintf(path, sizeof(path), "%.*s/%s", slash != NULL ? (int)(slash - s->file) : 1,
		 slash != NULL ? s->file : ".", name);
	findings_init(&f);
	p = plan_file_load(path, &check_schemas, &f);
	for (size_t i = 0; p == NULL && i < f.count; i++)
		fail(s, "%s:%u: %s: %s", f.items[i].file, f.items[i].line, f.items[i].code,
		     f.items[i].text);
	findings_release(&f);
	return p;
}

static void input(struct stage *s, struct input *in);

/* A message leaves: what becomes of it is what the scenario said. */
static void deliver(struct stage *s, uint64_t call, const char *channel)
{
	struct input in = {.kind = INPUT_DELIVERY, .now = s->now};
	bool fails = s->mode == MODE_FAIL &&
		     (s->failing_channel[0] == '\0' || strcmp(channel, s->failing_channel) == 0);

	if (s->mode == MODE_SILENT)
		return;
	in.u.delivery.call = call;
	if (s->mode == MODE_UNKNOWN) {
		in.u.delivery.detail = "lost";
		in.u.delivery.what = DELIVERY_UNKNOWN;
		input(s, &in);
		return;
	}
	in.u.delivery.detail = fails ? "refused" : "";
	in.u.delivery.what = fails ? DELIVERY_FAILED : DELIVERY_SENT;
	input(s, &in);
	if (fails || s->mode == MODE_NO_RECEIPT)
		return;
	in.u.delivery.what = DELIVERY_RECEIPT;
	input(s, &in);
}

static void append(struct stage *s, struct event *ev)
{
	struct recorded *r;
	struct buf body;

	ev->seq = s->count + 1;
	buf_init(&body, BUF_MAX_EVENT);
	engine_encode(s->engine, ev, &body);
	s->events = mem_grow(s->events, s->count, &s->cap, sizeof(*s->events));
	r = &s->events[s->count++];
	*r = (struct recorded){ev->kind, ev->at, ev->recorded, mem_strdup(buf_cstr(&body))};
	buf_release(&body);
	engine_apply(s->engine, ev);
	engine_effects(s->engine, ev, &s->pending);
}

static void input(struct stage *s, struct input *in)
{
	struct event_list list = {0};
	struct err_info info;
	int rounds = 0;

	err_ignore(engine_decide(s->engine, in, &list, &info));
	while (list.count > 0) {
		struct input settle = {.kind = INPUT_SETTLE, .now = in->now};

		for (size_t i = 0; i < list.count; i++)
			append(s, &list.items[i]);
		event_list_reset(&list);
		if (++rounds > SETTLE_MAX_ROUNDS) {
			fail(s, "the engine does not settle");
			break;
		}
		err_ignore(engine_decide(s->engine, &settle, &list, &info));
	}
	event_list_release(&list);
	while (s->pending.count > 0) {
		struct effect e = s->pending.items[--s->pending.count];
		const struct plan *p = engine_plan_of(s->engine, e.incident, 0);

		deliver(s, e.id, p->channels[e.channel].id);
	}
}

static void feed(struct stage *s)
{
	const struct plan *p = view_plan(s->engine);

	for (uint32_t a = 0; a < p->agent_count; a++) {
		if (!s->cut[a] && engine_contact(s->engine, a, s->now)) {
			struct input in = {.kind = INPUT_CONTACT, .now = s->now};

			in.u.contact.agent = a;
			input(s, &in);
		}
	}
	for (uint32_t v = 0; v < p->vantage_count; v++) {
		struct input in = {.kind = INPUT_SAMPLE, .now = s->now};

		if (s->cut[p->vantages[v].agent])
			continue;
		in.u.sample = (struct sample){.vantage = v,
					      .t = s->now,
					      .arrived = s->now,
					      .outcome = s->sources[v].outcome,
					      .health = s->sources[v].health};
		s->drawn[v] = s->now;
		if (engine_observe(s->engine, &in.u.sample))
			input(s, &in);
	}
}

static void tick(struct stage *s)
{
	struct input in = {.kind = INPUT_TICK, .now = s->now};

	input(s, &in);
}

/* Lets the time pass in steps of one second, and at every deadline in between. */
static void pass_until(struct stage *s, struct wall_time until)
{
	if (s->off)
		s->now = wall_max(s->now, until);
	while (s->now.us < until.us && !s->failed) {
		struct wall_time next = wall_min(
			until, wall_add_us(s->now, STEP_US - (s->now.us - s->start.us) % STEP_US));
		struct wall_time due = engine_next_deadline(s->engine);

		if (due.us > s->now.us && due.us < next.us)
			next = due;
		s->now = next;
		if ((s->now.us - s->start.us) % STEP_US == 0)
			feed(s);
		tick(s);
	}
}

/* --- expectations ---------------------------------------------------------------------------------- */

static bool has_pair(const char *body, const char *word)
{
	const char *eq = strchr(word, '=');
	char text[256], number[256];
	const char *at;

	if (eq == NULL)
		return false;
	snprintf(text, sizeof(text), "\"%.*s\":\"%s\"", (int)(eq - word), word, eq + 1);
	snprintf(number, sizeof(number), "\"%.*s\":%s", (int)(eq - word), word, eq + 1);
	at = strstr(body, number);
	return strstr(body, text) != NULL ||
	       (at != NULL && strchr(",}", at[strlen(number)]) != NULL);
}

static bool matches(const struct recorded *r, char **words, int n)
{
	if (strcmp(event_kind_word(r->kind), words[0]) != 0)
		return false;
	for (int i = 1; i < n; i++) {
		if (!has_pair(r->body, words[i]))
			return false;
	}
	return true;
}

static void show_recent(const struct stage *s)
{
	for (size_t i = s->cursor; i < s->count; i++)
		printf("    %.1f %s %.200s\n",
		       (double)(s->events[i].recorded.us - s->start.us) / 1e6,
		       event_kind_word(s->events[i].kind), s->events[i].body);
}

static void expect(struct stage *s, char **words, int n)
{
	for (size_t i = s->cursor; i < s->count; i++) {
		if (matches(&s->events[i], words, n)) {
			s->cursor = i + 1;
			return;
		}
	}
	fail(s, "'%s' did not happen; since the last expectation:", words[0]);
	show_recent(s);
}

static void never(struct stage *s, char **words, int n)
{
	for (size_t i = s->cursor; i < s->count; i++) {
		if (matches(&s->events[i], words, n))
			fail(s, "this must not happen: %s %s", words[0], s->events[i].body);
	}
}

/* --- verbs ------------------------------------------------------------------------------------------ */

static void new_plan(struct stage *s, const char *name)
{
	struct input in = {.kind = INPUT_PLAN, .now = s->now};
	struct plan *p = load_plan(s, name);

	if (p == NULL)
		return;
	free(s->sources);
	free(s->cut);
	free(s->drawn);
	s->drawn = mem_calloc(p->vantage_count, sizeof(*s->drawn));
	s->sources = mem_calloc(p->vantage_count, sizeof(*s->sources));
	s->cut = mem_calloc(p->agent_count, sizeof(*s->cut));
	in.u.plan.plan = p;
	input(s, &in);
}

static void set_health(struct stage *s, char **words, int n)
{
	static const char *const names[] = {"ok", "warning", "critical", "blind", "lost"};
	const struct plan *p = view_plan(s->engine);
	uint32_t check = plan_find_check(p, slice_of(words[0]));
	bool found = false;

	for (uint32_t v = 0; check != PLAN_NONE && v < p->vantage_count; v++) {
		if (p->vantages[v].check != check ||
		    (n > 2 && strcmp(p->agents[p->vantages[v].agent].id, words[2]) != 0))
			continue;
		for (int h = 0; h < 5; h++) {
			if (strcmp(names[h], words[1]) != 0)
				continue;
			found = true;
			if (h == 4) { /* not reached at all */
				s->sources[v] =
					(struct source){HEALTH_CRITICAL, OUTCOME_ANSWER_NONE};
				continue;
			}
			s->sources[v] = (struct source){
				(enum health)h, h == HEALTH_OK        ? OUTCOME_OK
						: h == HEALTH_BLIND   ? OUTCOME_RIGHT_MISSING
						: h == HEALTH_WARNING ? OUTCOME_VALUE_THRESHOLD
								      : OUTCOME_CONNECT_REFUSED};
		}
	}
	if (!found)
		fail(s, "set CHECK ok|warning|critical|blind|lost [AGENT]");
}

static void set_cut(struct stage *s, const char *agent, bool cut)
{
	uint32_t a = plan_find_agent(view_plan(s->engine), slice_of(agent));

	if (a == PLAN_NONE)
		fail(s, "there is no agent %s", agent);
	else
		s->cut[a] = cut;
}

/* By the link of the first call of the incident to that person. */
static void by_link(const struct stage *s, const struct view_incident *i, struct input *in)
{
	in->u.act.proof = PROOF_LINK;
	in->u.act.link = "digest";
	for (size_t k = i->call_count; k-- > 0;) {
		struct view_call c;

		view_call(s->engine, i->id, k, &c);
		if (c.person == in->u.act.person)
			in->u.act.call = c.id;
	}
}

static void take_given(struct stage *s, const struct plan *plan, const char *word, struct input *in)
{
	size_t key = strcspn(word, "=");
	struct err_info info = {0};

	if (word[key] == '\0')
		fail(s, "'%s' is not KEY=VALUE", word);
	else if (act_args_read(&in->u.act.args, in->u.act.act, plan, s->now,
			       (struct slice){word, key}, slice_of(word + key + 1),
			       &info) != ERR_OK)
		fail(s, "%s", info.text);
}

static void do_act(struct stage *s, char **words, int n)
{
	struct input in = {.kind = INPUT_ACT, .now = s->now};
	struct view_incident i = {.plan = view_plan(s->engine)};

	if (n < 2 || !act_from_word(slice_of(words[1]), &in.u.act.act)) {
		fail(s, "act PERSON ACT [note=TEXT] [by=PERSON] [link] [KEY=VALUE ...]");
		return;
	}
	if (act_row(in.u.act.act)->place == ACT_PLACE_INCIDENT) {
		if (view_incident_count(s->engine) == 0) {
			fail(s, "there is no incident to act on");
			return;
		}
		view_incident(s->engine, view_incident_count(s->engine) - 1, &i);
	}
	in.u.act.incident = i.id;
	in.u.act.person = plan_find_person(i.plan, slice_of(words[0]));
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	for (int k = 2; k < n; k++) {
		if (strncmp(words[k], "note=", 5) == 0)
			in.u.act.note = words[k] + 5;
		else if (strncmp(words[k], "by=", 3) == 0)
			in.u.act.recorded_by = plan_find_person(i.plan, slice_of(words[k] + 3));
		else if (strcmp(words[k], "link") == 0)
			by_link(s, &i, &in);
		else
			take_given(s, i.plan, words[k], &in);
	}
	if (in.u.act.person == PLAN_NONE)
		fail(s, "unknown person");
	else
		input(s, &in);
}

static void late_sample(struct stage *s, uint32_t vantage, bool ok, int64_t ago)
{
	const struct plan *p = view_plan(s->engine);
	struct input in = {.kind = INPUT_SAMPLE, .now = s->now};

	in.u.sample = (struct sample){
		.vantage = vantage,
		.t = wall_add_us(s->now, -ago),
		.arrived = s->now,
		.backlog = ago > p->checks[p->vantages[vantage].check].fresh_within_us,
		.health = ok ? HEALTH_OK : HEALTH_CRITICAL,
		.outcome = ok ? OUTCOME_OK : OUTCOME_CONNECT_REFUSED};
	if (engine_observe(s->engine, &in.u.sample))
		input(s, &in);
}

/* What an agent saw `ago` seconds before now, or each second from then until `to` seconds before now. */
static void do_backlog(struct stage *s, char **words, int n)
{
	const struct plan *p = view_plan(s->engine);
	uint32_t check = n > 2 ? plan_find_check(p, slice_of(words[0])) : PLAN_NONE;
	uint32_t vantage = check != PLAN_NONE ? p->checks[check].vantage_first : PLAN_NONE;
	int64_t ago, to;

	if (n > 4 && check != PLAN_NONE)
		vantage = plan_find_vantage(p, check, plan_find_agent(p, slice_of(words[4])));
	if (vantage == PLAN_NONE || parse_duration_us(slice_of(words[2]), &ago) != ERR_OK ||
	    parse_duration_us(slice_of(words[n > 3 ? 3 : 2]), &to) != ERR_OK) {
		fail(s, "late CHECK ok|critical AGO [UNTIL [AGENT]]");
		return;
	}
	for (; ago >= to; ago -= US_PER_S)
		late_sample(s, vantage, strcmp(words[1], "ok") == 0, ago);
}

static struct engine *replay(struct stage *s)
{
	struct engine *e = engine_new(&engine_limits_default);

	for (size_t i = 0; i < s->count; i++) {
		const struct recorded *r = &s->events[i];
		struct slice json = {"", 0};
		struct err_info info;
		struct findings f;
		struct event ev;

		if (engine_decode(e, i + 1, slice_of(event_kind_word(r->kind)), EVENT_VERSION,
				  r->at, r->recorded, slice_of(r->body), &ev, &json,
				  &info) != ERR_OK) {
			fail(s, "replay of entry %zu: %s", i + 1, info.text);
			break;
		}
		findings_init(&f);
		if (ev.kind == EVENT_PLAN_APPLIED)
			ev.plan = plan_file_load_json(json, &check_schemas, &f);
		findings_release(&f);
		engine_apply(e, &ev);
	}
	return e;
}

/* The collector dies and starts again: the journal is folded, unknown calls go again, marked. */
static void do_restart(struct stage *s)
{
	struct input in = {.kind = INPUT_START, .now = s->now};
	struct engine *e = replay(s);
	struct effect_list pending = {0};

	engine_free(s->engine);
	s->engine = e;
	s->off = false;
	for (uint32_t v = 0; v < view_plan(e)->vantage_count; v++)
		engine_recall(e, v, s->drawn[v]);
	in.u.start.id = "restart";
	in.u.start.version = "test";
	input(s, &in);
	engine_pending(s->engine, &pending);
	for (size_t i = 0; i < pending.count; i++) {
		struct input unknown = {.kind = INPUT_DELIVERY, .now = s->now};

		unknown.u.delivery.call = pending.items[i].id;
		unknown.u.delivery.what = DELIVERY_UNKNOWN;
		unknown.u.delivery.detail = "restart";
		input(s, &unknown);
	}
	free(pending.items);
}

static void set_mode(struct stage *s, char **words, int n)
{
	static const char *const names[] = {"ok", "fail", "silent", "no-receipt", "unknown"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(names[i], words[0]) == 0)
			s->mode = (enum delivery_mode)i;
	}
	snprintf(s->failing_channel, sizeof(s->failing_channel), "%s", n > 1 ? words[1] : "");
}

static void carry_out(struct stage *s, char **words, int n)
{
	const char *verb = words[0];

	if (strcmp(verb, "expect") == 0 && n > 1)
		expect(s, words + 1, n - 1);
	else if (strcmp(verb, "never") == 0 && n > 1)
		never(s, words + 1, n - 1);
	else if (strcmp(verb, "plan") == 0 && n > 1)
		new_plan(s, words[1]);
	else if (strcmp(verb, "set") == 0 && n > 2)
		set_health(s, words + 1, n - 1);
	else if (strcmp(verb, "cut") == 0 && n > 1)
		set_cut(s, words[1], true);
	else if (strcmp(verb, "uncut") == 0 && n > 1)
		set_cut(s, words[1], false);
	else if (strcmp(verb, "act") == 0)
		do_act(s, words + 1, n - 1);
	else if (strcmp(verb, "late") == 0)
		do_backlog(s, words + 1, n - 1);
	else if (strcmp(verb, "off") == 0)
		s->off = true;
	else if (strcmp(verb, "restart") == 0)
		do_restart(s);
	else if (strcmp(verb, "delivery") == 0 && n > 1)
		set_mode(s, words + 1, n - 1);
	else
		fail(s, "unknown line '%s'", verb);
}

static void do_line(struct stage *s, char *line)
{
	char *words[WORDS_MAX], *save = NULL;
	int64_t micro;
	int n = 0, first = 0;

	line[strcspn(line, "\r\n#")] = '\0';
	for (char *w = strtok_r(line, " \t", &save); w != NULL && n < WORDS_MAX;
	     w = strtok_r(NULL, " \t", &save))
		words[n++] = w;
	if (n == 0)
		return;
	if (micro_parse(slice_of(words[0]), &micro) == ERR_OK) {
		pass_until(s, wall_add_us(s->start, micro));
		first = 1;
	}
	if (n > first)
		carry_out(s, words + first, n - first);
}

static bool play(const char *file)
{
	struct stage s = {.file = file, .start = {START_S * US_PER_S}, .now = {START_S * US_PER_S}};
	char line[LINE_MAX_SIZE];
	FILE *f = fopen(file, "re");

	if (f == NULL) {
		printf("%s: cannot be opened\n", file);
		return false;
	}
	s.engine = engine_new(&engine_limits_default);
	while (!s.failed && fgets(line, sizeof(line), f) != NULL) {
		s.line++;
		if (strncmp(line, "promise: ", 9) == 0)
			snprintf(s.promise, sizeof(s.promise), "%.*s", (int)strcspn(line + 9, "\n"),
				 line + 9);
		else
			do_line(&s, line);
	}
	fclose(f);
	if (s.promise[0] == '\0')
		fail(&s, "the first line is not a promise");
	if (!s.failed) {
		struct engine *again = replay(&s);

		if (engine_digest(again) != engine_digest(s.engine))
			fail(&s, "replay gives another digest");
		engine_free(again);
	}
	printf("%s %s: %s\n", s.failed ? "not ok" : "ok", file, s.promise);
	for (size_t i = 0; i < s.count; i++)
		free(s.events[i].body);
	free(s.events);
	free(s.sources);
	free(s.cut);
	free(s.drawn);
	free(s.pending.items);
	engine_free(s.engine);
	return !s.failed;
}

int main(int argc, char **argv)
{
	int passed = 0, failed = 0;

	for (int i = 1; i < argc; i++) {
		if (play(argv[i]))
			passed++;
		else
			failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
