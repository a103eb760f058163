/* silent_sets.h - a proof by exhaustion: for every set of up to N silent people, is it decided within the RTO?
 *
 * Every set is covered, not every set is played. A day depends on the habits of those whom it calls and of nobody else, and
 * the same inputs give the same day: if a day with the people S silent never calls q, the day with S and q silent is that very
 * day. What is played and what follows are counted apart. */
#ifndef VIGIA_PLAY_SILENT_SETS_H
#define VIGIA_PLAY_SILENT_SETS_H

#include "base/attr.h"
#include "play/dry_run.h"

enum { SILENT_MAX = 3, SILENT_PEOPLE_MAX = 64 };

struct silent_set {
	uint32_t people[SILENT_MAX]; /* of the plan */
	size_t count;
	bool minimal; /* no part of it fails */
	bool decided; /* too late; else never while it was watched */
	int64_t after_us; /* since the beginning of the contingency, with `decided` */
};
struct silent_proof {
	bool asks; /* the policy asks for a decision at all; else nothing else is filled in */
	size_t people; /* that the policy can call */
	size_t sets, played; /* sets of up to N people, the empty one too */
	struct silent_set *failing; /* smaller ones first */
	size_t failing_count, failing_cap;
	int64_t worst_us; /* the latest decision of the sets that hold, since the beginning */
};

/* `setup->habits`: how everybody behaves who is not silent. ERR_TIMEOUT if it was stopped, ERR_TOO_LARGE past SILENT_PEOPLE_MAX people, ERR_WRONG_STATE if the
 * service cannot be played. Released with silent_proof_release either way. */
enum err silent_prove(const struct dry_run_setup *setup, size_t n, struct silent_proof *ret,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
void silent_proof_release(struct silent_proof *p) NONNULL_ALL;

#endif
