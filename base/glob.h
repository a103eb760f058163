/* glob.h - patterns that people write: '*' any text (also none), '?' one character; capitals count. Takes time in proportion
 * to the product of both lengths at worst, whatever the pattern: texts come from devices. */
#ifndef VIGIA_BASE_GLOB_H
#define VIGIA_BASE_GLOB_H

#include <stdbool.h>

#include "base/slice.h"

/* The whole text fits the pattern. */
bool glob_match(struct slice pattern, struct slice text);

#endif
