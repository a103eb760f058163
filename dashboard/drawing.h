/* drawing.h - a chart as the arguments of rrd_graph: what is drawn how, in which unit, with whose name and under which stamp. Pure: it
 * opens nothing; a render worker (render_worker.h) carries it out.
 *
 * Each kind of value is drawn as its readers think of it: a time with the band of its extremes and the loss along the upper edge, the
 * parts of an HTTP request on top of one another, a level from zero, a number with names as a step. Below all of them runs the state,
 * told by colour and by height. What is unknown is left open: no line leads over it. */
#ifndef VIGIA_DASHBOARD_DRAWING_H
#define VIGIA_DASHBOARD_DRAWING_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "dashboard/graph_args.h"
#include "dashboard/graph_facts.h"

struct graph_words;

struct drawing {
	struct buf text; /* the arguments, each ended by NUL */
	uint32_t count;
};

#define DRAWING_PHASES "phases" /* the value name of an HTTP request by its parts */

/* The value that says most of a check's type; "" if it measures nothing that is known. */
const char *drawing_main_value(const struct graph_facts *f) NONNULL_ALL;

/* `file` is the series; `svg` chooses the format. False if the check does not measure args->value; nothing is held then. */
bool drawing_make(const struct graph_args *args, const struct graph_facts *f,
		  const struct graph_words *words, const char *file, bool svg,
		  struct drawing *ret) NONNULL_ALL;
void drawing_release(struct drawing *d) NONNULL_ALL;

#endif
