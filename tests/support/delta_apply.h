/* delta_apply.h - the other end of dashboard/delta.c, after docs/API.md and written apart from it: applies a patch with
 * jansson. And documents at random, in pairs that have much in common. */
#ifndef VIGIA_TESTS_SUPPORT_DELTA_APPLY_H
#define VIGIA_TESTS_SUPPORT_DELTA_APPLY_H

#include <jansson.h>

#include "base/buf.h"
#include "base/rand.h"

/* A new reference to the state after the patch; NULL: it does not fit. */
json_t *delta_apply(json_t *old, json_t *patch);

/* Takes what runs by itself and, unless `values`, what a check has measured out of a state (in place). */
void delta_strip(json_t *state, const char *parent, bool values);

/* A status-like object with lists by id, lists by place, values, pulses, odd names... */
void delta_random(struct rand *r, struct buf *out);
/* The same text with some of its parts changed. */
void delta_random_next(struct rand *r, const char *text, struct buf *out);

#endif
