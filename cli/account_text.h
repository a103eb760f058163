/* account_text.h - what the collector tells of accounts and sessions (docs/PEOPLE.md), as people read it. ERR_SYNTAX if it is not that. */
#ifndef VIGIA_CLI_ACCOUNT_TEXT_H
#define VIGIA_CLI_ACCOUNT_TEXT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* GET /v1/accounts. */
enum err account_text_list(const char *json, size_t n, bool english,
			   struct buf *out) NONNULL_ALL MUST_CHECK;
/* GET /v1/session. */
enum err account_text_session(const char *json, size_t n, bool english,
			      struct buf *out) NONNULL_ALL MUST_CHECK;
/* POST /v1/accounts: the invitation, or a service's token, is told once. */
enum err account_text_added(const char *json, size_t n, bool english,
			    struct buf *out) NONNULL_ALL MUST_CHECK;

#endif
