/* plan_file.h - YAML files of a plan (DESIGN 7) to struct plan, strict: all errors in one run,
 * nothing is returned unless all is right. */
#ifndef VIGIA_PLAN_PLAN_FILE_H
#define VIGIA_PLAN_PLAN_FILE_H

#include "base/attr.h"
#include "base/schema.h"
#include "base/yaml_doc.h"
#include "engine/plan.h"

/* PATH is a file or a folder of *.yaml (read in the order of their names; sections of all files are
 * joined; tables, templates, variables and profiles are written out). NULL if any finding of severity error was added. Freed with plan_free. */
struct plan *plan_file_load(const char *path, const struct schema_list *schemas,
			    struct findings *f) NONNULL_ALL;

/* The same of a text that stands in no file (`name` is shown in complaints; relative paths start nowhere). */
struct plan *plan_file_load_text(const char *name, struct slice text,
				 const struct schema_list *schemas, struct findings *f)
	NONNULL(1, 3, 4);

/* The same from the expanded, canonical JSON of a journal entry (plan->json gives the same bytes
 * again, and the same hash). It is taken to the letter: nothing is filled in. */
struct plan *plan_file_load_json(struct slice json, const struct schema_list *schemas,
				 struct findings *f) NONNULL(2, 3);

/* The plan as it is carried out (templates and defaults written out), as YAML that reads back as the same
 * plan. Overflow of `out` is the caller's to ask for. */
void plan_show(const struct plan *p, struct buf *out) NONNULL_ALL;

/* Contradictions that a careful reader would find (docs/FINDINGS.md), added to `f`; the plan loads all the same.
 * What the plan's `accepted` names is added as accepted. `today_s`: Unix seconds, for reviews that are past and acceptances
 * that ended; 0: nothing is said about those. */
void plan_check_findings(const struct plan *p, int64_t today_s, struct findings *f) NONNULL_ALL;

#endif
