#include "dashboard/render_frame.h"

#include <string.h>

void render_frame_put(struct buf *out, uint32_t number, struct slice body)
{
	uint32_t head[2] = {(uint32_t)body.n, number};

	_Static_assert(sizeof(head) == RENDER_HEAD, "the head of a frame");
	buf_put(out, head, sizeof(head));
	buf_put(out, body.p, body.n);
}

bool render_frame_take(struct slice in, size_t max, uint32_t *ret_number, struct slice *ret_body,
		       bool *ret_bad)
{
	uint32_t head[2];

	*ret_bad = false;
	if (in.n < RENDER_HEAD)
		return false;
	memcpy(head, in.p, RENDER_HEAD);
	*ret_bad = head[0] > max;
	if (*ret_bad || in.n < RENDER_HEAD + (size_t)head[0])
		return false;
	*ret_number = head[1];
	*ret_body = (struct slice){in.p + RENDER_HEAD, head[0]};
	return true;
}

int render_frame_args(struct slice body, uint32_t count, const char **ret)
{
	size_t at = 0;

	if (count > RENDER_ARGS_MAX)
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		const char *end = at < body.n ? memchr(body.p + at, '\0', body.n - at) : NULL;

		if (end == NULL)
			return -1;
		ret[i] = body.p + at;
		at = (size_t)(end - body.p) + 1;
	}
	ret[count] = NULL;
	return at == body.n ? (int)count : -1;
}
