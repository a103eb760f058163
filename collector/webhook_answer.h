/* webhook_answer.h - what an answer to a webhook says besides its status: the provider's id of the message. Bytes from
 * outside; pure. */
#ifndef VIGIA_COLLECTOR_WEBHOOK_ANSWER_H
#define VIGIA_COLLECTOR_WEBHOOK_ANSWER_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/slice.h"

enum { WEBHOOK_ID_SIZE = 129 };

/* The text or number of a top-level field of a JSON object, as printable ASCII; false if the answer has none. */
bool webhook_answer_id(struct slice body, const char *field, char ret[WEBHOOK_ID_SIZE])
	NONNULL(2, 3);

#endif
