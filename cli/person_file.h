/* person_file.h - the session of the person who logged in with `vigia login` (docs/PEOPLE.md): which collector it belongs to, who that must be, and the
 * token. One per user of this machine, readable by that user alone: $VIGIA_SESSION, else $XDG_STATE_HOME/vigia/session, else
 * ~/.local/state/vigia/session. */
#ifndef VIGIA_CLI_PERSON_FILE_H
#define VIGIA_CLI_PERSON_FILE_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct person_file {
	char collector[300]; /* https://HOST:PORT */
	char identity[96]; /* "" for plain HTTP on loopback */
	char login[64], token[256];
};

/* ERR_NOT_FOUND with a sentence if there is no place for it (no HOME). */
enum err person_file_path(char *dst, size_t size, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* ERR_NOT_FOUND: nobody has logged in. ERR_DENIED: others may read it, or it is no file of ours. ERR_CORRUPT: it is none. */
enum err person_file_read(struct person_file *ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Whole or not at all, 0600; makes its folder. */
enum err person_file_write(const struct person_file *p,
			   struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Gone afterwards, also if there was none. */
enum err person_file_remove(struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
