/* http_raw.h - a peer for tests of the HTTP server that may send any bytes it likes. It turns the loop of the
 * server under test while it waits; nothing waits longer than a few seconds. */
#ifndef VIGIA_TESTS_SUPPORT_HTTP_RAW_H
#define VIGIA_TESTS_SUPPORT_HTTP_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct uv_loop_s;
struct http_raw {
	struct uv_loop_s *loop;
	int fd;
	bool closed; /* by the server */
	struct buf in; /* all that came */
};

void http_raw_open(struct http_raw *p, struct uv_loop_s *loop, uint16_t port);
void http_raw_close(struct http_raw *p);
void http_raw_send(struct http_raw *p, const void *bytes, size_t n);
void http_raw_puts(struct http_raw *p, const char *text);
/* Until the `times`-th occurrence of `needle` is there (true), or the server has closed (false). */
bool http_raw_await(struct http_raw *p, const char *needle, unsigned times);
/* Until the server has closed; fails the test if it does not. */
void http_raw_await_close(struct http_raw *p);
/* Takes what is there; true if the server has closed. */
bool http_raw_is_cut(struct http_raw *p);
/* The status of the first answer, 0 if there is none. */
int http_raw_status(const struct http_raw *p);
/* Turns the loop until *flag; fails the test if that does not happen. */
void http_raw_until(struct uv_loop_s *loop, const bool *flag);

#endif
