/* record.h - a journal in memory: every event as the bytes that a real journal would keep, so that whatever is played goes
 * through encoding, and through decoding when it is folded again. */
#ifndef VIGIA_PLAY_RECORD_H
#define VIGIA_PLAY_RECORD_H

#include "base/attr.h"
#include "base/schema.h"
#include "engine/engine.h"

struct record_entry {
	enum event_kind kind;
	struct wall_time at, recorded;
	char *body; /* canonical JSON */
};
struct record {
	struct record_entry *entries; /* seq = index + 1 */
	size_t count, cap;
};

/* Gives the event its number and keeps its body, in the ids of the engine's plans. */
void record_append(struct record *r, const struct engine *e, struct event *ev) NONNULL_ALL;
/* A new engine that has folded all of it; NULL with a sentence if an entry does not read back. */
struct engine *record_replay(const struct record *r, const struct schema_list *schemas,
			     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The entry is of the kind words[0], and its body has each further key=value. */
bool record_matches(const struct record_entry *e, char *const *words, size_t count) NONNULL_ALL;
void record_release(struct record *r) NONNULL_ALL;

#endif
