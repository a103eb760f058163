/* ready_gather.h - the figures for go or no-go (ready.h), out of the engine, the journal's records and the machine. */
#ifndef VIGIA_COLLECTOR_READY_GATHER_H
#define VIGIA_COLLECTOR_READY_GATHER_H

#include "base/attr.h"
#include "collector/collector.h"
#include "collector/plan_look.h"
#include "collector/ready.h"

/* Folios of open incidents, as text. */
enum { READY_FOLIO_SIZE = 16 };
struct ready_texts {
	char folios[READY_DETAILS_MAX][READY_FOLIO_SIZE];
	size_t count;
};

/* A call or message counts as a proof for so long: `within_us`. Borrows from the collector, `look` and `texts`; not journalled,
 * nothing is changed. `program`: the digest of the running file, "" if it is not known. */
void ready_gather(struct collector *c, const struct plan_look *look, const char *program,
		  int64_t within_us, struct ready_texts *texts,
		  struct ready_figures *ret) NONNULL_ALL;

#endif
