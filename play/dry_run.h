/* dry_run.h - one service fails and stays down: who is called when, and whether it is decided in time. The very engine plays
 * it, on the plan's own pace of sampling. */
#ifndef VIGIA_PLAY_DRY_RUN_H
#define VIGIA_PLAY_DRY_RUN_H

#include "base/attr.h"
#include "play/habits.h"
#include "play/world.h"

struct dry_run_setup {
	const struct plan *plan; /* stays the caller's */
	uint32_t service;
	const struct habits *habits; /* of people and channels */
	const struct schema_list *schemas;
	struct wall_time start; /* the service fails just after it; 0 = a fixed day */
	/* May be NULL. Asked again and again while it plays; true ends it with ERR_TIMEOUT. */
	bool (*stop)(void *user);
	void *user;
};
struct dry_run {
	struct play_world *world; /* as it stands at the end */
	uint32_t *
		failed; /* the components that were made to fail: the fewest that take the service down */
	size_t failed_count;
	struct wall_time failed_at; /* just after a good sample: the latest that it can be found */
	uint64_t incident;
	struct wall_time began, breach_at; /* of the service's clock */
	bool decided;
	enum incident_state decision; /* declared or declined, with `decided` */
	struct wall_time decided_at;
};

/* ERR_TIMEOUT if it was stopped, ERR_WRONG_STATE with a sentence if the service cannot be seen to fail. Released with dry_run_release either way. */
enum err dry_run_play(const struct dry_run_setup *setup, struct dry_run *ret,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
bool dry_run_is_in_time(const struct dry_run *d) NONNULL_ALL;
void dry_run_release(struct dry_run *d) NONNULL_ALL;

/* ERR_NOT_FOUND with the nearest name. */
enum err dry_run_find_service(const struct plan *p, const char *id, uint32_t *ret,
			      struct err_info *info) NONNULL_ALL MUST_CHECK;

/* Answers as on a command line: "dds=60s,coordinador=silent,*=no-puedo". A name is a person, a seat (whoever holds it) or *;
 * a duration means that they answer, and decide when asked, after so long. ERR_SYNTAX, ERR_NOT_FOUND with the nearest name. */
enum err dry_run_read_answers(const char *text, const struct plan *p, struct habits *ret,
			      struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
