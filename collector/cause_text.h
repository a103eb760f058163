/* cause_text.h - why a service is not seen, in the words of those who are called. */
#ifndef VIGIA_COLLECTOR_CAUSE_TEXT_H
#define VIGIA_COLLECTOR_CAUSE_TEXT_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/catalog.h"
#include "engine/view.h"

/* "El agente catd-01 (CATD 01) calla: parece cortado el enlace..." for each silent agent by which the service is blind, one
 * sentence after the other; nothing if none is. `service` is that of the incident's plan; `words` NULL for Spanish. */
void cause_text_put(struct buf *out, const struct engine *e, const struct view_incident *i,
		    uint32_t service, const struct catalog *words) NONNULL(1, 2, 3);

#endif
