/* alarms.h - what is wrong with the watch itself: conditions that a person must see and mend. Each is shown on the
 * board, in status, in /metrics (vigia_alarm) and logged once when it is raised and once when it is over
 * (docs/LOGWORDS.md). Unlike an incident it calls nobody: while calls can leave they are for the processes. */
#ifndef VIGIA_COLLECTOR_ALARMS_H
#define VIGIA_COLLECTOR_ALARMS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/json_emit.h"

/* X(symbol, word, what it is) */
#define ALARM_TABLE(X)                                                                             \
	X(JOURNAL_FAILING, "journal-failing", "the journal cannot be written")                     \
	X(JOURNAL_DAMAGED, "journal-damaged", "a damaged journal was put aside")                   \
	X(DISK_FULL, "disk-full", "the disk is full: drawing has stopped")                         \
	X(SERIES_DAMAGED, "series-damaged", "a damaged series was put aside")                      \
	X(SERIES_FAILING, "series-failing", "a series cannot be written")                          \
	X(CLOCK_OFF, "clock-off", "the system's clock stands off ours")                            \
	X(ACCOUNTS_DAMAGED, "accounts-damaged", "accounts cannot be read: nobody can log in")

enum alarm {
#define X(sym, word, what) ALARM_##sym,
	ALARM_TABLE(X)
#undef X
		ALARM_COUNT
};
const char *alarm_word(enum alarm a);

enum { ALARM_TEXT_SIZE = 400 };
struct alarms {
	struct {
		bool on;
		struct wall_time since;
		char text[ALARM_TEXT_SIZE];
	} items[ALARM_COUNT];
};

/* Raised (the text may change while it lasts; nothing is logged again). */
void alarm_raise(struct alarms *a, enum alarm which, struct wall_time now, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
void alarm_clear(struct alarms *a, enum alarm which, struct wall_time now) NONNULL_ALL;
static inline bool alarm_is_on(const struct alarms *a, enum alarm which)
{
	return a->items[which].on;
}
/* "alarms":[{"alarm":"disk-full","since":...,"text":"..."}], those that are on. */
void alarms_write(const struct alarms *a, struct json_emit *j) NONNULL_ALL;
/* vigia_alarm{alarm="..."} 0 or 1, all of them. */
void alarms_write_metrics(const struct alarms *a, struct buf *out) NONNULL_ALL;

#endif
