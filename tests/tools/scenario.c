/* Plays scenario files through the very engine of the collector (play/): probe results and people in, events out. A minute
 * of the plan takes milliseconds. The language: docs/SIMULATE.md.
 *
 *	scenario FILE ...
 *	scenario --journal FILE    prints what was journalled, one entry a line */
#include <stdio.h>
#include <string.h>

#include "checks/check.h"
#include "play/stage.h"

static void print_journal(const struct record *r)
{
	for (size_t i = 0; i < r->count; i++)
		printf("%zu %lld %lld %s %s\n", i + 1, (long long)r->entries[i].at.us,
		       (long long)r->entries[i].recorded.us, event_kind_word(r->entries[i].kind),
		       r->entries[i].body);
}

static bool play(const char *file, bool journal)
{
	struct arena *arena = arena_new();
	struct err_info info = {0};
	struct scenario scenario;
	struct stage s = {0};
	bool ok = false;

	if (scenario_read(file, stage_verbs, arena, &scenario, &info) != ERR_OK) {
		printf("%s\n", info.text);
		scenario = (struct scenario){.promise = ""};
	} else if (scenario.promise[0] == '\0') {
		printf("%s:1:1: the first line is not a promise\n", file);
	} else {
		stage_play(&s, &scenario, &(struct stage_options){.schemas = &check_schemas});
		fputs(buf_cstr(&s.report), stdout);
		ok = s.verdict == STAGE_HELD;
		if (journal)
			print_journal(&s.world->record);
		stage_release(&s);
	}
	printf("%s %s: %s\n", ok ? "ok" : "not ok", file, scenario.promise);
	arena_free(arena);
	return ok;
}

int main(int argc, char **argv)
{
	bool journal = argc > 1 && strcmp(argv[1], "--journal") == 0;
	int passed = 0, failed = 0;

	for (int i = 1 + journal; i < argc; i++) {
		if (play(argv[i], journal))
			passed++;
		else
			failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
