#include "dashboard/render_worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rrd.h>

#include "base/mem.h"
#include "dashboard/render_frame.h"
#include "dashboard/render_guard.h"

bool render_worker_draw(int argc, const char **argv, struct buf *out)
{
	rrd_info_t *info, *i;
	char *copy[RENDER_ARGS_MAX + 1] = {NULL}; /* the library may write into them */
	bool found = false;

	for (int k = 0; k < argc && k < RENDER_ARGS_MAX; k++)
		copy[k] = mem_strdup(argv[k]);
	rrd_clear_error();
	info = rrd_graph_v(argc, copy);
	for (i = info; i != NULL && !found; i = i->next) {
		found = strcmp(i->key, "image") == 0 && i->type == RD_I_BLO;
		if (found)
			buf_put(out, i->value.u_blo.ptr, i->value.u_blo.size);
	}
	rrd_info_free(info);
	for (int k = 0; k < argc && k < RENDER_ARGS_MAX; k++)
		free(copy[k]);
	if (found && buf_is_ok(out))
		return true;
	buf_reset(out);
	buf_printf(out, "%.500s",
		   found                   ? "the image is too large"
		   : rrd_test_error() != 0 ? rrd_get_error()
					   : "nothing was drawn");
	return false;
}

static bool send_answer(uint32_t number, const struct buf *body)
{
	struct buf out CLEANUP(buf_release);
	size_t sent = 0;

	buf_init(&out, RENDER_IMAGE_MAX + RENDER_HEAD);
	render_frame_put(&out, number, buf_slice(body));
	while (sent < out.len) {
		ssize_t n = write(STDIN_FILENO, out.data + sent, out.len - sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	return true;
}

/* True if it was carried out, or refused, and answered. */
static bool answer(uint32_t count, struct slice body)
{
	const char *argv[RENDER_ARGS_MAX + 1];
	struct buf out CLEANUP(buf_release);
	int argc = render_frame_args(body, count, argv);

	buf_init(&out, RENDER_IMAGE_MAX);
	if (argc < 1)
		return false; /* not our board */
	return send_answer(render_worker_draw(argc, argv, &out) ? RENDER_IMAGE : RENDER_SENTENCE,
			   &out);
}

/* Fonts are found and read now, not while somebody waits. */
static bool say_ready(struct render_guard g)
{
	static const char *argv[] = {"graph",
				     "-",
				     "--start=1700000000",
				     "--end=1700003600",
				     "--width=300",
				     "--height=100",
				     "--imgformat=PNG",
				     "HRULE:1#000000:Vigía",
				     NULL};
	struct buf out CLEANUP(buf_release);
	bool drawn;

	buf_init(&out, RENDER_IMAGE_MAX);
	drawn = render_worker_draw((int)COUNT_OF(argv) - 1, argv, &out);
	if (drawn) {
		buf_reset(&out);
		buf_printf(&out, "files=%d calls=%d", g.files, g.calls);
	}
	return send_answer(drawn ? RENDER_READY : RENDER_SENTENCE, &out) && drawn;
}

int render_worker_main(const char *folder)
{
	struct buf in CLEANUP(buf_release);

	buf_init(&in, RENDER_ORDER_MAX + RENDER_HEAD);
	if (!say_ready(render_guard_close(folder)))
		return 1;
	for (;;) {
		char part[4096];
		struct slice body;
		uint32_t count;
		bool bad;
		ssize_t n = read(STDIN_FILENO, part, sizeof(part));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? 0 : 1;
		buf_put(&in, part, (size_t)n);
		if (render_frame_take(buf_slice(&in), RENDER_ORDER_MAX, &count, &body, &bad)) {
			if (!answer(count, body))
				return 1;
			buf_reset(&in);
		}
		if (bad || !buf_is_ok(&in))
			return 1;
	}
}
