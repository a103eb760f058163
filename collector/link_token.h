/* link_token.h - the text of a link's token: the call's number in base 36, a dash, 32 digits of its tag:
 * "3f-0123456789abcdef0123456789abcdef". Lower case and digits only: nothing that mail programs, SMS or
 * people change. One way to write each. Pure. */
#ifndef VIGIA_COLLECTOR_LINK_TOKEN_H
#define VIGIA_COLLECTOR_LINK_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"

enum { LINK_TAG_SIZE = 16, LINK_TOKEN_SIZE = 13 + 1 + 2 * LINK_TAG_SIZE + 1 };

struct link_token {
	uint64_t call; /* > 0 */
	unsigned char tag[LINK_TAG_SIZE];
};

void link_token_write(char dst[LINK_TOKEN_SIZE], const struct link_token *t) NONNULL_ALL;
/* False for whatever link_token_write would not have written; `ret` is zero then. */
bool link_token_read(struct slice text, struct link_token *ret) NONNULL(2);

#endif
