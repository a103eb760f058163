/* act_words.h - the acts as the API names them (docs/API.md). */
#ifndef VIGIA_COLLECTOR_ACT_WORDS_H
#define VIGIA_COLLECTOR_ACT_WORDS_H

#include <stddef.h>

#include "engine/input.h"

struct act_word {
	const char *word;
	enum act act;
};
extern const struct act_word act_words[];
extern const size_t act_word_count;

#endif
