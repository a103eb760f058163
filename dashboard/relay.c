#include "dashboard/relay.h"

#include <string.h>
#include <strings.h>

#include "base/json_pull.h"
#include "dashboard/session_text.h"
#include "dashboard/upstream.h"

enum { HEADERS_MAX = 4096 };

void relay_lost_with(struct http_request *r, const char *headers, const char *more, const char *why)
{
	struct buf all;

	buf_init(&all, HEADERS_MAX);
	buf_puts(&all, headers);
	buf_puts(&all, more);
	http_answer_with(r, 502, "collector-lost", buf_cstr(&all), why);
	buf_release(&all);
}

void relay_lost(struct http_request *r, const char *headers, const char *why)
{
	relay_lost_with(r, headers, "", why);
}

void relay_busy(struct http_request *r, const char *headers)
{
	struct buf all;

	buf_init(&all, HEADERS_MAX);
	buf_printf(&all, "%sRetry-After: 1\r\n", headers);
	http_answer_with(r, 503, "busy", buf_cstr(&all),
			 "Too many requests wait for the collector");
	buf_release(&all);
}

bool relay_is_error(struct slice body, const char *word)
{
	struct json_pull in = json_pull_from(body);
	struct slice key, found = {0};

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "error"))
			json_read_slice(&in, &found);
		else
			json_skip(&in);
	}
	json_end(&in);
	return in.error == NULL && found.p != NULL && slice_is(found, word);
}

/* What a browser may take an answer for. Nothing that it would run, whatever the collector says. */
static const char *type_of(const char *given)
{
	static const char *const types[] = {"application/json", "application/x-ndjson",
					    "text/csv",         "text/plain",
					    "image/png",        "image/svg+xml"};
	size_t n = strcspn(given, "; ");

	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (strlen(types[i]) == n && strncasecmp(types[i], given, n) == 0)
			return types[i];
	}
	return "application/octet-stream";
}

/* Our own token was refused: that is no matter of whoever asked here. */
static bool is_our_trouble(const struct upstream_reply *reply)
{
	return (reply->status == 401 && relay_is_error(reply->body, "no-token")) ||
	       (reply->status == 403 && relay_is_error(reply->body, "not-yours"));
}

void relay_answer(struct http_request *r, const char *headers, const struct upstream_reply *reply,
		  enum relay_asker asker)
{
	struct buf all;

	if (reply->status < 200 || reply->status > 599 ||
	    (asker == RELAY_OWN && is_our_trouble(reply))) {
		relay_lost(r, headers, reply->error);
		return;
	}
	buf_init(&all, HEADERS_MAX);
	buf_puts(&all, headers);
	if (reply->retry_after_s > 0)
		buf_printf(&all, "Retry-After: %u\r\n", reply->retry_after_s);
	http_answer(r, (unsigned)reply->status, type_of(reply->content_type), buf_cstr(&all),
		    reply->body);
	buf_release(&all);
}

void relay_session(struct http_request *r, const char *headers, bool is_secure, struct slice body,
		   const struct session_text *t)
{
	struct buf all, shown;
	buf_init(&all, HEADERS_MAX);
	buf_init(&shown, body.n + 16);
	buf_puts(&all, headers);
	session_cookie_put(&all, is_secure, t->token, t->stays);
	session_text_put_without_token(body, &shown);
	http_answer(r, 200, "application/json", buf_cstr(&all), buf_slice(&shown));
	buf_release(&shown);
	buf_release(&all);
}

void relay_put_address(struct buf *out, const struct http_request *r)
{
	char from[HTTP_ADDRESS_SIZE];

	http_remote(r, from);
	for (const char *p = from; *p != '\0'; p++) {
		if (*p == ':')
			buf_puts(out, "%3A");
		else
			buf_putc(out, *p);
	}
}
