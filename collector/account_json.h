/* account_json.h - accounts and sessions as the API shows them (docs/PEOPLE.md): never a password, PIN, secret or token. */
#ifndef VIGIA_COLLECTOR_ACCOUNT_JSON_H
#define VIGIA_COLLECTOR_ACCOUNT_JSON_H

#include "access/account.h"
#include "access/session.h"
#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/plan.h"

/* An object. `plan` may be NULL; the person's post is that of the plan. */
void account_json_write(struct json_emit *j, const struct account *a, const struct plan *plan)
	NONNULL(1, 2);
/* "account", "rights", "expires", "idle", "enrol": what goes with a session. */
void account_json_write_session_fields(struct json_emit *j, const struct account *a,
				       const struct session *s, const struct plan *plan)
	NONNULL(1, 2, 3);
/* An object of a list. */
void account_json_write_session(struct json_emit *j, const struct session *s) NONNULL_ALL;

#endif
