/* program.h - which program this is: the digest of the file that runs, taken once off the loop, and whether another stands in its
 * place now (it would run after the next start). */
#ifndef VIGIA_COLLECTOR_PROGRAM_H
#define VIGIA_COLLECTOR_PROGRAM_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/sha256.h"

struct uv_loop_s;
struct program;

struct program *program_start(struct uv_loop_s *loop) NONNULL_ALL __attribute__((returns_nonnull));
/* The digest as hex; "" until it is known, or if the file cannot be read. */
const char *program_hash(const struct program *p) NONNULL_ALL;
/* The file that was started is gone or another: it was replaced under us. */
bool program_is_replaced(void);
void program_stop(struct program *p); /* frees, in a later turn if it is being read */

#endif
