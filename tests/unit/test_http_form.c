/* test_http_form.c - a request that could be read in two ways is refused, and never reaches the owner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/http_server.h"
#include "tests/support/http_raw.h"

static unsigned handled;
static char remote[HTTP_ADDRESS_SIZE];

static void handle(void *user, struct http_request *r)
{
	(void)user;
	handled++;
	http_remote(r, remote);
	http_answer(r, 200, "text/plain", NULL, SLICE_LIT("fine"));
}

struct form {
	const char *bytes;
	size_t n;
	int status; /* 0: cut without an answer */
	const char *why;
};
#define FORM(text, status, why)                                                                    \
	{                                                                                          \
		text, sizeof(text) - 1, status, why                                                \
	}

static const struct form sound[] = {
	FORM("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", 200, "the least there is"),
	FORM("GET /x?a=1&b=%20 HTTP/1.1\r\nHost: a\r\n\r\n", 200, "arguments"),
	FORM("GET /x?a&b=c&&=d HTTP/1.1\r\nHost: a\r\n\r\n", 200, "odd arguments"),
	FORM("GET /x HTTP/1.1\r\nHost:a\r\n\r\n", 200, "no blank after the colon"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-Blank: \r\nY: b \t\r\n\r\n", 200,
	     "empty values and blanks behind"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nCookie: a=b; c=\"d\"; e\r\n\r\n", 200, "cookies"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nX: tab\there \xc3\xb1\r\n\r\n", 200,
	     "tabs and UTF-8 in values"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200, "a body"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200, "an empty body"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
	     "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	     200, "a body in chunks"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", 200,
	     "no chunks"),
};

static const struct form bad[] = {
	FORM("GET /x HTTP/1.1\r\n\r\n", 400, "no Host"),
	FORM("GET /x HTTP/1.0\r\n\r\n", 400, "no Host in the older version"),
	FORM("GET /x HTTP/1.1\r\nHost:\r\n\r\n", 400, "an empty Host"),
	FORM("GET /x HTTP/1.1\r\nHost : a\r\n\r\n", 400, "a blank before the colon"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "two Hosts"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
	     400, "two lengths that agree"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
	     400, "two lengths that do not"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\ncontent-length: 3\r\nCONTENT-LENGTH: 4\r\n\r\nabcd",
	     400, "in whatever case"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400,
	     "a list of lengths"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400,
	     "a signed length"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400,
	     "a negative length"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400,
	     "a length in hex"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc", 400, "an empty length"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
	     "chunked\r\n\r\n0\r\n\r\n",
	     400, "length and chunks"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
	     "5\r\n\r\n0\r\n\r\n",
	     400, "chunks and length"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
	     400, "another coding"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: "
	     "chunked\r\n\r\n"
	     "0\r\n\r\n",
	     400, "two codings"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\nContent-Length: "
	     "5\r\n\r\n0\r\n\r\n",
	     400, "a coding hidden by a blank"),
	FORM("GET /x\0y HTTP/1.1\r\nHost: a\r\n\r\n", 400, "NUL in the path"),
	FORM("GET /x?a=\0y HTTP/1.1\r\nHost: a\r\n\r\n", 400, "NUL in an argument"),
	FORM("GET /x HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400, "NUL in a value"),
	FORM("GET /x HTTP/1.1\r\nHost: a\0\0X: y\r\n\r\n", 400,
	     "NULs that look like the end of a line"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nX: b\0\0Y: c\r\n\r\n", 400,
	     "the same at the last line"),
	FORM("POST /x HTTP/1.1\r\nHost: a\r\nX\0: Content-Length\r\nY: 3\r\n\r\n", 400,
	     "NUL in a name"),
	FORM("GET /x HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400, "a bare line feed"),
	FORM("GET /x HTTP/1.1\nHost: a\n\n", 400, "only bare line feeds"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n", 400, "a folded line"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", 400, "a bare carriage return"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nX(y): b\r\n\r\n", 400, "a name that is no token"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400, "no name"),
	FORM("GET /x HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400, "a control character"),
	FORM("GET /x y HTTP/1.1\r\nHost: a\r\n\r\n", 0, "a blank in the path"),
	FORM("GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "the absolute form"),
	FORM("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "no path"),
	FORM("GET\r\n\r\n", 0, "half a line"),
	FORM("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 0, "TLS to a plain port"),
};

static struct http_server *serve(uv_loop_t *loop)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 1000,
					.connections_max = 20,
					.per_address_max = 20,
					.request_deadline_ms = 2000,
					.handle = handle};
	struct http_server *s = NULL;
	struct err_info info;

	assert_int_equal(uv_loop_init(loop), 0);
	assert_int_equal(http_server_start(loop, &o, &s, &info), ERR_OK);
	return s;
}

static void end(uv_loop_t *loop, struct http_server *s)
{
	http_server_stop(s, 100, NULL, NULL);
	uv_run(loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(loop), 0);
}

static int status_of(uv_loop_t *loop, uint16_t port, const struct form *f)
{
	struct http_raw p;
	int status;

	http_raw_open(&p, loop, port);
	http_raw_send(&p, f->bytes, f->n);
	http_raw_await(&p, "\r\n\r\n", 1);
	status = http_raw_status(&p);
	if (f->status != 200)
		http_raw_await_close(&p); /* nothing that followed may be taken for a request */
	http_raw_close(&p);
	return status;
}

static void sound_ones_pass(void **state)
{
	uv_loop_t loop;
	struct http_server *s = serve(&loop);

	(void)state;
	handled = 0;
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		int status = status_of(&loop, http_server_port(s), &sound[i]);

		if (status != 200)
			print_error("%s: %d\n", sound[i].why, status);
		assert_int_equal(status, 200);
		assert_string_equal(remote, "127.0.0.1");
	}
	assert_int_equal(handled, sizeof(sound) / sizeof(sound[0]));
	assert_int_equal(http_server_stats(s).refused_form, 0);
	end(&loop, s);
}

static void others_are_refused_and_counted(void **state)
{
	uv_loop_t loop;
	struct http_server *s = serve(&loop);

	(void)state;
	handled = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t before = http_server_stats(s).refused_form;
		int status = status_of(&loop, http_server_port(s), &bad[i]);

		uv_run(&loop, UV_RUN_NOWAIT);
		if (status != bad[i].status || http_server_stats(s).refused_form != before + 1)
			print_error("%s: status %d, counted %d times\n", bad[i].why, status,
				    (int)(http_server_stats(s).refused_form - before));
		assert_int_equal(status, bad[i].status);
		assert_int_equal(http_server_stats(s).refused_form, before + 1);
		assert_int_equal(handled, 0);
	}
	end(&loop, s);
}

/* The second request of a kept connection sits elsewhere in the buffer. */
static void the_place_in_the_buffer_does_not_matter(void **state)
{
	uv_loop_t loop;
	struct http_server *s = serve(&loop);
	struct http_raw p;

	(void)state;
	handled = 0;
	http_raw_open(&p, &loop, http_server_port(s));
	for (unsigned i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		http_raw_send(&p, sound[i].bytes, sound[i].n);
		assert_true(http_raw_await(&p, "fine", i + 1));
	}
	/* Several at once, and one whose headers come byte by byte. */
	http_raw_puts(&p, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_true(http_raw_await(&p, "fine", sizeof(sound) / sizeof(sound[0]) + 2));
	for (size_t i = 0; i < sound[5].n; i++)
		http_raw_send(&p, sound[5].bytes + i, 1);
	assert_true(http_raw_await(&p, "fine", sizeof(sound) / sizeof(sound[0]) + 3));
	assert_int_equal(http_server_stats(s).refused_form, 0);
	http_raw_close(&p);
	end(&loop, s);
}

/* Headers that make libmicrohttpd's buffer grow. */
static void large_headers_pass_up_to_the_limit(void **state)
{
	uv_loop_t loop;
	struct http_server *s = serve(&loop);
	struct http_raw p;

	(void)state;
	http_raw_open(&p, &loop, http_server_port(s));
	http_raw_puts(&p, "GET /x HTTP/1.1\r\nHost: a\r\n");
	for (int i = 0; i < 100; i++)
		http_raw_puts(&p, "X-Long: 0123456789012345678901234567890123456789"
				  "012345678901234567890123456789\r\n");
	http_raw_puts(&p, "\r\n");
	assert_true(http_raw_await(&p, "fine", 1));
	http_raw_close(&p);
	http_raw_open(&p, &loop, http_server_port(s));
	http_raw_puts(&p, "GET /x HTTP/1.1\r\nHost: a\r\nX: ");
	for (int i = 0; i < 1000; i++)
		http_raw_puts(&p, "0123456789012345678901234567890123456789");
	http_raw_await_close(&p);
	assert_int_equal(http_raw_status(&p), 431);
	http_raw_close(&p);
	end(&loop, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_ones_pass),
		cmocka_unit_test(others_are_refused_and_counted),
		cmocka_unit_test(the_place_in_the_buffer_does_not_matter),
		cmocka_unit_test(large_headers_pass_up_to_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
