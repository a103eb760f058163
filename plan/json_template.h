/* json_template.h - JSON with variables ${message.FIELD}: what a webhook sends. Inside of a JSON string the value's
 * characters are put in, escaped; outside, the value itself as JSON (a text with its quotes, a number, a list). So
 * whatever a message holds, the result is JSON again. */
#ifndef VIGIA_PLAN_JSON_TEMPLATE_H
#define VIGIA_PLAN_JSON_TEMPLATE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* The value of a variable ("message.text", "secret:token") as one JSON value. False: there is none. */
typedef bool json_template_value_fn(void *user, struct slice name, struct slice *ret_json);

/* ERR_NOT_FOUND: `value` knows no such variable, ERR_SYNTAX: a "${" without its "}", ERR_TOO_LARGE. */
enum err json_template_expand(struct slice template, json_template_value_fn *value, void *user,
			      struct buf *out, struct err_info *info) NONNULL(2, 4) MUST_CHECK;
/* For the plan: every variable is known and the result will be JSON; one sentence otherwise. */
enum err json_template_check(struct slice template, struct err_info *info) MUST_CHECK;

/* The fields of a message (docs/API.md), NULL-terminated. */
extern const char *const json_template_fields[];

#endif
