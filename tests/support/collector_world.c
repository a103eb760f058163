#include "tests/support/collector_world.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/mem.h"
#include "collector/api.h"
#include "collector/intake.h"
#include "collector/people.h"
#include "tests/support/http_raw.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

static const char plan_text[] =
	"institution: {name: Prueba, code: UTSI/PL/01, revision: '01'}\n"
	"agents: [{id: dc}, {id: lejos}]\n"
	"components:\n"
	"  - id: web\n"
	"    name: Sitio\n"
	"    checks:\n"
	"      - {id: http, type: http, url: 'http://127.0.0.1:9/', from: [dc], interval: 5s, "
	"confirm: 2,\n"
	"         warning: 'total > 500ms', critical: 'total > 2s'}\n"
	"  - id: net\n"
	"    checks: [{id: ping, type: icmp, address: 127.0.0.1, from: [dc], interval: 5s}]\n"
	"  - id: other\n"
	"    checks: [{id: http, type: http, url: 'http://127.0.0.1:9/', from: [lejos], interval: "
	"5s}]\n"
	"services:\n"
	"  - {id: publicacion, name: Publicación, criticality: very-high, rto: 5m, needs: web, "
	"team: equipo,\n"
	"     policy: critica}\n"
	"people:\n"
	"  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: "
	"mesa@example.org}]}\n"
	"  - {id: utsi, post: Titular, contacts: [{channel: archivo, to: utsi@example.org}]}\n"
	"seats:\n"
	"  - {id: equipo, level: 3, titular: mesa, suplente: utsi}\n"
	"channels: [{id: archivo, type: file, path: %s/messages.jsonl, receipt_within: 5s}]\n"
	"policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ['seat:equipo'], "
	"ack_within: 20s}]}]\n";

static void keep_effects(void *user, const struct effect_list *effects, uint64_t head_seq)
{
	struct collector_world *w = user;

	(void)head_seq;
	w->commits++;
	if (w->c.api != NULL)
		api_wake_streams(w->c.api);
	for (size_t i = 0; i < effects->count; i++) {
		w->effects.items = mem_grow(w->effects.items, w->effects.count, &w->effects.cap,
					    sizeof(*w->effects.items));
		w->effects.items[w->effects.count++] = effects->items[i];
	}
}

static void open_core(struct collector_world *w)
{
	struct core_options o = {.folder = w->dir,
				 .schemas = &test_schemas_list,
				 .now = clock_system(),
				 .committed = keep_effects,
				 .user = w};
	struct err_info info;

	if (core_open(&o, &w->c.core, &info) != ERR_OK)
		fail_msg("the core does not open: %s", info.text);
	clock_start(&w->c.clock, core_last_recorded(w->c.core), false);
}

void collector_world_open(struct collector_world *w)
{
	struct input plan = {.kind = INPUT_PLAN}, start = {.kind = INPUT_START};
	char *text;

	*w = (struct collector_world){0};
	snprintf(w->dir, sizeof(w->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->c.config.data = w->dir;
	snprintf(w->c.identity.text, sizeof(w->c.identity.text), "%s", COLLECTOR_WORLD_IDENTITY);
	snprintf(w->c.start_id, sizeof(w->c.start_id), "%s", "0123456789abcdef0123456789abcdef");
	open_core(w);
	assert_true(asprintf(&text, plan_text, w->dir) > 0);
	plan.u.plan.plan = test_plan_from_text(text);
	free(text);
	collector_world_input(w, &plan);
	start.u.start.id = w->c.start_id;
	start.u.start.version = "0";
	collector_world_input(w, &start);
	collector_world_commit(w);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void stop_serving(struct collector_world *w);

void collector_world_close(struct collector_world *w)
{
	if (w->http != NULL)
		stop_serving(w);
	core_close(w->c.core);
	free(w->effects.items);
	nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void collector_world_restart(struct collector_world *w)
{
	core_close(w->c.core);
	w->effects.count = 0;
	open_core(w);
}

void collector_world_input(struct collector_world *w, struct input *in)
{
	struct err_info info = {0};

	in->now = clock_now(&w->c.clock);
	if (core_input(w->c.core, in, NULL, &info) != ERR_OK)
		fail_msg("an input is refused: %s", info.text);
}

void collector_world_sample(struct collector_world *w, enum health health)
{
	const struct plan *p = view_plan(core_engine(w->c.core));
	struct input in = {.kind = INPUT_SAMPLE};
	struct sample *s = &in.u.sample;

	*s = (struct sample){
		.vantage = p->checks[plan_find_check(p, SLICE_LIT("web:http"))].vantage_first,
		.t = clock_now(&w->c.clock),
		.arrived = clock_now(&w->c.clock),
		.outcome = health == HEALTH_OK ? OUTCOME_OK : OUTCOME_VALUE_THRESHOLD,
		.health = health};
	if (engine_observe(core_engine(w->c.core), s))
		collector_world_input(w, &in);
}

void collector_world_fail(struct collector_world *w)
{
	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_commit(w);
	assert_int_equal(view_incident_count(core_engine(w->c.core)), 1);
	assert_int_equal(w->effects.count, 1);
}

void collector_world_commit(struct collector_world *w)
{
	struct err_info info;

	if (core_commit(w->c.core, clock_now(&w->c.clock), &info) != ERR_OK)
		fail_msg("the commit fails: %s", info.text);
}

void collector_world_append(struct collector_world *w, const char *kind, struct slice body)
{
	struct wall_time now = clock_now(&w->c.clock);
	struct err_info info;
	uint64_t seq;

	assert_int_equal(
		journal_append(core_journal(w->c.core), now, now, kind, 1, body, &seq, &info),
		ERR_OK);
}

uint64_t collector_world_head(struct collector_world *w)
{
	return journal_head(core_journal(w->c.core)).seq;
}

struct tally {
	const char *kind;
	unsigned count;
};

static bool count_one(void *user, const struct journal_entry *e)
{
	struct tally *t = user;

	t->count += slice_is(e->kind, t->kind);
	return true;
}

unsigned collector_world_count(struct collector_world *w, const char *kind)
{
	struct tally t = {kind, 0};
	struct err_info info;

	assert_int_equal(journal_read(core_journal(w->c.core), 0, count_one, &t, &info), ERR_OK);
	return t.count;
}

const char *collector_world_path(const struct collector_world *w, const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", w->dir, name);
	return path;
}

struct last {
	const char *kind;
	char *text;
	size_t size;
};

static bool keep_last(void *user, const struct journal_entry *e)
{
	struct last *l = user;

	if (slice_is(e->kind, l->kind))
		snprintf(l->text, l->size, "%.*s", (int)e->body.n, e->body.p);
	return true;
}

const char *collector_world_last(struct collector_world *w, const char *kind)
{
	static char text[4096];
	struct last l = {kind, text, sizeof(text)};
	struct err_info info;

	text[0] = '\0';
	assert_int_equal(journal_read(core_journal(w->c.core), 0, keep_last, &l, &info), ERR_OK);
	return text;
}

/* --- with HTTP -------------------------------------------------------------------------------- */

struct collector_world_http {
	uv_loop_t loop;
	uv_check_t after_poll;
	bool turn_due, stopped;
	char operator_token[TOKEN_TEXT_SIZE], agent_token[TOKEN_TEXT_SIZE];
	struct buf answer;
};

/* Not run.c's: that belongs to a whole program. */
void __wrap_collector_end_turn_soon(struct collector *c);
void __wrap_collector_end_turn_soon(struct collector *c)
{
	struct collector_world *w = CONTAINER_OF(c, struct collector_world, c);

	if (w->http != NULL)
		w->http->turn_due = true;
	else
		collector_world_commit(w); /* no loop of its own: the turn ends here */
}

static void end_turn(uv_check_t *h)
{
	struct collector_world *w = h->data;
	struct err_info info;

	if (!w->http->turn_due)
		return;
	w->http->turn_due = false;
	api_finish(w->c.api, core_commit(w->c.core, clock_now(&w->c.clock), &info) == ERR_OK);
}

static void read_operator_token(struct collector_world *w)
{
	FILE *f = fopen(collector_world_path(w, "operator.token"), "re");

	assert_non_null(f);
	assert_non_null(fgets(w->http->operator_token, TOKEN_TEXT_SIZE, f));
	fclose(f);
	w->http->operator_token[strcspn(w->http->operator_token, "\n")] = '\0';
}

void collector_world_serve(struct collector_world *w)
{
	struct collector_world_http *h = mem_calloc(1, sizeof(*h));
	struct err_info info;

	w->http = h;
	buf_init(&h->answer, 64 << 20);
	uv_loop_init(&h->loop);
	uv_check_init(&h->loop, &h->after_poll);
	h->after_poll.data = w;
	uv_check_start(&h->after_poll, end_turn);
	w->c.loop = &h->loop;
	snprintf(w->c.config.host, sizeof(w->c.config.host), "127.0.0.1");
	w->c.config.port = 0;
	assert_int_equal(tokens_open(w->dir, &w->c.tokens, &info), ERR_OK);
	assert_int_equal(tokens_enrol(w->c.tokens, "dc", false, clock_now(&w->c.clock),
				      h->agent_token, &info),
			 ERR_OK);
	read_operator_token(w);
	w->operator_token = h->operator_token;
	w->agent_token = h->agent_token;
	w->c.intake = intake_new(&w->c);
	assert_int_equal(people_open(&w->c, &w->c.people, &info), ERR_OK);
	assert_int_equal(api_start(&w->c, &w->c.api, &info), ERR_OK);
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

static void stop_serving(struct collector_world *w)
{
	struct collector_world_http *h = w->http;

	api_finish(w->c.api, true);
	http_server_stop(w->c.http, 0, on_stopped, &h->stopped);
	http_raw_until(&h->loop, &h->stopped);
	people_close(w->c.people);
	w->c.people = NULL;
	api_free(w->c.api);
	intake_free(w->c.intake);
	tokens_close(w->c.tokens);
	uv_close((uv_handle_t *)&h->after_poll, NULL);
	uv_run(&h->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&h->loop), 0);
	buf_release(&h->answer);
	free(h);
	w->http = NULL;
	w->c.api = NULL;
}

struct collector_world_answer collector_world_ask(struct collector_world *w,
						  const struct collector_world_ask *ask)
{
	struct collector_world_answer answer;
	struct http_raw peer;
	struct buf text;
	char *end;

	buf_init(&text, 64 << 20);
	buf_printf(&text, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", ask->method,
		   ask->target);
	if (ask->token != NULL)
		buf_printf(&text, "Authorization: Bearer %s\r\n", ask->token);
	buf_puts(&text, ask->headers != NULL ? ask->headers : "");
	if (ask->body != NULL)
		buf_printf(&text, "Content-Length: %zu\r\n", strlen(ask->body));
	buf_printf(&text, "\r\n%s", ask->body != NULL ? ask->body : "");
	http_raw_open(&peer, &w->http->loop, collector_world_port(w));
	buf_init(&peer.in, 64 << 20); /* the largest answers of the API */
	http_raw_send(&peer, text.data, text.len);
	http_raw_await_close(&peer);
	answer.status = http_raw_status(&peer);
	buf_reset(&w->http->answer);
	buf_put(&w->http->answer, buf_cstr(&peer.in), peer.in.len);
	http_raw_close(&peer);
	buf_release(&text);
	end = strstr(w->http->answer.data, "\r\n\r\n");
	assert_non_null(end);
	end[2] = '\0';
	answer.head = w->http->answer.data;
	answer.body = end + 4;
	return answer;
}

struct collector_world_answer collector_world_get(struct collector_world *w, const char *target)
{
	return collector_world_ask(w, &(struct collector_world_ask){.method = "GET",
								    .target = target,
								    .token = w->operator_token});
}

void collector_world_says(const struct collector_world_answer *a, int status, const char *word,
			  const char *text)
{
	static const char rule[] = ",\"why\":\""; /* of an act that a rule refused */
	char want[512];
	size_t n = (size_t)snprintf(want, sizeof(want), "{\"error\":\"%s\",\"text\":\"%s\"", word,
				    text);

	if (strncmp(a->body, want, n) != 0 ||
	    (strcmp(a->body + n, "}") != 0 && strncmp(a->body + n, rule, strlen(rule)) != 0))
		fail_msg("%s} was wanted, not %s", want, a->body);
	assert_int_equal(a->status, status);
}

struct uv_loop_s *collector_world_loop(struct collector_world *w)
{
	return &w->http->loop;
}

uint16_t collector_world_port(const struct collector_world *w)
{
	return http_server_port(w->c.http);
}

/* --- people ------------------------------------------------------------------------------------------- */

/* Cheap ones: what a test waits for is not their strength. */
static void write_scrypt(char dst[SCRYPT_TEXT_SIZE], const char *secret)
{
	struct err_info info;

	assert_int_equal(
		scrypt_write(dst, slice_of(secret), (struct scrypt_params){10, 8, 1}, &info),
		ERR_OK);
}

void collector_world_person(struct collector_world *w, const char *login, unsigned role,
			    const char *person, char ret_token[COLLECTOR_WORLD_TOKEN_SIZE])
{
	struct wall_time now = clock_now(&w->c.clock);
	struct account a = {.role = (enum role)role,
			    .state = ACCOUNT_ACTIVE,
			    .created = now,
			    .by = "prueba",
			    .has_totp = role_row((enum role)role)->code == ROLE_CODE_NEEDED};
	struct err_info info;

	_Static_assert((size_t)COLLECTOR_WORLD_TOKEN_SIZE >= SESSION_TOKEN_SIZE, "it fits");
	snprintf(a.login, sizeof(a.login), "%s", login);
	snprintf(a.person, sizeof(a.person), "%s", person);
	write_scrypt(a.password, COLLECTOR_WORLD_PASSWORD);
	write_scrypt(a.pin, COLLECTOR_WORLD_PIN);
	assert_int_equal(
		roster_put(w->c.people->roster, &a, ROSTER_SESSIONS_END, NULL, now, NULL, &info),
		ERR_OK);
	assert_int_equal(roster_begin_session(w->c.people->roster, login, "192.0.2.1", now,
					      "logged-in prueba none", ret_token, &info),
			 ERR_OK);
	people_settle_first(w->c.people);
}

const struct account *collector_world_account(struct collector_world *w, const char *login)
{
	return roster_find(w->c.people->roster, login);
}
