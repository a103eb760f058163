/* real_day.h - what a drill must know of the real day: is there an incident. Reads the real collector's journal, which is the truth of
 * it, beside its writer; asks nobody and changes nothing. */
#ifndef VIGIA_COLLECTOR_REAL_DAY_H
#define VIGIA_COLLECTOR_REAL_DAY_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

struct real_day;

/* `data`: the real collector's data folder. */
enum err real_day_open(const char *data, struct real_day **ret,
		       struct err_info *info) NONNULL_ALL MUST_CHECK;
/* True with a sentence if a real incident is open (not one that was over before it was known), or it cannot be told any more. Reads only
 * what is new since the last time. */
bool real_day_has_incident(struct real_day *d, struct err_info *info) NONNULL_ALL;
void real_day_close(struct real_day *d); /* accepts NULL */

#endif
