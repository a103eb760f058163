/* render_frame.h - what the board and a render worker say to one another over their socket: a whole drawing there, its image
 * or one sentence back. Both ends are this very program, on this machine: lengths are in its byte order. Pure. */
#ifndef VIGIA_DASHBOARD_RENDER_FRAME_H
#define VIGIA_DASHBOARD_RENDER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

enum {
	RENDER_ORDER_MAX = 64 << 10, /* the arguments of one drawing */
	RENDER_ARGS_MAX = 256,
	RENDER_IMAGE_MAX = 8 << 20,
	RENDER_HEAD = 8 /* bytes before the body: its length, and a number */
};

/* An order is its arguments, each ended by NUL; the number counts them. An answer's number is 1 for an image, 0 for a
 * sentence why there is none. */
void render_frame_put(struct buf *out, uint32_t number, struct slice body) NONNULL_ALL;
/* Is there a whole frame at the beginning of `in`? *ret_bad: what is there cannot be one (its body is longer than `max`). */
bool render_frame_take(struct slice in, size_t max, uint32_t *ret_number, struct slice *ret_body,
		       bool *ret_bad) NONNULL(3, 4, 5);
/* The arguments of an order, into `ret` (RENDER_ARGS_MAX + 1, NULL behind the last); they lie in the body. The count, or -1 if it is no order. */
int render_frame_args(struct slice body, uint32_t count, const char **ret) NONNULL(3);

#endif
