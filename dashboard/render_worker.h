/* render_worker.h - the render worker: this program started once more (`--render FOLDER`) by render_pool, with one socket as its standard
 * input. One thread and one drawing at a time, because librrd's drawing is not safe otherwise (LIBRARY_FACTS 4). */
#ifndef VIGIA_DASHBOARD_RENDER_WORKER_H
#define VIGIA_DASHBOARD_RENDER_WORKER_H

#include "base/attr.h"
#include "base/buf.h"

/* Says that it is ready (an answer of number 2 whose body names what it gave up), then answers orders until the socket is closed. The exit status. */
int render_worker_main(const char *folder) NONNULL_ALL;

enum { RENDER_SENTENCE = 0, RENDER_IMAGE = 1, RENDER_READY = 2 }; /* numbers of answers */

/* One drawing: true with the image in `out`, false with a sentence. */
bool render_worker_draw(int argc, const char **argv, struct buf *out) NONNULL_ALL;

#endif
