/* told_json.h - a played day as JSON, in the one form of `vigia simulate`, `vigia plan dry-run` and POST /v1/plan/dry-run. */
#ifndef VIGIA_PLAY_TOLD_JSON_H
#define VIGIA_PLAY_TOLD_JSON_H

#include "base/attr.h"
#include "base/json_emit.h"
#include "play/dry_run.h"
#include "play/silent_sets.h"

/* Members of an open object: `timeline`, `calls`, `clocks`. Without `contacts` the addresses to which calls go are null. */
void told_put_json(struct json_emit *j, const struct record *r, bool contacts) NONNULL_ALL;

/* A dry-run as an object; `answers`: the words for how people behave. */
void told_put_dry_run(struct json_emit *j, const struct dry_run_setup *setup,
		      const struct dry_run *d, const char *answers, bool contacts) NONNULL_ALL;
/* The proof of one service as an object. */
void told_put_proof(struct json_emit *j, const struct plan *p, uint32_t service,
		    const struct silent_proof *f) NONNULL_ALL;

#endif
