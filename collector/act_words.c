#include "collector/act_words.h"

#include "base/attr.h"

const struct act_word act_words[] = {
	{"ack", ACT_ENTERADO},
	{"attend", ACT_ATIENDO},
	{"pass", ACT_NO_PUEDO},
	{"authorize", ACT_AUTHORIZE},
	{"declare", ACT_DECLARE},
	{"decline", ACT_DECLINE},
	{"false-alarm", ACT_FALSE_ALARM},
	{"resume", ACT_RESUME},
	{"close", ACT_CLOSE},
	{"note", ACT_NOTE},
};
const size_t act_word_count = COUNT_OF(act_words);
