/* render_guard.h - a render worker gives up what drawing does not need. librrd, cairo, pango and fontconfig read files that others
 * wrote; whatever goes wrong in them must find nothing to take: no network, no program to start, no file to write, none to read but the
 * series, fonts and libraries, no secret in memory (the worker is a fresh program, not a fork of the board). As far as the kernel has it. */
#ifndef VIGIA_DASHBOARD_RENDER_GUARD_H
#define VIGIA_DASHBOARD_RENDER_GUARD_H

#include <stdbool.h>

#include "base/attr.h"

struct render_guard {
	bool files; /* Landlock holds */
	bool calls; /* the filter of system calls holds */
};

/* For the rest of this process. `folder` holds the series. */
struct render_guard render_guard_close(const char *folder) NONNULL_ALL;

#endif
