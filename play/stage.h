/* stage.h - plays a scenario: carries its lines out on a world and judges what it expects. */
#ifndef VIGIA_PLAY_STAGE_H
#define VIGIA_PLAY_STAGE_H

#include "base/attr.h"
#include "base/buf.h"
#include "play/scenario.h"
#include "play/world.h"

/* The language. */
extern const struct scenario_verb stage_verbs[];

enum stage_verdict {
	STAGE_HELD,
	STAGE_FAILED, /* an expectation does not hold, or the engine broke a promise */
	STAGE_UNUSABLE /* a line names what the plan does not have, or a plan does not load */
};
struct stage_judged {
	unsigned line;
	bool held;
	const struct scenario_line *what; /* expect or never */
};
struct stage {
	const struct scenario *scenario;
	struct play_world *world;
	enum stage_verdict verdict;
	struct buf report; /* a line "FILE:L:C: text" for each thing that went wrong */
	struct stage_judged *judged;
	size_t judged_count, judged_cap;
	/* private */
	const struct scenario_line *line;
	size_t cursor; /* entries before it were spoken for */
};

struct stage_options {
	const struct plan *plan; /* in force from the start, the world's from now on; may be NULL */
	const struct schema_list *schemas;
	enum play_pace pace; /* unless the scenario says another */
	const uint64_t *seed; /* NULL: delays are as written, equal moments in their order */
};
/* Plays all of it. Released with stage_release whatever the verdict. */
void stage_play(struct stage *s, const struct scenario *scenario,
		const struct stage_options *options) NONNULL_ALL;
void stage_release(struct stage *s) NONNULL_ALL;

#endif
