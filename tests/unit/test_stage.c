/* stage - the lines of a scenario, carried out and judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "play/stage.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct arena *arena;
static struct scenario scenario;
static struct stage stage;

static void setup(const char *text)
{
	struct err_info info = {0};

	arena = arena_new();
	if (scenario_parse("f.scn", slice_of(text), stage_verbs, arena, &scenario, &info) != ERR_OK)
		fail_msg("%s", info.text);
	stage_play(&stage, &scenario,
		   &(struct stage_options){.plan = test_plan_from_text(world_plan),
					   .schemas = &check_schemas});
}

static void plays(const char *text, enum stage_verdict verdict, const char *report)
{
	setup(text);
	if (stage.verdict != verdict || strstr(buf_cstr(&stage.report), report) == NULL)
		fail_msg("'%s' gives %d: %s", text, (int)stage.verdict, buf_cstr(&stage.report));
	stage_release(&stage);
	arena_free(arena);
}

static void what_holds_and_what_does_not(void **state)
{
	(void)state;
	plays("5 set web:p critical\n40 expect incident.opened root=web\nnever call.intent "
	      "person=beto\n",
	      STAGE_FAILED, "f.scn:3:1: this must not happen: call.intent");
	plays("5 set web:p critical\n40 expect incident.opened root=web\nexpect call.intent "
	      "person=beto\n"
	      "never act.declare\n",
	      STAGE_HELD, "");
	plays("5 set web:p critical\n40 expect incident.opened root=web\nexpect incident.opened "
	      "root=web\n",
	      STAGE_FAILED, "f.scn:3:1: 'incident.opened' did not happen"); /* once is once */
	plays("5 cut dc\n5 uncut dc\n20 expect agent.silent\n", STAGE_FAILED,
	      "'agent.silent' did not happen");
}

static void every_expectation_is_judged(void **state)
{
	(void)state;
	setup("5 expect incident.opened\n6 never incident.opened\n7 expect clock.started\n");
	assert_int_equal(stage.judged_count, 3);
	assert_false(stage.judged[0].held);
	assert_true(stage.judged[1].held);
	assert_false(stage.judged[2].held);
	stage_release(&stage);
	arena_free(arena);
}

static void people_channels_and_acts(void **state)
{
	(void)state;
	plays("person * answers 4s\nchannel uno ok 1s\n5 set web:p critical\n30 expect call.intent "
	      "person=ana\n"
	      "expect ack.given person=ana\nnever call.intent person=beto\n30 act ana note "
	      "note=\"todo bien\"\n"
	      "30 expect act.note person=ana \"note=todo bien\"\n",
	      STAGE_HELD, "");
	plays("delivery fail uno\n5 set web:p critical\n30 expect call.failed\nexpect call.intent "
	      "channel=dos\n",
	      STAGE_HELD, "");
	plays("5 set web:p critical\n9 off\n60 restart\n61 expect collector.started\n", STAGE_HELD,
	      "");
	plays("pace plan\n5 set web:p critical\n30 expect check.bad\n", STAGE_HELD, "");
}

static void what_the_plan_does_not_have(void **state)
{
	(void)state;
	plays("5 set nada:p ok", STAGE_UNUSABLE, "f.scn:1:7: the plan has no check 'nada:p'");
	plays("5 set web:p ok catd", STAGE_UNUSABLE, "f.scn:1:16: catd does not run web:p");
	plays("5 cut luna", STAGE_UNUSABLE, "f.scn:1:7: the plan has no agent 'luna'");
	plays("5 person luna silent", STAGE_UNUSABLE, "no person 'luna'");
	plays("5 channel luna fail", STAGE_UNUSABLE, "no channel 'luna'");
	plays("5 act ana enterado", STAGE_UNUSABLE, "there is no incident");
	plays("5 expect luna.llena", STAGE_UNUSABLE,
	      "no entry of a journal is of kind 'luna.llena'");
	plays("5 plan nada.yaml", STAGE_UNUSABLE, "f.scn:1:8:");
	plays("5 pace plan", STAGE_UNUSABLE, "before time passes");
	plays("5 set web:p critical\n10 act ana canta", STAGE_UNUSABLE,
	      "f.scn:2:12: 'canta' is not an act");
	plays("5 set web:p critical\n10 act ana enterado color=rojo", STAGE_UNUSABLE,
	      "f.scn:2:21:");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_holds_and_what_does_not),
		cmocka_unit_test(every_expectation_is_judged),
		cmocka_unit_test(people_channels_and_acts),
		cmocka_unit_test(what_the_plan_does_not_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
