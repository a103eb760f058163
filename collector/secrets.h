/* secrets.h - the collector's secrets file: a YAML map of NAME: value, mode 0600. Values are put in where the plan has
 * ${secret:NAME} at the moment of sending and nowhere else; they are wiped from memory when the file is read anew. */
#ifndef VIGIA_COLLECTOR_SECRETS_H
#define VIGIA_COLLECTOR_SECRETS_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/yaml_doc.h"
#include "engine/plan.h"

struct secrets;

/* Reads FILE; NULL is a collector without secrets. Findings say what is wrong (never a value); NULL then. */
struct secrets *secrets_open(const char *file, struct findings *f) NONNULL(2);
void secrets_free(struct secrets *s); /* accepts NULL */

/* The value, NULL if there is none. */
const char *secrets_get(const struct secrets *s, struct slice name) NONNULL(1);
/* Appends TEXT with its references replaced. ERR_NOT_FOUND names the missing one. The caller wipes `out`. */
enum err secrets_expand(const struct secrets *s, const char *text, struct buf *out,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
/* A finding per reference of the plan that has no value here. `plan_path` is what the finding names. */
void secrets_check_plan(const struct secrets *s, const struct plan *plan, const char *plan_path,
			struct findings *f) NONNULL_ALL;
/* Releases a buffer that held a value, wiped. */
void secrets_wipe(struct buf *b) NONNULL_ALL;

#endif
