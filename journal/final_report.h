/* final_report.h - what the final report of an incident says (the communication plan, activity 16): start, end, activities, areas,
 * suppliers, purchases, problems, improvement actions, and what was reported; from the entries alone, so that anybody can compute it again. What was
 * corrected or withdrawn is left out here and stays among the entries. */
#ifndef VIGIA_JOURNAL_FINAL_REPORT_H
#define VIGIA_JOURNAL_FINAL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "base/json_emit.h"
#include "base/slice.h"
#include "journal/journal.h"

enum { FINAL_REPORT_LINES_MAX = 2000 };

/* One entry; slices borrow from its body (raw JSON where it says so). */
struct final_report_line {
	uint64_t seq;
	struct wall_time at;
	struct slice kind; /* activity, area ...; "reported" for what somebody reported */
	struct slice what, via, by, other;
	struct slice raw_note, raw_ref;
	int64_t amount;
	struct wall_time due, done, verified;
	bool superseded;
};
struct final_report {
	uint64_t incident;
	bool any; /* people have said or entered something */
	bool is_reported, is_measured;
	struct wall_time began, restored, resumed, closed, declared, return_began, return_done,
		handed_in;
	struct slice raw_ref; /* of the paper that was handed in */
	struct final_report_line *lines;
	size_t count, cap;
	struct journal_entry pending; /* an act.report whose incident comes next */
};

void final_report_init(struct final_report *r, uint64_t incident) NONNULL_ALL;
void final_report_release(struct final_report *r) NONNULL_ALL;
/* True if it takes something from such an entry: whoever keeps bodies need keep only those. */
bool final_report_wants(const struct journal_entry *e) NONNULL_ALL;
/* The incident's own entries, in the order of their numbers, and every act.report: it is of no incident, and is taken when the entry that
 * follows it says that it belongs here. */
void final_report_add(struct final_report *r, const struct journal_entry *e) NONNULL_ALL;
/* An object. */
void final_report_write(const struct final_report *r, struct json_emit *j) NONNULL_ALL;

#endif
