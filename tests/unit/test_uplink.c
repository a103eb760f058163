/* uplink - what is not ok leaves at once, the rest within a second and in one batch; after an absence the newest goes first,
 * marked live; nothing is forgotten before the collector says that it is safe. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "agent/uplink.h"
#include "base/http_server.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"
#include "wire/result.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
enum { BATCHES = 32 };
static const char checks[] =
	"{\"plan\":\"p1\",\"agent\":\"dc\",\"checks\":["
	"{\"id\":\"a:t\",\"type\":\"tcp\",\"interval\":10,\"retry_interval\":1,\"timeout\":1,"
	"\"critical\":\"connect > 1s\",\"params\":{\"address\":\"127.0.0.1\",\"port\":\"1\"}},"
	"{\"id\":\"b:t\",\"type\":\"tcp\",\"interval\":10,\"retry_interval\":1,\"timeout\":1,"
	"\"params\":{\"address\":\"127.0.0.1\",\"port\":\"1\"}}]}";

/* A collector that takes everything and says what the test wants. */
struct world {
	uv_loop_t loop;
	struct http_server *server;
	struct http_client *http;
	struct spool *spool;
	struct uplink *uplink;
	struct generation generation;
	struct agent_config config;
	struct secrets *secrets;
	char folder[32], url[64];
	struct http_request *held;
	bool hold;
	unsigned status, batches, plan_changes, refusals;
	uint64_t received, cursor;
	const char *start, *plan, *identity;
	struct {
		char text[4096], bearer[64];
		uint64_t at_ms;
	} batch[BATCHES];
};

static void answer(struct world *w, struct http_request *r)
{
	struct wire_answer a = {.received = w->received, .cursor = w->cursor};
	struct buf out;

	snprintf(a.identity.text, sizeof(a.identity.text), "%s", w->identity);
	snprintf(a.start, sizeof(a.start), "%s", w->start);
	snprintf(a.plan, sizeof(a.plan), "%s", w->plan);
	buf_init(&out, 4096);
	answer_write(&out, &a, NULL, 0);
	http_answer(r, w->status, "application/json", NULL, buf_slice(&out));
	buf_release(&out);
}

static void handle(void *user, struct http_request *r)
{
	struct world *w = user;
	struct slice body = http_body(r);

	assert_string_equal(http_path(r), "/v1/results");
	assert_true(w->batches < BATCHES);
	snprintf(w->batch[w->batches].text, sizeof(w->batch[0].text), "%.*s", (int)body.n, body.p);
	snprintf(w->batch[w->batches].bearer, sizeof(w->batch[0].bearer), "%s",
		 http_header(r, "Authorization"));
	w->batch[w->batches++].at_ms = uv_hrtime() / 1000000;
	if (w->hold && w->held == NULL)
		w->held = r;
	else
		answer(w, r);
}

static int64_t lag_of(void *user)
{
	(void)user;
	return 1500;
}

static void on_plan_changed(void *user)
{
	((struct world *)user)->plan_changes++;
}

static bool on_key_refused(void *user)
{
	struct world *w = user;

	w->refusals++;
	return false;
}

static void open_uplink(struct world *w, const char *boot)
{
	struct uplink_options o = {.loop = &w->loop,
				   .config = &w->config,
				   .http = w->http,
				   .key = "k3y",
				   .boot = boot,
				   .lag = lag_of,
				   .plan_changed = on_plan_changed,
				   .key_refused = on_key_refused,
				   .user = w};
	struct err_info info;
	char path[64];

	snprintf(path, sizeof(path), "%s/spool", w->folder);
	assert_int_equal(spool_open(path, 1 << 20, boot, &w->spool, &info), ERR_OK);
	o.spool = w->spool;
	assert_int_equal(uplink_new(&o, &w->uplink, &info), ERR_OK);
	uplink_set_checks(w->uplink, &w->generation);
}

static int set_up(void **state)
{
	static struct world w;
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 1 << 20,
					.connections_max = 16,
					.per_address_max = 16,
					.request_deadline_ms = 5000,
					.handle = handle,
					.user = &w};
	struct err_info info;
	struct findings f;

	memset(&w, 0, sizeof(w));
	w.status = 200;
	w.start = "s1";
	w.identity = "sha256:" A64;
	w.plan = "p1";
	uv_loop_init(&w.loop);
	assert_int_equal(http_server_start(&w.loop, &o, &w.server, &info), ERR_OK);
	assert_int_equal(http_client_new(&w.loop, &w.http, &info), ERR_OK);
	snprintf(w.url, sizeof(w.url), "http://127.0.0.1:%u", http_server_port(w.server));
	w.config = (struct agent_config){.agent = "dc",
					 .data = w.folder,
					 .key_file = "dc.key",
					 .collectors = {w.url},
					 .collector_count = 1};
	snprintf(w.folder, sizeof(w.folder), "/tmp/vigia-uplink-XXXXXX");
	assert_non_null(mkdtemp(w.folder));
	findings_init(&f);
	w.secrets = secrets_open(NULL, &f); /* none */
	findings_release(&f);
	assert_int_equal(generation_build(slice_of(checks), w.secrets, &w.generation, &info),
			 ERR_OK);
	assert_int_equal(w.generation.count, 2);
	open_uplink(&w, "b1");
	*state = &w;
	return 0;
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

static void remove_spool(const struct world *w)
{
	char path[64], file[400];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s/spool", w->folder);
	d = opendir(path);
	while ((e = readdir(d)) != NULL) {
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		unlink(file);
	}
	closedir(d);
	rmdir(path);
	snprintf(file, sizeof(file), "%s/collector.identity", w->folder);
	unlink(file);
	assert_int_equal(rmdir(w->folder), 0);
}

static int tear_down(void **state)
{
	struct world *w = *state;
	bool done = false;

	if (w->held != NULL)
		answer(w, w->held);
	http_client_free(w->http);
	uplink_free(w->uplink);
	spool_close(w->spool);
	generation_release(&w->generation);
	secrets_free(w->secrets);
	http_server_stop(w->server, 0, on_stopped, &done);
	http_raw_until(&w->loop, &done);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	remove_spool(w);
	return uv_loop_close(&w->loop);
}

static void noted(struct world *w, size_t index, enum outcome outcome, int64_t value,
		  const struct wire_note *note)
{
	struct verdict v = {.outcome = outcome};

	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		v.values[i] = MICRO_NONE;
	v.values[0] = value;
	uplink_result(w->uplink, index, (struct wall_time){1780000000000000}, &v, note);
}

static void result(struct world *w, size_t index, enum outcome outcome, int64_t value)
{
	noted(w, index, outcome, value, NULL);
}

/* Until the n-th batch is there; it is the last then. */
static const char *await(struct world *w, unsigned n)
{
	uint64_t end = uv_hrtime() / 1000000 + 10000;

	while (w->batches < n && uv_hrtime() / 1000000 < end)
		loop_turn(&w->loop);
	assert_int_equal(w->batches, n);
	return w->batch[n - 1].text;
}

/* Until an answer has been read: the number of results that are kept falls. */
static void await_kept(struct world *w, uint64_t kept)
{
	for (int i = 0; i < 1000 && spool_count(w->spool) != kept; i++)
		loop_turn(&w->loop);
	assert_int_equal(spool_count(w->spool), kept);
}

/* The first results of a start are new to the collector, so they leave at once; that is over then. */
static void begin(struct world *w)
{
	uplink_begin(w->uplink);
	result(w, 0, OUTCOME_OK, 1000);
	result(w, 1, OUTCOME_OK, 1000);
	w->received = w->cursor = 2;
	assert_non_null(strstr(await(w, 1), "\"seq\":2"));
	await_kept(w, 0);
}

static bool has(const char *text, const char *what)
{
	return strstr(text, what) != NULL;
}

static void who_and_how(void **state)
{
	struct world *w = *state;
	const char *text;

	begin(w);
	text = w->batch[0].text;
	assert_true(has(text, "{\"agent\":\"dc\",\"boot\":\"b1\",\"now\":1"));
	assert_true(has(text, "\"check\":\"a:t\""));
	assert_true(has(text, "\"lag\":0.0015"));
	assert_false(has(text, "live"));
	assert_string_equal(w->batch[0].bearer, "Bearer k3y");
	assert_int_equal(w->plan_changes, 0);
}

static void what_is_not_ok_leaves_at_once(void **state)
{
	struct world *w = *state;
	uint64_t before;

	begin(w);
	result(w, 1, OUTCOME_OK, 1000); /* says nothing new: it may wait for others */
	for (int i = 0; i < 20; i++)
		uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(w->batches, 1);
	before = uv_hrtime() / 1000000;
	result(w, 0, OUTCOME_CONNECT_REFUSED, MICRO_NONE);
	assert_true(has(await(w, 2), "connect-refused"));
	assert_true(w->batch[1].at_ms - before < 800); /* a second is what others may take */
	assert_true(has(w->batch[1].text, "\"seq\":3"));
	assert_true(has(w->batch[1].text, "\"seq\":4"));
}

/* What a check heard leaves at once with a result that says nothing new otherwise, and is kept on disk like it. */
static void what_was_heard_leaves_at_once(void **state)
{
	const struct wire_note note = {.at = {1780000000000000},
				       .what = "raised",
				       .severity = "major",
				       .name = "linkDown",
				       .text = "puerto 7",
				       .source = "192.0.2.1",
				       .count = 1};
	struct world *w = *state;
	uint64_t before;

	begin(w);
	before = uv_hrtime() / 1000000;
	noted(w, 1, OUTCOME_OK, 1000, &note);
	assert_true(has(await(w, 2), "\"note\":{\"at\":1780000000,\"what\":\"raised\""));
	assert_true(w->batch[1].at_ms - before < 800);
	assert_int_equal(spool_count(w->spool), 1);
}

/* A threshold that is crossed is as urgent as an outcome, and so is the way back. */
static void a_crossed_threshold_leaves_at_once(void **state)
{
	struct world *w = *state;
	uint64_t before;

	begin(w);
	before = uv_hrtime() / 1000000;
	result(w, 0, OUTCOME_OK, 2 * MICRO);
	await(w, 2);
	result(w, 0, OUTCOME_OK, 1000);
	await(w, 3);
	assert_true(w->batch[2].at_ms - before < 1600);
}

static void others_go_together_within_a_second(void **state)
{
	struct world *w = *state;
	uint64_t before;

	begin(w);
	before = uv_hrtime() / 1000000;
	result(w, 0, OUTCOME_OK, 1100);
	result(w, 1, OUTCOME_OK, 1100);
	await(w, 2);
	assert_true(has(w->batch[1].text, "\"seq\":3") && has(w->batch[1].text, "\"seq\":4"));
	assert_true(w->batch[1].at_ms - before <= 2000);
}

/* While a batch is under way, what is not ok goes beside it, marked live: it will come once more in its turn. */
static void urgent_beside_a_slow_batch(void **state)
{
	struct world *w = *state;

	begin(w);
	w->hold = true;
	result(w, 0, OUTCOME_CONNECT_REFUSED, MICRO_NONE);
	await(w, 2);
	result(w, 1, OUTCOME_CONNECT_TIMEOUT, MICRO_NONE);
	assert_true(has(await(w, 3), "connect-timeout"));
	assert_true(has(w->batch[2].text, "\"live\":true"));
	assert_false(has(w->batch[2].text, "connect-refused"));
	w->hold = false;
	w->received = w->cursor = 3;
	answer(w, w->held);
	w->held = NULL;
	assert_true(has(await(w, 4), "connect-timeout"));
	assert_false(has(w->batch[3].text, "live"));
}

/* Answers what was held, and goes on holding what comes next. */
static void answer_held(struct world *w)
{
	struct http_request *r = w->held;

	w->held = NULL;
	answer(w, r);
}

/* A batch of a backlog under way: the newest of each check goes beside it once it is slow, each once. */
static void fresh_beside_a_slow_backlog(void **state)
{
	struct world *w = *state;
	uint64_t slow;

	begin(w);
	w->hold = true;
	result(w, 0, OUTCOME_CONNECT_REFUSED, MICRO_NONE);
	await(w, 2);
	for (int i = 0; i < 1500; i++)
		result(w, 1, OUTCOME_OK, 1000);
	answer_held(w);
	assert_true(has(await(w, 3), "\"live\":true")); /* ahead of the backlog */
	slow = uv_hrtime() / 1000000 + 1000;
	while (uv_hrtime() / 1000000 < slow)
		loop_turn(&w->loop);
	result(w, 1, OUTCOME_OK, 2000);
	assert_true(has(await(w, 4), "0.002"));
	assert_true(has(w->batch[3].text, "\"live\":true"));
	assert_false(has(w->batch[3].text, "a:t")); /* told already */
	w->hold = false;
	w->received = w->cursor = 1503;
	answer_held(w);
	assert_true(has(await(w, 5), "\"seq\":1504"));
	assert_false(has(w->batch[4].text, "live"));
}

/* What an earlier start left becomes safe later: it is asked for though this start has something to send all the time. */
static void an_earlier_start_is_asked_for(void **state)
{
	struct world *w = *state;
	uint64_t end = uv_hrtime() / 1000000 + 15000;
	unsigned seen = 0;

	result(w, 0, OUTCOME_OK, 1000);
	uplink_free(w->uplink);
	spool_close(w->spool);
	open_uplink(w, "b2");
	uplink_begin(w->uplink);
	w->received = 1; /* taken, not safe yet */
	await(w, 1);
	while (strcmp(spool_oldest_boot(w->spool), "b1") == 0 && uv_hrtime() / 1000000 < end) {
		loop_turn(&w->loop);
		if (w->batches == seen)
			continue;
		seen = w->batches;
		w->cursor = seen > 2 ? 1 : 0; /* by now it is safe */
		result(w, 1, OUTCOME_OK, 1000); /* there is always something */
		w->batches = seen = w->batches > 20 ? 3 : w->batches;
	}
	assert_string_equal(spool_oldest_boot(w->spool), "b2");
}

static void kept_until_it_is_safe(void **state)
{
	struct world *w = *state;

	begin(w);
	w->received = 3; /* taken, and not yet in a synced file */
	result(w, 0, OUTCOME_CONNECT_REFUSED, MICRO_NONE);
	await(w, 2);
	for (int i = 0; i < 50; i++)
		uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(spool_count(w->spool), 1);
	w->cursor = 3;
	assert_true(has(await(w, 3), "\"results\":[]")); /* it asks for the cursor */
	await_kept(w, 0);
}

/* Another start of the collector remembers nothing but what is safe. */
static void another_start_gets_all_again(void **state)
{
	struct world *w = *state;

	begin(w);
	w->received = 3;
	result(w, 0, OUTCOME_CONNECT_REFUSED, MICRO_NONE);
	await(w, 2);
	w->start = "s2";
	w->received = 2;
	assert_true(has(await(w, 3), "\"results\":[]")); /* it asks, and hears of the new start */
	w->received = w->cursor = 3;
	assert_true(has(await(w, 4), "\"seq\":3"));
	await_kept(w, 0);
}

static void refused_and_back(void **state)
{
	struct world *w = *state;

	begin(w);
	w->status = 503;
	result(w, 0, OUTCOME_CONNECT_REFUSED, MICRO_NONE);
	await(w, 2);
	w->status = 200;
	w->received = w->cursor = 3;
	assert_true(has(await(w, 3), "connect-refused")); /* soon again, unasked */
	await_kept(w, 0);
}

/* What an earlier start left goes under that start's id; the newest of this one goes ahead of it, live. */
static void the_newest_before_a_backlog(void **state)
{
	struct world *w = *state;
	const char *text;

	result(w, 0, OUTCOME_CONNECT_REFUSED, MICRO_NONE);
	result(w, 1, OUTCOME_OK, 1000);
	uplink_free(w->uplink);
	spool_close(w->spool);
	open_uplink(w, "b2");
	uplink_begin(w->uplink);
	result(w, 0, OUTCOME_CONNECT_TIMEOUT, MICRO_NONE);
	w->received = w->cursor = 2;
	text = await(w, 1);
	assert_true(has(text, "\"boot\":\"b1\""));
	assert_true(has(text, "connect-timeout") && has(text, "\"live\":true"));
	assert_true(strstr(text, "connect-timeout") < strstr(text, "connect-refused"));
	w->received = w->cursor = 1;
	assert_true(has(await(w, 2), "\"boot\":\"b2\""));
	assert_false(has(w->batch[1].text, "live"));
	await_kept(w, 0);
}

static void another_plan_is_asked_for(void **state)
{
	struct world *w = *state;

	w->plan = "p2";
	begin(w);
	assert_int_equal(w->plan_changes, 1);
}

static void another_address(void **state)
{
	struct world *w = *state;
	char nobody[64];
	struct agent_config two = w->config;

	snprintf(nobody, sizeof(nobody), "http://127.0.0.1:%u", free_port());
	two.collectors[0] = nobody;
	two.collectors[1] = w->url;
	two.collector_count = 2;
	uplink_reload(w->uplink, &two, "0ther", w->http);
	result(w, 0, OUTCOME_OK, 1000);
	w->received = w->cursor = 1;
	await(w, 1); /* the first address answers nothing, the second does */
	assert_string_equal(uplink_url(w->uplink), w->url);
	assert_string_equal(w->batch[0].bearer, "Bearer 0ther");
	await_kept(w, 0);
}

/* It took results in, but its cursor is not ours to believe. */
static void the_cursor_of_another_identity_deletes_nothing(void **state)
{
	struct world *w = *state;

	result(w, 0, OUTCOME_OK, 1000);
	w->received = w->cursor = 1;
	await(w, 1);
	await_kept(w, 0);
	w->identity = "sha256:" B64;
	w->start = "s2";
	result(w, 0, OUTCOME_OK, 1000);
	w->received = w->cursor = 2;
	await(w, w->batches + 3); /* it is asked again and again */
	assert_int_equal(spool_count(w->spool), 1);
	/* A pin says who it is, whomever the spool met. */
	w->config.pins.count = 1;
	snprintf(w->config.pins.items[0].text, IDENTITY_SIZE, "%s", w->identity);
	await_kept(w, 0);
}

static void whoever_does_not_say_who_it_is_is_not_believed(void **state)
{
	struct world *w = *state;

	w->identity = "";
	result(w, 0, OUTCOME_OK, 1000);
	w->received = w->cursor = 1;
	await(w, 3);
	assert_int_equal(spool_count(w->spool), 1);
}

static void a_refused_key_keeps_all(void **state)
{
	struct world *w = *state;

	w->status = 401;
	result(w, 0, OUTCOME_OK, 1000);
	await(w, 2);
	assert_true(w->refusals >= 1);
	assert_int_equal(spool_count(w->spool), 1);
	w->status = 200;
	w->received = w->cursor = 1;
	await_kept(w, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(who_and_how),
		T(what_is_not_ok_leaves_at_once),
		T(what_was_heard_leaves_at_once),
		T(a_crossed_threshold_leaves_at_once),
		T(others_go_together_within_a_second),
		T(urgent_beside_a_slow_batch),
		T(fresh_beside_a_slow_backlog),
		T(an_earlier_start_is_asked_for),
		T(kept_until_it_is_safe),
		T(another_start_gets_all_again),
		T(refused_and_back),
		T(the_newest_before_a_backlog),
		T(another_plan_is_asked_for),
		T(another_address),
		T(the_cursor_of_another_identity_deletes_nothing),
		T(whoever_does_not_say_who_it_is_is_not_believed),
		T(a_refused_key_keeps_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
