/* report.h - reports by people (the communication plan, activities 1-9), what was said of them, and what the final report needs
 * (activity 16). Private to engine/. All of it is journalled state. */
#ifndef VIGIA_ENGINE_REPORT_H
#define VIGIA_ENGINE_REPORT_H

#include "engine/event.h"
#include "engine/view.h"

enum {
	REPORTS_KEPT_MAX = 32, /* of an incident, in memory; the journal has all */
	ENTRIES_MAX = 400, /* of an incident; past it an entry is refused */
	OWING_MAX = 100, /* closed incidents that are kept because they owe a paper or an action */
	REPORT_AGE_MAX_S = 7 * 86400
};

/* What somebody reported. Indices are of the incident's plan (of the present one while it waits for its incident). */
struct report {
	uint64_t seq; /* of its act.report; 0: none */
	struct wall_time at, recorded; /* when it happened, when we were told */
	uint32_t person, service, site;
	char what[ACT_WHAT_SIZE], via[ACT_WHAT_SIZE], ref[ACT_REF_SIZE], text[EVENT_TEXT_MAX];
};

/* Who is being called with a report, and why. A rung is gone through until somebody has answered. */
enum report_call {
	REPORT_CALL_NONE,
	REPORT_CALL_DESK,
	REPORT_CALL_OPERATIONAL,
	REPORT_CALL_COMPLETE
};
const char *report_call_word(enum report_call c); /* "" "reported" "operational" "complete" */

struct report_run {
	struct report *items;
	size_t count, cap;
	uint32_t total; /* with those that are not kept */
	bool operational; /* else technical */
	bool is_complete;
	char summary[EVENT_TEXT_MAX]; /* of the second stage */
	/* The calls that are under way: the entry they are for, why, how far up. */
	uint64_t called;
	enum report_call why;
	uint32_t rung;
	bool unanswered; /* everybody was tried */
	struct wall_time repeat_at; /* then all begins again */
	uint64_t merged_into; /* the incident in which it goes on; 0: none */
	struct wall_time return_began, return_done;
	uint64_t works; /* the newest entry by which somebody said that it works; 0: none */
};

enum entry_what {
	ENTRY_ACTIVITY,
	ENTRY_AREA,
	ENTRY_SUPPLIER,
	ENTRY_PURCHASE,
	ENTRY_PROBLEM,
	ENTRY_IMPROVEMENT,
	ENTRY_WITHDRAWN,
	ENTRY_WHAT_COUNT
};
const char *entry_what_word(enum entry_what w);

/* One entry for the final report, as far as something is decided on it; its text is in the journal. */
struct book_entry {
	uint64_t seq;
	enum entry_what what;
	bool superseded; /* corrected or withdrawn by a later one */
	uint32_t owner; /* of an improvement action */
	struct wall_time due;
	bool done, verified;
	uint32_t done_by;
	uint64_t told; /* its deadline.due */
};
struct entry_book {
	struct book_entry *items;
	size_t count, cap;
	bool is_owed; /* a person has closed the incident: the final report is owed, if the plan asks for it */
	bool handed_in, dropped;
	struct wall_time report_due;
	uint64_t report_told; /* its deadline.due */
};

#endif
