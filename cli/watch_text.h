/* watch_text.h - what is wrong with the watch itself, in plain words: alarms, troubles, the cause of an agent's silence.
 * From the collector's status (docs/API.md); the board says the same (dashboard/web/es.json, en.json). */
#ifndef VIGIA_CLI_WATCH_TEXT_H
#define VIGIA_CLI_WATCH_TEXT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_t; /* jansson's */

/* One line per alarm and trouble of the status, each said once, however many parts of the status name it; nothing when all
 * is well. Words that this program does not know come as they are: a newer collector may know more. */
void watch_text_put(struct buf *out, const struct json_t *status, bool english) NONNULL_ALL;

/* "  enlace cortado: el sitio tampoco responde..." of an agent of the status; nothing if there is nothing to tell. */
void watch_text_put_cause(struct buf *out, const struct json_t *agent, bool english) NONNULL_ALL;

#endif
