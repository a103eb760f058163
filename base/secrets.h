/* secrets.h - the secrets file of a program's machine: a YAML map of NAME: value, mode 0600. Values are put in where the plan
 * has ${secret:NAME} at the moment of use and nowhere else; they are wiped from memory when the file is read anew. */
#ifndef VIGIA_BASE_SECRETS_H
#define VIGIA_BASE_SECRETS_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/yaml_doc.h"

struct secrets;

/* Reads FILE; NULL is a program without secrets. Findings say what is wrong (never a value); NULL then. */
struct secrets *secrets_open(const char *file, struct findings *f) NONNULL(2);
void secrets_free(struct secrets *s); /* accepts NULL */

/* The value, NULL if there is none. */
const char *secrets_get(const struct secrets *s, struct slice name) NONNULL(1);
/* Appends TEXT with its references replaced. ERR_NOT_FOUND names the missing one. The caller wipes `out`. */
enum err secrets_expand(const struct secrets *s, const char *text, struct buf *out,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Every name that TEXT refers to has a value; the first that has none is left in *ret. */
bool secrets_has_all(const struct secrets *s, struct slice text, struct slice *ret) NONNULL(1, 3);
/* Both hold the same names and values, in any order. */
bool secrets_same(const struct secrets *a, const struct secrets *b) NONNULL_ALL;
/* Releases a buffer that held a value, wiped. */
void secrets_wipe(struct buf *b) NONNULL_ALL;

#endif
