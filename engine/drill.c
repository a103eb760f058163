/* A drill is a day of an engine of its own (DESIGN 5): the same rules, faults that are played, every message marked. When it ends, or a
 * real incident needs the people, everything open is closed at once and whoever was told of it hears that it is over. */
#include <stdio.h>

#include "engine/engine_state.h"

void drill_decide_input(const struct turn *t, const struct input *in)
{
	struct event *ev;

	switch (in->u.drill.what) {
	case DRILL_BEGINS:
		ev = turn_add(t, EVENT_DRILL_STARTED, t->now);
		break;
	case DRILL_FAULT:
		ev = turn_add(t, EVENT_DRILL_FAULT, t->now);
		ev->check = in->u.drill.check;
		ev->agent = in->u.drill.agent;
		break;
	case DRILL_ENDS:
		if (!t->e->drill.running)
			return;
		ev = turn_add(t, EVENT_DRILL_ENDED, t->now);
		break;
	default:
		return;
	}
	snprintf(ev->what, sizeof(ev->what), "%s", in->u.drill.word);
	event_set_text(ev, in->u.drill.text);
}

void drill_decide(const struct turn *t)
{
	for (size_t k = 0; t->e->drill.over && k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];
		struct event *ev;

		if (!incident_is_open(i))
			continue;
		ev = turn_add(t, EVENT_INCIDENT_STATE, t->now);
		ev->incident = i->id;
		ev->from = (int)i->state;
		ev->to = INCIDENT_CLOSED;
	}
}

void drill_apply(struct engine *e, const struct event *ev)
{
	if (ev->kind == EVENT_DRILL_STARTED)
		e->drill = (struct drill_now){.running = true};
	else if (ev->kind == EVENT_DRILL_ENDED)
		e->drill = (struct drill_now){.over = true};
}
