/* micro.h - measured values as fixed-point millionths (int64_t), so that no decision ever uses
 * floating point (STYLE 3.7). SI units: seconds, bytes, 1 = 100 %. Range about +/- 9.2e12.
 * MICRO_NONE is "not measured". */
#ifndef VIGIA_BASE_MICRO_H
#define VIGIA_BASE_MICRO_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

#define MICRO INT64_C(1000000)
#define MICRO_NONE INT64_MIN

/* Reads a decimal number (JSON grammar: -12.5e-3 too); rounds toward zero past six decimals.
 * ERR_SYNTAX, or ERR_RANGE beyond the range. */
enum err micro_parse(struct slice text, int64_t *ret) NONNULL(2) MUST_CHECK;

/* Writes the shortest decimal: 1500000 -> 1.5, MICRO_NONE -> null. */
void micro_put(struct buf *b, int64_t micro) NONNULL_ALL;

#endif
