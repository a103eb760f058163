/* plan_marks.h - where each thing of a plan stands: file, line, column, and what made it. Kept beside the
 * plan for complaints after loading; it is no part of what the plan says (two plans that differ in marks
 * only have the same hash). */
#ifndef VIGIA_PLAN_PLAN_MARKS_H
#define VIGIA_PLAN_PLAN_MARKS_H

#include "base/yaml_doc.h"
#include "engine/plan.h"

enum plan_thing {
	THING_PLAN, /* the plan as a whole: where its institution stands, or the first file */
	THING_SITE,
	THING_AGENT,
	THING_COMPONENT,
	THING_CHECK,
	THING_SERVICE,
	THING_PERSON,
	THING_SEAT,
	THING_CHANNEL,
	THING_POLICY,
	THING_PROCEDURE,
	THING_RECORD,
	THING_TOOL,
	THING_SUPPLIER,
	THING_RESOURCES,
	THING_DOCUMENT,
	THING_LISTING,
	THING_GROUP,
	THING_ACCEPTANCE,
	THING_KINDS
};

/* "service"; what subjects of findings begin with. */
extern const char *const plan_thing_words[];

/* The id of a thing; "" for the plan. */
const char *plan_thing_id(const struct plan *p, enum plan_thing kind, uint32_t index) NONNULL_ALL
	__attribute__((returns_nonnull));

/* A node for findings_add: only its place and maker are set. */
struct yaml_node plan_mark(const struct plan *p, enum plan_thing kind, uint32_t index) NONNULL_ALL;
/* The same of an activity, by its position in the procedure. */
struct yaml_node plan_mark_activity(const struct plan *p, uint32_t procedure,
				    uint32_t position) NONNULL_ALL;

#endif
