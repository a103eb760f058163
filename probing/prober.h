/* prober.h - runs checks on a libuv loop: each at its own stable phase (a few share a moment), never more than a ceiling at
 * once, faster while bad; owns every probe from start to stop. */
#ifndef VIGIA_PROBING_PROBER_H
#define VIGIA_PROBING_PROBER_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/judge.h"
#include "checks/check.h"

struct uv_loop_s;
struct http_client;
struct prober;

struct prober_check {
	const char *id;
	const struct check_type *type;
	const struct check_schema *schema; /* what it yields (schema_of_check); NULL: the type's */
	const void *params; /* filled by the type's table; lives in the caller's arena */
	int64_t interval_us, retry_interval_us, timeout_us;
	const struct judge *warning, *critical; /* for the pace only */
};
static inline const struct check_schema *prober_schema(const struct prober_check *c)
{
	return c->schema != NULL ? c->schema : &c->type->schema;
}
struct prober_stats {
	uint64_t started, finished, postponed; /* postponed: the ceiling was reached */
	unsigned in_flight;
	int64_t lag_us; /* how late our own timers fire, the worst of late */
};
struct prober_options {
	struct uv_loop_s *loop;
	struct http_client *http; /* borrowed; NULL = one of its own */
	unsigned in_flight_max;
	/* A probe is over. `index` is that of prober_set_checks; `at` the wall time of its start. */
	void (*result)(void *user, size_t index, struct wall_time at, const struct verdict *v);
	/* What was heard for a check that only listens; NULL: this program has no receiver. */
	struct trap_book *(*heard)(void *user, size_t index);
	void *user;
};

/* Opens what needs rights (ICMP sockets); afterwards the program may drop them. */
enum err prober_new(const struct prober_options *o, struct prober **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Replaces all checks; probes under way are stopped. The array and what it names must live until the next call. */
void prober_set_checks(struct prober *p, const struct prober_check *checks, size_t count)
	NONNULL(1);
/* Probes one check at once, besides its schedule; false: a probe of it is under way already. */
bool prober_probe_now(struct prober *p, size_t index) NONNULL_ALL;
/* Which families can be probed with echo requests. */
bool prober_can_echo(const struct prober *p, bool v6) NONNULL_ALL;
void prober_set_ceiling(struct prober *p, unsigned in_flight_max) NONNULL_ALL;
struct prober_stats prober_stats(const struct prober *p) NONNULL_ALL;
/* Stops all probes; the memory goes when the loop has turned. */
void prober_free(struct prober *p);

/* Fills a type's parameters from texts: defaults, bounds, required ones, its own validation. `get` returns the text
 * of a key or NULL. Memory in `arena`. */
enum err prober_fill_params(const struct check_type *type,
			    const char *(*get)(void *user, const char *key), void *user,
			    struct arena *arena, const void **ret, struct err_info *info)
	NONNULL(1, 2, 4, 5, 6) MUST_CHECK;

#endif
