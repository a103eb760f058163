/* tokens.h - who may call: SHA-256 digests of bearer tokens, kept in DATA/tokens.json (0600). The operator's
 * token itself is written once, at the first start, to DATA/operator.token (0600). An agent has one key; while it is
 * rotated two are good, until the new one is first used; a revoked one is remembered, so that its agent is told. */
#ifndef VIGIA_COLLECTOR_TOKENS_H
#define VIGIA_COLLECTOR_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"

struct tokens;

enum principal_kind {
	PRINCIPAL_NONE,
	PRINCIPAL_OPERATOR,
	PRINCIPAL_AGENT,
	PRINCIPAL_REVOKED,
	PRINCIPAL_BOARD, /* these two are not of this file: people.h, api_who.h */
	PRINCIPAL_PERSON
};
struct principal {
	enum principal_kind kind;
	const char *agent; /* id, for agents and revoked ones; borrowed until the next enrolment */
};

enum { TOKEN_TEXT_SIZE = 65 };

enum err tokens_open(const char *folder, struct tokens **ret,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
void tokens_close(struct tokens *t); /* keeps when keys were last used */
/* Whose token it is; every stored digest is compared in constant time. NULL or unknown: NONE. */
struct principal tokens_identify(const struct tokens *t, const char *token) NONNULL(1);
/* The same for a request that arrives: notes the use; the first use of a new key ends the old one. */
struct principal tokens_use(struct tokens *t, const char *token, struct wall_time now) NONNULL(1);
/* Makes a new token for the agent and stores its digest durably; an older one is void at once, or, if `rotate`, when
 * the new one is first used. ERR_NOT_FOUND: there is nothing to rotate. */
enum err tokens_enrol(struct tokens *t, const char *agent, bool rotate, struct wall_time now,
		      char ret_token[TOKEN_TEXT_SIZE],
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Nothing of this agent's is good any more. ERR_NOT_FOUND: it has no key. */
enum err tokens_revoke(struct tokens *t, const char *agent, struct wall_time now,
		       struct err_info *info) NONNULL_ALL MUST_CHECK;

/* An agent's key as a list shows it; 0 = never, not known, or not. */
struct token_view {
	const char *agent;
	struct wall_time enrolled, used, pending, revoked;
};
size_t tokens_count(const struct tokens *t) NONNULL_ALL;
/* False for one that is no agent's. */
bool tokens_at(const struct tokens *t, size_t i, struct token_view *ret) NONNULL_ALL;

#endif
