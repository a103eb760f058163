/* history.h - what is remembered of incidents that have left the engine's memory: the picture that a list showed of
 * them last, and where their entries end in the journal. Fed with every event, at the fold and later. */
#ifndef VIGIA_COLLECTOR_HISTORY_H
#define VIGIA_COLLECTOR_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/engine.h"

struct history;

struct history_incident {
	uint64_t id, last_seq; /* last_seq: the last entry that names it */
	uint32_t folio;
	char *picture; /* its fields as docs/API.md lists them; NULL while the engine has it */
};

struct history *history_new(void) __attribute__((returns_nonnull));
void history_free(struct history *h);
/* Before `ev` is applied to `e`. */
void history_note(struct history *h, const struct engine *e, const struct event *ev) NONNULL_ALL;
/* Oldest first. */
size_t history_count(const struct history *h) NONNULL_ALL;
const struct history_incident *history_at(const struct history *h, size_t index) NONNULL_ALL;
/* By id, or the newest with this folio; NULL if there is none. */
const struct history_incident *history_find(const struct history *h, uint64_t number) NONNULL_ALL;
/* The fields of one that has a picture, without the braces; `calls` is empty. */
void history_write_fields(struct json_emit *j, const struct history_incident *i) NONNULL_ALL;

#endif
