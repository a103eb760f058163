/* fuzz_link_token - a token comes from anybody: what is read is written back as the very same text. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/link_token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size > 0 ? size : 1), again[LINK_TOKEN_SIZE]; /* of just this size */
	struct link_token t, made = {.call = 1}, back;

	memcpy(text, data, size);
	if (link_token_read((struct slice){text, size}, &t)) {
		assert(t.call > 0);
		link_token_write(again, &t);
		assert(strlen(again) == size && memcmp(again, data, size) == 0);
	} else {
		assert(t.call == 0);
	}
	free(text);
	if (size >= sizeof(made.call) + LINK_TAG_SIZE) { /* ... and what is written is read */
		memcpy(&made.call, data, sizeof(made.call));
		memcpy(made.tag, data + sizeof(made.call), LINK_TAG_SIZE);
		made.call |= 1;
		link_token_write(again, &made);
		assert(link_token_read(slice_of(again), &back) && back.call == made.call &&
		       memcmp(back.tag, made.tag, LINK_TAG_SIZE) == 0);
	}
	return 0;
}
