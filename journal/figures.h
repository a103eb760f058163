/* figures.h - what a report says about an incident (when it began, was restored, how long, who was
 * told), computed from the entries alone, so that anybody can compute it again. Knows the bodies of
 * docs/EVENTS.md and nothing of the engine. */
#ifndef VIGIA_JOURNAL_FIGURES_H
#define VIGIA_JOURNAL_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/slice.h"
#include "journal/final_report.h"
#include "journal/journal.h"

/* Past these nothing more is taken in and `overflow` is set: an export from outside may claim anything. */
enum { FIGURE_CALLS_MAX = 20000, FIGURE_SERVICES_MAX = 10000, FIGURE_REPORTS_MAX = 256 };
/* Outages that one which is flapping may turn out to be part of: as many failures as a plan may ask for. */
enum { FIGURE_OUTAGES_MAX = 8 };
enum { FIGURE_UNCONFIRMED_MAX = 10000 };

#define FIGURE_CALL_STATES(X)                                                                      \
	X(PENDING, "pending")                                                                      \
	X(SENT, "sent")                                                                            \
	X(RECEIVED, "received")                                                                    \
	X(UNKNOWN, "unknown")                                                                      \
	X(UNANSWERED, "unanswered")                                                                \
	X(FAILED, "failed")                                                                        \
	X(STOPPED, "stopped")

#define X(sym, word) FIGURE_CALL_##sym,
enum figure_call_state { FIGURE_CALL_STATES(X) FIGURE_CALL_STATE_COUNT };
#undef X

struct figure_service {
	struct slice id;
	struct wall_time began, not_before; /* of the first time it failed */
	struct wall_time period, restored; /* of the last time */
	int64_t rto_us, outage_us; /* outage: the sum of all times, as far as restored */
	int64_t last_us; /* the last of them */
	uint32_t periods;
	struct {
		struct wall_time began;
		int64_t outage_us;
	} ended[FIGURE_OUTAGES_MAX]; /* the last ones, oldest first */
	uint32_t ended_count;
	bool running, breached, estimated;
};
struct figure_call {
	uint64_t id;
	enum figure_call_state state;
	struct slice person, kind;
	bool told; /* the channel took it or gave a receipt */
};

/* All slices borrow from the entries' bodies. */
struct figures {
	uint64_t incident;
	uint64_t folio;
	bool overflow;
	bool found, drill; /* found: its incident.opened was among the entries */
	struct slice kind, root, state, first_ack_by, impact,
		stamp; /* stamp: of the jornada, or empty */
	struct wall_time promoted; /* it opened as a drill and became real then */
	struct wall_time began, not_before, confirmed, first_page, first_ack, restored, resumed,
		closed;
	uint32_t episodes;
	int64_t outage_us, rto_us; /* the longest outage; the shortest RTO */
	bool breached;
	struct figure_service *services;
	size_t service_count, service_cap;
	struct figure_call *calls;
	size_t call_count, call_cap;
	/* What is irregular about its decisions (docs/ARCHITECTURE.md). */
	bool ratification_pending, ratification_overdue, ratification_refused, disputed;
	uint64_t *unconfirmed; /* acts whose confirmation is overdue */
	size_t unconfirmed_count, unconfirmed_cap;
	uint64_t reports
		[FIGURE_REPORTS_MAX]; /* entries act.report of this incident: they name none */
	size_t report_count;
	struct final_report final;
};

void figures_init(struct figures *f, uint64_t incident) NONNULL_ALL;
void figures_release(struct figures *f) NONNULL_ALL; /* CLEANUP(figures_release) */

/* Entries in the order of their numbers; those of others are passed over. */
void figures_add(struct figures *f, const struct journal_entry *e) NONNULL_ALL;
/* After the last one; then the sums hold. */
void figures_finish(struct figures *f) NONNULL_ALL;
/* One line of JSON, canonical. */
void figures_write(const struct figures *f, struct buf *out) NONNULL_ALL;

/* True if the entry is the incident's own: its opening, or a body that names it or one of its calls
 * (as far as they were added before). */
bool figures_owns(const struct figures *f, const struct journal_entry *e) NONNULL_ALL;
bool figures_has_service(const struct figures *f, struct slice id) NONNULL(1);

#endif
