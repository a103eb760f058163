/* world.h - the shell's turn around an engine, without a shell: time, agents that sample, channels that deliver, and a
 * journal in memory. The very engine of the collector runs in it; nothing here decides.
 *
 * Time jumps to the next moment at which something happens: a sample that differs, a deadline of the engine. What goes on
 * as before is fed in bulk, before anything that could look at it, so that the engine sees what it would have seen had
 * every sample come on its own. */
#ifndef VIGIA_VW
#define VIGIA_VW

#include "base/attr.h"
#include "base/schema.h"
#include "engine/engine.h"
#include "engine/view.h"
#include "play/agenda.h"
#include "play/habits.h"
#include "play/record.h"

/* What a vantage's samples say from now on. */
struct play_source {
	enum health health;
	enum outcome outcome;
};
struct probes;

/* How often checks are sampled. */
enum play_pace {
	PLAY_EACH_SECOND, /* every check, which suits promises that speak of seconds */
	PLAY_AS_PLANNED /* as the plan says: interval, retry_interval while it is not well */
};

struct play_world {
	const struct schema_list *schemas;
	struct engine *engine;
	struct record record;
	struct wall_time start, now;
	bool off; /* without power: nothing happens until play_restart */
	struct habits *habits; /* of people and channels; may be changed at any moment */
	struct err_info refusal; /* of the last input that was refused */
	struct err_info
		broken; /* the engine broke a promise to its shell; "" if not. Nothing is played any more. */
	/* private */
	struct probes *probes;
	struct agenda agenda;
	struct rand rand;
	enum play_pace pace;
	struct wall_time
		due; /* no deadline of the engine comes earlier; WALL_UNKNOWN: to be asked */
	struct effect_list effects;
	size_t delivered;
	bool draining;
};

/* No plan is in force yet. */
struct play_world *play_new(const struct schema_list *schemas, struct wall_time start) NONNULL_ALL;
void play_free(struct play_world *w);

/* From now on delays vary and equal moments come in any order, the same for the same seed. */
void play_seed(struct play_world *w, uint64_t seed) NONNULL_ALL;
/* People and channels behave like this from now on (a copy is made). */
void play_teach(struct play_world *w, const struct habits *habits) NONNULL_ALL;
/* Before time passes: whatever was set is forgotten. */
void play_set_pace(struct play_world *w, enum play_pace pace) NONNULL_ALL;

/* Gives the engine an input and lets it settle; the messages that this asks for leave. */
enum err play_input(struct play_world *w, struct input *in) NONNULL_ALL;
/* The plan is the world's from now on. Every check says ok and every agent is heard afterwards. */
void play_apply_plan(struct play_world *w, const struct plan *p) NONNULL_ALL;
/* Lets the time pass. */
void play_until(struct play_world *w, struct wall_time until) NONNULL_ALL;

/* What the samples of a vantage of the plan in force say from the next one on. */
void play_set(struct play_world *w, uint32_t vantage, struct play_source source) NONNULL_ALL;
void play_cut(struct play_world *w, uint32_t agent, bool cut) NONNULL_ALL;
/* A value that the good samples of a vantage carry from the next one on; MICRO_NONE = not measured. */
void play_set_value(struct play_world *w, uint32_t vantage, uint32_t value,
		    int64_t micro) NONNULL_ALL;
/* One sample that was measured `ago_us` before now and arrives now. */
void play_late(struct play_world *w, uint32_t vantage, bool ok, int64_t ago_us) NONNULL_ALL;
/* What a device said by itself arrives now. */
void play_heard(struct play_world *w, const struct heard_note *note) NONNULL_ALL;
void play_off(struct play_world *w) NONNULL_ALL;
/* The collector starts again: the journal is folded into a new engine, which is told what the series hold; calls without
 * a result go again, marked. */
void play_restart(struct play_world *w) NONNULL_ALL;
/* The journal, folded, gives the same digest. */
bool play_replays(const struct play_world *w, struct err_info *info) NONNULL_ALL;

static inline bool play_is_broken(const struct play_world *w)
{
	return w->broken.text[0] != '\0';
}

#endif
