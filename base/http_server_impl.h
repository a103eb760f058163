/* http_server_impl.h - what http_server.c, http_stream.c and http_form.c share. Not for anybody else. */
#ifndef VIGIA_BASE_HTTP_SERVER_IMPL_H
#define VIGIA_BASE_HTTP_SERVER_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/http_server.h"

struct MHD_Connection;
struct MHD_Response;

/* A peer. */
struct http_connection {
	struct http_connection *next, *prev;
	const struct tls_server *tls; /* of its server */
	int fd;
	uint64_t requests; /* that arrived as far as their headers */
	bool idle; /* between an answer and the next request */
	uint64_t deadline_ms; /* of the loop's clock; 0 = none: the owner works on an answer, or a
				 stream is under way */
};

struct http_query_value {
	struct http_query_value *next;
	char text[];
};

struct http_request {
	struct http_server *server;
	struct MHD_Connection *mhd; /* NULL: the peer is gone, the owner does not know yet */
	struct http_connection *connection;
	const char *uri_end; /* where the C string of the request's target ends */
	const char *method, *path;
	char *query; /* NULL: none */
	struct buf body;
	struct MHD_Response *response; /* waits to be queued */
	unsigned status;
	bool begun, queued, suspended;
	bool owed; /* the owner was asked and has not answered */
	struct http_stream *stream; /* that is its answer; NULL: none, or not any more */
	struct http_request *next, *prev; /* of the suspended ones */
	void *user;
	void (*release)(void *);
	struct http_query_value *query_values;
};

/* The streams of a server: the head of a list that http_stream.c owns. */
struct http_stream_list {
	struct http_stream *first;
	bool closing;
};
struct http_stream_list *http_server_streams(struct http_server *s) NONNULL_ALL;
const char *http_server_headers(const struct http_server *s) NONNULL_ALL; /* may be NULL */
void http_server_add_headers(struct MHD_Response *response, const char *lines) NONNULL(1);
void http_server_count_stream(struct http_server *s, int change) NONNULL_ALL;
/* Runs the daemon in the next turn of the loop, never from inside one of its callbacks. */
void http_server_wake_soon(struct http_server *s) NONNULL_ALL;
/* Hands over the answer of a request; takes the response. */
void http_server_give(struct http_request *r, unsigned status, struct MHD_Response *response,
		      const char *content_type) NONNULL_ALL;

/* "Name: value\r\n" lines, may be NULL. */
void http_server_add_headers(struct MHD_Response *response, const char *lines) NONNULL(1);

/* Lets all streams run once more: with a comment line for the peer (`ping`), or so that they see
 * that the server closes. Cuts those whose peer has not taken anything for several pings. */
void http_stream_ping_all(struct http_stream_list *list) NONNULL_ALL;
/* Its request goes first. */
void http_stream_lose_request(struct http_stream *st) NONNULL_ALL;
void http_stream_wake_all(struct http_stream_list *list) NONNULL_ALL;

/* True if the request's line and headers can be read in one way only: nothing that a proxy in front
 * of us could take for something else (RFC 9112 s. 5.1, 5.2, 6.3, 11.2). */
bool http_form_is_sound(const struct http_request *r, const char *version) NONNULL_ALL;

/* True if the peer of a socket has sent anything. */
bool http_form_has_sent(int fd);

/* Decodes the percent escapes of src[0..n) into dst (n + 1 bytes); -1 for a bad escape or a NUL. */
long http_path_decode(const char *src, size_t n, char *dst) NONNULL_ALL;

#endif
