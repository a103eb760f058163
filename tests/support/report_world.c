#include "tests/support/report_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/test_plan.h"

int report_world_setup(void **state)
{
	struct arena *arena = arena_new();

	*state = world_open(test_plan_read_file("tests/scenario/plans/reports.yaml", arena));
	arena_free(arena);
	return 0;
}

static struct view_incident incident_of(struct engine_world *w, uint32_t folio)
{
	struct view_incident i = {.plan = view_plan(w->engine)};

	for (size_t k = view_incident_count(w->engine); k-- > 0;) {
		i = world_incident(w, k);
		if (folio == 0 || i.folio == folio)
			break;
	}
	return i;
}

enum err report_say(struct engine_world *w, uint32_t folio, const char *person, const char *line,
		    const char *note)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};
	struct view_incident i = incident_of(w, folio);
	char words[512], *save = NULL, *word;

	snprintf(words, sizeof(words), "%s", line);
	word = strtok_r(words, " ", &save);
	if (!act_from_word(slice_of(word), &in.u.act.act))
		fail_msg("no act '%s'", word);
	if (act_row(in.u.act.act)->place == ACT_PLACE_WORLD)
		i = (struct view_incident){.plan = view_plan(w->engine)};
	in.u.act.incident = i.id;
	in.u.act.person = plan_find_person(i.plan, slice_of(person));
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.proof = PROOF_OPERATOR_TOKEN;
	in.u.act.note = note;
	while ((word = strtok_r(NULL, " ", &save)) != NULL) {
		size_t key = strcspn(word, "=");
		struct err_info info = {0};

		if (act_args_read(&in.u.act.args, in.u.act.act, i.plan, w->now,
				  (struct slice){word, key}, slice_of(word + key + 1),
				  &info) != ERR_OK)
			fail_msg("%s", info.text);
	}
	return world_input(w, &in);
}

void report_refused(struct engine_world *w, uint32_t folio, const char *person, const char *line,
		    const char *note, const char *why)
{
	size_t before = w->count;

	if (report_say(w, folio, person, line, note) == ERR_OK)
		fail_msg("%s %s: not refused", person, line);
	if (strncmp(w->refusal.text, why, strlen(why)) != 0)
		fail_msg("%s %s: %s", person, line, w->refusal.text);
	assert_true(w->count > before);
	assert_int_equal(w->events[before].ev.kind, EVENT_ACT_REFUSED);
}

uint64_t report_entry(const struct engine_world *w, const char *kind)
{
	for (size_t k = w->count; k-- > 0;) {
		if (strcmp(event_kind_word(w->events[k].ev.kind), kind) == 0)
			return k + 1;
	}
	fail_msg("there is no %s", kind);
	return 0;
}
