/* people_world.h - a collector that answers, for the tests of accounts and sessions: asked with a token, its answers looked at. */
#ifndef VIGIA_TESTS_SUPPORT_PEOPLE_WORLD_H
#define VIGIA_TESTS_SUPPORT_PEOPLE_WORLD_H

#include "tests/support/collector_world.h"

/* For cmocka: *state is a struct collector_world that is served. */
int people_set_up(void **state);
int people_tear_down(void **state);
struct collector_world_answer people_ask(struct collector_world *w, const char *method,
					 const char *target, const char *token, const char *body);
/* The test fails unless the answer is an error of this status and word; is 200 and holds the part. */
void people_refused(struct collector_world_answer a, int status, const char *word);
void people_opened(struct collector_world_answer a, const char *part);

#endif
