/* ask_secret.h - a password, PIN or code that is typed at the terminal and seen by nobody: never an argument, never of a pipe that somebody may have
 * written down. */
#ifndef VIGIA_CLI_ASK_SECRET_H
#define VIGIA_CLI_ASK_SECRET_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* Asks at the controlling terminal. ERR_DENIED with a sentence if there is none, ERR_CLOSED if it was left (Ctrl-D, Ctrl-C),
 * ERR_TOO_LARGE past `size` - 1. The terminal is as before afterwards; dst is overwritten by the caller when it is used. */
enum err ask_secret(const char *prompt, char *dst, size_t size,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
