/* trap_rules.h - what a check of type trap is told about the notifications of its device (docs/SNMP.md "Traps"): which
 * entry fits one, what it raises or clears, what people read of it. Made once from the check's parameters, then
 * immutable. */
#ifndef VIGIA_CHECKS_TRAP_RULES_H
#define VIGIA_CHECKS_TRAP_RULES_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "checks/notification.h"

enum {
	TRAP_RULES_MAX = 200, /* entries of one check */
	TRAP_LIST_MAX = 32, /* OIDs, conditions, words ... of one entry */
	TRAP_NAME_SIZE = 64,
	TRAP_KEY_SIZE = 128,
	TRAP_TEXT_SIZE = 401 /* of what is told, with its end */
};

/* X.733's words, in the order of their weight. */
#define TRAP_SEVERITIES(X)                                                                         \
	X(NONE, "none")                                                                            \
	X(INFO, "info")                                                                            \
	X(WARNING, "warning")                                                                      \
	X(MINOR, "minor")                                                                          \
	X(MAJOR, "major")                                                                          \
	X(CRITICAL, "critical")
enum trap_severity {
#define X(sym, word) TRAP_##sym,
	TRAP_SEVERITIES(X)
#undef X
		TRAP_SEVERITY_COUNT
};
const char *trap_severity_word(enum trap_severity s);
/* TRAP_SEVERITY_COUNT: it is none. */
enum trap_severity trap_severity_from_word(struct slice word);

struct trap_conditions; /* all of them hold, or it does not fit */
struct trap_template; /* text with {values} */

enum trap_hastens { TRAP_HASTENS_ALL, TRAP_HASTENS_NONE, TRAP_HASTENS_NAMED };
struct trap_rule {
	const struct snmp_oid *oids;
	size_t oid_count;
	const char *name;
	enum trap_severity severity;
	const struct trap_conditions *when; /* NULL: none */
	const struct trap_template *text, *raises, *clears, *same; /* NULL: not given */
	int64_t lasts_us, window_us;
	enum trap_hastens hastens;
	const char *const *hastened; /* names of checks of the component */
	size_t hastened_count;
};
struct trap_rules {
	struct trap_rule *items;
	size_t count;
};

/* From the JSON of the parameter `notifications`, a list of maps whose leaves are texts. `info` begins with
 * "notifications.N.key: ", where N counts from 1. */
enum err trap_rules_compile(const char *json, struct arena *arena, const struct trap_rules **ret,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* From the JSON of the parameter `when`: a condition or a list of them. */
enum err trap_conditions_compile(const char *json, struct arena *arena,
				 const struct trap_conditions **ret,
				 struct err_info *info) NONNULL_ALL MUST_CHECK;

bool trap_conditions_hold(const struct trap_conditions *c, const struct notification *n) NONNULL(2);
/* The first entry that fits, NULL if none does. */
const struct trap_rule *trap_rules_find(const struct trap_rules *r,
					const struct notification *n) NONNULL_ALL;
/* Writes the text with what the notification holds; a value that is not there is "?". One line, cut at a character. */
void trap_template_write(const struct trap_template *t, const struct notification *n, char *dst,
			 size_t size) NONNULL_ALL;
/* All its values, for an entry without a text. */
void trap_values_write(const struct notification *n, char *dst, size_t size) NONNULL_ALL;

#endif
