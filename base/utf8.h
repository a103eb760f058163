/* utf8.h - what is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF. */
#ifndef VIGIA_BASE_UTF8_H
#define VIGIA_BASE_UTF8_H

#include <stddef.h>

#include "base/attr.h"

/* Length of the sequence at p, of which `left` > 0 bytes are there; 0 if it is not well formed. */
size_t utf8_length(const unsigned char *p, size_t left) NONNULL_ALL;

#endif
