/* fuzz_scenario - any bytes as a scenario: it must neither crash nor hang; what is read has its lines in order, each word with
 * its place and none against its verb's usage, and a complaint names file, line and column. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "play/scenario.h"
#include "play/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const struct scenario_line *l, unsigned line, int64_t at_us)
{
	assert(l->line > line);
	assert(!l->has_at || l->at_us >= at_us);
	assert(l->has_at || l->verb != NULL);
	assert(l->count < SCENARIO_WORDS_MAX);
	for (size_t i = 0; l->verb != NULL && i < l->count; i++)
		assert(l->words[i] != NULL && l->columns[i + 1] > l->columns[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size};
	struct arena *arena = arena_new();
	struct err_info info = {0};
	struct scenario s;
	unsigned line = 0;
	int64_t at_us = 0;

	if (scenario_parse("f.scn", text, stage_verbs, arena, &s, &info) != ERR_OK) {
		assert(strncmp(info.text, "f.scn:", 6) == 0);
		assert(strchr(info.text, '\n') == NULL);
		arena_free(arena);
		return 0;
	}
	for (size_t i = 0; i < s.count; i++) {
		check_line(&s.lines[i], line, at_us);
		line = s.lines[i].line;
		at_us = s.lines[i].has_at ? s.lines[i].at_us : at_us;
	}
	arena_free(arena);
	return 0;
}
