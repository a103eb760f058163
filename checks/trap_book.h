/* trap_book.h - what one check of type trap has heard: alarms that are raised and not cleared, how many notifications came
 * since the last result, what is to be told of them and how often (docs/SNMP.md "Traps"). Time comes in as data; bounded
 * in everything. The owner keeps the alarms on disk (trap_book_write, trap_book_read): a restart does not end one. */
#ifndef VIGIA_CHECKS_TRAP_BOOK_H
#define VIGIA_CHECKS_TRAP_BOOK_H

#include "base/attr.h"
#include "base/instant.h"
#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/rate_limit.h"
#include "checks/trap_rules.h"

enum {
	TRAP_ALARMS_MAX = 64,
	TRAP_NOTES_MAX = 32, /* that wait to be told */
	TRAP_SEEN_MAX = 64, /* remembered to tell a repeat */
	TRAP_SOURCE_SIZE = 46
};
enum { TRAP_VALUE_OPEN, TRAP_VALUE_WORST, TRAP_VALUE_HEARD, TRAP_VALUE_COUNT };

/* What people are told: one line of the timeline. */
#define TRAP_NOTE_KINDS(X)                                                                         \
	X(HEARD, "heard")                                                                          \
	X(RAISED, "raised")                                                                        \
	X(CLEARED, "cleared")                                                                      \
	X(LAPSED, "lapsed") /* nobody cleared it in its time */                                    \
	X(MORE, "more") /* `count` more came than could be told */
enum trap_note_kind {
#define X(sym, word) TRAP_NOTE_##sym,
	TRAP_NOTE_KINDS(X)
#undef X
		TRAP_NOTE_KIND_COUNT
};
const char *trap_note_word(enum trap_note_kind k);
struct trap_note {
	enum trap_note_kind kind;
	enum trap_severity severity;
	char name[TRAP_NAME_SIZE];
	char text[TRAP_TEXT_SIZE];
	char source[TRAP_SOURCE_SIZE]; /* who sent it */
	struct wall_time at;
	uint32_t count; /* of MORE; else how often it came within its window, the first included */
};

/* How often anything may be told: of one check, and of all checks of a program together. */
struct trap_allowance {
	struct rate_limit limit;
	struct rate_bucket bucket;
};

struct trap_now {
	struct wall_time wall; /* of alarms, windows and what is told */
	struct mono_time mono; /* of allowances */
};

struct trap_book;

/* `all` (may be NULL) is the allowance of all checks, borrowed. */
struct trap_book *trap_book_new(struct trap_allowance *all) __attribute__((returns_nonnull));
void trap_book_free(struct trap_book *b);
/* Told a minute at most. */
void trap_book_set_budget(struct trap_book *b, unsigned budget) NONNULL_ALL;

/* A notification that is this check's. `rule` NULL: no entry fits it; it is told with its OID if `tell`. */
void trap_book_hear(struct trap_book *b, const struct trap_rule *rule, const struct notification *n,
		    bool tell, struct trap_now now) NONNULL(1, 3);
/* Ends what nobody cleared in its time, tells what was too much before. */
void trap_book_settle(struct trap_book *b, struct trap_now now) NONNULL_ALL;
/* Was an alarm raised, renewed or ended since this was last asked? Then what is on disk is not true any more. */
bool trap_book_take_changed(struct trap_book *b) NONNULL_ALL;
/* The values of a result; `heard` counts from here anew. */
void trap_book_values(struct trap_book *b, int64_t ret[TRAP_VALUE_COUNT]) NONNULL_ALL;
/* The oldest thing that is to be told; false if there is none. */
bool trap_book_next_note(struct trap_book *b, struct trap_note *ret) NONNULL_ALL;
bool trap_book_has_notes(const struct trap_book *b) NONNULL_ALL;
/* When an alarm ends by itself; WALL_NEVER: none does. */
struct wall_time trap_book_deadline(const struct trap_book *b) NONNULL_ALL;
size_t trap_book_open(const struct trap_book *b) NONNULL_ALL;

/* The open alarms as a JSON array, and back; what is malformed is an error of `in`. */
void trap_book_write(const struct trap_book *b, struct json_emit *j) NONNULL_ALL;
void trap_book_read(struct trap_book *b, struct json_pull *in) NONNULL_ALL;

#endif
