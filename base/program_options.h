/* program_options.h - the command line of a program that runs for long: -c FILE, --check, --dump-config, --help, --version, and what it
 * has of its own. Also what --check and --dump-config print. */
#ifndef VIGIA_BASE_PROGRAM_OPTIONS_H
#define VIGIA_BASE_PROGRAM_OPTIONS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/findings.h"
#include "base/param.h"

enum program_mode {
	PROGRAM_RUNS,
	PROGRAM_CHECKS, /* --check */
	PROGRAM_DUMPS /* --dump-config */
};
/* An option of the program's own: --NAME, or --NAME TEXT where `text` is given. name NULL ends a list. */
struct program_option {
	const char *name;
	const char **text; /* NULL: it takes none */
	bool *given; /* may be NULL */
};
enum { PROGRAM_OPTIONS_MAX = 8 }; /* of its own */
struct program_options {
	const char *file; /* of argv */
	enum program_mode mode;
};

/* False: the program ends with *ret_status (0: asked for help or version; 2: the usage is on stderr). `own` may be NULL. */
bool program_options_read(int argc, char **argv, const char *program, const char *usage,
			  const struct program_option *own, struct program_options *ret,
			  int *ret_status) NONNULL(2, 3, 4, 6, 7) MUST_CHECK;

/* "key: value" lines of a configuration, to stdout. `table` ends with a key of NULL. */
void program_options_dump(const struct param *table, const void *config) NONNULL_ALL;
/* To stderr. */
void program_options_say(const struct findings *f) NONNULL_ALL;

#endif
