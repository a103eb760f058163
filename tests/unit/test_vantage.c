/* vantage - one bad sample is a suspicion, enough of them a confirmation that begins at the first; several places
 * must agree where a quorum is asked for; no data is blind; what is late corrects and pages nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

#define PLAN_WITH(rest)                                                                            \
	"institution: {name: I}\nagents: [{id: dc}, {id: catd}, {id: far}]\n"                      \
	"components:\n" WORLD_COMPONENT("web", rest)
static const char placed[] = "institution: {name: I}\nagents: [{id: dc}, {id: catd}, {id: far}]\n"
			     "components:\n"
			     "  - {id: db, checks: [" WORLD_CHECK(
				     "p", "from: [dc, catd, far], confirm: 1, quorum: 2") "]}\n";

/* --- debounce ------------------------------------------------------------------------------------ */

static char letter_of(enum event_kind k)
{
	switch ((int)k) {
	case EVENT_CHECK_SUSPECT:
		return 's';
	case EVENT_CHECK_CLEARED:
		return 'c';
	case EVENT_CHECK_BAD:
		return 'b';
	case EVENT_CHECK_GOOD:
		return 'g';
	case EVENT_CHECK_BLIND:
		return 'n';
	default:
		return '\0';
	}
}

/* A sample per letter (O W C B) and second; the check's events by their letters, '-' between samples. */
static void play(struct engine_world *w, const char *samples, char *ret)
{
	static const char healths[] = "OWCB";

	for (int i = 0; samples[i] != '\0'; i++) {
		size_t from = w->count;

		if (i > 0)
			*ret++ = '-';
		world_sample(w, "web:p", "dc", (i + 1) * 1000,
			     (enum health)(strchr(healths, samples[i]) - healths));
		for (size_t k = from; k < w->count; k++) {
			if (letter_of(w->events[k].ev.kind) != '\0')
				*ret++ = letter_of(w->events[k].ev.kind);
		}
	}
	*ret = '\0';
}

static void suspicion_confirmation_and_end_follow_the_counts(void **state)
{
	static const struct {
		const char *plan, *samples, *events, *why;
	} cases[] = {
		{PLAN_WITH("confirm: 3"), "OOO", "g--", "good is said once"},
		{PLAN_WITH("confirm: 3"), "OCCC", "g-s--b", "the third in a row confirms"},
		{PLAN_WITH("confirm: 3"), "OCCO", "g-s--c", "two are a suspicion"},
		{PLAN_WITH("confirm: 3"), "OCCOCCO", "g-s--c-s--c",
		 "a good one starts the count anew"},
		{PLAN_WITH("confirm: 3"), "OWWW", "g-s--b", "a warning is bad too"},
		{PLAN_WITH("confirm: 1"), "OC", "g-sb", "one is enough where the plan says so"},
		{PLAN_WITH("confirm: 1"), "C", "sb", "the first sample of all may be bad"},
		{PLAN_WITH("confirm: 1"), "CCCC", "sb---", "bad is said once"},
		{PLAN_WITH("confirm: 1, recover: 2"), "COO", "sb--g",
		 "the second good one ends it"},
		{PLAN_WITH("confirm: 1, recover: 2"), "COCOCOO", "sb------g", "in a row"},
		{PLAN_WITH("confirm: 1, recover: 3"), "COOO", "sb---g", "the third"},
		{PLAN_WITH("confirm: 1"), "CWC", "sb-b-b", "another degree is said"},
		{PLAN_WITH("confirm: 1, recover: 2"), "CWWC", "sb--b-b",
		 "another degree is confirmed and ended like the trouble itself"},
		{PLAN_WITH("confirm: 2"), "WWCWCC", "s-b----b",
		 "one critical sample is not yet critical"},
		{PLAN_WITH("confirm: 3"), "CCW", "s--b", "three bad ones of which the last serves"},
		{PLAN_WITH("confirm: 3"), "CWC", "s--", "neither critical nor a warning yet"},
		{PLAN_WITH("confirm: 2"), "CBC", "s-n-s", "a run does not reach over a gap"},
		{PLAN_WITH("confirm: 1"), "OBBO", "g-n--g", "blind is said at once, and once"},
		{PLAN_WITH("confirm: 3"), "OCB", "g-s-n", "who is blind suspects nobody"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct engine_world *w = world_open(cases[i].plan);
		char got[64];

		play(w, cases[i].samples, got);
		if (strcmp(got, cases[i].events) != 0)
			fail_msg("%s: %s gave %s", cases[i].why, cases[i].samples, got);
		world_close(w);
	}
}

static void bad_for_so_long_confirms_by_time_not_by_count(void **state)
{
	static const struct {
		int64_t at_ms[4];
		const char *last; /* what the last of them brings */
		const char *why;
	} cases[] = {
		{{1000, 2000, 3000, 10900}, NULL, "9.9 s are not ten"},
		{{1000, 2000, 3000, 11000}, "check.bad began=@1", "ten seconds after the first"},
		{{1000, 11000}, "check.bad began=@1", "two samples are enough"},
		{{1000, 1100, 1200, 1300}, NULL, "many samples are not long"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct engine_world *w = world_open(PLAN_WITH("for: 10s"));

		for (size_t k = 0; k < 4 && cases[i].at_ms[k] > 0; k++)
			world_sample(w, "web:p", "dc", cases[i].at_ms[k], HEALTH_CRITICAL);
		if (world_count(w, "check.bad") != (cases[i].last != NULL))
			fail_msg("%s", cases[i].why);
		if (cases[i].last != NULL)
			world_expect(w, cases[i].last);
		world_close(w);
	}
}

static void the_clock_starts_at_the_first_bad_sample_and_shows_the_last_good_one(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 3, recover: 2"));
	struct view_check v;

	(void)state;
	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 2000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 3500, HEALTH_CRITICAL);
	world_expect(w, "check.suspect outcome=connect-refused state=critical began=@3.5 "
			"not_before=@2");
	assert_true(world_check(w, "web:p").suspect);
	assert_int_equal(world_check(w, "web:p").state, CHECK_OK);
	world_sample(w, "web:p", "dc", 4000, HEALTH_CRITICAL);
	world_sample(w, "web:p", "dc", 5000, HEALTH_CRITICAL);
	world_expect(w, "check.bad state=critical began=@3.5 not_before=@2");
	v = world_check(w, "web:p");
	assert_int_equal(v.state, CHECK_CRITICAL);
	assert_false(v.suspect);
	assert_int_equal(world_ms(v.began), 3500);
	assert_int_equal(world_ms(v.not_before), 2000);
	assert_int_equal(world_ms(v.since), 5000);
	assert_string_equal(v.why, "connect-refused");
	world_sample(w, "web:p", "dc", 6000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 7000, HEALTH_OK);
	world_expect(w, "check.good good=@6");
	world_close(w);
}

/* --- several places -------------------------------------------------------------------------------- */

/* An engine of nothing but one check at three places. */
struct places {
	struct engine engine;
	struct plan plan;
	struct plan_check check;
	struct vantage_state vantages[3];
};

static void build(struct places *p, uint32_t quorum, unsigned combination)
{
	*p = (struct places){.check = {.quorum = quorum, .vantage_count = 3}};
	p->plan.checks = &p->check;
	p->plan.check_count = 1;
	p->engine.plan = &p->plan;
	p->engine.vantages = p->vantages;
	for (int i = 0; i < 3; i++, combination /= CHECK_STATE_COUNT) {
		p->vantages[i].state = (enum check_state)(combination % CHECK_STATE_COUNT);
		p->vantages[i].since = p->vantages[i].good = (struct wall_time){1};
		p->vantages[i].began = (struct wall_time){30 - 10 * i};
		p->vantages[i].not_before = (struct wall_time){29 - 10 * i};
	}
}

struct tally {
	uint32_t bad, critical, unseen, blind;
	struct wall_time kth, kth_critical; /* the quorum-th beginning */
};

static struct tally count(const struct places *p)
{
	struct tally t = {.kth = WALL_UNKNOWN, .kth_critical = WALL_UNKNOWN};

	for (int i = 2; i >= 0; i--) { /* by beginning */
		enum check_state s = p->vantages[i].state;

		if (s == CHECK_CRITICAL && ++t.critical == p->check.quorum)
			t.kth_critical = p->vantages[i].began;
		t.blind += s == CHECK_BLIND;
		t.unseen += s == CHECK_BLIND || s == CHECK_UNKNOWN;
		if ((s == CHECK_WARNING || s == CHECK_CRITICAL) && ++t.bad == p->check.quorum)
			t.kth = p->vantages[i].began;
	}
	return t;
}

static enum check_state expected(const struct tally *t, uint32_t quorum)
{
	if (t->bad >= quorum)
		return t->critical >= quorum ? CHECK_CRITICAL : CHECK_WARNING;
	if (t->bad + t->unseen < quorum)
		return CHECK_OK;
	return t->blind > 0 ? CHECK_BLIND : CHECK_UNKNOWN;
}

static void every_combination_of_three_places_has_its_verdict(void **state)
{
	(void)state;
	for (uint32_t quorum = 1; quorum <= 3; quorum++) {
		for (unsigned c = 0; c < 5 * 5 * 5; c++) {
			struct places p;
			struct tally t;
			struct check_now now;

			build(&p, quorum, c);
			t = count(&p);
			now = vantage_check(&p.engine, 0);
			if (now.state != expected(&t, quorum))
				fail_msg("quorum %u of %s, %s, %s: %s", quorum,
					 check_state_word(p.vantages[0].state),
					 check_state_word(p.vantages[1].state),
					 check_state_word(p.vantages[2].state),
					 check_state_word(now.state));
			if (t.bad < quorum)
				continue;
			/* It began where the K-th place saw it first, not sooner; critical where the K-th
			 * saw it critical: a warning serves. */
			if (now.state == CHECK_CRITICAL)
				t.kth = t.kth_critical;
			assert_int_equal(now.began.us, t.kth.us);
			assert_int_equal(now.not_before.us, t.kth.us - 1);
		}
	}
}

static void with_a_quorum_it_began_at_the_second_place(void **state)
{
	struct engine_world *w = world_open(placed);

	(void)state;
	for (int s = 1; s <= 3; s++) {
		world_sample(w, "db:p", "dc", s * 1000, HEALTH_OK);
		world_sample(w, "db:p", "catd", s * 1000, HEALTH_OK);
		world_sample(w, "db:p", "far", s * 1000, HEALTH_OK);
	}
	world_sample(w, "db:p", "far", 4000, HEALTH_CRITICAL);
	assert_int_equal(world_check(w, "db:p").state, CHECK_OK);
	world_sample(w, "db:p", "dc", 7000, HEALTH_CRITICAL);
	assert_int_equal(world_check(w, "db:p").state, CHECK_CRITICAL);
	assert_int_equal(world_ms(world_check(w, "db:p").began), 7000);
	/* The third place changes nothing, also if it comes late with an earlier hour. */
	world_sample(w, "db:p", "catd", 8000, HEALTH_CRITICAL);
	assert_int_equal(world_ms(world_check(w, "db:p").began), 7000);
	assert_int_equal(world_ms(world_check(w, "db:p").not_before), 3000);
	world_close(w);
}

/* --- blind ---------------------------------------------------------------------------------------- */

static void no_data_is_blind_at_the_deadline_and_not_before(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));

	(void)state;
	/* Nothing at all yet: one deadline of grace. */
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 5000);
	world_sample(w, "web:p", "dc", 3000, HEALTH_OK);
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 8000);
	world_tick(w, 7999);
	assert_int_equal(world_check(w, "web:p").state, CHECK_OK);
	world_tick(w, 8000);
	world_expect(w, "check.blind why=no-data last=@3");
	assert_int_equal(world_check(w, "web:p").state, CHECK_BLIND);
	assert_string_equal(world_check(w, "web:p").why, "no-data");
	/* What was bad and is not heard of any more is blind, not bad for ever. */
	world_sample(w, "web:p", "dc", 9000, HEALTH_CRITICAL);
	assert_int_equal(world_check(w, "web:p").state, CHECK_CRITICAL);
	world_tick(w, 14000);
	assert_int_equal(world_check(w, "web:p").state, CHECK_BLIND);
	world_close(w);
}

static void a_start_gives_one_deadline_of_grace(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));

	(void)state;
	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	w->now = world_time(60000);
	world_restart(w);
	world_tick(w, 64999);
	world_never(w, "check.blind");
	world_never(w, "agent.silent");
	world_tick(w, 65000);
	world_expect(w, "check.blind why=no-data");
	world_close(w);
}

static void a_fault_of_our_own_is_blind_and_says_why(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));

	(void)state;
	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 2000, HEALTH_BLIND);
	world_expect(w, "check.blind why=right-missing last=@1");
	assert_string_equal(world_check(w, "web:p").why, "right-missing");
	world_never(w, "check.bad");
	world_close(w);
}

static void a_silent_agent_is_said_to_be_silent_and_then_back(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));
	struct view_agent a;

	(void)state;
	world_until(w, 3000);
	world_cut(w, "dc", true);
	world_until(w, 17999);
	world_never(w, "agent.silent");
	world_until(w, 18000);
	world_expect(w, "agent.silent agent=dc last_seen=@3");
	view_agent(w->engine, 0, &a);
	assert_true(a.silent);
	world_cut(w, "dc", false);
	world_until(w, 20000);
	world_expect(w, "agent.back agent=dc silent_since=@18");
	assert_int_equal(world_count(w, "agent.silent"), 0);
	view_agent(w->engine, 0, &a);
	assert_false(a.silent);
	assert_int_equal(world_ms(a.last_seen), 20000);
	world_close(w);
}

/* --- late ------------------------------------------------------------------------------------------ */

static void what_is_not_newer_than_the_newest_is_not_the_present(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));
	size_t before;

	(void)state;
	world_sample(w, "web:p", "dc", 5000, HEALTH_OK);
	before = w->count;
	assert_false(world_sample(w, "web:p", "dc", 5000, HEALTH_CRITICAL));
	assert_false(world_sample(w, "web:p", "dc", 4000, HEALTH_CRITICAL));
	assert_int_equal(w->count, before);
	assert_int_equal(world_check(w, "web:p").state, CHECK_OK);
	world_close(w);
}

static void late_data_moves_a_beginning_back_and_pages_nobody(void **state)
{
	static const struct {
		int64_t at_ms, began_ms;
		enum health health;
		const char *why;
	} cases[] = {
		{9000, 20000, HEALTH_CRITICAL, "a good sample at 10 s lies in between"},
		{10000, 20000, HEALTH_CRITICAL, "the good sample itself cannot have been bad"},
		{20000, 20000, HEALTH_CRITICAL, "not before what we hold"},
		{17000, 20000, HEALTH_CRITICAL, "two probes between are not known"},
		{18000, 17000, HEALTH_CRITICAL, "now it reaches: it began with the run"},
		{17500, 17000, HEALTH_CRITICAL, "later than the corrected beginning"},
		{16000, 16000, HEALTH_CRITICAL, "further back"},
		{15000, 16000, HEALTH_WARNING, "a warning served: it was not down then"},
		{14500, 16000, HEALTH_CRITICAL, "what lies before a good one is over"},
	};
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));

	(void)state;
	world_sample(w, "web:p", "dc", 10000, HEALTH_OK);
	/* Bad and late while nothing is wrong: on record as past, the present stays what it is. */
	assert_true(world_backlog(w, "web:p", "dc", 9000, HEALTH_CRITICAL));
	assert_int_equal(world_check(w, "web:p").state, CHECK_OK);
	world_never(w, "check.suspect");
	world_sample(w, "web:p", "dc", 20000, HEALTH_CRITICAL);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		world_backlog(w, "web:p", "dc", cases[i].at_ms, cases[i].health);
		if (world_ms(world_check(w, "web:p").began) != cases[i].began_ms)
			fail_msg("%s: %lld", cases[i].why,
				 (long long)world_ms(world_check(w, "web:p").began));
		assert_int_equal(world_check(w, "web:p").state, CHECK_CRITICAL);
	}
	world_close(w);
}

/* A backlog in order: bad, good again, bad until now. Only the last of it is this outage. */
static void a_good_sample_in_a_backlog_parts_two_outages(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));

	(void)state;
	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 30000, HEALTH_CRITICAL);
	for (int64_t ms = 2000; ms < 30000; ms += 1000) {
		bool good = ms > 10000 && ms <= 22000;

		world_backlog(w, "web:p", "dc", ms, good ? HEALTH_OK : HEALTH_CRITICAL);
		if (ms < 28000) /* one probe missing is a hole */
			assert_int_equal(world_ms(world_check(w, "web:p").began), 30000);
	}
	assert_int_equal(world_ms(world_check(w, "web:p").began), 23000);
	assert_int_equal(world_ms(world_check(w, "web:p").not_before), 22000);
	world_close(w);
}

static void a_bad_clock_cannot_alone_start_a_clock_in_the_past(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 1"));
	struct input in = {.kind = INPUT_SAMPLE, .now = world_time(60000)};

	(void)state;
	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	w->now = in.now;
	in.u.sample = (struct sample){.vantage = world_vantage(w, "web:p", "dc"),
				      .t = world_time(5000),
				      .arrived = in.now,
				      .outcome = OUTCOME_CONNECT_REFUSED,
				      .health = HEALTH_CRITICAL,
				      .clock_bad = true};
	assert_true(engine_observe(w->engine, &in.u.sample));
	assert_int_equal(world_input(w, &in), ERR_OK);
	assert_int_equal(world_ms(world_check(w, "web:p").began), 60000);
	in.u.sample.t = world_time(3000);
	in.u.sample.backlog = true;
	if (engine_observe(w->engine, &in.u.sample))
		assert_int_equal(world_input(w, &in), ERR_OK);
	assert_int_equal(world_ms(world_check(w, "web:p").began), 60000);
	world_close(w);
}

static void what_was_judged_before_a_restart_is_not_judged_again(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 2, recover: 2"));
	size_t before;

	(void)state;
	for (int s = 1; s <= 4; s++) /* good at 1 s, bad from 2 s to 4 s; 3 s confirmed it */
		world_sample(w, "web:p", "dc", s * 1000, s > 1 ? HEALTH_CRITICAL : HEALTH_OK);
	world_sample(w, "web:p", "dc", 5000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 6000, HEALTH_OK);
	world_expect(w, "check.good good=@5");
	world_restart(w);
	before = w->count;
	/* The agent sends all of it again. */
	for (int s = 1; s <= 4; s++)
		assert_false(world_sample(w, "web:p", "dc", s * 1000,
					  s > 1 ? HEALTH_CRITICAL : HEALTH_OK));
	assert_false(world_sample(w, "web:p", "dc", 5000, HEALTH_OK));
	assert_false(world_sample(w, "web:p", "dc", 6000, HEALTH_OK));
	assert_int_equal(w->count, before);
	assert_int_equal(world_check(w, "web:p").state, CHECK_OK);
	/* What is new is judged as ever. */
	assert_true(world_sample(w, "web:p", "dc", 7000, HEALTH_CRITICAL));
	world_expect(w, "check.suspect began=@7");
	world_close(w);
}

static void a_suspicion_survives_a_restart_with_its_beginning(void **state)
{
	struct engine_world *w = world_open(PLAN_WITH("confirm: 2"));

	(void)state;
	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 2000, HEALTH_CRITICAL);
	world_restart(w);
	assert_true(world_check(w, "web:p").suspect);
	world_sample(w, "web:p", "dc", 3000, HEALTH_CRITICAL);
	world_sample(w, "web:p", "dc", 4000, HEALTH_CRITICAL);
	world_expect(w, "check.bad began=@2 not_before=@1");
	assert_int_equal(world_count(w, "check.suspect"), 0);
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suspicion_confirmation_and_end_follow_the_counts),
		cmocka_unit_test(bad_for_so_long_confirms_by_time_not_by_count),
		cmocka_unit_test(
			the_clock_starts_at_the_first_bad_sample_and_shows_the_last_good_one),
		cmocka_unit_test(every_combination_of_three_places_has_its_verdict),
		cmocka_unit_test(with_a_quorum_it_began_at_the_second_place),
		cmocka_unit_test(no_data_is_blind_at_the_deadline_and_not_before),
		cmocka_unit_test(a_start_gives_one_deadline_of_grace),
		cmocka_unit_test(a_fault_of_our_own_is_blind_and_says_why),
		cmocka_unit_test(a_silent_agent_is_said_to_be_silent_and_then_back),
		cmocka_unit_test(what_is_not_newer_than_the_newest_is_not_the_present),
		cmocka_unit_test(late_data_moves_a_beginning_back_and_pages_nobody),
		cmocka_unit_test(a_good_sample_in_a_backlog_parts_two_outages),
		cmocka_unit_test(a_bad_clock_cannot_alone_start_a_clock_in_the_past),
		cmocka_unit_test(what_was_judged_before_a_restart_is_not_judged_again),
		cmocka_unit_test(a_suspicion_survives_a_restart_with_its_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
