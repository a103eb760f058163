/* plan_annexes.h - what a continuity plan lists beside what is watched: vital records, tools, suppliers,
 * minimum resources (MARC), its documents, its directories of telephones, its groups, and the faults that are
 * known and accepted. Data for the auditor of the plan (plan/audit.h), the final report and the pages; the
 * engine decides nothing by them. Indices and strings as in plan.h. */
#ifndef VIGIA_ENGINE_PLAN_ANNEXES_H
#define VIGIA_ENGINE_PLAN_ANNEXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An RTO or RPO as the annexes word it. */
enum plan_objective_kind {
	OBJECTIVE_NONE, /* not stated */
	OBJECTIVE_DURATION,
	OBJECTIVE_IMMEDIATE,
	OBJECTIVE_NOT_APPLICABLE,
	OBJECTIVE_LAST_VERSION,
	OBJECTIVE_FUNCTIONAL,
	OBJECTIVE_CURRENT
};
struct plan_objective {
	enum plan_objective_kind kind;
	int64_t us; /* OBJECTIVE_DURATION */
};

/* One place of the document that states objectives for a record or a tool. */
struct plan_statement {
	const char *in; /* "Anexo 3, fila 4"; "" if absent */
	uint32_t service; /* of the process that it is stated for, or PLAN_NONE */
	struct plan_objective rto, rpo;
};

enum plan_backup {
	BACKUP_NOT_STATED,
	BACKUP_EVERY, /* every_us */
	BACKUP_NEVER,
	BACKUP_ONCE_PER_PROCESS,
	BACKUP_LAST_VERSION, /* at each change */
	BACKUP_VARIES
};
struct plan_record {
	const char *id, *name;
	const char *place, *copy; /* where it lies, where its copy lies; "" if absent */
	uint32_t keeper; /* person, or PLAN_NONE */
	enum plan_backup backup;
	int64_t every_us; /* BACKUP_EVERY */
	const struct plan_statement *stated;
	size_t stated_count;
};

struct plan_tool {
	const char *id, *name;
	bool carries_alarms; /* messages and calls of an incident pass through it */
	uint32_t component; /* PLAN_NONE: it is not watched */
	const struct plan_statement *stated;
	size_t stated_count;
};

struct plan_supplier {
	const char *id, *name;
	const char *contact, *contract, *cases; /* how a case is opened; "" if absent */
	int64_t response_us; /* 0 = not stated */
	const uint32_t *services;
	size_t service_count;
};

/* A row of the minimum acceptable recovery configuration; -1 where it says nothing. */
enum plan_resource {
	RESOURCE_PEOPLE,
	RESOURCE_WORKPLACES,
	RESOURCE_LAPTOPS,
	RESOURCE_LINES,
	RESOURCE_INTERNET,
	RESOURCE_VPN,
	RESOURCE_KINDS
};
struct plan_resources {
	const char *id, *in;
	uint32_t service; /* PLAN_NONE: the sum of all rows, as the document states it */
	bool is_remote; /* the work goes on from elsewhere */
	int64_t within_us; /* 0 = not stated */
	int64_t amount[RESOURCE_KINDS];
};

struct plan_document {
	const char *id, *name, *code, *revision;
	const char *agreement; /* number of its approval */
	const char *header; /* the document's name as its pages carry it */
	const char *retention; /* final disposition */
	int64_t approved_s, review_by_s; /* Unix seconds, 0 if absent */
	const int64_t *dates_s; /* that stand within this revision */
	size_t date_count;
};

/* A row of a directory: of a person, or of a line such as the switchboard, a hotline, a queue. */
struct plan_listing {
	const char *id, *in;
	uint32_t person; /* PLAN_NONE: a line */
	const char *line; /* "" for a person */
	const char *phone, *extension, *email; /* as they are written; "" if absent */
};

/* A group as one place of the document puts it together. */
struct plan_composition {
	const char *in;
	const uint32_t *members; /* people; none: it names the group only */
	size_t member_count;
};
struct plan_group {
	const char *id, *name;
	uint32_t level; /* as of seats */
	const struct plan_composition *told;
	size_t told_count;
};

/* A fault that is known and accepted, by name. */
struct plan_acceptance {
	const char *id;
	const char *finding; /* its code */
	const char *at; /* the thing: "service:copaco", "seat:a+b", "plan" */
	const char *reason;
	uint32_t by; /* person */
	int64_t on_s, until_s;
};

struct plan_annexes {
	const struct plan_record *records;
	const struct plan_tool *tools;
	const struct plan_supplier *suppliers;
	const struct plan_resources *resources;
	const struct plan_document *documents;
	const struct plan_listing *listings;
	const struct plan_group *groups;
	const struct plan_acceptance *accepted;
	uint32_t record_count, tool_count, supplier_count, resources_count, document_count,
		listing_count, group_count, accepted_count;
};

#endif
