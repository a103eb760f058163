#include "play/habits.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parse.h"

struct person_rule {
	char *id;
	struct person_habit habit;
};
struct channel_rule {
	char *id;
	struct channel_habit habit;
};
struct habits {
	struct person_rule *people; /* [0] is everybody */
	struct channel_rule *channels;
	size_t person_count, person_cap, channel_count, channel_cap;
};

struct habits *habits_new(void)
{
	struct habits *h = mem_calloc(1, sizeof(*h));

	h->people = mem_grow(h->people, 0, &h->person_cap, sizeof(*h->people));
	h->channels = mem_grow(h->channels, 0, &h->channel_cap, sizeof(*h->channels));
	h->people[h->person_count++] = (struct person_rule){mem_strdup("*"), PERSON_SILENT};
	h->channels[h->channel_count++] =
		(struct channel_rule){mem_strdup("*"), (struct channel_habit){PLAY_OK, 0}};
	return h;
}

void habits_free(struct habits *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->person_count; i++)
		free(h->people[i].id);
	for (size_t i = 0; i < h->channel_count; i++)
		free(h->channels[i].id);
	free(h->people);
	free(h->channels);
	free(h);
}

struct habits *habits_copy(const struct habits *h)
{
	struct habits *copy = habits_new();

	for (size_t i = 0; i < h->person_count; i++)
		*habits_person(copy, h->people[i].id) = h->people[i].habit;
	for (size_t i = 0; i < h->channel_count; i++)
		*habits_channel(copy, h->channels[i].id) = h->channels[i].habit;
	return copy;
}

static size_t find_person(const struct habits *h, const char *id)
{
	for (size_t i = 0; i < h->person_count; i++) {
		if (strcmp(h->people[i].id, id) == 0)
			return i;
	}
	return h->person_count;
}

static size_t find_channel(const struct habits *h, const char *id)
{
	for (size_t i = 0; i < h->channel_count; i++) {
		if (strcmp(h->channels[i].id, id) == 0)
			return i;
	}
	return h->channel_count;
}

struct person_habit *habits_person(struct habits *h, const char *id)
{
	size_t i = find_person(h, id);

	if (i == h->person_count) {
		h->people = mem_grow(h->people, i, &h->person_cap, sizeof(*h->people));
		h->people[h->person_count++] =
			(struct person_rule){mem_strdup(id), h->people[0].habit};
	}
	return &h->people[i].habit;
}

struct channel_habit *habits_channel(struct habits *h, const char *id)
{
	size_t i = find_channel(h, id);

	if (i == h->channel_count) {
		h->channels = mem_grow(h->channels, i, &h->channel_cap, sizeof(*h->channels));
		h->channels[h->channel_count++] =
			(struct channel_rule){mem_strdup(id), h->channels[0].habit};
	}
	return &h->channels[i].habit;
}

const struct person_habit *habits_of_person(const struct habits *h, const char *id)
{
	size_t i = find_person(h, id);

	return &h->people[i < h->person_count ? i : 0].habit;
}

const struct channel_habit *habits_of_channel(const struct habits *h, const char *id)
{
	size_t i = find_channel(h, id);

	return &h->channels[i < h->channel_count ? i : 0].habit;
}

void habits_mend_channels(struct habits *h)
{
	while (h->channel_count > 1)
		free(h->channels[--h->channel_count].id);
	h->channels[0].habit = (struct channel_habit){PLAY_OK, 0};
}

enum err habits_teach(struct person_habit *h, const char *what, const char *after,
		      struct err_info *info)
{
	static const struct {
		const char *word;
		enum act answer; /* ACT_COUNT: a decision */
		enum person_decision decision;
	} table[] = {
		{"answers", ACT_ENTERADO, DECISION_COUNT},
		{"attends", ACT_ATIENDO, DECISION_COUNT},
		{"no-puedo", ACT_NO_PUEDO, DECISION_COUNT},
		{"authorizes", ACT_COUNT, DECISION_AUTHORIZE},
		{"declares", ACT_COUNT, DECISION_DECLARE},
		{"declines", ACT_COUNT, DECISION_DECLINE},
	};
	int64_t us = 0;

	if (after != NULL && parse_duration_us(slice_of(after), &us) != ERR_OK)
		return err_fail(info, ERR_SYNTAX, "'%.40s' is not a duration; write 40s or 5m",
				after);
	if (strcmp(what, "silent") == 0) {
		*h = PERSON_SILENT;
		return after == NULL ? ERR_OK
				     : err_fail(info, ERR_SYNTAX, "silent takes no duration");
	}
	if (strcmp(what, "calls") == 0) {
		h->calls = true;
		h->calls_us = us;
		return ERR_OK;
	}
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		if (strcmp(table[i].word, what) != 0)
			continue;
		if (table[i].answer != ACT_COUNT) {
			h->answer = table[i].answer;
			h->answer_us = us;
		} else {
			h->decisions[table[i].decision].does = true;
			h->decisions[table[i].decision].after_us = us;
		}
		return ERR_OK;
	}
	return err_fail(
		info, ERR_SYNTAX,
		"'%.40s' is none of silent, answers, attends, no-puedo, authorizes, declares, "
		"declines, calls",
		what);
}
