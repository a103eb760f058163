/* output.h - what leaves the command: text without control characters, files written whole. */
#ifndef VIGIA_CLI_OUTPUT_H
#define VIGIA_CLI_OUTPUT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* Appends text of others with control characters as '?': nobody's note moves our cursor. */
void output_put_clean(struct buf *out, const char *text) NONNULL_ALL;

/* Writes a file beside its place and renames it; `mode` as for open. ERR_DUPLICATE if it is there
 * and may not be replaced. */
enum err output_write_file(const char *path, struct slice bytes, unsigned mode, bool replace,
			   struct err_info *info) NONNULL(1, 5) MUST_CHECK;
/* To standard output; an error if it cannot take all. */
enum err output_print(struct slice bytes, struct err_info *info) NONNULL(2) MUST_CHECK;

#endif
