/* check.h - the contract of a check type and all that its author must read (STYLE 3.6). A check is a
 * state machine that returns what it waits for. It never arms a timer, logs, resolves a name by
 * blocking, reads a clock (time comes in), decides up or down, nor when to retry: the runner
 * (probing/runner.h) owns each probe from start to stop, the engine owns the judgement. */
#ifndef VIGIA_CHECKS_CHECK_H
#define VIGIA_CHECKS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/micro.h"
#include "base/param.h"
#include "base/schema.h"
#include "base/verdict.h"

/* A successful measurement of a good or bad target (STYLE 3.5). */
struct verdict {
	enum outcome outcome;
	int64_t values[SCHEMA_VALUES_MAX]; /* in the schema's order; MICRO_NONE = not measured */
	char detail[160]; /* for people: vigia probe and the agent's log; may be "" */
};

enum step_kind {
	STEP_WAIT_FD, /* until fd is ready for `events`, or the deadline */
	STEP_WAIT_TIME, /* until the deadline (pacing within a burst) */
	STEP_WAIT_NAME, /* until `host` is resolved; resume finds the addresses in probe->resolved */
	STEP_WAIT_CURL, /* until the transfer of the easy handle is over; result in probe->curl_result */
	STEP_WAIT_JOB, /* until work that may block is done elsewhere; result in probe->job_result */
	STEP_WAIT_ECHO, /* until the burst of echo requests is answered, or the deadline */
	STEP_WAIT_SNMP, /* until all asks have ended, each by the deadline at the latest */
	STEP_DONE /* verdict is filled */
};
enum step_event { STEP_READABLE = 1, STEP_WRITABLE = 2 };
enum { STEP_SNMP_MAX = 4 };

struct check_step {
	enum step_kind kind;
	int fd;
	unsigned events;
	struct mono_time deadline; /* never later than probe->deadline; the runner enforces that */
	const char *host;
	void *curl_easy;
	struct echo_burst *echo; /* in the probe's state */
	struct snmp_ask *snmp[STEP_SNMP_MAX]; /* in the probe's state; sent at the same moment */
	size_t snmp_count; /* 1 to STEP_SNMP_MAX */
	struct check_job
		*job; /* allocated by the check; the runner's from here on, who releases it */
};

/* Work that may block, even for ever (a disk that hangs), carried out in a thread of its own on its own copies of what it
 * needs. After JOB_DONE the check may read it until stop; after anything else it must not touch it. */
struct check_job {
	void (*work)(struct check_job *job); /* in the thread: touches nothing but the job */
	void (*release)(struct check_job *job);
};
enum job_result {
	JOB_DONE,
	JOB_LATE, /* it still works at the deadline, and goes on without us */
	JOB_STUCK, /* not begun: one of an earlier probe of the same check still works */
	JOB_REFUSED /* not begun: too many are under way, or the system gives no thread */
};

enum { RESOLVED_MAX = 4, ADDRESS_TEXT_SIZE = 46 };
struct resolved {
	enum outcome outcome; /* OUTCOME_OK, or NAME_UNKNOWN / NAME_TIMEOUT / NAME_FAILED */
	int64_t took_us;
	size_t count;
	char address[RESOLVED_MAX][ADDRESS_TEXT_SIZE];
};

/* Echo requests to one target. The check fills the first part, the runner (which owns the sockets) the second. */
enum { ECHO_COUNT_MAX = 50 };
struct echo_burst {
	char address[ADDRESS_TEXT_SIZE];
	uint32_t count, size; /* requests; bytes of payload, 24 to 1,400 */
	int64_t spacing_us;

	enum outcome outcome; /* OUTCOME_OK, or why nothing could be sent */
	uint32_t sent, received, failed; /* failed: the system refused to send */
	int64_t rtt_us[ECHO_COUNT_MAX]; /* of those sent; -1 = no answer */
};

struct trap_book;
struct probe {
	const struct check_type *type;
	const struct check_schema *schema; /* of this check: what verdict.values holds */
	const void *params; /* the type's params struct, immutable */
	void *state; /* state_size bytes, zeroed before start */
	struct mono_time started, deadline;
	struct wall_time wall_started; /* for what is compared with dates, such as certificates */
	struct verdict verdict; /* filled before STEP_DONE; values preset to MICRO_NONE */
	struct resolved resolved;
	int curl_result; /* CURLcode */
	enum job_result job_result;
	struct trap_book
		*heard; /* what came by itself for this check; NULL: this program has no receiver */
	void *memory; /* the type's memory_size bytes: kept from probe to probe, zeroed with a new list of checks */
	void *runner; /* the owner's; not for the check */
};

struct check_type {
	struct check_schema schema;
	size_t params_size, state_size;
	size_t memory_size; /* 0: a probe knows nothing of the last one */
	void (*forget)(void *memory); /* frees what it points at, before it goes: NULL if nothing */
	/* Cross-field rules after the table was filled: NULL if none. */
	enum err (*validate)(const void *params, struct err_info *info);
	/* Makes of texts among the parameters what a probe works with, in the arena that they live in: NULL if none. */
	enum err (*compile)(void *params, struct arena *arena, struct err_info *info);
	struct check_step (*start)(struct probe *p, struct mono_time now);
	/* ready: what is ready (STEP_READABLE...), 0 = the deadline passed, or a name / transfer ended */
	struct check_step (*resume)(struct probe *p, struct mono_time now, unsigned ready);
	void (*stop)(struct probe *p); /* called exactly once on every path */
};

/* The registry, generated by the Makefile from checks/check_*.c, in the order of the names. */
extern const struct check_type *const check_registry[];
extern const size_t check_registry_count;
extern const struct schema_list check_schemas;
const struct check_type *check_type_find(struct slice type);

#endif
