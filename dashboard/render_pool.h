/* render_pool.h - the render workers of the board, seen from its loop: drawings wait in a queue, go to a worker that is free, and come
 * back as images. A worker that ends, or takes too long, is ended and replaced, and what it was drawing is given to another one, twice at most; one
 * that has drawn much is replaced because librrd leaks a little each time. Nothing here blocks the loop. */
#ifndef VIGIA_DASHBOARD_RENDER_POOL_H
#define VIGIA_DASHBOARD_RENDER_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"
#include "dashboard/drawing.h"

struct uv_loop_s;
struct render_pool;

enum { RENDER_WORKERS_MAX = 16 };

struct render_pool_options {
	const char *program; /* NULL: this one; borrowed */
	const char *folder; /* of the series; borrowed */
	unsigned workers; /* 1..RENDER_WORKERS_MAX */
	unsigned waiting_max; /* more is refused */
	unsigned deadline_ms; /* for one drawing */
	unsigned start_deadline_ms; /* until a new worker is ready */
	unsigned lifetime; /* drawings of one worker */
	unsigned
		pause_ms; /* before one that ended early is replaced; doubles each time, up to 32 times */
};
enum render_outcome {
	RENDERED, /* the image */
	RENDER_REFUSED, /* the library will not: a sentence */
	RENDER_BUSY, /* too many wait */
	RENDER_LOST /* three workers were lost over it, none could be had, or the board stops */
};
struct render_pool_stats {
	uint64_t drawn, refused, busy, lost_drawings, retried;
	uint64_t workers_lost, workers_hung, workers_retired;
	unsigned ready, waiting, guarded; /* guarded: of those ready, with all rights given up */
};

struct render_pool *render_pool_new(struct uv_loop_s *loop,
				    const struct render_pool_options *o) NONNULL_ALL;
/* `d` is copied. `done` is called exactly once, possibly before this returns. */
void render_pool_draw(struct render_pool *p, const struct drawing *d,
		      void (*done)(void *user, enum render_outcome outcome, struct slice image),
		      void *user) NONNULL(1, 2, 3);
struct render_pool_stats render_pool_stats(const struct render_pool *p) NONNULL_ALL;
/* The process id of a worker, 0 if there is none in that place (for tests and the log). */
int render_pool_pid(const struct render_pool *p, unsigned i) NONNULL_ALL;
/* Whoever waits is answered, the workers are ended; the rest is freed on the loop. Accepts NULL. */
void render_pool_free(struct render_pool *p);

#endif
