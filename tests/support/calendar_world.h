/* calendar_world.h - an engine world with the calendar's plan (tests/scenario/plans/calendar.yaml), and acts with their keys. */
#ifndef VIGIA_TESTS_SUPPORT_CALENDAR_WORLD_H
#define VIGIA_TESTS_SUPPORT_CALENDAR_WORLD_H

#include "tests/support/engine_world.h"

/* Set-up of a cmocka test; world_teardown ends it. */
int calendar_world_setup(void **state);
/* An act of the world or on the newest incident. `given`: "component=web until=9m", or ""; a wrong key fails the test. */
enum err calendar_world_act(struct engine_world *w, const char *person, enum act act,
			    const char *note, const char *given) NONNULL_ALL;
/* The number of the newest entry of a kind; the test fails if there is none. */
uint64_t calendar_world_newest(const struct engine_world *w, enum event_kind kind) NONNULL_ALL;
/* Acknowledges by the link of the newest call of that kind to the person. */
enum err calendar_world_link(struct engine_world *w, const char *person, enum call_kind kind,
			     enum act act) NONNULL_ALL;

#endif
