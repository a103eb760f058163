/* board_token.h - the dashboard's own token (DATA/board.token, 0600): it reads, passes links on and says from where somebody logs in; it
 * cannot act. Made at the first start, or when the file is gone. */
#ifndef VIGIA_COLLECTOR_BOARD_TOKEN_H
#define VIGIA_COLLECTOR_BOARD_TOKEN_H

#include "base/attr.h"
#include "base/err.h"
#include "base/sha256.h"

/* ERR_CORRUPT: the file holds no token. */
enum err board_token_open(const char *folder, struct sha256 *ret_digest,
			  struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
