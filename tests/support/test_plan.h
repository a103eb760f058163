/* test_plan.h - plans for tests, made from text through the loader's front door with the check types
 * of test_schemas.h. */
#ifndef VIGIA_TESTS_SUPPORT_TEST_PLAN_H
#define VIGIA_TESTS_SUPPORT_TEST_PLAN_H

#include "engine/plan.h"

/* A file as text in the arena; the test fails if it cannot be read. */
char *test_plan_read_file(const char *path, struct arena *arena);

/* The plan of a text, or of a file. The test fails with the complaints if there are any. */
struct plan *test_plan_from_text(const char *yaml);
struct plan *test_plan_from_file(const char *path);

/* The complaints about a text, one a line, "journal:L:C: error: CODE: text". In the arena. */
char *test_plan_complaints(const char *yaml, struct arena *arena);

/* The same of a plan in files, plan.yaml and (unless NULL) sites.csv beside it, so that templates, tables
 * and variables are carried out; complaints say "plan.yaml:L:C: ...". */
struct plan *test_plan_from_files(const char *yaml, const char *csv);
char *test_plan_complaints_of_files(const char *yaml, const char *csv, struct arena *arena);

/* The findings of the careful reader about a text that loads. In the arena. */
char *test_plan_findings(const char *yaml, struct arena *arena);

#endif
