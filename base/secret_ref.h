/* secret_ref.h - ${secret:NAME} in the plan: a reference that stays text everywhere (plan, journal, pages) but at the
 * moment of use, when the collector reads the value from its secrets file. */
#ifndef VIGIA_BASE_SECRET_REF_H
#define VIGIA_BASE_SECRET_REF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/slice.h"

struct secret_ref {
	struct slice name; /* what stands between "${secret:" and "}" */
	size_t from, to; /* of the whole reference in the text */
};

/* The first reference at or after `from`; false if there is none. */
bool secret_ref_find(struct slice text, size_t from, struct secret_ref *ret) NONNULL(3);
/* The text is one reference with a sound name and nothing else. */
bool secret_ref_is_one(struct slice text);
/* Names: 1..63 of [A-Za-z0-9._-]. */
bool secret_ref_is_name(struct slice name);

#endif
