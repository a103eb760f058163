/* http_server.h - libmicrohttpd in external-epoll mode on a libuv loop, one thread (LIBRARY_FACTS 3).
 * Absolute deadline per request (slow headers and bodies are cut), body ceiling, at most
 * `connections_max` connections; a request that could be read in two ways (two Content-Lengths, Content-Length
 * with Transfer-Encoding, NUL, folded lines, no Host...) is refused with 400; counted by cause. Streams (server-sent events) are pulled by the
 * server when the owner says that there is more. */
#ifndef VIGIA_BASE_HTTP_SERVER_H
#define VIGIA_BASE_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct uv_loop_s;
struct http_server;
struct tls_server;
struct http_request; /* valid until answered */

struct http_server_options {
	const char *host; /* numeric */
	uint16_t port; /* 0 = any free one; http_server_port tells */
	/* NULL: plain HTTP. Borrowed; must outlive the server. */
	const struct tls_server *tls;
	size_t body_max;
	unsigned connections_max, per_address_max;
	/* For a whole request, from the opening of the connection (a TLS handshake is part of it); on a kept connection from the end of
	 * the headers (which must come within 60 s of the answer before). */
	unsigned request_deadline_ms;
	/* Called when the request has arrived whole; must answer now or later (http_answer...). */
	void (*handle)(void *user, struct http_request *r);
	/* May be NULL. Called before the body arrives: return 0 to go on or a status (401, 403, 413) to
	 * refuse early. */
	unsigned (*admit)(void *user, struct http_request *r);
	void *user;
	/* "Name: value\r\n" lines of streams and of what the server refuses by itself; may be NULL, borrowed. */
	const char *headers;
};
struct http_server_stats {
	uint64_t requests, refused_form, refused_size, refused_deadline, refused_admission;
	unsigned connections, streams;
};

enum err http_server_start(struct uv_loop_s *loop, const struct http_server_options *o,
			   struct http_server **ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
uint16_t http_server_port(const struct http_server *s) NONNULL_ALL;
struct http_server_stats http_server_stats(const struct http_server *s) NONNULL_ALL;
/* Stops listening, ends streams, lets answers drain (at most drain_ms), then calls `done`. A request that
 * is still unanswered then is answered with 503; the owner must give it back by answering all the same. */
void http_server_stop(struct http_server *s, unsigned drain_ms, void (*done)(void *user),
		      void *user) NONNULL(1);

/* Looking at a request; borrowed until it is answered. Missing ones are NULL / empty. */
const char *http_method(const struct http_request *r) NONNULL_ALL;
const char *http_path(const struct http_request *r) NONNULL_ALL; /* raw, still percent-encoded */
/* The query argument, decoded. */
const char *http_query(const struct http_request *r, const char *name) NONNULL_ALL;
/* What stands behind the '?' of the target, as it came; "" if nothing does. */
const char *http_query_text(const struct http_request *r) NONNULL_ALL;
const char *http_header(const struct http_request *r, const char *name) NONNULL_ALL;
/* Has the peer left while the answer was waited for? It is to be answered all the same, but not with a stream. */
bool http_is_gone(const struct http_request *r) NONNULL_ALL;
/* Ends the stream that is this request's answer, whatever its owner still has to say; a peer that does not read what is under way is cut. Nothing if there
 * is none. */
void http_end_stream(struct http_request *r) NONNULL_ALL;
/* Does the peer stand on this machine (a loopback address)? */
bool http_peer_is_local(const struct http_request *r) NONNULL_ALL;
struct slice http_body(const struct http_request *r) NONNULL_ALL;
/* Who sent it: the peer's numeric address (a proxy's, where one stands before us). */
enum { HTTP_ADDRESS_SIZE = 64 };
void http_remote(const struct http_request *r, char ret[HTTP_ADDRESS_SIZE]) NONNULL_ALL;
/* Room for the owner: what admit found out for handle (for example who it is). */
void http_set_user(struct http_request *r, void *data, void (*release)(void *)) NONNULL(1);
void *http_get_user(const struct http_request *r) NONNULL_ALL;

/* Answers; exactly one per request, on the loop's thread, now or in a later turn. Extra headers are
 * "Name: value\r\n" lines, may be NULL. The body is copied. */
void http_answer(struct http_request *r, unsigned status, const char *content_type,
		 const char *extra_headers, struct slice body) NONNULL(1, 3);
/* {"error":"<word>","text":"<sentence>"}; http_answer_error adds the server's own `headers`. */
void http_answer_with(struct http_request *r, unsigned status, const char *word,
		      const char *extra_headers, const char *sentence) NONNULL(1, 3, 5);
void http_answer_error(struct http_request *r, unsigned status, const char *word, const char *fmt,
		       ...) NONNULL(1, 3, 4) PRINTF_LIKE(4, 5);

/* A stream: `fill` appends what is new to `out` (nothing = wait until http_stream_wake); a comment
 * line is sent every 15 s so that vanished peers are noticed; who takes nothing for a minute is cut.
 * `closed` is called once at the end. Not for a request whose peer is gone. */
struct http_stream;
struct http_stream *http_answer_stream(struct http_request *r, const char *content_type,
				       void (*fill)(void *user, struct buf *out),
				       void (*closed)(void *user), void *user) NONNULL(1, 2, 3, 4);
void http_stream_wake(struct http_stream *s) NONNULL_ALL;

/* Bytes that many streams send: kept once, whoever is still sending them is one of their owners. */
struct http_part;
struct http_part *http_part_new(struct slice bytes); /* copies; the caller is an owner */
struct http_part *http_part_keep(struct http_part *p) NONNULL_ALL; /* one more owner */
void http_part_release(struct http_part *p); /* accepts NULL */
struct slice http_part_bytes(const struct http_part *p) NONNULL_ALL;

/* A stream of such parts: `next` hands over an owner's share of what is to be sent next (NULL = wait until http_stream_wake).
 * A stream holds one part at a time and no copy of it; a comment line, pings and the end are as above. What the kernel may keep for a
 * peer that does not read is bounded (HTTP_PART_UNSENT_MAX or so), and who takes nothing for HTTP_PART_UNTAKEN_MS is cut. */
enum { HTTP_PART_UNSENT_MAX = 128 << 10, HTTP_PART_UNTAKEN_MS = 30000 };
struct http_stream *http_answer_parts(struct http_request *r, const char *content_type,
				      struct http_part *(*next)(void *user),
				      void (*closed)(void *user), void *user) NONNULL(1, 2, 3, 4);

/* Splits a path into at most `max` decoded segments ("/v1/agents/dc%2Ffw/checks"); returns the count,
 * or -1 for a malformed one (bad escape, NUL, empty or dot segment). `store` receives the text. */
int http_path_split(const char *path, char *store, size_t store_size, struct slice *ret,
		    int max) NONNULL_ALL;

#endif
