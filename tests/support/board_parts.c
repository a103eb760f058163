#include "tests/support/board_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_server.h"
#include "dashboard/admission.h"
#include "dashboard/upstream.h"

enum { FRESH_MS = 60000, SESSIONS_MAX = 2 };

void board_parts_start(struct board_parts *b, void (*handle)(void *user, struct http_request *r),
		       void *user)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 65536,
					.connections_max = 64,
					.per_address_max = 64,
					.request_deadline_ms = 5000,
					.handle = handle,
					.user = user};
	struct err_info info;

	memset(b, 0, sizeof(*b));
	uv_loop_init(&b->loop);
	fake_collector_start(&b->collector, &b->loop);
	assert_int_equal(
		upstream_new(&b->loop,
			     &(struct upstream_options){.collector = b->collector.url,
							.token_file = b->collector.token_file,
							.timeout_ms = 2000},
			     &b->upstream, &info),
		ERR_OK);
	b->admission =
		admission_new(&b->loop, &(struct admission_options){.upstream = b->upstream,
								    .audience = BOARD_PEOPLE,
								    .place = &b->place,
								    .headers = BOARD_PARTS_HEADERS,
								    .fresh_ms = FRESH_MS,
								    .sessions_max = SESSIONS_MAX});
	assert_int_equal(http_server_start(&b->loop, &o, &b->server, &info), ERR_OK);
	buf_init(&b->p.in, 1);
	b->p.fd = -1;
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

int board_parts_stop(struct board_parts *b, void (*free_part)(void *user), void *user)
{
	bool done = false;

	if (b->p.fd >= 0)
		http_raw_close(&b->p);
	admission_stop(b->admission);
	upstream_free(b->upstream);
	http_server_stop(b->server, 0, on_stopped, &done);
	http_raw_until(&b->loop, &done);
	admission_free(b->admission);
	if (free_part != NULL)
		free_part(user);
	fake_collector_stop(&b->collector);
	while (uv_run(&b->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&b->loop);
}

int board_parts_ask(struct board_parts *b, const char *method, const char *path,
		    const char *headers, const char *body, const char *text)
{
	char head[4096];

	if (b->p.fd >= 0)
		http_raw_close(&b->p);
	http_raw_open(&b->p, &b->loop, http_server_port(b->server));
	snprintf(head, sizeof(head),
		 "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%sContent-Length: %zu\r\n\r\n", method,
		 path, http_server_port(b->server), headers, strlen(body));
	http_raw_puts(&b->p, head);
	http_raw_puts(&b->p, body);
	if (!http_raw_await(&b->p, "\r\n\r\n", 1) || !http_raw_await(&b->p, text, 1))
		fail_msg("%s %s: no '%s' in: %s", method, path, text, buf_cstr(&b->p.in));
	return http_raw_status(&b->p);
}

bool board_parts_said(const struct board_parts *b, const char *text)
{
	return strstr(buf_cstr(&b->p.in), text) != NULL;
}
