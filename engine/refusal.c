#include "engine/refusal.h"

#include <stddef.h>

static const struct {
	const char *word, *sentence;
} rows[] = {
#define X(word, sentence) {word, sentence},
	REFUSALS(X)
#undef X
};

const char *refusal_rule(struct slice sentence)
{
	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		if (slice_is(sentence, rows[k].sentence))
			return rows[k].word;
	}
	return NULL;
}
