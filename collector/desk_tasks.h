/* desk_tasks.h - what the desk sees of people: who answers for each seat now, who is away, which calls it is to make by hand, with the words
 * to say, and why the siren sounds. Members of GET /v1/status (docs/API.md). */
#ifndef VIGIA_COLLECTOR_DESK_TASKS_H
#define VIGIA_COLLECTOR_DESK_TASKS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/json_emit.h"
#include "collector/collector.h"
#include "collector/facts.h"

/* "siren":{...},"tasks":[...],"duty":[...],"away":[...] into an open object. */
void desk_tasks_write(struct collector *c, struct json_emit *j, bool contacts) NONNULL_ALL;
/* What to do and say in a call by hand: whom, which number, the message, what to ask back. */
void desk_tasks_script(const struct facts *f, const struct catalog *words, struct buf *out)
	NONNULL(1, 3);

#endif
