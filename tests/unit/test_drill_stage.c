/* drill_stage - what is asked goes to the drill's collector with its token and to no other place; without a drill nobody is asked; too many wait their
 * turn outside; at the end everybody is told. */
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
#include <uv.h>

#include "collector/current_drill.h"
#include "collector/drill_stage.h"
#include "tests/support/probe_once.h"

#define ANSWER "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"

struct place {
	uv_loop_t loop;
	struct answerer peer;
	struct drill_stage *s;
	char data[64], folder[100];
	int current;
	unsigned answers, ends;
	long status;
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

	uv_loop_init(&p->loop);
	answerer_start(&p->peer, &p->loop, ANSWER);
	p->peer.cut = true;
	snprintf(p->data, sizeof(p->data), "/tmp/vigia-stage-XXXXXX");
	assert_non_null(mkdtemp(p->data));
	snprintf(p->folder, sizeof(p->folder), "%s/d1", p->data);
	assert_int_equal(mkdir(p->folder, 0700), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u\n", p->peer.port);
	write_file(p, "listen", url);
	write_file(p, "operator.token", "of-the-drill\n");
	assert_int_equal(current_drill_claim(p->data, p->folder, &p->current, &info), ERR_OK);
	p->s = drill_stage_new(&p->loop, p->data);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"d1/listen", "d1/operator.token", "d1", "drills", ""};
	struct place *p = *state;
	char path[200];

	drill_stage_free(p->s);
	answerer_stop(&p->peer);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&p->loop), 0);
	current_drill_release(p->data, p->current);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", p->data, names[i]);
		remove(path);
	}
	free(p);
	return 0;
}

static void on_reply(void *user, const struct http_reply *reply)
{
	struct place *p = user;

	if (reply == NULL) {
		p->ends++;
	} else {
		p->answers++;
		p->status = reply->status;
	}
}

static enum drill_asked ask(struct place *p, const char *method, const char *target,
			    const char *body)
{
	return drill_stage_ask(p->s, &(struct drill_request){.method = method,
							     .target = target,
							     .body = slice_of(body),
							     .done = on_reply,
							     .user = p});
}

static void it_goes_there_with_its_token(void **state)
{
	struct place *p = *state;

	assert_int_equal(ask(p, "POST", "/v1/incidents/3/ack?x=1", "{\"as\":\"ana\"}"),
			 DRILL_ASKED);
	while (p->answers == 0)
		loop_turn(&p->loop);
	assert_int_equal(p->status, 200);
	assert_non_null(strstr(buf_cstr(&p->peer.asked), "POST /v1/incidents/3/ack?x=1 HTTP/1.1"));
	assert_non_null(strstr(buf_cstr(&p->peer.asked), "Authorization: Bearer of-the-drill\r\n"));
	assert_non_null(strstr(buf_cstr(&p->peer.asked), "{\"as\":\"ana\"}"));
}

static void nobody_is_asked_without_a_drill(void **state)
{
	struct place *p = *state;
	char target[3000];

	memset(target, 'a', sizeof(target));
	target[0] = '/';
	target[sizeof(target) - 1] = '\0';
	assert_int_equal(ask(p, "GET", target, ""), DRILL_NONE);
	write_file(p, "listen", "https://192.0.2.1:9\n");
	assert_int_equal(ask(p, "GET", "/v1/status", ""), DRILL_NONE);
	current_drill_release(p->data, p->current);
	p->current = -1;
	assert_int_equal(ask(p, "GET", "/v1/status", ""), DRILL_NONE);
	assert_int_equal(p->peer.connections, 0);
}

static void not_all_at_once_and_all_are_told_at_the_end(void **state)
{
	struct place *p = *state;
	unsigned n = 0;

	while (ask(p, "GET", "/v1/status", "") == DRILL_ASKED)
		assert_true(++n < 1000);
	assert_int_equal(ask(p, "GET", "/v1/status", ""), DRILL_BUSY);
	drill_stage_stop(p->s);
	assert_int_equal(p->ends + p->answers, n);
	assert_true(p->ends > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_goes_there_with_its_token, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_is_asked_without_a_drill, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_all_at_once_and_all_are_told_at_the_end, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
