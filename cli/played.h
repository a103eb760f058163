/* played.h - what a journal in memory tells, as text: what happened, who was called and what became of it, the clocks. */
#ifndef VIGIA_CLI_PLAYED_H
#define VIGIA_CLI_PLAYED_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "play/record.h"

/* As text: titles and indented lines. The entries with which a world begins (every check answers for the first time) are left
 * out. */
void played_put(struct buf *out, const struct record *r, bool english) NONNULL_ALL;
/* The entries recorded from `zero` on which people would notice, each with the time since then. */
void played_put_since(struct buf *out, const struct record *r, struct wall_time zero,
		      bool english) NONNULL_ALL;

#endif
