/* cause_text.h - why a service is not seen, in the words of those who are called. */
#ifndef VIGIA_COLLECTOR_CAUSE_TEXT_H
#define VIGIA_COLLECTOR_CAUSE_TEXT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "engine/view.h"

/* " El agente catd-01 calla: enlace cortado con CATD 01." for each silent agent by which the service is blind; nothing if
 * none is. `service` is that of the incident's plan. */
void cause_text_put(struct buf *out, const struct engine *e, const struct view_incident *i,
		    uint32_t service, bool spanish) NONNULL_ALL;

#endif
