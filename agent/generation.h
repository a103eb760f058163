/* generation.h - the checks that an agent carries out, as one list that is replaced whole: from the collector, or from the
 * copy of it on disk while the collector is away. */
#ifndef VIGIA_AGENT_GENERATION_H
#define VIGIA_AGENT_GENERATION_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/secrets.h"
#include "base/slice.h"
#include "base/yaml_doc.h"
#include "probing/prober.h"
#include "wire/check_list.h"

struct generation {
	struct arena *arena; /* NULL: none yet; it holds secrets */
	struct wire_check_list list; /* list.plan: the hash by which the collector knows it */
	struct prober_check *checks;
	size_t count;
};

/* A check that this program does not know or cannot carry out is left out and said so in the log (the collector, which never
 * hears of it, shows it as blind); the others run. One whose ${secret:NAME} has no value is such a check. */
enum err generation_build(struct slice text, const struct secrets *secrets, struct generation *ret,
			  struct err_info *info) NONNULL_ALL MUST_CHECK;
/* A finding for each secret that a list asks for and that is not there; `at` is what the finding names. */
enum err generation_check_secrets(struct slice text, const struct secrets *secrets, const char *at,
				  struct findings *f, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Overwrites what it held. */
void generation_release(struct generation *g) NONNULL_ALL;

/* The copy: checks.json in the data folder, replaced whole. */
void generation_write_copy(const char *folder, struct slice text) NONNULL_ALL;
/* False if there is none, or none that can be read. */
bool generation_read_copy(const char *folder, struct buf *ret) NONNULL_ALL;

#endif
