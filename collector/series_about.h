/* series_about.h - what must stand on a drawing of a series so that it can be read years later: what was measured, whose, from where, in
 * which units, which limits it had, and whether it was real (docs/API.md "Series"). */
#ifndef VIGIA_COLLECTOR_SERIES_ABOUT_H
#define VIGIA_COLLECTOR_SERIES_ABOUT_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/json_emit.h"
#include "base/schema.h"

struct engine;

/* Appends ,"about":{...} of a vantage of the plan in force. */
void series_about_put(struct buf *out, const struct engine *e, uint32_t vantage,
		      struct wall_time now) NONNULL_ALL;

/* What each value is: [{"name","unit","words":[{"number","word"}]}]. */
void series_about_put_values(struct json_emit *j, const char *key,
			     const struct check_schema *s) NONNULL_ALL;

#endif
