/* jornada_text.h - what a terminal shows of the calendar, of windows and silences, and of orders to field posts, from the
 * collector's answers. Spanish first. */
#ifndef VIGIA_CLI_JORNADA_TEXT_H
#define VIGIA_CLI_JORNADA_TEXT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

struct json_t;

/* " · SIMULACRO 2 · " and below it the jornada that runs or comes next. */
void jornada_text_put_stamp(struct buf *out, const struct json_t *object) NONNULL(1);
void jornada_text_put_jornada(struct buf *out, const struct json_t *status, bool english)
	NONNULL(1);
/* "en silencio hasta 10:30:00 por mesa: mantenimiento", one line for each that stands or has just ended. */
void jornada_text_put_silences(struct buf *out, const struct json_t *status, bool english)
	NONNULL(1);
/* Behind a service for which nobody is called. */
void jornada_text_put_silenced(struct buf *out, const struct json_t *service, bool english)
	NONNULL(1);
/* Orders of an incident: how many have confirmed, and who is missing. `all`: those that stand no more too. */
void jornada_text_put_orders(struct buf *out, const struct json_t *incident, bool english, bool all)
	NONNULL(1);

#endif
