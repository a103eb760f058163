/* duty_act.h - acts of people in a world of shifts and absences (duty_plan.h). */
#ifndef VIGIA_TESTS_SUPPORT_DUTY_ACT_H
#define VIGIA_TESTS_SUPPORT_DUTY_ACT_H

#include "tests/support/engine_world.h"

uint32_t duty_person(const struct engine_world *w, const char *id);
/* On the newest incident, or on none. `what`: of a leave who stands in, of an escalation the reason, else the act's word; NULL: none.
 * `by`: who writes it down, NULL: they themselves. `entry`: the call's, or the level. */
enum err duty_act(struct engine_world *w, const char *who, enum act act, const char *what,
		  const char *by, uint64_t entry);

#endif
