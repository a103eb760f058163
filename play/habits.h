/* habits.h - how people and channels of a world behave by themselves, by id: a rule of one's own, or that of everybody ("*").
 * Ids outlive a change of the plan. */
#ifndef VIGIA_PLAY_HABITS_H
#define VIGIA_PLAY_HABITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "engine/input.h"

/* What becomes of a message that leaves. */
enum play_delivery {
	PLAY_OK, /* sent, and a receipt */
	PLAY_FAILS, /* refused */
	PLAY_SILENT, /* nothing is heard of it */
	PLAY_NO_RECEIPT,
	PLAY_UNKNOWN /* it may have left */
};
struct channel_habit {
	enum play_delivery how;
	int64_t after_us; /* until the receipt, or the failure */
};
enum person_decision { DECISION_AUTHORIZE, DECISION_DECLARE, DECISION_DECLINE, DECISION_COUNT };
/* All zero but `answer`: says nothing to anybody. Delays count from the moment at which a call was received. */
struct person_habit {
	enum act answer; /* ACT_COUNT: none */
	int64_t answer_us;
	struct {
		bool does;
		int64_t after_us;
	} decisions[DECISION_COUNT];
	bool calls; /* while at the desk: takes the calls that are made by hand */
	int64_t calls_us; /* so long after they come up */
};
#define PERSON_SILENT ((struct person_habit){.answer = ACT_COUNT})

struct habits;
struct habits *habits_new(void); /* messages arrive at once, nobody answers */
void habits_free(struct habits *h);
struct habits *habits_copy(const struct habits *h) NONNULL_ALL;

/* `id` "*": everybody without a rule of their own. The pointers are good until the next habits_of_... of the same kind adds
 * one; the rule begins as that of everybody. */
struct person_habit *habits_person(struct habits *h, const char *id) NONNULL_ALL;
struct channel_habit *habits_channel(struct habits *h, const char *id) NONNULL_ALL;
const struct person_habit *habits_of_person(const struct habits *h, const char *id) NONNULL_ALL;
const struct channel_habit *habits_of_channel(const struct habits *h, const char *id) NONNULL_ALL;
/* Reads "silent", "answers", "attends", "no-puedo", "authorizes", "declares", "declines" or "calls" with a delay ("40s"; NULL = at once)
 * into a rule: silent takes all back, the others add to it. ERR_SYNTAX with a sentence. */
enum err habits_teach(struct person_habit *h, const char *what, const char *after,
		      struct err_info *info) NONNULL(1, 2, 4) MUST_CHECK;
/* Every channel is as good as new. */
void habits_mend_channels(struct habits *h) NONNULL_ALL;

#endif
