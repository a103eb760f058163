/* hex.h - bytes as lower-case hexadecimal digits, both ways. */
#ifndef VIGIA_BASE_HEX_H
#define VIGIA_BASE_HEX_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

/* dst holds 2*n + 1 bytes. */
void hex_encode(char *dst, const unsigned char *bytes, size_t n) NONNULL_ALL;
/* Exactly 2*n digits, either case. */
enum err hex_decode(unsigned char *dst, size_t n, struct slice hex) NONNULL(1) MUST_CHECK;

#endif
