/* report_world.h - an engine_world under the plan of the scenarios of reports (tests/scenario/plans/reports.yaml), and acts with all that they take. */
#ifndef VIGIA_TESTS_SUPPORT_REPORT_WORLD_H
#define VIGIA_TESTS_SUPPORT_REPORT_WORLD_H

#include "tests/support/engine_world.h"

/* Set-up of a cmocka test; world_teardown ends it. */
int report_world_setup(void **state);
/* "report what=theft at=15s": an act by its journal word, with its arguments, on the incident of this folio (0: the newest). `note` "" is none. */
enum err report_say(struct engine_world *w, uint32_t folio, const char *person, const char *line,
		    const char *note) NONNULL_ALL;
/* The same, refused with this sentence (the beginning of it). */
void report_refused(struct engine_world *w, uint32_t folio, const char *person, const char *line,
		    const char *note, const char *why) NONNULL_ALL;
/* The number of the newest entry of a kind. */
uint64_t report_entry(const struct engine_world *w, const char *kind) NONNULL_ALL;

#endif
