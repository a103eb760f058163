/* board_parts.h - one part of the board on a loop of its own: a collector that the test speaks for, the way to it, and a server whose
 * requests the test hands on. */
#ifndef VIGIA_TESTS_SUPPORT_BOARD_PARTS_H
#define VIGIA_TESTS_SUPPORT_BOARD_PARTS_H

#include <uv.h>

#include "dashboard/own_page.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"

struct admission;
struct http_request;
struct upstream;

#define BOARD_PARTS_HEADERS "X-Test: yes\r\n"

struct board_parts {
	uv_loop_t loop;
	struct fake_collector collector;
	struct upstream *upstream; /* NULL: the test has ended it */
	struct admission *admission; /* people log in; a word is fresh for a minute */
	struct own_place place; /* plain loopback */
	struct http_server *server;
	struct http_raw p; /* of board_parts_ask */
	bool is_over; /* the server's end was asked for */
};

/* `handle` gets `user`. */
void board_parts_start(struct board_parts *b, void (*handle)(void *user, struct http_request *r),
		       void *user);
/* `free_part` gives back what the test has made, once the server has stopped; may be NULL. Returns what uv_loop_close says. */
int board_parts_stop(struct board_parts *b, void (*free_part)(void *user), void *user);

/* Sends a request with these header lines and waits for `text` in the answer, whose status it returns. The answer stays in b->p until the
 * next one. */
int board_parts_ask(struct board_parts *b, const char *method, const char *path,
		    const char *headers, const char *body, const char *text);
/* Is this in the last answer? */
bool board_parts_said(const struct board_parts *b, const char *text);

#endif
