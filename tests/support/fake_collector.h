/* fake_collector.h - a collector for the board's tests: on the test's own loop, says what it is told to
 * say, to whoever brings the token. Also the folder with the token file. */
#ifndef VIGIA_TESTS_SUPPORT_FAKE_COLLECTOR_H
#define VIGIA_TESTS_SUPPORT_FAKE_COLLECTOR_H

#include <stdbool.h>
#include <stdint.h>

struct uv_loop_s;
struct http_server;
struct http_request;

#define FAKE_COLLECTOR_TOKEN "token-of-the-test"
#define FAKE_COLLECTOR_SESSION "vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_de"
#define FAKE_COLLECTOR_SESSION_NEW "vs_zyxwvutsrqponmlkjihgfedcba9876543210ABC-_de"

struct fake_collector {
	struct uv_loop_s *loop;
	struct http_server *server;
	char url[64], folder[64], token_file[96], last_path[128], last_query[128], last_method[8],
		last_from[64], last_body[512], last_token[64];
	const char *status, *head, *other; /* bodies */
	const char *session; /* of GET /v1/session; NULL: it is over (401) */
	const char *log_in; /* body of POST /v1/session and what is below it */
	const char *headers; /* of every answer; may be NULL */
	unsigned code; /* of every answer but 401 */
	bool hold; /* keep the next request until fake_collector_release */
	struct http_request *held;
	unsigned statuses, heads, others, refused, sessions, ended;
	/* /v1/stream, if `streams` says that there is one: 404 otherwise. One listener at a time. */
	bool streams;
	struct http_stream *listener;
	struct http_request *listening; /* what the stream answers */
	char said[256]; /* what the listener is sent next */
	unsigned listeners; /* so many came */
};

void fake_collector_start(struct fake_collector *f, struct uv_loop_s *loop);
void fake_collector_write_token(struct fake_collector *f, const char *text); /* NULL: no file */
void fake_collector_let_go(struct fake_collector *f); /* answers the held request */
void fake_collector_say(struct fake_collector *f, const char *events); /* to the listener */
void fake_collector_hang_up(struct fake_collector *f); /* ends the listener's stream */
void fake_collector_stop(struct fake_collector *f); /* its port is closed; the folder goes */

#endif
