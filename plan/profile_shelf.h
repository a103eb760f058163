/* profile_shelf.h - the profiles that a plan may name: its own, and those that are part of the programs (profiles/ of the
 * source tree). A profile is read when it is first asked for; its complaints are told once. */
#ifndef VIGIA_PLAN_PROFILE_SHELF_H
#define VIGIA_PLAN_PROFILE_SHELF_H

#include "plan/profile.h"

/* A file of profiles/, made part of the programs by tools/gen-profiles. */
struct profile_file {
	const char *id; /* the name of the file without .yaml */
	struct slice text;
};
/* Ends with an id of NULL; by id. */
extern const struct profile_file profile_files[];

struct profile_shelf;
/* An empty one holds the built-in profiles. Complaints go to `f`; both outlive it, with all that is read. */
struct profile_shelf *profile_shelf_new(struct arena *arena, struct findings *f) NONNULL_ALL
	__attribute__((returns_nonnull));
/* A profile of a plan; of the same id as a built-in one it stands instead. Ids are unlike each other (the caller saw to it). */
void profile_shelf_add(struct profile_shelf *s, const char *id,
		       const struct yaml_node *node) NONNULL_ALL;

size_t profile_shelf_count(const struct profile_shelf *s) NONNULL_ALL;
/* The i-th, by id; NULL after complaints. */
const struct profile *profile_shelf_get(struct profile_shelf *s, size_t i) NONNULL_ALL;
const char *profile_shelf_id(const struct profile_shelf *s, size_t i) NONNULL_ALL;
/* The file of the i-th if it is built in, else NULL. */
const struct profile_file *profile_shelf_file(const struct profile_shelf *s, size_t i) NONNULL_ALL;
/* The profile that a node names. Unknown: a complaint with the nearest id; faulty: what is wrong with it was told. */
const struct profile *profile_shelf_find(struct profile_shelf *s,
					 const struct yaml_node *at) NONNULL_ALL;
/* Somebody has asked for it by profile_shelf_find. */
bool profile_shelf_is_used(const struct profile_shelf *s, const char *id) NONNULL_ALL;

/* Which profile fits a device, and by what. */
enum profile_fit { FIT_OBJECT_ID, FIT_BELOW, FIT_DESCR, FIT_GENERIC, FIT_NONE };
extern const char *const profile_fit_words[];
struct profile_match {
	const struct profile *profile; /* NULL with FIT_NONE: there is no `generic` either */
	enum profile_fit fit;
	const char *what; /* the OID or pattern; "" of the others */
};
/* By sysObjectID ("1.3.6.1.4.1.9.1.1409", a dot before it or not, "" if unknown) and sysDescr: the very OID is better than the
 * longest part of the tree, that better than a pattern, that better than `generic`. Of equals the first id. Faulty profiles
 * are passed over. */
struct profile_match profile_identify(struct profile_shelf *s, const char *object_id,
				      struct slice descr) NONNULL(1, 2);

#endif
