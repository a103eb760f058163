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

struct fake_collector {
	struct uv_loop_s *loop;
	struct http_server *server;
	char url[64], folder[64], token_file[96], last_path[128], last_query[128], last_method[8],
		last_from[64], last_body[512];
	const char *status, *head, *other; /* bodies */
	unsigned code; /* of every answer but 401 */
	bool hold; /* keep the next request until fake_collector_release */
	struct http_request *held;
	unsigned statuses, heads, others, refused;
};

void fake_collector_start(struct fake_collector *f, struct uv_loop_s *loop);
void fake_collector_write_token(struct fake_collector *f, const char *text); /* NULL: no file */
void fake_collector_let_go(struct fake_collector *f); /* answers the held request */
void fake_collector_stop(struct fake_collector *f); /* its port is closed; the folder goes */

#endif
