/* snmp_thread.h - a fake agent (fake_snmp_agent.h) on a loop of its own in a thread, for commands that turn a loop of theirs. It
 * is filled before it starts and looked at after it stopped. */
#ifndef VIGIA_TESTS_SUPPORT_SNMP_THREAD_H
#define VIGIA_TESTS_SUPPORT_SNMP_THREAD_H

#include <uv.h>

#include "base/attr.h"
#include "tests/support/fake_snmp_agent.h"

struct snmp_thread {
	uv_loop_t loop;
	uv_thread_t thread;
	uv_async_t stop;
	struct fake_agent agent;
	char host[32]; /* "127.0.0.1:PORT" */
};

/* An agent without rows, not answering yet. */
void snmp_thread_prepare(struct snmp_thread *t) NONNULL_ALL;
void snmp_thread_start(struct snmp_thread *t) NONNULL_ALL;
void snmp_thread_stop(struct snmp_thread *t) NONNULL_ALL;

#endif
