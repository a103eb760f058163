/* drill_links - what the real collector does not know goes to the drill's, with its token, and its answer comes back; what that does not
 * know either is a wrong link of the real one; without a drill nothing is asked.
 * wrap: collector_end_turn_soon
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/current_drill.h"
#include "collector/drill_links.h"
#include "collector/drill_stage.h"
#include "collector/links.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"

#define TOKEN "3f-0123456789abcdef0123456789abcdef"
#define ANSWER(status, length, body)                                                               \
	"HTTP/1.1 " status "\r\nConnection: close\r\nContent-Length: " length "\r\n\r\n" body

struct place {
	struct collector_world w;
	struct answerer peer; /* in the place of the drill's collector */
	char folder[128];
	int current;
};

static void write_file(const struct place *p, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", p->folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err_info info;
	char url[64];

	collector_world_open(&p->w);
	assert_int_equal(links_open(p->w.dir, "https://noc.example.org", 3600 * US_PER_S,
				    &p->w.c.links, &info),
			 ERR_OK);
	collector_world_serve(&p->w);
	answerer_start(&p->peer, collector_world_loop(&p->w),
		       ANSWER("200 OK", "14", "{\"real\":false}"));
	p->peer.cut = true;
	snprintf(p->folder, sizeof(p->folder), "%s/d1", p->w.dir);
	assert_int_equal(mkdir(p->folder, 0700), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u\n", p->peer.port);
	write_file(p, "listen", url);
	write_file(p, "operator.token", "of-the-drill\n");
	assert_int_equal(current_drill_claim(p->w.dir, p->folder, &p->current, &info), ERR_OK);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"d1/listen", "d1/operator.token", "d1", "drills"};
	struct place *p = *state;
	char path[200];

	current_drill_release(p->w.dir, p->current);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", p->w.dir, names[i]);
		remove(path);
	}
	answerer_stop(&p->peer);
	links_close(p->w.c.links);
	collector_world_close(&p->w);
	free(p);
	return 0;
}

static void asked(struct place *p, const char *text)
{
	if (strstr(buf_cstr(&p->peer.asked), text) == NULL)
		fail_msg("'%s' is not in %s", text, buf_cstr(&p->peer.asked));
}

static struct collector_world_answer post(struct place *p, const char *body)
{
	return collector_world_ask(&p->w,
				   &(struct collector_world_ask){.method = "POST",
								 .target = "/v1/links/" TOKEN,
								 .token = p->w.operator_token,
								 .body = body});
}

static void it_is_shown_and_used_there(void **state)
{
	static const char act[] = "{\"act\":\"ack\",\"from\":\"192.0.2.1\"}";
	struct place *p = *state;
	struct collector_world_answer a =
		collector_world_get(&p->w, "/v1/links/" TOKEN "?from=192.0.2.1");

	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "{\"real\":false}");
	asked(p, "GET /v1/links/" TOKEN "?from=192.0.2.1 HTTP/1.1\r\n");
	asked(p, "Authorization: Bearer of-the-drill\r\n");
	a = post(p, act);
	assert_int_equal(a.status, 200);
	asked(p, "POST /v1/links/" TOKEN);
	asked(p, act);
	p->peer.answer = ANSWER("409 Conflict", "16", "{\"error\":\"used\"}");
	a = post(p, act);
	assert_int_equal(a.status, 409);
	assert_string_equal(a.body, "{\"error\":\"used\"}");
	assert_int_equal(links_stats(p->w.c.links).wrong, 0);
	assert_int_equal(links_stats(p->w.c.links).used, 0); /* in the real day nothing was */
}

static void what_it_does_not_know_is_wrong(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a;
	unsigned tries = 0;

	p->peer.answer = ANSWER("404 Not Found", "2", "{}");
	a = collector_world_get(&p->w, "/v1/links/" TOKEN "?from=192.0.2.1");
	collector_world_says(&a, 404, "not-found", "There is no such link, or it has expired");
	assert_int_equal(p->peer.connections, 1);
	assert_int_equal(links_stats(p->w.c.links).wrong, 1);
	p->peer.answer = ANSWER("429 Too Many Requests", "2", "{}");
	do
		a = post(p, "{\"act\":\"ack\",\"from\":\"192.0.2.1\"}");
	while (a.status == 404 && ++tries < 1000);
	assert_int_equal(a.status, 429);
	assert_non_null(strstr(a.body, "Too many wrong links"));
}

static void nobody_is_asked_without_need(void **state)
{
	static const char *const no_tokens[] = {"/v1/links/abc", "/v1/links/%2e%2e",
						"/v1/links/3F-0123456789abcdef0123456789abcdef"};
	struct place *p = *state;
	struct collector_world_answer a;

	for (size_t i = 0; i < COUNT_OF(no_tokens); i++) {
		a = collector_world_get(&p->w, no_tokens[i]);
		assert_int_equal(a.status, 404);
	}
	current_drill_release(p->w.dir, p->current);
	p->current = -1;
	a = collector_world_get(&p->w, "/v1/links/" TOKEN);
	assert_int_equal(a.status, 404);
	assert_int_equal(p->peer.connections, 0);
}

/* What claims to be an address is in no place of the drill's URL where it could be read as something else. */
static void an_address_is_one_or_none(void **state)
{
	struct place *p = *state;

	collector_world_get(&p->w, "/v1/links/" TOKEN "?from=a%26b%0d%0aX:1");
	asked(p, "GET /v1/links/" TOKEN "?from= HTTP/1.1\r\n");
}

static void a_drill_that_is_not_there_knows_nothing(void **state)
{
	static const char *const places[] = {"https://127.0.0.1:9", "http://192.0.2.1:9", "nowhere",
					     NULL /* nobody listens there */};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct collector_world_answer a;
		char url[64];

		snprintf(url, sizeof(url), "http://127.0.0.1:%u\n", free_port());
		write_file(p, "listen", places[i] != NULL ? places[i] : url);
		a = collector_world_get(&p->w, "/v1/links/" TOKEN);
		assert_int_equal(a.status, 404);
	}
	assert_int_equal(p->peer.connections, 0);
}

static void on_unknown(void *user, struct http_request *r, const char *address)
{
	(void)user;
	(void)r;
	(void)address;
	fail();
}

static void without_requests_it_ends_at_once(void **state)
{
	struct place *p = *state;
	struct drill_stage *stage = drill_stage_new(collector_world_loop(&p->w), p->w.dir);
	struct drill_links *d = drill_links_new(stage, on_unknown, NULL);

	drill_stage_stop(stage);
	drill_stage_free(stage);
	drill_links_free(d);
	drill_links_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_shown_and_used_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_it_does_not_know_is_wrong, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_is_asked_without_need, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_address_is_one_or_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_drill_that_is_not_there_knows_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(without_requests_it_ends_at_once, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
