/* calendar_text.h - what messages say of windows and silences, of orders to field posts, and of a drill that is none: filled into
 * facts (collector/facts.h), in the language of the plan. */
#ifndef VIGIA_COLLECTOR_CALENDAR_TEXT_H
#define VIGIA_COLLECTOR_CALENDAR_TEXT_H

#include "collector/facts.h"

/* "SIMULACRO 2", "REAL": what stands first in the message. */
const char *calendar_text_label(const struct facts_input *in, const struct facts *f,
				const struct catalog *words) NONNULL(1, 2);
/* Of a message of no incident: that a window or silence ends, or has ended. False if that is not in memory any more. */
bool calendar_text_notice(const struct facts_input *in, const struct catalog *words,
			  struct arena *arena, struct facts *f) NONNULL(1, 3, 4);
/* Headline and reason of an order to a field post. */
void calendar_text_order(const struct facts_input *in, const struct catalog *words,
			 struct arena *arena, struct facts *f) NONNULL(1, 3, 4);
/* Why only level 2 hears of a breach; "" where all hear of it. */
const char *calendar_text_silenced(const struct facts_input *in, const struct catalog *words,
				   struct arena *arena) NONNULL(1, 3);

#endif
