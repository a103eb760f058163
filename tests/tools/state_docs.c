/* state_docs - prints docs/STATES.md: every word of the state machines and every outcome, from the tables that the programs
 * use; a word without a meaning stops it. Run by tools/gen-docs. */
#include <stdio.h>

#include "base/verdict.h"
#include "collector/status_sites.h"
#include "engine/states.h"

static const char *const checks[CHECK_STATE_COUNT] = {
	[CHECK_UNKNOWN] = "no sample yet, within the grace after a start (one freshness deadline)",
	[CHECK_OK] = "good samples; after a failure `recover` of them in a row",
	[CHECK_WARNING] = "confirmed beyond the `warning` condition; counts as served",
	[CHECK_CRITICAL] =
		"confirmed bad: an outcome of class bad, or beyond the `critical` condition",
	[CHECK_BLIND] =
		"no fresh sample (`fresh_within`), or one that says that the agent could not look",
};
static const char *const components[COMPONENT_STATE_COUNT] = {
	[COMPONENT_UNKNOWN] = "none of its checks has spoken yet",
	[COMPONENT_OK] = "all of its checks are ok",
	[COMPONENT_WARNING] = "the worst of its checks is in warning; served",
	[COMPONENT_CRITICAL] = "a check is critical, and the path to it (`depends_on`) stands",
	[COMPONENT_BLIND] = "a check is blind, and none is critical",
	[COMPONENT_UNREACHABLE] =
		"bad or blind behind a path that is down: evidence, never a page of its own",
};
enum {
#define X(sym, word) SITE_##sym,
	SITE_STATES(X)
#undef X
		SITE_STATE_COUNT
};
static const char *const site_words[SITE_STATE_COUNT] = {
#define X(sym, word) word,
	SITE_STATES(X)
#undef X
};
static const char *const sites[SITE_STATE_COUNT] = {
	[SITE_UNWATCHED] = "nothing looks at it and no agent reports from it",
	[SITE_OK] = "all that is known of it is well",
	[SITE_UNKNOWN] = "something of it has no sample yet",
	[SITE_WARNING] = "a component has a warning",
	[SITE_BLIND] = "a component of it is not seen, or its agent is silent",
	[SITE_UNREACHABLE] = "a component lies behind a path that is down",
	[SITE_CRITICAL] = "a component is seen failing",
};
static const char *const services[SERVICE_STATE_COUNT] = {
	[SERVICE_UNKNOWN] = "its components have not spoken yet",
	[SERVICE_OK] = "served, and every member is well",
	[SERVICE_DEGRADED] = "served, but a member is not well",
	[SERVICE_BLIND] =
		"nobody can know: served only if a member that is not seen should be well",
	[SERVICE_DOWN] =
		"not served, whatever the members are that are not seen; its RTO clock runs",
};
static const char *const incidents[INCIDENT_STATE_COUNT] = {
	[INCIDENT_SUSPECT] = "opened, not confirmed",
	[INCIDENT_CONFIRMED] =
		"a service is down or blind too long; clocks run, the tree is worked through",
	[INCIDENT_ACTIVATION_ASKED] = "level 1 has been asked to activate the continuity plan",
	[INCIDENT_AUTHORISED] = "level 1 has authorised; somebody else must declare",
	[INCIDENT_DECLARED] = "the contingency is declared",
	[INCIDENT_DECLINED] = "level 1 has declined; clocks and calls go on",
	[INCIDENT_RESTORED] =
		"all services work again (measured); \"up\" is told to all who were told",
	[INCIDENT_RESUMED] = "the areas work again (their word): the RTO ends",
	[INCIDENT_CLOSED] = "over; nothing is asked of anybody",
	[INCIDENT_FALSE_ALARM] = "recorded verdict of two people, told to all who were called",
};
static const char *const kinds[INCIDENT_KIND_COUNT] = {
	[INCIDENT_KIND_DOWN] = "a service failed",
	[INCIDENT_KIND_BLIND] = "a service could not be seen for longer than its `blind_limit`",
	[INCIDENT_KIND_CATCH_ALL] = "something of the watch itself that somebody must hear of",
	[INCIDENT_KIND_REPORTED] =
		"people reported it; nothing has measured it. Becomes `down` (or "
		"`blind`) with the first service that is measured",
	[INCIDENT_KIND_PAST] =
		"an outage that was over before we heard of it; nobody is called; closed by "
		"itself, unless it breached the RTO",
};
static const char *const calls[CALL_STATE_COUNT] = {
	[CALL_STATE_PENDING] = "the intent is in the journal, no result yet",
	[CALL_STATE_SENT] = "the channel took the message",
	[CALL_STATE_UNKNOWN] =
		"it may have left before a crash: it goes again with the same id, marked",
	[CALL_STATE_RECEIVED] = "the channel's receipt is there",
	[CALL_STATE_ACKNOWLEDGED] = "a human being answered",
	[CALL_STATE_EXPIRED] = "the acknowledgement ran out (15 minutes, or the next mark)",
	[CALL_STATE_UNANSWERED] = "`ack_within` passed: the next in line",
	[CALL_STATE_FAILED] =
		"the channel refused it, or gave no receipt in time: the next channel",
	[CALL_STATE_STOPPED] = "nothing more is expected of it",
};
static const char *const cuts[CUT_STATE_COUNT] = {
	[CUT_WAITING] = "none is due yet; a series that a new plan brings is watched from its next "
			"cut on",
	[CUT_DUE] = "the newest one is due and within its grace",
	[CUT_COMPLETE] = "every kind of data and every mirror shows the newest one that is due",
	[CUT_LATE] = "its grace is over, and no kind of data on the main site shows it; the "
		     "service is down since the moment at which it was due",
	[CUT_MISSING] = "the next one came due and it was never published; none has been since",
	[CUT_INCONSISTENT] =
		"past the grace it is shown in one place and not in another: a kind of data (the "
		"service is down), or mirrors (down only with fewer than the plan needs)",
	[CUT_BLIND] = "past the grace nobody can see whether it is published",
	[CUT_OVER] = "the last one is complete and its time is over",
};
static const char *const rpos[RPO_STATE_COUNT] = {
	[RPO_STATE_UNKNOWN] = "no copy was seen yet",
	[RPO_STATE_MET] = "the newest copy is young enough",
	[RPO_STATE_EXCEEDED] = "it is older than the RPO (`rpo_limit`): so much would be lost",
};
static const char *const causes[AGENT_CAUSE_COUNT] = {
	[CAUSE_NONE] = "it is heard, and its site shows nothing that is to be told apart",
	[CAUSE_UNKNOWN] =
		"it is silent; nobody looks at its site from another place, or nothing is "
		"settled since",
	[CAUSE_LINK_CUT] = "it is silent, and nothing of its site answers other places either",
	[CAUSE_AGENT_DEAD] =
		"it is silent, and its site answers other places: the agent, its machine "
		"or its own way to the collector",
	[CAUSE_PARTIAL] = "it is silent, and its site is reached from some places only",
	[CAUSE_FAR_SIDE_DOWN] = "it is heard, and a target of its site fails from there as from "
				"elsewhere: not the link",
	[CAUSE_ONE_WAY] =
		"it is heard and its target works there, but nothing of its site is reached "
		"from elsewhere",
};
static const char *const gates[GATE_STATE_COUNT] = {
	[GATE_NONE] =
		"nothing is left that asks level 1, or its policy calls no coordinator before",
	[GATE_SHUT] = "the coordinator is asked: `convene`, `wait` or `false-alarm`; level 1 is "
		      "called at its mark at the latest",
	[GATE_HELD] = "the coordinator has asked for 60 s more, twice at most, as far as level "
		      "1's answer still fits into the RTO",
	[GATE_OPEN] = "level 1 has been called",
};
static const char *const gate_whys[GATE_WHY_COUNT] = {
	[GATE_WHY_PERSON] = "the coordinator convened it",
	[GATE_WHY_SILENCE] = "coordinator and suplente have not answered",
	[GATE_WHY_TIME] = "the mark came, or what the coordinator asked for is over",
};
static const char *const ratifications[RATIFICATION_STATE_COUNT] = {
	[RATIFICATION_NONE] = "no declaration went without level 1",
	[RATIFICATION_PENDING] = "declared while level 1 was silent: irregular until it answers",
	[RATIFICATION_RATIFIED] = "level 1 has ratified it, with its quorum",
	[RATIFICATION_REFUSED] = "level 1 has declined to; it stays irregular",
	[RATIFICATION_VOID] = "the declaration itself was disputed",
};
static const char *const deeds[DEED_STATE_COUNT] = {
	[DEED_PLAIN] = "recorded by who did it, or no decision: nothing to confirm",
	[DEED_UNCONFIRMED] = "a decision that another wrote down; it counts already",
	[DEED_OVERDUE] = "nobody has confirmed it in ten minutes; it counts, and is irregular",
	[DEED_CONFIRMED] = "a second person, or who gave it, has confirmed it",
	[DEED_DISPUTED] = "who is said to have given it, or wrote it down, denies it; what it "
			  "decided is undone where that is possible",
};
static const char *const tasks[TASK_STATE_COUNT] = {
	[TASK_OPEN] = "to be done",
	[TASK_DONE] = "done",
	[TASK_YES] = "answered with yes",
	[TASK_NO] = "answered with no",
	[TASK_SKIPPED] = "left out, with a reason",
};
static const char *const classes[] = {
	[CLASS_OK] = "good", [CLASS_BAD] = "bad", [CLASS_BLIND] = "blind"};

static int missing;

static void row(const char *word, const char *text)
{
	if (text == NULL) {
		fprintf(stderr, "state_docs: '%s' has no meaning here\n", word);
		missing = 1;
		return;
	}
	printf("| `%s` | %s |\n", word, text);
}

static void begin(const char *title, const char *intro)
{
	printf("\n## %s\n\n%s\n\n| word | means |\n|---|---|\n", title, intro);
}

static void print_outcomes(void)
{
	printf("\n## Outcomes of a probe\n\n"
	       "`ok` or `<phase>-<what>`. Bad: the target's fault. Blind: the agent could not "
	       "look, "
	       "which says nothing of the target.\n\n"
	       "| word | class | means | en la pantalla |\n|---|---|---|---|\n");
#define X(sym, word, class, en, es)                                                                \
	printf("| `%s` | %s | %s | %s |\n", word, classes[CLASS_##class], en, es);
	OUTCOME_TABLE(X)
#undef X
}

int main(void)
{
	printf("# State words\n\n"
	       "Written by `tools/gen-docs` from the tables of the programs; do not edit. The "
	       "words "
	       "stand in the journal, the API and exports and do not change; pages translate "
	       "them.\n");
	begin("Check",
	      "Over its vantage points (`quorum`); `suspect` besides: bad samples that are "
	      "not confirmed yet; `flapping` besides: below.");
	for (int i = 0; i < CHECK_STATE_COUNT; i++)
		row(check_state_word((enum check_state)i), checks[i]);
	begin("Component", "The worst of its checks, seen along the path to it.");
	for (int i = 0; i < COMPONENT_STATE_COUNT; i++)
		row(component_state_word((enum component_state)i), components[i]);
	begin("Site", "The worst of its components and agents; the worse the later here.");
	for (int i = 0; i < SITE_STATE_COUNT; i++)
		row(site_words[i], sites[i]);
	begin("Service", "Its diagram over components: see TRUTH_TABLES.md.");
	for (int i = 0; i < SERVICE_STATE_COUNT; i++)
		row(service_state_word((enum service_state)i), services[i]);
	printf("\n## Flapping and exposed\n\nBeside the state, each with a moment since when.\n\n"
	       "| word | of | means |\n|---|---|---|\n"
	       "| `flapping` | check | `flapping.failures` confirmed failures within "
	       "`flapping.within`; over "
	       "after `flapping.stable` without a turn |\n"
	       "| `flapping` | component | one of its checks is |\n"
	       "| `flapping` | service, clock | it serves or not by what is flapping; its clock "
	       "counts on "
	       "through recoveries, from the first failure of the run until all is steady |\n"
	       "| `exposed` | service | it serves, and one more failure would end it although its "
	       "diagram "
	       "gives it more; `unseen`: only if what is blind has failed |\n");
	begin("Incident", "In the order in which they usually follow one another.");
	for (int i = 0; i < INCIDENT_STATE_COUNT; i++)
		row(incident_state_word((enum incident_state)i), incidents[i]);
	begin("Kind of incident", "");
	for (int i = 0; i < INCIDENT_KIND_COUNT; i++)
		row(incident_kind_word((enum incident_kind)i), kinds[i]);
	begin("Series of publication cuts",
	      "How the newest cut that is due is published; of one source: `waiting`, `due`, "
	      "`complete` (it shows it), `late` or `blind`.");
	for (int i = 0; i < CUT_STATE_COUNT; i++)
		row(cut_state_word((enum cut_state)i), cuts[i]);
	begin("RPO of a service", "The age of the newest copy of its data.");
	for (int i = 0; i < RPO_STATE_COUNT; i++)
		row(rpo_state_word((enum rpo_state)i), rpos[i]);
	begin("Call", "One line of an incident's ledger.");
	for (int i = 0; i < CALL_STATE_COUNT; i++)
		row(call_state_word((enum call_state)i), calls[i]);
	begin("Cause at an agent", "What two-sided probing tells (ARCHITECTURE.md).");
	for (int i = 0; i < AGENT_CAUSE_COUNT; i++)
		row(agent_cause_word((enum agent_cause)i), causes[i]);
	begin("Gate before level 1", "The coordinator's (ARCHITECTURE.md).");
	for (int i = 0; i < GATE_STATE_COUNT; i++)
		row(gate_state_word((enum gate_state)i), gates[i]);
	begin("Why the gate opened", "");
	for (int i = 0; i < GATE_WHY_COUNT; i++)
		row(gate_why_word((enum gate_why)i), gate_whys[i]);
	begin("Ratification", "Of a declaration without level 1.");
	for (int i = 0; i < RATIFICATION_STATE_COUNT; i++)
		row(ratification_state_word((enum ratification_state)i), ratifications[i]);
	begin("Recorded act", "");
	for (int i = 0; i < DEED_STATE_COUNT; i++)
		row(deed_state_word((enum deed_state)i), deeds[i]);
	begin("Activity of a checklist", "");
	for (int i = 0; i < TASK_STATE_COUNT; i++)
		row(task_state_word((enum task_state)i), tasks[i]);
	print_outcomes();
	return missing;
}
