/* form.h - what an HTML form sends: application/x-www-form-urlencoded (URL Living Standard s. 5), strictly. Pure. */
#ifndef VIGIA_DASHBOARD_FORM_H
#define VIGIA_DASHBOARD_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/slice.h"

/* A field that the form has; `dst` receives its value, "" if it was not sent. */
struct form_field {
	const char *name;
	char *dst;
	size_t size; /* of dst, with its NUL */
};

/* True for this media type, whatever parameters follow; `content_type` may be NULL. */
bool form_is_type(const char *content_type);

/* Reads a body into the fields. False, and all fields "", for anything that our own page would not have sent: an
 * unknown name, one that comes twice, a bad escape, a value that does not fit, no UTF-8, a control
 * character. Line ends and tabs of a value become blanks. */
bool form_read(struct slice body, const struct form_field *fields, size_t count) NONNULL(2);

#endif
