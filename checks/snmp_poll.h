/* snmp_poll.h - one poll of one device: carries a program (checks/snmp_program.h) out in rounds of asks, and what is known of
 * the device from poll to poll (the index of each row, the last reading of each counter).
 *
 *	snmp_poll_begin(&p, program, memory, &target);
 *	while ((ask = snmp_poll_next(&p)) != NULL) {
 *		... the driver answers the ask ...
 *		snmp_poll_take(&p, now);
 *	}
 *	... snmp_poll_result, p.results[i] of program->values[i] ...
 *	snmp_poll_end(&p);
 *
 * Rounds: rows that are not known are looked for first; then everything is asked, each row's `by` instance along with its
 * values; rows that are not what they were are looked for once more and asked again. A device that is silent is asked
 * nothing further. */
#ifndef VIGIA_CHECKS_SNMP_POLL_H
#define VIGIA_CHECKS_SNMP_POLL_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/instant.h"
#include "base/verdict.h"
#include "checks/snmp_ask.h"
#include "checks/snmp_memory.h"
#include "checks/snmp_program.h"

enum snmp_result_kind {
	SNMP_RESULT_NONE, /* not worked out: the poll is not over */
	SNMP_RESULT_NUMBER,
	SNMP_RESULT_PENDING, /* a rate that needs one more poll: nothing is wrong */
	SNMP_RESULT_MISSING /* `why` says why */
};
struct snmp_result {
	enum snmp_result_kind kind;
	double number; /* scaled */
	int64_t micro; /* the same; MICRO_NONE without a number */
	bool excused; /* missing is normal: it, or the part that its calc lacks, is optional */
	bool quiet; /* and nobody need be told */
	char why[112];
};

struct snmp_poll {
	const struct snmp_program *program;
	struct snmp_memory *memory;
	struct snmp_target target;
	struct arena *arena; /* until snmp_poll_end */
	struct snmp_ask ask; /* of this round */
	struct snmp_result results[SNMP_VALUES_MAX]; /* of program->values */
	struct snmp_rounds *rounds; /* the poll's own */
	uint32_t rows_max;
	struct mono_time
		deadline; /* no further round after it: MONO_NEVER unless the check sets it */
	struct wall_time wall; /* now, for what is a date; the epoch unless the check sets it */
};

/* `rows_max`: no walk goes beyond (1..SNMP_ROWS_MAX). The texts of `target` outlive the poll. */
void snmp_poll_begin(struct snmp_poll *p, const struct snmp_program *program,
		     struct snmp_memory *memory, const struct snmp_target *target,
		     uint32_t rows_max) NONNULL_ALL;
/* The ask of the next round, in `p`; NULL: the poll is over and its results stand. */
struct snmp_ask *snmp_poll_next(struct snmp_poll *p) NONNULL_ALL;
/* The ask of this round is answered, as far as it ever will be. */
void snmp_poll_take(struct snmp_poll *p, struct mono_time now) NONNULL_ALL;
/* Ends the poll whenever it stands (a probe that is cancelled): no further round. Safe on a zeroed poll, and twice. */
void snmp_poll_end(struct snmp_poll *p) NONNULL_ALL;

/* Of a poll that is over: `values` in the schema's order (NULL: not wanted), why it is not as it should be in `detail`.
 * OK; VALUE_MISSING if one that is not optional is missing; why the device told nothing if nothing at all was answered. */
enum outcome snmp_poll_result(const struct snmp_poll *p, int64_t *values, char *detail, size_t size)
	NONNULL(1, 3);

#endif
