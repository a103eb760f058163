/* uplink.h - results to the collector (DESIGN 3): kept on disk first, sent in batches within a second, at once if not ok or
 * different from the last; after an absence the newest of each check first, marked live, then the backlog in order. An
 * answer of another collector than ours deletes nothing. */
#ifndef VIGIA_AGENT_UPLINK_H
#define VIGIA_AGENT_UPLINK_H

#include "agent/agent_config.h"
#include "agent/generation.h"
#include "agent/spool.h"
#include "base/attr.h"
#include "base/http_client.h"
#include "wire/result.h"

struct uv_loop_s;
struct uplink;

/* With nothing to send the agent speaks so often; the plan's finding silent-after-short counts on it. */
enum { UPLINK_IDLE_MS = 5000 };

struct uplink_options {
	struct uv_loop_s *loop;
	const struct agent_config *config; /* collectors may change with uplink_reload */
	struct http_client *http; /* for nobody but the collector: it keeps connections alive */
	struct spool *spool;
	const char *key, *boot;
	/* How late the agent's loop runs, in microseconds: told with each batch. */
	int64_t (*lag)(void *user);
	/* What the receiver of traps counts; 0 without one. NULL: there is none. */
	size_t (*traps)(void *user, struct wire_trap_count ret[WIRE_TRAPS_MAX]);
	/* The collector's plan has another hash than the generation in use. */
	void (*plan_changed)(void *user);
	/* It refuses the key (401). True: there is another one now (uplink_set_key). */
	bool (*key_refused)(void *user);
	void *user;
};

/* Borrows all of the options. */
enum err uplink_new(const struct uplink_options *o, struct uplink **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Nothing is sent any more; the memory goes when the loop has turned. */
void uplink_free(struct uplink *u);
/* Sends what an earlier start left, and asks for the collector's plan. */
void uplink_begin(struct uplink *u) NONNULL_ALL;
/* Results are those of this generation from now on; it must outlive its use. */
void uplink_set_checks(struct uplink *u, const struct generation *g) NONNULL_ALL;
/* `note`: what the check heard by itself, NULL if nothing; it is never left out of the spool for saying nothing new. */
void uplink_result(struct uplink *u, size_t index, struct wall_time at, const struct verdict *v,
		   const struct wire_note *note) NONNULL(1, 4);
/* No probe is under way any more: a good moment to send what waits. */
void uplink_idle(struct uplink *u) NONNULL_ALL;
/* The address in use. */
const char *uplink_url(const struct uplink *u) NONNULL_ALL;
/* Fills address, key and pins of a request to the collector; false if it cannot be asked now. */
bool uplink_address(struct uplink *u, const char *path, char *url, size_t size,
		    struct http_call *call) NONNULL_ALL;
void uplink_set_key(struct uplink *u, const char *key) NONNULL_ALL;
/* Another configuration, key and client; what was under way with the old client ends unheard, and goes again. */
void uplink_reload(struct uplink *u, const struct agent_config *config, const char *key,
		   struct http_client *http) NONNULL_ALL;

#endif
