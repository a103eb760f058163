#include "tests/support/probe_once.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/mem.h"
#include "probing/prober.h"

struct once {
	bool done;
	struct verdict verdict;
};

static void on_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct once *o = user;

	(void)index;
	(void)at;
	if (!o->done)
		o->verdict = *v;
	o->done = true;
}

static const char *find(void *user, const char *key)
{
	const char *const *params = user;
	size_t n = strlen(key);

	for (; *params != NULL; params++) {
		if (strncmp(*params, key, n) == 0 && (*params)[n] == '=')
			return *params + n + 1;
	}
	return NULL;
}

struct verdict probe_once(uv_loop_t *loop, const char *type, const char *const *params,
			  int64_t timeout_us)
{
	struct once once = {.done = false};
	struct prober_options options = {
		.loop = loop, .in_flight_max = 1, .result = on_result, .user = &once};
	struct prober_check check = {.id = "x/y:z",
				     .type = check_type_find(slice_of(type)),
				     .interval_us = 60 * US_PER_S,
				     .retry_interval_us = 60 * US_PER_S,
				     .timeout_us = timeout_us};
	struct arena *arena = arena_new();
	struct prober *prober;
	struct err_info info = {0};

	assert_non_null(check.type);
	if (prober_fill_params(check.type, find, (void *)(uintptr_t)params, arena, &check.params,
			       &info) != ERR_OK)
		fail_msg("%s", info.text);
	assert_int_equal(prober_new(&options, &prober, &info), ERR_OK);
	prober_set_checks(prober, &check, 1);
	prober_probe_now(prober, 0);
	while (!once.done)
		loop_turn(loop);
	prober_free(prober);
	uv_run(loop, UV_RUN_NOWAIT);
	uv_run(loop, UV_RUN_NOWAIT);
	arena_free(arena);
	return once.verdict;
}

int64_t probe_value(const char *type, const struct verdict *v, const char *name)
{
	const struct check_schema *s = &check_type_find(slice_of(type))->schema;

	for (size_t i = 0; i < s->value_count; i++) {
		if (strcmp(s->values[i].name, name) == 0)
			return v->values[i];
	}
	fail_msg("%s has no value %s", type, name);
	return 0;
}

/* --- the server ---------------------------------------------------------------------------------------- */

struct visitor {
	uv_tcp_t tcp;
	struct answerer *owner;
	uv_write_t write;
	char in[4096];
};

static void on_visitor_closed(uv_handle_t *h)
{
	free(h->data);
}

static void leave(struct visitor *v)
{
	if (!uv_is_closing((uv_handle_t *)&v->tcp))
		uv_close((uv_handle_t *)&v->tcp, on_visitor_closed);
}

static void on_written(uv_write_t *w, int status)
{
	struct visitor *v = w->data;

	if (status != 0 || v->owner->cut)
		leave(v);
}

static void answer(struct visitor *v)
{
	uv_buf_t b = uv_buf_init((char *)(uintptr_t)v->owner->answer,
				 (unsigned)strlen(v->owner->answer));

	v->write.data = v;
	uv_write(&v->write, (uv_stream_t *)&v->tcp, &b, 1, on_written);
}

static void on_room(uv_handle_t *h, size_t size, uv_buf_t *b)
{
	struct visitor *v = h->data;

	(void)size;
	*b = uv_buf_init(v->in, sizeof(v->in));
}

static void on_said(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	struct visitor *v = s->data;
	bool first = v->owner->asked.len == 0;

	if (n < 0 || uv_is_closing((uv_handle_t *)&v->owner->listener)) {
		leave(v); /* it is gone, or nobody listens any more */
		return;
	}
	buf_put(&v->owner->asked, b->base, (size_t)n);
	if (first && n > 0 && v->owner->answer != NULL && !v->owner->at_once)
		answer(v);
}

static void on_visitor(uv_stream_t *listener, int status)
{
	struct answerer *a = listener->data;
	struct visitor *v = mem_calloc(1, sizeof(*v));

	assert_int_equal(status, 0);
	v->owner = a;
	uv_tcp_init(listener->loop, &v->tcp);
	v->tcp.data = v;
	assert_int_equal(uv_accept(listener, (uv_stream_t *)&v->tcp), 0);
	a->connections++;
	buf_reset(&a->asked);
	uv_read_start((uv_stream_t *)&v->tcp, on_room, on_said);
	if (a->at_once && a->answer != NULL)
		answer(v);
}

void answerer_start(struct answerer *a, uv_loop_t *loop, const char *text)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int size = sizeof(to);

	memset(a, 0, sizeof(*a));
	a->answer = text;
	buf_init(&a->asked, 1 << 20);
	uv_tcp_init(loop, &a->listener);
	a->listener.data = a;
	assert_int_equal(uv_tcp_bind(&a->listener, (struct sockaddr *)&to, 0), 0);
	assert_int_equal(uv_listen((uv_stream_t *)&a->listener, 16, on_visitor), 0);
	uv_tcp_getsockname(&a->listener, (struct sockaddr *)&to, &size);
	a->port = ntohs(to.sin_port);
	snprintf(a->text, sizeof(a->text), "port=%u", a->port);
}

void answerer_stop(struct answerer *a)
{
	uv_close((uv_handle_t *)&a->listener, NULL);
	buf_release(&a->asked);
}

void loop_turn(uv_loop_t *loop)
{
	struct pollfd p = {.fd = uv_backend_fd(loop), .events = POLLIN};
	int timeout = uv_backend_timeout(loop);

	poll(&p, 1, timeout < 0 || timeout > 10 ? 10 : timeout);
	uv_run(loop, UV_RUN_NOWAIT);
}

uint16_t free_port(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&to, &size), 0);
	close(fd);
	return ntohs(to.sin_port);
}
