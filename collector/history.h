/* history.h - what is remembered of incidents that have left the engine's memory: enough to list them
 * and to find their entries in the journal. Fed with every event, at the fold and later. */
#ifndef VIGIA_COLLECTOR_HISTORY_H
#define VIGIA_COLLECTOR_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/event.h"

struct history;

struct history_incident {
	uint64_t id, last_seq; /* last_seq: the last entry that names it */
	uint32_t folio, episode;
	enum incident_state state;
	enum incident_kind kind;
	const char *root; /* NULL if none */
	struct wall_time began, not_before, confirmed, restored, resumed, closed;
	bool drill;
	const char *stamp; /* of the jornada in which it opened; NULL outside of any */
	char **services;
	size_t service_count;
};

struct history *history_new(void) __attribute__((returns_nonnull));
void history_free(struct history *h);
/* `plan`: that of the event's incident (engine_plan_of), NULL before the first. */
void history_note(struct history *h, const struct event *ev, const struct plan *plan) NONNULL(1, 2);
/* Oldest first. */
size_t history_count(const struct history *h) NONNULL_ALL;
const struct history_incident *history_at(const struct history *h, size_t index) NONNULL_ALL;
/* By id, or the newest with this folio; NULL if there is none. */
const struct history_incident *history_find(const struct history *h, uint64_t number) NONNULL_ALL;
/* The fields of an incident as docs/API.md lists them, without the braces; `calls` is empty. */
void history_write_fields(struct json_emit *j, const struct history_incident *i) NONNULL_ALL;

#endif
