/* duty_text.h - people on a terminal: the siren, calls that the desk is to make, who answers for which seat, who is away. From the
 * collector's status (docs/API.md). */
#ifndef VIGIA_CLI_DUTY_TEXT_H
#define VIGIA_CLI_DUTY_TEXT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_t; /* jansson's */

/* What cannot wait: why the siren sounds, and each call by hand with its script and how to say what came of it. */
void duty_text_put_urgent(struct buf *out, const struct json_t *status, bool english) NONNULL_ALL;
/* Who answers for each seat now and who is away. */
void duty_text_put_people(struct buf *out, const struct json_t *status, bool english) NONNULL_ALL;

#endif
