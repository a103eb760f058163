/* cuts_text.h - publication cuts and the ages of copies on a terminal, from the JSON of the status. */
#ifndef VIGIA_CLI_CUTS_TEXT_H
#define VIGIA_CLI_CUTS_TEXT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_t; /* jansson's */

/* "  Cortes del PREP  Corte 15:20 (3 de 6): TARDE, 1m 02s ..." and a line for each place that does not show it. `now`: of the
 * status. Nothing if `status` has no cuts. */
void cuts_text_put(struct buf *out, const struct json_t *status, bool english) NONNULL_ALL;
/* "  copia de las 03:00:00, hace 2h 10m, RPO 4h" of a service, or nothing. */
void cuts_text_put_rpo(struct buf *out, const struct json_t *service, bool english) NONNULL_ALL;

#endif
