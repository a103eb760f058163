#include "tests/support/people_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int people_set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_serve(w);
	*state = w;
	return 0;
}

int people_tear_down(void **state)
{
	struct collector_world *w = *state;

	collector_world_close(w);
	free(w);
	return 0;
}

struct collector_world_answer people_ask(struct collector_world *w, const char *method,
					 const char *target, const char *token, const char *body)
{
	return collector_world_ask(
		w, &(struct collector_world_ask){
			   .method = method, .target = target, .token = token, .body = body});
}

void people_refused(struct collector_world_answer a, int status, const char *word)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"error\":\"%s\"", word);
	if (a.status != status || strstr(a.body, text) == NULL)
		fail_msg("%d %s instead of %d %s", a.status, a.body, status, word);
}

void people_opened(struct collector_world_answer a, const char *part)
{
	if (a.status != 200 || strstr(a.body, part) == NULL)
		fail_msg("%d %s instead of 200 with %s", a.status, a.body, part);
}
