/* check_list.h - what an agent is told to probe (GET /v1/agents/{id}/checks, docs/API.md): decoded with jansson into
 * an arena. */
#ifndef VIGIA_WIRE_CHECK_LIST_H
#define VIGIA_WIRE_CHECK_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { CHECK_LIST_MAX = 50000 };

struct wire_param {
	const char *key, *value;
};
struct wire_check {
	const char *id, *type, *warning, *critical;
	int64_t interval_us, retry_interval_us, timeout_us;
	const struct wire_param *params;
	size_t param_count;
};
struct wire_check_list {
	const char *plan, *agent;
	struct wire_check *checks;
	size_t count;
};

enum err check_list_decode(struct slice text, struct arena *arena, struct wire_check_list *ret,
			   struct err_info *info) NONNULL(2, 3, 4) MUST_CHECK;

#endif
