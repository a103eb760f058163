/* result.h - a batch of results as JSON, both directions (DESIGN 3 and 8; docs/API.md). Encoder for
 * the agent, strict bounded decoder for the collector (no allocation per result; base/json_pull.h).
 *
 * {"agent":"catd-01","boot":"b1","now":1760000000.5,
 *  "results":[{"seq":1,"check":"dc/fw-a:ping","t":1760000000.123,"outcome":"ok","live":true,
 *              "values":{"rtt":0.0012,"loss":0},
 *              "note":{"at":1760000000.1,"what":"raised","severity":"major","name":"linkDown","text":"...","source":"192.0.2.1","count":1}}],
 *  "gaps":[{"from":10,"to":20,"reason":"spool-full"}],
 *  "agent_state":{"lag":0.002,"spooled":17,"spool":{"oldest":1759999990.1,"bytes":4096},"version":"0.1.0"}} */
#ifndef VIGIA_WIRE_RESULT_H
#define VIGIA_WIRE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/identity.h"
#include "base/instant.h"
#include "base/schema.h"
#include "base/slice.h"
#include "base/verdict.h"

enum {
	RESULT_BATCH_MAX = 20000, /* results in one POST; more is refused */
	RESULT_GAPS_MAX = 1000,
	RESULT_ID_MAX = 160, /* a check id */
	RESULT_BOOT_MAX = 32,
	WIRE_TRAPS_MAX = 16, /* kinds that an agent counts */
	WIRE_TRAP_WORD_MAX = 15,
	NOTE_WORD_SIZE = 12,
	NOTE_NAME_SIZE = 64,
	NOTE_TEXT_SIZE = 401,
	NOTE_SOURCE_SIZE = 46
};

/* What a check heard, for the timeline (docs/SNMP.md "Traps"). Texts are clean: one line, no control characters. */
struct wire_note {
	struct wall_time at; /* when it was heard; of "more", since when */
	char what[NOTE_WORD_SIZE]; /* heard | raised | cleared | lapsed | more */
	char severity[NOTE_WORD_SIZE]; /* info | warning | minor | major | critical */
	char name[NOTE_NAME_SIZE], text[NOTE_TEXT_SIZE], source[NOTE_SOURCE_SIZE];
	int64_t count; /* how often; of "more", how many were not told. 1 .. 10^9 */
};

/* A value by name, as it stands on the wire. */
struct wire_value {
	struct slice name;
	int64_t micro;
};
struct wire_result {
	uint64_t seq; /* >= 1 */
	struct slice check;
	struct wall_time t;
	enum outcome outcome;
	bool live; /* a copy sent ahead of the backlog: judged, not drawn, not counted */
	uint8_t value_count;
	struct wire_value values[SCHEMA_VALUES_MAX];
	bool has_note;
	struct wire_note note; /* valid with has_note */
};
struct wire_gap {
	uint64_t from, to;
	struct slice reason;
};
struct wire_batch {
	struct slice agent, boot;
	struct wall_time now;
	int64_t lag_micro; /* the agent's loop lag, MICRO_NONE if not told */
	int64_t spooled; /* results waiting, -1 if not told */
	struct wall_time
		spool_oldest; /* when the oldest of them was measured; unknown: none waits, or not told */
	int64_t spool_bytes; /* on the agent's disk, -1 if not told */
	struct slice version;
	/* What its receiver of traps has taken and dropped since its start. */
	struct wire_value traps[WIRE_TRAPS_MAX];
	uint8_t trap_count;
};

/* The decoder calls these while it reads; slices borrow the text. Results come in the order of the
 * text. `batch` is complete before the first result or gap: "agent", "boot", "now" must stand before
 * "results" (our agent and the documentation do so; otherwise ERR_SYNTAX says it). A false return
 * stops the decoding with ERR_FULL. */
struct result_sink {
	void *user;
	bool (*begin)(void *user, const struct wire_batch *batch);
	bool (*result)(void *user, const struct wire_result *r);
	bool (*gap)(void *user, const struct wire_gap *g);
	/* agent_state may stand anywhere; called at the end */
	void (*state)(void *user, const struct wire_batch *batch);
};

/* Strict: unknown keys at the top level and in a result are skipped, wrong types, duplicates of
 * seq within a result, seq 0, unknown outcome words, too many values are errors; `info` says which
 * result and offset. The whole text is checked for form in a first pass before any callback, so that
 * a malformed batch disturbs nothing. */
enum err result_decode(struct slice text, const struct result_sink *sink, struct err_info *info)
	NONNULL(2, 3) MUST_CHECK;

/* The encoder writes a batch piece by piece. */
struct result_writer {
	struct buf *out; /* borrowed */
	bool any;
};
void result_write_begin(struct result_writer *w, struct buf *out, const char *agent,
			const char *boot, struct wall_time now) NONNULL(1, 2, 3, 4);
void result_write_result(struct result_writer *w, uint64_t seq, const char *check,
			 struct wall_time t, enum outcome outcome, bool live,
			 const struct check_schema *schema, const int64_t *values,
			 size_t value_count) NONNULL(1, 3, 7);
/* The same with what the check heard; NULL: nothing. */
void result_write_noted(struct result_writer *w, uint64_t seq, const char *check,
			struct wall_time t, enum outcome outcome, const struct check_schema *schema,
			const int64_t *values, size_t value_count, const struct wire_note *note)
	NONNULL(1, 3, 6);
struct wire_trap_count {
	const char *name;
	uint64_t count;
};
/* What an agent tells of itself with each batch; as in struct wire_batch. */
struct wire_state {
	int64_t lag_micro, spooled, spool_bytes;
	struct wall_time spool_oldest;
	const char *version;
	const struct wire_trap_count *traps; /* NULL: it has no receiver */
	size_t trap_count; /* <= WIRE_TRAPS_MAX */
};
/* Closes the results and writes gaps and state; returns false if the buffer overflowed. */
bool result_write_end(struct result_writer *w, const struct wire_gap *gaps, size_t gap_count,
		      const struct wire_state *state) NONNULL(1, 4);

/* The collector's answer: {"identity":"sha256:…","start":"…","received":1,"cursor":0,"refused":[{"seq":3,"why":"…"}],
 * "plan":"<etag>","head":{"seq":7,"hash":"…"}} */
enum { ANSWER_REFUSED_MAX = 1000 };
struct wire_refused {
	uint64_t seq;
	const char *why; /* time-future | time-too-old | unknown-check | not-yours | bad-values */
};
struct wire_answer {
	struct identity identity; /* whose cursor this is; "" = not told */
	char start[33];
	uint64_t received, cursor;
	char plan[65];
	uint64_t head_seq;
	char head_hash[65];
	uint64_t refused_count;
};
void answer_write(struct buf *out, const struct wire_answer *a, const struct wire_refused *refused,
		  size_t refused_count) NONNULL(1, 2);
enum err answer_decode(struct slice text, struct wire_answer *ret, struct err_info *info)
	NONNULL(2, 3) MUST_CHECK;

#endif
