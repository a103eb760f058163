/* http_client.h - libcurl's multi interface on a libuv loop, one thread: transfers of ready-made easy
 * handles for http checks, and whole requests for our own programs. Names are resolved by c-ares
 * (base/resolver.h), never by libcurl: pass addresses with connect_to (LIBRARY_FACTS 0.2, 0.3). */
#ifndef VIGIA_BASE_HTTP_CLIENT_H
#define VIGIA_BASE_HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct uv_loop_s;
struct http_client;
struct identity_set;

enum err http_client_new(struct uv_loop_s *loop, struct http_client **ret,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;
void http_client_free(struct http_client *c); /* outstanding transfers end without their callback */

/* Runs an easy handle that the caller has set up and owns; `done` gets the CURLcode. */
struct http_transfer;
struct http_transfer *http_client_run(struct http_client *c, void *curl_easy,
				      void (*done)(void *user, int curl_code), void *user)
	NONNULL(1, 2, 3);
/* The same for an easy handle with CURLOPT_CONNECT_ONLY: `done` tells that the connection stands (CURLE_OK) or why not, and
 * the transfer stays until http_transfer_cancel, so that curl_easy_send and curl_easy_recv work on it. */
struct http_transfer *http_client_connect(struct http_client *c, void *curl_easy,
					  void (*done)(void *user, int curl_code), void *user)
	NONNULL(1, 2, 3);
/* No callback afterwards. Also what http_client_stream gave, until its `done`. */
void http_transfer_cancel(struct http_transfer *t) NONNULL_ALL;

/* A whole request to one of our own programs (numeric host in the URL, or a name that the caller
 * resolved into connect_to). Copies what it needs. */
struct http_call {
	const char *method, *url;
	const char *bearer; /* token, may be NULL; never logged */
	const char *connect_to; /* "host:port:address:port", may be NULL */
	/* Who must answer at a https URL; borrowed until the end. NULL or none, without ca_file: nobody is believed. */
	const struct identity_set *pins;
	const char *content_type;
	const char *if_none_match; /* may be NULL */
	/* A https server of others: who vouches for it (PEM); its name is compared. NULL: the pins decide. */
	const char *ca_file;
	struct slice body;
	unsigned timeout_ms;
	unsigned connect_timeout_ms; /* TCP and TLS; 0 = as timeout_ms */
	/* A connection whose other side has taken nothing for so long is dead; 0 = only timeout_ms says so. It is the
	 * connection's: kept alive, it stays with what its first call said. */
	unsigned unacked_timeout_ms;
	size_t answer_max;
};
struct http_reply {
	enum err
		err; /* OK: an answer with `status` came; DENIED: its certificate is not believed */
	long status;
	struct slice body; /* borrowed for the callback */
	const char *etag; /* "" if none */
	const char *content_type; /* "" if none */
	unsigned retry_after_s; /* 0 if none */
	const char *error; /* "" or why there was no answer */
};
void http_client_call(struct http_client *c, const struct http_call *call,
		      void (*done)(void *user, const struct http_reply *reply), void *user)
	NONNULL(1, 2, 3);

/* The same for an answer without an end: what comes with status 200 goes to `part` as it comes (the
 * first is empty: the answer has begun; from inside a transfer, so that no other may be begun in it), and `done` is called when it has ended after
 * all. timeout_ms 0 is no limit (connect_timeout_ms holds): whoever asks judges the silence and cancels. */
struct http_transfer *http_client_stream(struct http_client *c, const struct http_call *call,
					 void (*part)(void *user, struct slice bytes),
					 void (*done)(void *user, const struct http_reply *reply),
					 void *user) NONNULL(1, 2, 3, 4);

#endif
