#include "base/verdict.h"

#include <assert.h>

struct outcome_row {
	const char *word, *en, *es;
	enum outcome_class class;
};

static const struct outcome_row rows[] = {
#define X(sym, w, c, english, spanish)                                                             \
	[OUTCOME_##sym] = {.word = w, .class = CLASS_##c, .en = english, .es = spanish},
	OUTCOME_TABLE(X)
#undef X
};
_Static_assert(COUNT_OF(rows) == OUTCOME_COUNT, "a row per outcome");

const char *outcome_word(enum outcome o)
{
	assert((unsigned)o < OUTCOME_COUNT);
	return rows[o].word;
}

enum outcome_class outcome_class(enum outcome o)
{
	assert((unsigned)o < OUTCOME_COUNT);
	return rows[o].class;
}

const char *outcome_text_en(enum outcome o)
{
	assert((unsigned)o < OUTCOME_COUNT);
	return rows[o].en;
}

const char *outcome_text_es(enum outcome o)
{
	assert((unsigned)o < OUTCOME_COUNT);
	return rows[o].es;
}

enum outcome outcome_from_word(struct slice word)
{
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		if (slice_is(word, rows[i].word))
			return (enum outcome)i;
	}
	return OUTCOME_COUNT;
}
