/* traps.h - what an agent does with SNMP traps and informs (docs/SNMP.md "Traps"): whose check a notification is, its book
 * of alarms, kept on disk before anybody is told, results at once, and the polls that it hastens. */
#ifndef VIGIA_AGENT_TRAPS_H
#define VIGIA_AGENT_TRAPS_H

#include "agent/generation.h"
#include "agent/trap_config.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/secrets.h"
#include "checks/trap_book.h"
#include "wire/result.h"

struct uv_loop_s;
struct traps;

struct traps_options {
	const struct trap_config *config; /* borrowed; may be replaced by traps_reload */
	const char *folder; /* of data: traps.json, engine.json */
	/* Probes a check of the generation now; false: a probe of it is under way. */
	bool (*probe)(void *user, size_t index);
	void *user;
};

/* Opens the sockets (port 162 needs a right) and counts our engine's boots up. *ret is NULL where the configuration has no
 * receiver. */
enum err traps_open(const struct traps_options *o, struct traps **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* All below accept NULL: there is no receiver. */
/* Begins to hear. ERR_NOT_FOUND, ERR_SYNTAX: a secret or a user that cannot be used. */
enum err traps_start(struct traps *t, struct uv_loop_s *loop, const struct secrets *secrets,
		     struct err_info *info) NONNULL(2, 3, 4) MUST_CHECK;
/* Other communities, users, secrets; on ERR the old ones stay in force. Another `listen` needs a restart. */
enum err traps_reload(struct traps *t, const struct trap_config *config,
		      const struct secrets *secrets, struct err_info *info)
	NONNULL(2, 3, 4) MUST_CHECK;
/* Checks are those of this generation from now on; it must outlive its use. */
void traps_set_checks(struct traps *t, const struct generation *g) NONNULL(2);
/* What was heard for a check of type trap; NULL for every other check. */
struct trap_book *traps_book(struct traps *t, size_t index);
/* Before a result of this check is kept: its alarms are on disk. True: *ret belongs to the result. */
bool traps_take_note(struct traps *t, size_t index, struct wire_note *ret) NONNULL(3);
size_t traps_count(const struct traps *t, struct wire_trap_count ret[WIRE_TRAPS_MAX]) NONNULL(2);
/* The port of the first socket (tests). */
uint16_t traps_port(const struct traps *t);
/* The memory goes when the loop has turned. */
void traps_free(struct traps *t);

#endif
