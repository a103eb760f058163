/* err.h - our own trouble (STYLE 3.5): one enum for all layers, with the words for people. What a
 * *target* did wrong is not an error but a verdict (verdict.h). Libraries return these and never
 * log; programs log once. */
#ifndef VIGIA_BASE_ERR_H
#define VIGIA_BASE_ERR_H

#include "base/attr.h"

/* X(symbol, word, sentence) */
#define ERR_TABLE(X)                                                                               \
	X(OK, "ok", "no error")                                                                    \
	X(SYNTAX, "syntax", "the text is not of the expected form")                                \
	X(RANGE, "range", "the value is outside of what is allowed")                               \
	X(UNKNOWN_KEY, "unknown-key", "there is no such key")                                      \
	X(NOT_FOUND, "not-found", "there is no such thing")                                        \
	X(DUPLICATE, "duplicate", "it is there already")                                           \
	X(TOO_LARGE, "too-large", "it is larger than the limit")                                   \
	X(FULL, "full", "a table or queue of ours is full")                                        \
	X(DENIED, "denied", "not allowed")                                                         \
	X(WRONG_STATE, "wrong-state", "not possible in the present state")                         \
	X(BUSY, "busy", "in use by another process")                                               \
	X(IO, "io", "reading or writing failed")                                                   \
	X(NO_SPACE, "no-space", "the disk is full")                                                \
	X(CORRUPT, "corrupt", "the stored data is damaged")                                        \
	X(TIMEOUT, "timeout", "no answer in time")                                                 \
	X(CLOSED, "closed", "the other side has closed")                                           \
	X(UNSUPPORTED, "unsupported", "this version cannot do that")

enum err {
#define X(sym, word, sentence) ERR_##sym,
	ERR_TABLE(X)
#undef X
		ERR_COUNT
};

/* The stable word ("not-found") and the sentence of `e`. Static strings. */
const char *err_word(enum err e);
const char *err_sentence(enum err e);

/* What a person needs besides the code; filled by the function that failed. Text is UTF-8, one
 * line, cut at the size. sys_errno is 0 where no system call was to blame. */
struct err_info {
	int sys_errno;
	char text[480];
};

/* Fills `info` (may be NULL) and returns `e`, so that a failure is one line. err_fail_errno keeps
 * the current errno and appends its text. */
enum err err_fail(struct err_info *info, enum err e, const char *fmt, ...) PRINTF_LIKE(3, 4);
enum err err_fail_errno(struct err_info *info, enum err e, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Says on purpose that a result does not matter here; greppable. */
static inline void err_ignore(enum err e)
{
	(void)e;
}

#endif
