/* api_drills - what may be played is listed; only a name of the folder begins one; what is no drill is told; what somebody does in a drill goes on in
 * their own name whatever they sent.
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
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"

#define ANSWER(status, length, body)                                                               \
	"HTTP/1.1 " status "\r\nConnection: close\r\nContent-Length: " length "\r\n\r\n" body

struct place {
	struct collector_world w;
	struct answerer peer; /* in the place of the drill's collector */
	char folder[128], shelf[128];
	int current;
};

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	collector_world_open(&p->w);
	p->current = -1;
	snprintf(p->shelf, sizeof(p->shelf), "%s/shelf", p->w.dir);
	snprintf(p->folder, sizeof(p->folder), "%s/d1", p->w.dir);
	assert_int_equal(mkdir(p->shelf, 0700), 0);
	assert_int_equal(mkdir(p->folder, 0700), 0);
	write_file(p->shelf, "portal.scn", "promise: cae el portal\n0 set web:http critical\n");
	p->w.c.config.drills = p->shelf;
	p->w.c.config.file = "/nowhere/collector.yaml";
	collector_world_serve(&p->w);
	answerer_start(&p->peer, collector_world_loop(&p->w),
		       ANSWER("200 OK", "14", "{\"real\":false}"));
	p->peer.cut = true;
	*state = p;
	return 0;
}

/* A drill is being played. */
static void begin(struct place *p)
{
	struct err_info info;
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u\n", p->peer.port);
	write_file(p->folder, "listen", url);
	write_file(p->folder, "operator.token", "of-the-drill\n");
	assert_int_equal(current_drill_claim(p->w.dir, p->folder, &p->current, &info), ERR_OK);
}

static int tear_down(void **state)
{
	static const char *const names[] = {
		"d1/listen", "d1/operator.token", "d1", "shelf/portal.scn", "shelf", "drills"};
	struct place *p = *state;
	char path[200];

	current_drill_release(p->w.dir, p->current);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", p->w.dir, names[i]);
		remove(path);
	}
	answerer_stop(&p->peer);
	collector_world_close(&p->w);
	free(p);
	return 0;
}

static struct collector_world_answer post(struct place *p, const char *target, const char *body)
{
	return collector_world_ask(&p->w,
				   &(struct collector_world_ask){.method = "POST",
								 .target = target,
								 .token = p->w.operator_token,
								 .body = body});
}

static void what_may_be_played_is_listed(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a = collector_world_get(&p->w, "/v1/drills");

	assert_int_equal(a.status, 200);
	assert_string_equal(a.body,
			    "{\"startable\":true,\"scenarios\":[{\"id\":\"portal\",\"promise\":"
			    "\"cae el portal\"}],\"current\":null,\"last\":null}");
	begin(p);
	a = collector_world_get(&p->w, "/v1/drills");
	assert_non_null(
		strstr(a.body, "\"current\":{\"id\":\"\",\"since\":")); /* it lies elsewhere */
}

static void only_a_name_of_the_folder_begins_one(void **state)
{
	static const char *const none[] = {"{\"scenario\":\"../portal\",\"to\":\"file\"}",
					   "{\"scenario\":\"otro\",\"to\":\"file\"}"};
	static const char *const malformed[] = {"{\"scenario\":\"portal\"}", "{\"to\":\"file\"}",
						"{\"scenario\":\"portal\",\"to\":\"todos\"}",
						"{\"scenario\":\"portal\",\"to\":\"file\",\"x\":1}",
						"["};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(post(p, "/v1/drills", none[i]).status, 404);
	for (size_t i = 0; i < COUNT_OF(malformed); i++)
		assert_int_equal(post(p, "/v1/drills", malformed[i]).status, 400);
	begin(p);
	assert_int_equal(post(p, "/v1/drills", "{\"scenario\":\"portal\",\"to\":\"file\"}").status,
			 409);
}

static void without_a_drill_there_is_nobody_to_ask(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a = collector_world_get(&p->w, "/v1/drills/current/status");

	collector_world_says(&a, 404, "no-drill", "No drill is being played now");
	a = post(p, "/v1/drills/stop", "{}");
	assert_int_equal(a.status, 404);
	a = post(p, "/v1/drills/current/incidents/3/ack", "{\"as\":\"ana\"}");
	assert_int_equal(a.status, 404);
	assert_int_equal(collector_world_count(&p->w, "access.changed"), 0);
}

static void what_is_asked_of_it_goes_there(void **state)
{
	struct place *p = *state;
	struct collector_world_answer a;

	begin(p);
	a = collector_world_get(&p->w, "/v1/drills/current/incidents/3");
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "{\"real\":false}");
	assert_non_null(strstr(buf_cstr(&p->peer.asked), "GET /v1/incidents/3 HTTP/1.1\r\n"));
	assert_non_null(strstr(buf_cstr(&p->peer.asked), "Authorization: Bearer of-the-drill\r\n"));
	a = post(p, "/v1/drills/current/incidents/3/ack", "{\"as\":\"ana\"}");
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(buf_cstr(&p->peer.asked), "{\"as\":\"ana\"}"));
	/* Nothing else of the drill's collector is to be had through the real one. */
	a = collector_world_get(&p->w, "/v1/drills/current/events");
	assert_int_equal(a.status, 404);
	a = post(p, "/v1/drills/current/results", "{}");
	assert_int_equal(a.status, 404);
}

static void who_ends_it_is_on_record(void **state)
{
	struct place *p = *state;

	begin(p);
	assert_int_equal(post(p, "/v1/drills/stop", "{}").status, 200);
	assert_non_null(strstr(buf_cstr(&p->peer.asked), "POST /v1/drills/stop HTTP/1.1\r\n"));
	collector_world_commit(&p->w);
	assert_int_equal(collector_world_count(&p->w, "access.changed"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_may_be_played_is_listed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_a_name_of_the_folder_begins_one, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(without_a_drill_there_is_nobody_to_ask, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_asked_of_it_goes_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_ends_it_is_on_record, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
