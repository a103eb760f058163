/* timeline.h - the body of a journal entry on one line, in the words of those who read it. */
#ifndef VIGIA_CLI_TIMELINE_H
#define VIGIA_CLI_TIMELINE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_t;

/* The parts of a body that tell the story, each after two blanks. */
void timeline_put_body(struct buf *out, const struct json_t *body, bool english) NONNULL(1);
/* The same of its JSON. */
void timeline_put_text(struct buf *out, const char *body, bool english) NONNULL_ALL;

#endif
