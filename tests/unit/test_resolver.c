/* resolver - names against a name server of the test: found, unknown, silent, and never a wait that blocks. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/resolver.h"
#include "tests/support/probe_once.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, NXDOMAIN = 3 };

struct world {
	uv_loop_t loop;
	uv_udp_t server;
	char in[2048];
	bool silent;
	unsigned asked_v4, asked_v6;
	struct resolver *resolver;
	/* the answer */
	unsigned answers;
	enum resolver_result result;
	size_t count;
	char first[RESOLVER_ADDRESS_SIZE];
};

static void on_room(uv_handle_t *h, size_t size, uv_buf_t *b)
{
	struct world *w = h->data;

	(void)size;
	*b = uv_buf_init(w->in, sizeof(w->in));
}

/* RFC 1035: "both" and "four" have an IPv4 address, "six" only IPv6, all else does not exist. */
static void on_question(uv_udp_t *h, ssize_t n, const uv_buf_t *b, const struct sockaddr *from,
			unsigned flags)
{
	struct world *w = h->data;
	unsigned char out[512];
	size_t end = 12, size;
	const char *label = b->base + 13;
	int type;
	uv_buf_t answer;
	bool has;

	(void)flags;
	if (n < 17 || from == NULL)
		return;
	while (b->base[end] != 0)
		end += (size_t)(unsigned char)b->base[end] + 1;
	end += 5;
	type = (unsigned char)b->base[end - 3];
	w->asked_v4 += type == TYPE_A;
	w->asked_v6 += type == TYPE_AAAA;
	if (w->silent)
		return;
	has = (type == TYPE_A && (memcmp(label, "four", 4) == 0)) ||
	      (type == TYPE_AAAA && memcmp(label, "six", 3) == 0);
	memcpy(out, b->base, end);
	out[2] = 0x81;
	out[3] = memcmp(label, "four", 4) == 0 || memcmp(label, "six", 3) == 0 ? 0x80
									       : 0x80 | NXDOMAIN;
	out[6] = 0;
	out[7] = has;
	memset(out + 8, 0, 4);
	size = end;
	if (has) {
		static const unsigned char head[] = {0xC0, 12, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0};

		memcpy(out + size, head, sizeof(head));
		out[size + 3] = (unsigned char)type;
		out[size + 11] = type == TYPE_A ? 4 : 16;
		size += sizeof(head);
		inet_pton(type == TYPE_A ? AF_INET : AF_INET6,
			  type == TYPE_A ? "192.0.2.7" : "2001:db8::7", out + size);
		size += type == TYPE_A ? 4 : 16;
	}
	answer = uv_buf_init((char *)out, (unsigned)size);
	uv_udp_try_send(h, &answer, 1, from);
}

static int set_up(void **state)
{
	static struct world w;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int size = sizeof(to);
	struct err_info info;
	char servers[64];

	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	uv_udp_init(&w.loop, &w.server);
	w.server.data = &w;
	assert_int_equal(uv_udp_bind(&w.server, (struct sockaddr *)&to, 0), 0);
	uv_udp_getsockname(&w.server, (struct sockaddr *)&to, &size);
	uv_udp_recv_start(&w.server, on_room, on_question);
	assert_int_equal(resolver_new(&w.loop, &w.resolver, &info), ERR_OK);
	snprintf(servers, sizeof(servers), "127.0.0.1:%u", ntohs(to.sin_port));
	assert_int_equal(resolver_use(w.resolver, servers), ERR_OK);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	resolver_free(w->resolver);
	uv_close((uv_handle_t *)&w->server, NULL);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void on_answer(void *user, enum resolver_result result,
		      const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count)
{
	struct world *w = user;

	w->answers++;
	w->result = result;
	w->count = count;
	snprintf(w->first, sizeof(w->first), "%s", count > 0 ? addresses[0] : "");
}

static enum resolver_result find(struct world *w, const char *name)
{
	w->answers = 0;
	resolver_find(w->resolver, name, on_answer, w);
	while (w->answers == 0)
		loop_turn(&w->loop);
	assert_int_equal(w->answers, 1);
	return w->result;
}

static void found(void **state)
{
	struct world *w = *state;

	assert_int_equal(find(w, "four.example.org"), RESOLVER_OK);
	assert_int_equal(w->count, 1);
	assert_string_equal(w->first, "192.0.2.7");
	assert_int_equal(w->asked_v6, 0); /* one question is enough */
	assert_int_equal(find(w, "six.example.org"), RESOLVER_OK);
	assert_string_equal(w->first, "2001:db8::7");
}

static void unknown(void **state)
{
	struct world *w = *state;

	assert_int_equal(find(w, "nobody.example.org"), RESOLVER_UNKNOWN);
	assert_int_equal(w->count, 0);
}

static void of_the_hosts_file(void **state)
{
	struct world *w = *state;

	assert_int_equal(find(w, "localhost"), RESOLVER_OK);
	assert_string_equal(w->first, "127.0.0.1");
	assert_int_equal(w->asked_v4 + w->asked_v6, 0);
}

static void a_silent_server(void **state)
{
	struct world *w = *state;

	w->silent = true;
	assert_int_equal(find(w, "four.example.org"), RESOLVER_TIMEOUT);
	assert_true(w->asked_v4 >= 2); /* a lost datagram is not yet a fault */
}

static void ended_while_asked(void **state)
{
	struct world *w = *state;

	w->silent = true;
	resolver_find(w->resolver, "four.example.org", on_answer, w);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	resolver_free(w->resolver);
	w->resolver = NULL;
	assert_int_equal(w->answers, 1);
	assert_int_equal(w->result, RESOLVER_FAILED);
}

static void wrong_servers(void **state)
{
	struct world *w = *state;

	assert_int_equal(resolver_use(w->resolver, "not-an-address:x"), ERR_SYNTAX);
	assert_int_equal(find(w, "four.example.org"), RESOLVER_OK); /* the old ones stay */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_the_hosts_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_silent_server, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ended_while_asked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrong_servers, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
