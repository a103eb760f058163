/* ready.h - go or no-go: out of figures of the moment, what speaks for and against beginning. Pure; ready_gather.h takes the figures,
 * api_ready.c tells the answer (docs/API.md "Ready"), the pages say it in words. */
#ifndef VIGIA_COLLECTOR_READY_H
#define VIGIA_COLLECTOR_READY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"

/* X(symbol, id, group, blocks): an item that blocks is a no-go for the whole; the others are reservations. */
#define READY_TABLE(X)                                                                             \
	X(SEATS_HELD, "seats-held", "people", true)                                                \
	X(SEATS_AHEAD, "seats-ahead", "people", true)                                              \
	X(PEOPLE_REACHED, "people-reached", "people", false)                                       \
	X(CHANNELS, "channels", "channels", true)                                                  \
	X(SERVICES, "services", "services", true)                                                  \
	X(SERVICES_SPARE, "services-spare", "services", false)                                     \
	X(CHECKS_SEEN, "checks-seen", "services", false)                                           \
	X(CHECKS_WELL, "checks-well", "services", false)                                           \
	X(BACKUPS, "backups", "services", true)                                                    \
	X(AGENTS_HEARD, "agents-heard", "links", true)                                             \
	X(SITES_WATCHED, "sites-watched", "links", false)                                          \
	X(CLOCK_OWN, "clock-own", "clocks", true)                                                  \
	X(CLOCKS_AGENTS, "clocks-agents", "clocks", false)                                         \
	X(PLAN_FINDINGS, "plan-findings", "plan", false)                                           \
	X(PLAN_ON_DISK, "plan-on-disk", "plan", false)                                             \
	X(PROGRAM, "program", "program", false)                                                    \
	X(AGENT_VERSIONS, "agent-versions", "program", false)                                      \
	X(CERTIFICATE, "certificate", "program", true)                                             \
	X(JOURNAL, "journal", "machine", true)                                                     \
	X(DISK, "disk", "machine", true)                                                           \
	X(SERIES, "series", "machine", false)                                                      \
	X(JOURNAL_BACKUP, "journal-backup", "machine", false)                                      \
	X(HEARTBEAT, "heartbeat", "machine", false)                                                \
	X(INCIDENTS, "incidents", "calm", true)                                                    \
	X(OWED, "owed", "calm", false)                                                             \
	X(SILENCES, "silences", "calm", false)                                                     \
	X(DRILL, "drill", "calm", false)

enum ready_id {
#define X(sym, id, group, blocks) READY_##sym,
	READY_TABLE(X)
#undef X
		READY_COUNT
};
enum ready_state { READY_GO, READY_NO_GO, READY_UNKNOWN };
enum ready_verdict { VERDICT_GO, VERDICT_RESERVED, VERDICT_NO_GO };
const char *ready_id_word(enum ready_id id);
const char *ready_group_word(enum ready_id id);
const char *ready_state_word(enum ready_state s); /* "go" "no-go" "unknown" */
const char *ready_verdict_word(enum ready_verdict v); /* "go" "reserved" "no-go" */

/* One thing that an item names. Strings are borrowed. */
struct ready_detail {
	const char *what; /* its id: of a seat, an agent, a check ... */
	const char *why; /* a word (docs/API.md), "" if there is none */
	struct wall_time at; /* WALL_UNKNOWN: none */
	int64_t micro; /* MICRO_NONE: none */
};
enum { READY_DETAILS_MAX = 40 };
/* What was counted of one kind: how many in all, how many are bad, of how many nothing is known, and the first of those. */
struct ready_count {
	size_t all, bad, unknown;
	struct ready_detail details[READY_DETAILS_MAX];
	size_t listed;
};
enum ready_detail_kind { READY_BAD, READY_NOT_KNOWN, READY_FINE };
/* Counts one thing; what is fine is counted only. */
void ready_count_add(struct ready_count *c, enum ready_detail_kind kind, struct ready_detail d)
	NONNULL(1);

enum ready_heartbeat { READY_BEAT_OFF, READY_BEAT_WAITING, READY_BEAT_OK, READY_BEAT_BAD };
enum ready_program { READY_PROGRAM_SAME, READY_PROGRAM_REPLACED, READY_PROGRAM_NOT_KNOWN };
enum ready_disk_plan { READY_PLAN_SAME, READY_PLAN_DIFFERS, READY_PLAN_REFUSED };

struct ready_figures {
	struct wall_time now;
	struct ready_count seats, seats_ahead, people, channels, services, spare, checks_seen,
		checks_well, backups, agents, sites, agent_clocks, agent_versions, incidents, owed,
		silences;
	struct wall_time ahead_until; /* so far was looked */
	int64_t clock_off_us; /* of the machine's clock from ours */
	bool clock_alarm;
	size_t plan_errors, plan_accepted;
	const char *plan_hash;
	struct wall_time plan_applied;
	enum ready_disk_plan disk_plan;
	const char *disk_plan_text; /* "" */
	enum ready_program program;
	const char *program_hash; /* "" */
	bool tls; /* else plain HTTP on loopback: there is no certificate */
	int64_t certificate_us; /* left; MICRO_NONE: not known */
	bool journal_failing, journal_damaged;
	struct wall_time last_commit;
	bool disk_full;
	int64_t disk_free, disk_wanted; /* bytes; disk_free -1 = not known */
	bool series_failing, series_damaged, series_paused;
	int64_t series_age_us; /* since the last sync; MICRO_NONE: none was needed yet */
	struct wall_time backup_at; /* WALL_UNKNOWN: none that we know of */
	enum ready_heartbeat heartbeat;
	struct wall_time heartbeat_at;
	bool drill;
};

struct ready_item {
	enum ready_id id;
	enum ready_state state;
	bool blocks; /* as it stands, it is a no-go for the whole */
	struct wall_time since; /* when what it tells of was, or began; WALL_UNKNOWN */
	int64_t micro; /* the figure, MICRO_NONE if there is none */
	const char *unit; /* of it: "" a count, "s", "B" */
	int64_t of_micro; /* out of so many, MICRO_NONE */
	const char *why; /* a word for why it is not go, "" */
	const char *text; /* a hash, a sentence of a checker; "" */
	const struct ready_count *details; /* NULL: none */
};

/* Items in the order of the table. Borrow from the figures. */
enum ready_verdict ready_judge(const struct ready_figures *f,
			       struct ready_item ret[READY_COUNT]) NONNULL_ALL;

#endif
