/* adopt - a running incident under the plan in force: by whom, what keeps it under its own, and that nothing changes its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "engine/adopt.h"
#include "engine/engine_state.h"
#include "tests/support/calendar_world.h"
#include "tests/support/decisions.h"
#include "tests/support/report_world.h"
#include "tests/support/test_plan.h"

#define DECISIONS "tests/scenario/plans/decisions.yaml"
#define REPORTS "tests/scenario/plans/reports.yaml"
#define CALENDAR "tests/scenario/plans/calendar.yaml"

/* The file with every `from` made `to`; the next pairs are "from", "to", ... NULL. */
static void apply_changed(struct engine_world *w, const char *file, ...)
{
	struct arena *arena = arena_new();
	char *text = test_plan_read_file(file, arena);
	const char *from;
	va_list ap;

	va_start(ap, file);
	while ((from = va_arg(ap, const char *)) != NULL) {
		const char *to = va_arg(ap, const char *), *at;
		char *next = arena_calloc(arena, 1, strlen(text) * 4 + 1);
		size_t n = 0;

		if (strstr(text, from) == NULL)
			fail_msg("the plan has no '%s'", from);
		while ((at = strstr(text, from)) != NULL) {
			n += (size_t)sprintf(next + n, "%.*s%s", (int)(at - text), text, to);
			text += at - text + (ptrdiff_t)strlen(from);
		}
		sprintf(next + n, "%s", text);
		text = next;
	}
	va_end(ap);
	world_apply_plan(w, text);
	arena_free(arena);
}

static struct incident *newest(const struct engine_world *w)
{
	return w->engine->incidents[w->engine->incident_count - 1];
}

static void fail_web(struct engine_world *w)
{
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
}

static void by_whom_and_when(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	ACT_REFUSED(w, "it runs under the plan in force already", "ana", ADOPT, "cambió");
	apply_changed(w, DECISIONS, "\"01\"", "\"02\"", NULL);
	fail_web(w);
	ACT_REFUSED(w,
		    "only the coordinator (level 2) or the desk (level 0) puts an incident under "
		    "another plan",
		    "elsa", ADOPT, "cambió");
	ACT_REFUSED(w, "a reason is needed (note)", "ana", ADOPT, "");
	ACT_OK(w, "ana", ADOPT, "cambió");
	assert_ptr_equal(newest(w)->plan, view_plan(w->engine));
	assert_int_equal(view_plan_count(w->engine), 1); /* nobody needs the old one */
	assert_int_equal(world_incident(w, 0).adopted, decisions_entry(w, EVENT_ACT_ADOPT));
	ACT_REFUSED(w, "it runs under the plan in force already", "ceci", ADOPT, "cambió");
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 60000);
	ACT_OK(w, "ana", RESUME, "listo");
	ACT_OK(w, "ana", CLOSE, "listo");
	apply_changed(w, DECISIONS, "\"01\"", "\"03\"", NULL);
	ACT_REFUSED(w, "the incident is over; it keeps its plan", "ana", ADOPT, "cambió");
}

/* The same content again is no other plan. */
static void the_same_plan_again(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	apply_changed(w, DECISIONS, NULL);
	ACT_REFUSED(w, "it runs under the plan in force already", "ana", ADOPT, "cambió");
}

static void keeps(struct engine_world *w, const char *what)
{
	char lacks[256];

	fail_web(w);
	assert_int_equal(
		decisions_act(w, "ceci", ACT_ADOPT, NULL, PROOF_OPERATOR_TOKEN, "cambió", NULL),
		ERR_WRONG_STATE);
	snprintf(lacks, sizeof(lacks), "the plan in force has no %s", what);
	if (strncmp(w->refusal.text, lacks, strlen(lacks)) != 0)
		fail_msg("'%s' instead of '%s'", w->refusal.text, lacks);
	assert_non_null(
		strstr(w->refusal.text, ": keep it in the plan until this incident is closed"));
	world_expect(w, "act.refused act=adopt person=ceci");
	world_never(w, "call.stopped");
}

/* The newest line of the record says what is missing; each keeps the incident where it is. */
static void what_the_new_plan_lacks(void **state)
{
	struct engine_world *w = *state;
	const struct plan *own;

	decisions_declare(w);
	own = newest(w)->plan;
	apply_changed(w, DECISIONS,
		      "  - {id: consulta, name: Consulta, rto: 300s, needs: {all: [web, db]}, "
		      "policy: critica, team: redes, procedure: bcp}\n",
		      "", NULL);
	keeps(w, "service 'consulta'");
	apply_changed(w, DECISIONS, "{id: web,", "{id: web2,", "needs: web,", "needs: web2,",
		      "[web, db]", "[web2, db]", NULL);
	assert_int_equal(decisions_act(w, "ceci", ACT_ADOPT, NULL, PROOF_OPERATOR_TOKEN, "x", NULL),
			 ERR_WRONG_STATE);
	assert_non_null(strstr(w->refusal.text, "no component 'web'"));
	apply_changed(w, DECISIONS, "{id: ana,", "{id: ana2,", "titular: ana,", "titular: ana2,",
		      NULL);
	keeps(w, "person 'ana'");
	apply_changed(w, DECISIONS, "{channel: uno, to: a}", "{channel: uno, to: aa}", NULL);
	keeps(w, "contact 'a' (channel 'uno') of the person 'ana'");
	apply_changed(w, DECISIONS, "{id: mesa,", "{id: mesas,", "seat:mesa", "seat:mesas", NULL);
	keeps(w, "seat 'mesa'");
	apply_changed(w, DECISIONS, "{id: uno,", "{id: tres,", "channel: uno", "channel: tres",
		      NULL);
	keeps(w, "contact 'a' (channel 'uno') of the person 'ana'");
	/* Nobody has called beto: but who decides must have a name as well. */
	apply_changed(w, DECISIONS, "{id: beto,", "{id: beto2,", "suplente: beto",
		      "suplente: beto2", NULL);
	fail_web(w);
	assert_int_equal(decisions_act(w, "beto", ACT_ADOPT, NULL, PROOF_OPERATOR_TOKEN, "x", NULL),
			 ERR_WRONG_STATE);
	assert_non_null(strstr(w->refusal.text, "no person 'beto'"));
	assert_int_equal(decisions_act(w, "ceci", ACT_ADOPT, "beto", PROOF_VOICE, "x", NULL),
			 ERR_WRONG_STATE);
	assert_non_null(strstr(w->refusal.text, "no person 'beto'"));
	assert_ptr_equal(newest(w)->plan, own);
	ACT_OK(w, "ceci", ADOPT, "cambió");
	assert_ptr_not_equal(newest(w)->plan, own);
}

static void put(char *out, const char *what)
{
	strcat(out, what);
	strcat(out, " ");
}

/* Everybody and everything in the memory, by name; of the first so many calls and deeds. */
static void in_words(const struct incident *i, size_t calls, size_t deeds, char out[8192])
{
	const struct plan *p = i->plan;

	out[0] = '\0';
	put(out, p->components[i->root].id);
	for (size_t k = 0; k < i->service_count; k++) {
		put(out, p->services[i->services[k].service].id);
		put(out, p->services[i->service_indices[k]].id);
	}
	for (size_t k = 0; k < calls; k++) {
		const struct call *c = &i->calls[k];

		put(out, p->people[c->person].id);
		put(out, p->people[c->person].contacts[c->contact].to);
		put(out, p->channels[c->channel].id);
		put(out, p->services[c->service].id);
		if (c->seat != PLAN_NONE)
			put(out, p->seats[c->seat].id);
	}
	for (size_t k = 0; k < i->ack_count; k++)
		put(out, p->people[i->acks[k].person].id);
	for (size_t k = 0; k < i->authoriser_count; k++)
		put(out, p->people[i->authorisers[k]].id);
	put(out, p->people[i->declared_by].id);
	put(out, p->people[i->gate.convened_by].id);
	for (size_t k = 0; k < i->checklist_count; k++) {
		const struct checklist *c = &i->checklists[k];

		put(out, p->procedures[c->procedure].id);
		put(out, p->services[c->service].id);
		for (size_t n = 0; n < c->task_count; n++) {
			if (c->tasks[n].state != TASK_OPEN)
				put(out, p->people[c->tasks[n].by].id);
		}
	}
	for (size_t k = 0; k < deeds; k++) {
		put(out, p->people[i->deeds[k].person].id);
		put(out, p->people[i->deeds[k].recorded_by].id);
	}
}

/* Everything in another order. */
static void apply_turned(struct engine_world *w)
{
	apply_changed(w, DECISIONS, "\npeople:\n",
		      "\npeople:\n  - {id: zoe, post: Nueva, contacts: [{channel: dos, to: z}]}\n",
		      "\nservices:\n",
		      "\nservices:\n  - {id: nuevo, name: Nuevo, rto: 300s, needs: db, policy: "
		      "directa}\n",
		      "\nseats:\n", "\nseats:\n  - {id: guardia, level: 3, titular: zoe}\n",
		      "\nchannels:\n",
		      "\nchannels:\n  - {id: cero, type: file, path: cero.jsonl}\n",
		      "\ncomponents:\n",
		      "\ncomponents:\n  - {id: c0, checks: [{id: p, type: tcp, address: 127.0.0.1, "
		      "port: 1}]}\n",
		      "\nprocedures:\n",
		      "\nprocedures:\n  - {id: cero, name: Cero, activities: [{n: 1, do: Nada, by: "
		      "mesa}]}\n",
		      "[{channel: uno, to: a}, {channel: dos, to: a2}]",
		      "[{channel: dos, to: a2}, {channel: uno, to: a}]", NULL);
}

static void every_name_stays(void **state)
{
	struct engine_world *w = *state;
	char before[8192], after[8192];
	struct wall_time began;
	size_t calls, deeds;

	decisions_declare(w);
	ACT_OK(w, "ana", CHECK, "", "n=1", "what=done", "service=portal");
	began = newest(w)->services[0].began;
	calls = newest(w)->call_count;
	deeds = newest(w)->deed_count;
	in_words(newest(w), calls, deeds, before);
	apply_turned(w);
	fail_web(w);
	ACT_OK(w, "ceci", ADOPT, "cambió");
	in_words(newest(w), calls, deeds, after);
	assert_string_equal(after, before);
	assert_string_equal(newest(w)->plan->people[newest(w)->calls[0].person].id, "ana");
	assert_string_equal(newest(w)
				    ->plan->people[newest(w)->calls[0].person]
				    .contacts[newest(w)->calls[0].contact]
				    .to,
			    "a");
	assert_int_equal(newest(w)->services[0].current, newest(w)->services[0].service);
	assert_true(newest(w)->services[0].began.us == began.us);
	assert_int_equal(newest(w)->round, 1);
	world_until(w, 40000);
	assert_string_equal(newest(w)->plan->people[newest(w)->declared_by].id, "ceci");
	assert_string_equal(newest(w)->plan->procedures[newest(w)->checklists[0].procedure].id,
			    "drp");
	assert_string_equal(newest(w)->plan->people[newest(w)->checklists[0].tasks[0].by].id,
			    "ana");
	ACT_OK(w, "ivan", CHECK, "", "n=2", "what=yes", "service=portal");
}

static void a_checklist_that_is_worked_through(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	apply_changed(w, DECISIONS,
		      "      - {n: 3, do: Cambiar de enlace, by: redes, within: 120s}\n", "", NULL);
	fail_web(w);
	ACT_REFUSED(w,
		    "the procedure 'drp' of the service 'portal' changed while its checklist is "
		    "worked through: keep it as it was until this incident is closed",
		    "ceci", ADOPT, "cambió");
	apply_changed(w, DECISIONS, "team: redes, procedure: drp", "team: redes, procedure: bcp",
		      NULL);
	fail_web(w);
	assert_int_equal(decisions_act(w, "ceci", ACT_ADOPT, NULL, PROOF_OPERATOR_TOKEN, "x", NULL),
			 ERR_WRONG_STATE);
	apply_changed(w, DECISIONS, "n: 2, do: Pasar a papel", "n: 3, do: Pasar a papel", NULL);
	fail_web(w);
	assert_int_equal(decisions_act(w, "ceci", ACT_ADOPT, NULL, PROOF_OPERATOR_TOKEN, "x", NULL),
			 ERR_WRONG_STATE);
	/* Other words, the same activities. */
	apply_changed(w, DECISIONS, "do: Cambiar de enlace", "do: Cambiar de proveedor", NULL);
	fail_web(w);
	ACT_OK(w, "ceci", ADOPT, "cambió");
}

static void the_breach_moves_unless_it_was(void **state)
{
	struct engine_world *w = *state;
	struct wall_time began;

	decisions_declare(w);
	began = newest(w)->services[0].began;
	apply_changed(w, DECISIONS, "rto: 300s", "rto: 400s", NULL);
	fail_web(w);
	ACT_OK(w, "ceci", ADOPT, "cambió");
	world_expect(w, "clock.rto service=portal rto=400");
	assert_int_equal(newest(w)->services[0].breach_at.us, began.us + 400 * US_PER_S);
	world_until(w, 390000);
	assert_int_equal(world_count(w, "clock.breached"), 0);
	world_until(w, 410000);
	world_expect(w, "clock.breached service=portal");
	apply_changed(w, DECISIONS, "rto: 300s", "rto: 900s", NULL);
	fail_web(w);
	world_mark(w);
	ACT_OK(w, "ceci", ADOPT, "cambió");
	world_never(w, "clock.rto");
	assert_true(newest(w)->services[0].breached);
	world_until(w, 420000);
	assert_int_equal(world_count(w, "clock.breached"), 0);
}

/* A shorter one that is over already is breached at once, at its moment. */
static void a_shorter_rto(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	world_until(w, 200000);
	apply_changed(w, DECISIONS, "rto: 300s", "rto: 100s", NULL);
	fail_web(w);
	world_mark(w);
	ACT_OK(w, "ceci", ADOPT, "cambió");
	world_expect(w, "clock.rto service=portal rto=100");
	world_expect(w, "clock.breached service=portal");
}

static void level_1_stays_convened(void **state)
{
	struct engine_world *w = *state;

	fail_web(w);
	world_until(w, 5000);
	ACT_OK(w, "ceci", CONVENE, "ya");
	world_expect(w, "gate.opened why=person person=ceci");
	world_until(w, 8000);
	apply_turned(w);
	fail_web(w);
	ACT_OK(w, "ceci", ADOPT, "cambió");
	world_expect(w, "call.stopped why=plan");
	world_expect(w, "gate.opened why=person person=ceci");
	world_expect(w, "call.intent kind=ask person=elsa");
}

/* An entry that our rules would have refused changes nothing: the fold is total. */
static void an_entry_of_another_program(void **state)
{
	struct engine_world *w = *state;
	struct event_list l = {0};
	struct event *ev;
	const struct plan *own;

	decisions_declare(w);
	own = newest(w)->plan;
	apply_changed(w, DECISIONS, "{id: ana,", "{id: ana2,", "titular: ana,", "titular: ana2,",
		      NULL);
	ev = event_list_add(&l, EVENT_ACT_ADOPT, w->now, w->now);
	ev->incident = newest(w)->id;
	ev->seq = w->engine->last_seq;
	ev->person = ev->recorded_by = plan_find_person(own, SLICE_LIT("ceci"));
	adopt_apply(w->engine, ev);
	assert_ptr_equal(newest(w)->plan, own);
	assert_int_equal(newest(w)->adopted, 0);
	ev->incident = 9999;
	adopt_apply(w->engine, ev);
	event_list_release(&l);
	newest(w)->deed_count--; /* as the journal has it */
}

/* Orders to posts: the bits are those of the new plan's posts. */
static void orders_keep_their_posts(void **state)
{
	struct engine_world *w = *state;

	fail_web(w);
	world_until(w, 8000);
	assert_int_equal(
		calendar_world_act(w, "omar", ACT_ORDER, "falla", "what=suspend sites=distrito-2"),
		ERR_OK);
	apply_changed(w, CALENDAR, "{id: d2,", "{id: d2-nuevo,", NULL);
	fail_web(w);
	assert_int_equal(calendar_world_act(w, "ceci", ACT_ADOPT, "cambió", ""), ERR_WRONG_STATE);
	assert_non_null(strstr(w->refusal.text, "no field post 'd2'"));
	apply_changed(w, CALENDAR, "field_posts:\n",
		      "field_posts:\n  - {id: d0, site: distrito-1, person: uno}\n", NULL);
	fail_web(w);
	assert_int_equal(calendar_world_act(w, "ceci", ACT_ADOPT, "cambió", ""), ERR_OK);
	assert_int_equal(post_set_count(&newest(w)->orders[0].posts), 1);
	assert_true(post_set_has(&newest(w)->orders[0].posts,
				 plan_find_post(newest(w)->plan, SLICE_LIT("d2"))));
	assert_int_equal(calendar_world_act(w, "dos", ACT_CONFIRM_ORDER, "", ""), ERR_OK);
	world_expect(w, "order.complete what=suspend");
}

/* What people reported, and who owes an action. */
static void reports_and_actions(void **state)
{
	struct engine_world *w = *state;
	const struct incident *i;

	assert_int_equal(report_say(w, 0, "flor", "report what=storm site=distrito-7", "lluvia"),
			 ERR_OK);
	assert_int_equal(report_say(w, 0, "ana", "entry what=improvement other=gil until=30d", "x"),
			 ERR_OK);
	apply_changed(w, REPORTS, "{id: distrito-7,", "{id: distrito-8,", "site: distrito-7",
		      "site: distrito-8", NULL);
	report_refused(w, 0, "ana", "adopt", "cambió",
		       "the plan in force has no site 'distrito-7'");
	apply_changed(w, REPORTS, "{id: storm,", "{id: lluvia,", NULL);
	report_refused(
		w, 0, "ana", "adopt", "cambió",
		"the plan in force has no type of report 'storm', as which this incident was "
		"reported");
	apply_changed(w, REPORTS, "{id: gil,", "{id: gilda,", "titular: gil,", "titular: gilda,",
		      NULL);
	report_refused(w, 0, "ana", "adopt", "cambió", "the plan in force has no person 'gil'");
	apply_changed(w, REPORTS, "\npeople:\n",
		      "\npeople:\n  - {id: zoe, post: Nueva, contacts: [{channel: dos, to: z}]}\n",
		      "sites: [", "sites: [{id: sede-0, name: Nueva}, ", NULL);
	assert_int_equal(report_say(w, 0, "ana", "adopt", "cambió"), ERR_OK);
	i = newest(w);
	assert_ptr_equal(i->plan, view_plan(w->engine));
	assert_string_equal(i->plan->people[i->word.items[0].person].id, "flor");
	assert_string_equal(i->plan->sites[i->word.items[0].site].id, "distrito-7");
	assert_string_equal(i->plan->people[i->record.items[0].owner].id, "gil");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WORLD_TEST(f) cmocka_unit_test_setup_teardown(f, decisions_setup, world_teardown)
		WORLD_TEST(by_whom_and_when),
		WORLD_TEST(the_same_plan_again),
		WORLD_TEST(what_the_new_plan_lacks),
		WORLD_TEST(every_name_stays),
		WORLD_TEST(a_checklist_that_is_worked_through),
		WORLD_TEST(the_breach_moves_unless_it_was),
		WORLD_TEST(a_shorter_rto),
		WORLD_TEST(level_1_stays_convened),
		WORLD_TEST(an_entry_of_another_program),
		cmocka_unit_test_setup_teardown(reports_and_actions, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(orders_keep_their_posts, calendar_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
