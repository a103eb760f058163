/* probe_once.h - one check of one type carried out for real by the prober; and a small server on the loopback that answers
 * as a test wants. Both turn the caller's loop; nothing waits longer than the check's time. */
#ifndef VIGIA_TESTS_SUPPORT_PROBE_ONCE_H
#define VIGIA_TESTS_SUPPORT_PROBE_ONCE_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/buf.h"
#include "checks/check.h"

/* `params`: "key=value" texts, NULL at the end. The value of `name` in the verdict: probe_value. */
struct verdict probe_once(uv_loop_t *loop, const char *type, const char *const *params,
			  int64_t timeout_us);
#define PROBE(loop, type, ms, ...)                                                                 \
	probe_once(loop, type, (const char *const[]){__VA_ARGS__, NULL}, (ms)*INT64_C(1000))
int64_t probe_value(const char *type, const struct verdict *v, const char *name);

struct answerer {
	uv_tcp_t listener;
	uint16_t port;
	const char *answer; /* NULL: accepts and says nothing */
	bool at_once; /* before the peer has said anything */
	bool cut; /* closes after the answer */
	unsigned connections;
	struct buf asked; /* of the last connection */
	char text[64]; /* "port=N" for the parameters */
};
void answerer_start(struct answerer *a, uv_loop_t *loop, const char *answer);
void answerer_stop(struct answerer *a); /* the loop must then be turned */

/* One turn of the loop that never sleeps long. UV_RUN_ONCE may: it waits on after a timer that was due has fired. */
void loop_turn(uv_loop_t *loop);

/* A port of the loopback on which nobody listens. */
uint16_t free_port(void);

#endif
