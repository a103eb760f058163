/* dry_run_ask.h - what POST /v1/plan/dry-run is asked (docs/API.md), read from its body. */
#ifndef VIGIA_COLLECTOR_DRY_RUN_ASK_H
#define VIGIA_COLLECTOR_DRY_RUN_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"
#include "engine/plan.h"

enum { DRY_RUN_ANSWERS_MAX = 4096, DRY_RUN_BODY_MAX = 16384, DRY_RUN_ID_MAX = 128 };

struct dry_run_ask {
	char service[DRY_RUN_ID_MAX]; /* "": all, of a proof */
	char answers[DRY_RUN_ANSWERS_MAX + 64]; /* whole: with who is silent */
	int all_silent; /* 1..3: a proof; 0: one day */
	struct wall_time at; /* 0: a fixed day */
};

/* ERR_SYNTAX with a sentence: what, where, what to do. Names are not looked up yet. */
enum err dry_run_ask_read(struct slice body, struct dry_run_ask *ret, struct err_info *info)
	NONNULL(2, 3) MUST_CHECK;
/* ERR_NOT_FOUND, with the nearest name, if the plan has no such service or person; ERR_SYNTAX if `answers` is no such thing. */
enum err dry_run_ask_check(const struct dry_run_ask *ask, const struct plan *p,
			   struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
