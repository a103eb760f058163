/* The series held still for a backup: everything written and synced, then nothing until it is released or its time is
 * over. Results go on to be taken in and judged; their rows wait in memory. */
#include <stdlib.h>

#include "base/mem.h"
#include "collector/api_impl.h"

enum { HOLD_MAX_S = 3600 };

static void on_still(void *user)
{
	http_answer((struct http_request *)user, 200, "application/json", NULL,
		    SLICE_LIT("{\"held\":true}"));
}

/* The first flush has written what waited; now nothing more begins, and what is under way ends. */
struct hold {
	struct collector *c;
	struct http_request *r;
};

static void on_flushed(void *user)
{
	struct hold *h = user;
	struct hold now = *h;

	free(h);
	series_pause(now.c->series, true);
	series_flush(now.c->series, on_still, now.r);
}

void api_hold_post(struct exchange *x)
{
	uint64_t seconds = api_query_number(x, "seconds", 0, HOLD_MAX_S);
	struct hold *h;

	if (seconds == 0) {
		x->c->hold_until = (struct mono_time){0};
		series_pause(x->c->series, x->c->disk.full);
		http_answer(x->r, 200, "application/json", NULL, SLICE_LIT("{\"held\":false}"));
		return;
	}
	x->c->hold_until = mono_add_us(clock_mono(), (int64_t)seconds * US_PER_S);
	h = mem_calloc(1, sizeof(*h));
	*h = (struct hold){x->c, x->r};
	series_flush(x->c->series, on_flushed, h);
}
