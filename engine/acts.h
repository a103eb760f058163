/* acts.h - the acts of people, one row each (DESIGN 5). The row gives the journal's word, the word of API and command line, the
 * kind of the journal entry, whether it belongs to an incident, and the parameters that it takes. Engine, API, command line, scenario files and
 * docs/API.md read this table: an act that is not in it does not exist. */
#ifndef VIGIA_ENGINE_ACTS_H
#define VIGIA_ENGINE_ACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"
#include "engine/plan.h"

/* X(symbol, name, type, placeholder, help). `note` is a member of the input itself; the others are in struct act_args. */
#define ACT_ARGS(X)                                                                                \
	X(NOTE, "note", TEXT, "TEXT", "a note for the record")                                     \
	X(AT, "at", PAST, "TIME", "when it happened or was said")                                  \
	X(UNTIL, "until", AHEAD, "TIME", "when it ends")                                           \
	X(WHAT, "what", WORD, "WORD", "which of the kinds that this act knows")                    \
	X(VIA, "via", VIA, "WORD", "who reports: citizen, call-centre, ccv, district, staff ...")  \
	X(REF, "ref", REF, "TEXT", "a folio, case number or name that others know it by")          \
	X(N, "n", NUMBER, "NUMBER", "which one, or how many")                                      \
	X(ENTRY, "entry", ENTRY, "SEQ", "the journal entry that it speaks of")                     \
	X(OTHER, "other", PERSON, "PERSON", "another person")                                      \
	X(SERVICE, "service", SERVICE, "SERVICE", "a service")                                     \
	X(SEAT, "seat", SEAT, "SEAT", "a seat")                                                    \
	X(SITE, "site", SITE, "SITE", "a site")                                                    \
	X(COMPONENT, "component", COMPONENT, "COMPONENT", "a component")                           \
	X(CHECK, "check", CHECK, "CHECK", "a check")                                               \
	X(FROM, "from", FROM, "TIME", "when it begins (left out: now)")                            \
	X(SITES, "sites", SITES, "SITE,SITE", "field posts of these sites (left out: all)")

enum act_arg {
#define X(sym, name, type, placeholder, help) ACT_ARG_##sym,
	ACT_ARGS(X)
#undef X
		ACT_ARG_COUNT
};
#define ACT_HAS(sym) (1u << ACT_ARG_##sym)
#define ACT_SCOPE (ACT_HAS(CHECK) | ACT_HAS(COMPONENT) | ACT_HAS(SITE) | ACT_HAS(SERVICE))

/* X(symbol, word in the journal, word of API and command, event, place, needed, also taken, help). Place: INCIDENT (of one) or
 * WORLD (of none). The refusal of what is needed and missing is the act's own rule where it must be recorded (act.c). */
#define ACTS(X)                                                                                    \
	X(ENTERADO, "enterado", "ack", ACK_GIVEN, INCIDENT, 0, ACT_HAS(NOTE),                      \
	  "enterado: I know; stops the calls, never the clock")                                    \
	X(ATIENDO, "atiendo", "attend", ACK_GIVEN, INCIDENT, 0, ACT_HAS(NOTE),                     \
	  "atiendo: I am on it")                                                                   \
	X(NO_PUEDO, "no-puedo", "pass", ACK_GIVEN, INCIDENT, 0, ACT_HAS(NOTE),                     \
	  "no puedo: pass on to the next in line")                                                 \
	X(AUTHORIZE, "authorize", "authorize", ACT_AUTHORIZE, INCIDENT, 0, ACT_HAS(NOTE),          \
	  "autorizo the activation of the plan")                                                   \
	X(DECLARE, "declare", "declare", ACT_DECLARE, INCIDENT, 0, ACT_HAS(NOTE),                  \
	  "declaro the contingency")                                                               \
	X(DECLINE, "decline", "decline", ACT_DECLINE, INCIDENT, 0, ACT_HAS(NOTE),                  \
	  "decline the activation")                                                                \
	X(FALSE_ALARM, "false-alarm", "false-alarm", ACT_FALSE_ALARM, INCIDENT, 0, ACT_HAS(NOTE),  \
	  "nothing failed: say why in --note")                                                     \
	X(RESUME, "resume", "resume", ACT_RESUME, INCIDENT, 0, ACT_HAS(NOTE) | ACT_HAS(AT),        \
	  "operations restarted: the area's word, which ends the RTO")                             \
	X(RESTORE, "restore", "works", ACT_RESTORE, INCIDENT, 0,                                   \
	  ACT_HAS(NOTE) | ACT_HAS(AT) | ACT_HAS(SERVICE),                                          \
	  "it works again, where nothing measures it: say in --note what shows it")                \
	X(RETURN, "return", "return", ACT_RETURN, INCIDENT, ACT_HAS(WHAT),                         \
	  ACT_HAS(NOTE) | ACT_HAS(AT), "the way back from an alternative: what=begin, what=done")  \
	X(REPORT, "report", "report", ACT_REPORT, WORLD, ACT_HAS(WHAT),                            \
	  ACT_HAS(NOTE) | ACT_HAS(AT) | ACT_HAS(VIA) | ACT_HAS(REF) | ACT_HAS(SERVICE) |           \
		  ACT_HAS(SITE),                                                                   \
	  "somebody reports trouble: what (a type of the plan, or other), at, via, site, service") \
	X(CONFIRM_REPORT, "confirm-report", "confirm-report", ACT_CONFIRM_REPORT, INCIDENT, 0,     \
	  ACT_HAS(NOTE) | ACT_HAS(AT) | ACT_HAS(SERVICE),                                          \
	  "what was reported is true; starts the RTO clock of the service that it concerns")       \
	X(CLASSIFY, "classify", "classify", ACT_CLASSIFY, INCIDENT, ACT_HAS(WHAT), ACT_HAS(NOTE),  \
	  "what=technical, or what=operational: goes to the citizen desk")                         \
	X(COMPLETE, "complete", "complete", ACT_COMPLETE, INCIDENT, 0, ACT_HAS(NOTE),              \
	  "the report is complete (activities, areas, problems): the coordinator is called")       \
	X(MERGE, "merge", "merge", ACT_MERGE, INCIDENT, ACT_HAS(N), ACT_HAS(NOTE),                 \
	  "it is the same as incident n=NUMBER (or folio), which goes on under its folio")         \
	X(ENTRY, "entry", "entry", ACT_ENTRY, INCIDENT, ACT_HAS(WHAT),                             \
	  ACT_HAS(NOTE) | ACT_HAS(AT) | ACT_HAS(UNTIL) | ACT_HAS(REF) | ACT_HAS(N) |               \
		  ACT_HAS(ENTRY) | ACT_HAS(OTHER),                                                 \
	  "for the final report: what=activity|area|supplier|purchase|problem|improvement; "       \
	  "entry=SEQ corrects one, what=withdrawn takes one back")                                 \
	X(ACTION, "action", "action", ACT_ACTION, INCIDENT, ACT_HAS(WHAT) | ACT_HAS(ENTRY),        \
	  ACT_HAS(NOTE) | ACT_HAS(AT) | ACT_HAS(REF),                                              \
	  "an improvement action is what=done, or what=verified by somebody else")                 \
	X(FINAL_REPORT, "final-report", "final-report", ACT_FINAL_REPORT, INCIDENT, 0,             \
	  ACT_HAS(NOTE) | ACT_HAS(REF), "the final incident report is handed in")                  \
	X(CLOSE, "close", "close", ACT_CLOSE, INCIDENT, 0, ACT_HAS(NOTE), "close the incident")    \
	X(NOTE, "note", "note", ACT_NOTE, INCIDENT, 0, ACT_HAS(NOTE), "a note for the record")     \
	X(NO_DRILL, "no-drill", "no-drill", ACT_NO_DRILL, INCIDENT, 0, ACT_HAS(NOTE),              \
	  "this is no drill: from now on the incident is real")                                    \
	X(ORDER, "order", "order", ACT_ORDER, INCIDENT, ACT_HAS(WHAT),                             \
	  ACT_HAS(NOTE) | ACT_HAS(SITES),                                                          \
	  "tell the field posts what=suspend, wait or resume, with the reason in --note")          \
	X(CONFIRM_ORDER, "confirm-order", "confirm-order", ORDER_CONFIRMED, INCIDENT, 0,           \
	  ACT_HAS(NOTE) | ACT_HAS(SITE) | ACT_HAS(ENTRY),                                          \
	  "a field post has the order and carries it out")                                         \
	X(WINDOW, "window", "window", ACT_WINDOW, WORLD, ACT_HAS(UNTIL),                           \
	  ACT_HAS(NOTE) | ACT_HAS(FROM) | ACT_HAS(OTHER) | ACT_SCOPE,                              \
	  "a maintenance window: nobody is called for what fails in it; reason in --note")         \
	X(SILENCE, "silence", "silence", ACT_SILENCE, WORLD, ACT_HAS(UNTIL),                       \
	  ACT_HAS(NOTE) | ACT_HAS(OTHER) | ACT_SCOPE,                                              \
	  "a silence of 4 hours at most: nobody is called for it; reason in --note")               \
	X(SIGN, "sign", "sign", ACT_SIGN, WORLD, ACT_HAS(ENTRY), ACT_HAS(NOTE),                    \
	  "the second signature of a window or silence")                                           \
	X(UNSILENCE, "unsilence", "unsilence", ACT_UNSILENCE, WORLD, ACT_HAS(ENTRY),               \
	  ACT_HAS(NOTE), "end a window or silence before its time")                                \
	X(ESCALATE, "escalate", "escalate", ACT_ESCALATE, INCIDENT, ACT_HAS(N), ACT_HAS(NOTE),     \
	  "call level n now, ahead of its mark: say why in --note")                                \
	X(CALL_RESULT, "call-result", "call-result", CALL_RESULT, INCIDENT,                        \
	  ACT_HAS(ENTRY) | ACT_HAS(WHAT), ACT_HAS(NOTE),                                           \
	  "what came of a call by hand to this person: taken, answered, no-answer, left-word, or " \
	  "the answer: ack, attend, pass")                                                         \
	X(LEAVE, "leave", "leave", ABSENCE_BEGAN, WORLD, 0,                                        \
	  ACT_HAS(OTHER) | ACT_HAS(UNTIL) | ACT_HAS(NOTE),                                         \
	  "I leave; `other` takes my seats and my calls, else whoever is next in line")            \
	X(BACK, "back", "back", ABSENCE_ENDED, WORLD, 0, ACT_HAS(NOTE),                            \
	  "I am back: my seats and calls are mine again")                                          \
	X(CONVENE, "convene", "convene", ACT_CONVENE, INCIDENT, 0, ACT_HAS(NOTE),                  \
	  "convoco al nivel 1: level 1 is called at once")                                         \
	X(WAIT, "wait", "wait", ACT_WAIT, INCIDENT, 0, ACT_HAS(NOTE),                              \
	  "espero: level 1 is called 60 s later, twice at most")                                   \
	X(RATIFY, "ratify", "ratify", ACT_RATIFY, INCIDENT, 0, ACT_HAS(NOTE),                      \
	  "ratifico what was declared while level 1 was silent")                                   \
	X(CONFIRM, "confirm", "confirm", ACT_CONFIRM, INCIDENT, ACT_HAS(ENTRY), ACT_HAS(NOTE),     \
	  "confirm an act that somebody else wrote down")                                          \
	X(DISPUTE, "dispute", "dispute", ACT_DISPUTE, INCIDENT, ACT_HAS(ENTRY), ACT_HAS(NOTE),     \
	  "that was never said, or was written down wrongly: say why in --note")                   \
	X(CHECK, "check", "check", CHECKLIST_STEP, INCIDENT, ACT_HAS(N) | ACT_HAS(WHAT),           \
	  ACT_HAS(NOTE) | ACT_HAS(SERVICE) | ACT_HAS(REF),                                         \
	  "an activity of the checklist: what is done, yes, no or skip")                           \
	X(ADOPT, "adopt", "adopt", ACT_ADOPT, INCIDENT, 0, ACT_HAS(NOTE),                          \
	  "the incident goes on under the plan in force: say why in --note")

enum act {
#define X(sym, word, name, event, place, needed, taken, help) ACT_##sym,
	ACTS(X)
#undef X
		ACT_COUNT
};
enum act_place { ACT_PLACE_INCIDENT, ACT_PLACE_WORLD };

struct act_row {
	const char *word, *name; /* journal; API and command line */
	int event; /* enum event_kind */
	enum act_place place;
	unsigned needed, taken; /* ACT_HAS bits; taken holds the needed ones too */
	const char *help;
};
const struct act_row *act_row(enum act a) __attribute__((returns_nonnull));
const char *act_word(enum act a); /* "enterado" "atiendo" "no-puedo" "authorize" ... */
bool act_from_name(struct slice name, enum act *ret) NONNULL(2); /* the API's */
bool act_from_word(struct slice word, enum act *ret) NONNULL(2); /* the journal's */

const char *act_arg_name(enum act_arg a);
const char *act_arg_placeholder(enum act_arg a);
const char *act_arg_help(enum act_arg a);

/* What was given beside who, note and proof. A member counts only if its bit is in `given`: zeroed means nothing. */
enum { ACT_WHAT_SIZE = 32, ACT_REF_SIZE = 96 };
struct act_args {
	unsigned given;
	struct wall_time at, until, from;
	int64_t n;
	uint64_t entry;
	uint32_t other, service, seat, site, component,
		check; /* of the plan they were read under */
	struct plan_post_set posts; /* those of `sites` */
	char what[ACT_WHAT_SIZE], via[ACT_WHAT_SIZE], ref[ACT_REF_SIZE];
};
static inline bool act_given(const struct act_args *a, unsigned has)
{
	return (a->given & has) == has;
}

/* Reads one KEY VALUE as a person writes it. Times: Unix seconds, or Mexico City: "2026-06-07T08:15[:30]", "08:15[:30]" (the last one,
 * or the next one for `until`), or a duration ("5m": so long ago, or from now). `plan`: the incident's, else the present one. One sentence in `info`:
 * ERR_UNKNOWN_KEY if the act does not take it, ERR_NOT_FOUND for an id that the plan does not have, ERR_SYNTAX, ERR_DUPLICATE. */
enum err act_args_read(struct act_args *ret, enum act act, const struct plan *plan,
		       struct wall_time now, struct slice key, struct slice value,
		       struct err_info *info) NONNULL(1, 3, 7) MUST_CHECK;
/* ERR_SYNTAX with a sentence if something that the act needs was not given. */
enum err act_args_check(const struct act_args *a, enum act act,
			struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
