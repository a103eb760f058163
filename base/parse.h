/* parse.h - the only readers of text that people write: numbers, durations, sizes, addresses,
 * dates. All refuse trailing bytes. ERR_SYNTAX: not of the form; ERR_RANGE: outside min..max. */
#ifndef VIGIA_BASE_PARSE_H
#define VIGIA_BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"

enum err parse_i64(struct slice s, int64_t min, int64_t max, int64_t *ret) NONNULL(4) MUST_CHECK;

/* "200ms", "5s", "1m30s", "2h", "3d", "2w"; units us ms s m h d w, biggest first, each once. A bare
 * number has no unit and is an error ("5" of what?). "0" alone is allowed. */
enum err parse_duration_us(struct slice s, int64_t *ret) NONNULL(2) MUST_CHECK;

/* A measured quantity in SI as micro (micro.h): "50ms" -> 0.05 s, "5%" -> 0.05, "10MiB", "2kB",
 * "3d" -> seconds, or a bare number. */
enum err parse_quantity_micro(struct slice s, int64_t *ret) NONNULL(2) MUST_CHECK;

/* "64MiB", "256KiB", "10GB", "4096" -> bytes. */
enum err parse_size(struct slice s, int64_t *ret) NONNULL(2) MUST_CHECK;

/* "true"/"false", "yes"/"no", "on"/"off". */
enum err parse_bool(struct slice s, bool *ret) NONNULL(2) MUST_CHECK;

/* "127.0.0.1:7460", "[::1]:7460", "name:80": host into `host` (NUL-terminated), port 1..65535. */
enum err parse_host_port(struct slice s, char *host, size_t host_size, uint16_t *ret_port)
	NONNULL(2, 4) MUST_CHECK;
/* True for a numeric IPv4 or IPv6 address; true for 127.0.0.0/8 and ::1. Neither resolves. */
bool parse_is_address(const char *s) NONNULL_ALL;
bool parse_is_loopback(const char *s) NONNULL_ALL;

/* Letters, digits, '-', '_' and '.', not at its beginning; 253 at most. Says nothing about whether it is known. */
bool parse_is_host_name(const char *s) NONNULL_ALL;

/* Ids of the plan: 1..63 of [a-z0-9._-], parts joined with '/' allowed ("dc/fw-a"), a check id adds
 * ":name". `extra` lists the further characters that are allowed ("/" or "/:"). */
bool parse_is_id(struct slice s, const char *extra) NONNULL(2);

/* "2026-03-31" -> midnight UTC in seconds. */
enum err parse_date(struct slice s, int64_t *ret_unix_s) NONNULL(2) MUST_CHECK;

/* Writes a duration as people read it: "4m 59s", "1h 02m", "350ms", "-12s". */
void format_duration(char *dst, size_t size, int64_t us) NONNULL_ALL;
/* In the configuration's own grammar ("5m", "1m30s"), exact; reads back the same. */
void format_duration_exact(char *dst, size_t size, int64_t us) NONNULL_ALL;

#endif
