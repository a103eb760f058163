/* refusal.h - the words of what the rules say against an act: pages and programs translate the word, people who read the
 * journal have the sentence. The sentence stands with its rule; tests/browser/words.test.mjs sees to it that each one that a rule
 * says is listed here, and that both languages of the board know its word. A word does not change. */
#ifndef VIGIA_ENGINE_REFUSAL_H
#define VIGIA_ENGINE_REFUSAL_H

#include "base/attr.h"
#include "base/slice.h"

/* X(word, sentence) */
#define REFUSALS(X)                                                                                \
	X("level-1-authorises", "only a seat of level 1 authorises")                               \
	X("ratify-instead", "it is declared already: ratify it")                                   \
	X("nothing-to-authorise", "there is nothing to authorise now")                             \
	X("authorised-already", "this person has authorised already; distinct people are needed")  \
	X("level-2-declares", "only the coordinator (level 2) declares")                           \
	X("authorised-own", "nobody authorises what they declare")                                 \
	X("quorum-grew", "a service has joined for which more people of level 1 must authorise")   \
	X("not-authorised", "level 1 has not authorised it")                                       \
	X("levels-1-2-decline", "only levels 1 and 2 decline")                                     \
	X("level-1-refuses", "only level 1 refuses to ratify")                                     \
	X("declared-own", "nobody decides on what they declared")                                  \
	X("nothing-to-decline", "there is nothing to decline now")                                 \
	X("reason-wanted", "a reason is needed (note)")                                            \
	X("false-alarm-too-late", "it cannot become a false alarm any more")                       \
	X("cause-wanted", "the cause is needed (note)")                                            \
	X("false-alarm-two-people",                                                                \
	  "a false alarm needs two people: who says it and who records it")                        \
	X("area-resumes",                                                                          \
	  "operations are resumed by the word of the area's team, its desk or the coordinator")    \
	X("not-restored", "operations restart after the measured restoration; it is not restored") \
	X("still-failing", "it still fails; a person cannot end what is measured")                 \
	X("say-it-works-first",                                                                    \
	  "somebody reported it: say first that it works (works), or false-alarm")                 \
	X("ending-wanted", "how did it end? (note)")                                               \
	X("return-not-done", "the way back has begun and is not done (return what=done)")          \
	X("posts-not-resumed", "field posts were told to suspend or to wait, and nobody has told " \
			       "them to resume: order that first")                                 \
	X("not-restored-or-closed", "it is not restored, or closed already")                       \
	X("order-confirm-only",                                                                    \
	  "an order is confirmed here; who cannot carry it out tells the desk")                    \
	X("link-acknowledges-only", "a link only acknowledges; decisions are for the desk")        \
	X("link-of-another", "the link is not of a call to this person")                           \
	X("link-used", "this link has served already")                                             \
	X("link-of-drill",                                                                         \
	  "that message was of a drill; it is real now, and another message has come")             \
	X("over-write-note", "the incident is over; write a note instead")                         \
	X("note-empty", "the note is empty")                                                       \
	X("no-such-act", "no such act")                                                            \
	X("in-future", "that has not happened yet (at)")                                           \
	X("played-drill", "what fails here is played; tell the collector that watches")            \
	X("levels-adopt", "only the coordinator (level 2) or the desk (level 0) puts an incident " \
			  "under another plan")                                                    \
	X("over-keeps-plan", "the incident is over; it keeps its plan")                            \
	X("same-plan", "it runs under the plan in force already")                                  \
	X("real-already", "it is real already")                                                    \
	X("task-of-another", "only who is responsible for it, or the coordinator, ticks an "       \
			     "activity; the desk writes it down for them")                         \
	X("task-hand", "only the desk or the coordinator writes it down for others")               \
	X("task-what", "what: done, yes, no or skip")                                              \
	X("task-is-question", "that activity is a question: yes or no")                            \
	X("task-is-no-question", "that activity is no question: done")                             \
	X("skip-reason-wanted", "a reason is needed to skip an activity (note)")                   \
	X("no-checklist", "no checklist is open: nothing is declared")                             \
	X("checklist-service-wanted", "name a service whose checklist is open (service)")          \
	X("no-such-task", "the procedure has no activity of that number (n)")                      \
	X("task-done-already", "that activity is done already")                                    \
	X("hand-wanted",                                                                           \
	  "what was said or signed is written down by somebody else: name who (recorded_by)")      \
	X("hand-holds-no-seat", "only who holds a seat of the plan writes down decisions")         \
	X("authoriser-records", "who authorises does not write down the word of another")          \
	X("both-sides", "one person does not authorise and declare, with their own name or by "    \
			"writing down another's")                                                  \
	X("confirm-oneself", "a confirmation is given by oneself")                                 \
	X("recorder-confirms", "who wrote it down cannot confirm it")                              \
	X("confirm-holds-no-seat", "only who holds a seat of the plan confirms for others")        \
	X("confirmed-already", "it is confirmed already")                                          \
	X("dispute-of-another", "only who is said to have done it, or wrote it down, disputes it") \
	X("dispute-hand", "who wrote it down does not write down its dispute")                     \
	X("confirmed-by-self", "who did it has confirmed it")                                      \
	X("no-such-deed", "that entry is no act of this incident (entry)")                         \
	X("not-second-hand", "that act was not written down by another")                           \
	X("disputed-already", "it is disputed already")                                            \
	X("call-result-what",                                                                      \
	  "what is one of: taken, answered, no-answer, left-word, ack, attend, pass")              \
	X("call-over",                                                                             \
	  "this call is over; what they answered is an act of theirs (ack, attend, pass)")         \
	X("call-taken", "somebody has taken this call already: do not call twice")                 \
	X("no-such-call",                                                                          \
	  "there is no such call in this incident (entry=: the number of the call)")               \
	X("call-not-by-hand", "this call is not made by hand: its channel says what came of it")   \
	X("call-to-another",                                                                       \
	  "that call is to somebody else: the act stands under the name of who is called")         \
	X("caller-wanted", "say who makes the call (recorded_by): nobody calls themselves")        \
	X("until-passed", "until: that moment has passed")                                         \
	X("coordination-empty", "a seat of the coordinator (level 2) would be left with nobody: "  \
				"name who takes it (other=PERSON)")                                \
	X("stand-in-self", "nobody stands in for themselves: name somebody else")                  \
	X("stand-in-unreachable",                                                                  \
	  "whoever takes it cannot be reached: the plan has no contact of that person")            \
	X("stand-in-away", "whoever takes it is away as well: name somebody who is there")         \
	X("not-away", "this person is not away")                                                   \
	X("no-such-entry", "the incident has no such entry to correct")                            \
	X("corrected-already", "that entry is corrected already; correct the newer one")           \
	X("correction-kind", "a correction is of the same kind; withdraw the other")               \
	X("action-done-fixed", "the action is done; what was done is not corrected")               \
	X("entry-what",                                                                            \
	  "what= is activity, area, supplier, purchase, problem, improvement or withdrawn")        \
	X("entry-empty", "the entry says nothing (note)")                                          \
	X("withdrawn-which", "which entry is withdrawn? (entry=SEQ)")                              \
	X("amount-wanted", "how much is asked for? (n=AMOUNT)")                                    \
	X("level-1-purchases", "level 1 authorises the request of a purchase (other=PERSON)")      \
	X("action-owner-wanted",                                                                   \
	  "an action needs who does it and by when (other=PERSON until=TIME)")                     \
	X("date-over", "that date is over (until)")                                                \
	X("entries-full", "the incident has all the entries that it can hold; a note still goes")  \
	X("action-what", "what=done or what=verified")                                             \
	X("no-such-action", "there is no such improvement action (entry=SEQ)")                     \
	X("recorded-already", "that is on record already")                                         \
	X("action-not-done", "it is not done yet")                                                 \
	X("verifies-own", "nobody verifies what they did")                                         \
	X("level-2-hands-in", "the coordinator (level 2) hands in the final report")               \
	X("not-over", "the incident is not over")                                                  \
	X("higher-called", "a higher level was called already: this never goes down")              \
	X("level-called", "that level was called already")                                         \
	X("no-step-for-level",                                                                     \
	  "no step to come of the plan calls that level: call it by hand and write a note")        \
	X("levels-escalate",                                                                       \
	  "only the coordinator (level 2) or the desk calls a level ahead of its mark")            \
	X("level-wanted", "n is the level to call: 1, 2 or 3")                                     \
	X("nothing-fails", "nothing of this incident fails any more")                              \
	X("waits-used", "more time was asked for twice already")                                   \
	X("no-time-to-wait", "there is no time to wait: level 1's answer must fit into the RTO")   \
	X("level-2-convenes", "only the coordinator (level 2) convenes or waits")                  \
	X("convened-already", "level 1 has been convened already")                                 \
	X("no-ask-left", "no step is left that asks level 1")                                      \
	X("no-gate", "this policy has no gate: level 1 is called at its mark")                     \
	X("merge-which", "with which incident? (n=NUMBER or folio)")                               \
	X("merge-unknown", "there is no such incident in memory to merge with")                    \
	X("merge-self", "that is this incident itself")                                            \
	X("in-charge-merges", "a desk, the coordinator or the process's team merges")              \
	X("past-stays", "an outage of the past is on record as it was measured")                   \
	X("merge-over", "only incidents that go on can be one")                                    \
	X("merge-decided", "the crisis group has decided on this one: merge the other into it")    \
	X("merge-orders",                                                                          \
	  "field posts were told by this one to suspend or to wait: merge the other into it")      \
	X("merge-drill", "one is a drill's and the other is real")                                 \
	X("merge-plans", "they run under different plans; close one with a note")                  \
	X("merge-entries", "together they have too many entries")                                  \
	X("crisis-group-orders", "only the operational crisis group orders this")                  \
	X("levels-1-2-order", "only levels 1 and 2 order this")                                    \
	X("no-field-posts", "the incident's plan has no field posts")                              \
	X("closed", "the incident is closed")                                                      \
	X("order-what", "what: suspend, wait or resume")                                           \
	X("order-reason-wanted", "the reason is needed (note)")                                    \
	X("orders-full", "there are too many orders in this incident")                             \
	X("holds-no-post", "this person holds no field post")                                      \
	X("no-order-waits",                                                                        \
	  "no order waits for this post: it is confirmed, or a later one stands")                  \
	X("level-1-ratifies", "only a seat of level 1 ratifies")                                   \
	X("nothing-to-ratify", "no declaration waits to be ratified")                              \
	X("ratifies-own", "nobody ratifies what they declared or wrote down")                      \
	X("ratified-already", "this person has ratified already; distinct people are needed")      \
	X("ratifier-records", "who ratifies does not write down the word of another")              \
	X("report-what", "what is reported? (what=TYPE)")                                          \
	X("no-such-report-type",                                                                   \
	  "the plan's reports know no such type; what=other, and say it in the note")              \
	X("too-long-ago", "that is more than seven days ago")                                      \
	X("in-charge-confirms", "a desk, the coordinator or the process's team confirms a report") \
	X("no-report", "there is no report to confirm")                                            \
	X("fails-elsewhere", "that service fails in another incident already: merge this one")     \
	X("class-what", "what=technical or what=operational")                                      \
	X("over", "the incident is over")                                                          \
	X("nobody-reported", "nobody has reported it; there is no report to complete")             \
	X("complete-already", "the report is complete already; add entries or a note")             \
	X("done-what-wanted", "what was done? (entries what=activity, or the note)")               \
	X("in-charge-works", "a desk, the coordinator or the process's team says that it works")   \
	X("measured-restores", "what is measured is restored by measurement, not by a word")       \
	X("measured-failing", "it is measured as failing")                                         \
	X("no-word", "nothing of it rests on a person's word")                                     \
	X("evidence-wanted", "what shows that it works? (note)")                                   \
	X("before-beginning", "that is before it began")                                           \
	X("return-what", "what=begin or what=done")                                                \
	X("in-charge-returns", "a desk, the coordinator or the process's team returns")            \
	X("return-too-early", "the way back begins when operations go on by an alternative: "      \
			      "after restored or resumed")                                         \
	X("return-began-already", "the way back has begun already")                                \
	X("return-not-begun", "no way back has begun (what=begin)")                                \
	X("before-return", "that is before the way back began")                                    \
	X("silencer-holds-no-seat", "only who holds a seat silences")                              \
	X("scope-wanted", "name one thing: check, component, site or service")                     \
	X("end-wanted", "it needs an end (until)")                                                 \
	X("end-before-beginning", "its end lies in the past, or before its beginning")             \
	X("silence-too-long", "a silence lasts 4 hours at most; what is planned is a window")      \
	X("window-too-long", "a window lasts 7 days at most")                                      \
	X("too-far-ahead", "it begins more than a year ahead; write it into the plan")             \
	X("silences-full", "there are too many windows and silences already")                      \
	X("no-such-silence", "this entry is no window or silence that still stands")               \
	X("no-signature-wanted", "it waits for no signature")                                      \
	X("signs-own", "nobody signs what they asked for: it takes four eyes")                     \
	X("freeze-level-2", "it meets a freeze: only level 2 signs it")                            \
	X("signer-holds-no-seat", "only who holds a seat signs")

/* The word of a sentence; NULL: it is no refusal of the engine's, or names things (a plan that cannot be adopted). */
const char *refusal_rule(struct slice sentence);

#endif
