/* report_text.h - what people reported of an incident, its final report, and the papers and actions that are owed, in plain words.
 * From the collector's answers (docs/API.md). */
#ifndef VIGIA_CLI_REPORT_TEXT_H
#define VIGIA_CLI_REPORT_TEXT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_t; /* jansson's */

/* The debts of a status; nothing if there are none. */
void report_text_put_debts(struct buf *out, const struct json_t *status, bool english) NONNULL_ALL;
/* On an incident's own line: class, contradiction, where it goes on. */
void report_text_put_marks(struct buf *out, const struct json_t *incident,
			   bool english) NONNULL_ALL;
/* The final report of an incident; nothing if people have said nothing. */
void report_text_put(struct buf *out, const struct json_t *incident, bool english) NONNULL_ALL;

#endif
