#include "tests/support/tls_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

static void handle(void *user, struct http_request *r)
{
	struct tls_pair *p = user;

	p->served++;
	http_answer(r, 200, "text/plain", NULL, SLICE_LIT("fine"));
}

static int64_t now_s(void)
{
	uv_timeval64_t t;

	uv_gettimeofday(&t);
	return t.tv_sec;
}

static void make_server(struct tls_pair *p, int64_t lasts_s)
{
	struct cert_names names = {.count = 0};
	struct err_info info;

	assert_int_equal(cert_names_add(&names, "somebody.example.org"), ERR_OK);
	cert_pair_release(&p->server);
	cert_pair_init(&p->server);
	assert_int_equal(
		cert_make_server(&p->authority, &names, now_s(), lasts_s, &p->server, &info),
		ERR_OK);
}

void tls_pair_start(struct tls_pair *p, int64_t lasts_s)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 1000,
					.connections_max = 20,
					.per_address_max = 20,
					.request_deadline_ms = 5000,
					.handle = handle,
					.user = p};
	struct cert_facts facts;
	struct err_info info;

	memset(p, 0, sizeof(*p));
	cert_pair_init(&p->authority);
	cert_pair_init(&p->server);
	assert_int_equal(cert_make_authority(now_s(), &p->authority, &info), ERR_OK);
	assert_int_equal(cert_look(&p->authority, NULL, &facts, &info), ERR_OK);
	p->identity = facts.identity;
	make_server(p, lasts_s);
	assert_int_equal(tls_server_new(&p->server, &p->tls, &info), ERR_OK);
	o.tls = p->tls;
	assert_int_equal(uv_loop_init(&p->loop), 0);
	assert_int_equal(http_server_start(&p->loop, &o, &p->http, &info), ERR_OK);
	assert_int_equal(http_client_new(&p->loop, &p->client, &info), ERR_OK);
	snprintf(p->url, sizeof(p->url), "https://127.0.0.1:%u/", http_server_port(p->http));
}

void tls_pair_renew(struct tls_pair *p, int64_t lasts_s)
{
	struct err_info info;

	make_server(p, lasts_s);
	assert_int_equal(tls_server_replace(p->tls, &p->server, &info), ERR_OK);
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

void tls_pair_stop(struct tls_pair *p)
{
	bool done = false;

	http_client_free(p->client);
	http_server_stop(p->http, 100, on_stopped, &done);
	http_raw_until(&p->loop, &done);
	while (uv_run(&p->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&p->loop), 0);
	tls_server_free(p->tls);
	cert_pair_release(&p->server);
	cert_pair_release(&p->authority);
}

struct waiting {
	struct tls_pair_answer answer;
	bool done;
};

static void on_reply(void *user, const struct http_reply *r)
{
	struct waiting *w = user;

	w->answer.err = r->err;
	w->answer.status = r->status;
	snprintf(w->answer.error, sizeof(w->answer.error), "%s", r->error);
	w->done = true;
}

struct tls_pair_answer tls_pair_get(struct tls_pair *p, const struct identity_set *pins, bool fresh)
{
	struct http_call call = {.method = "GET",
				 .url = p->url,
				 .pins = pins,
				 .body = SLICE_LIT(""),
				 .timeout_ms = 20000,
				 .answer_max = 1000};
	struct http_client *client = p->client;
	struct waiting w = {.done = false};
	struct err_info info;

	if (fresh)
		assert_int_equal(http_client_new(&p->loop, &client, &info), ERR_OK);
	http_client_call(client, &call, on_reply, &w);
	http_raw_until(&p->loop, &w.done);
	if (fresh)
		http_client_free(client);
	return w.answer;
}
