/* people.h - the collector's side of accounts and sessions (access/): the file they are in, the work of passwords, the limits at the door, the
 * code of the first administrator, and how the journal is told of each change.
 *
 * A change and its note for the journal are one transaction of DATA/accounts.db; people_tell hands notes to the journal, and once they are
 * committed there they leave the file. So a change is never in force without its entry, an entry never tells of what has not happened,
 * and a power cut in between makes the entry late, or (after the commit) twice with the same number. */
#ifndef VIGIA_COLLECTOR_PEOPLE_H
#define VIGIA_COLLECTOR_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "access/roster.h"
#include "base/attr.h"
#include "base/err.h"
#include "collector/collector.h"
#include "collector/login_limits.h"
#include "collector/password_work.h"

struct people_stats {
	uint64_t logins, wrong, limited, lockouts, pin_wrong;
};

struct people {
	struct collector *c;
	struct roster *
		roster; /* NULL: the accounts cannot be read; nobody can log in, everything else goes on */
	struct password_work *work;
	struct login_limits limits;
	struct sha256 board; /* of DATA/board.token */
	struct sha256 first_code; /* of DATA/first-admin.code; none: there is an administrator */
	struct people_stats stats;
	struct mono_time tidied;
};

/* Accounts that cannot be read raise the alarm accounts-damaged, and the rest of the collector goes on. Fails only for the board's token. */
enum err people_open(struct collector *c, struct people **ret,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Passwords that are being looked at are given up: the server is about to stop. */
void people_stop(struct people *p) NONNULL_ALL;
void people_close(struct people *p);
/* Twice a second: what is over goes, what was refused is tried again. */
void people_look(struct people *p) NONNULL_ALL;

/* Notes go to the journal; the end of this turn commits them. */
void people_tell(struct people *p) NONNULL_ALL;
void people_committed(struct people *p) NONNULL_ALL;

/* The code of the first administrator, as typed; false while there is one. */
bool people_is_first_code(const struct people *p, const char *typed) NONNULL_ALL;
/* There is none: the file of the code is there and may be used. */
bool people_wants_first(const struct people *p) NONNULL_ALL;
/* An administrator was made, or the last one went: the file goes, or comes. */
void people_settle_first(struct people *p) NONNULL_ALL;

#endif
