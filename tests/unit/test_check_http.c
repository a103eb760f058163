/* check_http - a request to a real server: phases, status, body; each way of failing has its own word; what cannot be an
 * address is refused before anything runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probing/prober.h"
#include "tests/support/probe_once.h"

extern const struct check_type check_http;

struct world {
	uv_loop_t loop;
	struct answerer peer;
	char url[64]; /* parameter text */
};

static int set_up(void **state)
{
	static struct world w;

	uv_loop_init(&w.loop);
	answerer_start(&w.peer, &w.loop,
		       "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nestado: bien");
	snprintf(w.url, sizeof(w.url), "url=http://127.0.0.1:%u/salud", w.peer.port);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	answerer_stop(&w->peer);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void phases(void **state)
{
	struct world *w = *state;
	struct verdict v = PROBE(&w->loop, "http", 3000, w->url, "body=bien");
	int64_t connect = probe_value("http", &v, "connect"),
		first = probe_value("http", &v, "first_byte"),
		total = probe_value("http", &v, "total");

	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_true(connect >= 0 && connect <= first && first <= total && total < 3000000);
	assert_int_equal(probe_value("http", &v, "status"), 200 * MICRO);
	assert_int_equal(probe_value("http", &v, "size"), 12 * MICRO);
	assert_int_equal(probe_value("http", &v, "tls"), MICRO_NONE);
	assert_int_equal(probe_value("http", &v, "dns"), MICRO_NONE);
	assert_non_null(strstr(buf_cstr(&w->peer.asked), "GET /salud HTTP/1.1\r\n"));
	assert_non_null(strstr(buf_cstr(&w->peer.asked), "User-Agent: vigia/"));
}

/* Each probe connects anew: a kept connection would not show that new ones fail. */
static void each_on_its_own_connection(void **state)
{
	struct world *w = *state;

	for (unsigned i = 1; i <= 3; i++) {
		struct verdict v = PROBE(&w->loop, "http", 3000, w->url);

		assert_int_equal(v.outcome, OUTCOME_OK);
		assert_int_equal(w->peer.connections, i);
	}
}

static void by_name(void **state)
{
	struct world *w = *state;
	char url[80];
	struct verdict v;

	snprintf(url, sizeof(url), "url=http://localhost:%u/", w->peer.port);
	v = PROBE(&w->loop, "http", 5000, url);
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_true(probe_value("http", &v, "dns") >= 0);
	snprintf(url, sizeof(url), "Host: localhost:%u\r\n", w->peer.port);
	assert_non_null(strstr(buf_cstr(&w->peer.asked), url));
}

static void status_and_body(void **state)
{
	struct world *w = *state;
	struct verdict v = PROBE(&w->loop, "http", 3000, w->url, "body=mal");

	assert_int_equal(v.outcome, OUTCOME_BODY_MISMATCH);
	w->peer.answer = "HTTP/1.1 503 Sorry\r\nContent-Length: 0\r\n\r\n";
	v = PROBE(&w->loop, "http", 3000, w->url);
	assert_int_equal(v.outcome, OUTCOME_STATUS_UNEXPECTED);
	assert_string_equal(v.detail, "status 503");
	assert_int_equal(probe_value("http", &v, "status"), 503 * MICRO);
	v = PROBE(&w->loop, "http", 3000, w->url, "status=200,500-599");
	assert_int_equal(v.outcome, OUTCOME_OK);
	w->peer.answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
	v = PROBE(&w->loop, "http", 3000, w->url, "method=HEAD");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_non_null(strstr(buf_cstr(&w->peer.asked), "HEAD /salud HTTP/1.1\r\n"));
}

/* One value out of the answer: of a member, behind a text, of a header; its age where it is a moment. */
static void a_value_of_the_answer(void **state)
{
	struct world *w = *state;
	struct verdict v;

	w->peer.answer = "HTTP/1.1 200 OK\r\nX-Corte: 9\r\nContent-Length: 33\r\n\r\n"
			 "{\"corte\": \"2024-05-12T12:20\"} n=7";
	v = PROBE(&w->loop, "http", 3000, w->url, "value_after=n=");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_int_equal(probe_value("http", &v, "value"), 7 * MICRO);
	assert_int_equal(probe_value("http", &v, "age"), MICRO_NONE);
	v = PROBE(&w->loop, "http", 3000, w->url, "value_header=x-corte", "value_as=age");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_int_equal(probe_value("http", &v, "value"), 9 * MICRO);
	assert_int_equal(probe_value("http", &v, "age"), 9 * MICRO);
	v = PROBE(&w->loop, "http", 3000, w->url, "value_after=\"corte\": \"", "value_as=time");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_int_equal(probe_value("http", &v, "value"), INT64_C(1715538000000000));
	assert_true(probe_value("http", &v, "age") > INT64_C(1000000000000));
	v = PROBE(&w->loop, "http", 3000, w->url, "value_header=X-Otro");
	assert_int_equal(v.outcome, OUTCOME_VALUE_MISSING);
	assert_int_equal(probe_value("http", &v, "value"), MICRO_NONE);
	w->peer.answer = "HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n"
			 "{\"corte\": \"2999-05-12T12:20\"}";
	v = PROBE(&w->loop, "http", 3000, w->url, "value_json=/corte", "value_as=time");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_int_equal(probe_value("http", &v, "age"), 0);
	v = PROBE(&w->loop, "http", 3000, w->url, "value_json=/hora");
	assert_int_equal(v.outcome, OUTCOME_VALUE_MISSING);
}

/* An answer far larger than what is kept of it. */
static void a_long_body(void **state)
{
	enum { LONG = 1 << 20 };
	struct world *w = *state;
	struct buf b;
	struct verdict v;

	buf_init(&b, LONG + 1000);
	buf_printf(&b, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\nprincipio", LONG);
	while (b.len < LONG)
		buf_puts(&b, "..........");
	buf_puts(&b, "fin");
	while (strlen(strstr(buf_cstr(&b), "\r\n\r\n")) - 4 < LONG)
		buf_putc(&b, '.');
	w->peer.answer = buf_cstr(&b);
	v = PROBE(&w->loop, "http", 5000, w->url, "body=principio");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_int_equal(probe_value("http", &v, "size"), LONG * MICRO);
	v = PROBE(&w->loop, "http", 5000, w->url, "body=fin");
	assert_int_equal(v.outcome, OUTCOME_BODY_MISMATCH);
	buf_release(&b);
}

static void ways_of_failing(void **state)
{
	static const struct {
		const char *answer;
		bool cut;
		enum outcome outcome;
	} cases[] = {
		{NULL, false, OUTCOME_ANSWER_TIMEOUT},
		{"", true, OUTCOME_ANSWER_CUT},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", true, OUTCOME_ANSWER_CUT},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", false, OUTCOME_ANSWER_TIMEOUT},
		{"garbage of another protocol\r\n", true, OUTCOME_ANSWER_MALFORMED},
	};
	struct world *w = *state;
	char url[80];

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct verdict v;

		w->peer.answer = cases[i].answer;
		w->peer.cut = cases[i].cut;
		v = PROBE(&w->loop, "http", 150, w->url);
		if (v.outcome != cases[i].outcome)
			fail_msg("case %zu: outcome %d, %s", i, (int)v.outcome, v.detail);
	}
	snprintf(url, sizeof(url), "url=http://127.0.0.1:%u/", free_port());
	assert_int_equal(PROBE(&w->loop, "http", 3000, url).outcome, OUTCOME_CONNECT_REFUSED);
	w->peer.answer = "not a handshake at all, that is plain text\r\n";
	snprintf(url, sizeof(url), "url=https://127.0.0.1:%u/", w->peer.port);
	assert_int_equal(PROBE(&w->loop, "http", 3000, url).outcome, OUTCOME_TLS_FAILED);
}

static const char *find(void *user, const char *key)
{
	return strcmp(key, "url") == 0 ? user : NULL;
}

static void wrong_addresses(void **state)
{
	static const char *const wrong[] = {"ftp://a/",       "http:/a",    "http://",
					    "a.example.org",  "http://:80", "http://u:p@a/",
					    "http://a:99999/"};
	static char right[] = "https://[2001:db8::1]:8443/x?y=1";
	struct arena *arena = arena_new();
	struct err_info info;
	const void *params;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		enum err e = prober_fill_params(&check_http, find, (void *)(uintptr_t)wrong[i],
						arena, &params, &info);

		if (e == ERR_OK)
			fail_msg("taken: %s", wrong[i]);
		assert_non_null(strstr(info.text, "url"));
	}
	assert_int_equal(prober_fill_params(&check_http, find, right, arena, &params, &info),
			 ERR_OK);
	arena_free(arena);
}

struct wish {
	const char *key, *value, *also_key, *also_value;
};

static const char *find_wish(void *user, const char *key)
{
	const struct wish *w = user;

	if (strcmp(key, "url") == 0)
		return "http://a/";
	if (strcmp(key, w->key) == 0)
		return w->value;
	return w->also_key != NULL && strcmp(key, w->also_key) == 0 ? w->also_value : NULL;
}

static void wrong_values(void **state)
{
	static const struct wish wrong[] = {
		{"value_json", "corte", NULL, NULL},      {"value_json", "/a~", NULL, NULL},
		{"value_header", "X Corte", NULL, NULL},  {"value_header", "X\u00f1", NULL, NULL},
		{"value_json", "/a", "value_after", "b"}, {"value_as", "time", NULL, NULL},
		{"value_as", "date", "value_json", "/a"},
	};
	struct arena *arena = arena_new();
	struct err_info info;
	const void *params;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		if (prober_fill_params(&check_http, find_wish, (void *)(uintptr_t)&wrong[i], arena,
				       &params, &info) == ERR_OK)
			fail_msg("taken: %s %s", wrong[i].key, wrong[i].value);
		assert_non_null(strstr(info.text, "value_"));
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(phases, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_on_its_own_connection, set_up, tear_down),
		cmocka_unit_test_setup_teardown(by_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(status_and_body, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_value_of_the_answer, set_up, tear_down),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test_setup_teardown(a_long_body, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ways_of_failing, set_up, tear_down),
		cmocka_unit_test(wrong_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
