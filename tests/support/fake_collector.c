#include "tests/support/fake_collector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "base/http_server.h"
#include "tests/support/http_raw.h"

static const char no_session[] = "{\"error\":\"no-session\",\"text\":\"over\"}";

/* Sessions: looked at, begun, ended. */
static void answer_session(struct fake_collector *f, struct http_request *r)
{
	const char *method = http_method(r);
	bool is_look = strcmp(method, "GET") == 0 && strcmp(http_path(r), "/v1/session") == 0;

	if (is_look)
		f->sessions++;
	else if (strcmp(method, "DELETE") == 0)
		f->ended++;
	if (is_look && f->session == NULL)
		http_answer(r, 401, "application/json", f->headers, slice_of(no_session));
	else
		http_answer(r, f->code, "application/json", f->headers,
			    slice_of(is_look                       ? f->session
				     : strcmp(method, "POST") == 0 ? f->log_in
				     : strcmp(method, "GET") == 0  ? "{\"first\":true}"
								   : "{}"));
}

static void answer(struct fake_collector *f, struct http_request *r)
{
	const char *body = f->other;

	if (strncmp(http_path(r), "/v1/session", strlen("/v1/session")) == 0) {
		answer_session(f, r);
		return;
	}
	if (strcmp(http_path(r), "/v1/status") == 0) {
		f->statuses++;
		body = f->status;
	} else if (strcmp(http_path(r), "/v1/journal/head") == 0) {
		f->heads++;
		body = f->head;
	} else {
		f->others++;
	}
	http_answer(r, f->code, "application/json", f->headers, slice_of(body));
}

static void on_fill(void *user, struct buf *out)
{
	struct fake_collector *f = user;

	buf_puts(out, f->said);
	f->said[0] = '\0';
}

static void on_listener_gone(void *user)
{
	((struct fake_collector *)user)->listener = NULL;
}

void fake_collector_say(struct fake_collector *f, const char *events)
{
	assert_non_null(f->listener);
	snprintf(f->said + strlen(f->said), sizeof(f->said) - strlen(f->said), "%s", events);
	http_stream_wake(f->listener);
}

void fake_collector_hang_up(struct fake_collector *f)
{
	assert_non_null(f->listener);
	http_end_stream(f->listening);
}

static void handle(void *user, struct http_request *r)
{
	struct fake_collector *f = user;
	const char *token = http_header(r, "Authorization"), *check = http_query(r, "check");
	const char *from = http_query(r, "from");

	snprintf(f->last_token, sizeof(f->last_token), "%s", token != NULL ? token : "");
	if (token != NULL && strncmp(token, "Bearer vs_", 10) == 0) {
		token = "Bearer " FAKE_COLLECTOR_TOKEN;
		if (f->session == NULL) {
			http_answer(r, 401, "application/json", NULL, slice_of(no_session));
			return;
		}
	}
	if (token == NULL || strcmp(token, "Bearer " FAKE_COLLECTOR_TOKEN) != 0) {
		f->refused++;
		http_answer_error(r, 401, "no-token", "A valid token is needed");
		return;
	}
	if (strcmp(http_path(r), "/v1/stream") == 0) {
		const char *after = http_query(r, "after");

		if (!f->streams || f->listener != NULL) {
			http_answer_error(r, 404, "not-found", "There is no stream");
			return;
		}
		f->listeners++;
		f->listening = r;
		snprintf(f->last_query, sizeof(f->last_query), "%s", after != NULL ? after : "");
		f->listener =
			http_answer_stream(r, "text/event-stream", on_fill, on_listener_gone, f);
		return;
	}
	snprintf(f->last_path, sizeof(f->last_path), "%s", http_path(r));
	snprintf(f->last_query, sizeof(f->last_query), "%s", check != NULL ? check : "");
	snprintf(f->last_method, sizeof(f->last_method), "%s", http_method(r));
	snprintf(f->last_from, sizeof(f->last_from), "%s", from != NULL ? from : "");
	snprintf(f->last_body, sizeof(f->last_body), "%.*s", (int)http_body(r).n, http_body(r).p);
	if (f->hold) {
		f->hold = false;
		f->held = r;
		return;
	}
	answer(f, r);
}

void fake_collector_start(struct fake_collector *f, struct uv_loop_s *loop)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 1024,
					.connections_max = 64,
					.per_address_max = 64,
					.request_deadline_ms = 5000,
					.handle = handle,
					.user = f};
	struct err_info info;

	*f = (struct fake_collector){
		.loop = loop,
		.status = "{\"now\":1,\"services\":[]}",
		.head = "{\"seq\":1,\"hash\":\"a\"}",
		.other = "{\"timeline\":[]}",
		.session = "{\"account\":{\"login\":\"ana\",\"role\":\"operator\"},"
			   "\"rights\":[\"view\",\"report\"],\"expires\":1800000000.5,"
			   "\"idle\":43200,\"enrol\":false}",
		.log_in = "{\"token\":\"" FAKE_COLLECTOR_SESSION_NEW
			  "\",\"account\":{\"login\":\"ana\"},\"rights\":["
			  "\"view\"],\"expires\":1800000000,\"idle\":43200,"
			  "\"enrol\":false}",
		.code = 200};
	assert_int_equal(http_server_start(loop, &o, &f->server, &info), ERR_OK);
	snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%u", http_server_port(f->server));
	snprintf(f->folder, sizeof(f->folder), "/tmp/vigia-board-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->token_file, sizeof(f->token_file), "%s/token", f->folder);
	fake_collector_write_token(f, FAKE_COLLECTOR_TOKEN "\n");
}

void fake_collector_write_token(struct fake_collector *f, const char *text)
{
	FILE *file;

	if (text == NULL) {
		assert_int_equal(unlink(f->token_file), 0);
		return;
	}
	file = fopen(f->token_file, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void fake_collector_let_go(struct fake_collector *f)
{
	struct http_request *r = f->held;

	assert_non_null(r);
	f->held = NULL;
	answer(f, r);
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

void fake_collector_stop(struct fake_collector *f)
{
	bool done = false;

	if (f->held != NULL)
		fake_collector_let_go(f);
	http_server_stop(f->server, 0, on_stopped, &done);
	http_raw_until(f->loop, &done);
	unlink(f->token_file);
	assert_int_equal(rmdir(f->folder), 0);
}
