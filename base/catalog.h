/* catalog.h - translations from a GNU .mo file. The source language of the texts is Spanish; a catalogue holds another.
 *
 * gettext's tools make it (xgettext, msgmerge, msgfmt; `make po`), but not its run-time reads it: that has one language per
 * process, chosen by setlocale and LANGUAGE, and a collector writes to people of several plans in several languages while
 * worker threads read the environment. docs/ARCHITECTURE.md says what was tried. */
#ifndef VIGIA_BASE_CATALOG_H
#define VIGIA_BASE_CATALOG_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct catalog;

/* The catalogue of LANGUAGE ("en") beside this program: ../share/locale/LANGUAGE/LC_MESSAGES/vigia.mo from where the
 * program lies, in the build folder as after an installation. NULL if there is none or it is damaged; `info` says why. */
struct catalog *catalog_open(const char *language, struct err_info *info) NONNULL_ALL;
/* The same from a file's bytes; they are copied. */
struct catalog *catalog_from(struct slice mo, struct err_info *info) NONNULL_ALL;
void catalog_free(struct catalog *c); /* accepts NULL */

/* The translation of TEXT, or TEXT itself where there is none (and for a NULL catalogue). */
const char *tr(const struct catalog *c, const char *text) NONNULL(2)
	__attribute__((returns_nonnull));
/* Marks a text of a table for xgettext. */
#define N_(text) text

/* Appends TEMPLATE with each {name} replaced; a name that is not among the pairs stays as it stands. Not printf: a
 * translation can then name, leave out and reorder what it likes and never break the program. */
struct catalog_pair {
	const char *name, *value;
};
void catalog_fill(struct buf *out, const char *template, const struct catalog_pair *pairs,
		  size_t count) NONNULL(1, 2);

#endif
