#include "play/stage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/micro.h"
#include "base/parse.h"
#include "base/stamp.h"
#include "plan/plan_file.h"

/* One row per verb; a new one is a row, a function, and a line in docs/SIMULATE.md. */
#define VERBS(X)                                                                                   \
	X(PLAN, "plan", "FILE", do_plan)                                                           \
	X(SET, "set", "CHECK ok|warning|critical|blind|lost [AGENT]", do_set)                      \
	X(VALUE, "value", "CHECK NAME VALUE [AGENT]", do_value)                                    \
	X(SHOWS, "shows", "SERIES VALUE ...", do_shows)                                            \
	X(CUT, "cut", "AGENT", do_cut)                                                             \
	X(UNCUT, "uncut", "AGENT", do_uncut)                                                       \
	X(LATE, "late", "CHECK ok|critical DURATION [DURATION AGENT]", do_late)                    \
	X(HEARD, "heard",                                                                          \
	  "CHECK raised|cleared|heard info|warning|minor|major|critical NAME [DURATION COUNT]",    \
	  do_heard)                                                                                \
	X(ACT, "act", "PERSON ACT ...", do_act)                                                    \
	X(DELIVERY, "delivery", "ok|fail|silent|no-receipt|unknown [CHANNEL]", do_delivery)        \
	X(CHANNEL, "channel", "CHANNEL ok|fail|silent|no-receipt|unknown [DURATION]", do_channel)  \
	X(PERSON, "person",                                                                        \
	  "PERSON silent|answers|attends|no-puedo|authorizes|declares|declines|calls [DURATION]",  \
	  do_person)                                                                               \
	X(PACE, "pace", "second|plan", do_pace)                                                    \
	X(OFF, "off", "", do_off)                                                                  \
	X(RESTART, "restart", "", do_restart)                                                      \
	X(EXPECT, "expect", "KIND ...", do_expect)                                                 \
	X(NEVER, "never", "KIND ...", do_never)

enum {
#define X(sym, name, usage, run) VERB_##sym,
	VERBS(X)
#undef X
};
const struct scenario_verb stage_verbs[] = {
#define X(sym, name, usage, run) {name, usage, VERB_##sym},
	VERBS(X)
#undef X
		{0}};

/* --- what went wrong ---------------------------------------------------------------------------------------- */

/* `word` is the one that is to blame, counted from the verb (0). */
static void complain(struct stage *s, size_t word, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void complain(struct stage *s, size_t word, const char *fmt, ...)
{
	char text[480];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_printf(&s->report, "%s:%u:%u: %s\n", s->scenario->file, s->line->line,
		   s->line->columns[word], text);
	s->verdict = STAGE_UNUSABLE;
}

static uint32_t check_named(struct stage *s, size_t word)
{
	uint32_t c =
		plan_find_check(view_plan(s->world->engine), slice_of(s->line->words[word - 1]));

	if (c == PLAN_NONE)
		complain(s, word, "the plan has no check '%.100s'", s->line->words[word - 1]);
	return c;
}

static uint32_t agent_named(struct stage *s, size_t word)
{
	uint32_t a =
		plan_find_agent(view_plan(s->world->engine), slice_of(s->line->words[word - 1]));

	if (a == PLAN_NONE)
		complain(s, word, "the plan has no agent '%.100s'", s->line->words[word - 1]);
	return a;
}

/* --- expectations ------------------------------------------------------------------------------------------- */

static void judge(struct stage *s, bool held)
{
	s->judged = mem_grow(s->judged, s->judged_count, &s->judged_cap, sizeof(*s->judged));
	s->judged[s->judged_count++] = (struct stage_judged){s->line->line, held, s->line};
	if (!held && s->verdict == STAGE_HELD)
		s->verdict = STAGE_FAILED;
}

static void show_recent(struct stage *s)
{
	for (size_t i = s->cursor; i < s->world->record.count; i++) {
		const struct record_entry *e = &s->world->record.entries[i];

		buf_printf(&s->report, "    %.1f %s %.200s\n",
			   (double)wall_diff_us(e->recorded, s->world->start) / 1e6,
			   event_kind_word(e->kind), e->body);
	}
}

static bool is_kind(struct stage *s)
{
	if (event_kind_from_word(slice_of(s->line->words[0])) != EVENT_KIND_COUNT)
		return true;
	complain(s, 1, "no entry of a journal is of kind '%.60s' (docs/EVENTS.md)",
		 s->line->words[0]);
	return false;
}

static void do_expect(struct stage *s)
{
	const struct record *r = &s->world->record;

	if (!is_kind(s))
		return;
	for (size_t i = s->cursor; i < r->count; i++) {
		if (record_matches(&r->entries[i], s->line->words, s->line->count)) {
			s->cursor = i + 1;
			judge(s, true);
			return;
		}
	}
	judge(s, false);
	buf_printf(&s->report, "%s:%u:%u: '%s' did not happen; since the last expectation:\n",
		   s->scenario->file, s->line->line, s->line->columns[0], s->line->words[0]);
	show_recent(s);
}

static void do_never(struct stage *s)
{
	const struct record *r = &s->world->record;

	if (!is_kind(s))
		return;
	for (size_t i = s->cursor; i < r->count; i++) {
		if (!record_matches(&r->entries[i], s->line->words, s->line->count))
			continue;
		judge(s, false);
		buf_printf(&s->report, "%s:%u:%u: this must not happen: %s %.400s\n",
			   s->scenario->file, s->line->line, s->line->columns[0], s->line->words[0],
			   r->entries[i].body);
		return;
	}
	judge(s, true);
}

/* --- what happens ------------------------------------------------------------------------------------------- */

static void do_plan(struct stage *s)
{
	const char *file = s->scenario->file, *slash = strrchr(file, '/');
	const char *name = s->line->words[0];
	struct findings f;
	char path[1024];
	struct plan *p;

	if (name[0] == '/' || slash == NULL)
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - file), file, name);
	findings_init(&f);
	p = plan_file_load(path, s->world->schemas, &f);
	for (size_t i = 0; p == NULL && i < f.count; i++)
		complain(s, 1, "%s:%u: %s: %s", f.items[i].file, f.items[i].line, f.items[i].code,
			 f.items[i].text);
	if (p == NULL && f.count == 0)
		complain(s, 1, "the plan %.300s does not load", path);
	findings_release(&f);
	if (p != NULL)
		play_apply_plan(s->world, p);
}

static struct play_source source_of(const char *word)
{
	static const struct {
		const char *word;
		struct play_source source;
	} table[] = {
		{"ok", {HEALTH_OK, OUTCOME_OK}},
		{"warning", {HEALTH_WARNING, OUTCOME_VALUE_THRESHOLD}},
		{"critical", {HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED}},
		{"blind", {HEALTH_BLIND, OUTCOME_RIGHT_MISSING}},
		{"lost", {HEALTH_CRITICAL, OUTCOME_ANSWER_NONE}}, /* not reached at all */
	};
	size_t i = 0;

	while (i + 1 < COUNT_OF(table) && strcmp(table[i].word, word) != 0)
		i++;
	return table[i].source;
}

static void do_set(struct stage *s)
{
	const struct plan *p = view_plan(s->world->engine);
	bool one = s->line->count > 2, found = false;
	uint32_t check = check_named(s, 1);
	uint32_t agent = one ? agent_named(s, 3) : PLAN_NONE;

	if (s->verdict == STAGE_UNUSABLE)
		return;
	for (uint32_t i = 0; i < p->checks[check].vantage_count; i++) {
		uint32_t v = p->checks[check].vantage_first + i;

		if (one && p->vantages[v].agent != agent)
			continue;
		play_set(s->world, v, source_of(s->line->words[1]));
		found = true;
	}
	if (!found)
		complain(s, 3, "%.60s does not run %.100s", s->line->words[2], s->line->words[0]);
}

/* none, a number, an age (4h), or a local time of the day on which the scenario begins (14:40). */
static bool read_value(struct stage *s, size_t word, int64_t *ret)
{
	const char *text = s->line->words[word - 1];
	struct civil c = civil_from_wall(s->world->start, MEXICO_CITY_OFFSET_S);
	struct wall_time t;
	char moment[64];

	*ret = MICRO_NONE;
	if (strcmp(text, "none") == 0 || micro_parse(slice_of(text), ret) == ERR_OK ||
	    parse_duration_us(slice_of(text), ret) == ERR_OK)
		return true;
	snprintf(moment, sizeof(moment), "%04d-%02d-%02dT%.16s", c.year, c.month, c.day, text);
	if (stamp_parse_local(slice_of(moment), &t) != ERR_OK) {
		complain(s, word, "'%.40s' is no value; write none, 7, 4h or 14:40", text);
		return false;
	}
	*ret = t.us;
	return true;
}

/* False if none of those agents runs the check. */
static bool put_value(struct stage *s, uint32_t check, uint32_t value, int64_t micro,
		      uint32_t agent)
{
	const struct plan *p = view_plan(s->world->engine);
	bool found = false;

	for (uint32_t i = 0; i < p->checks[check].vantage_count; i++) {
		uint32_t v = p->checks[check].vantage_first + i;

		if (agent != PLAN_NONE && p->vantages[v].agent != agent)
			continue;
		play_set_value(s->world, v, value, micro);
		found = true;
	}
	return found;
}

static void do_value(struct stage *s)
{
	const struct plan *p = view_plan(s->world->engine);
	uint32_t check = check_named(s, 1), agent = PLAN_NONE;
	char *const *words = s->line->words;
	int64_t micro;
	int value;

	if (check == PLAN_NONE)
		return;
	value = schema_value_index(p->checks[check].schema, slice_of(words[1]));
	if (value < 0) {
		complain(s, 2, "a check of type %s yields no value '%.40s'",
			 p->checks[check].schema->type, words[1]);
		return;
	}
	if (s->line->count > 3)
		agent = agent_named(s, 4);
	if (s->verdict != STAGE_UNUSABLE && read_value(s, 3, &micro) &&
	    !put_value(s, check, (uint32_t)value, micro, agent))
		complain(s, 4, "%.60s does not run %.100s", words[3], words[0]);
}

/* Which cut the sources of a series show, without names all of them. */
static void do_shows(struct stage *s)
{
	const struct plan *p = view_plan(s->world->engine);
	char *const *words = s->line->words;
	uint32_t series = plan_find_cuts(p, slice_of(words[0]));
	const struct plan_cuts *c;
	int64_t micro;

	if (series == PLAN_NONE) {
		complain(s, 1, "the plan has no series of cuts '%.60s'", words[0]);
		return;
	}
	c = &p->cuts[series];
	if (!read_value(s, 2, &micro))
		return;
	for (uint32_t i = 0; s->line->count == 2 && i < c->source_count; i++)
		put_value(s, c->sources[i].check, c->sources[i].value, micro, PLAN_NONE);
	for (size_t k = 2; k < s->line->count; k++) {
		uint32_t i = plan_find_cut_source(c, slice_of(words[k]));

		if (i == PLAN_NONE) {
			complain(s, k + 1, "the series has no source '%.60s'", words[k]);
			return;
		}
		put_value(s, c->sources[i].check, c->sources[i].value, micro, PLAN_NONE);
	}
}

static void do_cut(struct stage *s)
{
	uint32_t a = agent_named(s, 1);

	if (a != PLAN_NONE)
		play_cut(s->world, a, true);
}

static void do_uncut(struct stage *s)
{
	uint32_t a = agent_named(s, 1);

	if (a != PLAN_NONE)
		play_cut(s->world, a, false);
}

/* What an agent saw so long before now, or each second from then until so long before now. */
static void do_late(struct stage *s)
{
	const struct plan *p = view_plan(s->world->engine);
	char *const *words = s->line->words;
	uint32_t check = check_named(s, 1), agent, vantage;
	int64_t ago = 0, until = 0;

	if (check == PLAN_NONE)
		return;
	vantage = p->checks[check].vantage_first;
	if (s->line->count > 4) {
		agent = agent_named(s, 5);
		vantage = agent != PLAN_NONE ? plan_find_vantage(p, check, agent) : PLAN_NONE;
		if (vantage == PLAN_NONE) {
			complain(s, 5, "%.60s does not run %.100s", words[4], words[0]);
			return;
		}
	}
	err_ignore(parse_duration_us(slice_of(words[2]), &ago));
	err_ignore(parse_duration_us(slice_of(words[s->line->count > 3 ? 3 : 2]), &until));
	for (; ago >= until; ago -= US_PER_S)
		play_late(s->world, vantage, strcmp(words[1], "ok") == 0, ago);
}

/* COUNT of them at the same moment, each with another text. */
static void do_heard(struct stage *s)
{
	const struct plan *p = view_plan(s->world->engine);
	char *const *words = s->line->words;
	uint32_t check = check_named(s, 1);
	int64_t ago = 0, count = 1;

	if (check == PLAN_NONE)
		return;
	if (s->line->count > 4)
		err_ignore(parse_duration_us(slice_of(words[4]), &ago));
	if (s->line->count > 5 && parse_i64(slice_of(words[5]), 1, 100000, &count) != ERR_OK) {
		complain(s, 6, "%.60s is no count of 1 to 100000", words[5]);
		return;
	}
	for (int64_t n = 1; n <= count; n++) {
		char text[24];

		snprintf(text, sizeof(text), "%lld", (long long)n);
		play_heard(s->world,
			   &(struct heard_note){.vantage = p->checks[check].vantage_first,
						.at = wall_add_us(s->world->now, -ago),
						.what = words[1],
						.severity = words[2],
						.name = words[3],
						.text = text,
						.source = "192.0.2.1",
						.count = 1,
						.late = ago > p->checks[check].fresh_within_us});
	}
}

static enum play_delivery delivery_of(const char *word)
{
	static const struct {
		const char *word;
		enum play_delivery how;
	} table[] = {{"ok", PLAY_OK},
		     {"fail", PLAY_FAILS},
		     {"silent", PLAY_SILENT},
		     {"no-receipt", PLAY_NO_RECEIPT},
		     {"unknown", PLAY_UNKNOWN}};
	size_t i = 0;

	while (i + 1 < COUNT_OF(table) && strcmp(table[i].word, word) != 0)
		i++;
	return table[i].how;
}

static bool is_channel(struct stage *s, size_t word)
{
	const char *id = s->line->words[word - 1];

	if (plan_find_channel(view_plan(s->world->engine), slice_of(id)) != PLAN_NONE)
		return true;
	complain(s, word, "the plan has no channel '%.60s'", id);
	return false;
}

/* All channels alike, or all are well but one. */
static void do_delivery(struct stage *s)
{
	bool one = s->line->count > 1;

	if (one && !is_channel(s, 2))
		return;
	habits_mend_channels(s->world->habits);
	habits_channel(s->world->habits, one ? s->line->words[1] : "*")->how =
		delivery_of(s->line->words[0]);
}

static void do_channel(struct stage *s)
{
	struct channel_habit *h;

	if (!is_channel(s, 1))
		return;
	h = habits_channel(s->world->habits, s->line->words[0]);
	h->how = delivery_of(s->line->words[1]);
	h->after_us = 0;
	if (s->line->count > 2)
		err_ignore(parse_duration_us(slice_of(s->line->words[2]), &h->after_us));
}

/* One answer and any number of decisions, each on a line of its own; silent takes all back. */
static void do_person(struct stage *s)
{
	const char *id = s->line->words[0];
	struct err_info info = {0};

	if (strcmp(id, "*") != 0 &&
	    plan_find_person(view_plan(s->world->engine), slice_of(id)) == PLAN_NONE)
		complain(s, 1, "the plan has no person '%.60s'", id);
	else if (habits_teach(habits_person(s->world->habits, id), s->line->words[1],
			      s->line->count > 2 ? s->line->words[2] : NULL, &info) != ERR_OK)
		complain(s, 2, "%s", info.text);
}

static void do_pace(struct stage *s)
{
	if (s->world->now.us != s->world->start.us) {
		complain(s, 0, "pace stands before time passes");
		return;
	}
	play_set_pace(s->world,
		      strcmp(s->line->words[0], "plan") == 0 ? PLAY_AS_PLANNED : PLAY_EACH_SECOND);
}

static void do_off(struct stage *s)
{
	play_off(s->world);
}

static void do_restart(struct stage *s)
{
	play_restart(s->world);
}

/* --- acts of people ----------------------------------------------------------------------------------------- */

static uint32_t person_named(struct stage *s, const struct plan *p, size_t word, const char *id)
{
	uint32_t person = plan_find_person(p, slice_of(id));

	if (person == PLAN_NONE)
		complain(s, word, "the incident's plan has no person '%.60s'", id);
	return person;
}

/* By the link of the first call of the incident to that person, or of the newest one of a kind. */
static void by_link(const struct stage *s, const struct view_incident *i, const char *kind,
		    struct input *in)
{
	in->u.act.proof = PROOF_LINK;
	in->u.act.link = "digest";
	for (size_t k = i->call_count; k-- > 0;) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		if (c.person != in->u.act.person ||
		    (kind != NULL &&
		     (in->u.act.call != 0 || strcmp(call_kind_word(c.kind), kind) != 0)))
			continue;
		in->u.act.call = c.id;
	}
}

/* entry=last: the newest call of the incident to that person. */
static void take_last_call(const struct stage *s, const struct view_incident *i, struct input *in)
{
	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		if (c.person == in->u.act.person)
			in->u.act.args.entry = c.id;
	}
	in->u.act.args.given |= ACT_HAS(ENTRY);
}

/* The number of the newest entry of a kind, 0 if there is none. */
static size_t newest(const struct stage *s, const char *kind)
{
	const struct record *r = &s->world->record;

	for (size_t i = r->count; i-- > 0;) {
		if (strcmp(event_kind_word(r->entries[i].kind), kind) == 0)
			return i + 1;
	}
	return 0;
}

static void take_given(struct stage *s, size_t word, const struct plan *p, struct input *in)
{
	const char *text = s->line->words[word - 1];
	size_t key = strcspn(text, "=");
	struct err_info info = {0};
	char entry[32];

	if (text[key] == '\0') {
		complain(s, word, "'%.60s' is not KEY=VALUE", text);
		return;
	}
	snprintf(entry, sizeof(entry), "%zu", newest(s, text + key + (text[key + 1] == '@') + 1));
	if (act_args_read(&in->u.act.args, in->u.act.act, p, s->world->now,
			  (struct slice){text, key},
			  slice_of(text[key + 1] == '@' ? entry : text + key + 1), &info) != ERR_OK)
		complain(s, word, "%s", info.text);
}

static void take_details(struct stage *s, const struct view_incident *i, struct input *in)
{
	for (size_t k = 2; k < s->line->count; k++) {
		const char *word = s->line->words[k];

		if (strncmp(word, "note=", 5) == 0)
			in->u.act.note = word + 5;
		else if (strncmp(word, "by=", 3) == 0)
			in->u.act.recorded_by = person_named(s, i->plan, k + 1, word + 3);
		else if (strcmp(word, "link") == 0)
			by_link(s, i, NULL, in);
		else if (strncmp(word, "link=", 5) == 0)
			by_link(s, i, word + 5, in);
		else if (strcmp(word, "entry=last") == 0)
			take_last_call(s, i, in);
		else if (strcmp(word, "voice") == 0)
			in->u.act.proof = PROOF_VOICE;
		else if (strcmp(word, "paper") == 0)
			in->u.act.proof = PROOF_PAPER;
		else
			take_given(s, k + 1, i->plan, in);
	}
}

static void do_act(struct stage *s)
{
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	size_t n = view_incident_count(s->world->engine);
	struct view_incident i = {.plan = view_plan(s->world->engine)};

	if (!act_from_word(slice_of(s->line->words[1]), &in.u.act.act)) {
		complain(s, 2, "'%.40s' is not an act (docs/SIMULATE.md)", s->line->words[1]);
		return;
	}
	if (act_row(in.u.act.act)->place == ACT_PLACE_INCIDENT) {
		if (n == 0) {
			complain(s, 0, "there is no incident to act on at this moment");
			return;
		}
		view_incident(s->world->engine, n - 1, &i);
	}
	in.u.act.incident = i.id;
	in.u.act.person = person_named(s, i.plan, 1, s->line->words[0]);
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	take_details(s, &i, &in);
	if (s->verdict != STAGE_UNUSABLE)
		err_ignore(play_input(s->world, &in)); /* a refusal is an answer as well */
}

/* --- all of it ---------------------------------------------------------------------------------------------- */

static void carry_out(struct stage *s)
{
	static void (*const run[])(struct stage *) = {
#define X(sym, name, usage, fn) fn,
		VERBS(X)
#undef X
	};

	if (view_plan(s->world->engine) == NULL && s->line->verb->code != VERB_PLAN &&
	    s->line->verb->code != VERB_PACE) {
		complain(s, 0, "no plan is in force yet; begin with: plan FILE");
		return;
	}
	run[s->line->verb->code](s);
}

static void blame_engine(struct stage *s, const char *text)
{
	buf_printf(&s->report, "%s:%u:1: %s\n", s->scenario->file,
		   s->line != NULL ? s->line->line : 1, text);
	if (s->verdict == STAGE_HELD)
		s->verdict = STAGE_FAILED;
}

void stage_play(struct stage *s, const struct scenario *scenario,
		const struct stage_options *options)
{
	struct err_info info = {0};

	*s = (struct stage){.scenario = scenario,
			    .world = play_new(options->schemas, scenario->start)};
	buf_init(&s->report, 1u << 20);
	play_set_pace(s->world, options->pace);
	if (options->seed != NULL)
		play_seed(s->world, *options->seed);
	if (options->plan != NULL)
		play_apply_plan(s->world, options->plan);
	for (size_t i = 0; i < scenario->count && s->verdict != STAGE_UNUSABLE; i++) {
		s->line = &scenario->lines[i];
		if (s->line->has_at)
			play_until(s->world, wall_add_us(scenario->start, s->line->at_us));
		if (s->line->verb != NULL && !play_is_broken(s->world))
			carry_out(s);
	}
	if (play_is_broken(s->world))
		blame_engine(s, s->world->broken.text);
	else if (!play_replays(s->world, &info))
		blame_engine(s, info.text);
}

void stage_release(struct stage *s)
{
	play_free(s->world);
	buf_release(&s->report);
	free(s->judged);
	*s = (struct stage){0};
}
