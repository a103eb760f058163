/* page_value.h - one value out of what a web server answered: a member of JSON (RFC 6901), what stands behind a text, or
 * a header; a number, a moment or an age. Pure. Everything here comes from a stranger. */
#ifndef VIGIA_CHECKS_PAGE_VALUE_H
#define VIGIA_CHECKS_PAGE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"

enum page_value_as { PAGE_VALUE_NUMBER, PAGE_VALUE_TIME, PAGE_VALUE_AGE };
enum { PAGE_POINTER_MAX = 255 }; /* bytes of a JSON pointer */

/* "/corte/hora", "/cortes/0": steps to members and elements; "~1" stands for '/', "~0" for '~'. */
bool page_pointer_is_sound(const char *pointer) NONNULL_ALL;

/* A number, or the Unix seconds of a moment, in millionths. False: it is not there, or is none. `*ret` is untouched then.
 * JSON: a number is taken as it is, whatever it is meant to be; a string is read as `as` says. */
bool page_value_json(struct slice body, const char *pointer, enum page_value_as as, int64_t *ret)
	NONNULL(2, 4);
/* Behind the first place where `text` stands, blanks left out. */
bool page_value_after(struct slice body, const char *text, enum page_value_as as, int64_t *ret)
	NONNULL(2, 4);
/* The whole text, without the blanks around it. */
bool page_value_text(struct slice text, enum page_value_as as, int64_t *ret) NONNULL(3);

#endif
