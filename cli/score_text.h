/* score_text.h - the moments of a scorecard as columns of text, the same wherever cards are shown (drill score, what-if). */
#ifndef VIGIA_CLI_SCORE_TEXT_H
#define VIGIA_CLI_SCORE_TEXT_H

#include "base/attr.h"
#include "base/buf.h"
#include "journal/scorecard.h"

/* One column: "12s", or a dash for MICRO_NONE. */
void score_text_put_time(struct buf *out, int64_t us) NONNULL_ALL;
/* Six columns: since the beginning of the contingency known, called, answered, decided; then the outage and the RTO. */
void score_text_put_moments(struct buf *out, const struct score_service *v) NONNULL_ALL;

#endif
