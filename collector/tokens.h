/* tokens.h - who may call: SHA-256 digests of bearer tokens, kept in DATA/tokens.json (0600). The operator's
 * token itself is written once, at the first start, to DATA/operator.token (0600). */
#ifndef VIGIA_COLLECTOR_TOKENS_H
#define VIGIA_COLLECTOR_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct tokens;

enum principal_kind { PRINCIPAL_NONE, PRINCIPAL_OPERATOR, PRINCIPAL_AGENT };
struct principal {
	enum principal_kind kind;
	const char *agent; /* id, for agents; borrowed until the next enrolment */
};

enum { TOKEN_TEXT_SIZE = 65 };

enum err tokens_open(const char *folder, struct tokens **ret,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
void tokens_close(struct tokens *t);
/* Whose token it is; every stored digest is compared in constant time. NULL or unknown: NONE. */
struct principal tokens_identify(const struct tokens *t, const char *token) NONNULL(1);
/* Makes a new token for the agent (replacing an older one) and stores its digest durably. */
enum err tokens_enrol(struct tokens *t, const char *agent, char ret_token[TOKEN_TEXT_SIZE],
		      struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
