/* api - the token goes to loopback only; what the collector refuses is told in its words. A forked
 * server gives one canned answer to each request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/api.h"

static char token[] = "/tmp/vigia-api-XXXXXX";

static int set_up(void **state)
{
	int fd = mkstemp(token);
	bool ok = fd >= 0 && write(fd, "secret\n", 7) == 7;

	(void)state;
	close(fd);
	return ok ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(token);
}

static enum err open_api(const char *url, const char *token_file, struct api *a,
			 struct err_info *info)
{
	struct options o = {.values[OPTION_COLLECTOR] = url,
			    .values[OPTION_TOKEN_FILE] = token_file};

	return api_open(&o, a, info);
}

static void only_loopback_gets_the_token(void **state)
{
	static const char *const refused[] = {
		"https://127.0.0.1",     "http://192.0.2.1:7460",
		"http://example.org:80", "http://127.0.0.1",
		"http://127.0.0.1:0",    "http://127.0.0.1:80/path",
		"127.0.0.1:7460",        "http://",
	};
	struct err_info info;
	struct api a;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		assert_int_not_equal(open_api(refused[i], token, &a, &info), ERR_OK);
		assert_non_null(strstr(info.text, "--collector"));
		api_close(&a);
	}
	assert_int_equal(open_api("http://127.0.0.1:7460/", token, &a, &info), ERR_OK);
	assert_string_equal(a.url, "http://127.0.0.1:7460");
	assert_string_equal(a.token, "secret");
	api_close(&a);
	assert_string_equal(a.token, "");
	assert_int_equal(open_api("http://127.0.0.1:7460", "/nonexistent", &a, &info), ERR_DENIED);
	assert_int_equal(open_api("http://127.0.0.1:7460", "/dev/null", &a, &info), ERR_DENIED);
}

static void tls_needs_to_know_who_answers(void **state)
{
	static const char id[] =
		"sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	struct options o = {.values[OPTION_COLLECTOR] = "https://noc.example.org:7460",
			    .values[OPTION_TOKEN_FILE] = token,
			    .values[OPTION_IDENTITY] = id};
	struct err_info info;
	struct api a;

	(void)state;
	assert_int_equal(api_open(&o, &a, &info), ERR_OK);
	assert_int_equal(a.pins.count, 1);
	assert_string_equal(a.pins.items[0].text, id);
	api_close(&a);
	o.values[OPTION_IDENTITY] = NULL;
	assert_int_equal(api_open(&o, &a, &info), ERR_DENIED);
	assert_non_null(strstr(info.text, "give --identity"));
	o.values[OPTION_IDENTITY] = "sha256:12";
	assert_int_equal(api_open(&o, &a, &info), ERR_SYNTAX);
	assert_int_equal(setenv("VIGIA_IDENTITY", id, 1), 0);
	o.values[OPTION_IDENTITY] = NULL;
	assert_int_equal(api_open(&o, &a, &info), ERR_OK);
	assert_string_equal(a.pins.items[0].text, id);
	api_close(&a);
	unsetenv("VIGIA_IDENTITY");
}

/* Serves one connection: the request goes to `seen`, the answer comes back. */
static pid_t serve(const char *answer, uint16_t *ret_port, int seen[2])
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t child;

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*ret_port = ntohs(at.sin_port);
	assert_int_equal(pipe(seen), 0);
	child = fork();
	if (child == 0) {
		char request[4096];
		int c = accept(fd, NULL, NULL);
		ssize_t n = read(c, request, sizeof(request));

		if (n > 0 && write(seen[1], request, (size_t)n) == n &&
		    write(c, answer, strlen(answer)) == (ssize_t)strlen(answer))
			close(c);
		_exit(0);
	}
	close(fd);
	close(seen[1]);
	return child;
}

static enum err ask(const char *answer, struct buf *got, char *request, size_t size,
		    struct err_info *info)
{
	char url[64];
	int seen[2];
	uint16_t port;
	struct api a;
	pid_t child = serve(answer, &port, seen);
	ssize_t n;
	enum err e;

	snprintf(url, sizeof(url), "http://127.0.0.1:%u", port);
	assert_int_equal(open_api(url, token, &a, info), ERR_OK);
	e = api_call(&a, "POST", "/v1/incidents/7/ack", SLICE_LIT("{\"as\":\"ana\"}"), got, info);
	api_close(&a);
	n = read(seen[0], request, size - 1);
	request[n > 0 ? n : 0] = '\0';
	close(seen[0]);
	waitpid(child, NULL, 0);
	return e;
}

static void a_request_carries_token_and_body(void **state)
{
	struct buf got CLEANUP(buf_release);
	struct err_info info;
	char request[4096];

	(void)state;
	buf_init(&got, 1000);
	assert_int_equal(ask("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"seq\":31}", &got,
			     request, sizeof(request), &info),
			 ERR_OK);
	assert_string_equal(buf_cstr(&got), "{\"seq\":31}");
	assert_memory_equal(request, "POST /v1/incidents/7/ack HTTP/1.1\r\n", 35);
	assert_non_null(strstr(request, "\r\nAuthorization: Bearer secret\r\n"));
	assert_non_null(strstr(request, "\r\n\r\n{\"as\":\"ana\"}"));
}

static void a_refusal_is_told_in_the_collectors_words(void **state)
{
	static const struct {
		const char *answer, *said;
		enum err err;
	} cases[] = {
		{"HTTP/1.1 409 Conflict\r\nConnection: close\r\n\r\n"
		 "{\"error\":\"wrong-state\",\"text\":\"it is\\u001b closed\"}",
		 "it is  closed", ERR_WRONG_STATE},
		{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404",
		 ERR_NOT_FOUND},
		{"HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nhaha", "status 401",
		 ERR_DENIED},
		{"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n", "status 503", ERR_BUSY},
		{"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
		 "status 302", ERR_IO},
		{"nonsense\r\n\r\n", "no answer from the collector", ERR_IO},
	};
	struct err_info info;
	char request[4096];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf got CLEANUP(buf_release);

		buf_init(&got, 1000);
		assert_int_equal(ask(cases[i].answer, &got, request, sizeof(request), &info),
				 cases[i].err);
		if (strstr(info.text, cases[i].said) == NULL)
			fail_msg("case %zu: %s", i, info.text);
	}
}

static void an_answer_past_the_ceiling_is_refused(void **state)
{
	struct buf got CLEANUP(buf_release);
	struct err_info info;
	char request[4096];

	(void)state;
	buf_init(&got, 5);
	assert_int_equal(ask("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"seq\":31}", &got,
			     request, sizeof(request), &info),
			 ERR_TOO_LARGE);
}

static void segments_are_encoded(void **state)
{
	struct buf path CLEANUP(buf_release);

	(void)state;
	buf_init(&path, 1000);
	api_put_segment(&path, "dc/web:http ñ?~-._A9");
	assert_string_equal(buf_cstr(&path), "dc%2Fweb%3Ahttp%20%C3%B1%3F~-._A9");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_loopback_gets_the_token),
		cmocka_unit_test(tls_needs_to_know_who_answers),
		cmocka_unit_test(a_request_carries_token_and_body),
		cmocka_unit_test(a_refusal_is_told_in_the_collectors_words),
		cmocka_unit_test(an_answer_past_the_ceiling_is_refused),
		cmocka_unit_test(segments_are_encoded),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
