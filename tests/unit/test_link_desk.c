/* link_desk - looking never acts; the page's own form does, once it is sound; whatever the collector says
 * becomes a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <uv.h>

#include "dashboard/board.h"
#include "dashboard/link_desk.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"

#define TOKEN "3f-00112233445566778899aabbccddeeff"
#define PATH "/a/" TOKEN
#define FACTS                                                                                      \
	"{\"now\":1,\"folio\":\"07\",\"services\":[{\"name\":\"P\"}],\"possible\":[\"ack\"],"      \
	"\"locale\":\"es-MX\"}"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

struct world {
	uv_loop_t loop;
	struct fake_collector collector;
	struct dashboard_config config;
	struct board *board;
};

static int set_up(void **state)
{
	static struct world w;
	struct err_info info;

	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	fake_collector_start(&w.collector, &w.loop);
	w.collector.other = FACTS;
	w.config = (struct dashboard_config){.host = "127.0.0.1",
					     .collector = w.collector.url,
					     .token_file = w.collector.token_file};
	assert_int_equal(board_start(&w.loop, &w.config, &w.board, &info), ERR_OK);
	*state = &w;
	return 0;
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	bool done = false;

	board_stop(w->board, on_stopped, &done);
	http_raw_until(&w->loop, &done);
	fake_collector_stop(&w->collector);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

/* The whole answer, which lasts until the next. */
static const char *ask(struct world *w, const char *method, const char *path, const char *headers,
		       const char *body, int status)
{
	static char text[16384];
	struct http_raw p;
	char request[8192];

	http_raw_open(&p, &w->loop, board_port(w->board));
	snprintf(request, sizeof(request),
		 "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%sContent-Length: "
		 "%zu\r\n\r\n%s",
		 method, path, board_port(w->board), headers, strlen(body), body);
	http_raw_puts(&p, request);
	http_raw_await_close(&p);
	snprintf(text, sizeof(text), "%s", buf_cstr(&p.in));
	if (http_raw_status(&p) != status)
		fail_msg("%s %s %s: %s", method, path, body, text);
	http_raw_close(&p);
	assert_null(strstr(text, FAKE_COLLECTOR_TOKEN));
	assert_null(strstr(text, "Set-Cookie"));
	return text;
}

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("'%s' is not in %s", part, text);
}

static void looking_never_acts(void **state)
{
	static const char *const headers[] = {
		"Content-Security-Policy: default-src 'none'; style-src 'self'; form-action "
		"'self'; base-uri 'none'; "
		"frame-ancestors 'none'\r\n",
		"Referrer-Policy: no-referrer\r\n",
		"Cache-Control: no-store\r\n",
		"X-Frame-Options: DENY\r\n",
		"X-Robots-Tag: noindex, nofollow\r\n",
		"X-Content-Type-Options: nosniff\r\n",
		"Content-Type: text/html; charset=utf-8\r\n"};
	struct world *w = *state;
	const char *text = ask(w, "GET", PATH, "", "", 200);

	for (size_t i = 0; i < COUNT_OF(headers); i++)
		has(text, headers[i]);
	has(text, "<form method=\"post\" action=\"" PATH "\">");
	assert_string_equal(w->collector.last_method, "GET");
	assert_string_equal(w->collector.last_path, "/v1/links/" TOKEN);
	assert_string_equal(w->collector.last_from, "127.0.0.1");
	text = ask(w, "HEAD", PATH, "", "", 200);
	assert_null(strstr(text, "<form"));
	assert_string_equal(w->collector.last_method, "GET");
	ask(w, "GET", PATH "?act=ack", "", "", 200);
	assert_string_equal(w->collector.last_method, "GET");
	assert_string_equal(w->collector.last_body, "");
	has(ask(w, "PUT", PATH, "", "", 405), "read-only");
	has(ask(w, "DELETE", PATH, "", "", 405), "read-only");
}

static void the_form_acts(void **state)
{
	struct world *w = *state;
	const char *text = ask(w, "POST", PATH, FORM, "act=attend&note=voy+ya", 303);

	has(text, "Location: " PATH "\r\n");
	has(text, "Cache-Control: no-store\r\n");
	assert_string_equal(w->collector.last_method, "POST");
	assert_string_equal(w->collector.last_path, "/v1/links/" TOKEN);
	assert_string_equal(w->collector.last_body,
			    "{\"act\":\"attend\",\"note\":\"voy ya\",\"from\":\"127.0.0.1\"}");
	w->collector.code = 409; /* it has served: the page says for what */
	has(ask(w, "POST", PATH, FORM, "act=ack", 303), "Location: " PATH "\r\n");
}

static void what_our_page_would_not_send_goes_nowhere(void **state)
{
	static const struct {
		const char *headers, *body;
	} cases[] = {
		{"", "act=ack"},
		{"Content-Type: text/plain\r\n", "act=ack"},
		{"Content-Type: application/json\r\n", "{\"act\":\"ack\"}"},
		{"Content-Type: multipart/form-data; boundary=a\r\n", "act=ack"},
		{FORM, ""},
		{FORM, "act="},
		{FORM, "act=declare"},
		{FORM, "act=ack&act=ack"},
		{FORM, "act=ack&as=utsi"},
		{FORM, "act=ack&note=%00"},
		{FORM, "act=ack\",\"as\":\"utsi"},
	};
	struct world *w = *state;
	char large[4200];

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		has(ask(w, "POST", PATH, cases[i].headers, cases[i].body, 400),
		    "No se registró nada");
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	ask(w, "POST", PATH, FORM, large, 413);
	has(ask(w, "POST", "/", FORM, "act=ack", 405), "read-only");
	assert_int_equal(w->collector.others, 0);
}

static void what_cannot_be_a_token_is_not_asked_for(void **state)
{
	static const char *const paths[] = {
		"/a/",
		"/a/x/y",
		"/a/..",
		"/a/%2e%2e",
		"/a/X",
		"/a/x%20y",
		"/a/x_y",
		"/a/0123456789012345678901234567890123456789012345678901234567890123456789"};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		has(ask(w, "GET", paths[i], "", "", 404), "no existe o ya venció");
		has(ask(w, "POST", paths[i], FORM, "act=ack", 404), "no existe o ya venció");
	}
	has(ask(w, "GET", "/a/x_", "Accept-Language: en\r\n", "", 404), "There is no such link");
	assert_int_equal(w->collector.others, 0);
	ask(w, "GET", "/a", "", "", 404);
	ask(w, "GET", "/answer.css", "", "", 200);
}

static void troubles_are_pages(void **state)
{
	static const struct {
		unsigned code;
		const char *body;
		int status;
		const char *page, *page_of_post;
	} cases[] = {
		{404, "{\"error\":\"not-found\"}", 404, "no existe o ya venció",
		 "no existe o ya venció"},
		{429, "{\"error\":\"too-many\",\"retry_after\":6}", 429, "Retry-After: 6\r\n",
		 "Demasiados"},
		{503, "{\"error\":\"not-journalled\"}", 503, "aún no consta", "aún no consta"},
		{503, "{\"error\":\"stopping\"}", 502, "no se puede contestar por aquí",
		 "No sabemos"},
		{403, "{}", 502, "no se puede contestar por aquí", "No sabemos"},
		{500, "", 502, "no se puede contestar por aquí", "No sabemos"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		w->collector.code = cases[i].code;
		w->collector.other = cases[i].body;
		has(ask(w, "GET", PATH, "", "", cases[i].status), cases[i].page);
		has(ask(w, "POST", PATH, FORM, "act=ack", cases[i].status), cases[i].page_of_post);
	}
	w->collector.code = 200;
	w->collector.other = "{\"now\":1}"; /* an answer that is none */
	has(ask(w, "GET", PATH, "", "", 502), "no se puede contestar por aquí");
	w->collector.other =
		"{\"now\":1,\"folio\":\"07\",\"services\":[{\"name\":\"P\"}],\"locale\":\"en\"}";
	has(ask(w, "GET", PATH, "", "", 200), "<html lang=\"en\">");
	w->collector.other = FACTS;
	has(ask(w, "GET", PATH, "Accept-Language: en\r\n", "", 200), "<html lang=\"en\">");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(looking_never_acts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_form_acts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_our_page_would_not_send_goes_nowhere, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_a_token_is_not_asked_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(troubles_are_pages, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
