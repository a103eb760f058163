#include "tests/support/snmp_thread.h"

#include <stdio.h>

static void on_stop(uv_async_t *h)
{
	struct snmp_thread *t = h->data;

	fake_agent_stop(&t->agent);
	uv_close((uv_handle_t *)h, NULL);
}

static void turn(void *user)
{
	struct snmp_thread *t = user;

	uv_run(&t->loop, UV_RUN_DEFAULT);
}

void snmp_thread_prepare(struct snmp_thread *t)
{
	*t = (struct snmp_thread){0};
	uv_loop_init(&t->loop);
	uv_async_init(&t->loop, &t->stop, on_stop);
	t->stop.data = t;
	fake_agent_start(&t->agent, &t->loop, "127.0.0.1");
	snprintf(t->host, sizeof(t->host), "127.0.0.1:%u", t->agent.port);
}

void snmp_thread_start(struct snmp_thread *t)
{
	fake_agent_ready(&t->agent);
	uv_thread_create(&t->thread, turn, t);
}

void snmp_thread_stop(struct snmp_thread *t)
{
	uv_async_send(&t->stop);
	uv_thread_join(&t->thread);
	uv_loop_close(&t->loop);
}
