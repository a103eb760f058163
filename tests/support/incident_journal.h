/* incident_journal.h - a journal with one whole incident among entries of others, as the collector writes
 * it, for the tests of export, verify and the command. */
#ifndef VIGIA_TESTS_SUPPORT_INCIDENT_JOURNAL_H
#define VIGIA_TESTS_SUPPORT_INCIDENT_JOURNAL_H

#include <stdint.h>

#include "journal/journal.h"

enum {
	INCIDENT_JOURNAL_PLAN = 3, /* seq of the plan in force */
	INCIDENT_JOURNAL_OPENED = 10, /* the incident */
	INCIDENT_JOURNAL_LAST = 32, /* its last entry */
	INCIDENT_JOURNAL_END = 34 /* the last of all */
};

/* Creates PATH with it and closes it. */
void incident_journal_write(const char *path);
/* ... and appends, to one that is open: two plans (35, 36), of which the incident adopts the second (37), a note of it under that
 * plan (38), another plan (39). */
void incident_journal_adopt(struct journal *j);

#endif
