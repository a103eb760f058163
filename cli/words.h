/* words.h - state words and event kinds in the language of the people who read them. Unknown words
 * come back as they are: a newer collector may know more. */
#ifndef VIGIA_CLI_WORDS_H
#define VIGIA_CLI_WORDS_H

#include <stdbool.h>

#include "base/attr.h"

const char *words_of(const char *word, bool english) NONNULL_ALL;

#endif
