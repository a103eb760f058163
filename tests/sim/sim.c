/* sim - whole hours of trouble from a seed, played through the very engine: failures, flapping, cut links with their backlogs,
 * messages that fail or get no receipt, people who answer, pass on, decide in odd orders or not at all, restarts, another
 * plan. After every second what must always hold is looked at; at the end all is well again and nothing may be owed.
 *
 *	sim                          the seeds of `make check`
 *	sim SEED [SECONDS [COUNT]]   one seed, how long, or so many from there
 *	sim --replay FILE            what an earlier failure was shrunk to
 * Seeds play in turn the plan of most scenarios, that of the rarer rules, that of people who come and go (shifts, absences, calls by hand, few
 * lines), that of decisions, that of the calendar and that of publication cuts; each with what the plan becomes later.
 * A failure prints seed, commit, second and the last entries of the journal; the same seed plays the same again. Each thing that is
 * done to the engine (an injection: its second and its word) draws its chances from seed, second and word alone, so one may be left
 * out and the others stay as they were: a failure is shrunk to the few without which it does not come, and these are written to
 * build/sim-SEED.scn for --replay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/micro.h"
#include "base/rand.h"
#include "engine/brief.h"
#include "journal/body.h"
#include "tests/support/engine_world.h"
#include "tests/support/press.h"
#include "tests/support/test_plan.h"

enum {
	SEEDS = 200,
	SECONDS = 1200,
	CUT_SECONDS = 2600,
	CALM = 400,
	GATE_S = 180,
	SHOWN = 30,
	WHAT_MAX = 128,
	TRIES_MAX = 2000, /* plays for shrinking */
	AGENTS_MAX = 8,
	VANTAGES_MAX = 64, /* and components */
	AWAY_MAX = 64,
	PLAN_OF_CUTS = 5, /* of these plans */
	PLANS
};

/* What really was, each second, for those who are cut off and tell it later. */
struct truth {
	enum health health[VANTAGES_MAX];
	int64_t value[VANTAGES_MAX];
	bool cut[AGENTS_MAX];
};

/* Who left, by ids: they outlive a plan. */
struct away {
	char person[16], other[16];
};

/* Of a person in an incident. */
struct answer {
	uint64_t incident;
	uint32_t person;
	bool counts;
};

/* A service of an incident for which nobody is called. */
struct held {
	uint64_t incident;
	uint32_t service;
	struct wall_time since;
	bool now;
};

/* A service's clock, as the entries tell of it. */
struct told_clock {
	uint64_t incident;
	uint32_t service;
	struct wall_time began;
	bool running, flapping, by_word; /* by_word: a guess, until it is measured */
};

/* Something done to the engine. */
struct injection {
	int64_t second;
	unsigned kind; /* of injections[] */
};

struct injection_list {
	struct injection *items;
	size_t count, cap;
};

/* A step of a policy that was carried out, or of which the journal says why not. */
struct ran_step {
	uint64_t incident;
	uint32_t service, step;
};

struct sim {
	uint64_t seed;
	struct ran_step *ran;
	size_t ran_count, ran_cap;
	size_t effects_looked;
	int64_t restarted; /* second of the last restart */
	int64_t seconds;
	const struct injection_list *only; /* nothing but these; NULL: what chance brings */
	struct injection_list done;
	struct held *held;
	size_t held_count, held_cap;
	struct rand rand;
	struct engine_world *world;
	struct wall_time unseen_end;
	char *plans[2];
	int plan;
	struct truth *truth; /* by second, of the present plan */
	int64_t second, plan_second, replay_every;
	bool decisive; /* the people decide all the time */
	size_t looked; /* events that were looked at */
	struct away away[AWAY_MAX];
	size_t away_count;
	uint64_t report, restored_by_word;
	struct answer *answers;
	size_t answer_count, answer_cap;
	struct told_clock *clocks;
	size_t clock_count, clock_cap;
	uint32_t flapping; /* a vantage that fails and recovers again and again ... */
	int64_t flaps_until; /* ... until this second, */
	uint32_t flaps_every; /* so many seconds each way */
	size_t flapped; /* clocks that counted through recoveries, over all seeds */
	size_t exposed;
	size_t adopted; /* acts that put an incident under another plan */
	struct press press; /* of a plan with publication cuts */
};

static struct sim *failing; /* for the report */
static bool quiet; /* a play of the shrinking ... */
static char wanted[WHAT_MAX]; /* ... which is to fail like this */

static void shrink(const struct sim *s, const char *what);

/* Which code this is: a failure of an unknown commit cannot be played again. */
static void show_commit(FILE *to)
{
	char line[80] = "unknown";
	FILE *git = popen(
		"git rev-parse HEAD 2>/dev/null && git diff --quiet HEAD -- || echo changed", "r");

	fprintf(to, "commit:");
	while (git != NULL && fgets(line, sizeof(line), git) != NULL)
		fprintf(to, " %.*s", (int)strcspn(line, "\n"), line);
	if (git != NULL)
		pclose(git);
	fputc('\n', to);
}

static void report(const struct sim *s, const char *what)
{
	const struct engine_world *w = s->world;

	fprintf(stderr, "sim: seed %llu, second %lld: %s\n", (unsigned long long)s->seed,
		(long long)s->second, what);
	for (size_t i = w->count > SHOWN ? w->count - SHOWN : 0; i < w->count; i++)
		fprintf(stderr, "  %8.1f %s %s\n",
			(double)world_ms(w->events[i].ev.recorded) / 1000,
			event_kind_word(w->events[i].ev.kind), w->events[i].body);
	show_commit(stderr);
	fprintf(stderr, "again: build/debug/tool/tests/sim/sim %llu %lld\n",
		(unsigned long long)s->seed, (long long)s->seconds);
}

static void end_badly(const struct sim *s, const char *what)
{
	failing = NULL;
	if (quiet)
		_exit(strcmp(what, wanted) == 0 ? 0 : 1);
	report(s, what);
	if (s->only == NULL)
		shrink(s, what);
}

static void broken(const struct sim *s, const char *what)
{
	end_badly(s, what);
	exit(1);
}

static void at_exit(void)
{
	if (failing != NULL)
		end_badly(failing, "a helper failed");
}

static uint32_t below(struct sim *s, uint32_t n)
{
	return (uint32_t)(rand_u64(&s->rand) % n);
}

static bool chance(struct sim *s, uint32_t in)
{
	return below(s, in) == 0;
}

/* --- what happens ------------------------------------------------------------------------------------------- */

static const struct plan *plan_of(const struct sim *s)
{
	return view_plan(s->world->engine);
}

static void trouble(struct sim *s)
{
	static const enum health healths[] = {HEALTH_OK,       HEALTH_OK,       HEALTH_OK,
					      HEALTH_CRITICAL, HEALTH_CRITICAL, HEALTH_WARNING,
					      HEALTH_BLIND};

	s->world->health[below(s, plan_of(s)->vantage_count)] =
		healths[below(s, COUNT_OF(healths))];
}

/* Some trouble comes and goes, often enough to be flapping or just not. */
static void flap_begins(struct sim *s)
{
	if (s->second < s->flaps_until)
		return;
	s->flapping = below(s, plan_of(s)->vantage_count);
	s->flaps_every = 3 + below(s, 12);
	s->flaps_until = s->second + 20 + below(s, 120);
}

static void flap(struct sim *s)
{
	if (s->second < s->flaps_until && s->flapping < plan_of(s)->vantage_count &&
	    s->second % s->flaps_every == 0)
		s->world->health[s->flapping] = s->world->health[s->flapping] == HEALTH_CRITICAL
							? HEALTH_OK
							: HEALTH_CRITICAL;
}

/* The agent is heard again and tells, in order, what it saw meanwhile. */
static void tell_backlog(struct sim *s, uint32_t agent)
{
	const struct plan *p = plan_of(s);
	int64_t from = s->second;
	size_t before = s->world->count;

	while (from > s->plan_second && s->truth[from - 1].cut[agent])
		from--;
	for (int64_t t = from; t < s->second; t++) {
		for (uint32_t v = 0; v < p->vantage_count; v++) {
			struct input in = {.kind = INPUT_SAMPLE, .now = s->world->now};

			if (p->vantages[v].agent != agent)
				continue;
			in.u.sample = (struct sample){.vantage = v,
						      .t = world_time((t + 1) * 1000),
						      .arrived = s->world->now,
						      .health = s->truth[t].health[v],
						      .outcome = s->truth[t].health[v] == HEALTH_OK
									 ? OUTCOME_OK
									 : OUTCOME_CONNECT_REFUSED,
						      .backlog = true};
			if (s->truth[t].health[v] == HEALTH_OK && p->cuts_count > 0) {
				in.u.sample.value_count = 1;
				in.u.sample.values[0] = s->truth[t].value[v];
			}
			if (engine_observe(s->world->engine, &in.u.sample))
				(void)world_input(s->world, &in);
		}
	}
	for (; before < s->world->count; before++) {
		const struct event *ev = &s->world->events[before].ev;

		if (ev->kind == EVENT_INCIDENT_OPENED && ev->to != INCIDENT_KIND_PAST)
			broken(s, "late data opens an incident that pages");
		if (ev->kind == EVENT_SERVICE_PAST &&
		    (ev->until.us <= ev->began.us || ev->until.us > s->world->now.us))
			broken(s, "an outage of the past has no length, or no end");
	}
}

static void cut_or_mend(struct sim *s)
{
	uint32_t agent = below(s, plan_of(s)->agent_count);

	s->world->cut[agent] = !s->world->cut[agent];
	if (!s->world->cut[agent])
		tell_backlog(s, agent);
}

/* What else an act takes: mostly what makes sense, sometimes what does not. */
static void give_args(struct sim *s, const struct plan *p, struct input *in)
{
	static const char *const answers[] = {"done", "done", "yes", "no", "skip", "open"};
	struct act_args *a = &in->u.act.args;

	a->given = ACT_HAS(ENTRY) | ACT_HAS(N) | ACT_HAS(WHAT);
	a->n = 1 + below(s, 6);
	snprintf(a->what, sizeof(a->what), "%s", answers[below(s, COUNT_OF(answers))]);
	for (size_t k = s->world->count, tries = below(s, 4); k-- > 0;) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->recorded_by == PLAN_NONE || ev->kind == EVENT_ACT_REFUSED ||
		    ev->incident != in->u.act.incident ||
		    (ev->recorded_by == ev->person && !chance(s, 6)))
			continue;
		a->entry = k + 1;
		if (tries-- == 0)
			break;
	}
	if (!chance(s, 4)) {
		a->given |= ACT_HAS(SERVICE);
		a->service = below(s, p->service_count);
	}
}

/* The seats decide in any order, but mostly those who may. */
static uint32_t who_acts(struct sim *s, const struct plan *p, enum act act)
{
	uint32_t level = act == ACT_AUTHORIZE || act == ACT_RATIFY                     ? 1
			 : act == ACT_DECLARE || act == ACT_CONVENE || act == ACT_WAIT ? 2
										       : 0;
	uint32_t seat = below(s, p->seat_count);

	if (level == 0 || chance(s, 4))
		return below(s, p->person_count);
	while (p->seats[seat].level != level)
		seat = below(s, p->seat_count);
	return chance(s, 2) || p->seats[seat].suplente == PLAN_NONE ? p->seats[seat].titular
								    : p->seats[seat].suplente;
}

/* Windows and silences of anything, signatures, orders: right ones, and some that are refused. */
static void give_words(struct sim *s, struct input *in)
{
	static const char *const orders[] = {"suspend", "wait", "resume", "parar"};
	struct act_args *a = &in->u.act.args;
	const struct plan *now = plan_of(s);

	if (in->u.act.act == ACT_ORDER) {
		snprintf(a->what, sizeof(a->what), "%s", orders[below(s, 4)]);
		a->given = ACT_HAS(WHAT);
	} else if (in->u.act.act == ACT_WINDOW || in->u.act.act == ACT_SILENCE) {
		unsigned kind = below(s, 3);

		a->given = ACT_HAS(UNTIL) | (kind == 0   ? ACT_HAS(SERVICE)
					     : kind == 1 ? ACT_HAS(COMPONENT)
							 : ACT_HAS(CHECK));
		a->service = below(s, now->service_count);
		a->component = below(s, now->component_count);
		a->check = below(s, now->check_count);
		a->until = wall_add_us(s->world->now, (int64_t)(1 + below(s, 200)) * US_PER_S);
	} else if (in->u.act.act == ACT_SIGN || in->u.act.act == ACT_UNSILENCE) {
		size_t n = view_silence_count(s->world->engine);
		struct view_silence v = {0};

		if (n > 0)
			view_silence(s->world->engine, below(s, (uint32_t)n), &v);
		a->entry = v.id;
		a->given = ACT_HAS(ENTRY);
	}
	if (act_row(in->u.act.act)->place != ACT_PLACE_WORLD)
		return;
	in->u.act.incident = 0; /* people of the present plan */
	in->u.act.proof = PROOF_OPERATOR_TOKEN;
	in->u.act.person = below(s, now->person_count);
	in->u.act.recorded_by = PLAN_NONE;
}

/* Now and then somebody of the field confirms what stands. */
static void a_post_confirms(struct sim *s)
{
	size_t n = view_incident_count(s->world->engine);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct view_incident i;

	if (n == 0)
		return;
	view_incident(s->world->engine, below(s, (uint32_t)n), &i);
	if (i.plan->post_count == 0 || i.order_count == 0)
		return;
	in.u.act.incident = i.id;
	in.u.act.act = ACT_CONFIRM_ORDER;
	in.u.act.person = i.plan->posts[below(s, i.plan->post_count)].persons[0];
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	(void)world_input(s->world, &in);
}

/* Whatever an act of reports and papers may take, sensible or not. */
static void give_any_args(struct sim *s, const struct plan *p, struct input *in)
{
	static const char *const words[] = {"begin",       "done",        "verified",
					    "technical",   "operational", "activity",
					    "improvement", "purchase",    "withdrawn"};
	struct act_args *a = &in->u.act.args;
	size_t n = view_incident_count(s->world->engine);
	struct view_incident other;

	snprintf(a->what, sizeof(a->what), "%s", words[below(s, COUNT_OF(words))]);
	view_incident(s->world->engine, below(s, (uint32_t)n), &other);
	a->n = (int64_t)other.id;
	a->entry = s->world->count > 0 ? 1 + below(s, (uint32_t)s->world->count) : 1;
	a->other = below(s, p->person_count);
	a->service = below(s, p->service_count);
	a->until = wall_add_us(s->world->now, (int64_t)(1 + below(s, 600)) * US_PER_S);
	a->at = wall_add_us(s->world->now, -(int64_t)below(s, 200) * US_PER_S);
	a->given = act_row(in->u.act.act)->taken & ~ACT_HAS(NOTE);
	if (chance(s, 2))
		a->given &= ~(ACT_HAS(AT) | ACT_HAS(SERVICE) | ACT_HAS(ENTRY));
}

/* A citizen calls: it may be true or not, of a process or of nothing that is measured. */
static void somebody_reports(struct sim *s)
{
	static const char *const whats[] = {"storm", "theft", "service-unavailable"};
	const struct plan *p = plan_of(s);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct act_args *a = &in.u.act.args;

	in.u.act.act = ACT_REPORT;
	in.u.act.person = below(s, p->person_count);
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.proof = PROOF_OPERATOR_TOKEN;
	in.u.act.note = "";
	a->given = ACT_HAS(WHAT) | ACT_HAS(AT) | (chance(s, 2) ? ACT_HAS(SERVICE) : 0);
	snprintf(a->what, sizeof(a->what), "%s", whats[below(s, COUNT_OF(whats))]);
	a->service = below(s, p->service_count);
	a->at = wall_add_us(s->world->now, -(int64_t)below(s, 300) * US_PER_S);
	if (world_input(s->world, &in) != ERR_OK)
		broken(s, "a report is refused");
}

static void acts(struct sim *s, enum act act)
{
	const struct plan *p;
	struct view_incident i;
	size_t n = view_incident_count(s->world->engine);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};

	if (n == 0)
		return;
	view_incident(s->world->engine, below(s, (uint32_t)n), &i);
	p = i.plan;
	in.u.act.incident = i.id;
	in.u.act.act = act;
	in.u.act.person = who_acts(s, p, act);
	in.u.act.recorded_by = chance(s, 2) ? PLAN_NONE : below(s, p->person_count);
	in.u.act.proof = chance(s, 2)   ? PROOF_OPERATOR_TOKEN
			 : chance(s, 2) ? PROOF_VOICE
					: PROOF_PAPER;
	if (act >= ACT_RESUME && act <= ACT_FINAL_REPORT)
		give_any_args(s, p, &in);
	else
		give_args(s, p, &in);
	in.u.act.note = chance(s, 3) ? "" : "visto";
	give_words(s, &in);
	(void)world_input(s->world, &in); /* a refusal is an answer as well */
}

static void somebody_comes_or_goes(struct sim *s)
{
	const struct plan *p = plan_of(s);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};

	in.u.act.act = chance(s, 2) ? ACT_BACK : ACT_LEAVE;
	in.u.act.person = below(s, p->person_count);
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	if (in.u.act.act == ACT_LEAVE && !chance(s, 3)) {
		in.u.act.args.other = below(s, p->person_count);
		in.u.act.args.given |= ACT_HAS(OTHER);
	}
	if (in.u.act.act == ACT_LEAVE && chance(s, 2)) {
		in.u.act.args.until = wall_add_us(s->world->now, below(s, 200) * US_PER_S);
		in.u.act.args.given |= ACT_HAS(UNTIL);
	}
	(void)world_input(s->world, &in);
}

/* The desk makes one of its calls. */
static void desk_calls(struct sim *s)
{
	static const char *const results[] = {"taken",     "taken", "answered", "no-answer",
					      "left-word", "ack",   "attend",   "pass"};
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct view_incident i;
	struct view_call c;
	uint64_t tasks[8];
	size_t n = view_tasks(s->world->engine, tasks, COUNT_OF(tasks));

	if (n == 0)
		return;
	in.u.act.args.entry = tasks[below(s, (uint32_t)(n < 8 ? n : 8))];
	if (!view_find_call(s->world->engine, in.u.act.args.entry, &i, &c))
		broken(s, "a task is of no call");
	in.u.act.args.given = ACT_HAS(ENTRY) | ACT_HAS(WHAT);
	snprintf(in.u.act.args.what, sizeof(in.u.act.args.what), "%s",
		 results[below(s, COUNT_OF(results))]);
	in.u.act.incident = i.id;
	in.u.act.act = ACT_CALL_RESULT;
	in.u.act.person = c.person;
	in.u.act.recorded_by = below(s, i.plan->person_count);
	in.u.act.note = "";
	(void)world_input(s->world, &in);
}

static void somebody_acts(struct sim *s)
{
	enum act act = (enum act)below(s, ACT_COUNT);

	while (act == ACT_LEAVE || act == ACT_BACK || act == ACT_REPORT || act == ACT_ADOPT)
		act = (enum act)below(s, ACT_COUNT); /* somebody_comes_or_goes, _reports, _adopts */
	acts(s, act == ACT_FALSE_ALARM && !chance(s, 8) ? ACT_ENTERADO : act);
}

/* A crisis group at work: what they decide, in whatever order. */
static void somebody_decides(struct sim *s)
{
	static const enum act few[] = {ACT_AUTHORIZE, ACT_AUTHORIZE, ACT_DECLARE, ACT_DECLARE,
				       ACT_CONVENE,   ACT_WAIT,      ACT_RATIFY,  ACT_CONFIRM,
				       ACT_DISPUTE,   ACT_CHECK,     ACT_CHECK,   ACT_CHECK};

	acts(s, few[below(s, COUNT_OF(few))]);
}

static void delivery_changes(struct sim *s)
{
	static const enum world_delivery ways[] = {WORLD_OK, WORLD_OK, WORLD_FAILS, WORLD_SILENT,
						   WORLD_NO_RECEIPT};

	s->world->delivery = ways[below(s, COUNT_OF(ways))];
	s->world->channel = chance(s, 2) ? NULL : chance(s, 2) ? "uno" : "dos";
}

/* --- an incident under another plan ------------------------------------------------------------------------- */

static void look_at_entries(struct sim *s);

/* All that an incident remembers of its calls and clocks, in words: what another plan must not change. */
static char *in_words(const struct sim *s, const struct view_incident *i)
{
	const struct plan *p = i->plan;
	struct buf out;
	char *text;

	buf_init(&out, BUF_MAX_EVENT);
	buf_printf(&out, "%s %s\n", i->root != PLAN_NONE ? p->components[i->root].id : "",
		   i->stamp);
	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		buf_printf(&out, "%llu %s %s %s %s %s %s %s %s\n", (unsigned long long)c.id,
			   p->people[c.person].id, p->people[c.person].contacts[c.contact].to,
			   p->channels[c.channel].id,
			   c.service != PLAN_NONE ? p->services[c.service].id : "",
			   c.seat != PLAN_NONE ? p->seats[c.seat].id : "",
			   c.post != PLAN_NONE ? p->posts[c.post].id : "",
			   c.stands_for != PLAN_NONE ? p->people[c.stands_for].id : "",
			   c.taken_by != PLAN_NONE ? p->people[c.taken_by].id : "");
		for (uint32_t n = 0; n < c.also_count; n++)
			buf_puts(&out, p->seats[c.also[n]].id);
	}
	for (size_t k = 0; k < i->order_count; k++) {
		struct view_order o;

		view_order(s->world->engine, i->id, k, &o);
		for (uint32_t n = 0; n < p->post_count; n++) {
			if (post_set_has(&o.posts, n))
				buf_printf(&out, "%s%d", p->posts[n].id,
					   post_set_has(&o.confirmed, n));
		}
	}
	text = mem_strdup(buf_cstr(&out));
	buf_release(&out);
	return text;
}

/* What this simulation remembers in indices of the incident's plan, by the ids of that. */
struct names {
	char people[64][64], services[64][64];
};

static struct names *names_of(const struct plan *p)
{
	struct names *n = mem_calloc(1, sizeof(*n));

	for (uint32_t k = 0; k < p->person_count && k < COUNT_OF(n->people); k++)
		snprintf(n->people[k], sizeof(n->people[k]), "%s", p->people[k].id);
	for (uint32_t k = 0; k < p->service_count && k < COUNT_OF(n->services); k++)
		snprintf(n->services[k], sizeof(n->services[k]), "%s", p->services[k].id);
	return n;
}

static void remember_by_name(struct sim *s, uint64_t incident, const struct names *n,
			     const struct plan *p)
{
	for (size_t k = 0; k < s->answer_count; k++) {
		struct answer *a = &s->answers[k];

		if (a->incident == incident)
			a->person = plan_find_person(p, slice_of(n->people[a->person]));
	}
	for (size_t k = 0; k < s->held_count; k++) {
		struct held *h = &s->held[k];

		if (h->incident == incident)
			h->service = plan_find_service(p, slice_of(n->services[h->service]));
	}
	for (size_t k = 0; k < s->clock_count; k++) {
		struct told_clock *c = &s->clocks[k];

		if (c->incident == incident)
			c->service = plan_find_service(p, slice_of(n->services[c->service]));
	}
}

/* The entries so far speak of people of the old plan, those from here on of the new one. */
static void somebody_adopts(struct sim *s)
{
	struct view_incident i;
	size_t n = view_incident_count(s->world->engine);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct names *names;
	char *before, *after;

	if (n == 0)
		return;
	view_incident(s->world->engine, below(s, (uint32_t)n), &i);
	look_at_entries(s);
	names = names_of(i.plan);
	before = in_words(s, &i);
	in.u.act.incident = i.id;
	in.u.act.act = ACT_ADOPT;
	in.u.act.person = below(s, i.plan->person_count);
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "cambió";
	if (world_input(s->world, &in) == ERR_OK) {
		uint64_t last = i.adopted;

		view_find_incident(s->world->engine, i.id, &i);
		if (i.plan != plan_of(s) || i.adopted <= last)
			broken(s, "an incident adopts a plan and does not run under it");
		remember_by_name(s, i.id, names, i.plan);
		after = in_words(s, &i);
		if (strncmp(before, after, strlen(before)) != 0 && i.order_count == 0)
			broken(s, "what was done has another name under the new plan");
		free(after);
		s->adopted++;
	}
	free(before);
	free(names);
}

static void world_restarts(struct sim *s)
{
	s->restarted = s->second;
	world_restart(s->world);
	press_disturb(&s->press, s->second);
}

static void another_plan(struct sim *s)
{
	s->plan = !s->plan;
	world_apply_plan(s->world, s->plans[s->plan]);
	s->plan_second = s->second;
	press_disturb(&s->press, s->second);
}

/* What the network tells once more, too late, or of a call that is over. */
static void stray_receipt(struct sim *s)
{
	static const enum delivery whats[] = {DELIVERY_SENT, DELIVERY_RECEIPT, DELIVERY_RECEIPT,
					      DELIVERY_FAILED, DELIVERY_UNKNOWN};
	size_t n = view_incident_count(s->world->engine);
	struct view_incident i;
	struct view_call c;

	if (n == 0)
		return;
	view_incident(s->world->engine, below(s, (uint32_t)n), &i);
	if (i.call_count == 0)
		return;
	view_call(s->world->engine, i.id, below(s, (uint32_t)i.call_count), &c);
	(void)world_deliver(s->world, c.id, whats[below(s, COUNT_OF(whats))]);
}

/* The power fails after any entry of the last ones: what is on disk begins anew, and all that follows holds. */
static void power_cut(struct sim *s)
{
	struct engine_world *w = mem_calloc(1, sizeof(*w));
	const struct engine_world *was = s->world;
	size_t kept = was->count - below(s, was->count > 40 ? 40 : (uint32_t)was->count);

	for (size_t k = 0; k < kept; k++) {
		w->events = mem_grow(w->events, w->count, &w->cap, sizeof(*w->events));
		w->events[w->count++] =
			(struct world_event){was->events[k].ev, mem_strdup(was->events[k].body)};
	}
	w->now = was->now;
	w->engine = engine_new(&engine_limits_default);
	world_restart(w);
	w->health = mem_calloc(view_plan(w->engine)->vantage_count, sizeof(*w->health));
	w->cut = mem_calloc(view_plan(w->engine)->agent_count, sizeof(*w->cut));
	w->value = mem_calloc(view_plan(w->engine)->vantage_count, sizeof(*w->value));
	for (uint32_t k = 0; k < view_plan(w->engine)->vantage_count; k++)
		w->value[k] = MICRO_NONE;
	world_until(w, world_ms(w->now) + (int64_t)(1 + below(s, 30)) * 1000);
	if (engine_next_deadline(w->engine).us <= w->now.us)
		broken(s, "a deadline of the past after a power cut");
	for (uint32_t k = 0; k < view_plan(w->engine)->service_count; k++) {
		struct view_service v;

		view_service(w->engine, k, w->now, &v);
		if (v.clock.running && v.clock.breach_at.us <= w->now.us && !v.clock.breached)
			broken(s, "a breach goes unannounced after a power cut");
	}
	world_close(w); /* and its own journal gives the same digest */
}

/* The wall clock jumps; it is recorded, and what counts is moved by nothing. */
static void clock_steps(struct sim *s)
{
	struct input in = {.kind = INPUT_CLOCK_STEP, .now = s->world->now};

	in.u.clock.step_us = ((int64_t)below(s, 7200) - 3600) * US_PER_S;
	(void)world_input(s->world, &in);
}

static const struct {
	const char *word;
	uint32_t in; /* comes once in so many seconds */
	bool decisive; /* only where people decide all the time */
	void (*inject)(struct sim *s);
} injections[] = {
	{"trouble", 25, false, trouble},
	{"flapping", 150, false, flap_begins},
	{"cut-or-mend", 120, false, cut_or_mend},
	{"act", 30, false, somebody_acts},
	{"post-confirms", 20, false, a_post_confirms},
	{"comes-or-goes", 60, false, somebody_comes_or_goes},
	{"desk-calls", 15, false, desk_calls},
	{"decides", 6, true, somebody_decides},
	{"reports", 150, false, somebody_reports},
	{"delivery", 90, false, delivery_changes},
	{"receipt", 40, false, stray_receipt},
	{"clock-step", 700, false, clock_steps},
	{"power-cut", 400, false, power_cut},
	{"restart", 300, false, world_restarts},
	{"plan", 500, false, another_plan},
	{"adopts", 20, false, somebody_adopts},
};

static bool is_listed(const struct injection_list *list, int64_t second, unsigned kind)
{
	for (size_t k = 0; k < list->count; k++) {
		if (list->items[k].second == second && list->items[k].kind == kind)
			return true;
	}
	return false;
}

static void one_second(struct sim *s)
{
	for (unsigned k = 0; k < COUNT_OF(injections); k++) {
		bool comes;

		rand_seed(&s->rand, (s->seed * 1000003 + (uint64_t)s->second) * 31 + k);
		comes = chance(s, injections[k].in) && (s->decisive || !injections[k].decisive);
		if (s->only != NULL)
			comes = is_listed(s->only, s->second, k);
		if (!comes)
			continue;
		s->done.items = mem_grow(s->done.items, s->done.count, &s->done.cap,
					 sizeof(*s->done.items));
		s->done.items[s->done.count++] = (struct injection){s->second, k};
		injections[k].inject(s);
	}
	flap(s);
}

/* --- what must always hold ------------------------------------------------------------------------------------ */

static bool is_information(enum call_kind k)
{
	return k == CALL_UPDATE || k == CALL_UP || k == CALL_NOT_OBSERVED ||
	       k == CALL_FALSE_ALARM || k == CALL_CLOSED || k == CALL_HANDOVER || k == CALL_DUE ||
	       k == CALL_SILENCE_ENDING || k == CALL_SILENCE_ENDED;
}

static bool is_waiting(enum call_state c)
{
	return c == CALL_STATE_PENDING || c == CALL_STATE_SENT || c == CALL_STATE_UNKNOWN ||
	       c == CALL_STATE_RECEIVED;
}

/* Nobody's telephone rings twice for the same incident at the same time. */
static void one_call_at_a_time(const struct sim *s, const struct view_incident *i)
{
	bool rings[64] = {false};

	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		if (!is_waiting(c.state) || is_information(c.kind) || c.maybe_duplicate)
			continue;
		if (c.kind == CALL_ORDER && c.state == CALL_STATE_RECEIVED)
			continue; /* an order that has arrived holds nothing up */
		if (rings[c.person])
			broken(s, "a person is called twice at once");
		rings[c.person] = true;
	}
}

/* No carrier has more calls in progress than lines. */
static void lines_suffice(const struct sim *s)
{
	uint32_t used = 0;

	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct view_incident i;

		view_incident(s->world->engine, k, &i);
		for (size_t n = 0; n < i.call_count; n++) {
			struct view_call c;

			view_call(s->world->engine, i.id, n, &c);
			used += strcmp(i.plan->channels[c.channel].id, "voz-2") == 0 &&
				(c.state == CALL_STATE_PENDING || c.state == CALL_STATE_SENT ||
				 c.state == CALL_STATE_UNKNOWN);
		}
	}
	if (used > 2)
		broken(s, "more calls than lines");
}

/* On the telephone an open incident is its two digits. */
static void one_folio_each(const struct sim *s, const struct view_incident *i, size_t index)
{
	for (size_t k = 0; i->open && k < index; k++) {
		struct view_incident o;

		view_incident(s->world->engine, k, &o);
		if (o.open && o.folio == i->folio)
			broken(s, "two open incidents have one folio");
	}
}

static void look_at_incidents(const struct sim *s)
{
	lines_suffice(s);
	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct view_incident i;

		view_incident(s->world->engine, k, &i);
		one_call_at_a_time(s, &i);
		one_folio_each(s, &i, k);
	}
}

static void look_at_exposure(struct sim *s, uint32_t service, const struct view_service *v);

static void look_at_services(struct sim *s)
{
	for (uint32_t k = 0; k < plan_of(s)->service_count; k++) {
		struct view_service v;

		view_service(s->world->engine, k, s->world->now, &v);
		if (v.clock.running && v.clock.breach_at.us <= s->world->now.us &&
		    !v.clock.breached)
			broken(s, "a breach goes unannounced");
		if (v.clock.running && v.clock.began.us > s->world->now.us)
			broken(s, "a clock begins in the future");
		look_at_exposure(s, k, &v);
	}
}

static struct held *held_of(struct sim *s, uint64_t incident, uint32_t service)
{
	for (size_t i = 0; i < s->held_count; i++) {
		if (s->held[i].incident == incident && s->held[i].service == service)
			return &s->held[i];
	}
	s->held = mem_grow(s->held, s->held_count, &s->held_cap, sizeof(*s->held));
	s->held[s->held_count] = (struct held){.incident = incident, .service = service};
	return &s->held[s->held_count++];
}

/* Nobody is called for what is silenced; outside of the steps only level 2 of a breach, a drill that is none, and orders. */
static void look_at_silences(struct sim *s, const struct event *ev)
{
	if (ev->kind == EVENT_INCIDENT_SILENCED || ev->kind == EVENT_INCIDENT_UNSILENCED) {
		struct held *h = held_of(s, ev->incident, ev->service);

		h->now = ev->kind == EVENT_INCIDENT_SILENCED;
		h->since = ev->recorded;
	}
	if (ev->kind == EVENT_CALL_INTENT && ev->incident != 0 && ev->step != PLAN_NONE &&
	    held_of(s, ev->incident, ev->service)->now)
		broken(s, "somebody is called for what is silenced");
}

static bool has_told_of_breach(const struct sim *s, const struct view_incident *i)
{
	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		if (c.kind == CALL_BREACH && c.step == PLAN_NONE)
			return true;
	}
	return false;
}

/* ... and the breach is told, at the latest when the telephones of level 2 are free. */
static void look_at_held_breaches(struct sim *s)
{
	for (uint32_t k = 0; k < plan_of(s)->service_count; k++) {
		struct wall_time late = wall_add_us(s->world->now, -180 * US_PER_S);
		struct view_incident i;
		struct view_service v;
		uint32_t service;

		view_service(s->world->engine, k, s->world->now, &v);
		if (v.silenced == 0 || !v.clock.breached || v.clock.breach_at.us > late.us ||
		    !view_find_incident(s->world->engine, v.incident, &i))
			continue;
		service = plan_find_service(i.plan, slice_of(plan_of(s)->services[k].id));
		if (held_of(s, i.id, service)->since.us < late.us && !has_told_of_breach(s, &i))
			broken(s, "a breach under a silence is told to nobody");
	}
}

static bool is_on_record(const struct sim *s, enum event_kind kind, uint64_t order)
{
	for (size_t i = (size_t)order; i < s->world->count; i++) {
		if (s->world->events[i].ev.kind == kind && s->world->events[i].ev.entry == order)
			return true;
	}
	return false;
}

/* An order that stands ends with everybody confirmed, or with a list of who is missing. */
static void look_at_orders(const struct sim *s)
{
	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct view_incident i;

		view_incident(s->world->engine, k, &i);
		for (size_t n = 0; n < i.order_count; n++) {
			struct view_order o;

			view_order(s->world->engine, i.id, n, &o);
			if (!o.stands || o.is_void || i.state == INCIDENT_CLOSED)
				continue;
			if (o.complete != (post_set_count(&o.missing) == 0))
				broken(s, "an order is complete though posts are missing, or not "
					  "though none is");
			if (!o.complete && o.due.us <= s->world->now.us &&
			    !is_on_record(s, EVENT_ORDER_MISSING, o.id))
				broken(s, "nobody lists who has not confirmed");
		}
	}
}

static struct answer *answer_of(struct sim *s, uint64_t incident, uint32_t person)
{
	for (size_t i = 0; i < s->answer_count; i++) {
		if (s->answers[i].incident == incident && s->answers[i].person == person)
			return &s->answers[i];
	}
	s->answers = mem_grow(s->answers, s->answer_count, &s->answer_cap, sizeof(*s->answers));
	s->answers[s->answer_count] = (struct answer){.incident = incident, .person = person};
	return &s->answers[s->answer_count++];
}

/* Who has answered is left in peace until the answer runs out; a decision is asked for all the same. */
static void look_at_answers(struct sim *s, const struct event *ev)
{
	switch ((int)ev->kind) {
	case EVENT_ACK_GIVEN:
		answer_of(s, ev->incident, ev->person)->counts = ev->act != ACT_NO_PUEDO;
		break;
	case EVENT_ACK_EXPIRED:
		answer_of(s, ev->incident, ev->person)->counts = false;
		break;
	case EVENT_INCIDENT_PROMOTED: /* they answered to a drill */
		for (size_t i = 0; i < s->answer_count; i++)
			s->answers[i].counts =
				s->answers[i].counts && s->answers[i].incident != ev->incident;
		break;
	case EVENT_INCIDENT_EPISODE: /* all begins anew unless another service failed on */
		for (size_t i = 0; i < s->answer_count; i++)
			s->answers[i].counts =
				s->answers[i].counts && s->answers[i].incident != ev->incident;
		break;
	case EVENT_CALL_INTENT:
		if (!is_information(ev->call_kind) && ev->call_kind != CALL_ASK &&
		    ev->call_kind != CALL_COMPLETE &&
		    (ev->step != PLAN_NONE || ev->call_kind == CALL_REPORTED) &&
		    answer_of(s, ev->incident, ev->person)->counts)
			broken(s, "somebody who has answered is called");
		break;
	default:
		break;
	}
}

/* "key":"id" of a body; "" where it is null. */
static void id_in(const char *body, const char *key, char ret[16])
{
	char text[32];
	const char *at;

	snprintf(text, sizeof(text), "\"%s\":\"", key);
	at = strstr(body, text);
	ret[0] = '\0';
	if (at != NULL)
		snprintf(ret, 16, "%.*s", (int)strcspn(at + strlen(text), "\""), at + strlen(text));
}

static struct away *away_of(struct sim *s, const char *person)
{
	for (size_t k = 0; k < s->away_count; k++) {
		if (strcmp(s->away[k].person, person) == 0)
			return &s->away[k];
	}
	return NULL;
}

/* Who left is left in peace while whom they named is there. (Who is in one plan only is let be.) */
static void look_at_absences(struct sim *s, const struct event *ev, const char *body)
{
	char person[16], other[16];
	struct away *a;

	id_in(body, "person", person);
	a = away_of(s, person);
	switch ((int)ev->kind) {
	case EVENT_ABSENCE_BEGAN:
		id_in(body, "other", other);
		if (a == NULL)
			a = &s->away[s->away_count++];
		*a = (struct away){{0}, {0}};
		memcpy(a->person, person, sizeof(person));
		memcpy(a->other, other, sizeof(other));
		break;
	case EVENT_ABSENCE_ENDED:
	case EVENT_ABSENCE_EXPIRED:
		if (a == NULL)
			broken(s, "somebody is back who was not away");
		*a = s->away[--s->away_count];
		break;
	case EVENT_CALL_INTENT:
		if (a != NULL && a->other[0] != '\0' && away_of(s, a->other) == NULL &&
		    strcmp(a->other, "zoe") != 0 && !is_information(ev->call_kind) &&
		    ev->call_kind != CALL_NO_DRILL) /* told to whoever was told of the drill */
			broken(s, "somebody who is away is called though their stand-in is there");
		break;
	default:
		break;
	}
}

static bool was_seen_bad(const struct sim *s, int64_t second, const struct plan *p,
			 uint32_t vantage)
{
	return !s->truth[second].cut[p->vantages[vantage].agent] &&
	       s->truth[second].health[vantage] == HEALTH_CRITICAL;
}

/* web has one check, seen from one place, and portal needs nothing else: what the clock says of it must be what was. */
static void look_at_moment(const struct sim *s, const struct event *ev, struct wall_time t,
			   bool bad)
{
	const struct plan *p = engine_plan_of(s->world->engine, ev->incident, 0);
	int64_t second = world_ms(t) / 1000 - 1;
	uint32_t vantage;
	enum health h;

	if (p != plan_of(s) || strcmp(p->services[ev->service].id, "portal") != 0 ||
	    second < s->plan_second || second > s->second || world_ms(t) % 1000 != 0)
		return;
	vantage = world_vantage(s->world, "web:p", NULL);
	h = s->truth[second].health[vantage];
	if (bad != (h == HEALTH_CRITICAL))
		broken(s, bad ? "a clock begins at a moment that was not bad"
			      : "a service is restored at a moment that was bad");
	/* An interval at most: the two samples before were not as bad already. (A start of ours forgets what is not confirmed yet.) */
	if (bad && second > s->plan_second + 1 && s->second > s->restarted + 10 &&
	    was_seen_bad(s, second - 1, p, vantage) && was_seen_bad(s, second - 2, p, vantage))
		broken(s, "a clock begins later than the outage");
}

static struct told_clock *clock_of(struct sim *s, const struct event *ev)
{
	for (size_t i = 0; i < s->clock_count; i++) {
		if (s->clocks[i].incident == ev->incident && s->clocks[i].service == ev->service)
			return &s->clocks[i];
	}
	s->clocks = mem_grow(s->clocks, s->clock_count, &s->clock_cap, sizeof(*s->clocks));
	s->clocks[s->clock_count] =
		(struct told_clock){.incident = ev->incident, .service = ev->service};
	return &s->clocks[s->clock_count++];
}

/* Flapping neither stops a clock nor begins it anew, and never makes it younger. */
static void look_at_clock(struct sim *s, const struct event *ev)
{
	struct told_clock *c;

	if (ev->kind != EVENT_CLOCK_STARTED && ev->kind != EVENT_CLOCK_CORRECTED &&
	    ev->kind != EVENT_CLOCK_FLAPPING && ev->kind != EVENT_CLOCK_STEADY &&
	    ev->kind != EVENT_CLOCK_RESTORED)
		return;
	c = clock_of(s, ev);
	if (c->flapping && (ev->kind == EVENT_CLOCK_STARTED || ev->kind == EVENT_CLOCK_RESTORED))
		broken(s, "a clock stops or begins anew while its service is flapping");
	if (ev->kind == EVENT_CLOCK_FLAPPING) {
		if (!c->running || ev->began.us > c->began.us)
			broken(s, "flapping makes a clock younger");
		if (ev->until.us != ev->began.us + engine_plan_of(s->world->engine, ev->incident, 0)
							   ->services[ev->service]
							   .rto_us)
			broken(s, "flapping moves an RTO");
		s->flapped++;
	}
	c->flapping =
		ev->kind == EVENT_CLOCK_FLAPPING || (c->flapping && ev->kind != EVENT_CLOCK_STEADY);
	if (ev->kind == EVENT_CLOCK_STEADY || ev->kind == EVENT_CLOCK_RESTORED) {
		c->running = c->running && ev->kind == EVENT_CLOCK_STEADY;
		return;
	}
	c->running = true;
	c->began = ev->began;
	c->by_word = ev->kind == EVENT_CLOCK_STARTED && ev->estimated;
}

/* The clocks go on in the other incident, unless one runs there already. */
static void look_at_merge(struct sim *s, const struct event *ev)
{
	for (size_t i = 0; ev->kind == EVENT_ACT_MERGE && i < s->clock_count; i++) {
		struct event there = {.incident = ev->entry, .service = s->clocks[i].service};
		struct told_clock *c;

		if (s->clocks[i].incident != ev->incident || !s->clocks[i].running)
			continue;
		c = clock_of(s, &there); /* may move the list */
		if (c->running && !s->clocks[i].by_word && !c->by_word)
			broken(s, "one process fails in two incidents at once");
		if (!c->running || c->by_word) {
			*c = s->clocks[i];
			c->incident = ev->entry;
		}
		s->clocks[i].running = s->clocks[i].flapping = false;
	}
}

/* --- every step is carried out, or left out for a reason --------------------------------------------------------- */

static bool has_run(const struct sim *s, const struct told_clock *c, uint32_t step)
{
	for (size_t k = 0; k < s->ran_count; k++) {
		if (s->ran[k].incident == c->incident && s->ran[k].service == c->service &&
		    s->ran[k].step == step)
			return true;
	}
	return false;
}

static void look_at_step(struct sim *s, const struct event *ev)
{
	struct told_clock c = {.incident = ev->incident, .service = ev->service};

	if ((ev->kind != EVENT_STEP_FIRED && ev->kind != EVENT_STEP_DONE) ||
	    has_run(s, &c, ev->step))
		return;
	s->ran = mem_grow(s->ran, s->ran_count, &s->ran_cap, sizeof(*s->ran));
	s->ran[s->ran_count++] = (struct ran_step){ev->incident, ev->service, ev->step};
}

static int64_t due_after(const struct plan_step *step, int64_t rto_us)
{
	int64_t after = rto_us / 100 * step->pct;

	if (step->at == AT_CONFIRMED)
		return 0;
	if (step->min_us > 0 && after < step->min_us)
		after = step->min_us;
	if (step->max_us > 0 && after > step->max_us)
		after = step->max_us;
	return after;
}

/* What a person put together has steps of both; whose they were is in the entries of either. */
static bool was_merged(const struct sim *s, uint64_t incident)
{
	for (size_t k = 0; k < s->looked; k++) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->kind == EVENT_ACT_MERGE &&
		    (ev->incident == incident || ev->entry == incident))
			return true;
	}
	return false;
}

static void look_at_steps(struct sim *s)
{
	for (size_t k = 0; k < s->clock_count; k++) {
		const struct told_clock *c = &s->clocks[k];
		const struct plan_service *service;
		struct view_incident i;

		if (!c->running || was_merged(s, c->incident) ||
		    held_of(s, c->incident, c->service)->now ||
		    !view_find_incident(s->world->engine, c->incident, &i) ||
		    i.kind == INCIDENT_KIND_PAST ||
		    i.call_count >= engine_limits_default.calls_per_incident)
			continue;
		service = &i.plan->services[c->service];
		for (uint32_t n = 0; service->policy != PLAN_NONE &&
				     n < i.plan->policies[service->policy].step_count;
		     n++) {
			const struct plan_step *step = &i.plan->policies[service->policy].steps[n];
			/* The coordinator may hold level 1 for a while, twice. */
			int64_t late = step->ask == ASK_ACTIVATE ? GATE_S * US_PER_S : 0;

			if (wall_add_us(c->began, due_after(step, service->rto_us) + late).us <=
				    s->world->now.us &&
			    !has_run(s, c, n))
				broken(s, "a step is due, and neither carried out nor its "
					  "omission explained");
		}
	}
}

/* A message leaves once; once more only if nobody knows what became of it, and then it says so. */
static void look_at_effects(struct sim *s)
{
	const struct effect_list *all = &s->world->effects;

	for (; s->effects_looked < all->count; s->effects_looked++) {
		const struct effect *e = &all->items[s->effects_looked];

		for (size_t k = 0; k < s->effects_looked && !e->maybe_duplicate; k++) {
			if (all->items[k].id == e->id)
				broken(s, "a message leaves twice, unmarked");
		}
	}
}

/* --- who was told "down" is told "up" ------------------------------------------------------------------------------ */

static bool is_bad_news(enum call_kind k)
{
	return k == CALL_DOWN || k == CALL_BLIND || k == CALL_MARK || k == CALL_ASK ||
	       k == CALL_FLAPPING;
}

static bool is_good_news(enum call_kind k)
{
	return k == CALL_UP || k == CALL_NOT_OBSERVED || k == CALL_FALSE_ALARM || k == CALL_CLOSED;
}

/* By their ids: an incident may have adopted a plan that lists people in another order. */
static bool is_same_person(const struct sim *s, size_t entry, size_t other)
{
	struct slice a = body_word(slice_of(s->world->events[entry].body), "person");
	struct slice b = body_word(slice_of(s->world->events[other].body), "person");

	return a.n > 0 && slice_eq(a, b);
}

static bool hears_of_end(const struct sim *s, const struct event *bad)
{
	for (size_t k = (size_t)bad->seq; k < s->world->count; k++) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->kind == EVENT_CALL_INTENT && ev->incident == bad->incident &&
		    is_good_news(ev->call_kind) && is_same_person(s, k, (size_t)bad->seq - 1))
			return true;
	}
	return false;
}

/* By the entries alone: whoever received bad news of an incident that is over was called with the good. */
static void everybody_hears_of_end(const struct sim *s)
{
	for (size_t k = 0; k < s->world->count; k++) {
		const struct event *got = &s->world->events[k].ev, *bad;
		bool runs = false;

		if (got->kind != EVENT_CALL_RECEIVED)
			continue;
		bad = &s->world->events[got->call - 1].ev;
		if (bad->incident == 0 || bad->step == PLAN_NONE || !is_bad_news(bad->call_kind))
			continue;
		for (size_t c = 0; c < s->clock_count; c++)
			runs = runs ||
			       (s->clocks[c].incident == bad->incident && s->clocks[c].running);
		if (!runs && !was_merged(s, bad->incident) && !hears_of_end(s, bad))
			broken(s, "somebody received bad news and no good news");
	}
}

/* A person has ended the incident: whatever its clocks said. */
static void look_at_end(struct sim *s, const struct event *ev)
{
	if (ev->kind != EVENT_INCIDENT_STATE ||
	    (ev->to != INCIDENT_CLOSED && ev->to != INCIDENT_FALSE_ALARM))
		return;
	for (size_t i = 0; i < s->clock_count; i++) {
		if (s->clocks[i].incident == ev->incident)
			s->clocks[i].running = s->clocks[i].flapping = false;
	}
}

/* --- one failure away, tried out --------------------------------------------------------------------------------- */

/* What is not lost serves as it is measured; with `dead` failing, what hangs on it alone goes too. */
struct trial {
	const struct plan *plan;
	const bool *lost;
	uint32_t dead;
};

static bool need_holds(const struct trial *t, const struct plan_need *n);

static bool component_holds(const struct trial *t, uint32_t c)
{
	const struct plan_need *path = t->plan->components[c].depends_on;
	struct trial before = {t->plan, t->lost, PLAN_NONE};

	if (t->lost[c] || c == t->dead)
		return false;
	return path == NULL || !need_holds(&before, path) || need_holds(t, path);
}

static bool need_holds(const struct trial *t, const struct plan_need *n)
{
	size_t up = 0;

	if (n->kind == NEED_COMPONENT)
		return component_holds(t, n->component);
	for (size_t i = 0; i < n->child_count; i++)
		up += need_holds(t, &n->children[i]);
	return up >= n->at_least;
}

static uint32_t ended_by_one(const struct plan *p, uint32_t service, const bool *lost)
{
	const bool none[VANTAGES_MAX] = {false};
	uint32_t n = 0;

	for (uint32_t c = 0; c < p->component_count; c++) {
		struct trial now = {p, lost, c}, design = {p, none, c};

		n += !lost[c] && !need_holds(&now, p->services[service].needs) &&
		     need_holds(&design, p->services[service].needs);
	}
	return n;
}

static void look_at_exposure(struct sim *s, uint32_t service, const struct view_service *v)
{
	const struct plan *p = plan_of(s);
	bool failed[VANTAGES_MAX] = {false}, gone[VANTAGES_MAX] = {false};
	uint32_t sure, perhaps;

	if (v->state != SERVICE_OK && v->state != SERVICE_DEGRADED)
		return; /* it stands as it was */
	for (uint32_t c = 0; c < p->component_count; c++) {
		struct view_component k;

		view_component(s->world->engine, c, &k);
		failed[c] = k.state == COMPONENT_CRITICAL || k.state == COMPONENT_UNREACHABLE;
		gone[c] = failed[c] || k.state == COMPONENT_BLIND;
	}
	sure = ended_by_one(p, service, failed);
	perhaps = ended_by_one(p, service, gone);
	if (v->exposure.exposed != (sure + perhaps > 0))
		broken(s, "one failure away, and nobody says so (or the other way round)");
	if (v->exposure.exposed &&
	    (v->exposure.unseen != (sure == 0) || v->exposure.count != (sure > 0 ? sure : perhaps)))
		broken(s, "what would end a service is not what is said");
	if (v->exposure.exposed && v->exposure.since.us > s->world->now.us)
		broken(s, "an exposure begins in the future");
	s->exposed += v->exposure.exposed;
}

/* Every report is of an incident, at once; what a person's word restores need not have been measured. */
static void look_at_report(struct sim *s, const struct event *ev)
{
	if (ev->kind == EVENT_ACT_RESTORE)
		s->restored_by_word = ev->incident;
	else if (ev->kind != EVENT_CLOCK_RESTORED)
		s->restored_by_word = 0;
	if (s->report != 0 && ev->entry != s->report)
		broken(s, "a report has no incident");
	s->report = ev->kind == EVENT_ACT_REPORT ? ev->seq : 0;
}

/* --- decisions ------------------------------------------------------------------------------------------------ */

/* `other` takes the place of whoever left, over as many as have left. */
static bool stands_in(struct sim *s, const char *person, const char *other)
{
	for (size_t hops = 0; hops <= s->away_count; hops++) {
		const struct away *a = away_of(s, person);

		if (a == NULL)
			return false;
		if (strcmp(a->other, other) == 0)
			return true;
		person = a->other;
	}
	return false;
}

static bool is_or_stands_for(struct sim *s, const struct plan *p, uint32_t holder, uint32_t person)
{
	return holder != PLAN_NONE &&
	       (holder == person || stands_in(s, p->people[holder].id, p->people[person].id));
}

static bool was_called_at(const struct sim *s, const struct event *by, uint32_t level)
{
	for (size_t k = 0; k < s->looked; k++) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->kind == EVENT_CALL_INTENT && ev->incident == by->incident &&
		    ev->level == level && ev->person == by->person)
			return true;
	}
	return false;
}

static bool holds(struct sim *s, const struct plan *p, const struct event *by, uint32_t level)
{
	for (uint32_t k = 0; k < p->seat_count; k++) {
		const struct plan_seat *seat = &p->seats[k];

		if (seat->level != level)
			continue;
		if (is_or_stands_for(s, p, seat->titular, by->person) ||
		    is_or_stands_for(s, p, seat->suplente, by->person))
			return true;
		for (uint32_t n = 0; n < p->shift_count; n++) {
			if (p->shifts[n].seat == k &&
			    (is_or_stands_for(s, p, p->shifts[n].titular, by->person) ||
			     is_or_stands_for(s, p, p->shifts[n].suplente, by->person)))
				return true;
		}
	}
	return was_called_at(s, by, level);
}

/* Whoever acts in `entry` wrote `of` down: by ids, as is_same_person. */
static bool wrote_down(const struct sim *s, size_t of, size_t entry)
{
	return slice_eq(body_word(slice_of(s->world->events[of].body), "recorded_by"),
			body_word(slice_of(s->world->events[entry].body), "person"));
}

/* What stands in the journal as an act was done by somebody who may do it, and not by both hands of one person. */
static void look_at_act(struct sim *s, const struct event *ev)
{
	const struct plan *p = engine_plan_of(s->world->engine, ev->incident, 0);
	bool other = ev->recorded_by != ev->person;

	switch ((int)ev->kind) {
	case EVENT_ACT_AUTHORIZE:
	case EVENT_ACT_RATIFY:
		if (!holds(s, p, ev, 1))
			broken(s, "somebody outside of level 1 authorises or ratifies");
		break;
	case EVENT_ACT_DECLARE:
	case EVENT_ACT_CONVENE:
	case EVENT_ACT_WAIT:
		if (!holds(s, p, ev, 2))
			broken(s, "somebody who is no coordinator declares, convenes or waits");
		break;
	case EVENT_ACT_CONFIRM:
		if (other || wrote_down(s, (size_t)ev->entry - 1, (size_t)ev->seq - 1))
			broken(s, "who wrote an act down confirms it");
		break;
	default:
		break;
	}
	if ((ev->proof == PROOF_VOICE || ev->proof == PROOF_PAPER) && !other &&
	    ev->kind != EVENT_ACT_REFUSED && ev->person != PLAN_NONE)
		broken(s, "what was said is written down by nobody");
}

/* Of its services: one that joins later may ask for more people, of a decision that was made. */
static size_t least_quorum(const struct view_incident *i)
{
	size_t least = i->service_count > 0 ? SIZE_MAX : 1; /* a report of no process */

	for (size_t k = 0; k < i->service_count; k++) {
		uint32_t policy = i->plan->services[i->services[k]].policy;
		const struct plan_policy *p =
			policy != PLAN_NONE ? &i->plan->policies[policy] : NULL;
		size_t quorum = 1;

		for (size_t n = 0; p != NULL && n < p->step_count; n++) {
			if (p->steps[n].ask == ASK_ACTIVATE && p->steps[n].quorum > quorum)
				quorum = p->steps[n].quorum;
		}
		least = quorum < least ? quorum : least;
	}
	return least;
}

/* Nothing is declared without level 1, unless it is marked. */
static void look_at_declared(const struct sim *s)
{
	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct arena *arena = arena_new();
		struct view_incident i;
		struct brief b;

		view_incident(s->world->engine, k, &i);
		if (!brief_of(s->world->engine, i.id, s->world->now, arena, &b))
			broken(s, "an incident has no brief");
		for (size_t n = 0; n < b.authoriser_count; n++) {
			if (i.state == INCIDENT_DECLARED && b.authorisers[n] == b.declared_by)
				broken(s, "somebody has declared what they authorised");
			for (size_t m = 0; m < n; m++) {
				if (b.authorisers[m] == b.authorisers[n])
					broken(s, "one person is counted twice");
			}
		}
		if (i.state == INCIDENT_DECLARED && b.authoriser_count < least_quorum(&i) &&
		    b.ratification != RATIFICATION_PENDING &&
		    b.ratification != RATIFICATION_RATIFIED)
			broken(s, "a declaration without level 1 is not marked");
		if (i.state == INCIDENT_AUTHORISED && b.authoriser_count < least_quorum(&i))
			broken(s, "authorised without its quorum");
		if (b.gate == GATE_OPEN || !wall_is_known(b.gate_until)) {
			arena_free(arena);
			continue;
		}
		if (b.gate_until.us > b.gate_latest.us)
			broken(s, "the gate holds level 1 past its bound");
		arena_free(arena);
	}
}

static void look_at_entries(struct sim *s)
{
	for (; s->looked < s->world->count; s->looked++) {
		const struct event *ev = &s->world->events[s->looked].ev;

		look_at_answers(s, ev);
		look_at_silences(s, ev);
		look_at_clock(s, ev);
		look_at_merge(s, ev);
		look_at_end(s, ev);
		look_at_step(s, ev);
		look_at_absences(s, ev, s->world->events[s->looked].body);
		look_at_act(s, ev);
		if ((ev->kind == EVENT_CLOCK_STARTED && !ev->estimated) ||
		    ev->kind == EVENT_CLOCK_CORRECTED)
			look_at_moment(s, ev, ev->began, true);
		if (ev->kind == EVENT_SERVICE_PAST && ev->estimated)
			s->unseen_end = ev->until; /* the last bad sample: nobody saw a good one */
		look_at_report(s, ev);
		if (ev->kind == EVENT_CLOCK_RESTORED && ev->began.us != s->unseen_end.us &&
		    s->restored_by_word != ev->incident)
			look_at_moment(s, ev, ev->began, false);
		if (ev->kind == EVENT_CLOCK_RESTORED && ev->number < 0)
			broken(s, "an outage ends before it began");
		if (ev->kind == EVENT_CLOCK_CORRECTED && ev->began.us > ev->until.us &&
		    s->world->events[s->looked].ev.not_before.us > ev->began.us)
			broken(s, "a beginning lies before the last good sample");
		if (ev->at.us > ev->recorded.us && ev->kind != EVENT_CLOCK_BREACHED)
			broken(s, "an entry speaks of the future");
	}
}

static void replay_is_the_same(const struct sim *s)
{
	struct engine *again = world_replay(s->world);
	bool same = engine_digest(again) == engine_digest(s->world->engine);

	engine_free(again);
	if (!same)
		broken(s, "replay gives another digest");
}

static void look(struct sim *s)
{
	struct wall_time due = engine_next_deadline(s->world->engine);
	const char *wrong =
		plan_of(s)->cuts_count > 0 ? press_look(&s->press, s->world, s->second) : NULL;

	if (wrong != NULL)
		broken(s, wrong);

	if (due.us <= s->world->now.us)
		broken(s, "a deadline of the past: whoever waits for it spins");
	look_at_incidents(s);
	look_at_services(s);
	look_at_declared(s);
	look_at_entries(s);
	look_at_held_breaches(s);
	look_at_orders(s);
	look_at_steps(s);
	look_at_effects(s);
	if (s->second % s->replay_every == 0)
		replay_is_the_same(s);
}

/* --- a whole hour ----------------------------------------------------------------------------------------------- */

static void remember(struct sim *s)
{
	const struct plan *p = plan_of(s);
	struct truth *t = &s->truth[s->second];

	memcpy(t->health, s->world->health, p->vantage_count * sizeof(*t->health));
	memcpy(t->value, s->world->value, p->vantage_count * sizeof(*t->value));
	memcpy(t->cut, s->world->cut, p->agent_count * sizeof(*t->cut));
}

static void calm(struct sim *s)
{
	const struct plan *p = plan_of(s);

	memset(s->world->health, 0, p->vantage_count * sizeof(*s->world->health));
	memset(s->world->cut, 0, p->agent_count * sizeof(*s->world->cut));
	s->world->delivery = WORLD_OK;
	s->world->channel = NULL;
}

/* All has been well for long: every clock stands, everybody knows. */
static void nothing_is_owed(const struct sim *s)
{
	if (view_owed_up(s->world->engine) > 0)
		broken(s, "somebody was told \"down\" and never \"up\"");
	everybody_hears_of_end(s);
	for (uint32_t k = 0; k < plan_of(s)->service_count; k++) {
		struct view_service v;

		view_service(s->world->engine, k, s->world->now, &v);
		if (v.state != SERVICE_OK)
			broken(s, "a service is not well though all of its checks are");
		if (v.clock.running && !v.clock.by_word)
			broken(s, "a clock runs though all is well");
		if (v.exposure.exposed || v.flapping)
			broken(s, "a service is told as exposed or flapping though all is well");
	}
}

/* What somebody reported is open until people have said what became of it. */
static void no_report_is_lost(const struct sim *s)
{
	for (size_t k = 0; k < s->world->count; k++) {
		const struct event *ev = &s->world->events[k].ev;
		struct view_incident i;
		bool over = false;

		if (ev->kind != EVENT_INCIDENT_OPENED || ev->to != INCIDENT_KIND_REPORTED ||
		    view_find_incident(s->world->engine, ev->seq, &i))
			continue;
		for (size_t n = k; n < s->world->count && !over; n++) {
			const struct event *end = &s->world->events[n].ev;

			over = end->incident == ev->seq && end->kind == EVENT_INCIDENT_STATE &&
			       (end->to == INCIDENT_CLOSED || end->to == INCIDENT_FALSE_ALARM);
		}
		if (!over)
			broken(s, "a reported incident is lost");
	}
}

struct played {
	size_t entries, flapped, exposed, adopted;
};

static char *plans[PLANS][2];

static void play(uint64_t seed, int64_t seconds, int64_t until, const struct injection_list *only,
		 struct played *sum)
{
	char *const *mine = plans[seed % COUNT_OF(plans)];
	struct sim s = {
		.seed = seed, .seconds = seconds, .only = only, .plans = {mine[0], mine[1]}};

	failing = &s;
	press_open(&s.press);
	s.replay_every = 200 + seconds / 20;
	rand_seed(&s.rand, seed);
	s.decisive = chance(&s, 2);
	s.truth = mem_calloc((size_t)(seconds + CALM + 2), sizeof(*s.truth));
	s.world = world_open(mine[0]);
	for (s.second = 0; s.second < seconds + CALM && s.second <= until; s.second++) {
		if (s.second < seconds)
			one_second(&s);
		else
			calm(&s);
		if (plan_of(&s)->cuts_count > 0) {
			rand_seed(&s.rand,
				  seed * 1000003 + (uint64_t)s.second); /* whatever was left out */
			press_publish(&s.press, s.world, &s.rand, s.second, s.second >= seconds);
		}
		world_until(s.world, (s.second + 1) * 1000);
		remember(&s);
		look(&s);
	}
	if (s.second == seconds + CALM) {
		nothing_is_owed(&s);
		no_report_is_lost(&s);
	}
	sum->entries += s.world->count;
	sum->flapped += s.flapped;
	sum->exposed += s.exposed > 0;
	sum->adopted += s.adopted;
	world_close(s.world);
	free(s.truth);
	free(s.answers);
	free(s.held);
	free(s.clocks);
	free(s.ran);
	free(s.done.items);
	failing = NULL;
}

/* --- shrinking -------------------------------------------------------------------------------------------------- */

/* The same failure comes with these injections alone. In a process of its own: it ends there. */
static bool fails_with(const struct sim *s, const struct injection_list *list)
{
	struct played sum = {0};
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		quiet = true;
		atexit(at_exit); /* we may be in one already */
		if (freopen("/dev/null", "w", stderr) == NULL ||
		    freopen("/dev/null", "w", stdout) == NULL)
			_exit(1);
		play(s->seed, s->seconds, s->second, list, &sum);
		_exit(1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

/* Without the `n` from `from` on. */
static struct injection_list without(const struct injection_list *list, size_t from, size_t n)
{
	struct injection_list rest = {mem_calloc(list->count + 1, sizeof(*rest.items)), 0, 0};

	for (size_t k = 0; k < list->count; k++) {
		if (k < from || k >= from + n)
			rest.items[rest.count++] = list->items[k];
	}
	return rest;
}

/* Leaves out halves, quarters ..., single ones, as long as it fails the same way. */
static void shrink_list(const struct sim *s, struct injection_list *list)
{
	unsigned tries = 0;

	for (size_t part = (list->count + 1) / 2; part > 0 && list->count > 0;) {
		bool less = false;

		for (size_t from = 0; from < list->count && tries < TRIES_MAX; tries++) {
			struct injection_list rest = without(list, from, part);

			if (fails_with(s, &rest)) {
				free(list->items);
				*list = rest;
				less = true;
			} else {
				free(rest.items);
				from += part;
			}
		}
		if (part == 1 && !less)
			break;
		part = part == 1 ? 1 : part / 2;
		if (tries >= TRIES_MAX)
			break;
	}
}

static void write_list(const struct sim *s, const struct injection_list *list, const char *what,
		       const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		fprintf(stderr, "sim: %s cannot be written\n", path);
		return;
	}
	fprintf(f, "# %s, at second %lld\n# ", what, (long long)s->second);
	show_commit(f);
	fprintf(f, "# again: build/debug/tool/tests/sim/sim --replay %s\n", path);
	fprintf(f, "seed %llu\nseconds %lld\n", (unsigned long long)s->seed, (long long)s->seconds);
	for (size_t k = 0; k < list->count; k++)
		fprintf(f, "%lld %s\n", (long long)list->items[k].second,
			injections[list->items[k].kind].word);
	fclose(f);
	fprintf(stderr, "shrunk: %zu of %zu injections, in %s\n", list->count, s->done.count, path);
}

static void shrink(const struct sim *s, const char *what)
{
	struct injection_list list = without(&s->done, 0, 0);
	char path[64];

	snprintf(wanted, sizeof(wanted), "%s", what);
	snprintf(path, sizeof(path), "build/sim-%llu.scn", (unsigned long long)s->seed);
	if (fails_with(s, &list))
		shrink_list(s, &list);
	else
		fprintf(stderr, "sim: it does not fail again with the same injections\n");
	write_list(s, &list, what, path);
	free(list.items);
}

static unsigned injection_of(const char *word)
{
	for (unsigned k = 0; k < COUNT_OF(injections); k++) {
		if (strcmp(injections[k].word, word) == 0)
			return k;
	}
	fprintf(stderr, "sim: there is no injection '%s'\n", word);
	exit(2);
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "r");
	struct injection_list list = {0};
	struct played sum = {0};
	unsigned long long seed = 0;
	long long seconds = 0, second;
	char line[256], word[32];

	if (f == NULL) {
		fprintf(stderr, "sim: %s cannot be read\n", path);
		return 2;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line[0] == '#' || sscanf(line, "seed %llu", &seed) == 1 ||
		    sscanf(line, "seconds %lld", &seconds) == 1)
			continue;
		if (sscanf(line, "%lld %31s", &second, word) != 2) {
			fprintf(stderr, "sim: %s: SECOND WORD is needed: %s", path, line);
			exit(2);
		}
		list.items = mem_grow(list.items, list.count, &list.cap, sizeof(*list.items));
		list.items[list.count++] = (struct injection){second, injection_of(word)};
	}
	fclose(f);
	play(seed, seconds, seconds + CALM, &list, &sum);
	printf("sim: %s: all held\n", path);
	free(list.items);
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const names[COUNT_OF(plans)] = {"base",      "rules",    "people",
							   "decisions", "calendar", "cuts-sim"};
	bool again = argc == 3 && strcmp(argv[1], "--replay") == 0;
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	int64_t asked = argc > 2 ? strtoll(argv[2], NULL, 10) : 0, total = 0;
	uint64_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : argc > 1 ? 1 : SEEDS;
	struct arena *arena = arena_new();
	struct played sum = {0};
	int ret = 0;

	atexit(at_exit);
	for (size_t k = 0; k < COUNT_OF(plans); k++) {
		char path[64];

		snprintf(path, sizeof(path), "tests/scenario/plans/%s.yaml", names[k]);
		plans[k][0] = test_plan_read_file(path, arena);
		snprintf(path, sizeof(path), "tests/scenario/plans/%s-v2.yaml", names[k]);
		plans[k][1] = test_plan_read_file(path, arena);
	}
	if (again) {
		ret = replay(argv[2]);
	} else {
		for (uint64_t k = 0; k < count; k++) {
			int64_t seconds = asked > 0                            ? asked
					  : (seed + k) % PLANS == PLAN_OF_CUTS ? CUT_SECONDS
									       : SECONDS;

			play(seed + k, seconds, seconds + CALM, NULL, &sum);
			total += seconds;
		}
		printf("sim: %llu seeds from %llu, %lld seconds in all, %zu entries: all held; %zu "
		       "clocks "
		       "counted through flapping, %zu seeds had services one failure away, %zu "
		       "times another plan was adopted\n",
		       (unsigned long long)count, (unsigned long long)seed, (long long)total,
		       sum.entries, sum.flapped, sum.exposed, sum.adopted);
	}
	arena_free(arena);
	return ret;
}
