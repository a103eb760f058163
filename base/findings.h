/* findings.h - collects every complaint of a run: "FILE:L:C: error: CODE: text" (DESIGN 7). What was
 * made many times from one place (by a template, for each site) complains once, with the names of
 * those for whom it is wrong. */
#ifndef VIGIA_BASE_FINDINGS_H
#define VIGIA_BASE_FINDINGS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"

struct yaml_node;

/* What made a node ("template catd-lan", for `count` sites), and for whom of them. Both outlive the
 * nodes; findings copy what they keep. */
struct finding_maker {
	const char *what; /* "template catd-lan" */
	const char *one, *many; /* "site", "sites" */
	size_t count;
};
struct finding_made {
	const struct finding_maker *maker;
	const char *whom;
};

enum finding_severity { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE };
struct finding {
	enum finding_severity severity;
	const char *file;
	unsigned line, column;
	const char *code; /* "unknown-key", "dangling-id" ... stable words */
	const char *text; /* what, and what to do; complete after findings_sort */
	const char *bare; /* the text without for whom */
	const char *
		subject; /* the thing that it is about, "service:copaco"; NULL: the place says it */
	const char *todo; /* NULL: the text says it */
	const char *accepted; /* why, by whom and until when it is accepted; NULL: it is not */
	struct finding_maker maker; /* a copy; what = NULL: nothing made it */
	const char **whom; /* the first of them */
	size_t whom_count; /* all of them */
};
enum { FINDINGS_MAX = 1000, FINDING_WHOM_MAX = 40 };
struct findings {
	struct arena *arena; /* owned */
	struct finding *items;
	size_t count, cap;
	size_t errors; /* every one, also past FINDINGS_MAX and joined ones */
	size_t left_out; /* for which there was no room */
	size_t joined; /* errors among them that are told by another's line */
};
void findings_init(struct findings *f) NONNULL_ALL;
void findings_release(struct findings *f) NONNULL_ALL;
/* `at` NULL: about the plan as a whole. */
void findings_add(struct findings *f, enum finding_severity severity, const struct yaml_node *at,
		  const char *code, const char *fmt, ...) NONNULL(1, 4, 5) PRINTF_LIKE(5, 6);
/* Who knows more about a complaint: the thing, what to do, that it is accepted. Texts are copied. */
struct finding_about {
	const char *subject, *todo, *accepted; /* accepted may be NULL: then it counts */
};
void findings_add_about(struct findings *f, enum finding_severity severity,
			const struct yaml_node *at, const char *code,
			const struct finding_about *about, const char *fmt, ...)
	NONNULL(1, 3, 4, 5, 6) PRINTF_LIKE(6, 7);
/* "error", "warning", "note". */
const char *finding_severity_word(enum finding_severity severity) __attribute__((returns_nonnull));
/* How many of a severity count, and how many are accepted; only what is kept. */
size_t findings_counted(const struct findings *f, enum finding_severity severity) NONNULL_ALL;
size_t findings_accepted(const struct findings *f) NONNULL_ALL;
/* In file:line order, texts completed. May be called again after more was added. */
void findings_sort(struct findings *f) NONNULL_ALL;
/* One line per finding. */
void findings_print(const struct findings *f, struct buf *out) NONNULL_ALL;
/* The same in groups with their counts: errors, warnings, notes, what is accepted. */
void findings_print_grouped(const struct findings *f, struct buf *out) NONNULL_ALL;

#endif
