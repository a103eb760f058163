/* log.h - what a program says to its operator: one line, a stable event word, then key=value pairs.
 * Only programs log (STYLE 3.5); libraries return. errno is kept. Values with blanks or quotes are
 * written in quotes by the caller through %s of log_quote().
 *
 *	log_event(LOG_NOTICE, "reload.refused", "file=%s line=%d", ...);
 *	-> 2026-06-07T14:03:00.250000Z notice reload.refused file=plan/a.yaml line=3
 *
 * A word that repeats with the same arguments more than LOG_BURST times a minute is thinned; the
 * end of the thinning is logged ("log.thinned word=... count=..."). Goes to stderr. */
#ifndef VIGIA_BASE_LOG_H
#define VIGIA_BASE_LOG_H

#include "base/attr.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_NOTICE, LOG_DEBUG };

void log_set_level(enum log_level max);
void log_event(enum log_level level, const char *word, const char *fmt, ...) NONNULL(2, 3)
	PRINTF_LIKE(3, 4);

/* Quotes a value for a pair: a static rotating buffer, valid for the next three calls. */
const char *log_quote(const char *value) NONNULL_ALL __attribute__((returns_nonnull));

#endif
